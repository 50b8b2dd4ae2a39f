//! The network between the servers: slow, forgetful, cut. What it carries are the bytes that the real
//! client has signed, and what answers them is the real inbound pipeline.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http::header::HOST;
use http::{HeaderValue, StatusCode};
use parking_lot::Mutex;
use scaiwave_engine::RemoteError;
use scaiwave_federation::client::{Answer, Call, Transport};
use scaiwave_federation::{Inbound, Request, Response};
use scaiwave_protocol::ServerName;

use super::{Life, SharedChance};
use crate::Plan;
use crate::byzantine::Liar;
use crate::trace::Trace;

/// What is between all servers of a simulation.
pub(crate) struct Network {
    chance: SharedChance,
    trace: Trace,
    state: Mutex<State>,
}

struct State {
    plan: Plan,
    doors: BTreeMap<ServerName, Door>,
    /// (from, to): requests that go this way are lost.
    cut: BTreeSet<(ServerName, ServerName)>,
    violations: Vec<String>,
    /// Whose answers cannot be believed.
    liar: Option<(ServerName, Liar)>,
}

#[derive(Clone)]
struct Door {
    inbound: Arc<Inbound>,
    life: Arc<Life>,
}

/// What happens to one request.
struct Fate {
    there: Duration,
    back: Duration,
    arrives: bool,
    answered: bool,
    repeated_after: Option<Duration>,
}

impl Network {
    pub(crate) fn new(plan: Plan, chance: SharedChance, trace: Trace) -> Arc<Self> {
        let state = State {
            plan,
            doors: BTreeMap::new(),
            cut: BTreeSet::new(),
            violations: Vec::new(),
            liar: None,
        };
        Arc::new(Network {
            chance,
            trace,
            state: Mutex::new(state),
        })
    }

    /// A process listens under this name from now on.
    pub(crate) fn open_door(&self, name: &ServerName, inbound: Arc<Inbound>, life: Arc<Life>) {
        self.state
            .lock()
            .doors
            .insert(name.clone(), Door { inbound, life });
    }

    /// The answers of this server cannot be believed.
    pub(crate) fn distrust(&self, name: &ServerName, liar: Liar) {
        self.state.lock().liar = Some((name.clone(), liar));
    }

    /// Brings a request of a cheat to its victim at once. The status of the answer, if there is any.
    pub(crate) async fn hurl(&self, to: &ServerName, request: Request) -> Option<u16> {
        let answer = self.door(to)?.answer(request).await?;
        self.trace
            .note(format!("a trick at {to}: {}", answer.status.as_u16()));
        Some(answer.status.as_u16())
    }

    /// Cuts or mends one direction.
    pub(crate) fn toggle(&self, from: &ServerName, to: &ServerName) -> bool {
        let way = (from.clone(), to.clone());
        let mut state = self.state.lock();
        if state.cut.remove(&way) {
            return false;
        }
        state.cut.insert(way)
    }

    /// From now on it goes by this plan.
    pub(crate) fn arm(&self, plan: Plan) {
        self.state.lock().plan = plan;
    }

    /// From now on nothing goes wrong any more.
    pub(crate) fn heal(&self) {
        let mut state = self.state.lock();
        state.cut.clear();
        state.plan = state.plan.calm();
    }

    pub(crate) fn take_violations(&self) -> Vec<String> {
        std::mem::take(&mut self.state.lock().violations)
    }

    /// The transport of one process.
    pub(crate) fn way_out(
        self: &Arc<Self>,
        from: &ServerName,
        life: Arc<Life>,
    ) -> Arc<dyn Transport> {
        Arc::new(WayOut {
            network: self.clone(),
            from: from.clone(),
            life,
        })
    }

    fn fate(&self, from: &ServerName, to: &ServerName) -> Fate {
        let state = self.state.lock();
        let plan = &state.plan;
        let is_cut = state.cut.contains(&(from.clone(), to.clone()));
        let ms = |max: usize| Duration::from_millis(1 + self.chance.below(max) as u64);
        Fate {
            there: ms(plan.latency_ms),
            back: ms(plan.latency_ms),
            arrives: !is_cut && !self.chance.permille(plan.lose_request),
            answered: !self.chance.permille(plan.lose_answer),
            repeated_after: self
                .chance
                .permille(plan.repeat)
                .then(|| ms(plan.latency_ms * 3)),
        }
    }

