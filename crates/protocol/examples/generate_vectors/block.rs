//! The named blocks of `docs/protocol.md`. The `room` crate's generator uses this file too.

/// Replaces the inside of the fenced block that follows the comment with this name.
pub(crate) fn with_block(page: &str, name: &str, text: &str) -> String {
    let marker = format!("<!-- {name} -->\n");
    let Some((before, after)) = page.split_once(&marker) else {
        return page.to_owned();
    };
    let Some((fence, rest)) = after.split_once('\n') else {
        return page.to_owned();
    };
    let end = if rest.starts_with("```") {
        0
    } else {
        rest.find("\n```").map_or(rest.len(), |end| end + 1)
    };
    let rest = &rest[end..];
    format!("{before}{marker}{fence}\n{}\n{rest}", text.trim_end())
}
