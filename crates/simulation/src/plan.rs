use scaiwave_protocol::event::content::History;
use scaiwave_testkit::SplitMix;

/// Of a thousand steps, those in which rooms are handed over, at most.
const HAND_OVER_MAX: usize = 15;

/// What a seed decides before anything happens. Probabilities are in thousandths.
#[derive(Clone, Debug)]
pub struct Plan {
    /// The seed itself.
    pub seed: u64,
    /// Two to five.
    pub servers: usize,
    /// People on each.
    pub people: usize,
    /// Random steps before everything heals.
    pub steps: usize,
    /// Requests that never arrive.
    pub lose_request: u32,
    /// Answers that never arrive, though the request was worked on.
    pub lose_answer: u32,
    /// Requests of which the very same bytes arrive once more.
    pub repeat: u32,
    /// Steps in which a cable between two servers is cut or mended.
    pub cut: u32,
    /// Steps in which a process is told to die at one of its next commits.
    pub crash: u32,
    /// Commits that fail for no reason.
    pub disk: u32,
    /// Steps in which something is sent to a peer, instead of somebody doing something.
    pub deliver: u32,
    /// Steps in which a clock is set to something else, wrong or right.
    pub set_clock: u32,
    /// Steps in which an admin rotates a server's keys.
    pub rotate: u32,
    /// Steps in which a server goes away for long, and time jumps until it is back.
    pub outage: u32,
    /// Servers that host a room which all share from the beginning.
    pub shared: Vec<usize>,
    /// Whether one of the servers is a cheat.
    pub liar: bool,
    /// Steps in which it cheats.
    pub lie: u32,
    /// Rooms in which each server sees words from its own first join on only.
    pub joined: bool,
    /// Steps in which a room is given to another host.
    pub hand_over: u32,
    /// ms that a step takes at most.
    pub step_ms: usize,
    /// ms that a request is under way, at most, each way.
    pub latency_ms: usize,
    /// How far a clock that is right is off, in ms, at most.
    pub skew_ms: i64,
    /// How many millionths a clock runs too fast or too slow, at most.
    pub drift_ppm: i64,
}

impl Plan {
    /// The plan of a seed. Some seeds know no faults at all: what fails there is not a matter of faults.
    pub fn of(seed: u64) -> Self {
        let mut chance = SplitMix::new(seed ^ 0x5349_4d55_4c41_5445);
        let calm = chance.one_in(6);
        // `absent` of `of` seeds know nothing of this fault.
        let mut level = |absent: usize, of: usize, max: usize| {
            let drawn = if chance.below(of) < absent {
                0
            } else {
                chance.below(max)
            };
            let drawn = if calm { 0 } else { drawn };
            u32::try_from(drawn).unwrap_or(0)
        };
        let (lose_request, lose_answer, repeat) =
            (level(1, 3, 150), level(1, 3, 250), level(1, 3, 150));
        let (cut, crash, disk) = (level(1, 3, 60), level(1, 3, 40), level(1, 3, 25));
        let (set_clock, rotate, outage) = (level(2, 3, 20), level(2, 3, 20), level(2, 3, 10));
        let servers = *chance.pick(&[2, 2, 2, 3, 3, 3, 3, 4, 4, 5]);
        let liar = chance.one_in(3);
        let first = chance.below(servers);
        let second = (first + 1 + chance.below(servers - 1)) % servers;
        let shared = match (liar, chance.below(3)) {
            (true, _) | (_, 0) => vec![first, second],
            (_, 1) => vec![first],
            _ => Vec::new(),
        };
        let mut plan = Plan {
            seed,
            servers,
            shared,
            liar,
            people: 2 + chance.below(2),
            steps: 150 + chance.below(250),
            lose_request,
            lose_answer,
            repeat,
            cut,
            crash,
            disk,
            deliver: u32::try_from(250 + chance.below(500)).unwrap_or(500),
            set_clock,
            rotate,
            outage,
            lie: u32::try_from(20 + chance.below(200)).unwrap_or(100),
            step_ms: 1 + chance.below(60),
            latency_ms: 1 + chance.below(80),
            skew_ms: if chance.one_in(3) { 20_000 } else { 500 },
            drift_ppm: if chance.one_in(2) { 0 } else { 200 },
            joined: false,
            hand_over: 0,
        };
        if chance.one_in(3) {
            plan.hand_over = u32::try_from(1 + chance.below(HAND_OVER_MAX)).unwrap_or(1);
        }
        plan.joined = chance.one_in(4);
        plan
    }

    /// What newcomers see of the past, in every room.
    pub(crate) fn history(&self) -> History {
        if self.joined {
            History::Joined
        } else {
            History::Shared
        }
    }

    /// The same, and nothing goes wrong on the way.
    pub(crate) fn calm(&self) -> Self {
        Plan {
            lose_request: 0,
            lose_answer: 0,
            repeat: 0,
            ..self.clone()
        }
    }
}
