//! The list of all rows that there must be, each with where it is tested.

use std::collections::BTreeSet;
use std::path::Path;

use super::row;

const FILES: [&str; 6] = [
    "requests",
    "descriptors",
    "bytes",
    "meaning",
    "invitations",
    "questions",
];

/// Every row of the table of bad inputs between two servers: requests, bytes, meaning, what we ask.
const ALL: &str = "T001 T001b T003 T004 T004c T005 T007 T008 T010 T011 T013 T014 T016 T017 T019 T020 T021b T049 \
    T051 T051b T070 T022 T024 T024b T025 T026 T028 T029 T034 T041 T031 T031b T035 T036 T038 T039 T042 T043 T045 T046 \
    T048 T050 T053 T054 T057 T058 T060 T061 T063 T064 T066 T068 T071 T072 T085b T086 T088 T089 T091 T095b T097b T098b";

/// Those that one request cannot say: id, file, test.
const TESTED: &[(&str, &str, &str)] = &[
    (
        "T003",
        "crates/federation/tests/it/hostile/whole.rs",
        "every_fault_of_every_header",
    ),
    (
        "T004",
        "crates/federation/tests/it/hostile/whole.rs",
        "every_fault_of_every_header",
    ),
    (
        "T004c",
        "crates/federation/tests/it/hostile/whole.rs",
        "every_fault_of_every_header",
    ),
    (
        "T005",
        "crates/federation/tests/it/http.rs",
        "unknown_is_unknown",
    ),
    ("T007", "crates/protocol/tests/it/ed25519.rs", "edge_cases"),
    (
        "T013",
        "crates/federation/tests/it/sockets.rs",
        "failures_in_words",
    ),
    (
        "T019",
        "crates/federation/tests/it/hostile/keys.rs",
        "a_known_key_outlives_a_broken_descriptor",
    ),
    (
        "T020",
        "crates/federation/tests/it/hostile/keys.rs",
        "a_successor_is_believed_when_endorsed",
    ),
    (
        "T021b",
        "crates/protocol/tests/it/strict_json.rs",
        "accepted",
    ),
    (
        "T022",
        "crates/federation/tests/it/hostile/follower.rs",
        "every_value_counts",
    ),
    (
        "T025",
        "crates/server/src/accept/tests.rs",
        "headers_have_a_size",
    ),
    (
        "T028",
        "crates/federation/tests/it/hostile/bodies.rs",
        "each_place_of_fifty",
    ),
    (
        "T048",
        "crates/federation/tests/it/hostile/follower.rs",
        "another_history",
    ),
    (
        "T051",
        "crates/federation/tests/it/hostile/replay.rs",
        "before_the_process",
    ),
    (
        "T051b",
        "crates/federation/tests/it/hostile/replay.rs",
        "replayed",
    ),
    (
        "T053",
        "crates/federation/tests/it/hostile/bodies.rs",
        "the_same_event_again",
    ),
    (
        "T045",
        "crates/federation/tests/it/hostile/past.rs",
        "the_banned_are_not_heard",
    ),
    (
        "T060",
        "crates/federation/tests/it/hostile/past.rs",
        "who_has_left_is_told_nothing",
    ),
    (
        "T061",
        "crates/federation/tests/it/hostile/past.rs",
        "words_before_the_join_are_not_told",
    ),
    (
        "T064",
        "crates/federation/tests/it/hostile/probing.rs",
        "a_room_that_is_there_looks_like_none",
    ),
    (
        "T068",
        "crates/federation/tests/it/neighbours.rs",
        "nobody_of_that_name",
    ),
    (
        "T070",
        "crates/federation/tests/it/hostile/probing.rs",
        "a_room_of_the_tenant_next_door",
    ),
    (
        "T086",
        "crates/federation/src/client/addresses.rs",
        "special_ranges",
    ),
    (
        "T086",
        "crates/federation/src/client/resolver.rs",
        "only_checked_addresses",
    ),
    (
        "T088",
        "crates/federation/tests/it/sockets.rs",
        "failures_in_words",
    ),
    (
        "T088",
        "crates/federation/tests/it/endless.rs",
        "nothing_goes_on_for_ever",
    ),
    (
        "T089",
        "crates/federation/tests/it/endless.rs",
        "nothing_goes_on_for_ever",
    ),
    (
        "T095b",
        "crates/federation/tests/it/tls.rs",
        "whom_the_client_believes",
    ),
    (
        "T097b",
        "crates/federation/tests/it/skew.rs",
        "the_difference_in_words",
    ),
    (
        "T098b",
        "crates/federation/tests/it/outage.rs",
        "a_contact_ends_the_pause",
    ),
];

/// Those that this protocol, or this version, has nothing to say to, and why.
const MOOT: &[(&str, &str)] = &[
    (
        "T036",
        "no request names a room both in its path and in its body: a question has no body",
    ),
    (
        "T058",
        "entries are paged by their seq and streams by their position, never by a time",
    ),
    (
        "T071",
        "of the client API: a participant of another server has no account to log in with",
    ),
    ("T072", "of the client API: accounts have no e-mail address"),
    (
        "T091",
        "the client uses no proxy at all, whatever the environment says",
    ),
];

// A row without a case fails, and so does a case that the table does not know or a test that is gone.
#[test]
fn every_row_has_a_case() {
    let all: BTreeSet<&str> = ALL.split_whitespace().collect();
    let rows: Vec<row::Row> = FILES.iter().flat_map(|name| row::of_file(name)).collect();
    let in_files = rows.iter().map(|row| row.id.as_str());
    let known = |id: &&str| *id != "N";
    let mut covered: BTreeSet<&str> = in_files.filter(known).collect();
    covered.extend(TESTED.iter().map(|(id, _, _)| *id));
    covered.extend(MOOT.iter().map(|(id, _)| *id));
    let missing: Vec<_> = all.difference(&covered).collect();
    assert_eq!(missing, [&""; 0], "without a case");
    let unknown: Vec<_> = covered.difference(&all).collect();
    assert_eq!(unknown, [&""; 0], "not in the table");
}

#[test]
fn every_named_test_is_there() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    for (id, file, test) in TESTED {
        let source = std::fs::read_to_string(root.join(file)).unwrap();
        assert!(
            source.contains(&format!("fn {test}()")),
            "{id}: {test} in {file}"
        );
    }
}

#[test]
fn every_file_is_read() {
    let files = std::fs::read_dir(row::directory()).unwrap();
    let there: BTreeSet<String> = files
        .map(|file| {
            file.unwrap()
                .path()
                .file_stem()
                .unwrap()
                .to_string_lossy()
                .into_owned()
        })
        .collect();
    assert_eq!(there, FILES.iter().map(|name| (*name).to_owned()).collect());
}
