//! Nothing waits, nobody is forgotten, and nobody honest was refused for what honest servers never do.

use scaiwave_protocol::event::content::{Membership, RoomType};
use scaiwave_protocol::{Event, Fqid, Json, RoomId};
use scaiwave_store::RejectionFilter;
use scaiwave_store::record::RejectionRow;

use super::{Hosted, Town};
use crate::world::Server;

/// Codes that only a cheat, or a bug, is answered with.
const DISHONEST: &[&str] = &[
    "SW_FED_SIGNATURE_MISMATCH",
    "SW_FED_KEY_UNTRUSTED",
    "SW_FED_EVENT_INVALID",
    "SW_FED_EVENT_CONFLICT",
    "SW_FED_NOT_HOST",
    "SW_FED_CHAIN_BROKEN",
    "SW_FED_STALE_TERM",
    "SW_FED_WRONG_DESTINATION",
    "SW_FED_PROTOCOL_VERSION",
    POLICY_VIOLATION,
];
const POLICY_VIOLATION: &str = "SW_FED_POLICY_VIOLATION";

pub(super) async fn check(town: &Town<'_>, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    for server in town.servers {
        for row in server.store.rooms().await? {
            if town.is_split(&row.room_id) || town.is_liar(server.name().as_str()) {
                continue;
            }
            for pending in server.store.pending(&row.room_id).await? {
                if pending.refused.is_none() {
                    let (id, kind, sender) = (pending.event_id, pending.kind, pending.sender);
                    wrong.push(format!(
                        "{} {}: {kind} {id} of {sender} is pending for ever",
                        server.name(),
                        row.room_id
                    ));
                }
            }
        }
        for peer in town.servers {
            let waiting = server.store.outbox(peer.name(), 1000).await?;
            for item in waiting.iter().filter(|item| !town.is_split(&item.room_id)) {
                wrong.push(format!(
                    "{} has {} for {} in its outbox ({})",
                    server.name(),
                    item.kind,
                    peer.name(),
                    item.room_id
                ));
            }
        }
        refusals(town, server, wrong).await?;
        invitations(town, server, wrong).await?;
    }
    followers(town, wrong).await
}

async fn followers(town: &Town<'_>, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    for (room, hosted) in &town.rooms {
        let host = &town.servers[hosted.host];
        if town.is_split(room) {
            continue;
        }
        let rows = host.store.followers(room).await?;
        for row in &rows {
            if let Some(why) = &row.stopped {
                wrong.push(format!("{room}: {} is stopped: {why}", row.server));
            }
            if !hosted
                .state
                .servers()
                .get(&row.server)
                .is_some_and(|record| record.present)
            {
                wrong.push(format!(
                    "{room}: {} is gone and still a follower",
                    row.server
                ));
            }
        }
        for name in hosted.state.present_servers() {
            if name != host.name() && !rows.iter().any(|row| &row.server == name) {
                wrong.push(format!(
                    "{room}: {name} is present and no follower: it gets nothing any more"
                ));
            }
        }
    }
    Ok(())
}

/// An invitation lies with the invitee's server if, and only if, the room knows of it.
async fn invitations(
    town: &Town<'_>,
    server: &Server,
    wrong: &mut Vec<String>,
) -> anyhow::Result<()> {
    for (room, hosted) in &town.rooms {
        // A host that cheats says `removed` as it pleases, and a cheat's own server keeps what it likes.
        let crooked = [&hosted.row.host, server.name()].map(|name| town.is_liar(name.as_str()));
        let crooked = crooked.contains(&true);
        if &hosted.row.host == server.name() || town.is_split(room) || crooked {
            continue;
        }
        let invited = hosted.state.members().iter().filter(|(who, member)| {
            who.server() == server.name() && member.membership == Membership::Invite
        });
        for (who, _) in invited {
            let here = server.store.invitation(room, who).await?.is_some();
            let member = server.store.member(room, who).await?;
            let elsewhere = talks_elsewhere(server, hosted, who).await?;
            if !here
                && !elsewhere
                && member.is_none_or(|member| member.membership != Membership::Invite)
            {
                wrong.push(format!(
                    "{room}: {who} is invited and their server does not know it"
                ));
            }
        }
        for row in server.store.invitations_to(room).await? {
            let there = hosted.state.membership(&row.participant);
            if there != Some(Membership::Invite) {
                wrong.push(format!(
                    "{room}: {} still holds an invitation and is {there:?}",
                    row.participant
                ));
            }
        }
    }
    Ok(())
}

