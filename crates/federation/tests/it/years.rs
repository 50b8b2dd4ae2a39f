//! Keys over the years: rotation by the calendar, absences longer than any overlap, restarts. Whatever
//! happens, nothing honest is refused, and in the end both servers hold the same words.

use std::ops::Range;
use std::sync::Arc;

use scaiwave_engine::store::record::TenantRow;
use scaiwave_engine::store::{RejectionFilter, TenantStore};
use scaiwave_engine::{Viewer, upkeep};
use scaiwave_protocol::RoomId;

use crate::neighbours::{say, shared_room};
use crate::town::{House, Town, name, until};

const DAY_S: u64 = 24 * 60 * 60;
const WEEK_S: u64 = 7 * DAY_S;

/// What is not as it should be, and for which weeks.
#[derive(Clone, Debug)]
enum Trouble {
    /// The servers do not reach each other.
    Apart(Range<u64>),
    /// The process of the `n`th house does not run.
    Down(usize, Range<u64>),
}

/// A house, or what is left of it while its process does not run.
enum Place {
    Open(House),
    Shut(TenantRow, Arc<dyn TenantStore>),
}

/// Two tenants with a room each, in which both are, and one in which nobody ever says anything.
struct Pair {
    town: Town,
    places: [Option<Place>; 2],
    people: [Viewer; 2],
    rooms: Vec<RoomId>,
    silent: RoomId,
    said: usize,
}

impl Pair {
    async fn new() -> Self {
        let town = Town::new();
        let (acme, globex) = (
            town.tenant("acme", "acme.example").await,
            town.tenant("globex", "globex.example").await,
        );
        let (alice, bob) = (acme.person("alice").await, globex.person("bob").await);
        let rooms = vec![
            shared_room(&acme, &alice, &globex, &bob).await,
            shared_room(&globex, &bob, &acme, &alice).await,
        ];
        let silent = shared_room(&acme, &alice, &globex, &bob).await;
        Pair {
            town,
            places: [Some(Place::Open(acme)), Some(Place::Open(globex))],
            people: [alice, bob],
            rooms,
            silent,
            said: 0,
        }
    }

    fn house(&self, n: usize) -> Option<&House> {
        match &self.places[n] {
            Some(Place::Open(house)) => Some(house),
            _ => None,
        }
    }

    async fn shut(&mut self, n: usize) {
        match self.places[n].take() {
            Some(Place::Open(house)) => {
                let tenant = &house.tenant;
                let row = TenantRow {
                    slug: tenant.slug().to_owned(),
                    name: tenant.name().to_owned(),
                    server_name: tenant.server_name().clone(),
                    created_at: 0,
                };
                house.shutdown.cancel();
                self.town.inbound.remove_tenant(&row.server_name);
                tenant.close().await;
                self.places[n] = Some(Place::Shut(row, house.store.clone()));
            }
            other => self.places[n] = other,
        }
    }

    async fn open(&mut self, n: usize) {
        match self.places[n].take() {
            Some(Place::Shut(row, store)) => {
                self.places[n] = Some(Place::Open(self.town.move_in(row, store).await));
            }
            other => self.places[n] = other,
        }
    }

    /// The calendar of those that run, and a word from each in both rooms.
    async fn live(&mut self) {
        for n in 0..2 {
            let Some(house) = self.house(n) else { continue };
            upkeep::run(&house.tenant).await;
        }
        for n in 0..2 {
            for room_id in self.rooms.clone() {
                let Some(house) = self.house(n) else { continue };
                let word = self.said.to_string();
                say(house, &self.people[n], &room_id, &word).await;
                self.said += 1;
            }
        }
    }

    /// All that was said stands in both logs, in the same order, and nothing waits.
    async fn same(&self) {
        let (Some(acme), Some(globex)) = (self.house(0), self.house(1)) else {
            return;
        };
        let everywhere = self.rooms.iter().chain([&self.silent]);
        for room_id in everywhere {
            until("the same log", || async {
                let [a, b] = [
                    acme.store.room(room_id).await.unwrap().unwrap(),
                    globex.store.room(room_id).await.unwrap().unwrap(),
                ];
                let waiting = [
                    acme.store.pending(room_id).await.unwrap(),
                    globex.store.pending(room_id).await.unwrap(),
                ];
                a.head == b.head && waiting.iter().all(Vec::is_empty)
            })
            .await;
        }
    }

