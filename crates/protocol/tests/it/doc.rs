//! `docs/protocol.md` says what the code does: what a program can check in it is checked here, and what is
//! about the rules of a room in `crates/room/tests`.

mod contents;
mod examples;
mod tables;

use scaiwave_protocol::{Json, json};

use crate::support::docs;

fn page() -> String {
    std::fs::read_to_string(docs().join("protocol.md")).unwrap()
}

/// The text from a heading, without its `#`s, to the next one of its level or above.
fn section<'p>(page: &'p str, heading: &str) -> &'p str {
    let start = page
        .find(&format!("# {heading}\n"))
        .unwrap_or_else(|| panic!("no section {heading}"));
    let level = page[..start]
        .chars()
        .rev()
        .take_while(|c| *c == '#')
        .count()
        + 1;
    let rest = &page[start + 2..];
    let end = (1..=level)
        .filter_map(|level| rest.find(&format!("\n{} ", "#".repeat(level))))
        .min();
    &rest[..end.unwrap_or(rest.len())]
}

/// Rows of tables whose first cell begins so, back quotes removed: their cells.
fn rows(page: &str, first: &str) -> Vec<Vec<String>> {
    let cells = |line: &str| {
        let inner = line.trim_matches('|').split('|');
        inner
            .map(|cell| cell.trim().replace('`', ""))
            .collect::<Vec<_>>()
    };
    let start = format!("| `{first}");
    page.lines()
        .filter(|line| line.starts_with(&start))
        .map(cells)
        .collect()
}

/// What stands in back quotes.
fn quoted(cell: &str) -> Vec<&str> {
    cell.split('`').skip(1).step_by(2).collect()
}

/// The blocks that have a name: the comment before them, and what stands in them.
fn blocks(page: &str) -> Vec<(&str, &str)> {
    let block = |rest| {
        let (name, rest): (&str, &str) = str::split_once(rest, " -->\n").unwrap();
        let (fence, rest) = rest.split_once('\n').unwrap();
        assert!(fence.starts_with("```"), "{name}: a block follows");
        (name, rest.split_once("```").unwrap().0)
    };
    page.split("<!-- ").skip(1).map(block).collect()
}

/// The named block, read strictly.
fn example(page: &str, name: &str) -> Json {
    let found = blocks(page).into_iter().find(|(known, _)| *known == name);
    let (_, text) = found.unwrap_or_else(|| panic!("no block {name}"));
    json::parse_body(text.as_bytes()).unwrap_or_else(|error| panic!("{name}: {error}"))
}
