//! The table: three tokens in a namespace, with two sibling namespaces, are damaged by hand.

use zoho_token_store::ErrorKind;

use super::damage::Damage::{
    self, Bytes, EntryAdded, EntryCopied, EntryGone, EntryKeeps, Gone, Scheduled, Tagged, Text,
    Untagged,
};
use super::row::Row;

const ALL: Result<&str, ErrorKind> = Ok("1 2 3");
const CORRUPT: Result<&str, ErrorKind> = Err(ErrorKind::Corrupt);

pub fn rows() -> Vec<Row> {
    let row = |code, damage: &[Damage], finds, leaves, lists| Row {
        code,
        damage: damage.to_vec(),
        finds,
        leaves,
        lists,
    };
    let text = |secret, text: &str| Text(secret, text.to_owned());
    let record = |id: &str, rest: &str| format!(r#"{{"schema":1,"id":"{id}",{rest}}}"#);
    vec![
        row("healthy", &[], &[], &[], ALL),
        row(
            "broken-page",
            &[text("index/00", "edited by hand")],
            &["BrokenPage index/00 Repair"],
            &[],
            ALL,
        ),
        row(
            "page-of-bytes",
            &[Bytes("index/00")],
            &["BrokenPage index/00 Repair"],
            &[],
            ALL,
        ),
        row(
            "two-broken-pages",
            &[
                EntryCopied("1", "index/01"),
                EntryGone("index/00", "1"),
                text("index/01", "{}"),
                text("index/00", "[]"),
            ],
            &["BrokenPage index/00 Repair", "BrokenPage index/01 Repair"],
            &[],
            ALL,
        ),
        row(
            "page-removed",
            &[Gone("index/00")],
            &[
                "Orphan token/1 Repair",
                "Orphan token/2 Repair",
                "Orphan token/3 Repair",
            ],
            &[],
            ALL,
        ),
        row(
            "page-scheduled",
            &[EntryGone("index/00", "2"), Scheduled("index/00")],
            &["WithdrawnPage index/00 Repair"],
            &[],
            ALL,
        ),
        row(
            "page-scheduled-and-page-broken",
            &[
                EntryCopied("1", "index/01"),
                EntryGone("index/00", "1"),
                Text("index/01", "x".to_owned()),
                Scheduled("index/00"),
            ],
            &[
                "BrokenPage index/01 Repair",
                "WithdrawnPage index/00 Repair",
            ],
            &[],
            ALL,
        ),
        row(
            "entry-removed",
            &[EntryGone("index/00", "2")],
            &["Orphan token/2 Repair"],
            &[],
            ALL,
        ),
        row(
            "fingerprints-removed",
            &[EntryKeeps("index/00", "1", 'c')],
            &["HiddenKey token/1 Repair"],
            &[],
            ALL,
        ),
        row(
            "entry-repeated",
            &[
                EntryCopied("1", "index/01"),
                EntryKeeps("index/00", "1", 'u'),
                EntryCopied("2", "index/02"),
            ],
            &[
                "RepeatedEntry token/1 Repair",
                "RepeatedEntry token/2 Repair",
            ],
            &[],
            ALL,
        ),
        row(
            "entry-in-parts",
            &[
                EntryCopied("1", "index/01"),
                EntryKeeps("index/00", "1", 'u'),
                EntryKeeps("index/01", "1", 'r'),
            ],
            &["HiddenKey token/1 Repair", "RepeatedEntry token/1 Repair"],
            &[],
            ALL,
        ),
        row(
            "secret-removed",
            &[Gone("token/2")],
            &["DanglingEntry token/2 Repair"],
            &[],
            Ok("1 3"),
        ),
        row(
            "entry-without-secret",
            &[
                EntryAdded("index/00", "9", 0),
                // Announced by someone who is about to make it.
                EntryAdded("index/00", "8", i64::MAX / 2),
                // No secret can have this name.
                EntryAdded("index/00", "no such name", 0),
            ],
            &[
                "DanglingEntry index/00 Repair",
                "DanglingEntry token/9 Repair",
            ],
            &[],
            ALL,
        ),
        row(
            "secret-scheduled",
            &[Scheduled("token/2")],
            &[],
            &[],
            Ok("1 3"),
        ),
        row(
            "corrupt-record",
            &[text("token/2", r#"{"schema":1,"#)],
            &["CorruptRecord token/2 ByHand"],
            &["CorruptRecord token/2 ByHand"],
            CORRUPT,
        ),
        row(
            "corrupt-orphan",
            &[text("token/2", "x"), EntryGone("index/00", "2")],
            &["CorruptRecord token/2 ByHand", "Orphan token/2 Repair"],
            &["CorruptRecord token/2 ByHand"],
            CORRUPT,
        ),
        row(
            "corrupt-record-on-a-broken-page",
            &[Bytes("token/2"), text("index/00", "x")],
            &["BrokenPage index/00 Repair", "CorruptRecord token/2 ByHand"],
            &["CorruptRecord token/2 ByHand"],
            CORRUPT,
        ),
        row(
            "foreign-secrets",
            &[
                text("token/notes", "not a token"),
                text("index/notes", "not a page"),
            ],
            &[
                "ForeignSecret index/notes ByHand",
                "ForeignSecret token/notes ByHand",
            ],
            &[
                "ForeignSecret index/notes ByHand",
                "ForeignSecret token/notes ByHand",
            ],
            ALL,
        ),
        row(
            "tags-changed",
            &[
                Tagged("token/1", "zoho-token-store:user", "mallory"),
                Untagged("token/2", "zoho-token-store:prefix"),
                Tagged("token/2", "team", "crm"),
            ],
            &["TagDrift token/1 Repair", "TagDrift token/2 Repair"],
            &[],
            ALL,
        ),
        row(
            "tag-too-many",
            &[Tagged("token/3", "zoho-token-store:user", "someone")],
            &["TagDrift token/3 ByHand"],
            &["TagDrift token/3 ByHand"],
            ALL,
        ),
        row(
            "untagged-orphan",
            &[
                Untagged("token/2", "zoho-token-store:prefix"),
                Untagged("token/2", "zoho-token-store:kind"),
                EntryGone("index/00", "2"),
            ],
            &["Orphan token/2 Repair", "TagDrift token/2 Repair"],
            &[],
            ALL,
        ),
        row(
            "duplicate-by-hand",
            &[Text(
                "token/4",
                record(
                    "4",
                    r#""client_id":"cid","client_secret":"csec","refresh_token":"R3","access_token":"A4""#,
                ),
            )],
            &[
                "DuplicateKey token/3 ByHand",
                "Orphan token/4 Repair",
                "TagDrift token/4 Repair",
            ],
            &["DuplicateKey token/3 ByHand"],
            Ok("1 2 3 4"),
        ),
        row(
            "everything-at-once",
            &[
                text("index/00", "x"),
                Gone("token/1"),
                Tagged("token/2", "zoho-token-store:client", "other"),
                Text("token/5", record("5", r#""access_token":"A5""#)),
            ],
            &[
                "BrokenPage index/00 Repair",
                "Orphan token/5 Repair",
                "TagDrift token/2 Repair",
                "TagDrift token/5 Repair",
            ],
            &[],
            Ok("2 3 5"),
        ),
    ]
}
