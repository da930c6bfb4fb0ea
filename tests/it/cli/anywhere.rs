//! Rows that hold on every service.

use serde_json::{Value, json};
use zoho_token_store::{OAuthToken, Timestamp};

use super::row::{CANARY, Row, row, token};

const ALICE: &str = "alice@x.test:org1";
const BOB: &str = "bob@x.test:org2";

pub fn rows() -> Vec<Row> {
    let rows = [
        saving(),
        finding(),
        listing(),
        deleting(),
        doctor(),
        options(),
    ];
    rows.into_iter().flatten().collect()
}

fn two() -> [OAuthToken; 2] {
    [token("1", ALICE), token("2", BOB)]
}

/// The record of `token` as JSON. Shown, it can be saved.
fn record(id: &str, user: &str, shown: bool) -> Value {
    let secret = |text: String| if shown { text } else { "[redacted]".to_owned() };
    json!({
        "id": id,
        "user_name": user,
        "client_id": "cid",
        "client_secret": secret(format!("{CANARY}-secret")),
        "refresh_token": secret(format!("{CANARY}-refresh-{id}")),
        "access_token": secret(format!("{CANARY}-access-{id}")),
        "grant_token": secret(format!("{CANARY}-grant-{id}")),
        "expiry_time": "4102444800000",
        "redirect_url": null,
        "api_domain": "https://www.zohoapis.eu",
    })
}

fn partial(fields: Value) -> String {
    fields.to_string()
}

fn saving() -> Vec<Row> {
    let outcome = |outcome: &str, dry_run: bool| json!({"id": "1", "outcome": outcome, "listing": "current", "dry_run": dry_run});
    let new_access = || partial(json!({"id": "1", "access_token": format!("{CANARY}-next")}));
    vec![
        row(
            "save-stdin",
            "a token from standard input; its id is printed",
        )
        .runs("save", 0)
        .stdin(record("1", ALICE, true).to_string())
        .prints("1\n")
        .err("created")
        .runs("find --id 1 --output json --reveal", 0)
        .json(record("1", ALICE, true)),
        row(
            "save-file",
            "a token from a file, without an id: one is derived",
        )
        .file(
            "token.json",
            partial(json!({"user_name": ALICE, "refresh_token": CANARY})),
        )
        .runs("save token.json --output json", 0)
        .json_at("/outcome", "created")
        .runs("find --user alice@x.test:org1 --output json", 0)
        .json_at("/refresh_token", "[redacted]"),
        row("save-again", "the same token again: nothing is written")
            .stored(two())
            .runs("save - --output json", 0)
            .stdin(record("1", ALICE, true).to_string())
            .json(outcome("unchanged", false)),
        row("save-part", "a part of a token: the other columns stay")
            .stored(two())
            .runs("save --output json", 0)
            .stdin(new_access())
            .json(outcome("updated", false))
            .runs("find --id 1 --output json --reveal", 0)
            .json_at("/access_token", format!("{CANARY}-next"))
            .json_at("/refresh_token", format!("{CANARY}-refresh-1")),
        row("save-dry-run", "what a save would do, without doing it")
            .stored(two())
            .runs("save --dry-run --output json", 0)
            .stdin(new_access())
            .json(outcome("updated", true))
            .runs("find --id 1 --output json --reveal", 0)
            .json_at("/access_token", format!("{CANARY}-access-1"))
            .runs("save --dry-run", 0)
            .stdin(record("3", "carol", true).to_string())
            .err("would be created")
            .runs("list --output json", 0)
            .json(json!([record("1", ALICE, false), record("2", BOB, false)])),
        row("save-conflict", "an id and a user that name two tokens")
            .stored(two())
            .runs("save", 6)
            .stdin(partial(
                json!({"id": "1", "user_name": BOB, "client_id": "cid"}),
            ))
            .err("save_token: conflict: ")
            .runs("save --dry-run", 6)
            .stdin(partial(
                json!({"id": "1", "user_name": BOB, "client_id": "cid"}),
            )),
        row("save-nothing", "a token that names nothing to store")
            .runs("save", 2)
            .stdin("{}")
            .err("ztok: save_token: invalid input: "),
        row("save-id", "an id that no secret can have")
            .runs("save", 2)
            .stdin(partial(json!({"id": "a b", "refresh_token": CANARY})))
            .err("the id \"a b\" cannot name a secret"),
        row("save-large", "a record that no secret can hold")
            .runs("save", 1)
            .stdin(partial(
                json!({"id": "1", "refresh_token": CANARY.repeat(9_000)}),
            ))
            .err("too large"),
    ]
}

