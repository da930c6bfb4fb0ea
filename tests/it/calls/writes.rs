//! Saves and deletions.

use std::time::Duration;

use zoho_token_store::OAuthToken;
use zoho_token_store::testkit::Op::{Delete, DeleteAll, Find, FindById, List, Save};

use super::lookups::{by_user, own};
use super::row::{Do, Row, row};
use crate::contract::words::*;

const MINUTES: Duration = Duration::from_secs(2 * 60);

pub fn rows() -> Vec<Row> {
    let mut rows = creations();
    rows.extend(changes());
    rows.extend(deletions());
    rows
}

fn numbered(count: usize) -> impl Iterator<Item = OAuthToken> {
    (0..count).map(|n| user(&format!("u{n}")).rt(&format!("R{n}")).creds())
}

fn creations() -> Vec<Row> {
    vec![
        row("save-first")
            .does(Save(own()))
            .gives("created")
            .costs("Get, Batch index, Create index, Create"),
        row("save-new")
            .stored([one()])
            .does(Save(own()))
            .gives("created")
            .costs("Get, Batch index, Put index, Create"),
        row("save-new-again")
            .after(Save(one()))
            .does(Save(own()))
            .gives("created")
            .costs("Get, Batch index, Put index, Create"),
        row("save-new-under-an-id")
            .stored([two()])
            .does(Save(one()))
            .gives("created")
            .costs("2× Get, Batch index, Put index, Create"),
        // Any record may have that access token: they are all read.
        row("save-new-id-only")
            .stored([two()])
            .does(Save(id("9").at("A9")))
            .gives("created")
            .costs("2× Get, Batch index, Get, Put index, Create"),
        row("save-new-of-second-client")
            .stored([own()])
            .does(Save(user("u").rt("R2").of("other")))
            .gives("created")
            .costs("Get, Batch index, Put index, Create"),
        row("save-new-user-alone")
            .stored([two()])
            .does(Save(user("u").rt("R")))
            .gives("created")
            .costs("Batch index, Put index, Create"),
        row("save-new-user-alone-deleted-before")
            .recoverable()
            .stored([own()])
            .elsewhere(DeleteAll)
            .does(Save(own()))
            .gives("created")
            .costs("Get, Batch index, Put index, Create, Restore, Get, Put, Tag"),
        row("save-deleted-for-good")
            .stored([own()])
            .elsewhere(DeleteAll)
            .does(Save(own()))
            .gives("created")
            .costs("Get, Batch index, Put index, Create"),
        row("save-100-new-at-once")
            .stored([one()])
            .does(Do::AtOnce(numbered(100).map(Save).collect()))
            .gives("100× created")
            .costs("100× Get, 100× Batch index, Put index, Create, Put index, 99× Create"),
        row("save-one-new-100-times-at-once")
            .stored([one()])
            .does(Do::AtOnce(vec![Save(own()); 100]))
            .gives("created, 99× unchanged")
            .costs("100× Get, 100× Batch index, Put index, Create, 99× Get"),
    ]
}

