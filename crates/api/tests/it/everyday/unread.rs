//! Counts of what is unread, over what people do in any order: exact at every step, and nothing is left of
//! them once the newest message has been read.

use std::collections::BTreeMap;

use scaiwave_testkit::SplitMix;
use serde_json::{Value, json};

use super::{Person, text};
use crate::town::{Town, name, until};

const SEEDS: u64 = 12;
const STEPS: usize = 60;
/// Two servers take longer over it.
const SEEDS_OF_TWO: u64 = 4;
const STEPS_OF_TWO: usize = 40;

/// A message as the model has it.
struct Said {
    id: String,
    seq: u64,
    by: usize,
    mentions: Option<usize>,
    redacted: bool,
}

/// What the counts of everybody have to be.
struct Model {
    said: Vec<Said>,
    /// Where each one's reading stands: the marker, or their join as long as there is none.
    read: BTreeMap<usize, u64>,
    marked: BTreeMap<usize, u64>,
}

impl Model {
    fn unread(&self, who: usize) -> impl Iterator<Item = &Said> {
        let from = self.marked.get(&who).or(self.read.get(&who));
        let from = from.copied().unwrap_or(u64::MAX);
        let others = self.said.iter().filter(move |said| said.by != who);
        others.filter(move |said| said.seq > from && !said.redacted)
    }

    fn expected(&self, who: usize) -> (u64, u64) {
        let mentions = self.unread(who).filter(|said| said.mentions == Some(who));
        (self.unread(who).count() as u64, mentions.count() as u64)
    }

    fn joins(&mut self, who: usize, seq: u64) {
        self.read.insert(who, seq);
    }

    fn reads(&mut self, who: usize, seq: u64) {
        let marker = self.marked.entry(who).or_default();
        *marker = seq.max(*marker);
    }
}

struct Play {
    people: Vec<Person>,
    /// Who is in the room.
    inside: Vec<bool>,
    /// Who is of another server than the room's host. They come once and stay.
    foreign: Vec<bool>,
    room: String,
    model: Model,
    dice: SplitMix,
}

impl Play {
    async fn new(town: &Town, seed: u64) -> Self {
        let house = town.tenant("acme", "acme.example").await;
        let mut people = Vec::new();
        for name in ["alice", "bob", "carol", "dan"] {
            people.push(Person::of(town, &house, name).await);
        }
        let new = json!({"name": "tea", "room_type": "public"});
        let room = people[0].room(new).await;
        let mut play = Play {
            inside: vec![true, false, false, false],
            foreign: vec![false; 4],
            model: Model {
                said: Vec::new(),
                read: BTreeMap::new(),
                marked: BTreeMap::new(),
            },
            dice: SplitMix::new(seed),
            people,
            room,
        };
        let head = play.head(0).await;
        play.model.joins(0, head);
        play.comes_or_goes(1).await;
        play
    }

    /// The same with two of the people at another server.
    async fn of_two(town: &Town, seed: u64) -> Self {
        let mut play = Play::new(town, seed).await;
        let house = town.tenant("globex", "globex.example").await;
        for (who, name) in [(2, "carol"), (3, "dan")] {
            let guest = Person::of(town, &house, name).await;
            let body = json!({"participant_id": guest.fqid});
            play.people[0]
                .send("POST", &play.path("invite"), body)
                .await;
            until("the invitation", || async {
                guest.desk.get("/v1/me/invitations").await != json!([])
            })
            .await;
            let accept = format!("/v1/me/invitations/{}/accept", play.room);
            guest.desk.post(&accept).await;
            play.people[who] = guest;
            play.inside[who] = true;
            play.foreign[who] = true;
            let members = play.people[0].desk.get(&play.path("members")).await;
            let members = members.as_array().unwrap().iter();
            let joined = members.filter(|member| member["membership"] == "join");
            assert_eq!(joined.count(), who + 1);
            let head = play.head(0).await;
            play.model.joins(who, head);
        }
        play
    }

    /// Waits until both servers hold the same, and nothing is on its way.
    async fn settle(&self) {
        until("both servers hold the same", || async {
            let host = self.people[0].line(&self.room).await;
            for who in (0..self.people.len()).filter(|who| self.foreign[*who]) {
                let line = self.people[who].line(&self.room).await;
                if line["pending"] != 0 || line["head"] != host["head"] {
                    return false;
                }
            }
            true
        })
        .await;
    }

    async fn head(&self, who: usize) -> u64 {
        let line = self.people[who].line(&self.room).await;
        line["head"]["seq"].as_u64().unwrap()
    }

    fn path(&self, rest: &str) -> String {
        format!("/v1/rooms/{}/{rest}", self.room)
    }

    async fn step(&mut self) {
        let who = self.dice.below(self.people.len());
        let does = self.dice.below(12);
        if !self.inside[who] || (does == 0 && who > 0 && !self.foreign[who]) {
            return self.comes_or_goes(who).await;
        }
        match does {
            0..=4 => self.says(who).await,
            5 => self.edits(who).await,
            6 => self.redacts(who).await,
            7 => self.reacts(who).await,
            _ => self.reads(who).await,
        }
    }

    async fn comes_or_goes(&mut self, who: usize) {
        let verb = if self.inside[who] { "leave" } else { "join" };
        self.people[who].desk.post(&self.path(verb)).await;
        self.inside[who] = !self.inside[who];
        if self.inside[who] {
            let head = self.head(who).await;
            self.model.joins(who, head);
        }
    }