fn finding() -> Vec<Row> {
    let creds = |field: &str, value: &str| {
        let mut query = json!({"client_id": "cid", "client_secret": format!("{CANARY}-secret")});
        query[field] = format!("{CANARY}-{value}").into();
        query.to_string()
    };
    vec![
        row("find-id", "by id, in words")
            .stored(two())
            .runs("find --id 2", 0)
            .out("id             2\nuser_name      bob@x.test:org2\nclient_id      cid\n")
            .out("client_secret  [redacted]\nrefresh_token  [redacted]\n")
            .out("expiry_time    in ")
            .out(" days\n")
            .not_err("")
            .runs("find --id 2 --reveal", 0)
            .out("access_token   Canary7Q-access-2\n"),
        row("find-user", "by user, by user and client")
            .stored(two())
            .runs("find --user alice@x.test:org1 --output json", 0)
            .json(record("1", ALICE, false))
            .runs(
                "find --user alice@x.test:org1 --client-id cid --output json",
                0,
            )
            .json(record("1", ALICE, false))
            .runs("find --user alice@x.test:org1 --client-id other", 3)
            .runs("find --user ALICE@x.test:org1", 3)
            .prints("")
            .err("ztok: no such token\n"),
        row(
            "find-query",
            "by credentials, from a file or standard input",
        )
        .stored(two())
        .file("query.json", creds("refresh_token", "refresh-2"))
        .runs("find --query query.json --output json", 0)
        .json(record("2", BOB, false))
        .runs("find --query - --output json", 0)
        .stdin(creds("grant_token", "grant-1"))
        .json(record("1", ALICE, false))
        .runs("find --query - --output json", 0)
        .stdin(partial(
            json!({"access_token": format!("{CANARY}-access-2")}),
        ))
        .json(record("2", BOB, false))
        .runs("find --query -", 3)
        .stdin(creds("refresh_token", "refresh-9"))
        .runs("find --query -", 2)
        .stdin(partial(json!({"refresh_token": CANARY})))
        .err("needs the client id and client secret"),
        row(
            "find-ambiguous",
            "a user with two clients, and none is named",
        )
        .stored([token("1", ALICE), token("2", ALICE).with_client_id("other")])
        .runs("find --user alice@x.test:org1", 6)
        .err("ambiguous")
        .err("(hint: name the client with --client-id")
        .runs(
            "find --user alice@x.test:org1 --client-id other --output json",
            0,
        )
        .json_at("/id", "2"),
        row("find-corrupt", "a secret that someone edited")
            .stored(two())
            .edited("token/1")
            .runs("find --id 1", 7)
            .err("corrupt")
            .not_err("caused by")
            .runs("find --id 1 -v", 7)
            .err("  caused by: corrupt: the value is not JSON"),
        row(
            "find-odd-names",
            "what a terminal would obey is shown as text",
        )
        .stored([token("1", "a\u{1b}[2J\nb")])
        .runs("find --id 1", 0)
        .out("user_name      a\\u{1b}[2J\\nb\n"),
    ]
}

fn listing() -> Vec<Row> {
    let expired = || token("3", "carol").with_expires_at(Timestamp::EPOCH);
    vec![
        row("list", "all tokens, as a table and as JSON")
            .stored(two())
            .runs("list", 0)
            .out("ID  USER               CLIENT  EXPIRES        DC\n1   alice@x.test:org1  cid     in ")
            .err("2 tokens\n")
            .runs("list --output json", 0)
            .json(json!([record("1", ALICE, false), record("2", BOB, false)]))
            .runs("list --output json --reveal --quiet", 0)
            .json(json!([record("1", ALICE, true), record("2", BOB, true)]))
            .not_err(""),
        row("list-expiring", "those that expire soon, or have expired")
            .stored(two())
            .stored([expired()])
            .runs("list --expiring 10m --output json", 0)
            .json_at("/0/id", "3")
            .err("1 token\n")
            .runs("list --expiring 36500d", 0)
            .err("3 tokens\n"),
        row("list-empty", "nothing there")
            .runs("list", 0)
            .prints("")
            .err("0 tokens\n")
            .runs("list --output json", 0)
            .prints("[]\n"),
        row("list-corrupt", "one token cannot be read: the others are listed, and the code tells")
            .stored(two())
            .edited("token/1")
            .runs("list --output json", 7)
            .json(json!([record("2", BOB, false)]))
            .err("1 of 2 records could not be read: 1")
            .not_err("1 token\n")
            .runs("cost --output json", 7)
            .json_at("/tokens", 2),
        row("cost-stored", "what is stored now")
            .stored(two())
            .runs("cost --output json", 0)
            .json_at("/tokens", 2)
            .json_at("/with_cache/storage", json!({"count": 3, "cost": 1.2})),
    ]
}

