//! Rooms hosted elsewhere: what our people write is signed, stored, and waits for the host.

use std::collections::VecDeque;
use std::sync::Arc;

use scaiwave_protocol::event::Draft;
use scaiwave_protocol::event::content::{self as kinds, Membership};
use scaiwave_protocol::{Content, EventId, EventType, Fqid, Refusal};
use scaiwave_room::{HostLimits, KnownEvents, Rejection, RoomState, authorize, check_as_host};
use scaiwave_store::record::{PendingRow, Refused};
use scaiwave_store::{Change, StoreError};

use super::command::{Command, LocalPost, Submission, SubmitAnswer};
use super::host::{self, same_post};
use super::resubmit::resubmit;
use super::run::Undecided;
use super::sign_anew::sign_anew;
use super::state::{LaneState, Waiters};
use super::work::{Reply, Work, told};
use super::{denials, known, project};
use crate::live::{FrameBody, Outgoing};
use crate::view::EventView;
use crate::{ClientCode, Denial, Outcome, Tenant, messages, peering};

/// Decides on what waits, up to the next batch of entries.
pub(super) async fn decide(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    waiters: &mut Waiters,
    batch: &mut VecDeque<Command>,
) -> Result<Work, Undecided> {
    let mut work = Work::default();
    let ends = |front: &Command| {
        matches!(front, Command::Entries { .. }) || front.stands_alone() || front.brings_the_past()
    };
    while batch.front().is_some_and(|front| !ends(front)) {
        match batch.pop_front() {
            // Its twin stands in this very batch: it is answered when that one is on disk.
            Some(Command::Post { post, reply }) if is_new_here(&work, post.event_id) => {
                batch.push_front(Command::Post { post, reply });
                break;
            }
            Some(Command::Post { post, reply }) => match write(tenant, lane, &mut work, post).await
            {
                Ok(answer) => work.replies.push(Reply::Post(reply, answer)),
                Err(error) => {
                    work.replies
                        .push(Reply::Post(reply, Err(Denial::no_such_room())));
                    return Err(Undecided {
                        work,
                        denial: error.into(),
                    });
                }
            },
            Some(Command::Submit { submissions, reply }) => {
                // After a hand-over the news of it is on its way to whoever still submits here.
                let answers = answers_of_a_follower(tenant, lane, &submissions).await;
                for (answer, submission) in answers.iter().zip(submissions) {
                    work.note_refused(tenant, answer, submission.subject);
                }
                work.replies.push(Reply::Submit(reply, answers));
            }
            Some(Command::Control { reply, .. }) => {
                drop(reply.send(Err(
                    ClientCode::RoomForbidden.because("only the room's host can do this"),
                )));
            }
            Some(Command::Await { event_id, reply }) => {
                if lane.pending.contains(&event_id) {
                    waiters.entry(event_id).or_default().push(reply);
                } else {
                    drop(reply.send(fate(tenant, lane, &event_id).await));
                }
            }
            Some(Command::Taken { events, reply }) => {
                let mut done = Vec::new();
                for (event_id, seq) in events {
                    if let Some(seq) = seq {
                        note_taken(tenant, lane, &mut work, event_id, seq);
                    }
                    if !lane.pending.contains(&event_id) {
                        done.push(event_id);
                    }
                }
                drop(reply.send(done));
            }
            Some(Command::Records { reply }) => drop(reply.send(Ok(()))),
            Some(Command::SignAnew { event_ids, reply }) => {
                if let Err(error) = sign_anew(tenant, lane, &mut work, event_ids).await {
                    return Err(Undecided {
                        work,
                        denial: error.into(),
                    });
                }
                told(reply);
            }
            Some(Command::Number { reply }) => {
                lane.pending_seq = next_number(tenant, lane);
                reply.send(lane.pending_seq).unwrap_or_default();
            }
            Some(Command::Refused {
                event_id,
                sent,
                refusal,
                reply,
            }) => {
                let noted = note_refusal(tenant, lane, &mut work, (event_id, &sent), refusal);
                if let Err(error) = noted.await {
                    return Err(Undecided {
                        work,
                        denial: error.into(),
                    });
                }
                told(reply);
            }
            Some(Command::Resubmit { event_id, reply }) => {
                match resubmit(tenant, lane, &mut work, event_id).await {
                    Ok(answer) => work.replies.push(Reply::Done(reply, answer)),
                    Err(error) => {
                        work.replies
                            .push(Reply::Done(reply, Err(Denial::no_such_event())));
                        return Err(Undecided {
                            work,
                            denial: error.into(),
                        });
                    }
                }
            }
            Some(Command::Reload { reply }) => {
                if let Ok(Some(fresh)) = LaneState::load(tenant, lane.room.room_id()).await {
                    *lane = fresh;
                }
                told(reply);
            }
            Some(_) | None => break,
        }
    }
    Ok(work)
}

