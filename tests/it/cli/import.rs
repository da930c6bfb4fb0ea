//! `ztok import` and `ztok export`: what Zoho's SDKs wrote comes in whole, once, and out again.

mod broken_off;
mod mariadb;
mod python;
mod thousand;

use std::collections::BTreeMap;

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use zoho_token_store::{OAuthToken, Secret};

use super::block_on;
use super::program::Ended;
use super::row::{CANARY, Row, row, token};
use crate::target::Target;
use broken_off::Mishap;

/// A file that an SDK wrote; see `tests/golden/make`.
fn golden(name: &str) -> String {
    format!("{}/tests/golden/{name}", env!("CARGO_MANIFEST_DIR"))
}

pub fn rows() -> Vec<Row> {
    let rows = [written_by_sdks(), comparing(), exporting()];
    rows.into_iter().flatten().collect()
}

/// Each file comes in whole, and a second time not at all.
fn written_by_sdks() -> Vec<Row> {
    [
        (
            "import-python-1.0",
            "zoho-file",
            "python-1.0.csv",
            2,
            "zoe@x.test",
        ),
        (
            "import-python-2.1",
            "zoho-file",
            "python-2.1.csv",
            2,
            "zoe@x.test",
        ),
        (
            "import-python-7.0",
            "zoho-file",
            "python-7.0.csv",
            5,
            "zoë@x.test:60002",
        ),
        (
            "import-python-8.0",
            "zoho-file",
            "python-8.0.csv",
            5,
            "zoë@x.test:60002",
        ),
        (
            "import-node-8.0",
            "zoho-file",
            "node-8.0.csv",
            3,
            "zoë \"Z\"@x.test:60002",
        ),
        (
            "import-typescript-8.0",
            "zoho-file",
            "typescript-8.0.csv",
            3,
            "zoë \"Z\"@x.test:60002",
        ),
        (
            "import-sqlite",
            "zoho-sqlite",
            "zohooauth.db",
            3,
            "o'brien@x.test",
        ),
    ]
    .into_iter()
    .map(|(code, from, file, count, user)| {
        let import = format!("import --output json --from {from}");
        let access = if from == "zoho-sqlite" {
            "A-bob"
        } else {
            "A-zoe"
        };
        row(code, "a file that the SDK wrote, twice")
            .runs(&import, 0)
            .argument(&golden(file))
            .json_at("/read", count)
            .json_at("/created", count)
            .runs(&import, 0)
            .argument(&golden(file))
            .json_at("/created", 0)
            .json_at("/updated", 0)
            .json_at("/stored_already", count)
            .runs("find --output json --reveal --user", 0)
            .argument(user)
            .json_at("/access_token", access)
            .json_at("/expiry_time", "5")
            .json_at("/client_id", "1000.CLIENT")
    })
    .collect()
}

fn full(id: &str, user: &str, access: &str, expiry: &str) -> Value {
    json!({
        "id": id,
        "user_name": user,
        "client_id": "cid",
        "client_secret": format!("{CANARY}-secret"),
        "refresh_token": format!("{CANARY}-{user}"),
        "access_token": format!("{CANARY}-{access}"),
        "expiry_time": expiry,
    })
}

