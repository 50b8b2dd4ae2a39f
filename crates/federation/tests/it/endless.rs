//! Peers that never come to an end (bad-input rows T086 to T089), over real sockets and in real time.

use std::io;
use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use scaiwave_engine::Remote as _;
use scaiwave_federation::client::{Lookup, Network};
use scaiwave_federation::{Inbound, Reach};
use scaiwave_protocol::ServerName;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

use crate::sockets::{client, client_over, http, in_words};
use crate::town::name;
use crate::world;

const CONNECT: Duration = Duration::from_secs(1);
const WHOLE: Duration = Duration::from_secs(3);
/// Nothing takes that long unless it goes on for ever.
const FOR_EVER: Duration = Duration::from_secs(60);

/// What a peer does with whoever connects.
#[derive(Clone, Copy, Debug)]
enum Habit {
    /// Nothing at all; with TLS, the handshake never ends.
    Silent,
    /// This, and then a byte now and then.
    Drips(&'static str),
    /// This, and then the second again and again, as fast as it is taken.
    Floods(&'static str, &'static str),
}

struct Endless {
    server: ServerName,
    /// Bytes that were taken of it.
    written: Arc<AtomicUsize>,
}

impl Endless {
    async fn open(host: &str, habit: Habit) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = name(&format!("{host}:{}", listener.local_addr().unwrap().port()));
        let written = Arc::<AtomicUsize>::default();
        tokio::spawn({
            let written = written.clone();
            async move {
                while let Ok((stream, _)) = listener.accept().await {
                    tokio::spawn(go_on(stream, habit, written.clone()));
                }
            }
        });
        Endless { server, written }
    }
}

/// Until the other side has had enough.
async fn go_on(mut stream: TcpStream, habit: Habit, written: Arc<AtomicUsize>) {
    let mut head = [0; 4096];
    drop(stream.read(&mut head).await);
    let (first, again, pause) = match habit {
        Habit::Silent => ("", "", Duration::from_secs(3600)),
        Habit::Drips(first) => (first, "x", Duration::from_millis(100)),
        Habit::Floods(first, again) => (first, again, Duration::ZERO),
    };
    let mut next = first;
    while stream.write_all(next.as_bytes()).await.is_ok() {
        written.fetch_add(next.len(), Ordering::Relaxed);
        next = again;
        if !pause.is_zero() {
            tokio::time::sleep(pause).await;
        }
    }
}

fn reach() -> Reach {
    Reach {
        allow_loopback: true,
        hosts: [("peer.test".to_owned(), IpAddr::from([127, 0, 0, 1]))].into(),
        connect_timeout: CONNECT,
        request_timeout: WHOLE,
        ..Reach::default()
    }
}

const CHUNK: &str = concat!(
    "40\r\n",
    "                                                                ",
    "\r\n"
);

// T088, T089: whatever a peer drags out ends at the deadline or at the limit of bytes, in words; nothing
// of it piles up here.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_goes_on_for_ever() {
    use Habit::{Drips, Floods, Silent};
    const OK: &str = "HTTP/1.1 200 OK\r\n\r\n";
    const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
    let cases = [
        (
            "peer.localhost",
            Silent,
            "unreachable: descriptor: no answer within",
        ),
        (
            "peer.test",
            Silent,
            "unreachable: descriptor: no connection within",
        ),
        (
            "peer.localhost",
            Drips("HTTP/1.1 200 OK\r\nx: "),
            "unreachable: descriptor: no answer within",
        ),
        (
            "peer.test",
            // A record of 2 KiB, in which the handshake would go on.
            Drips("\u{16}\u{3}\u{3}\u{8}\u{0}"),
            "unreachable: descriptor: no connection within",
        ),
        (
            "peer.localhost",
            Drips(OK),
            "unreachable: descriptor: the answer was not complete within",
        ),
        (
            "peer.localhost",
            Floods("HTTP/1.1 200 OK\r\n", "x: y\r\n"),
            "unreachable: descriptor: the connection broke",
        ),
        (
            "peer.localhost",
            Floods("HTTP/1.1 200 OK\r\nx: ", "yyyyyyyy"),
            "unreachable: descriptor: the connection broke",
        ),
        (
            "peer.localhost",
            Floods("", "HTTP/1.1 100 Continue\r\n\r\n"),
            "unreachable: descriptor: no answer within",
        ),
        (
            "peer.localhost",
            Floods(OK, CHUNK),
            "nonsense: descriptor: the answer is larger than 65536 bytes",
        ),
        (
            "peer.localhost",
            Floods(CHUNKED, CHUNK),
            "nonsense: descriptor: the answer is larger than 65536 bytes",
        ),
        (
            "peer.localhost",
            Floods("HTTP/1.1 200 OK\r\ncontent-length: 60000\r\n\r\n", CHUNK),
            "nonsense: descriptor: the answer is not of this protocol",
        ),
    ];
    let (client, _inbound) = client(reach()).await;
    let asked = cases.map(|(host, habit, expected)| {
        let client = client.clone();
        async move {
            let peer = Endless::open(host, habit).await;
            let asking = tokio::time::timeout(FOR_EVER, client.descriptor(&peer.server));
            let sentence = in_words(asking.await.expect("an end").unwrap_err());
            assert!(sentence.starts_with(expected), "{habit:?}: {sentence}");
            // What the two sockets hold between them comes on top of what was read.
            let written = peer.written.load(Ordering::Relaxed);
            let interim = matches!(habit, Floods("", _));
            assert!(
                interim || written < 16 << 20,
                "{habit:?}: {written} bytes were taken"
            );
        }
    });
    futures_util::future::join_all(asked).await;
}

