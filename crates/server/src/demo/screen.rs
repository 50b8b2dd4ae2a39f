//! What the demo prints: headings, facts, and two columns, one for each server.

use std::io::{IsTerminal as _, Write as _};

/// Characters of a column.
const COLUMN: usize = 46;

/// Whose column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Acme,
    Globex,
}

/// How a line looks on a terminal that knows colours.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    Plain,
    /// Not settled yet.
    Faint,
    /// What matters.
    Strong,
    Good,
}

/// Standard output.
#[derive(Debug)]
pub(super) struct Screen {
    colours: bool,
}

impl Screen {
    /// Colours only for a terminal whose owner has nothing against them (<https://no-color.org>).
    pub(super) fn of_this_terminal() -> Self {
        let plain = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        Screen {
            colours: std::io::stdout().is_terminal() && !plain,
        }
    }

    /// A new chapter.
    pub(super) fn chapter(&self, title: &str) {
        self.line("");
        self.line(&self.painted(title, Tone::Strong));
    }

    /// A fact, below its chapter.
    pub(super) fn fact(&self, label: &str, text: &str) {
        self.line(&format!("  {label:<12}{text}"));
    }

    /// A check that went well.
    pub(super) fn checked(&self, text: &str) {
        self.line(&format!(
            "  {}",
            self.painted(&format!("✓ {text}"), Tone::Good)
        ));
    }

    /// The two columns' heads.
    pub(super) fn columns(&self, left: &str, right: &str) {
        self.line("");
        let pad = " ".repeat(COLUMN.saturating_sub(width(left)));
        self.line(&format!("  {left}{pad} │ {right}"));
        self.line(&format!("  {0}─┼─{0}", "─".repeat(COLUMN)));
    }

    /// Something that one of the servers says.
    pub(super) fn says(&self, side: Side, text: &str, tone: Tone) {
        let text = shortened(text);
        let painted = self.painted(&text, tone);
        match side {
            Side::Acme => {
                let pad = " ".repeat(COLUMN.saturating_sub(width(&text)));
                self.line(&format!("  {painted}{pad} │"));
            }
            Side::Globex => self.line(&format!("  {} │ {painted}", " ".repeat(COLUMN))),
        }
    }

    /// A line as it is.
    pub(super) fn line(&self, text: &str) {
        if writeln!(std::io::stdout().lock(), "{text}").is_err() {
            // Nobody reads any more; the exit status still tells how it went.
            tracing::debug!("standard output is closed");
        }
    }

    fn painted(&self, text: &str, tone: Tone) -> String {
        let code = match tone {
            _ if !self.colours => return text.to_owned(),
            Tone::Plain => return text.to_owned(),
            Tone::Faint => "2",
            Tone::Strong => "1",
            Tone::Good => "32",
        };
        format!("\x1b[{code}m{text}\x1b[0m")
    }
}

/// How many cells a text takes: emoji take two.
fn width(text: &str) -> usize {
    let cells = |c: char| if u32::from(c) >= 0x1f000 { 2 } else { 1 };
    text.chars().map(cells).sum()
}

fn shortened(text: &str) -> String {
    if width(text) <= COLUMN {
        return text.to_owned();
    }
    let kept: String = text.chars().take(COLUMN - 1).collect();
    format!("{kept}…")
}
