//! Rows that need faults, which only the simulator has.

use serde_json::json;
use zoho_token_store::Verb;
use zoho_token_store::simulator::{Fault, Kind, When};

use super::row::{CANARY, Row, row, token};

pub fn rows() -> Vec<Row> {
    let refuses = |verb, code| Fault::on(verb).always().kind(Kind::Error(code));
    vec![
        row(
            "denied",
            "a permission is missing: code 4, and the action is named",
        )
        .stored([token("1", "u")])
        .denied(Verb::GetSecretValue)
        .runs("find --id 1", 4)
        .err("find_token: access denied: GetSecretValue on it/")
        .err("(hint: grant the action that is named"),
        row("denied-delete", "a deletion without the permission")
            .stored([token("1", "u")])
            .denied(Verb::DeleteSecret)
            .runs("delete 1", 4)
            .err("DeleteSecret")
            .runs("delete-all --yes", 4)
            .err("1 tokens remain: 1"),
        row("throttled", "the service asks to slow down")
            .with(refuses(Verb::GetSecretValue, "ThrottlingException"))
            .runs("find --id 1", 5)
            .err("throttled")
            .err("(hint: try again later)"),
        row("unavailable", "the service fails")
            .with(refuses(Verb::GetSecretValue, "InternalServiceError"))
            .runs("find --id 1", 5)
            .err("unavailable"),
        row("quota", "a secret was written too often")
            .stored([token("1", "u")])
            .with(refuses(Verb::PutSecretValue, "LimitExceededException"))
            .runs("save", 1)
            .stdin(json!({"id": "1", "access_token": CANARY}).to_string())
            .err("quota exceeded"),
        row(
            "lost-answer",
            "a save whose answer is lost is repeated, and done once",
        )
        .stored([token("1", "u")])
        .with(
            Fault::on(Verb::PutSecretValue)
                .kind(Kind::Reset)
                .when(When::After),
        )
        .runs("save --output json", 0)
        .stdin(json!({"id": "1", "access_token": format!("{CANARY}-next")}).to_string())
        .json_at("/outcome", "updated")
        .runs("find --id 1 --output json --reveal", 0)
        .json_at("/access_token", format!("{CANARY}-next")),
    ]
}
