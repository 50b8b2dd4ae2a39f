//! One transaction for all commits that wait, one answer for each.

use rusqlite::{Connection, Result};
use scaiwave_store::{Commit, CommitError, Receipt, StoreError};

use crate::apply::Write;
use crate::failure::{Failure, commit_error, is_survivable, store_error};
use crate::numbers::Numbers;

/// What a group is written with, beside the connection.
#[derive(Clone, Copy)]
pub(crate) struct With<'a> {
    /// The tenant's room numbers.
    pub(crate) numbers: &'a Numbers,
    /// See [`Options`](crate::Options).
    pub(crate) search_tail: usize,
}

/// What became of a group.
pub(crate) struct Outcome {
    /// One for each commit, in order.
    pub(crate) answers: Vec<Result<Receipt, CommitError>>,
    /// Whether a transaction was committed.
    pub(crate) committed: bool,
    /// False when nothing may be written any more.
    pub(crate) healthy: bool,
}

/// Applies commits in order, in one transaction. A commit that fails takes back only its own changes;
/// an error of the transaction itself fails all of them.
pub(crate) fn write(connection: &Connection, with: With<'_>, commits: &[Commit]) -> Outcome {
    match attempt(connection, with, commits) {
        Ok((answers, committed)) => Outcome {
            answers,
            committed,
            healthy: true,
        },
        Err(error) => {
            let healthy = is_survivable(&error);
            tracing::error!(%error, healthy, commits = commits.len(), "a transaction failed");
            if !connection.is_autocommit() {
                roll_back(connection);
            }
            let answer: StoreError = store_error(&error);
            Outcome {
                answers: vec![Err(answer.into()); commits.len()],
                committed: false,
                healthy,
            }
        }
    }
}

type Answers = Vec<Result<Receipt, CommitError>>;

/// First without savepoints: each would copy every page that its commit touches, a third of the whole
/// cost of small commits, and almost every conflict is found before anything is written. When a commit
/// fails half-way all the same, everything is taken back and done again with savepoints.
fn attempt(connection: &Connection, with: With<'_>, commits: &[Commit]) -> Result<(Answers, bool)> {
    if let Some(done) = pass(connection, with, commits, Savepoints::Off)? {
        return Ok(done);
    }
    run(connection, "ROLLBACK")?;
    let done = pass(connection, with, commits, Savepoints::On)?;
    Ok(done.unwrap_or_default())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Savepoints {
    Off,
    On,
}

/// One transaction over all commits. `None`, with the transaction still open, when a commit failed
/// half-way and there was no savepoint to go back to.
fn pass(
    connection: &Connection,
    with: With<'_>,
    commits: &[Commit],
    savepoints: Savepoints,
) -> Result<Option<(Answers, bool)>> {
    run(connection, "BEGIN IMMEDIATE")?;
    let mut write = Write::new(connection, with.numbers, with.search_tail);
    let mut answers = Vec::with_capacity(commits.len());
    for commit in commits {
        let applied = match write.expect_all(&commit.expectations) {
            Err(failure) => Err(failure),
            Ok(()) if savepoints == Savepoints::On => apply_apart(&mut write, commit),
            Ok(()) => match write.apply_all(&commit.changes) {
                // Alone, the rollback of the transaction is as good as a savepoint.
                Err(_) if commits.len() > 1 && !connection.is_autocommit() => return Ok(None),
                applied => applied,
            },
        };
        answers.push(match applied {
            Ok(receipt) => Ok(receipt),
            // SQLite has rolled the whole transaction back (a full disk, an I/O error).
            Err(Failure::Sql(error)) if connection.is_autocommit() => return Err(error),
            Err(failure) => Err(commit_error(failure)),
        });
    }
    if !answers.iter().any(Result::is_ok) {
        run(connection, "ROLLBACK")?;
        return Ok(Some((answers, false)));
    }
    write.index()?;
    run(connection, "COMMIT")?;
    write.remember_rooms();
    Ok(Some((answers, true)))
}

/// Applies a commit so that it can be taken back alone.
fn apply_apart(write: &mut Write<'_>, commit: &Commit) -> Result<Receipt, Failure> {
    let connection = write.connection();
    run(connection, "SAVEPOINT one")?;
    let before = write.remembered();
    let receipt = write.apply_all(&commit.changes);
    if connection.is_autocommit() {
        return receipt;
    }
    if receipt.is_err() {
        run(connection, "ROLLBACK TO one")?;
        write.forget(before);
    }
    run(connection, "RELEASE one")?;
    receipt
}

fn run(connection: &Connection, sql: &'static str) -> Result<()> {
    connection.prepare_cached(sql)?.execute([]).map(|_| ())
}

fn roll_back(connection: &Connection) {
    if let Err(error) = run(connection, "ROLLBACK") {
        tracing::error!(%error, "a failed transaction could not be rolled back");
    }
}
