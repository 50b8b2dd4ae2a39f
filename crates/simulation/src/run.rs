use std::collections::BTreeMap;

use crate::check;
use crate::plan::Plan;
use crate::stage::Stage;

/// Seconds that everything may take to become quiet once nothing goes wrong any more. The longest wait
/// that faults can leave behind: a peer whose clock is 40 s behind a process that has just started.
const HEALING_S: u64 = 120;
/// Steps, of a thousand, in which all servers look at their calendar.
const UPKEEP_PERMILLE: u32 = 30;

/// What came of a run.
#[derive(Clone, Debug)]
pub struct Report {
    /// Its seed.
    pub seed: u64,
    /// Over everything that happened; the same for the same seed.
    pub hash: u64,
    /// What should have held and did not.
    pub violations: Vec<String>,
    /// Everything that happened.
    pub trace: Vec<String>,
    /// How often people were told what.
    pub answers: BTreeMap<String, u64>,
}

/// Plays a seed to its end. `loud` prints what happens as it happens.
pub fn run(seed: u64, loud: bool) -> anyhow::Result<Report> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_time()
        .start_paused(true)
        .build()?;
    runtime.block_on(play(Plan::of(seed), loud))
}

async fn play(plan: Plan, loud: bool) -> anyhow::Result<Report> {
    let mut stage = Stage::new(plan, loud).await?;
    stage.trace.note(format!("{:?}", stage.plan));
    for _ in 0..stage.plan.steps {
        step(&mut stage).await?;
    }
    heal(&mut stage).await?;
    let mut violations = finish(&mut stage).await?;
    violations.extend(std::mem::take(&mut stage.ledger.violations));
    violations.extend(std::mem::take(&mut stage.watchers.violations));
    violations.extend(stage.network.take_violations());
    violations.extend(std::mem::take(&mut *stage.contradictions.lock()));
    let report = Report {
        seed: stage.plan.seed,
        hash: stage.trace.hash(),
        violations,
        trace: stage.trace.lines(),
        answers: stage.history.answers(),
    };
    for server in &mut stage.servers {
        server.stop();
    }
    // What is left of the processes ends before the runtime does.
    stage.pass(60_000).await;
    Ok(report)
}

async fn step(stage: &mut Stage) -> anyhow::Result<()> {
    let plan = &stage.plan;
    if stage.chance.permille(plan.cut) {
        stage.cut();
    }
    if stage.chance.permille(plan.crash) {
        stage.crash();
    }
    if stage.chance.permille(UPKEEP_PERMILLE) {
        stage.upkeep();
    }
    if stage.chance.permille(plan.deliver) {
        stage.deliver_somewhere();
    } else {
        stage.act().await?;
    }
    let ms = 1 + stage.chance.below(stage.plan.step_ms) as u64;
    stage.pass(ms).await;
    stage.restart().await?;
    stage.look().await
}

/// Nothing goes wrong any more: everything that was left undone must come to an end by itself.
async fn heal(stage: &mut Stage) -> anyhow::Result<()> {
    stage.trace.note("all heals");
    stage.network.heal();
    stage.plan.disk = 0;
    stage.greet_all();
    for _ in 0..HEALING_S {
        for server in &mut stage.servers {
            server.up_at = 0;
            if let Some(now) = server.now.as_ref().filter(|now| !now.life.is_over()) {
                now.life.spare();
            }
        }
        stage.restart().await?;
        stage.upkeep();
        for pair in stage.pairs() {
            stage.deliver(pair);
        }
        stage.pass(1000).await;
        stage.look().await?;
        if stage.is_quiet().await? {
            return Ok(());
        }
    }
    stage.trace.note("it never became quiet");
    Ok(())
}

async fn finish(stage: &mut Stage) -> anyhow::Result<Vec<String>> {
    stage.look().await?;
    for index in 0..stage.servers.len() {
        if let Some(now) = stage.running(index) {
            stage.watchers.compare(index, &now.tenant).await;
        }
    }
    let mut violations = check::check_healed(&stage.servers, &stage.history).await?;
    if stage.history.is_waiting() {
        violations.push("somebody waits for an answer for ever".to_owned());
    }
    Ok(violations)
}
