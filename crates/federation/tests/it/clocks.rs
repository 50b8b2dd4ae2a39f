//! Bad-input rows T145 and T148: a clock that jumps, and a machine that sleeps. Time is tokio's and runs by itself.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use parking_lot::Mutex;
use scaiwave_engine::store::RejectionFilter;
use scaiwave_engine::store::record::RejectionDirection;
use scaiwave_engine::view::PeerView;
use scaiwave_engine::{Viewer, peering};
use scaiwave_protocol::RoomId;
use tokio::time::{advance, sleep};

use crate::audited::lines;
use crate::neighbours::{heard, same_history, say, shared_room};
use crate::outage::pair;
use crate::town::{House, Town, name, until};

const HOUR_S: u64 = 60 * 60;
const SKEW: &str = "SW_FED_CLOCK_SKEW";

/// Two servers, each with a clock of its own, that share a room of acme's.
struct Apart {
    towns: [Town; 2],
    acme: House,
    globex: House,
    alice: Viewer,
    bob: Viewer,
    room_id: RoomId,
}

impl Town {
    /// A server of another process is to be found there.
    pub(crate) fn road(&self, there: &Town, server: &str) {
        let network = there.street.network.clone();
        self.street.roads.lock().insert(name(server), network);
    }
}

impl Apart {
    async fn new() -> Self {
        let towns = [Town::new(), Town::new()];
        // Every world begins with the same randomness.
        towns[1].world.random::<1000>();
        towns[0].road(&towns[1], "globex.example");
        towns[1].road(&towns[0], "acme.example");
        let acme = towns[0].tenant("acme", "acme.example").await;
        let globex = towns[1].tenant("globex", "globex.example").await;
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let room_id = shared_room(&acme, &alice, &globex, &bob).await;
        Apart {
            towns,
            acme,
            globex,
            alice,
            bob,
            room_id,
        }
    }

    async fn both_say(&self, what: &str) {
        say(
            &self.acme,
            &self.alice,
            &self.room_id,
            &format!("alice {what}"),
        )
        .await;
        say(
            &self.globex,
            &self.bob,
            &self.room_id,
            &format!("bob {what}"),
        )
        .await;
    }

    async fn both_heard(&self, count: usize) -> Vec<String> {
        until("both sides", || async {
            let [a, b] = self.shown().await;
            a.len() == count && a == b
        })
        .await;
        same_history(&self.acme, &self.globex, &self.room_id).await;
        self.shown().await.into_iter().next().unwrap_or_default()
    }

    async fn shown(&self) -> [Vec<String>; 2] {
        [
            heard(&self.acme, &self.alice, &self.room_id).await,
            heard(&self.globex, &self.bob, &self.room_id).await,
        ]
    }
}

/// What a house's admin reads of a peer.
async fn state_of(house: &House, server: &str) -> PeerView {
    let peers = peering::peers(&house.tenant, &house.admin()).await.unwrap();
    let server = name(server);
    peers
        .into_iter()
        .find(|peer| peer.server == server)
        .unwrap()
}

/// Sentences of what a house turned away because of a clock.
async fn turned_away(house: &House) -> Vec<String> {
    let filter = RejectionFilter {
        direction: Some(RejectionDirection::Inbound),
        code: Some(SKEW.to_owned()),
        limit: 100,
        ..RejectionFilter::default()
    };
    let rows = house.store.rejections(filter).await.unwrap();
    rows.into_iter().map(|row| row.message).collect()
}

