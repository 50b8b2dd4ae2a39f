//! `docs/protocol.md` says what the code does.

use scaiwave_protocol::Code;
use scaiwave_protocol::wire::path;

use crate::support::docs;

fn page() -> String {
    std::fs::read_to_string(docs().join("protocol.md")).unwrap()
}

/// Rows of tables whose first cell begins so: their cells.
fn rows(page: &str, first: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        line.split('|')
            .map(|cell| cell.trim().replace('`', ""))
            .collect()
    };
    let start = format!("| `{first}");
    page.lines()
        .filter(|line| line.starts_with(&start))
        .map(cells)
        .collect()
}

// The table of codes is the list of codes, in its order, with their statuses.
#[test]
fn codes() {
    let listed: Vec<(String, String)> = rows(&page(), "SW_FED_")
        .into_iter()
        .map(|row| (row[1].clone(), row[2].clone()))
        .collect();
    let known = Code::ALL
        .iter()
        .map(|code| (code.to_string(), code.http_status().to_string()));
    assert_eq!(listed, known.collect::<Vec<_>>());
    for code in Code::ALL {
        assert_eq!(Code::parse(code.as_str()), Some(*code));
    }
    assert_eq!(Code::parse("SW_FED_LATER"), None);
}

// The table of endpoints is what our descriptors announce.
#[test]
fn endpoints() {
    let page = page();
    for (name, template) in path::ENDPOINTS {
        let row = rows(&page, name);
        assert_eq!(row.len(), 1, "{name}");
        assert_eq!(row[0][3], *template, "{name}");
    }
}

// Every limit has a row with its value.
#[test]
fn limits() {
    let page = page();
    let source = include_str!("../../src/limits.rs");
    for line in source
        .lines()
        .filter_map(|line| line.strip_prefix("pub const "))
    {
        let name = line.split(':').next().unwrap();
        assert_eq!(rows(&page, name).len(), 1, "{name}");
    }
}
