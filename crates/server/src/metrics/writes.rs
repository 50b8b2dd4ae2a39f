use std::sync::Arc;

use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::Registry;
use scaiwave_store_sqlite::{WatchWrites, Written};

/// Seconds: an fsync of a good disk takes half a millisecond, one of a bad disk a hundred times that.
const SECONDS: [f64; 12] = [
    0.000_25, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0,
];
/// Commits in one transaction: it takes 512 at most.
const COMMITS: [f64; 10] = [1.0, 2.0, 4.0, 8.0, 16.0, 32.0, 64.0, 128.0, 256.0, 512.0];

/// Transactions of all tenants.
#[derive(Debug)]
pub(crate) struct Writes {
    took: Histogram,
    commits: Histogram,
    failed: Counter,
}

impl Writes {
    pub(super) fn register(registry: &mut Registry) -> Arc<Self> {
        let writes = Writes {
            took: Histogram::new(SECONDS),
            commits: Histogram::new(COMMITS),
            failed: Counter::default(),
        };
        registry.register(
            "scaiwave_commit_duration_seconds",
            "How long transactions took, fsync included",
            writes.took.clone(),
        );
        registry.register(
            "scaiwave_commit_batch_size",
            "Commits that shared one transaction and its fsync",
            writes.commits.clone(),
        );
        registry.register(
            "scaiwave_commits_not_written",
            "Transactions that were not written: in conflict with what stood there, or the disk failed",
            writes.failed.clone(),
        );
        Arc::new(writes)
    }
}

impl WatchWrites for Writes {
    fn written(&self, written: Written) {
        if written.committed {
            self.took.observe(written.took.as_secs_f64());
            self.commits.observe(f64::from(
                u32::try_from(written.commits).unwrap_or(u32::MAX),
            ));
        } else {
            self.failed.inc();
        }
    }
}