    async fn says(&mut self, who: usize) {
        let whom = self.dice.below(self.people.len());
        let mentions = self.dice.one_in(2).then_some(whom);
        let named: Vec<&str> = mentions
            .iter()
            .map(|whom| self.people[*whom].fqid.as_str())
            .collect();
        let content = json!({"body": "hello", "mentions": named});
        let id = self.people[who].say(&self.room, content).await;
        self.settle().await;
        let seq = self.head(0).await;
        self.model.said.push(Said {
            id,
            seq,
            by: who,
            mentions: mentions.filter(|whom| self.inside[*whom]),
            redacted: false,
        });
    }

    /// One of the messages that stand, perhaps only of somebody's own.
    fn pick(&mut self, own: Option<usize>) -> Option<usize> {
        let said = self.model.said.iter().enumerate();
        let fit: Vec<usize> = said
            .filter(|(_, said)| !said.redacted && own.is_none_or(|who| said.by == who))
            .map(|(n, _)| n)
            .collect();
        (!fit.is_empty()).then(|| *self.dice.pick(&fit))
    }

    async fn about(&self, who: usize, n: usize, verb: &str, body: Value) {
        self.settle().await;
        let path = self.path(&format!("events/{}/{verb}", self.model.said[n].id));
        self.people[who].send("POST", &path, body).await;
    }

    async fn edits(&mut self, who: usize) {
        if let Some(n) = self.pick(Some(who)) {
            self.about(who, n, "edit", json!({"content": text("hello!")}))
                .await;
        }
    }

    async fn redacts(&mut self, who: usize) {
        if let Some(n) = self.pick(Some(who)) {
            self.about(who, n, "redact", json!({})).await;
            self.model.said[n].redacted = true;
        }
    }

    async fn reacts(&mut self, who: usize) {
        if let Some(n) = self.pick(None) {
            let id = &self.model.said[n].id;
            let path = self.path(&format!("events/{id}/reactions/%F0%9F%91%8D"));
            self.people[who].desk.done("PUT", &path).await;
        }
    }

    /// On whichever device: an older one may say what the newer one has long passed.
    async fn reads(&mut self, who: usize) {
        if self.model.said.is_empty() {
            return;
        }
        let n = self.dice.below(self.model.said.len());
        let (id, seq) = (self.model.said[n].id.clone(), self.model.said[n].seq);
        self.mark(who, &id).await;
        self.model.reads(who, seq);
    }

    async fn mark(&self, who: usize, event_id: &str) {
        let body = json!({"event_id": event_id});
        self.people[who]
            .send("POST", &self.path("read"), body)
            .await;
    }

    async fn counts(&self, who: usize) -> (u64, u64) {
        let line = self.people[who].line(&self.room).await;
        let count = |name: &str| line[name].as_u64().unwrap();
        (count("unread_count"), count("mention_count"))
    }

    async fn check(&self, what: &str) {
        self.settle().await;
        for who in (0..self.people.len()).filter(|who| self.inside[*who]) {
            let expected = self.model.expected(who);
            assert_eq!(self.counts(who).await, expected, "{what}, person {who}");
        }
    }

    /// Everybody reads the newest line that they see, whatever it is.
    async fn ends(&self, what: &str) {
        for who in (0..self.people.len()).filter(|who| self.inside[*who]) {
            let line = self.people[who].line(&self.room).await;
            let newest = line["last_event"]["id"].as_str().unwrap().to_owned();
            self.mark(who, &newest).await;
            assert_eq!(self.counts(who).await, (0, 0), "{what}, person {who}");
        }
    }

    async fn run(&mut self, steps: usize, what: &str) {
        for step in 0..steps {
            self.step().await;
            if step % 5 == 0 {
                self.check(&format!("{what}, step {step}")).await;
            }
        }
        self.check(&format!("{what}, at the end")).await;
        self.ends(what).await;
    }
}

#[tokio::test]
async fn counts_are_exact_and_end_at_zero() {
    for seed in 0..SEEDS {
        let town = Town::new();
        let mut play = Play::new(&town, seed).await;
        play.run(STEPS, &format!("seed {seed}")).await;
    }
}

/// Also for people who are at home at another server than the room: what they have read is counted there.
#[tokio::test]
async fn counts_are_exact_at_two_servers() {
    for seed in 0..SEEDS_OF_TWO {
        let town = Town::new();
        let mut play = Play::of_two(&town, seed).await;
        play.run(STEPS_OF_TWO, &format!("seed {seed}")).await;
    }
}

/// While the host is away the newest line is an own one that waits for it. Whoever reads it has read
/// everything, and is not told otherwise when it has found its place.
#[tokio::test]
async fn an_own_message_that_waits_can_be_read() {
    let town = Town::new();
    let mut play = Play::of_two(&town, 0).await;
    play.says(0).await;
    assert_eq!(play.counts(2).await.0, 1);
    *town.street.cut_off.lock() = Some((name("acme.example"), 0));
    let own = play.people[2].say(&play.room, text("anybody there?")).await;
    assert_eq!(play.counts(2).await.0, 1, "an own message is no news");
    let body = json!({"event_id": own});
    let told = play.people[3]
        .refused("POST", &play.path("read"), body)
        .await;
    assert_eq!(told.0, 404, "somebody else's has no place yet");
    play.mark(2, &own).await;
    assert_eq!(play.counts(2).await, (0, 0));
    *town.street.cut_off.lock() = None;
    town.clock.pass(600);
    play.settle().await;
    assert_eq!(play.counts(2).await, (0, 0));
    play.says(0).await;
    assert_eq!(play.counts(2).await.0, 1);
}
