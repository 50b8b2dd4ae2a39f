//! Lines and columns for a terminal.

/// Lays rows out in columns, each as wide as its widest cell. What other servers said is shown without
/// anything that a terminal would obey.
pub(crate) fn table(head: &[&str], rows: &[Vec<String>]) -> String {
    let head: Vec<String> = head.iter().map(|cell| (*cell).to_owned()).collect();
    let rows: Vec<Vec<String>> = std::iter::once(head)
        .chain(
            rows.iter()
                .map(|row| row.iter().map(|cell| plain(cell)).collect()),
        )
        .collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths);
        let line: Vec<String> = cells
            .map(|(cell, width)| format!("{cell:<width$}"))
            .collect();
        line.join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// A text without control characters and without marks that change the direction of writing.
pub(crate) fn plain(text: &str) -> String {
    let harmless = |c: char| match c {
        '\n' | '\t' => ' ',
        c if c.is_control() => '\u{fffd}',
        '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => '\u{fffd}',
        c => c,
    };
    text.chars().map(harmless).collect()
}

/// The same for several lines, which stay lines.
pub(crate) fn plain_lines(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(plain).collect();
    lines.join("\n")
}

/// A moment, or a dash.
pub(crate) fn moment(ms: Option<u64>) -> String {
    let at = ms.map(|ms| std::time::UNIX_EPOCH + std::time::Duration::from_millis(ms));
    at.map_or_else(|| "-".to_owned(), httpdate::fmt_http_date)
}

#[cfg(test)]
mod tests {
    use super::{moment, plain, table};

    #[test]
    fn columns_are_as_wide_as_they_must_be() {
        let rows = [
            vec!["a.example".to_owned(), "1".to_owned()],
            vec!["b".to_owned(), String::new()],
        ];
        let expected = "NAME       LAG\na.example  1\nb";
        assert_eq!(table(&["NAME", "LAG"], &rows), expected);
        assert_eq!(table(&["NAME"], &[]), "NAME");
    }

    /// A peer's words must not move the cursor, clear the screen or turn the line around.
    #[test]
    fn nothing_commands_the_terminal() {
        assert_eq!(plain("a\x1b[2Jb\u{202e}c\nd"), "a\u{fffd}[2Jb\u{fffd}c d");
    }

    #[test]
    fn moments_are_dates_or_a_dash() {
        assert_eq!(moment(None), "-");
        assert_eq!(moment(Some(0)), "Thu, 01 Jan 1970 00:00:00 GMT");
    }
}
