use super::fixture::{EPOCH, event_id, good, put};
use crate::record::{AuditRow, AuditSeverity};
use crate::{AuditFilter, Change, TenantStore};

fn line(number: u64, action: &str, peer: Option<&str>) -> AuditRow {
    AuditRow {
        id: event_id(0, number),
        at: EPOCH + number,
        severity: if number.is_multiple_of(2) {
            AuditSeverity::Change
        } else {
            AuditSeverity::Alarm
        },
        actor: "@ann:one.example.org".to_owned(),
        action: action.to_owned(),
        peer: peer.map(str::to_owned),
        room_id: peer.map(|_| "room-a".to_owned()),
        message: "Something is different now.".to_owned(),
    }
}

pub(super) async fn lines_are_filtered_newest_first(store: &dyn TenantStore) {
    let lines = [
        line(1, "x", Some("a")),
        line(2, "x", None),
        line(3, "y", Some("b")),
        line(4, "x", Some("a")),
    ];
    let changes = lines.iter().cloned().map(Box::new);
    put(store, changes.map(Change::PutAudit).collect()).await;
    let all = || AuditFilter {
        limit: 9,
        ..AuditFilter::default()
    };
    let text = |text: &str| Some(text.to_owned());
    let cases = [
        (all(), vec![4, 3, 2, 1]),
        (AuditFilter { limit: 2, ..all() }, vec![4, 3]),
        (
            AuditFilter {
                severity: Some(AuditSeverity::Alarm),
                ..all()
            },
            vec![3, 1],
        ),
        (
            AuditFilter {
                action: text("x"),
                ..all()
            },
            vec![4, 2, 1],
        ),
        (
            AuditFilter {
                peer: text("a"),
                ..all()
            },
            vec![4, 1],
        ),
        (
            AuditFilter {
                room_id: text("room-a"),
                ..all()
            },
            vec![4, 3, 1],
        ),
        (
            AuditFilter {
                since: Some(EPOCH + 3),
                ..all()
            },
            vec![4, 3],
        ),
        (
            AuditFilter {
                before: Some(event_id(0, 3)),
                ..all()
            },
            vec![2, 1],
        ),
    ];
    for (filter, expected) in cases {
        let expected: Vec<_> = expected
            .into_iter()
            .map(|number: usize| lines[number - 1].clone())
            .collect();
        let shown = format!("{filter:?}");
        assert_eq!(good(store.audit(filter).await), expected, "{shown}");
    }
}

/// Lines of one moment, with ids in any order, are read as they were written; a page ends in the middle of
/// them without loss.
pub(super) async fn lines_of_one_moment_have_an_order(store: &dyn TenantStore) {
    let written = [5, 2, 9, 1].map(|number| AuditRow {
        at: EPOCH,
        ..line(number, "x", None)
    });
    for row in &written {
        put(store, vec![Change::PutAudit(Box::new(row.clone()))]).await;
    }
    let mut read = Vec::new();
    let mut before = None;
    loop {
        let filter = AuditFilter {
            before,
            limit: 1,
            ..AuditFilter::default()
        };
        let page = good(store.audit(filter).await);
        let Some(row) = page.first() else {
            break;
        };
        before = Some(row.id);
        read.push(row.clone());
    }
    read.reverse();
    assert_eq!(read, written);
}

pub(super) async fn the_same_line_stands_once(store: &dyn TenantStore) {
    let first = line(1, "x", None);
    let again = AuditRow {
        message: "Another sentence.".to_owned(),
        ..first.clone()
    };
    for row in [first.clone(), again] {
        put(store, vec![Change::PutAudit(Box::new(row))]).await;
    }
    let all = AuditFilter {
        limit: 9,
        ..AuditFilter::default()
    };
    assert_eq!(good(store.audit(all).await), [first]);
}
