use std::sync::Arc;
use std::time::Duration;

use super::*;
use crate::rules::naming::Namespace;
use crate::{OAuthToken, Timestamp};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn ago(seconds: i64) -> Timestamp {
    Timestamp::from_millis(NOW.as_millis() - seconds * 1000)
}

fn token(id: &str) -> OAuthToken {
    OAuthToken::new()
        .with_id(id)
        .with_user(format!("user {id}"))
        .with_client("C", "S")
        .with_refresh_token(format!("R{id}"))
        .with_access_token(format!("A{id}"))
}

fn record(token: OAuthToken) -> Content {
    Content::Record(Arc::new(token))
}

/// A page that names tokens, announced so many seconds ago with all keys of their records.
fn page(entries: &[(&str, i64)]) -> Page {
    let mut page = Page::default();
    for (id, age) in entries {
        page.admit(&(*id).into(), fingerprints(&token(id)), 7, ago(*age));
    }
    page
}

fn full(entries: &[(&str, i64)], writes: usize) -> Page {
    let mut page = page(entries);
    for _ in 0..writes {
        page.encode(NOW);
    }
    page
}

/// A page that names nobody, in a text of this many bytes.
fn sized(bytes: usize) -> Sheet {
    let text = |note: &str| format!(r#"{{"schema":1,"writes":[],"entries":{{}},"note":"{note}"}}"#);
    let note = "n".repeat(bytes - text("").len());
    Sheet::Page(Page::decode(&text(&note)).unwrap())
}

fn broken(before: Option<Page>, age: Option<i64>) -> Sheet {
    let changed = age.map(ago);
    Sheet::Broken { before, changed }
}

fn facts(pages: Vec<Sheet>, secrets: Vec<(&str, Content)>) -> Facts {
    let found = |(id, content): (&str, Content)| {
        let found = Found {
            content,
            is_marked: id != "foreign",
            ..Found::default()
        };
        (TokenId::from(id), found)
    };
    Facts {
        now: NOW,
        namespace: Namespace::new("app").unwrap(),
        pages: pages.into_iter().enumerate().collect(),
        secrets: secrets.into_iter().map(found).collect(),
        strangers: BTreeSet::new(),
    }
}

/// The findings in words, and what is to be named, dropped, united and begun anew.
fn told(plan: &Plan) -> String {
    let mut words: Vec<String> = Vec::new();
    for finding in &plan.findings {
        let secret = finding.secret().trim_start_matches("app/");
        words.push(format!(
            "{:?} {secret} {:?}",
            finding.kind(),
            finding.remedy()
        ));
    }
    words.join(", ")
}

fn ids<'a>(ids: impl IntoIterator<Item = &'a TokenId>) -> String {
    let ids: Vec<&str> = ids.into_iter().map(TokenId::as_str).collect();
    ids.join(" ")
}