    fn door(&self, to: &ServerName) -> Option<Door> {
        let door = self.state.lock().doors.get(to).cloned();
        door.filter(|door| !door.life.is_over())
    }

    async fn carry(self: Arc<Self>, from: &ServerName, call: Call) -> Result<Answer, RemoteError> {
        let to = call.destination.clone();
        let unreachable = |why: &str| Err(RemoteError::Unreachable(why.to_owned()));
        let fate = self.fate(from, &to);
        let way = format!("{from} -> {to} {}", call.url.path());
        tokio::time::sleep(fate.there).await;
        if !fate.arrives {
            self.trace.note(format!("{way}: lost"));
            return unreachable("the request got lost");
        }
        let Some(door) = self.door(&to) else {
            return unreachable("nobody listens");
        };
        let request = request(call);
        // The other side works on, whatever becomes of this one.
        let working = tokio::spawn(door.clone().answer(request.clone()));
        let answer = match working.await {
            Ok(Some(answer)) => answer,
            Ok(None) => return unreachable("the connection broke"),
            Err(error) => {
                self.violation(format!("{way}: the inbound side panicked: {error}"));
                return unreachable("the connection broke");
            }
        };
        let words = match answer.status {
            StatusCode::OK => String::new(),
            _ => String::from_utf8_lossy(&answer.body).into_owned(),
        };
        self.trace
            .note(format!("{way}: {} {words}", answer.status.as_u16()));
        let lie = self.twisted(&to, &request.path, &answer.body);
        let signed = request.headers.contains_key("signature");
        if let (Some(after), true, StatusCode::OK) = (fate.repeated_after, signed, answer.status) {
            tokio::spawn(self.clone().repeat(way.clone(), to, door, request, after));
        }
        tokio::time::sleep(fate.back).await;
        if !fate.answered {
            self.trace.note(format!("{way}: answer lost"));
            return unreachable("the answer got lost");
        }
        Ok(Answer {
            status: answer.status,
            date: answer.headers.get("date").cloned(),
            body: lie.unwrap_or(answer.body),
        })
    }

    /// The lie in this answer, if there is one.
    fn twisted(&self, to: &ServerName, path: &str, body: &[u8]) -> Option<Bytes> {
        let liar = self.state.lock().liar.clone();
        let (_, liar) = liar.filter(|(name, _)| name == to)?;
        liar.twisted(path, body).map(Bytes::from)
    }

    /// The very same bytes once more: whoever has heard them must notice.
    async fn repeat(
        self: Arc<Self>,
        way: String,
        to: ServerName,
        first: Door,
        request: Request,
        after: Duration,
    ) {
        tokio::time::sleep(after).await;
        let Some(door) = self.door(&to) else { return };
        let same_life = Arc::ptr_eq(&door.life, &first.life);
        let Some(answer) = door.answer(request).await else {
            return;
        };
        self.trace
            .note(format!("{way}: repeated, {}", answer.status.as_u16()));
        if same_life && answer.status != StatusCode::UNAUTHORIZED {
            self.violation(format!(
                "{way}: a replay was answered with {}",
                answer.status
            ));
        }
    }

    fn violation(&self, what: String) {
        self.trace.note(format!("VIOLATION {what}"));
        self.state.lock().violations.push(what);
    }
}

impl Door {
    /// None when the process ended while it worked.
    async fn answer(self, request: Request) -> Option<Response> {
        let answer = self
            .life
            .end
            .run_until_cancelled(self.inbound.handle(request))
            .await;
        answer.filter(|_| !self.life.is_over())
    }
}

fn request(call: Call) -> Request {
    let Call {
        destination,
        method,
        url,
        mut headers,
        body,
        ..
    } = call;
    if let Ok(host) = HeaderValue::from_str(destination.as_str()) {
        headers.insert(HOST, host);
    }
    Request {
        method,
        path: url.path().to_owned(),
        query: url.query().map(str::to_owned),
        headers,
        body,
        remote: None,
    }
}

struct WayOut {
    network: Arc<Network>,
    from: ServerName,
    life: Arc<Life>,
}

#[async_trait]
impl Transport for WayOut {
    async fn carry(&self, call: Call) -> Result<Answer, RemoteError> {
        let dead = || RemoteError::Unreachable("this process has ended".to_owned());
        if self.life.is_over() {
            return Err(dead());
        }
        let answer = self.network.clone().carry(&self.from, call).await;
        if self.life.is_over() {
            Err(dead())
        } else {
            answer
        }
    }
}
