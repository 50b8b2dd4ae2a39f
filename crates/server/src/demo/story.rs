//! The story, chapter by chapter. Each ends with a comparison of both servers.

use anyhow::{Context as _, bail};
use serde_json::{Value, json};

use super::Servers;
use super::history::{self, Said};
use super::person::{Head, Person, text};
use super::process::ServerProcess;
use super::screen::{Screen, Side};
use super::watch::Watch;

/// What Bob writes before and after the host is killed.
const BEFORE_THE_KILL: usize = 2;
const AFTER_THE_KILL: usize = 10;

/// Local id, display name, role.
type Account = (&'static str, &'static str, &'static str);

const OF_ACME: [Account; 2] = [("alice", "Alice", "admin"), ("carol", "Carol", "member")];
const OF_GLOBEX: [Account; 2] = [("bob", "Bob", "admin"), ("dave", "Dave", "member")];

/// Of everybody in the demo: these servers can be reached from this machine only.
fn password(local_id: &str) -> String {
    format!("{local_id}-of-the-demo")
}

/// Tells it to the end.
pub(super) async fn tell(servers: &mut Servers, screen: &Screen) -> anyhow::Result<()> {
    screen.line("ScaiWave demo: two servers, one room");
    screen.chapter("Two servers start, with people of their own");
    open_house(&mut servers.acme, &OF_ACME, screen).await?;
    open_house(&mut servers.globex, &OF_GLOBEX, screen).await?;
    let mut story = Story::begin(servers, screen).await?;
    story.trust_each_other().await?;
    story.invite_across().await?;
    story.talk().await?;
    story.write_to_a_dead_host(&mut servers.acme).await?;
    let head = story.return_of_the_host(&mut servers.acme).await?;
    screen.line("");
    screen.line("same history on both servers");
    for server in [&servers.acme, &servers.globex] {
        screen.line(&format!(
            "  {:<24}seq {}  chain {}",
            server.name(),
            head.seq,
            head.chain
        ));
    }
    Ok(())
}

/// How to look at both servers with a browser, side by side, or with another client.
pub(super) fn show_logins(servers: &Servers, screen: &Screen) {
    screen.chapter("Both servers stay up until Ctrl-C");
    for (server, people) in [(&servers.acme, OF_ACME), (&servers.globex, OF_GLOBEX)] {
        screen.line(&format!("  http://{}", server.name()));
        for (local_id, _, role) in people {
            screen.line(&format!(
                "    {local_id:<8}password {:<22}{role}",
                password(local_id)
            ));
        }
    }
}

async fn open_house(
    server: &mut ServerProcess,
    people: &[Account],
    screen: &Screen,
) -> anyhow::Result<()> {
    let took = server.start().await?;
    for (local_id, display_name, role) in people {
        server
            .create_user(local_id, display_name, role, &password(local_id))
            .await?;
    }
    let names: Vec<&str> = people.iter().map(|(_, name, _)| *name).collect();
    screen.fact(
        server.name(),
        &format!(
            "  ready after {} ms, home of {}",
            took.as_millis(),
            names.join(" and ")
        ),
    );
    Ok(())
}

struct Story<'a> {
    screen: &'a Screen,
    watch: Watch<'a>,
    alice: Person,
    carol: Person,
    bob: Person,
    dave: Person,
    room: String,
    said: Vec<Said>,
}

impl<'a> Story<'a> {
    async fn begin(servers: &Servers, screen: &'a Screen) -> anyhow::Result<Self> {
        let (acme, globex) = (servers.acme.origin(), servers.globex.origin());
        Ok(Story {
            screen,
            watch: Watch::new(screen),
            alice: Person::log_in(acme, "alice", &password("alice")).await?,
            carol: Person::log_in(acme, "carol", &password("carol")).await?,
            bob: Person::log_in(globex, "bob", &password("bob")).await?,
            dave: Person::log_in(globex, "dave", &password("dave")).await?,
            room: String::new(),
            said: Vec::new(),
        })
    }

