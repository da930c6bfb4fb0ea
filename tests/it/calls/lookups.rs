//! Look-ups and listings.

use std::time::Duration;

use zoho_token_store::simulator::Fault;
use zoho_token_store::testkit::Op::{self, Delete, Find, FindById, List, Save};
use zoho_token_store::{OAuthToken, Verb};

use super::row::{Do, Row, row};
use crate::contract::words::*;

const HOUR: Duration = Duration::from_secs(3600);
/// Past the time to live, within the stale limit.
const LATER: Duration = Duration::from_secs(6 * 60);

pub fn rows() -> Vec<Row> {
    let mut rows = keys();
    rows.extend(states());
    rows.extend(listings());
    rows
}

/// A record whose own key is its user and client.
pub fn own() -> OAuthToken {
    user("u").rt("R").gt("G").at("A").exp(FAR).creds()
}

pub fn by_user() -> Op {
    Find(user("u").with_client_id("cid"))
}

/// Every key, cold, warm, and without a record.
fn keys() -> Vec<Row> {
    let one_call = "Get";
    let through_index = "Get, Batch index, Get";
    let mut rows = Vec::new();
    for (key, query, stored, cold, miss) in [
        ("id", id("1"), one(), one_call, "Get"),
        (
            "own-user",
            user("u").with_client_id("cid"),
            own(),
            one_call,
            "Get, Batch index",
        ),
        (
            "own-grant",
            gt("G").creds(),
            gt("G").rt("R").creds(),
            one_call,
            "Get, Batch index",
        ),
        (
            "own-refresh",
            rt("R").creds(),
            rt("R").at("A").creds(),
            one_call,
            "Get, Batch index",
        ),
        (
            "own-access",
            at("A"),
            at("A").exp(FAR),
            one_call,
            "Get, Batch index",
        ),
        (
            "grant",
            gt("G").creds(),
            own(),
            through_index,
            "Get, Batch index",
        ),
        (
            "refresh",
            rt("R").creds(),
            own(),
            through_index,
            "Get, Batch index",
        ),
        // A given id is not derived from any key.
        (
            "user",
            user(ALICE).creds(),
            one(),
            through_index,
            "Get, Batch index",
        ),
        // There might be records of several clients.
        (
            "user-alone",
            user("u"),
            own(),
            "Batch index, Get",
            "Batch index",
        ),
        // The index has no access tokens of records with a client: all are read.
        ("access", at("A"), own(), through_index, "Get, Batch index"),
    ] {
        let by = |state| row(format!("find-{key}-{state}"));
        let find = || Find(query.clone());
        rows.push(by("empty").does(find()).gives("none").costs(miss));
        let cold_row = by("cold").stored([stored.clone()]).does(find());
        rows.push(cold_row.gives("found").costs(cold));
        let warm = by("warm").stored([stored.clone()]).after(find());
        rows.push(warm.does(find()).gives("found").costs(""));
        let saved = by("saved-here").after(Save(stored)).does(find());
        // The cache knows the key under which the record was saved, and its id.
        let leads = matches!(key, "id" | "user") || key.starts_with("own");
        let costs = if leads { "" } else { cold };
        rows.push(saved.gives("found").costs(costs));
    }
    rows
}

