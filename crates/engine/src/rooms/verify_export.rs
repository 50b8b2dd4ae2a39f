//! Checks an exported room without a server: nothing but the file is believed.

use std::io::BufRead;

use scaiwave_protocol::json::{self, Fields};
use scaiwave_protocol::log::{Checkpoint, Entry};
use scaiwave_protocol::{Code, Hash, Json, Malformed, Refusal, RoomId, ServerName};
use scaiwave_room::{LogCheck, Rejection, Verdict};

use super::EXPORT_FORMAT;

/// Bytes of a line: an entry with room to spare.
const LINE_BYTES_MAX: u64 = 256 * 1024;

/// What was checked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExportReport {
    /// Which room.
    pub room_id: RoomId,
    /// Entries, each with its signature, its place in the chain, and the room's rules.
    pub entries: u64,
    /// Checkpoints, each with the signature of its term's host.
    pub checkpoints: u64,
    /// The last term.
    pub term: u64,
    /// Who hosts the room at its end.
    pub host: ServerName,
    /// The chain over everything.
    pub chain: Hash,
    /// Entries that the host should not have sequenced, with the reason.
    pub void: Vec<(u64, Rejection)>,
}

/// The first thing that does not hold.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {why}")]
pub struct ExportFault {
    /// In which line, from 1.
    pub line: u64,
    /// What.
    pub why: String,
}

/// Checks a whole file.
pub fn verify_export(mut file: impl BufRead) -> Result<ExportReport, ExportFault> {
    let mut line = 1;
    let at = |line: u64| move |refusal: Refusal| fault(line, refusal.to_string());
    let head = next(&mut file, line)?.ok_or_else(|| fault(line, "the file is empty".to_owned()))?;
    let (room_id, seq) = read_head(head).map_err(|why| at(line)(why.into()))?;
    let mut check = LogCheck::new(room_id.clone());
    let mut report = Counts::default();
    while let Some(json) = next(&mut file, line + 1)? {
        line += 1;
        take(&mut check, json, &mut report).map_err(at(line))?;
    }
    let state = check.state().filter(|_| check.uncovered() == 0);
    let state =
        state.ok_or_else(|| fault(line, "the file does not end with a checkpoint".to_owned()))?;
    if state.head().seq != seq {
        return Err(fault(
            line,
            format!("the file ends at entry {} and says {seq}", state.head().seq),
        ));
    }
    Ok(ExportReport {
        room_id,
        entries: state.head().seq,
        checkpoints: report.checkpoints,
        term: state.head().term,
        host: state.host().clone(),
        chain: state.head().chain,
        void: report.void,
    })
}

#[derive(Default)]
struct Counts {
    checkpoints: u64,
    void: Vec<(u64, Rejection)>,
}

fn read_head(json: Json) -> Result<(RoomId, u64), Malformed> {
    let mut fields = Fields::of("head", json)?;
    if fields.string("format")? != EXPORT_FORMAT {
        return Err(fields.wrong("format", "is not one that this version reads"));
    }
    let room_id = fields.parsed("room_id", RoomId::parse)?;
    let seq = fields.count("seq")?;
    fields.nothing_else()?;
    Ok((room_id, seq))
}

fn take(check: &mut LogCheck, json: Json, counts: &mut Counts) -> Result<(), Refusal> {
    let mut fields = Fields::of("line", json)?;
    if fields.has("entry") {
        check.take(Entry::parse(fields.any("entry")?)?);
    } else if fields.has("checkpoint") {
        let checkpoint = Checkpoint::parse(fields.any("checkpoint")?)?;
        for entry in check.cover(&checkpoint)? {
            if let Verdict::Void(why) = entry.verdict() {
                counts.void.push((entry.point().seq, why));
            }
        }
        counts.checkpoints += 1;
    } else {
        return Err(Code::EventInvalid.because("neither an entry nor a checkpoint"));
    }
    fields.nothing_else()?;
    Ok(())
}

/// The next line, in the strict JSON of the protocol.
fn next(file: &mut impl BufRead, line: u64) -> Result<Option<Json>, ExportFault> {
    let mut bytes = Vec::new();
    let mut limited = std::io::Read::take(&mut *file, LINE_BYTES_MAX);
    let read = limited.read_until(b'\n', &mut bytes);
    read.map_err(|error| fault(line, format!("the file cannot be read: {error}")))?;
    if bytes.is_empty() {
        return Ok(None);
    }
    if bytes.pop() != Some(b'\n') {
        return Err(fault(
            line,
            "the line does not end, or is too long".to_owned(),
        ));
    }
    let json = json::parse_body(&bytes);
    json.map(Some)
        .map_err(|malformed| fault(line, malformed.to_string()))
}

fn fault(line: u64, why: String) -> ExportFault {
    ExportFault { line, why }
}
