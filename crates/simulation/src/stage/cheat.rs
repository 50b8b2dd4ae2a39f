//! The moments at which the cheat cheats.

use std::collections::BTreeSet;

use scaiwave_protocol::{RoomId, ServerName};

use super::Stage;
use crate::byzantine::Liar;
use crate::world::SharedChance;

/// Of a thousand moments, those in which it cheats with a request and not with items.
const TRICKS: u32 = 250;

impl Stage {
    /// Makes a cheat of one of the servers.
    pub(super) fn corrupt(&mut self) {
        // One that hosts a room which all share.
        let index = self.plan.shared.last().copied().unwrap_or(0);
        let chance = SharedChance::new(self.chance.next());
        let liar = Liar::new(index, chance, self.trace.clone());
        let name = self.servers[index].name();
        self.trace.note(format!("{name} is a cheat"));
        self.network.distrust(name, liar.clone());
        self.liar = Some(liar);
    }

    pub(crate) fn liar_name(&self) -> Option<ServerName> {
        let index = self.liar.as_ref()?.index;
        Some(self.servers[index].name().clone())
    }

    /// Which followers of which rooms were told a history of their own.
    pub(crate) fn forks(&self) -> BTreeSet<(ServerName, RoomId)> {
        self.liar.as_ref().map(Liar::forks).unwrap_or_default()
    }

    /// The cheat tells somebody lies, if it runs.
    pub(crate) fn cheat(&self) {
        let Some(liar) = self.liar.clone() else {
            return;
        };
        let Some(now) = self.running(liar.index) else {
            return;
        };
        let others = self.servers.len() - 1;
        let victim = (liar.index + 1 + self.chance.below(others)) % self.servers.len();
        let victim = self.servers[victim].name().clone();
        let store = self.servers[liar.index].store.clone();
        let trick = self.chance.permille(TRICKS);
        let (network, trace) = (self.network.clone(), self.trace.clone());
        tokio::spawn(async move {
            let cheating = async {
                if trick {
                    liar.trick(&now.tenant, &*store, &victim, &network).await
                } else {
                    liar.cheat(&now.tenant, &*store, &victim).await
                }
            };
            let told = now.life.end.run_until_cancelled(cheating).await;
            if let Some(Err(error)) = told {
                trace.note(format!("the cheat could not read its own disk: {error}"));
            }
        });
    }

    /// The cheat, while it sends something from this place.
    pub(super) fn liar_at(&self, index: usize) -> Option<Liar> {
        let liar = self.liar.as_ref().filter(|liar| liar.index == index);
        liar.filter(|liar| !liar.is_reformed()).cloned()
    }
}