fn states() -> Vec<Row> {
    let unavailable = || Fault::on(Verb::GetSecretValue).always();
    vec![
        row("find-several-users-alone")
            .stored(
                [own(), user("u").rt("R2").of("other")].map(|token| token.with_access_token("A")),
            )
            .does(Find(user("u").with_client_id("other")))
            .gives("found")
            .costs("Get"),
        row("find-access-among-40")
            .stored((0..40).map(|n| user(&format!("u{n}")).at(&format!("A{n}")).creds()))
            .does(Find(at("A7")))
            .gives("found")
            .costs("Get, Batch index, 2× Batch"),
        row("find-unlisted-miss-of-40")
            .stored((0..40).map(|n| user(&format!("u{n}")).at(&format!("A{n}")).creds()))
            .does(Find(gt("G").creds()))
            .gives("none")
            .costs("Get, Batch index"),
        row("find-past-its-time")
            .stored([own()])
            .after(by_user())
            .passes(LATER)
            .does(by_user())
            .gives("found")
            .costs("Get"),
        row("find-expired-access-token")
            .stored([own().exp(5)])
            .after(by_user())
            .does(by_user())
            .gives("found")
            .costs("Get"),
        row("find-uncached")
            .uncached()
            .stored([own()])
            .after(by_user())
            .does(by_user())
            .gives("found")
            .costs("Get"),
        row("find-written-elsewhere")
            .stored([own()])
            .after(by_user())
            .elsewhere(Save(own().at("B")))
            .does(by_user())
            .gives("found")
            .costs(""),
        row("find-written-here")
            .stored([own()])
            .after(by_user())
            .after(Save(own().at("B")))
            .does(by_user())
            .gives("found")
            .costs(""),
        row("find-deleted-here")
            .stored([one()])
            .after(FindById("1".into()))
            .after(Delete("1".into()))
            .does(FindById("1".into()))
            .gives("none")
            .costs("Get"),
        row("find-must-ask")
            .stored([own()])
            .after(by_user())
            .does(Do::MustAsk(user("u").creds()))
            .gives("found")
            .costs("Get"),
        row("find-must-ask-through-index")
            .stored([own()])
            .after(Find(rt("R").creds()))
            .does(Do::MustAsk(rt("R").creds()))
            .gives("found")
            .costs("Get, Batch index, Get"),
        // The SDK client of the simulator makes three attempts.
        row("find-stale")
            .stored([own()])
            .after(by_user())
            .passes(LATER)
            .with(unavailable())
            .does(by_user())
            .gives("found")
            .costs("3× Get"),
        row("find-stale-twice")
            .stored([own()])
            .after(by_user())
            .passes(LATER)
            .with(unavailable())
            .does(Do::AtOnce([by_user(), by_user()].into()))
            .gives("2× found")
            .costs("3× Get"),
        row("find-recovers-by-retry")
            .stored([own()])
            .with(Fault::on(Verb::GetSecretValue))
            .does(by_user())
            .gives("found")
            .costs("2× Get"),
        row("find-a-thousand-at-once")
            .stored([own()])
            .does(Do::AtOnce(vec![by_user(); 1000]))
            .gives("1000× found")
            .costs("Get"),
        row("find-a-thousand-misses-at-once")
            .does(Do::AtOnce(vec![by_user(); 1000]))
            .gives("1000× none")
            .costs("Get, Batch index"),
        row("find-through-index-at-once")
            .stored([own()])
            .does(Do::AtOnce(vec![Find(rt("R").creds()); 1000]))
            .gives("1000× found")
            .costs("Get, Batch index, Get"),
        row("find-a-day-later")
            .stored([own()])
            .after(by_user())
            .passes(24 * HOUR)
            .does(by_user())
            .gives("found")
            .costs("Get"),
    ]
}

fn listings() -> Vec<Row> {
    let mut rows = Vec::new();
    for (count, gives, costs) in [
        (0, "0 tokens", "Batch index"),
        (1, "1 tokens", "Batch index, Get"),
        (2, "2 tokens", "Batch index, Batch"),
        (20, "20 tokens", "Batch index, Batch"),
        (21, "21 tokens", "Batch index, Batch, Get"),
        (40, "40 tokens", "Batch index, 2× Batch"),
        (100, "100 tokens", "Batch index, 5× Batch"),
    ] {
        let tokens = || (0..count).map(|n| user(&format!("u{n}")).rt("R").creds());
        let cold = row(format!("list-{count}")).stored(tokens()).does(List);
        rows.push(cold.gives(gives).costs(costs));
    }
    let tokens = (0..20).map(|n| user(&format!("u{n}")).rt("R").creds());
    rows.push(
        row("list-again")
            .stored(tokens)
            .after(List)
            .does(List)
            .gives("20 tokens")
            .costs("Batch index, Batch"),
    );
    rows
}
