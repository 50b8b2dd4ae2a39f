//! On what is measured.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::Context as _;

/// Appends for the disk's figure.
const APPENDS: usize = 300;

/// The machine in facts.
#[derive(Debug)]
pub(crate) struct Machine {
    pub(crate) cores: usize,
    pub(crate) processor: String,
    pub(crate) kernel: String,
    pub(crate) file_system: String,
    /// 4 KiB appended and `fdatasync`ed: median and the slowest but one of a hundred.
    pub(crate) sync_p50: Duration,
    pub(crate) sync_p99: Duration,
}

impl Machine {
    /// Looks around; `directory` is where the servers will keep their data.
    pub(crate) fn look(directory: &Path) -> anyhow::Result<Self> {
        let mut syncs = syncs(directory).context("the disk cannot be measured")?;
        syncs.sort_unstable();
        Ok(Machine {
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            processor: processor(),
            kernel: first_line("/proc/sys/kernel/osrelease"),
            file_system: file_system(directory),
            sync_p50: syncs[APPENDS / 2],
            sync_p99: syncs[APPENDS * 99 / 100],
        })
    }
}

fn syncs(directory: &Path) -> std::io::Result<Vec<Duration>> {
    let path = directory.join("sync-test");
    let mut file = File::create(&path)?;
    let block = [0x5a; 4096];
    let mut times = Vec::with_capacity(APPENDS);
    for _ in 0..APPENDS {
        let begun = Instant::now();
        file.write_all(&block)?;
        file.sync_data()?;
        times.push(begun.elapsed());
    }
    fs::remove_file(path)?;
    Ok(times)
}

fn first_line(path: &str) -> String {
    let text = fs::read_to_string(path).unwrap_or_default();
    text.lines().next().unwrap_or("?").to_owned()
}

fn processor() -> String {
    let text = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let line = text
        .lines()
        .find_map(|line| line.strip_prefix("model name"));
    let name = line.and_then(|line| line.split_once(':'));
    name.map_or("?", |(_, name)| name.trim()).to_owned()
}

/// The type of the mount that a directory lies in: the longest one that it begins with.
fn file_system(directory: &Path) -> String {
    let mounts = fs::read_to_string("/proc/mounts").unwrap_or_default();
    let mount = |line: &str| {
        let mut words = line.split(' ').skip(1);
        let (at, kind) = (words.next()?.to_owned(), words.next()?.to_owned());
        directory.starts_with(&at).then_some((at.len(), kind))
    };
    let best = mounts
        .lines()
        .filter_map(mount)
        .max_by_key(|(length, _)| *length);
    best.map_or_else(|| "?".to_owned(), |(_, kind)| kind)
}
