use super::*;

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

fn token(user: &str, client: &str) -> OAuthToken {
    OAuthToken::new()
        .with_user(user)
        .with_client(client, "S")
        .with_refresh_token("R")
}

fn page_of(count: usize) -> Page {
    let mut page = Page::default();
    for n in 0..count {
        let prints = fingerprints(&token(&format!("user {n}"), "C").with_grant_token("G"));
        page.admit(&TokenId::from(format!("{n:040}")), prints, u32::MAX, NOW);
    }
    page
}

#[test]
fn a_page_keeps_what_it_is_told_and_what_it_does_not_know() {
    let mut page = page_of(3);
    page.unknown.insert("later".into(), json!({"x": 1}));
    let text = page.encode(NOW).unwrap();
    let mut read = Page::decode(&text).unwrap();
    assert_eq!(read.entries.len(), 3);
    assert!(read.entries == page.entries && read.writes == page.writes);
    assert!(read.encode(NOW).unwrap().contains(r#""later":{"x":1}"#));
}

#[test]
fn a_page_holds_hundreds_and_says_when_it_is_full() {
    assert!(page_of(380).encode(NOW).is_some());
    assert!(page_of(600).encode(NOW).is_none());
    let (id, prints) = (TokenId::from("x"), fingerprints(&token("u", "C")));
    let full = (1..).find(|n| !page_of(*n).has_room(&id, &prints)).unwrap();
    let mut page = page_of(full);
    page.writes = vec![NOW.as_millis() / 1000; BUDGET];
    assert!(
        page.encode(NOW).is_some(),
        "{full} entries were said to fit"
    );
    assert!(full > 320, "{full}");
}

#[test]
fn an_entry_proposes_by_field_and_client() {
    let mut page = Page::default();
    page.admit(&"1".into(), fingerprints(&token("u", "A")), 1, NOW);
    page.admit(&"2".into(), fingerprints(&token("u", "")), 1, NOW);
    for (field, client, expected) in [
        (Field::User("u"), Some("A"), "12"),
        (Field::User("u"), Some("B"), "2"),
        (Field::User("u"), None, "12"),
        (Field::User("U"), None, ""),
        (Field::Refresh("R"), Some("B"), "2"),
        (Field::Grant("R"), None, ""),
    ] {
        let key = Key { field, client };
        let claim = Claim::from(&key);
        let may = page
            .entries
            .iter()
            .filter(|(_, entry)| entry.may_answer(&claim));
        assert_eq!(
            may.map(|(id, _)| id.as_str()).collect::<String>(),
            expected,
            "{key:?}"
        );
    }
}

#[test]
fn an_announced_token_is_not_forgotten_under_its_writer() {
    let later = NOW.saturating_add(ADMISSION);
    let earlier = Timestamp::from_millis(NOW.as_millis() - 1000);
    for (announced_by, forgotten_by, at, remain) in [
        (&[7][..], 7, NOW, 0),
        (&[7], 8, NOW, 1),
        (&[7], 8, later, 0),
        (&[7], 8, earlier, 1),
        // The first one may still be on its way.
        (&[7, 8], 8, NOW, 1),
        (&[7, 8, 8], 8, NOW, 1),
        (&[7, 8], 8, later, 0),
        (&[7, 7], 7, NOW, 0),
    ] {
        let mut page = Page::default();
        for writer in announced_by {
            page.admit(&"1".into(), fingerprints(&token("u", "A")), *writer, NOW);
        }
        let mut seen = page.clone();
        let entry = page.entries[&TokenId::from("1")].clone();
        assert_eq!(
            page.forget(&"1".into(), None, forgotten_by, at),
            remain == 0
        );
        // The secret that was announced is known to be the one deleted.
        let by_one = announced_by.iter().all(|writer| *writer == announced_by[0]);
        let is_due = seen.forget(&"1".into(), Some(&entry), forgotten_by, at);
        assert_eq!(is_due, by_one || remain == 0);
        assert_eq!(
            page.entries.len(),
            remain,
            "{announced_by:?} {forgotten_by} {at}"
        );
    }
}

#[test]
fn an_entry_keeps_the_keys_of_others_until_they_are_many_and_old() {
    let later = NOW.saturating_add(ADMISSION);
    for (keys, now, kept) in [
        (2, NOW, true),
        (2, later, true),
        (20, NOW, true),
        (20, later, false),
    ] {
        let mut page = Page::default();
        for n in 0..keys {
            page.admit(
                &"1".into(),
                fingerprints(&token(&format!("u{n}"), "A")),
                7,
                NOW,
            );
        }
        page.admit(&"1".into(), fingerprints(&token("new", "A")), 8, now);
        let key = Key {
            field: Field::User("u0"),
            client: Some("A"),
        };
        let entry = &page.entries[&TokenId::from("1")];
        assert_eq!(entry.may_answer(&Claim::from(&key)), kept, "{keys} {now}");
    }
}

#[test]
fn the_write_budget_is_that_of_a_day() {
    let mut page = Page::default();
    for _ in 0..BUDGET {
        assert!(page.has_budget(NOW));
        page.encode(NOW).unwrap();
    }
    assert!(!page.has_budget(NOW) && !page.has_removal_budget(NOW));
    assert!(page.has_budget(NOW.saturating_add(DAY)));
}

#[test]
fn what_is_not_a_page_is_corrupt() {
    for text in [
        "",
        "[]",
        r#"{"schema":2,"writes":[],"entries":{}}"#,
        r#"{"schema":1,"entries":{}}"#,
        r#"{"schema":1,"writes":["x"],"entries":{}}"#,
        r#"{"schema":1,"writes":[],"entries":[]}"#,
        r#"{"schema":1,"writes":[],"entries":{"1":["u",1,1]}}"#,
        r#"{"schema":1,"writes":[],"entries":{"1":["",1]}}"#,
        r#"{"schema":1,"writes":[],"entries":{"1":["",1,1,"new"]}}"#,
    ] {
        assert_eq!(
            Page::decode(text).err().unwrap().kind(),
            ErrorKind::Corrupt,
            "{text}"
        );
    }
    assert!(Page::decode(r#"{"schema":1,"writes":[],"entries":{"1":["",1,1]}}"#).is_ok());
}