// One who says nothing holds nobody else up.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_are_answered_meanwhile() {
    let patient = Reach {
        connect_timeout: FOR_EVER,
        request_timeout: FOR_EVER,
        ..reach()
    };
    let (client, _inbound) = client(patient).await;
    let honest = answering_well().await;
    for host in ["peer.localhost", "peer.test"] {
        let silent = Endless::open(host, Habit::Silent).await;
        let asking = tokio::spawn({
            let (client, server) = (client.clone(), silent.server.clone());
            async move { client.descriptor(&server).await }
        });
        let other = in_words(client.descriptor(&honest).await.unwrap_err());
        assert!(
            other.starts_with("nonsense: descriptor: the answer is not"),
            "{other}"
        );
        assert!(!asking.is_finished());
        asking.abort();
    }
}

/// A peer that answers at once, if nothing sensible.
async fn answering_well() -> ServerName {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let server = name(&format!(
        "good.localhost:{}",
        listener.local_addr().unwrap().port()
    ));
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut head = [0; 4096];
            drop(stream.read(&mut head).await);
            drop(stream.write_all(&http("200 OK", b"{}")).await);
        }
    });
    server
}

/// A name that is elsewhere whenever it is asked for anew.
struct Rebinding(AtomicUsize);

#[async_trait::async_trait]
impl Lookup for Rebinding {
    async fn lookup(&self, _name: &str) -> io::Result<Vec<IpAddr>> {
        // First where nobody answers us (a benchmark network would be refused), then this machine.
        let addresses: [IpAddr; 2] = [[192, 0, 1, 1].into(), [127, 0, 0, 1].into()];
        let n = self.0.fetch_add(1, Ordering::Relaxed);
        Ok(vec![addresses[n.min(1)]])
    }
}

// T086: the address that was checked is the one that is dialled: one look-up for a connection, and a
// second answer that leads home is refused like a first one.
#[tokio::test]
async fn a_name_that_rebinds() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let visits = Arc::<AtomicUsize>::default();
    tokio::spawn({
        let visits = visits.clone();
        async move {
            while listener.accept().await.is_ok() {
                visits.fetch_add(1, Ordering::Relaxed);
            }
        }
    });
    let (_, world) = world::world();
    let inbound = Inbound::new(world);
    let lookup = Arc::new(Rebinding(AtomicUsize::new(0)));
    let network = Network::with_lookup(&inbound, reach(), lookup.clone());
    let client = client_over(network).await;
    let server = name(&format!("rebinding.example:{port}"));
    let first = in_words(client.descriptor(&server).await.unwrap_err());
    assert!(
        first.starts_with("unreachable: descriptor: no connection"),
        "{first}"
    );
    assert_eq!(lookup.0.load(Ordering::Relaxed), 1);
    let second = in_words(client.descriptor(&server).await.unwrap_err());
    assert!(
        second.starts_with("unreachable: descriptor: address refused: 127.0.0.1 is loopback"),
        "{second}"
    );
    assert_eq!(visits.load(Ordering::Relaxed), 0);
}

// A redirect is an answer like any other: nobody is asked at the place that it names.
#[tokio::test]
async fn redirects_lead_nowhere() {
    let target = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let location = format!(
        "http://x.localhost:{}/",
        target.local_addr().unwrap().port()
    );
    let (client, _inbound) = client(reach()).await;
    for status in [
        "301 Moved Permanently",
        "302 Found",
        "303 See Other",
        "307 Temporary Redirect",
        "308 Permanent Redirect",
    ] {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let server = name(&format!(
            "peer.localhost:{}",
            listener.local_addr().unwrap().port()
        ));
        let answer = http(&format!("{status}\r\nlocation: {location}"), b"");
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = [0; 4096];
                drop(stream.read(&mut head).await);
                drop(stream.write_all(&answer).await);
            }
        });
        let sentence = in_words(client.descriptor(&server).await.unwrap_err());
        let expected = format!("nonsense: descriptor: answered HTTP {}", &status[..3]);
        assert!(sentence.starts_with(&expected), "{sentence}");
    }
    let visited = tokio::time::timeout(Duration::from_millis(50), target.accept()).await;
    assert!(visited.is_err(), "somebody went where a redirect led");
}
