//! The forms of names (protocol section 1).

use std::fmt::Display;

use scaiwave_protocol::descriptor::PeerPattern;
use scaiwave_protocol::{
    EventId, EventType, Fqid, Hash, KeyId, LocalId, Malformed, RoomId, ServerName,
};

fn table<T: Display>(
    parse: impl Fn(&str) -> Result<T, Malformed>,
    accepted: &[&str],
    refused: &[&str],
) {
    for text in accepted {
        let parsed = parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(parsed.to_string(), *text, "one spelling");
    }
    for text in refused {
        let Err(Malformed(sentence)) = parse(text) else {
            panic!("accepted: {text:?}");
        };
        assert!(
            text.len() < 9 || !sentence.contains(text),
            "repeats its input: {sentence}"
        );
    }
}

// A server name is a lower-case DNS name with an optional port that is not 443.
#[test]
fn server_names() {
    table(
        ServerName::parse,
        &[
            "a",
            "localhost",
            "acme.example",
            "a-b.c--d.example",
            "1.2.example",
            "1password.example",
            "xn--bcher-kva.example",
            "example.c0m",
            "1.2.3.4a",
            "red.localhost:9201",
            "a:1",
            "a:80",
            "a:4430",
            "a:65535",
        ],
        &[
            "",
            ".",
            ":80",
            "a.",
            ".a",
            "a..b",
            "A",
            "Acme.example",
            "-a",
            "a-",
            "a.-b",
            "a-.b",
            "a_b",
            "a b",
            "a/b",
            "a@b",
            "é.example",
            "a\n",
            "a\0",
            "1.2.3.4",
            "example.123",
            "7",
            "[::1]",
            "::1",
            "a:",
            "a:0",
            "a:080",
            "a:443",
            "a:65536",
            "a:99999999999",
            "a:-1",
            "a:+1",
            "a:1a",
            "a:1:2",
            "a: 1",
            "https://a",
        ],
    );
    let name = ServerName::parse("red.localhost:9201").unwrap();
    assert_eq!((name.host(), name.port()), ("red.localhost", Some(9201)));
    let local = |text| ServerName::parse(text).unwrap().is_localhost();
    assert!(local("localhost") && local("a.localhost:1"));
    assert!(!local("notlocalhost") && !local("localhost.example"));
}

// A local id begins with a letter or digit; `_server` is not one.
#[test]
fn local_ids() {
    table(
        LocalId::parse,
        &["a", "0", "a.b_c-d", "alice", "a-", "a."],
        &[
            "", "_server", "_a", ".a", "-a", "A", "é", "a b", "a@", "a:b", "a/b", "a\n",
        ],
    );
}

// A full name is split at its first colon, so that no second field can disagree.
#[test]
fn fqids() {
    let names = [
        "@a:b",
        "@alice:acme.example",
        "@alice:acme.example:8448",
        "@0.-_:a.b",
    ];
    let wrong = [
        "", "@", "@:", "a:b", "@a", "@a:", "@:b", "@@a:b", "@A:b", "@a:B", "@a:b:443", "@a:b:1:2",
        "@a b:c", "@_x:b", "@room", " @a:b", "@a:b ",
    ];
    table(Fqid::parse, &names, &wrong);
    table(Fqid::parse, &["@_server:acme.example"], &[]);
    table(Fqid::parse_participant, &names, &["@_server:acme.example"]);
    let fqid = Fqid::parse("@alice:acme.example:8448").unwrap();
    assert_eq!(
        (fqid.local(), fqid.server().as_str()),
        ("alice", "acme.example:8448")
    );
    assert!(Fqid::of_server(fqid.server()).is_server() && !fqid.is_server());
}

