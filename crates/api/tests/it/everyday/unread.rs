//! Counts of what is unread, over what people do in any order: exact at every step, and nothing is left of
//! them once the newest message has been read.

use std::collections::BTreeMap;

use scaiwave_testkit::SplitMix;
use serde_json::{Value, json};

use super::{Person, text};
use crate::town::Town;

const SEEDS: u64 = 12;
const STEPS: usize = 60;

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
        others.filter(move |said| said.seq > from)
    }

    fn expected(&self, who: usize) -> (u64, u64) {
        let mentions = self
            .unread(who)
            .filter(|said| said.mentions == Some(who) && !said.redacted);
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
        if !self.inside[who] || (does == 0 && who > 0) {
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
        let seq = self.head(who).await;
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
}

#[tokio::test]
async fn counts_are_exact_and_end_at_zero() {
    for seed in 0..SEEDS {
        let town = Town::new();
        let mut play = Play::new(&town, seed).await;
        for step in 0..STEPS {
            play.step().await;
            if step % 5 == 0 {
                play.check(&format!("seed {seed}, step {step}")).await;
            }
        }
        play.check(&format!("seed {seed}, at the end")).await;
        play.ends(&format!("seed {seed}")).await;
    }
}
