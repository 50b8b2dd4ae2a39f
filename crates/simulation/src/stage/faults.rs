//! What goes wrong with servers: they die, lose their cables, their clocks, or are away for long.

use scaiwave_engine::audit::Actor;

use super::Stage;
use crate::world::Stop;

/// The shortest outage, in ms.
const OUTAGE_MIN_MS: u64 = 1_000;
/// The longest: 90 days, a quarter of the life of a key.
const OUTAGE_MAX_MS: u64 = 90 * 24 * 60 * 60 * 1_000;
/// In so many pieces a long time passes: after each, what servers do by themselves is done.
const HOPS: u64 = 50;
/// How wrong a clock can be set, in ms.
const CLOCK_WRONG_MS: i64 = 600_000;

impl Stage {
    /// From now on this process meets what the plan has for it.
    pub(crate) fn live_dangerously(&self, index: usize) {
        if let Some(now) = &self.servers[index].now {
            now.life.fail_commits(self.plan.disk);
        }
        self.greet(index);
    }

    /// Kills a process: now, or in the middle of what it does next.
    pub(crate) fn crash(&self) {
        let Some(now) = self.running(self.chance.below(self.servers.len())) else {
            return;
        };
        let name = now.tenant.server_name();
        if self.chance.permille(250) {
            self.trace.note(format!("{name} is killed"));
            now.life.finish();
            return;
        }
        let stop = if self.chance.permille(500) {
            Stop::BeforeCommit
        } else {
            Stop::AfterCommit
        };
        let commits = u32::try_from(self.chance.below(6)).unwrap_or(0);
        self.trace
            .note(format!("{name} will stop {stop:?} after {commits} commits"));
        now.life.stop_after(commits, stop);
    }

    /// Cuts or mends a cable, one direction of it or both.
    pub(crate) fn cut(&self) {
        let (a, b) = self.pair();
        let (a, b) = (self.servers[a].name(), self.servers[b].name());
        let cut = self.network.toggle(a, b);
        let both = self.chance.permille(500);
        let back = both.then(|| self.network.toggle(b, a));
        self.trace
            .note(format!("cable {a} -> {b}: cut {cut}, back {back:?}"));
    }

    /// Sets a clock: wrong by up to ten minutes, or right again.
    pub(crate) fn set_clock(&self) {
        let server = &self.servers[self.chance.below(self.servers.len())];
        let wrong = server.clock.off_by().abs() > self.plan.skew_ms;
        let off_by = if wrong && self.chance.permille(700) {
            self.chance.around_zero(self.plan.skew_ms)
        } else {
            self.chance.around_zero(CLOCK_WRONG_MS)
        };
        server.clock.set_off_by(off_by);
        self.trace.note(format!(
            "the clock of {} is off by {off_by} ms",
            server.name()
        ));
    }

    /// Nobody's clock is wrong any more.
    pub(crate) fn set_clocks_right(&self) {
        for server in &self.servers {
            if server.clock.off_by().abs() > self.plan.skew_ms {
                let off_by = self.chance.around_zero(self.plan.skew_ms);
                server.clock.set_off_by(off_by);
            }
        }
    }

    /// An admin has a new key made.
    pub(crate) async fn rotate(&self) {
        let Some(now) = self.running(self.chance.below(self.servers.len())) else {
            return;
        };
        let force = self.chance.permille(800);
        let made = now
            .tenant
            .keyring()
            .rotate(Actor::Operator, force, None)
            .await;
        let told = made
            .map(|key| key.key_id)
            .map_err(|error| error.to_string());
        let name = now.tenant.server_name();
        self.trace.note(format!("{name} rotates its key: {told:?}"));
    }

    /// A server goes away for something between a second and months.
    pub(crate) fn outage(&mut self) {
        let index = self.chance.below(self.servers.len());
        let (min, max) = (OUTAGE_MIN_MS.ilog2(), OUTAGE_MAX_MS.ilog2());
        let power = min + u32::try_from(self.chance.below((max - min + 1) as usize)).unwrap_or(0);
        let whole = 1_u64 << power;
        let away = (whole + self.chance.next() % whole).min(OUTAGE_MAX_MS);
        if let Some(now) = self.running(index) {
            now.life.finish();
        }
        let server = &mut self.servers[index];
        server.up_at = server.up_at.max(self.clock.now_ms() + away);
        self.trace
            .note(format!("{} will be away for {away} ms", server.name()));
    }

    /// Lets time pass until everybody is back who is away for long; the others live on meanwhile.
    pub(crate) async fn wait_for_the_absent(&mut self) -> anyhow::Result<()> {
        let now = self.clock.now_ms();
        let back = self.servers.iter().map(|server| server.up_at).max();
        let Some(whole) = back.and_then(|back| back.checked_sub(now)) else {
            return Ok(());
        };
        if whole < OUTAGE_MIN_MS {
            return Ok(());
        }
        self.trace.note(format!("{whole} ms pass"));
        let hop = (whole / HOPS).max(OUTAGE_MIN_MS);
        let end = now + whole;
        while self.clock.now_ms() < end {
            self.upkeep();
            for pair in self.pairs() {
                self.deliver(pair);
            }
            self.pass(hop.min(end - self.clock.now_ms())).await;
            self.restart().await?;
            self.look().await?;
        }
        Ok(())
    }
}