/// What is known before anything is written.
fn comparing() -> Vec<Row> {
    let lines = |tokens: &[Value]| {
        tokens
            .iter()
            .map(|token| format!("{token}\n"))
            .collect::<String>()
    };
    let two = || {
        lines(&[
            full("1", "u", "a", "5"),
            full("python_v_prd_3f", "v", "a", "5"),
        ])
    };
    vec![
        row("import-dry-run", "nothing is written, and all is told")
            .runs("import --from json - --dry-run --output json", 0)
            .stdin(two())
            .json_at("/created", 2)
            .json_at("/dry_run", true)
            .json_at("/requests/CreateSecret", 0)
            .err("nothing was written")
            .runs("list --output json", 0)
            .json(json!([])),
        row("import-json", "lines from standard input; ids are kept")
            .runs("import --from json -", 0)
            .stdin(two())
            .prints("read                     2\ncreated                  2\n")
            .runs("find --id python_v_prd_3f --output json --reveal", 0)
            .json_at("/user_name", "v")
            .runs("import --from json - --dry-run --output json", 0)
            .stdin(two())
            .json_at("/stored_already", 2),
        row("import-duplicates", "the newest of two rows counts")
            .file(
                "tokens.json",
                lines(&[full("1", "u", "new", "9"), full("2", "u", "old", "5")]),
            )
            .runs("import --from json tokens.json --on-duplicate fail", 6)
            .err("row 1: stands for the same token as row 2")
            .err("1 rows are in conflict; nothing was written")
            .runs("import --from json tokens.json --output json", 0)
            .err("row 1: stands for the same token as row 2; the newer one counts")
            .json_at("/created", 1)
            .json_at("/duplicate", 1)
            .runs("find --user u --output json --reveal", 0)
            .json_at("/access_token", format!("{CANARY}-new"))
            .json_at("/id", "1"),
        row("import-older", "what is stored is newer, and stays")
            .stored([token("1", "u")])
            .runs("import --from json - --output json", 0)
            .stdin(full("1", "u", "old", "5").to_string())
            .err("row 1: is older than what is stored; left out")
            .json_at("/older_than_stored", 1)
            .runs("find --id 1 --output json --reveal", 0)
            .json_at("/access_token", format!("{CANARY}-access-1")),
        row(
            "import-conflict",
            "an id of another user: nothing is written",
        )
        .stored([token("1", "u")])
        .runs("import --from json -", 6)
        .stdin(lines(&[full("9", "w", "a", "5"), full("1", "v", "a", "5")]))
        .err("row 2: its id belongs to the stored token \"1\"")
        .runs("find --id 9", 3),
        row(
            "import-broken",
            "rows that cannot be understood: nothing is written",
        )
        .file("tokens.csv", format!("1,u, v,C,S,{CANARY},{CANARY},,5,,\n"))
        .runs("import --from zoho-file tokens.csv", 2)
        .err("line 1: 11 columns instead of 6, 9 or 10")
        .err("1 rows cannot be understood; nothing was written"),
        row("import-absent", "a source that is not there")
            .runs("import --from zoho-file absent.csv", 1)
            .err("cannot read absent.csv")
            .runs("import --from zoho-sqlite absent.db", 1)
            .err("cannot read absent.db"),
        row(
            "import-password",
            "a password in the URL, or a server elsewhere, is refused",
        )
        .runs("import --from zoho-mysql", 2)
        .argument(&format!("mysql://root:{CANARY}@localhost/zohooauth"))
        .err("a password in the URL shows in process lists")
        .runs(
            "import --from zoho-mysql mysql://root@db.x.test/zohooauth",
            2,
        )
        .err("use a tunnel"),
    ]
}

fn exporting() -> Vec<Row> {
    let tokens = || [token("1", "u"), token("2", "o'brien, \"v\"\r\nx")];
    let there_and_back = |code, to: &'static str| {
        row(code, "what was exported comes in again, the same")
            .stored(tokens())
            .runs(&format!("export --to {to} out"), 0)
            .prints("wrote 2 tokens to out\n")
            .runs(&format!("import --from {to} out --output json"), 0)
            .json_at("/stored_already", 2)
            .runs("delete-all --yes --immediate", 0)
            .runs("save", 0)
            .stdin(full("3", "w", "a", "5").to_string())
            .runs(&format!("export --to {to} out"), 1)
            .err("out exists")
            .runs(&format!("export --to {to} out --force --dry-run"), 0)
            .prints("would write 1 tokens to out\n")
            .runs(&format!("export --to {to} out --force --output json"), 0)
            .json_at("/exported", 1)
    };
    vec![
        there_and_back("export-zoho-file", "zoho-file"),
        there_and_back("export-zoho-sqlite", "zoho-sqlite"),
        there_and_back("export-json", "json"),
        row("export-ids", "ids that Zoho's stores cannot count on from")
            .stored([token("2", "u"), token("python_v", "v")])
            .runs("export --to zoho-file kept", 0)
            .err("1 ids are no numbers")
            .runs("export --to zoho-file numbered --number", 0)
            .not_err("no numbers")
            .runs("import --from zoho-file numbered --output json", 0)
            .err("line 3: is stored under the id python_v, which stays")
            .json_at("/stored_already", 2),
        row("export-quotes", "what Node's SDKs would misread is told")
            .stored(tokens())
            .runs("export --to zoho-file out", 0)
            .err("1 tokens need quotes"),
    ]
}

