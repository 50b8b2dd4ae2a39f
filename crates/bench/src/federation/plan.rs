//! Which loads are put on the servers, and what is expected of them.

/// On which server the senders are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    /// Where the rooms are hosted.
    Host,
    /// On the other one: each message is submitted to the host and comes back with its place.
    Follower,
}

/// Senders that keep some messages in flight each.
#[derive(Clone, Copy, Debug)]
pub(super) struct Load {
    pub(super) name: &'static str,
    pub(super) side: Side,
    pub(super) senders: usize,
    /// One for each sender, or one for all.
    pub(super) rooms: usize,
    /// Of each sender.
    pub(super) in_flight: usize,
    /// Whether each sender has a live WebSocket, on which everything arrives too.
    pub(super) connected: bool,
    /// Messages a second: what we aim at, and what we must reach.
    pub(super) goal: Option<(f64, f64)>,
    /// Processor seconds per 1,000 messages on both servers that we aim at.
    pub(super) cost_goal: Option<f64>,
}

const PLAIN: Load = Load {
    name: "",
    side: Side::Host,
    senders: 1,
    rooms: 1,
    in_flight: 1,
    connected: false,
    goal: None,
    cost_goal: None,
};

pub(super) const LOADS: &[Load] = &[
    Load {
        name: "1 sender, closed loop",
        goal: Some((1500.0, 1500.0)),
        ..PLAIN
    },
    Load {
        name: "1 sender, 100 in flight",
        in_flight: 100,
        goal: Some((10_000.0, 4000.0)),
        ..PLAIN
    },
    Load {
        name: "1 sender on the follower, closed loop",
        side: Side::Follower,
        ..PLAIN
    },
    Load {
        name: "1 sender on the follower, 100 in flight",
        side: Side::Follower,
        in_flight: 100,
        ..PLAIN
    },
    Load {
        name: "10 senders, 10 in flight each",
        senders: 10,
        in_flight: 10,
        ..PLAIN
    },
    Load {
        name: "10 senders, 10 in flight each, connected",
        senders: 10,
        in_flight: 10,
        connected: true,
        goal: Some((5000.0, 5000.0)),
        ..PLAIN
    },
    Load {
        name: "50 senders, 4 in flight each",
        senders: 50,
        in_flight: 4,
        ..PLAIN
    },
    Load {
        name: "50 senders, 4 in flight each, connected",
        senders: 50,
        in_flight: 4,
        connected: true,
        goal: Some((2000.0, 1000.0)),
        ..PLAIN
    },
    Load {
        name: "10 rooms, 20 in flight each",
        senders: 10,
        rooms: 10,
        in_flight: 20,
        goal: Some((10_000.0, 4000.0)),
        cost_goal: Some(0.20),
        ..PLAIN
    },
];
