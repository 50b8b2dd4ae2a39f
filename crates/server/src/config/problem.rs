use std::fmt;

/// What is wrong with one value and what to write instead, before anyone knows which key it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Complaint {
    /// A sentence without a full stop: what is wrong.
    pub(crate) wrong: String,
    /// A sentence without a full stop: what to do about it.
    pub(crate) fix: String,
}

impl Complaint {
    pub(crate) fn new(wrong: impl Into<String>, fix: impl Into<String>) -> Self {
        Self {
            wrong: wrong.into(),
            fix: fix.into(),
        }
    }
}

/// A complaint with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Problem {
    /// The key as written in the file (`server.listen`), or the name of an unknown variable.
    pub(crate) key: String,
    /// Where the value came from: a variable or a file. Nothing when it is the default.
    pub(crate) source: Option<String>,
    pub(crate) complaint: Complaint,
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            key,
            source,
            complaint: Complaint { wrong, fix },
        } = self;
        match source {
            Some(source) => write!(f, "{key} (from {source}): {wrong}; {fix}"),
            None => write!(f, "{key}: {wrong}; {fix}"),
        }
    }
}

/// Everything that is wrong with a configuration, so that it is repaired in one go.
#[derive(Debug)]
pub(crate) struct Problems(pub(crate) Vec<Problem>);

impl fmt::Display for Problems {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.0.len() {
            1 => write!(f, "the configuration has a problem:")?,
            count => write!(f, "the configuration has {count} problems:")?,
        }
        for problem in &self.0 {
            write!(f, "\n  {problem}")?;
        }
        Ok(())
    }
}

impl std::error::Error for Problems {}