#[test]
fn every_fault_has_its_finding() {
    use Content::{Missing, Scheduled};
    let corrupt = || Content::Corrupt("the value is not JSON".to_owned());
    let unreadable = || Content::Unreadable("access denied".to_owned());
    let one = || ("1", record(token("1")));
    let sheet = |entries: &[(&str, i64)]| Sheet::Page(page(entries));
    for (pages, secrets, expected) in [
        (vec![], vec![], ""),
        (vec![sheet(&[("1", 600)])], vec![one()], ""),
        (vec![sheet(&[])], vec![one()], "Orphan token/1 Repair"),
        (vec![], vec![one()], "Orphan token/1 Repair"),
        // Announced two minutes ago, just now, and by a clock that is ahead.
        (
            vec![sheet(&[("1", 120)])],
            vec![("1", Missing)],
            "DanglingEntry token/1 Repair",
        ),
        (vec![sheet(&[("1", 119)])], vec![("1", Missing)], ""),
        (vec![sheet(&[("1", -60)])], vec![("1", Missing)], ""),
        // One of two announcements is young.
        (
            vec![sheet(&[("1", 600)]), sheet(&[("1", 5)])],
            vec![("1", Missing)],
            "",
        ),
        (
            vec![Sheet::Page(full(&[("1", 600)], 80))],
            vec![("1", Missing)],
            "DanglingEntry token/1 Later",
        ),
        // No secret can have this name.
        (
            vec![sheet(&[("a b", 600)])],
            vec![("a b", Missing)],
            "DanglingEntry index/00 Repair",
        ),
        (vec![sheet(&[("1", 600)])], vec![("1", Scheduled)], ""),
        // The time of the next write takes ten bytes.
        (vec![sized(65_536 - 10)], vec![], ""),
        (
            vec![sized(65_536 - 9)],
            vec![],
            "OverfullPage index/00 ByHand",
        ),
        // Another user than when it was announced.
        (
            vec![sheet(&[("1", 600)])],
            vec![("1", record(token("1").with_user("v")))],
            "HiddenKey token/1 Repair",
        ),
        (
            vec![sheet(&[("1", 600)]), sheet(&[("1", 600)])],
            vec![one()],
            "RepeatedEntry token/1 Repair",
        ),
        (
            vec![sheet(&[("1", 600)]), sheet(&[("1", 60)])],
            vec![one()],
            "",
        ),
        (
            vec![sheet(&[("1", 600)])],
            vec![("1", corrupt())],
            "CorruptRecord token/1 ByHand",
        ),
        (
            vec![],
            vec![("1", corrupt())],
            "CorruptRecord token/1 ByHand, Orphan token/1 Repair",
        ),
        (
            vec![],
            vec![("foreign", corrupt())],
            "ForeignSecret token/foreign ByHand",
        ),
        (
            vec![sheet(&[("foreign", 600)])],
            vec![("foreign", corrupt())],
            "CorruptRecord token/foreign ByHand",
        ),
        (
            vec![sheet(&[("1", 600)])],
            vec![("1", unreadable())],
            "UnreadableRecord token/1 ByHand",
        ),
        (
            vec![],
            vec![("1", unreadable())],
            "Orphan token/1 Repair, UnreadableRecord token/1 ByHand",
        ),
        (
            vec![],
            vec![("foreign", unreadable())],
            "UnreadableRecord token/foreign ByHand",
        ),
        (
            vec![broken(None, Some(419))],
            vec![one()],
            "BrokenPage index/00 Later, Orphan token/1 Repair",
        ),
        (
            vec![broken(None, Some(420))],
            vec![one()],
            "BrokenPage index/00 Repair, Orphan token/1 Repair",
        ),
        // What the one page names is not known, so nothing is missing.
        (
            vec![Sheet::Withdrawn, sheet(&[])],
            vec![one()],
            "WithdrawnPage index/00 Repair",
        ),
        (
            vec![broken(None, None)],
            vec![],
            "BrokenPage index/00 Later",
        ),
        (
            vec![broken(Some(page(&[("1", 600)])), Some(1))],
            vec![one()],
            "BrokenPage index/00 Repair",
        ),
        (
            vec![sheet(&[("1", 600), ("2", 600), ("3", 600)])],
            vec![
                one(),
                (
                    "2",
                    record(token("2").with_user("user 1").with_refresh_token("R1")),
                ),
                (
                    "3",
                    record(token("3").with_user("user 1").with_client_id("D")),
                ),
            ],
            "DuplicateKey token/1 ByHand, HiddenKey token/2 Repair, HiddenKey token/3 Repair",
        ),
        // An access token is looked up without a client.
        (
            vec![sheet(&[("1", 600), ("2", 600)])],
            vec![one(), ("2", record(token("2").with_access_token("A1")))],
            "DuplicateKey token/1 ByHand",
        ),
    ] {
        let plan = plan(&facts(pages, secrets));
        assert_eq!(told(&plan), expected);
    }
}