/// Whether this is a dm of two who have another one, of which each began one at the same time: then
/// that one is used, and the invitation to this one goes nowhere.
async fn talks_elsewhere(server: &Server, hosted: &Hosted, who: &Fqid) -> anyhow::Result<bool> {
    if hosted.state.room_type() != RoomType::Dm {
        return Ok(false);
    }
    let dm = server.store.dm(who, hosted.state.creator()).await?;
    Ok(dm.is_some_and(|room| room != hosted.row.room_id))
}

/// Whether this is a submit of somebody who was only invited, to a host that has handed the room over; or the
/// end of an invitation that the new host tells a server which has the room from before.
fn went_elsewhere(town: &Town<'_>, row: &RejectionRow) -> bool {
    ["submit", "removed"].contains(&row.kind.as_deref().unwrap_or_default())
        && row.code == "SW_FED_NOT_HOST"
        && has_changed_hands(town, row)
}

async fn refusals(town: &Town<'_>, server: &Server, wrong: &mut Vec<String>) -> anyhow::Result<()> {
    let filter = RejectionFilter {
        limit: 10_000,
        ..RejectionFilter::default()
    };
    let rows = server.store.rejections(filter).await?;
    for row in &rows {
        let entries = row.kind.as_deref() == Some("entries") && row.step != "nonce";
        // A request whose key could not be looked up yet is sent again; an item is not.
        let lied = town.is_liar(&row.peer) || town.is_liar(server.name().as_str());
        // Who cannot ask a member server about a new one says no, and the inviter may try again.
        let unasked = row.message.contains("could not be asked about that server");
        let forked = RoomId::parse(row.room_id.as_deref().unwrap_or_default())
            .is_ok_and(|room| row.step == "backfill" && town.is_forked(server.name(), &room));
        let disagrees = row.kind.as_deref() == Some("transfer") && row.code == POLICY_VIOLATION;
        // Of two requests to take a room over that were on their way, one has used up what the admin agreed to.
        let came_late =
            disagrees && (has_been_out(town, server, row) || has_changed_hands(town, row));
        let moved = went_elsewhere(town, row);
        let passes = forked || row.step == "key" || lied || unasked || came_late || moved;
        if !passes && (DISHONEST.contains(&row.code.as_str()) || entries) {
            wrong.push(format!(
                "{}: {:?} {} at {}: {} {} ({:?} {:?} {:?})",
                server.name(),
                row.direction,
                row.peer,
                row.step,
                row.code,
                row.message,
                row.kind,
                row.room_id,
                row.event_id
            ));
        }
    }
    Ok(())
}

/// Whether the room of a refusal has another host than at first.
fn has_changed_hands(town: &Town<'_>, row: &RejectionRow) -> bool {
    let room = RoomId::parse(row.room_id.as_deref().unwrap_or_default());
    let hosted = room.ok().and_then(|room| town.rooms.get(&room));
    hosted.is_some_and(|hosted| hosted.state.reigns().began() > 1)
}

/// Whether nobody of this server was in the room of a refusal for a while. What its admin agreed to before
/// has ended with that: the host that asks it to take the room over may have begun to ask earlier.
fn has_been_out(town: &Town<'_>, server: &Server, row: &RejectionRow) -> bool {
    let room = RoomId::parse(row.room_id.as_deref().unwrap_or_default());
    let hosted = room.ok().and_then(|room| town.rooms.get(&room));
    hosted.is_some_and(|hosted| {
        let mut records = hosted
            .entries
            .iter()
            .filter(|entry| entry.kind == "swp.room.server");
        records.any(|entry| {
            let event = Event::from_stored(&entry.event).ok();
            let content = event.as_ref().and_then(Event::content);
            let is = |name: &str| content.and_then(|content| content.get(name));
            is("server").and_then(Json::as_str) == Some(server.name().as_str())
                && is("present") == Some(&Json::Bool(false))
        })
    })
}