/// The trials that are no rows.
pub fn trials() -> Vec<Trial> {
    let broken_off = |name, mishap| {
        let name = format!("simulator::cli::import-{name}");
        Trial::test(name, move || block_on(broken_off::broken_off(mishap)))
    };
    let mut trials = vec![
        broken_off("interrupted", Mishap::CtrlC),
        broken_off("denied-half-way", Mishap::Denied),
        broken_off("killed", Mishap::Killed),
    ];
    trials.extend(mariadb::trials());
    trials.extend(python::trials());
    trials
}

/// The import of 1,000 tokens; on emulators, which it keeps from everything else for a minute, only if
/// `ZTOK_IT_MEASURE=1` asks for its figures.
pub fn thousand(target: Target) -> Option<Trial> {
    let name = format!("{}::cli::import-1000", target.name());
    let is_wanted = target == Target::Simulator || is_set("ZTOK_IT_MEASURE", "1");
    is_wanted.then(|| Trial::test(name, move || block_on(thousand::thousand(target))))
}

fn is_set(name: &str, value: &str) -> bool {
    std::env::var_os(name).is_some_and(|set| set == value)
}

/// So many tokens, a line each.
fn numbered(count: usize) -> String {
    let line = |n: usize| {
        format!(
            "{}\n",
            full(&n.to_string(), &format!("u{n}@x.test"), "a", "5")
        )
    };
    (1..=count).map(line).collect()
}

/// What an import tells as JSON.
#[derive(Debug)]
struct Summary {
    read: usize,
    created: usize,
    stored: usize,
    /// By verb.
    requests: BTreeMap<String, u64>,
}

impl Summary {
    fn of(ended: &Ended) -> Result<Self, Failed> {
        let fault = |_| format!("no summary: {ended:#?}");
        let summary: Value = serde_json::from_str(&ended.out).map_err(fault)?;
        let count = |name| {
            let count = summary.get(name).and_then(Value::as_u64);
            let fault = || format!("no {name}: {ended:#?}");
            Ok::<_, Failed>(count.ok_or_else(fault)?.try_into()?)
        };
        Ok(Self {
            read: count("read")?,
            created: count("created")?,
            stored: count("stored_already")?,
            requests: requests(&summary),
        })
    }
}

/// The requests of each kind that were sent.
fn requests(summary: &Value) -> BTreeMap<String, u64> {
    let requests = summary.get("requests").and_then(Value::as_object);
    let requests = requests.into_iter().flatten();
    let requests = requests.map(|(verb, count)| (verb.clone(), count.as_u64().unwrap_or_default()));
    requests.filter(|(_, count)| *count > 0).collect()
}

/// A token as its columns.
fn expected(token: &OAuthToken) -> Value {
    let secret = |secret: Option<&Secret>| secret.map(|secret| secret.expose().to_owned());
    json!([
        token.id().map(ToString::to_string),
        token.user_name(),
        token.client_id(),
        secret(token.client_secret()),
        secret(token.refresh_token()),
        secret(token.access_token()),
        secret(token.grant_token()),
        token.expires_at().map(|at| at.to_string()),
        token.redirect_url(),
        token.api_domain(),
    ])
}

/// Trials that need something of this machine: without it they are ignored, with one line that says
/// so; with `ZTOK_IT_REQUIRE=1` they are a failure, unless `scripts/test` has told that it could not
/// get it (`ZTOK_IT_IMPORT_TOOLS=missing`).
fn admit(what: &str, missing: Option<String>, trials: Vec<Trial>) -> Vec<Trial> {
    let Some(missing) = missing else {
        return trials;
    };
    let notice = format!("{what}: {} trials did not run: {missing}", trials.len());
    if is_set("ZTOK_IT_REQUIRE", "1") && !is_set("ZTOK_IT_IMPORT_TOOLS", "missing") {
        let name = format!("{what}::required");
        return vec![Trial::test(name, move || Err(notice.into()))];
    }
    eprintln!("SKIPPED {notice}");
    let ignored = trials
        .into_iter()
        .map(|trial| trial.with_ignored_flag(true));
    ignored.collect()
}
