use std::sync::Arc;

use axum::extract::ws::{Message, Utf8Bytes, WebSocket};
use bytes::Bytes;
use futures_util::{FutureExt as _, SinkExt as _};
use scaiwave_engine::accounts::{self, Bearer, Endings};
use scaiwave_engine::live::{self, Frame, Session, SessionEnd};
use scaiwave_engine::{Tenant, Viewer, World};
use scaiwave_protocol::EventId;
use serde::Serialize;
use tokio::time::{Instant, MissedTickBehavior, interval_at, sleep_until, timeout};
use tokio_util::sync::CancellationToken;

use super::close::{self, Close};
use super::handshake::Credential;
use super::inbound::{self, Said};
use super::sockets::{Registered, Sockets};
use crate::failure::Failure;
use crate::limits::{
    SOCKET_CHECK, SOCKET_CHECKS_PER_PING, SOCKET_MESSAGES_PER_CHECK_MAX, SOCKET_WRITE_TIME_MAX,
};
use crate::shape::{FrameParts, Time, encode_frame};
use crate::state::ApiState;

/// One socket. Everything happens in one task, which waits on five things: frames, the client, the
/// clock, an ended login, and the end.
pub(super) struct Connection {
    tenant: Arc<Tenant>,
    viewer: Viewer,
    /// Whether the client may say anything to others.
    may_write: bool,
    since: Option<u64>,
    world: World,
    shutdown: CancellationToken,
    /// Cancelled with `shutdown`, or when the same token connects again.
    ended: CancellationToken,
    sockets: Arc<Sockets>,
    _registered: Option<Registered>,
    /// Messages of the client since the last check.
    messages: u32,
    /// Checks since the last ping.
    checks: u32,
    /// Whether the client has said anything since the last ping.
    alive: bool,
}

/// The first message.
#[derive(Serialize)]
struct Hello<'a> {
    r#type: &'static str,
    session_id: EventId,
    server_name: &'a str,
    tenant_id: &'a str,
    ts: Time,
    position: u64,
}

/// The answer to a ping.
#[derive(Serialize)]
struct Pong {
    r#type: &'static str,
    /// Everything up to here that is for this client has been written.
    position: u64,
}

/// Why the task ends.
enum End {
    /// The client is told.
    Close(Close),
    /// The client is gone.
    Gone,
}

type Step = Result<(), End>;
type Burst = Result<Vec<Arc<Frame>>, SessionEnd>;

impl Connection {
    pub(super) fn new(
        state: &ApiState,
        tenant: Arc<Tenant>,
        bearer: Bearer,
        credential: &Credential,
        since: Option<u64>,
    ) -> Self {
        let Bearer { viewer, scopes } = bearer;
        let ended = state.shutdown.child_token();
        let registered =
            (!credential.by_ticket).then(|| state.sockets.register(viewer.session, &ended));
        Connection {
            tenant,
            viewer,
            may_write: scopes.is_none_or(|scopes| scopes.write),
            since,
            world: state.world.clone(),
            shutdown: state.shutdown.clone(),
            ended,
            sockets: state.sockets.clone(),
            _registered: registered,
            messages: 0,
            checks: 0,
            alive: true,
        }
    }

    /// Lives until the socket ends.
    pub(super) async fn run(mut self, mut socket: WebSocket) {
        if let End::Close(why) = self.talk(&mut socket).await {
            close::close(socket, why).await;
        }
    }

    async fn talk(&mut self, socket: &mut WebSocket) -> End {
        let mut endings = Endings::of(&self.tenant, &self.viewer);
        let opened = Session::open(self.tenant.clone(), self.viewer.clone(), self.since).await;
        let Ok(mut session) = opened else {
            return End::Close(close::GOING_AWAY);
        };
        let mut step = self.greet(socket, session.position()).await;
        let mut clock = interval_at(Instant::now() + SOCKET_CHECK, SOCKET_CHECK);
        clock.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let ended = self.ended.clone().cancelled_owned();
        tokio::pin!(ended);
        let mut rested = Instant::now();
        loop {
            if let Err(end) = step {
                return end;
            }
            step = tokio::select! {
                burst = next_burst(&mut session, rested) => {
                    let pause = self.sockets.pause();
                    let gather = pause.is_zero();
                    let sent = send_burst(socket, &self.tenant, &mut session, burst, gather).await;
                    rested = Instant::now() + pause;
                    sent
                }
                message = socket.recv() => match message {
                    Some(Ok(message)) => self.hear(socket, &mut session, message).await,
                    // A frame that cannot be read, or a client that is gone and will not hear it.
                    Some(Err(_)) => Err(End::Close(close::UNREADABLE)),
                    None => Err(End::Gone),
                },
                _ = clock.tick() => self.check(socket).await,
                () = endings.next() => self.welcome().await,
                () = &mut ended => Err(End::Close(self.why_ended())),
            };
        }
    }

    fn why_ended(&self) -> Close {
        if self.shutdown.is_cancelled() {
            close::GOING_AWAY
        } else {
            close::DUPLICATE
        }
    }

    async fn greet(&self, socket: &mut WebSocket, position: u64) -> Step {
        let hello = Hello {
            r#type: "hello",
            session_id: self.viewer.session,
            server_name: self.tenant.server_name().as_str(),
            tenant_id: self.tenant.slug(),
            ts: self.world.now().into(),
            // Everything up to here has been given out, so a replay begins at what was asked.
            position,
        };
        // Only strings and a number: writing them to memory cannot fail.
        let text = serde_json::to_string(&hello).unwrap_or_default();
        send(socket, Message::Text(text.into())).await
    }