/// Around a hand-over a submit may come to who is the host no more, or not yet: the news of it is on its
/// way to one of the two. It is not to those who are out of the room. Nor is it to a server of which nobody
/// is in the room yet: the new host's own invitation tells it who that is. A join is then made anew; a
/// decline waits, and goes where that comes from.
async fn answers_of_a_follower(
    tenant: &Tenant,
    lane: &LaneState,
    submissions: &[Submission],
) -> Vec<SubmitAnswer> {
    let was = lane.room.reigns().has_handed_over(tenant.server_name());
    let may_become = tenant.store.take_over(lane.room.room_id()).await;
    let will_not = matches!(may_become, Ok(None));
    let answer = |submission: &Submission| {
        let event = &submission.event;
        let may_wait = lane.room.has_joined(event.origin()) || !host::joins(event);
        if will_not && !(was && may_wait) {
            SubmitAnswer::Refused(peering::not_host("this room is hosted elsewhere"))
        } else if belongs(&lane.room, submission.event.sender()) {
            SubmitAnswer::Retry
        } else {
            SubmitAnswer::Refused(Rejection::SenderNotJoined.into())
        }
    };
    submissions.iter().map(answer).collect()
}

/// Whether somebody is joined or invited.
fn belongs(room: &RoomState, participant: &Fqid) -> bool {
    let is = room.membership(participant);
    matches!(is, Some(Membership::Join | Membership::Invite))
}

/// Whether this batch itself has made an event of this id, which nobody can read from the disk yet.
fn is_new_here(work: &Work, event_id: Option<EventId>) -> bool {
    work.changes
        .iter()
        .any(|change| matches!(change, Change::PutPending(row) if Some(row.event_id) == event_id))
}

/// What became of an event that no longer waits.
async fn fate(tenant: &Tenant, lane: &LaneState, event_id: &EventId) -> Outcome<()> {
    let row = tenant
        .store
        .pending_event(lane.room.room_id(), event_id)
        .await?;
    match row.and_then(|row| row.refused) {
        None => Ok(()),
        Some(Refused { code, message }) => {
            let code = scaiwave_protocol::Code::parse(&code);
            let code = code.map_or(ClientCode::RoomForbidden, ClientCode::Federation);
            Err(code.because(message))
        }
    }
}

async fn write(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    post: LocalPost,
) -> Result<Outcome<Box<EventView>>, StoreError> {
    if denials::is_hidden_from(&lane.room, &post.sender) {
        return Ok(Err(Denial::no_such_room()));
    }
    let room_id = lane.room.room_id().clone();
    if let Some(event_id) = post.event_id {
        let here = lane.pending.contains(&event_id)
            || tenant.store.entry(&room_id, &event_id).await?.is_some()
            || tenant
                .store
                .pending_event(&room_id, &event_id)
                .await?
                .is_some();
        if here {
            return Ok(same_post(tenant, &room_id, event_id, &post).await);
        }
    }
    let kind = match EventType::parse(post.kind) {
        Ok(kind) => kind,
        Err(malformed) => return Ok(Err(malformed.into())),
    };
    let ids = known::target_of(&kind, Some(&post.content))
        .into_iter()
        .collect();
    let known = known::fetch(&*tenant.store, &room_id, lane.first_seq == 1, ids).await?;
    let event_id = post.event_id.unwrap_or_else(|| tenant.world.event_id());
    Ok(sign_and_keep(
        tenant, lane, work, post, kind, event_id, &known,
    ))
}

/// One counter for our events in a room. While nobody of ours is in it, its log does not come here and a
/// declining leave may have been numbered by the clock: so is what comes then. Gaps are allowed.
pub(super) fn next_number(tenant: &Tenant, lane: &LaneState) -> u64 {
    let us = lane.room.servers().get(tenant.server_name());
    let counted = us.map_or(0, |server| server.last_origin_seq);
    let away = us.is_none_or(|server| !server.present);
    // Numbers that were given out and lost with what a backup did not hold are not given out again.
    let floor = if away || tenant.doubts.restored() {
        tenant.world.now()
    } else {
        0
    };
    counted.max(lane.pending_seq).max(floor) + 1
}

