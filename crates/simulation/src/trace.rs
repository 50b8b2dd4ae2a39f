use std::sync::Arc;

use parking_lot::Mutex;
use scaiwave_testkit::FakeClock;

/// Everything that happened, as lines of text, and a hash over them. Clones are the same trace.
#[derive(Clone)]
pub(crate) struct Trace(Arc<Mutex<Inner>>);

struct Inner {
    hash: u64,
    lines: Vec<String>,
    clock: FakeClock,
    loud: bool,
}

/// FNV-1a: two runs of a seed are compared, nobody attacks this.
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;
const FNV_PRIME: u64 = 0x0000_0100_0000_01b3;

impl Trace {
    pub(crate) fn new(clock: FakeClock, loud: bool) -> Self {
        Trace(Arc::new(Mutex::new(Inner {
            hash: FNV_START,
            lines: Vec::new(),
            clock,
            loud,
        })))
    }

    pub(crate) fn note(&self, line: impl AsRef<str>) {
        let mut inner = self.0.lock();
        let at = inner.clock.now_ms() - scaiwave_testkit::START_MS;
        let line = format!("{at:>7} {}", line.as_ref());
        for byte in line.bytes() {
            inner.hash = (inner.hash ^ u64::from(byte)).wrapping_mul(FNV_PRIME);
        }
        if inner.loud {
            #[expect(clippy::print_stdout, reason = "this is what `--loud` asks for")]
            {
                println!("{line}");
            }
        }
        inner.lines.push(line);
    }

    pub(crate) fn hash(&self) -> u64 {
        self.0.lock().hash
    }

    pub(crate) fn lines(&self) -> Vec<String> {
        self.0.lock().lines.clone()
    }
}