    async fn messages(&self, house: &House) -> usize {
        let mut count = 0;
        for room_id in &self.rooms {
            let mut after = 0;
            loop {
                let page = house
                    .store
                    .entries_after(room_id, after, 500, usize::MAX)
                    .await
                    .unwrap();
                let Some(last) = page.last() else { break };
                after = last.seq;
                count += page
                    .iter()
                    .filter(|entry| entry.kind == "swp.room.message" && entry.shown)
                    .count();
            }
        }
        count
    }

    /// Nobody refused anything, and nobody has to accept a key.
    async fn nothing_refused(&self) {
        for n in 0..2 {
            let Some(house) = self.house(n) else { continue };
            let filter = RejectionFilter {
                limit: 10,
                ..RejectionFilter::default()
            };
            let refused = house.store.rejections(filter).await.unwrap();
            assert!(refused.is_empty(), "{refused:?}");
            let keys = house.store.peer_keys().await.unwrap();
            assert!(keys.iter().all(|row| row.candidate.is_none()));
        }
    }

    async fn week(&mut self, week: u64, troubles: &[Trouble]) {
        self.town.clock.pass(WEEK_S);
        let mut apart = false;
        let mut down = [false, false];
        for trouble in troubles {
            match trouble {
                Trouble::Apart(weeks) => apart |= weeks.contains(&week),
                Trouble::Down(n, weeks) => down[*n] |= weeks.contains(&week),
            }
        }
        for (n, down) in down.into_iter().enumerate() {
            match down {
                true => self.shut(n).await,
                false => self.open(n).await,
            }
        }
        let alone = apart.then(|| name("acme.example"));
        *self.town.street.islands.lock() = alone.into_iter().collect();
        // A process ends now and then.
        if week.is_multiple_of(9) && !down[0] && !down[1] {
            let n = usize::from(week.is_multiple_of(2));
            self.shut(n).await;
            self.open(n).await;
        }
        self.live().await;
        if !apart && down == [false, false] {
            self.same().await;
        }
    }

    /// Lives for some years with these troubles.
    async fn years(mut self, years: u64, troubles: &[Trouble]) -> Self {
        for week in 1..=years * 52 {
            self.week(week, troubles).await;
        }
        // A day later a successor that was made this week signs.
        self.town.clock.pass(DAY_S);
        self.live().await;
        self.same().await;
        self.nothing_refused().await;
        for n in 0..2 {
            let house = self.house(n).unwrap();
            assert_eq!(self.messages(house).await, self.said);
        }
        self
    }
}

// Twenty years with a word each week: both servers rotate every year, without anybody's doing.
#[tokio::test(start_paused = true)]
async fn twenty_quiet_years() {
    let pair = Pair::new().await.years(20, &[]).await;
    for n in 0..2 {
        let keys = pair.house(n).unwrap().tenant.keyring().keys();
        assert!((21..=23).contains(&keys.len()), "{} keys", keys.len());
    }
}

// Twenty years with partitions longer than the overlap, and servers that are down over several rotations.
#[tokio::test(start_paused = true)]
async fn twenty_years_of_trouble() {
    let troubles = [
        Trouble::Apart(60..67),
        // Fourteen months: what was signed at the beginning bears an expired key at the end.
        Trouble::Apart(150..211),
        // Thirty-eight months: the host of one room and follower of the other has only expired keys.
        Trouble::Down(0, 300..465),
        Trouble::Down(1, 550..660),
        // Both, and then apart.
        Trouble::Down(0, 740..860),
        Trouble::Down(1, 745..865),
        Trouble::Apart(865..930),
    ];
    Pair::new().await.years(20, &troubles).await;
}
