use scaiwave_protocol::{Authentic, EventType, Refusal};
use scaiwave_room::KnownEvents;
use scaiwave_store::StoreError;

use super::command::{Command, LocalPost, Submission, SubmitAnswer};
use super::state::LaneState;
use super::work::{Reply, Work};
use super::{known, verify};
use crate::rejections::Subject;
use crate::view::EventView;
use crate::{Denial, Outcome, Tenant};

/// A command whose signatures have been checked and whose references fetched.
pub(super) enum Step {
    Post(LocalPost, tokio::sync::oneshot::Sender<Outcome<EventView>>),
    Submit(
        Vec<Submitted>,
        tokio::sync::oneshot::Sender<Vec<SubmitAnswer>>,
    ),
    Other(Command),
}

/// A peer's event, or why its signature does not hold; and what a refusal is written under.
pub(super) type Submitted = (Result<Authentic, Refusal>, Subject);

pub(super) struct Prepared {
    pub(super) steps: Vec<Step>,
    pub(super) known: KnownEvents,
}

/// Checks signatures and fetches what the rules will ask of older events, for the whole batch at once.
pub(super) async fn prepare(
    tenant: &Tenant,
    state: &LaneState,
    commands: Vec<Command>,
) -> Result<Prepared, (Work, StoreError)> {
    let mut ids = Vec::new();
    let mut unproven = Vec::new();
    for command in &commands {
        match command {
            Command::Post { post, .. } => {
                ids.extend(post.event_id);
                ids.extend(
                    EventType::parse(post.kind)
                        .ok()
                        .and_then(|kind| known::target_of(&kind, Some(&post.content))),
                );
            }
            Command::Submit { submissions, .. } => {
                for Submission { event, key, .. } in submissions {
                    ids.push(event.id());
                    ids.extend(known::target_of(event.kind(), event.content()));
                    unproven.push((event.clone(), *key));
                }
            }
            _ => {}
        }
    }
    let known = known::fetch(&*tenant.store, state.room.room_id(), true, ids).await;
    let mut proven = verify::submissions(unproven).await.into_iter();
    let mut steps = Vec::with_capacity(commands.len());
    for command in commands {
        steps.push(match command {
            Command::Post { post, reply } => Step::Post(post, reply),
            Command::Submit { submissions, reply } => {
                let subjects = submissions.into_iter().map(|submission| submission.subject);
                Step::Submit(proven.by_ref().zip(subjects).collect(), reply)
            }
            other => Step::Other(other),
        });
    }
    match known {
        Ok(known) => Ok(Prepared { steps, known }),
        Err(error) => Err((failed(steps), error)),
    }
}

fn failed(steps: Vec<Step>) -> Work {
    let mut work = Work::default();
    for step in steps {
        match step {
            Step::Post(_, reply) => work
                .replies
                .push(Reply::Post(reply, Err(Denial::no_such_room()))),
            Step::Submit(events, reply) => {
                work.replies.push(Reply::Submit(
                    reply,
                    vec![SubmitAnswer::Retry; events.len()],
                ));
            }
            Step::Other(
                Command::Control { reply, .. }
                | Command::Await { reply, .. }
                | Command::Records { reply },
            ) => {
                work.replies.push(Reply::Done(reply, Ok(())));
            }
            Step::Other(_) => {}
        }
    }
    work
}