fn sign_and_keep(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    post: LocalPost,
    kind: EventType,
    event_id: EventId,
    known: &KnownEvents,
) -> Outcome<Box<EventView>> {
    let room_id = lane.room.room_id().clone();
    let now = tenant.world.now();
    let origin_seq = next_number(tenant, lane);
    let content = Content::parse(&kind, &post.content)?;
    let event = Draft {
        event_id,
        room_id: Some(room_id.clone()),
        kind,
        sender: post.sender.clone(),
        origin_ts: i64::try_from(now).unwrap_or(i64::MAX),
        origin_seq,
        seen: Some(lane.room.head()),
        content: post.content,
        salt: tenant.world.random(),
    }
    .sign(&*tenant.keyring.signer())?;
    // The host decides; but what it must refuse as things stand is told at once and never sent.
    let target = known.target(Some(&content));
    authorize(&lane.room, &event, Some(&content), target, now)
        .and_then(|()| foreseeable(&lane.room, &event, &content, target, now))
        .map_err(|rejection| denials::to_client(rejection, &lane.room, &post.sender, post.kind))?;
    let row = PendingRow {
        room_id: room_id.clone(),
        event_id,
        origin_seq,
        sender: post.sender,
        kind: post.kind.to_owned(),
        event: event.canonical(),
        created_at: now,
        signed_anew: false,
        refused: None,
    };
    lane.pending_seq = origin_seq;
    lane.pending.insert(event_id);
    lane.proofs.insert(event_id, event.proof());
    work.changes.push(Change::PutPending(Box::new(row)));
    work.rings.insert(lane.room.host().clone());
    let mut view = messages::view::of_new(&event, now);
    view.sender_name = project::name_of(&lane.room, &view.sender);
    if post.kind == kinds::MESSAGE {
        let body = FrameBody::Event(Box::new(view.clone()));
        work.frames.push(Outgoing::room(&room_id, body));
    }
    Ok(Box::new(view))
}

/// The part of the host's own judgement that needs none of the host's settings.
fn foreseeable(
    room: &RoomState,
    event: &scaiwave_protocol::Event,
    content: &Content,
    target: scaiwave_room::Target<'_>,
    now: u64,
) -> Result<(), Rejection> {
    let lenient = HostLimits {
        max_foreign_participants: u64::MAX,
        edit_window_s: u64::MAX / 2000,
        ..HostLimits::default()
    };
    match content {
        Content::Pin(_) => Ok(()),
        _ => check_as_host(room, event, content, target, &lenient, now),
    }
}

/// An event whose entry lies below our head and that still waits: its entry lies below a newer base,
/// or in the hole under it, and will not come by itself.
fn note_taken(tenant: &Tenant, lane: &mut LaneState, work: &mut Work, event_id: EventId, seq: u64) {
    let us = tenant.server_name();
    // Nothing comes from a host that is heard no more.
    let heard = !tenant.policy.get().refuses(lane.room.host());
    let comes_by_itself = heard && seq > lane.room.head().seq && lane.room.has_joined(us);
    if !comes_by_itself && lane.pending.remove(&event_id) {
        let room_id = lane.room.room_id().clone();
        work.changes.push(Change::DropPending(room_id, event_id));
        work.settled.push((event_id, None));
    }
}

async fn note_refusal(
    tenant: &Arc<Tenant>,
    lane: &mut LaneState,
    work: &mut Work,
    (event_id, sent): (EventId, &[u8]),
    refusal: Refusal,
) -> Result<(), StoreError> {
    let room_id = lane.room.room_id();
    match tenant.store.pending_event(room_id, &event_id).await? {
        // Signed anew while this answer was on its way: the host is asked again.
        Some(row) if row.event != sent => {
            work.changes.push(Change::DropDeadLetter(event_id));
            Ok(())
        }
        Some(row) => refuse(lane, work, row, refusal),
        None => Ok(()),
    }
}

/// Marks an event of ours as not delivered, and shows it so.
pub(super) fn refuse(
    lane: &mut LaneState,
    work: &mut Work,
    row: PendingRow,
    refusal: Refusal,
) -> Result<(), StoreError> {
    let (room_id, event_id) = (row.room_id.clone(), row.event_id);
    lane.pending.remove(&event_id);
    lane.refused.insert(event_id);
    let refused = Refused {
        code: refusal.code.as_str().to_owned(),
        message: refusal.message.clone().into_owned(),
    };
    work.changes.push(Change::RefusePending(
        room_id.clone(),
        event_id,
        refused.clone(),
    ));
    if row.kind == kinds::MESSAGE {
        let mut view = messages::view::of_pending(PendingRow {
            refused: Some(refused),
            ..row
        })?;
        view.sender_name = project::name_of(&lane.room, &view.sender);
        work.frames
            .push(Outgoing::room(&room_id, FrameBody::Event(Box::new(view))));
    }
    work.settled.push((event_id, Some(refusal)));
    Ok(())
}