// An event id is any UUID in its one spelling.
#[test]
fn event_ids() {
    table(
        EventId::parse,
        &[
            "01890a5d-ac96-774b-bcce-b302099a8057",
            "f81d4fae-7dec-11d0-a765-00a0c91e6bf6",
            "00000000-0000-0000-0000-000000000000",
            "ffffffff-ffff-ffff-ffff-ffffffffffff",
        ],
        &[
            "",
            "01890A5D-AC96-774B-BCCE-B302099A8057",
            "01890a5dac96774bbcceb302099a8057",
            "{01890a5d-ac96-774b-bcce-b302099a8057}",
            "urn:uuid:01890a5d-ac96-774b-bcce-b302099a8057",
            "01890a5d-ac96-774b-bcce-b302099a805",
            "01890a5d-ac96-774b-bcce-b302099a80577",
            "01890a5dac96-774b-bcce-b302-099a8057-",
            "01890a5d-ac96-774b-bcce-b302099a805g",
            " 1890a5d-ac96-774b-bcce-b302099a8057",
            "0x890a5d-ac96-774b-bcce-b302099a8057",
        ],
    );
    // RFC 9562 section A.6.
    let random = [0x0c, 0xc3, 0x18, 0xc4, 0xdc, 0x0c, 0x0c, 0x07, 0x39, 0x8f];
    let id = EventId::v7(0x017f_22e2_79b0, random);
    assert_eq!(id.to_string(), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
    assert_eq!(EventId::from_bytes(id.to_bytes()), id);
}

// A type is a short word of few letters.
#[test]
fn event_types() {
    table(
        EventType::parse,
        &["a", "swp.room.message", "x-1_2.3", ".", "-"],
        &["", "A", "a b", "a/b", "a:b", "é", "a\n", "a\"", "a\\"],
    );
}

// A room id is 20 bytes of base32 in lower case.
#[test]
fn room_ids() {
    table(
        RoomId::parse,
        &[
            "room-eviwedhkiy72kyrw5df222wn3ghjfbvm",
            "room-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
            "room-77777777777777777777777777777777",
        ],
        &[
            "",
            "room-",
            "eviwedhkiy72kyrw5df222wn3ghjfbvm",
            "Room-eviwedhkiy72kyrw5df222wn3ghjfbvm",
            "room-EVIWEDHKIY72KYRW5DF222WN3GHJFBVM",
            "room-eviwedhkiy72kyrw5df222wn3ghjfbv",
            "room-eviwedhkiy72kyrw5df222wn3ghjfbvmm",
            "room-eviwedhkiy72kyrw5df222wn3ghjfbv1",
            "room-eviwedhkiy72kyrw5df222wn3ghjfbv8",
            "room-eviwedhkiy72kyrw5df222wn3ghjfbv=",
            "room_eviwedhkiy72kyrw5df222wn3ghjfbvm",
        ],
    );
}

// Binary values have one spelling: no padding, no foreign letters, no loose bits.
#[test]
fn binary_values() {
    table(
        Hash::parse,
        &[
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "__________________________________________8",
            "kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3_oFU",
        ],
        &[
            "",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAB",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
            "kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3/oFU",
            "kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3_oF\n",
            "kGXveLUC5PJHd99alzJmx1LeyHgiiVSASQ0Tuu3_o U",
        ],
    );
    table(
        KeyId::parse,
        &["ed25519:Vkdap1RjR0w", "ed25519:JPbtasv-EAk"],
        &[
            "",
            "ed25519:",
            "Vkdap1RjR0w",
            "ED25519:Vkdap1RjR0w",
            "rsa:Vkdap1RjR0w",
            "ed25519:Vkdap1RjR0w=",
            "ed25519:Vkdap1RjR0x",
            "ed25519:Vkdap1RjR0",
            "ed25519:JPbtasv+EAk",
        ],
    );
}

// A pattern means a server, or the strict subdomains of a name; a port counts where it has one.
#[test]
fn peer_patterns() {
    table(
        PeerPattern::parse,
        &[
            "acme.example",
            "*.acme.example",
            "acme.example:8448",
            "*.acme.example:8448",
        ],
        &[
            "",
            "*",
            "*.",
            "*acme.example",
            "a.*.example",
            "*.*.example",
            "**.a",
            "*.A",
            "*.1",
        ],
    );
    for (pattern, server, meant) in [
        ("acme.example", "acme.example", true),
        ("acme.example", "acme.example:8448", true),
        ("acme.example", "a.acme.example", false),
        ("acme.example", "notacme.example", false),
        ("acme.example:8448", "acme.example:8448", true),
        ("acme.example:8448", "acme.example:8449", false),
        ("acme.example:8448", "acme.example", false),
        ("*.acme.example", "acme.example", false),
        ("*.acme.example", "a.acme.example", true),
        ("*.acme.example", "b.a.acme.example:1", true),
        ("*.acme.example", "notacme.example", false),
        ("*.acme.example:1", "a.acme.example:1", true),
        ("*.acme.example:1", "a.acme.example", false),
    ] {
        let pattern_read = PeerPattern::parse(pattern).unwrap();
        let server_read = ServerName::parse(server).unwrap();
        assert_eq!(
            pattern_read.matches(&server_read),
            meant,
            "{pattern} {server}"
        );
    }
}

// Names come out of plain serde as they come out of our own reader.
#[test]
fn serde_forms() {
    let name: ServerName = serde_json::from_str("\"acme.example\"").unwrap();
    assert_eq!(serde_json::to_string(&name).unwrap(), "\"acme.example\"");
    assert!(serde_json::from_str::<ServerName>("\"Acme.example\"").is_err());
    assert!(serde_json::from_str::<EventId>("7").is_err());
}