    async fn hear(
        &mut self,
        socket: &mut WebSocket,
        session: &mut Session,
        message: Message,
    ) -> Step {
        self.alive = true;
        self.messages += 1;
        if self.messages > SOCKET_MESSAGES_PER_CHECK_MAX {
            return Err(End::Close(close::TOO_MANY));
        }
        match message {
            Message::Text(text) => match inbound::read(&text) {
                Some(Said::Ping) => self.pong(socket, session).await,
                Some(Said::Typing(room_id, typing)) if self.may_write => {
                    // A room that is not theirs answers nothing here; REST says why.
                    let told = live::typing(&self.tenant, &self.viewer, &room_id, typing).await;
                    if let Err(denial) = told {
                        tracing::debug!(%denial, "typing was not told");
                    }
                    Ok(())
                }
                Some(Said::Typing(..)) | None => Ok(()),
            },
            Message::Close(_) => Err(End::Gone),
            // Pings are answered by the library.
            Message::Binary(_) | Message::Ping(_) | Message::Pong(_) => Ok(()),
        }
    }

    /// What was told before the ping is written before its answer, so that a client in a quiet room knows
    /// up to where it has seen everything.
    async fn pong(&self, socket: &mut WebSocket, session: &mut Session) -> Step {
        if let Some(burst) = session.next().now_or_never() {
            send_burst(socket, &self.tenant, session, burst, false).await?;
        }
        let pong = Pong {
            r#type: "pong",
            position: session.position(),
        };
        let text = serde_json::to_string(&pong).unwrap_or_default();
        send(socket, Message::Text(text.into())).await
    }

    /// Whether the login goes on.
    async fn welcome(&self) -> Step {
        let goes_on = accounts::still_welcome(&self.tenant, &self.viewer).await;
        match goes_on.map_err(Failure::from) {
            Err(failure) if close::is_bad_token(&failure) => Err(End::Close(close::BAD_TOKEN)),
            // A failing disk is no reason to throw everybody out.
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Every 5 s: has the login ended; every 30 s: is somebody there?
    async fn check(&mut self, socket: &mut WebSocket) -> Step {
        self.messages = 0;
        self.welcome().await?;
        self.checks += 1;
        if self.checks < SOCKET_CHECKS_PER_PING {
            return Ok(());
        }
        self.checks = 0;
        if !std::mem::replace(&mut self.alive, false) {
            return Err(End::Close(close::PING_TIMEOUT));
        }
        send(socket, Message::Ping(Bytes::new())).await
    }
}

/// Safe to cancel, as what it waits for is.
async fn next_burst(session: &mut Session, rested: Instant) -> Burst {
    if rested > Instant::now() {
        sleep_until(rested).await;
    }
    session.next().await
}

/// Writes a burst and flushes once: one write to the kernel for as many frames as fit.
///
/// If it is to gather, what comes while others have their turn goes with it. That costs nothing while the
/// machine is idle. When it is busy the other tasks go first, so that bursts grow with the load instead of the
/// number of writes. With many sockets the pause after each burst does the same for less.
async fn send_burst(
    socket: &mut WebSocket,
    tenant: &Tenant,
    session: &mut Session,
    burst: Burst,
    gather: bool,
) -> Step {
    let frames = burst.map_err(why_over)?;
    let mut over = Ok(());
    let write = async {
        feed(socket, tenant, &frames).await?;
        if gather {
            tokio::task::yield_now().await;
            match session.next().now_or_never() {
                Some(Ok(frames)) => feed(socket, tenant, &frames).await?,
                Some(Err(end)) => over = Err(why_over(end)),
                None => {}
            }
        }
        socket.flush().await
    };
    in_time(write).await?;
    over
}

fn why_over(end: SessionEnd) -> End {
    match end {
        SessionEnd::TooSlow => End::Close(close::TOO_SLOW),
        SessionEnd::Closed => End::Close(close::GOING_AWAY),
    }
}

async fn feed(
    socket: &mut WebSocket,
    tenant: &Tenant,
    frames: &[Arc<Frame>],
) -> Result<(), axum::Error> {
    for frame in frames {
        if let Some(text) = text_of(tenant, frame) {
            socket.feed(Message::Text(text)).await?;
        }
    }
    Ok(())
}

async fn send(socket: &mut WebSocket, message: Message) -> Step {
    in_time(socket.send(message)).await
}

async fn in_time(write: impl Future<Output = Result<(), axum::Error>>) -> Step {
    match timeout(SOCKET_WRITE_TIME_MAX, write).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(End::Gone),
        Err(_) => Err(End::Close(close::TOO_SLOW)),
    }
}

/// The frame's text, which all sessions share.
fn text_of(tenant: &Tenant, frame: &Frame) -> Option<Utf8Bytes> {
    let bytes = frame.encoded(|frame| {
        encode_frame(&FrameParts {
            tenant: tenant.slug(),
            position: frame.position,
            at_ms: frame.at_ms,
            room_id: frame.room_id.as_ref(),
            body: &frame.body,
        })
    });
    // Checked again but not copied; it was a `String`.
    Utf8Bytes::try_from(bytes).ok()
}
