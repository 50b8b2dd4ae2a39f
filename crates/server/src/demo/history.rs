//! Do both servers tell the same story? Nothing lost, nothing doubled, nothing reordered.

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use anyhow::{Context as _, bail};
use serde_json::Value;

use super::person::{Head, Person};

/// Long enough for a peer that was away and is called again.
const EQUAL_MAX: Duration = Duration::from_secs(30);
/// Between two looks at both heads.
const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// One line of a timeline, as far as both servers must agree on it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Line {
    seq: Option<u64>,
    id: String,
    sender: String,
    kind: String,
    content: Value,
    reactions: Vec<(String, Value)>,
}

/// A message that a server has answered with 200.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) id: String,
    pub(super) by: String,
}

/// Waits until both servers are at the same place, then compares all that they show, and that what was
/// said stands there once, each author's words in their order.
pub(super) async fn compare(
    left: &Person,
    right: &Person,
    room: &str,
    said: &[Said],
) -> anyhow::Result<Head> {
    let head = equal_heads(left, right, room).await?;
    let histories = [
        (left, lines(left, room).await?),
        (right, lines(right, room).await?),
    ];
    for (person, lines) in &histories {
        check(lines, said).with_context(|| format!("on {}", person.origin().name))?;
    }
    let [(_, ours), (_, theirs)] = &histories;
    // A server that came later begins with a snapshot; the chain covers what was before.
    let first = |lines: &[Line]| lines.first().and_then(|line| line.seq);
    let begin = first(ours).max(first(theirs));
    let from = |lines: &[Line]| {
        lines
            .iter()
            .position(|line| line.seq >= begin)
            .unwrap_or(lines.len())
    };
    let (ours, theirs) = (&ours[from(ours)..], &theirs[from(theirs)..]);
    if let Some((a, b)) = ours.iter().zip(theirs).find(|(a, b)| a != b) {
        bail!("the servers show different lines: {a:?} and {b:?}");
    }
    if ours.len() != theirs.len() {
        bail!(
            "one server shows {} lines, the other {}",
            ours.len(),
            theirs.len()
        );
    }
    Ok(head)
}

async fn equal_heads(left: &Person, right: &Person, room: &str) -> anyhow::Result<Head> {
    let begun = Instant::now();
    loop {
        let (ours, theirs) = (left.head(room).await?, right.head(room).await?);
        if ours == theirs {
            return Ok(ours);
        }
        if ours.seq == theirs.seq {
            bail!(
                "two histories at seq {}: chain {} and {}",
                ours.seq,
                ours.chain,
                theirs.chain
            );
        }
        if begun.elapsed() > EQUAL_MAX {
            bail!(
                "after {} s one server is at seq {}, the other at {}",
                EQUAL_MAX.as_secs(),
                ours.seq,
                theirs.seq
            );
        }
        tokio::time::sleep(LOOK_AGAIN).await;
    }
}

async fn lines(person: &Person, room: &str) -> anyhow::Result<Vec<Line>> {
    let events = person.timeline(room).await?;
    Ok(events.iter().map(line).collect())
}

fn line(event: &Value) -> Line {
    let text = |name: &str| event[name].as_str().unwrap_or_default().to_owned();
    let reactions = event["reactions"].as_array().into_iter().flatten();
    let reaction = |reaction: &Value| {
        let emoji = reaction["emoji"].as_str().unwrap_or_default();
        (emoji.to_owned(), reaction["participants"].clone())
    };
    Line {
        seq: event["seq"].as_u64(),
        id: text("id"),
        sender: text("sender_id"),
        kind: text("event_type"),
        content: event["content"].clone(),
        reactions: reactions.map(reaction).collect(),
    }
}

fn check(lines: &[Line], said: &[Said]) -> anyhow::Result<()> {
    let mut places: BTreeMap<&str, usize> = BTreeMap::new();
    let mut seqs = BTreeSet::new();
    for (place, line) in lines.iter().enumerate() {
        if places.insert(&line.id, place).is_some() {
            bail!("doubled: {} stands twice", line.id);
        }
        if seqs.last() >= Some(&line.seq) || line.seq.is_none() || !seqs.insert(line.seq) {
            bail!(
                "reordered: {} with seq {:?} is out of place",
                line.id,
                line.seq
            );
        }
    }
    let mut last_of: BTreeMap<&str, usize> = BTreeMap::new();
    for Said { id, by } in said {
        let Some(place) = places.get(id.as_str()) else {
            bail!("lost: {id} of {by}, which was answered with 200");
        };
        if last_of
            .insert(by, *place)
            .is_some_and(|before| before > *place)
        {
            bail!("reordered: {id} stands before what {by} had said earlier");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(seq: u64, id: &str) -> Line {
        let (sender, kind) = ("@bob:b.example".into(), "swp.room.message".into());
        let (content, reactions) = (Value::Null, Vec::new());
        Line {
            seq: Some(seq),
            id: id.into(),
            sender,
            kind,
            content,
            reactions,
        }
    }

    fn fault(lines: &[(u64, &str)], said: &[&str]) -> String {
        let lines: Vec<Line> = lines.iter().map(|(seq, id)| of(*seq, id)).collect();
        let said: Vec<Said> = said
            .iter()
            .map(|id| Said {
                id: (*id).into(),
                by: "bob".into(),
            })
            .collect();
        let fault = check(&lines, &said).err();
        let word = fault.map(|error| error.to_string());
        word.and_then(|text| text.split(':').next().map(str::to_owned))
            .unwrap_or_default()
    }

    #[test]
    fn every_kind_of_damage_is_named() {
        assert_eq!(fault(&[(1, "a"), (4, "b")], &["a", "b"]), "");
        assert_eq!(fault(&[(1, "a")], &["a", "b"]), "lost");
        assert_eq!(fault(&[(1, "a"), (2, "a")], &["a"]), "doubled");
        assert_eq!(fault(&[(2, "a"), (1, "b")], &[]), "reordered");
        assert_eq!(fault(&[(1, "b"), (2, "a")], &["a", "b"]), "reordered");
    }
}
