use std::collections::BTreeMap;

use crate::check::Town;
use crate::plan::Plan;
use crate::stage::Stage;

/// Seconds that everything may take to become quiet once nothing goes wrong any more. The longest wait
/// that faults can leave behind: a process started while its clock was ten minutes ahead hears nobody
/// until the others' clocks have come so far (protocol section 5, `SW_FED_REPLAY`).
const HEALING_S: u64 = 900;
/// The same where no clock is set: a peer whose clock is 40 s behind a process that has just started.
const HEALING_WITH_CLOCKS_S: u64 = 120;
/// Of a thousand steps while somebody is away for long, those that jump to the return.
const JUMPS: u32 = 50;
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

/// Plays a seed twice. Another trace the second time is a violation: then a seed does not tell what
/// happens, and no failure could be looked into.
pub fn play_twice(seed: u64) -> anyhow::Result<Report> {
    let mut first = run(seed, false)?;
    let second = run(seed, false)?;
    if first.hash != second.hash {
        let mut lines = first.trace.iter().zip(&second.trace);
        let differs = lines.find(|(one, other)| one != other);
        let at = differs.map_or_else(
            || "one goes on where the other ends".to_owned(),
            |(one, other)| format!("first {one}\n  then  {other}"),
        );
        let what = format!("another trace the second time: {at}");
        first.violations.push(what);
    }
    Ok(first)
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
    let mut answers = stage.history.answers();
    if let Some(liar) = &stage.liar {
        violations.extend(liar.take_violations());
        answers.extend(liar.answers());
    }
    let report = Report {
        seed: stage.plan.seed,
        hash: stage.trace.hash(),
        violations,
        trace: stage.trace.lines(),
        answers,
    };
    for server in &mut stage.servers {
        server.stop();
    }
    // What is left of the processes ends before the runtime does.
    stage.pass(60_000).await;
    Ok(report)
}

async fn step(stage: &mut Stage) -> anyhow::Result<()> {
    let plan = stage.plan.clone();
    if stage.chance.permille(plan.cut) {
        stage.cut();
    }
    if stage.chance.permille(plan.crash) {
        stage.crash();
    }
    if stage.chance.permille(UPKEEP_PERMILLE) {
        stage.upkeep();
    }
    if stage.chance.permille(plan.set_clock) {
        stage.set_clock();
    }
    if stage.chance.permille(plan.rotate) {
        stage.rotate().await;
    }
    if plan.hand_over > 0 && stage.chance.permille(plan.hand_over) {
        stage.hand_over().await?;
    }
    if plan.liar && stage.chance.permille(plan.lie) {
        stage.cheat();
    }
    if stage.chance.permille(plan.outage) {
        stage.outage();
    }
    if plan.outage > 0 && stage.chance.permille(JUMPS) {
        stage.wait_for_the_absent().await?;
    }
    if stage.chance.permille(plan.deliver) {
        stage.deliver_somewhere();
    } else {
        stage.act().await?;
    }
    let ms = 1 + stage.chance.below(plan.step_ms) as u64;
    stage.pass(ms).await;
    stage.restart().await?;
    stage.look().await
}

/// Nothing goes wrong any more: everything that was left undone must come to an end by itself.
async fn heal(stage: &mut Stage) -> anyhow::Result<()> {
    stage.trace.note("all heals");
    stage.network.heal();
    if let Some(liar) = &stage.liar {
        liar.reform();
    }
    stage.plan.disk = 0;
    stage.set_clocks_right();
    stage.greet_all();
    let healing_s = match stage.plan.set_clock {
        0 => HEALING_WITH_CLOCKS_S,
        _ => HEALING_S,
    };
    // What a cheat has told somebody alone, to the very end, shows when heads are exchanged the next time.
    let mut all_told = stage.liar.is_none();
    for _ in 0..healing_s {
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
            if all_told {
                return Ok(());
            }
            stage.greet_all();
            all_told = true;
        }
    }
    stage.trace.note("it never became quiet");
    Ok(())
}

async fn finish(stage: &mut Stage) -> anyhow::Result<Vec<String>> {
    stage.look().await?;
    let (liar, forks) = (stage.liar_name(), stage.forks());
    for index in 0..stage.servers.len() {
        if let Some(now) = stage.running(index) {
            let watchers = &mut stage.watchers;
            watchers.compare(index, &now.tenant, liar.as_ref()).await;
        }
    }
    let town = Town::of(&stage.servers, liar, forks).await?;
    let mut violations = town.check(&stage.history).await?;
    if stage.history.is_waiting() {
        violations.push("somebody waits for an answer for ever".to_owned());
    }
    Ok(violations)
}