/// T145: a server's clock jumps by an hour, and is right again later. Meanwhile people go on writing, nothing is taken
/// from the other side, and both admins read by how much the clocks differ and which way.
async fn a_clock_that_jumps(ahead: bool) {
    let apart = Apart::new().await;
    let Apart { acme, globex, .. } = &apart;
    apart.both_say("before").await;
    apart.both_heard(2).await;
    let clock = &apart.towns[0].clock;
    let turn = |on: bool| match on {
        true => clock.pass(HOUR_S),
        false => clock.turn_back(HOUR_S),
    };
    turn(ahead);
    for n in 0..3 {
        apart.both_say(&format!("meanwhile {n}")).await;
    }
    let (ours, theirs) = match ahead {
        true => ("ours is ahead", "ours is behind"),
        false => ("ours is behind", "ours is ahead"),
    };
    // To a server that is behind, its peers' keys are of the future: it refuses them for that, and only it is told why.
    let knowing = if ahead { 2 } else { 1 };
    let both = [
        (acme, "globex.example", ours),
        (globex, "acme.example", theirs),
    ];
    for (house, peer, which) in &both[..knowing] {
        let difference = format!("the clock differs by 3600 s: {which}");
        until("the difference", || async {
            let error = state_of(house, peer).await.last_error.unwrap_or_default();
            error.contains(SKEW) && error.contains(&difference)
        })
        .await;
        until("the alarm", || async {
            !lines(house, "clock.differs").await.is_empty()
        })
        .await;
        let told = lines(house, "clock.differs").await.remove(0);
        assert_eq!(
            (told.0.as_str(), told.1.as_deref()),
            ("server", Some(*peer))
        );
        assert!(told.2.contains(&difference), "{told:?}");
    }
    // It is not told again at every try.
    sleep(Duration::from_secs(300)).await;
    for (house, ..) in &both[..knowing] {
        assert_eq!(lines(house, "clock.differs").await.len(), 1);
    }
    // Who turned requests away because of it: globex does in both cases, acme where the keys are known to it.
    for house in &[globex, acme][..knowing] {
        let sentences = turned_away(house).await;
        assert!(!sentences.is_empty(), "it stands in the rejection log");
        assert!(
            sentences.iter().all(|said| said.contains("3600 s")),
            "{sentences:?}"
        );
    }
    let [at_acme, at_globex] = apart.shown().await;
    assert_eq!(
        (at_acme.len(), at_globex.len()),
        (5, 2),
        "nothing has passed"
    );

    turn(!ahead);
    // Whoever failed so often tries again within so long.
    sleep(Duration::from_secs(900)).await;
    let all = apart.both_heard(8).await;
    for who in ["alice", "bob"] {
        let own: Vec<&String> = all.iter().filter(|said| said.starts_with(who)).collect();
        let expected = ["before", "meanwhile 0", "meanwhile 1", "meanwhile 2"];
        assert_eq!(
            own,
            expected
                .map(|said| format!("{who} {said}"))
                .iter()
                .collect::<Vec<_>>()
        );
    }
    let log = acme
        .store
        .entries_after(&apart.room_id, 0, 100, usize::MAX)
        .await
        .unwrap();
    assert!(
        log.windows(2).all(|two| two[0].ts < two[1].ts),
        "times rise in the log"
    );
    // And it is as before, for both.
    apart.both_say("after").await;
    apart.both_heard(10).await;
    for (house, peer) in [(acme, "globex.example"), (globex, "acme.example")] {
        assert_eq!(state_of(house, peer).await.state, "reachable");
    }
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_an_hour_ahead_for_a_while() {
    a_clock_that_jumps(true).await;
}

#[tokio::test(start_paused = true)]
async fn a_clock_that_is_an_hour_behind_for_a_while() {
    a_clock_that_jumps(false).await;
}

/// The answers to everything that servers ask each other from now on.
fn listen(town: &Town) -> Arc<Mutex<Vec<StatusCode>>> {
    let heard = Arc::new(Mutex::new(Vec::new()));
    let also = heard.clone();
    *town.street.meddler.lock() = Some(Box::new(move |_, answer| {
        also.lock().push(answer.status);
        Ok(answer)
    }));
    heard
}

/// T148: the machine sleeps for ten minutes while a request is on its way. What was signed before is refused, signed
/// anew, and taken; nothing else is tried again.
#[tokio::test(start_paused = true)]
async fn what_was_signed_before_a_pause_is_signed_anew() {
    let pair = pair().await;
    // Whatever they still had to say to each other is said.
    sleep(Duration::from_secs(5)).await;
    let answers = listen(&pair.town);
    let clock = pair.town.clock.clone();
    *pair.town.street.meanwhile.lock() = Some(Box::new(move || clock.pass(600)));
    say(&pair.acme, &pair.alice, &pair.room_id, "good night").await;
    pair.both_heard(1).await;
    let answers = answers.lock().clone();
    assert_eq!(answers[0], StatusCode::UNAUTHORIZED, "{answers:?}");
    assert!(
        answers[1..].iter().all(|status| *status == StatusCode::OK),
        "{answers:?}"
    );
    assert!((2..=4).contains(&answers.len()), "{answers:?}");
    assert_eq!(turned_away(&pair.globex).await.len(), 1);
    assert_eq!(
        state_of(&pair.acme, "globex.example").await.state,
        "reachable"
    );
    assert!(lines(&pair.acme, "clock.differs").await.is_empty());
}

/// T148: after ten minutes of sleep all that was due meanwhile is done once.
#[tokio::test(start_paused = true)]
async fn what_came_due_in_a_pause_is_done_once() {
    let pair = pair().await;
    let pause = async || {
        pair.town.clock.pass(600);
        advance(Duration::from_secs(600)).await;
    };
    // Heads are due, of both.
    let answers = listen(&pair.town);
    pause().await;
    sleep(Duration::from_secs(20)).await;
    let quiet = answers.lock().len();
    assert!(
        (1..=4).contains(&quiet),
        "{quiet} requests after a quiet pause"
    );
    // A peer is waited for.
    pair.cut("globex.example");
    say(&pair.acme, &pair.alice, &pair.room_id, "are you there?").await;
    sleep(Duration::from_secs(300)).await;
    pair.mend();
    pair.cut("globex.example");
    pause().await;
    sleep(Duration::from_secs(20)).await;
    let tries = pair.mend();
    // One for the message, one for the heads that are due.
    assert!((1..=2).contains(&tries), "{tries} tries after the pause");
    sleep(Duration::from_secs(900)).await;
    pair.both_heard(1).await;
}
