use super::Raw;

/// One way in which the headers of a signed request can be wrong, so that no signature is looked at.
#[derive(Clone, Copy, Debug)]
pub struct HeaderFault {
    /// What is wrong.
    pub story: &'static str,
    /// Spoils a good request.
    pub spoil: fn(&mut Raw),
}

const fn fault(story: &'static str, spoil: fn(&mut Raw)) -> HeaderFault {
    HeaderFault { story, spoil }
}

const INPUT: &str = "signature-input";
const SIGNATURE: &str = "signature";

/// Each header missing, doubled, of another form; each component and parameter of the signature missing,
/// doubled, moved, added (RFC 9421 sections 2 and 4, protocol section "Requests").
pub const HEADER_FAULTS: &[HeaderFault] = &[
    fault("no digest", |r| r.remove("content-digest")),
    fault("no origin", |r| r.remove("swp-origin")),
    fault("no destination", |r| r.remove("swp-destination")),
    fault("no signature input", |r| r.remove(INPUT)),
    fault("no signature", |r| r.remove(SIGNATURE)),
    fault("digest twice", |r| twice(r, "content-digest")),
    fault("origin twice", |r| twice(r, "swp-origin")),
    fault("destination twice", |r| twice(r, "swp-destination")),
    fault("signature input twice", |r| twice(r, INPUT)),
    fault("signature twice", |r| twice(r, SIGNATURE)),
    fault("origin empty", |r| r.set("swp-origin", "")),
    fault("origin in capitals", |r| {
        r.set("swp-origin", "EVIL.example");
    }),
    fault("origin with a dot at its end", |r| {
        r.set("swp-origin", "evil.example.");
    }),
    fault("origin with a scheme", |r| {
        r.set("swp-origin", "https://evil.example");
    }),
    fault("origin not ASCII", |r| r.set("swp-origin", "évil.example")),
    fault("two origins in one", |r| {
        r.set("swp-origin", "evil.example, acme.example");
    }),
    fault("destination empty", |r| r.set("swp-destination", "")),
    fault("destination an address", |r| {
        r.set("swp-destination", "127.0.0.1");
    }),
    fault("input no structured field", |r| r.set(INPUT, "swp=((")),
    fault("input no list", |r| r.set(INPUT, "swp=1")),
    fault("input under another label", |r| {
        r.replace(INPUT, "swp=", "sig=");
    }),
    fault("label in capitals", |r| r.replace(INPUT, "swp=", "SWP=")),
    fault("two inputs", |r| {
        let value = format!("{}, other=(\"@method\")", r.get(INPUT));
        r.set(INPUT, &value);
    }),
    fault("one label twice", |r| {
        let value = format!("{0}, {0}", r.get(INPUT));
        r.set(INPUT, &value);
    }),
    fault("two signatures", |r| {
        let value = format!("{}, other=:AAAA:", r.get(SIGNATURE));
        r.set(SIGNATURE, &value);
    }),
    fault("method not covered", |r| {
        r.replace(INPUT, "\"@method\" ", "");
    }),
    fault("path not covered", |r| r.replace(INPUT, "\"@path\" ", "")),
    fault("query not covered", |r| r.replace(INPUT, "\"@query\" ", "")),
    fault("digest not covered", |r| {
        r.replace(INPUT, "\"content-digest\" ", "");
    }),
    fault("origin not covered", |r| {
        r.replace(INPUT, "\"swp-origin\" ", "");
    }),
    fault("destination not covered", |r| {
        r.replace(INPUT, " \"swp-destination\"", "");
    }),
    fault("nothing covered", |r| {
        let list = "\"@method\" \"@path\" \"@query\" \"content-digest\" \"swp-origin\" \"swp-destination\"";
        r.replace(INPUT, list, "");
    }),
    fault("one more covered", |r| {
        r.replace(INPUT, "(", "(\"@authority\" ");
    }),
    fault("one covered twice", |r| {
        r.replace(INPUT, "(", "(\"@method\" ");
    }),
    fault("another order", |r| {
        r.replace(INPUT, "\"@method\" \"@path\"", "\"@path\" \"@method\"");
    }),
    fault("a component with a parameter", |r| {
        r.replace(INPUT, "\"@path\"", "\"@path\";req");
    }),
    fault("a component as a token", |r| {
        r.replace(INPUT, "\"content-digest\"", "content-digest");
    }),
    fault("created missing", |r| without_parameter(r, "created")),
    fault("keyid missing", |r| without_parameter(r, "keyid")),
    fault("alg missing", |r| without_parameter(r, "alg")),
    fault("nonce missing", |r| without_parameter(r, "nonce")),
    fault("one parameter more", |r| {
        r.replace(INPUT, ";created", ";expires=9999999999;created");
    }),
    fault("created as text", |r| {
        r.replace(INPUT, "created=", "created=\"1\";x=");
    }),
    fault("created with a fraction", |r| {
        r.replace(INPUT, ";keyid", ".5;keyid");
    }),
    fault("created negative", |r| {
        r.replace(INPUT, "created=", "created=-");
    }),
    fault("another algorithm", |r| {
        r.replace(INPUT, "\"ed25519\"", "\"hmac-sha256\"");
    }),
    fault("no algorithm", |r| r.replace(INPUT, "\"ed25519\"", "\"\"")),
    fault("keyid of another form", |r| {
        r.replace(INPUT, "keyid=\"ed25519:", "keyid=\"rsa:");
    }),
    fault("nonce too short", |r| {
        without_parameter(r, "nonce");
        let value = format!("{};nonce=\"AAAA\"", r.get(INPUT));
        r.set(INPUT, &value);
    }),
    fault("nonce with padding", |r| {
        let value = format!("{}==\"", r.get(INPUT).trim_end_matches('"'));
        r.set(INPUT, &value);
    }),
    fault("signature under another label", |r| {
        r.replace(SIGNATURE, "swp=", "sig=");
    }),
    fault("signature too short", |r| r.set(SIGNATURE, "swp=:AAAA:")),
    fault("signature as text", |r| {
        let value = r.get(SIGNATURE).replace(':', "\"");
        r.set(SIGNATURE, &value);
    }),
    fault("signature with a parameter", |r| {
        let value = format!("{};x", r.get(SIGNATURE));
        r.set(SIGNATURE, &value);
    }),
];

fn twice(raw: &mut Raw, name: &str) {
    let value = raw.get(name).to_owned();
    raw.add(name, &value);
}

fn without_parameter(raw: &mut Raw, name: &str) {
    let value = raw.get(INPUT);
    let kept: Vec<&str> = value
        .split(';')
        .filter(|part| !part.starts_with(&format!("{name}=")))
        .collect();
    let value = kept.join(";");
    raw.set(INPUT, &value);
}
