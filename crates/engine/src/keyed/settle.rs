use scaiwave_store::record::{KeptAnswer, KeyedRequestRow};
use scaiwave_store::{Change, Commit};

use super::running::Claim;

/// A request that is begun. Dropped without a word, nobody knows whether it was done.
#[derive(Debug)]
pub struct First {
    pub(super) claim: Claim,
    pub(super) row: KeyedRequestRow,
}

impl First {
    /// It was answered, and whoever asks again gets this. The request itself cannot fail any more: if the
    /// answer cannot be kept, the outcome counts as unknown.
    pub async fn keep(self, answer: KeptAnswer) {
        let row = KeyedRequestRow {
            answer: Some(answer),
            ..self.row.clone()
        };
        self.write(Change::PutKeyedRequest(Box::new(row))).await;
    }

    /// Nothing was done: whoever asks again tries anew.
    pub async fn forget(self) {
        let (local_id, key) = (self.row.local_id.clone(), self.row.key);
        self.write(Change::DropKeyedRequest(local_id, key)).await;
    }

    async fn write(&self, change: Change) {
        let commit = Commit::of(vec![change]);
        if let Err(error) = self.claim.tenant().store.commit(commit).await {
            tracing::error!(%error, "the answer to a request with a key could not be kept");
        }
    }
}
