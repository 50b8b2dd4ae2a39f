use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::Args;
use super::room::{Rooms, ToJoin};
use crate::people::Person;
use crate::place::Site;
use crate::process::Server;
use crate::wire::{self, Wire};

/// Lines of a page.
const PAGE: usize = 50;

/// How long each step of one join took, as its client saw it.
#[derive(Clone, Copy, Debug)]
pub(super) struct Times {
    pub(super) accepted: Duration,
    pub(super) room: Duration,
    pub(super) members: Duration,
    pub(super) page: Duration,
    pub(super) older: Duration,
    pub(super) next: Duration,
    /// Processor time of host and newcomer until the room is usable, and for the first older page.
    pub(super) work: Duration,
    pub(super) older_work: Duration,
}

impl Times {
    /// From the acceptance to name, members and newest page.
    pub(super) fn usable(&self) -> Duration {
        self.accepted + self.room + self.members + self.page
    }
}

/// A server that knows nobody of the room but by name, with one person who is invited into it.
pub(super) struct Newcomer {
    server: Server,
    person: Person,
}

impl Newcomer {
    pub(super) async fn start(
        rooms: &Rooms,
        site: &Site,
        args: &Args,
        n: u16,
    ) -> anyhow::Result<Self> {
        let mut server = Server::new(site, &format!("n{n}.localhost"), args.port + 3 + n)?;
        server.start().await?;
        let person = Person::create(&server, "n0").await?;
        // Whoever is in the room is asked about those who come later.
        let newcomers = args
            .all_newcomers()
            .map(|n| super::room::newcomer_name(args, n));
        let others = rooms.servers();
        let others = others.iter().map(|origin| origin.name.clone());
        let allowed: Vec<String> = others.chain(newcomers).collect();
        let policy = serde_json::json!({"allowed_peers": allowed});
        person
            .call("PUT", "/v1/admin/federation/policy", &policy)
            .await?;
        Ok(Newcomer { server, person })
    }

    /// Goes, so that the next one finds the room as this one did.
    async fn leave(&self, rooms: &Rooms, room: &ToJoin) -> anyhow::Result<()> {
        let path = format!("/v1/rooms/{}/leave", room.id);
        self.person.call("POST", &path, &Value::Null).await?;
        rooms.quiet().await
    }

    /// Accepts the invitation, looks around and leaves.
    pub(super) async fn join(&self, rooms: &Rooms, room: &ToJoin) -> anyhow::Result<Times> {
        self.person.be_invited(&rooms.owner, &room.id).await?;
        rooms.quiet().await?;
        let mut client = Client {
            wire: Wire::connect(&self.server.origin).await?,
            person: &self.person,
        };
        let path = format!("/v1/rooms/{}", room.id);
        let accept = format!("/v1/me/invitations/{}/accept", room.id);
        let work = || anyhow::Ok(rooms.host.run_time()? + self.server.run_time()?);
        let before = work()?;
        let (accepted, joined) = client.ask("POST", &accept).await?;
        if joined["data"]["membership"] != "join" {
            bail!("accepted, and not in the room: {joined}");
        }
        let (shown, document) = client.ask("GET", &path).await?;
        if document["data"]["name"] != room.name {
            bail!("the room has another name: {document}");
        }
        let (members, list) = client.ask("GET", &format!("{path}/members")).await?;
        let list = list["data"].as_array().context("no list of members")?;
        let inside = list.iter().filter(|member| member["membership"] == "join");
        if inside.count() <= room.members {
            bail!("{} members, and not more than {}", list.len(), room.members);
        }
        let (page, newest) = client.page(&path, None).await?;
        let usable = work()?;
        let (older, first) = client.page(&path, Some(&newest)).await?;
        let older_work = work()?.saturating_sub(usable);
        let (next, second) = client.page(&path, Some(&first)).await?;
        for page in [&first, &second] {
            let lines = page["data"].as_array().map_or(0, Vec::len);
            if lines != PAGE || !page["meta"]["gap"].is_null() {
                bail!("an older page has {lines} lines: {}", page["meta"]);
            }
        }
        self.leave(rooms, room).await?;
        Ok(Times {
            accepted,
            room: shown,
            members,
            page,
            older,
            next,
            work: usable.saturating_sub(before),
            older_work,
        })
    }
}

/// One connection of somebody's client.
struct Client<'a> {
    wire: Wire,
    person: &'a Person,
}

impl Client<'_> {
    async fn ask(&mut self, method: &str, path: &str) -> anyhow::Result<(Duration, Value)> {
        let Person { origin, token, .. } = self.person;
        let request = wire::request(method, path, origin, Some(token.as_str()), b"");
        let begun = Instant::now();
        let answer = self.wire.send(&request).await?;
        let took = begun.elapsed();
        if answer.status != 200 {
            let said = String::from_utf8_lossy(&answer.body);
            bail!("{method} {path}: {} {said}", answer.status);
        }
        Ok((took, serde_json::from_slice(&answer.body)?))
    }

    /// A page of the timeline: the newest, or the one before this.
    async fn page(
        &mut self,
        room: &str,
        after: Option<&Value>,
    ) -> anyhow::Result<(Duration, Value)> {
        let mut path = format!("{room}/messages?limit={PAGE}");
        if let Some(page) = after {
            let cursor = page["meta"]["next_cursor"].as_str();
            path += &format!("&from={}", cursor.context("the timeline ends here")?);
        }
        self.ask("GET", &path).await
    }
}
