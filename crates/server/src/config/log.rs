use tracing_subscriber::EnvFilter;

use super::keys;
use super::problem::Complaint;
use super::reader::Reader;

/// `[log]`: what is logged, and how it looks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Log {
    /// A directive of tracing's `EnvFilter`, known to parse.
    pub(crate) filter: String,
    pub(crate) format: LogFormat,
}

/// The form of a log line on standard error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum LogFormat {
    /// For people.
    Text,
    /// One object a line, for collectors.
    Json,
}

impl Default for Log {
    fn default() -> Self {
        Self {
            filter: "info".to_owned(),
            format: LogFormat::Text,
        }
    }
}

impl Log {
    pub(super) fn read(reader: &mut Reader) -> Self {
        let default = Self::default();
        Self {
            filter: reader
                .parsed(keys::LOG_FILTER, parse_filter)
                .unwrap_or(default.filter),
            format: reader
                .parsed(keys::LOG_FORMAT, parse_format)
                .unwrap_or(default.format),
        }
    }
}

fn parse_filter(text: &str) -> Result<String, Complaint> {
    EnvFilter::try_new(text)
        .map(|_| text.to_owned())
        .map_err(|error| {
            Complaint::new(
                format!("{text:?} is not a log filter: {error}"),
                "write a level, or levels by module, for example info,scaiwave_federation=debug",
            )
        })
}

fn parse_format(text: &str) -> Result<LogFormat, Complaint> {
    match text {
        "text" => Ok(LogFormat::Text),
        "json" => Ok(LogFormat::Json),
        _ => Err(Complaint::new(
            format!("{text:?} is not a log format"),
            "use text or json",
        )),
    }
}