fn changes() -> Vec<Row> {
    let refreshed = || user("u").creds().at("B").exp(FAR + 1);
    vec![
        row("refresh-cold")
            .stored([own()])
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Get, Put"),
        row("refresh-warm")
            .stored([own()])
            .after(by_user())
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Put"),
        row("refresh-saved-here")
            .after(Save(own()))
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Put"),
        row("refresh-by-id-cold")
            .stored([one()])
            .does(Save(id("1").at("B")))
            .gives("updated")
            .costs("Get, Put"),
        row("refresh-by-id-warm")
            .stored([one()])
            .after(FindById("1".into()))
            .does(Save(id("1").at("B")))
            .gives("updated")
            .costs("Put"),
        row("refresh-by-refresh-token-cold")
            .stored([own()])
            .does(Save(rt("R").creds().at("B")))
            .gives("updated")
            .costs("Get, Batch index, Get, Put"),
        row("refresh-by-refresh-token-warm")
            .stored([own()])
            .after(Find(rt("R").creds()))
            .does(Save(rt("R").creds().at("B")))
            .gives("updated")
            .costs("Put"),
        row("refresh-user-alone-warm")
            .stored([own()])
            .after(Find(user("u")))
            .does(Save(user("u").at("B")))
            .gives("updated")
            .costs("Batch index, Get, Put"),
        row("refresh-expired-warm")
            .stored([own().exp(5)])
            .after(by_user())
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Put"),
        row("refresh-past-its-time")
            .stored([own()])
            .after(by_user())
            .passes(3 * MINUTES)
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Put"),
        row("refresh-an-hour-later")
            .stored([own()])
            .after(by_user())
            .passes(30 * MINUTES)
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Get, Put"),
        row("refresh-uncached")
            .uncached()
            .stored([own()])
            .after(by_user())
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Get, Put"),
        // The compare-and-swap fails once, and the record is read.
        row("refresh-written-elsewhere")
            .stored([own()])
            .after(by_user())
            .elsewhere(Save(own().with_api_domain("https://d")))
            .does(Save(refreshed()))
            .gives("updated")
            .costs("Put, Get, Put"),
        row("refresh-deleted-elsewhere")
            .stored([own(), one()])
            .after(by_user())
            .elsewhere(DeleteAll)
            .does(Save(own().at("B")))
            .gives("created")
            .costs("Put, Get, Batch index, Put index, Create"),
        row("refresh-20-at-once")
            .stored([own()])
            .after(by_user())
            .does(Do::AtOnce(
                (0..20)
                    .map(|n| Save(refreshed().at(&format!("A{n}"))))
                    .collect(),
            ))
            .gives("20× updated")
            .costs("20× Put"),
        row("no-op-cold")
            .stored([own()])
            .does(Save(own()))
            .gives("unchanged")
            .costs("Get"),
        row("no-op-warm")
            .stored([own()])
            .after(by_user())
            .does(Save(own()))
            .gives("unchanged")
            .costs("Get"),
        row("change-key-cold")
            .stored([own()])
            .does(Save(own().rt("R2")))
            .gives("updated")
            .costs("Get, Batch index, Put index, Put"),
        row("change-key-warm")
            .stored([own()])
            .after(by_user())
            .does(Save(own().rt("R2")))
            .gives("updated")
            .costs("Get, Batch index, Put index, Put"),
        row("change-key-saved-here")
            .after(Save(own()))
            .does(Save(own().rt("R2")))
            .gives("updated")
            .costs("Get, Put index, Put"),
        row("change-owner")
            .stored([one()])
            .does(Save(id("1").user("new")))
            .gives("updated")
            .costs("Get, Batch index, Put index, Put, Tag"),
    ]
}

fn deletions() -> Vec<Row> {
    let mut rows = vec![
        row("delete-cold")
            .stored([one()])
            .does(Delete("1".into()))
            .gives("removed")
            .costs("Batch index, Describe, Delete, Put index"),
        row("delete-warm")
            .stored([one()])
            .after(FindById("1".into()))
            .does(Delete("1".into()))
            .gives("removed")
            .costs("Batch index, Describe, Delete, Put index"),
        row("delete-saved-here")
            .after(Save(one()))
            .does(Delete("1".into()))
            .gives("removed")
            .costs("Describe, Delete, Put index"),
        row("delete-saved-here-long-ago")
            .after(Save(one()))
            .passes(MINUTES)
            .does(Delete("1".into()))
            .gives("removed")
            .costs("Batch index, Describe, Delete, Put index"),
        row("delete-recoverable")
            .recoverable()
            .after(Save(one()))
            .does(Delete("1".into()))
            .gives("removed")
            .costs("Describe, Put, Delete, Put index"),
        row("delete-absent")
            .stored([two()])
            .does(Delete("1".into()))
            .gives("none")
            .costs("Batch index, Describe, Delete, Batch index"),
        row("delete-unusable-id")
            .does(Delete("no such name".into()))
            .gives("none")
            .costs(""),
        row("delete-3-at-once")
            .after(Save(one()))
            .does(Do::AtOnce(vec![Delete("1".into()); 3]))
            .gives("removed, 2× none")
            .costs(
                "Describe, Delete, Put index, Batch index, Describe, Delete, 2× Batch index, \
                 Describe, Delete, Batch index",
            ),
    ];
    for (count, gives, costs) in [
        (0, "0 removed", "Batch index"),
        (
            1,
            "1 removed",
            "Batch index, Get, Delete, Batch index, Put index",
        ),
        (
            20,
            "20 removed",
            "Batch index, Batch, 20× Delete, Batch index, Put index",
        ),
        (
            100,
            "100 removed",
            "Batch index, Batch, 20× Delete, Batch, 20× Delete, Batch, 20× Delete, Batch, \
             20× Delete, Batch, 20× Delete, Batch index, Put index",
        ),
    ] {
        let all = row(format!("delete-all-{count}")).stored(numbered(count));
        rows.push(all.does(DeleteAll).gives(gives).costs(costs));
    }
    rows.push(
        row("list-after-deletion")
            .stored(numbered(3))
            .elsewhere(DeleteAll)
            .does(List)
            .gives("0 tokens")
            .costs("Batch index"),
    );
    rows
}