    async fn trust_each_other(&mut self) -> anyhow::Result<()> {
        for (admin, other) in [(&self.alice, &self.bob), (&self.bob, &self.alice)] {
            let policy = json!({"allowed_peers": [other.origin().name]});
            let policy = admin.put("/v1/admin/federation/policy", policy).await?;
            if policy["allowed_peers"] != json!([other.origin().name]) {
                bail!(
                    "the policy of {} did not change: {policy}",
                    admin.origin().name
                );
            }
        }
        self.screen
            .checked("each server's admin allows the other server");
        Ok(())
    }

    async fn invite_across(&mut self) -> anyhow::Result<()> {
        self.screen
            .chapter("Alice makes a room on acme and invites Bob of globex");
        self.screen
            .columns("acme (host), as Alice sees it", "globex, as Bob sees it");
        self.watch.open(Side::Acme, &self.alice).await?;
        self.watch.open(Side::Globex, &self.bob).await?;
        let room = json!({"room_type": "group", "name": "Launch", "topic": "Two houses, one plan"});
        self.room = text(&self.alice.post("/v1/rooms", room).await?, "id")?;
        let room = self.room.clone();
        self.alice.invite(&room, &self.carol.fqid).await?;
        self.carol.accept(&room).await?;
        self.alice.invite(&room, &self.bob.fqid).await?;
        self.watch
            .until("Bob hears of the invitation", |w| w.globex.was_invited())
            .await?;
        let waiting = self.bob.get("/v1/me/invitations").await?;
        let invitation = &waiting[0];
        if invitation["room_id"] != room.as_str()
            || invitation["inviter_id"] != self.alice.fqid.as_str()
        {
            bail!("Bob sees another invitation than Alice's: {waiting}");
        }
        self.bob.accept(&room).await?;
        // From the other side: a follower invites through the host.
        self.bob.invite(&room, &self.dave.fqid).await?;
        let dave = self.dave.fqid.clone();
        let invited = |w: &Watch| w.globex.membership(&dave) == Some("invite");
        self.watch
            .until("Dave's invitation comes back from the host", invited)
            .await?;
        self.dave.accept(&room).await?;
        self.compare().await?;
        Ok(())
    }

    async fn talk(&mut self) -> anyhow::Result<()> {
        self.screen
            .chapter("They talk: a reply, a reaction, a mention");
        let (alice, bob, carol) = (self.alice.clone(), self.bob.clone(), self.carol.clone());
        let hello = self
            .say(&alice, json!({"body": "Hello Bob, can you read this?"}))
            .await?;
        self.everywhere(&hello).await?;
        let reply = json!({"body": "Loud and clear.", "reply_to_event_id": hello});
        let reply = self.say(&bob, reply).await?;
        self.everywhere(&reply).await?;
        alice.react(&self.room, &reply, "👍").await?;
        let reacted =
            |w: &Watch| w.acme.has_reaction(&reply, "👍") && w.globex.has_reaction(&reply, "👍");
        self.watch
            .until("the reaction is seen on both sides", reacted)
            .await?;
        let mention = json!({"body": "@Bob, the plan is in the topic", "mentions": [bob.fqid]});
        let mention = self.say(&carol, mention).await?;
        self.everywhere(&mention).await?;
        let told = |w: &Watch| w.globex.was_notified("direct_mention", &mention);
        self.watch.until("Bob is told of the mention", told).await?;
        let inbox = bob.get("/v1/inbox/priority").await?;
        let items = inbox.as_array().context("an inbox is a list")?;
        if !items
            .iter()
            .any(|item| item["event_id"] == mention.as_str())
        {
            bail!("the mention is not in Bob's inbox: {inbox}");
        }
        self.screen
            .checked("the mention stands in Bob's inbox, at his own server");
        self.compare().await?;
        Ok(())
    }

