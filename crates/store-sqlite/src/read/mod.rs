//! The questions: one file a group. Each is short by construction, by key or with a limit.

mod accounts;
mod api_tokens;
mod audit;
mod dead_letters;
mod entries;
mod federation;
mod host;
mod identities;
mod keyed;
mod live;
mod members;
mod moderation;
mod notify;
mod pending;
mod rejections;
mod room_list;
mod rooms;
mod search;
mod timeline;
mod usage;

use rusqlite::{Connection, OptionalExtension as _, Params, Result};
use scaiwave_protocol::{EventId, RoomId};

use crate::columns::Columns;
use crate::numbers::Numbers;

/// A connection lent for one question.
pub(crate) struct Reader<'a> {
    connection: &'a Connection,
    numbers: &'a Numbers,
}

impl<'a> Reader<'a> {
    pub(crate) fn new(connection: &'a Connection, numbers: &'a Numbers) -> Self {
        Reader {
            connection,
            numbers,
        }
    }

    /// The number of a room; a room without one has nothing in any table.
    fn number(&self, room_id: &RoomId) -> Result<Option<i64>> {
        self.numbers.find(self.connection, room_id)
    }

    /// Every row that a query finds.
    fn all<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl Fn(&mut Columns<'_, '_>) -> Result<T>,
    ) -> Result<Vec<T>> {
        self.connection
            .prepare_cached(sql)?
            .query_map(params, |row| read(&mut Columns::of(row)))?
            .collect()
    }

    /// The one row that a query finds.
    fn one<T>(
        &self,
        sql: &'static str,
        params: impl Params,
        read: impl Fn(&mut Columns<'_, '_>) -> Result<T>,
    ) -> Result<Option<T>> {
        self.connection
            .prepare_cached(sql)?
            .query_row(params, |row| read(&mut Columns::of(row)))
            .optional()
    }
}

/// Event ids as a query takes a list of them: `IN (SELECT unhex(value) FROM json_each(?))`.
fn id_list<'i>(ids: impl IntoIterator<Item = &'i EventId>) -> String {
    let mut list = String::from("[");
    for id in ids {
        if list.len() > 1 {
            list.push(',');
        }
        list.push('"');
        // The text of a UUID is its bytes in hexadecimal with hyphens between.
        list.extend(id.to_string().chars().filter(|c| *c != '-'));
        list.push('"');
    }
    list.push(']');
    list
}
