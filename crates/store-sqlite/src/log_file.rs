//! What a write-ahead log must be before SQLite reads it.
//!
//! After a crash SQLite takes a log up to the first frame whose checksum does not fit, without a word: it cannot
//! tell what was never whole (the last transaction, when the power failed) from what was whole and answered, and
//! is damaged. The difference can be seen: a transaction is begun when the one before it is on disk, so frames that
//! go on behind a commit prove that it was. The form is SQLite's own, <https://sqlite.org/fileformat2.html#walformat>.

use std::fs;
use std::io;
use std::path::Path;

const HEADER: usize = 32;
const FRAME_HEADER: usize = 24;
/// The last bit says in which byte order checksums are made.
const MAGIC: u32 = 0x377f_0682;
const VERSION: u32 = 3_007_000;
const PAGE_MIN: usize = 512;
const PAGE_MAX: usize = 65_536;

/// What a log is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// Nothing is missing.
    Whole,
    /// Its last transaction was never whole: nobody was told that it is on disk.
    Torn,
    /// Something that was on disk is not what it was.
    Damaged(&'static str),
}

/// Looks at the log beside a database. Another process may write to it meanwhile: what seems to be damaged must
/// seem so twice.
pub(crate) fn look(log: &Path) -> io::Result<Found> {
    let mut before: Option<Vec<u8>> = None;
    loop {
        let bytes = match fs::read(log) {
            Ok(bytes) => bytes,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Found::Whole),
            Err(error) => return Err(error),
        };
        let found = judge(&bytes);
        if found == Found::Whole || before.as_ref() == Some(&bytes) {
            return Ok(found);
        }
        before = Some(bytes);
    }
}

fn judge(bytes: &[u8]) -> Found {
    // A new log whose header has not come to the disk: nothing stood in it yet.
    if bytes.len() < HEADER || bytes.iter().all(|byte| *byte == 0) {
        return Found::Whole;
    }
    let Some(log) = Log::of(bytes) else {
        return Found::Damaged("its header is damaged");
    };
    let mut sum = log.sum;
    for (place, frame) in log.frames().enumerate() {
        let computed = log.sum_of(frame, sum);
        if !log.is_of_this_log(frame) || computed != stored_sum(frame) {
            return log.behind(place, sum);
        }
        sum = computed;
    }
    Found::Whole
}

type Sum = (u32, u32);

struct Log<'a> {
    bytes: &'a [u8],
    page: usize,
    little_endian: bool,
    /// Of the header, with which the first frame's begins.
    sum: Sum,
}

impl<'a> Log<'a> {
    fn of(bytes: &'a [u8]) -> Option<Self> {
        let magic = word(bytes, 0);
        let page = usize::try_from(word(bytes, 8)).ok()?;
        let known = magic & !1 == MAGIC && word(bytes, 4) == VERSION;
        if !known || !page.is_power_of_two() || !(PAGE_MIN..=PAGE_MAX).contains(&page) {
            return None;
        }
        let little_endian = magic == MAGIC;
        let sum = add(little_endian, &bytes[..24], (0, 0));
        (sum == (word(bytes, 24), word(bytes, 28))).then_some(Log {
            bytes,
            page,
            little_endian,
            sum,
        })
    }

    /// All that are there in full.
    fn frames(&self) -> impl Iterator<Item = &'a [u8]> + use<'a> {
        self.bytes[HEADER..].chunks_exact(FRAME_HEADER + self.page)
    }

    /// A log is begun anew in the same file: what an earlier one has left bears other salts.
    fn is_of_this_log(&self, frame: &[u8]) -> bool {
        word(frame, 0) != 0 && frame[8..16] == self.bytes[16..24]
    }

    fn sum_of(&self, frame: &[u8], before: Sum) -> Sum {
        let sum = add(self.little_endian, &frame[..8], before);
        add(self.little_endian, &frame[FRAME_HEADER..], sum)
    }

    /// What the first frame that does not fit means, by what stands behind it.
    fn behind(&self, place: usize, before: Sum) -> Found {
        let rest: Vec<&[u8]> = self.frames().skip(place).collect();
        let bad = rest[0];
        let goes_on = |two: &[&[u8]]| {
            let next = two[1];
            let sums = [stored_sum(two[0]), self.sum_of(bad, before)];
            let from = if two[0] == bad { &sums[..] } else { &sums[..1] };
            let fits = from
                .iter()
                .any(|sum| self.sum_of(next, *sum) == stored_sum(next));
            // The salts of the bad one itself may be what is damaged.
            let ours = self.is_of_this_log(two[0]) || two[0] == bad;
            ours && is_commit(two[0]) && self.is_of_this_log(next) && fits
        };
        if rest.windows(2).any(goes_on) {
            return Found::Damaged("a transaction that was on disk is damaged");
        }
        let begun = |frame: &&[u8]| self.is_of_this_log(frame);
        match rest.iter().any(begun) || self.sum_of(bad, before) == stored_sum(bad) {
            true => Found::Torn,
            false => Found::Whole,
        }
    }
}

/// The last frame of a transaction says how large the database is after it.
fn is_commit(frame: &[u8]) -> bool {
    word(frame, 4) != 0
}

fn stored_sum(frame: &[u8]) -> Sum {
    (word(frame, 16), word(frame, 20))
}

fn word(bytes: &[u8], at: usize) -> u32 {
    let mut word = [0; 4];
    word.copy_from_slice(&bytes[at..at + 4]);
    u32::from_be_bytes(word)
}

/// SQLite's checksum over 8 bytes at a time.
fn add(little_endian: bool, bytes: &[u8], sum: Sum) -> Sum {
    let (mut first, mut second) = sum;
    let word = |bytes: &[u8]| match little_endian {
        true => word(bytes, 0).swap_bytes(),
        false => word(bytes, 0),
    };
    for pair in bytes.chunks_exact(8) {
        first = first.wrapping_add(word(pair)).wrapping_add(second);
        second = second.wrapping_add(word(&pair[4..])).wrapping_add(first);
    }
    (first, second)
}