    async fn write_to_a_dead_host(&mut self, acme: &mut ServerProcess) -> anyhow::Result<()> {
        self.screen
            .chapter("The host is killed (SIGKILL) while Bob goes on writing");
        let bob = self.bob.clone();
        let mut pending = Vec::new();
        for n in 1..=BEFORE_THE_KILL + AFTER_THE_KILL {
            let of = BEFORE_THE_KILL + AFTER_THE_KILL;
            let event = self
                .say_event(&bob, json!({"body": format!("still here, {n} of {of}")}))
                .await?;
            if n > BEFORE_THE_KILL {
                if event["state"] != "pending" {
                    bail!(
                        "with a dead host, a message is {} instead of pending",
                        event["state"]
                    );
                }
                pending.push(text(&event, "id")?);
            }
            if n == BEFORE_THE_KILL {
                // At once: whether the host got the last ones is anybody's guess.
                acme.kill().await?;
            }
        }
        let shown = |w: &Watch| {
            w.acme.has_hung_up()
                && w.globex.has_lost_host()
                && pending.iter().all(|id| w.globex.shows(id))
        };
        self.watch
            .until("Bob sees his messages and that the host is gone", shown)
            .await?;
        let room = bob.room(&self.room).await?;
        let waiting = room["pending"].as_u64().unwrap_or(0);
        if waiting < AFTER_THE_KILL as u64 {
            bail!("{waiting} messages wait for the host, not {AFTER_THE_KILL}");
        }
        let lane = format!("{waiting} of Bob's messages are on disk at globex and wait for acme");
        self.screen.checked(&lane);
        Ok(())
    }

    async fn return_of_the_host(&mut self, acme: &mut ServerProcess) -> anyhow::Result<Head> {
        self.screen.chapter("The host comes back");
        let took = acme.start().await?;
        self.screen.fact(
            acme.name(),
            &format!("  ready after {} ms", took.as_millis()),
        );
        self.watch.open(Side::Acme, &self.alice).await?;
        let ids: Vec<String> = self.said.iter().map(|said| said.id.clone()).collect();
        let all = |w: &Watch| ids.iter().all(|id| w.acme.has(id) && w.globex.has(id));
        self.watch
            .until("everything that Bob wrote has its place", all)
            .await?;
        let alice = self.alice.clone();
        let thanks = self
            .say(&alice, json!({"body": "I missed nothing, I hope?"}))
            .await?;
        self.everywhere(&thanks).await?;
        self.compare().await
    }

    /// Says something; gives the event as the author's server has it.
    async fn say_event(&mut self, who: &Person, content: Value) -> anyhow::Result<Value> {
        let event = who.say(&self.room, content).await?;
        self.said.push(Said {
            id: text(&event, "id")?,
            by: who.fqid.clone(),
        });
        Ok(event)
    }

    /// Says something; gives its id.
    async fn say(&mut self, who: &Person, content: Value) -> anyhow::Result<String> {
        text(&self.say_event(who, content).await?, "id")
    }

    /// Waits until an event has its place on both servers.
    async fn everywhere(&mut self, id: &str) -> anyhow::Result<()> {
        let there = |w: &Watch| w.acme.has(id) && w.globex.has(id);
        self.watch
            .until("a message has its place on both servers", there)
            .await
    }

    async fn compare(&mut self) -> anyhow::Result<Head> {
        let head = history::compare(&self.alice, &self.bob, &self.room, &self.said).await?;
        // What has been stored has also been told, or will be at once.
        let (acme, globex) = (
            self.shown_at(Side::Acme).await?,
            self.shown_at(Side::Globex).await?,
        );
        let told = |w: &Watch| {
            acme.iter().all(|id| w.acme.has(id)) && globex.iter().all(|id| w.globex.has(id))
        };
        self.watch
            .until("the streams tell what the servers show", told)
            .await?;
        let chain = head.chain.get(..12).unwrap_or(&head.chain);
        self.screen
            .checked(&format!("same history: seq {}, chain {chain}…", head.seq));
        Ok(head)
    }

    /// What a stream that was open the whole time must have told.
    async fn shown_at(&self, side: Side) -> anyhow::Result<Vec<String>> {
        let (person, joined) = match side {
            Side::Acme => (&self.alice, &self.alice),
            Side::Globex => (&self.bob, &self.bob),
        };
        let timeline = person.timeline(&self.room).await?;
        let own_join = timeline.iter().position(|event| {
            event["event_type"] == "swp.room.member"
                && event["content"]["membership"] == "join"
                && event["sender_id"] == joined.fqid.as_str()
        });
        let after = timeline.iter().skip(own_join.unwrap_or(0) + 1);
        after.map(|event| text(event, "id")).collect()
    }
}