fn deleting() -> Vec<Row> {
    vec![
        row(
            "delete",
            "by id; an id that is not there gives its own code",
        )
        .stored(two())
        .runs("delete 1", 0)
        .prints("deleted 1\n")
        .runs("find --id 1", 3)
        .runs("delete 1 2 --output json", 3)
        .json(json!({"deleted": ["2"], "absent": ["1"], "dry_run": false}))
        .err("ztok: no token has the id 1\n")
        .runs("list --output json", 0)
        .json(json!([])),
        row("delete-dry-run", "what would be deleted")
            .stored(two())
            .runs("delete --dry-run 1 9", 3)
            .prints("would delete 1\n")
            .runs("delete --dry-run --immediate 2", 0)
            .runs("list --output json", 0)
            .json_at("/1/id", "2"),
        row(
            "delete-restore",
            "a deleted token can be saved again, with the fields that are given",
        )
        .stored(two())
        .runs("delete 1", 0)
        .runs("save --output json", 0)
        .stdin(partial(
            json!({"id": "1", "user_name": ALICE, "refresh_token": CANARY}),
        ))
        .json_at("/outcome", "created")
        .runs("find --id 1 --output json", 0)
        .json_at("/access_token", Value::Null),
        row("delete-all", "all of this namespace, and of no other")
            .stored(two())
            .neighbour(token("1", ALICE))
            .runs("delete-all", 2)
            .err("there is no terminal to ask on (hint: give --yes")
            .runs("delete-all --dry-run --output json", 0)
            .json(json!({"deleted": 2, "dry_run": true}))
            .runs("delete-all --yes --immediate --output json", 0)
            .json(json!({"deleted": 2, "dry_run": false}))
            .err("Deleting tokens: 2 of 2\n")
            .runs("list --output json", 0)
            .json(json!([]))
            .runs("delete-all --yes --quiet", 0)
            .prints("deleted 0 tokens\n")
            .not_err(""),
        row(
            "delete-all-corrupt",
            "tokens that cannot be read count, and are deleted",
        )
        .stored(two())
        .edited("token/1")
        .runs("delete-all --yes --immediate", 0)
        .prints("deleted 2 tokens\n")
        .runs("list --output json", 0)
        .json(json!([])),
    ]
}

fn doctor() -> Vec<Row> {
    vec![
        row("doctor", "nothing is wrong")
            .stored(two())
            .runs("doctor", 0)
            .prints("")
            .err("2 tokens; nothing is wrong")
            .runs("doctor --fix --output json", 0)
            .json_at("/healthy", true)
            .json_at("/tokens", 2)
            .json_at("/findings", json!([])),
        row("doctor-page", "an index page is broken, and is made again")
            .stored(two())
            .edited("index/00")
            .runs("list", 7)
            .runs("doctor --output json", 7)
            .json_at("/healthy", false)
            .json_at("/findings/0/kind", "broken_page")
            .json_at("/findings/0/remedy", "repair")
            .err("(hint: --fix repairs")
            .runs("doctor --fix --dry-run", 7)
            .out("(--fix repairs it)\n")
            .runs("doctor --fix --output json", 0)
            .json_at("/healthy", true)
            .json_at("/findings/0/repaired", true)
            .err("2 tokens; 1 repaired, nothing is wrong now")
            .runs("doctor", 0)
            .runs("list --output json", 0)
            .json_at("/1/id", "2"),
        row(
            "doctor-record",
            "a token that someone edited takes a person to decide",
        )
        .stored(two())
        .edited("token/1")
        .runs("doctor --fix", 7)
        .out("(to be decided by hand)\n")
        .err("1 token; 1 fault\n")
        .runs("find --id 1", 7),
        row("doctor-tags", "tags that are not as this store has them")
            .runs("save --user-tag digest", 0)
            .stdin(record("1", ALICE, true).to_string())
            .runs("doctor --user-tag digest", 0)
            .runs("doctor --output json", 1)
            .json_at("/findings/0/kind", "tag_drift")
            .runs("doctor --fix", 0)
            .out("(repaired)\n")
            .runs("doctor", 0),
    ]
}

fn options() -> Vec<Row> {
    vec![
        row(
            "environment",
            "options from the environment; the command line goes before it",
        )
        .stored(two())
        .runs("find --id 1", 0)
        .env("ZTOK_OUTPUT", "json")
        .json(record("1", ALICE, false))
        .runs("find --id 1 --output json", 0)
        .env("ZTOK_OUTPUT", "text")
        .json(record("1", ALICE, false))
        .runs("list --output json --prefix it/another", 0)
        .json(json!([]))
        .runs("list", 0)
        .env("ZTOK_QUIET", "1")
        .not_err(""),
        row(
            "logs",
            "-vv and RUST_LOG tell what is done, and no credential",
        )
        .runs("save -vv", 0)
        .env("RUST_LOG", "trace")
        .stdin(record("1", ALICE, true).to_string())
        .err("DEBUG zoho_token_store")
        .not_err("aws_smithy")
        .not_err("hyper")
        .runs("find --id 1 -vv", 0)
        .env("RUST_LOG", "trace")
        .not_err("aws_"),
    ]
}