#[test]
fn a_page_begins_anew_with_what_is_there_or_coming() {
    let before = page(&[("1", 600), ("2", 600), ("3", 5), ("4", 600), ("5", 600)]);
    let elsewhere = Sheet::Page(page(&[("2", 600)]));
    let secrets = vec![
        ("1", record(token("1"))),
        ("2", record(token("2"))),
        ("3", Content::Missing),
        ("4", Content::Missing),
        ("5", Content::Corrupt(String::new())),
        ("6", record(token("6"))),
    ];
    let facts = facts(vec![broken(Some(before), Some(1)), elsewhere], secrets);
    let plan = plan(&facts);
    assert_eq!(ids(plan.anew[&0].entries.keys()), "1 3 5");
    assert_eq!(ids(plan.named.keys()), "1 2 5 6");
    assert_eq!(
        told(&plan),
        "BrokenPage index/00 Repair, CorruptRecord token/5 ByHand, Orphan token/6 Repair"
    );
    // Whoever asks for the page gets all names with it.
    let plan = plan.only(|finding| finding.kind() == FindingKind::BrokenPage);
    assert_eq!(ids(plan.named.keys()), "1 2 5 6");
}

#[test]
fn only_what_is_asked_for_is_done() {
    let pages = || {
        vec![
            Sheet::Page(page(&[("1", 600), ("2", 600)])),
            Sheet::Page(page(&[("1", 600)])),
        ]
    };
    let secrets = || {
        vec![
            ("1", record(token("1"))),
            ("2", Content::Missing),
            ("3", record(token("3"))),
        ]
    };
    let mut drifted = facts(pages(), secrets());
    let drift = Drift {
        wrong: vec![("zoho-token-store:user", "user 3".to_owned())],
        surplus: vec![],
    };
    drifted.secrets.get_mut("3").unwrap().drift = drift;
    for (kind, named, single, gone, tags) in [
        (FindingKind::Orphan, "3", "", "", ""),
        (FindingKind::RepeatedEntry, "", "1", "", ""),
        (FindingKind::DanglingEntry, "", "", "2", ""),
        (FindingKind::TagDrift, "", "", "", "3"),
        (FindingKind::DuplicateKey, "", "", "", ""),
    ] {
        let plan = plan(&drifted).only(|finding| finding.kind() == kind);
        let is_alone = plan.findings.iter().all(|finding| finding.kind() == kind);
        assert!(is_alone && plan.anew.is_empty(), "{kind:?}");
        let parts = [
            ids(plan.named.keys()),
            ids(&plan.single),
            ids(&plan.gone),
            ids(plan.tags.keys()),
        ];
        assert_eq!(parts, [named, single, gone, tags], "{kind:?}");
    }
}

#[test]
fn pages_tell_how_often_they_can_be_written() {
    let busy = full(&[("1", 600)], 88);
    let secrets = vec![("1", record(token("1")))];
    let plan = plan(&facts(vec![Sheet::Page(busy)], secrets));
    let [use_of_page] = plan.pages.as_slice() else {
        panic!("{} pages", plan.pages.len());
    };
    let PageUse {
        secret,
        entries,
        writes,
        writes_left,
    } = use_of_page;
    assert_eq!(
        (secret.as_str(), *entries, *writes, *writes_left),
        ("app/index/00", 1, 88, 2)
    );
    let later = NOW.saturating_add(Duration::from_secs(24 * 3600));
    assert_eq!(full(&[], 88).writes(later), (0, 90));
}

#[test]
fn texts_are_one_line_and_name_the_tags() {
    let mut facts = facts(
        vec![Sheet::Page(page(&[("1", 600)]))],
        vec![("1", record(token("1")))],
    );
    let drift = Drift {
        wrong: vec![],
        surplus: vec!["zoho-token-store:user"],
    };
    facts.secrets.get_mut("1").unwrap().drift = drift;
    facts.strangers.insert("app/index/notes".to_owned());
    let texts: Vec<String> = plan(&facts)
        .findings
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        texts,
        [
            "app/index/notes: is not a secret of this store",
            "app/token/1: its tags are not those of its record: zoho-token-store:user",
        ]
    );
}
