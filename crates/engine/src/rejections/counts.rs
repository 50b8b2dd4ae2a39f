use std::collections::BTreeMap;

use parking_lot::Mutex;
use scaiwave_protocol::Code;
use scaiwave_store::record::RejectionDirection;

/// How often something was refused between this tenant and other servers since the process started.
///
/// Codes are this protocol's own, so there are never many lines, whatever peers send.
#[derive(Debug, Default)]
pub struct RejectionCounts {
    /// Held for one addition or a copy, never across an await.
    counts: Mutex<BTreeMap<(RejectionDirection, Code), u64>>,
}

impl RejectionCounts {
    pub(super) fn add(&self, direction: RejectionDirection, code: Code) {
        *self.counts.lock().entry((direction, code)).or_default() += 1;
    }

    /// Who refused, with which code, how often.
    pub fn all(&self) -> Vec<(RejectionDirection, Code, u64)> {
        let counts = self.counts.lock();
        let lines = counts.iter();
        lines
            .map(|((direction, code), count)| (*direction, *code, *count))
            .collect()
    }
}
