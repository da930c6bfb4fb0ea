//! Rows that need no service: faults of usage, arithmetic, the demo.

use serde_json::json;

use super::row::{CANARY, Row, row};

pub fn rows() -> Vec<Row> {
    let rows = [usage(), input(), set_up(), answers()];
    rows.into_iter().flatten().collect()
}

fn usage() -> Vec<Row> {
    let refused = [
        ("usage-none", "", "Usage: ztok"),
        (
            "usage-unknown",
            "frobnicate",
            "unrecognized subcommand 'frobnicate'",
        ),
        (
            "usage-option",
            "list --frobnicate",
            "unexpected argument '--frobnicate'",
        ),
        (
            "usage-find",
            "find",
            "--id <ID>|--user <USER>|--query <FILE>",
        ),
        (
            "usage-find-client",
            "find --client-id cid",
            "--id <ID>|--user <USER>|--query <FILE>",
        ),
        (
            "usage-find-both",
            "find --id 1 --query -",
            "cannot be used with",
        ),
        ("usage-delete", "delete", "<ID>..."),
        (
            "usage-expiring",
            "list --expiring 10",
            "such as 30s, 10m, 2h or 7d",
        ),
        (
            "usage-output",
            "list --output xml",
            "possible values: text, json",
        ),
        (
            "usage-rate",
            "cost --refreshes-per-day many",
            "not a number",
        ),
        (
            "usage-negative",
            "cost --reads-per-second=-1",
            "not between 0 and 1,000,000",
        ),
        (
            "usage-processes",
            "cost --processes 0",
            "0 is not in 1..=1000000",
        ),
        ("usage-shell", "completions cmd", "possible values: bash"),
        (
            "usage-credential",
            "find 1000.abcdef0123.456789abcdef",
            "'[redacted]'",
        ),
        (
            "usage-secret",
            "find --refresh-token 1000.abcdef0123.456789abcdef",
            "--refresh-token",
        ),
        (
            "usage-save-credential",
            "save 1000.abcdef0123.456789abcdef",
            "not taken as arguments",
        ),
    ];
    let refused = refused.map(|(code, words, part)| {
        row(code, "refused, with the reason")
            .runs(words, 2)
            .err(part)
            .not_err("1000.abcdef")
    });
    let json = row(
        "usage-save-json",
        "a token as an argument is refused, and not quoted",
    )
    .runs("save", 2)
    .argument(&json!({"refresh_token": CANARY}).to_string())
    .err("credentials are not taken as arguments");
    refused.into_iter().chain([json]).collect()
}

fn input() -> Vec<Row> {
    let bad = [
        (
            "input-empty",
            "",
            "the token is not JSON: see line 1, column 0",
        ),
        (
            "input-json",
            "{\"access_token\": \"Canary7Q",
            "the token is not JSON: see line 1",
        ),
        ("input-list", "[]", "not a JSON object"),
        (
            "input-column",
            r#"{"refresh": "Canary7Q"}"#,
            "`refresh` is none of id, user_name",
        ),
        (
            "input-type",
            r#"{"access_token": ["Canary7Q"]}"#,
            "`access_token` is not a string",
        ),
        (
            "input-expiry",
            r#"{"expiry_time": "Canary7Q"}"#,
            "expiry_time is no number",
        ),
        (
            "input-redacted",
            r#"{"access_token": "[redacted]"}"#,
            "show the token with --reveal",
        ),
    ];
    let bad = bad.map(|(code, text, part)| {
        row(code, "what is no token is refused before any request")
            .runs("save", 2)
            .stdin(text)
            .err(part)
            .runs("find --query -", 2)
            .stdin(text)
            .err(part)
    });
    let others = [
        row("input-missing", "a file that is not there")
            .runs("save nothing.json", 1)
            .err("ztok: cannot read nothing.json: "),
        row("input-huge", "more than any token has")
            .runs("save", 1)
            .stdin("x".repeat((1 << 20) + 1))
            .err("more than 1048576 bytes"),
    ];
    bad.into_iter().chain(others).collect()
}

fn set_up() -> Vec<Row> {
    vec![
        row("config-region", "no region")
            .runs("list", 1)
            .without_env("AWS_REGION")
            .err("ztok: configuration: no AWS region")
            .err("(hint: see --region"),
        row("config-prefix", "a prefix that cannot be")
            .runs("list --prefix a//b", 1)
            .err("ztok: configuration: the prefix must not"),
        row("config-credentials", "no credentials")
            .runs("find --id 1", 1)
            .without_env("AWS_ACCESS_KEY_ID")
            .err("configuration: GetSecretValue on zoho-token-store/token/1 could not be sent"),
        row("unreachable", "nobody answers")
            .runs("find --id 1", 5)
            .err("unavailable: ")
            .err("(hint: check the network"),
    ]
}

fn answers() -> Vec<Row> {
    let version = concat!("ztok ", env!("CARGO_PKG_VERSION"), "\n");
    let mut rows = vec![
        row("version", "which one it is")
            .runs("--version", 0)
            .prints(version),
        row("help", "what there is")
            .runs("--help", 0)
            .out("Usage: ztok [OPTIONS] <COMMAND>")
            .out("Exit codes:")
            .runs("help find", 0)
            .out("Examples:"),
        row("cost", "numbers that are given: nothing is asked")
            .runs(
                "cost --tokens 1000 --reads-per-second 1000 --output json",
                0,
            )
            .json_at("/with_cache/total", 448.0)
            .json_at("/without_cache/total", 13_364.8)
            .json_at("/saved", 12_916.8)
            .not_err("")
            .runs("cost --tokens 1000 --reads-per-second 1000", 0)
            .out("  total                                                         448.00\n")
            .runs("cost --tokens 1 --kms-key-id alias/mine --output json", 0)
            .json_at("/with_cache/kms/count", 9_360)
            .runs("cost --tokens 1 --refreshes-per-day 200", 0)
            .err("A secret takes about 100 writes a day"),
        row(
            "demo",
            "the quick start keeps its promises, and the race is won",
        )
        .runs("demo --output json", 0)
        .json_at("/race/ours/saved", 50)
        .json_at("/race/ours/lost", 0)
        .json_at("/race/naive/saved", 50)
        .json_min("/race/naive/lost", 1)
        .json_at("/race/naive/look_up_calls", 1_000)
        .json_at("/race/ours/look_up_calls", 0)
        .json_at("/steps/0/calls", 4)
        .runs("demo", 0)
        .out("tokens lost all the same  "),
    ];
    let shells = [
        ("bash", "_ztok()"),
        ("zsh", "#compdef ztok"),
        ("fish", "complete -c ztok"),
    ];
    let script = row("completions", "a script for each shell");
    rows.push(shells.into_iter().fold(script, |row, (shell, part)| {
        row.runs(&format!("completions {shell}"), 0)
            .out(part)
            .out("delete-all")
    }));
    rows
}
