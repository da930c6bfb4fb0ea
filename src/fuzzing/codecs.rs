//! Records and index pages: whatever is read is read faithfully, or not at all.

use std::collections::BTreeMap;
use std::time::Duration;

use arbitrary::{Result, Unstructured};
use serde_json::{Map, Value};

use super::{text, token, with};
use crate::rules::matching::{Field, keys};
use crate::rules::page::{ADMISSION, Claim, Page, fingerprints};
use crate::rules::record::{MAX_SECRET_BYTES, Record};
use crate::{ErrorKind, OAuthToken, Secret, Timestamp, TokenId};

const NOW: Timestamp = Timestamp::from_millis(1_800_000_000_000);

/// A text is refused as corrupt, or every field is what JSON says, and a rewrite changes nothing.
pub(super) fn record_text(data: &[u8]) {
    let written = String::from_utf8_lossy(data);
    // Most ids are not that of the secret: so the one that is written there is tried.
    let json: Option<Map<String, Value>> = serde_json::from_str(&written).ok();
    let id = json.as_ref().and_then(|json| json.get("id")?.as_str());
    let id = TokenId::from(id.unwrap_or("7"));
    match (Record::decode(&written, &id), json) {
        (Ok(record), Some(json)) => {
            is_faithful(&record.token, &json);
            rewrites_stably(&record, &id, &json);
        }
        (Ok(_), None) => assert!(
            json_is_given(&written),
            "read although it is no JSON object"
        ),
        (Err(error), _) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
}

fn json_is_given(text: &str) -> bool {
    serde_json::from_str::<Map<String, Value>>(text).is_ok()
}

/// Any token is read as it was written, with the fields that are not known; nothing else is.
pub(super) fn record_token(data: &[u8]) {
    with(data, |input| {
        let id = TokenId::from("7");
        let stored = token(input)?.with_id(id.clone());
        let record = Record::new(stored.clone());
        let Ok(written) = record.encode() else {
            return Ok(());
        };
        assert!(written.len() <= MAX_SECRET_BYTES);
        let read = Record::decode(&written, &id);
        assert!(read.is_ok_and(|read| *read.token == stored));

        let mut json: Map<String, Value> = serde_json::from_str(&written).unwrap_or_default();
        is_faithful(&stored, &json);
        json.insert(format!("x{}", text(input)?), value(input, 3)?);
        let with_unknown = Value::Object(json.clone()).to_string();
        let read = Record::decode(&with_unknown, &id);
        assert!(read.is_ok(), "an unknown field is in the way");
        if let Ok(record) = read {
            rewrites_stably(&record, &id, &json);
        }
        damaged(&written, input, &id)
    });
}

/// A text with one byte changed is corrupt, or read as what it now says.
fn damaged(written: &str, input: &mut Unstructured<'_>, id: &TokenId) -> Result<()> {
    let mut bytes = written.as_bytes().to_vec();
    let at = input.choose_index(bytes.len())?;
    bytes[at] = input.arbitrary()?;
    let bytes = String::from_utf8_lossy(&bytes);
    let json: Option<Map<String, Value>> = serde_json::from_str(&bytes).ok();
    match (Record::decode(&bytes, id), json) {
        (Ok(record), Some(json)) => is_faithful(&record.token, &json),
        (Ok(_), None) => assert!(json_is_given(&bytes), "read although it is no JSON object"),
        (Err(error), _) => assert_eq!(error.kind(), ErrorKind::Corrupt),
    }
    Ok(())
}

/// Each column is what JSON says, told without the codec's help.
fn is_faithful(token: &OAuthToken, json: &Map<String, Value>) {
    let expose = |secret: Option<&Secret>| secret.map(|secret| secret.expose().to_owned());
    let own = |text: Option<&str>| text.map(str::to_owned);
    let columns = [
        ("id", token.id().map(TokenId::to_string)),
        ("user_name", own(token.user_name())),
        ("client_id", own(token.client_id())),
        ("client_secret", expose(token.client_secret())),
        ("refresh_token", expose(token.refresh_token())),
        ("access_token", expose(token.access_token())),
        ("grant_token", expose(token.grant_token())),
        ("redirect_url", own(token.redirect_url())),
        ("api_domain", own(token.api_domain())),
    ];
    for (name, held) in columns {
        let written = json.get(name).and_then(Value::as_str);
        assert_eq!(
            held.as_deref(),
            written.filter(|text| !text.is_empty()),
            "{name}"
        );
    }
    let expiry = json.get("expiry_time").and_then(Value::as_str);
    let expiry = expiry.filter(|text| !text.is_empty());
    let millis = expiry.map(|text| text.trim().parse().unwrap_or(0));
    assert_eq!(
        token.expires_at().map(Timestamp::as_millis),
        millis,
        "expiry_time"
    );
}

/// A rewrite keeps the token and all that is not known; a second one changes no byte.
fn rewrites_stably(record: &Record, id: &TokenId, json: &Map<String, Value>) {
    let Ok(written) = record.encode() else {
        return;
    };
    let again = Record::decode(&written, id);
    assert!(again.is_ok(), "what was written cannot be read");
    if let Ok(again) = again {
        assert_eq!(again.token, record.token);
        assert!(
            again.encode().is_ok_and(|again| again == written),
            "a rewrite is not stable"
        );
    }
    let columns = [
        "schema",
        "id",
        "user_name",
        "client_id",
        "client_secret",
        "refresh_token",
    ];
    let more = [
        "access_token",
        "grant_token",
        "expiry_time",
        "redirect_url",
        "api_domain",
    ];
    let unknown = |json: &Map<String, Value>| {
        let mut rest = json.clone();
        rest.retain(|name, _| !columns.contains(&name.as_str()) && !more.contains(&name.as_str()));
        rest
    };
    let written: Map<String, Value> = serde_json::from_str(&written).unwrap_or_default();
    assert_eq!(unknown(&written), unknown(json));
}

/// Some JSON, `depth` levels deep at most.
fn value(input: &mut Unstructured<'_>, depth: u8) -> Result<Value> {
    Ok(
        match input.int_in_range(0..=if depth == 0 { 4 } else { 6 })? {
            0 => Value::Null,
            1 => Value::Bool(input.arbitrary()?),
            2 => input.arbitrary::<i64>()?.into(),
            3 => input.arbitrary::<f64>()?.into(),
            4 => text(input)?.into(),
            5 => vec![value(input, depth - 1)?, value(input, depth - 1)?].into(),
            _ => Map::from_iter([(text(input)?.to_owned(), value(input, depth - 1)?)]).into(),
        },
    )
}

/// A text is refused as corrupt, or every entry is read, and a rewrite keeps entries and the unknown.
pub(super) fn page_text(data: &[u8]) {
    let written = String::from_utf8_lossy(data);
    let mut page = match Page::decode(&written) {
        Ok(page) => page,
        Err(error) => return assert_eq!(error.kind(), ErrorKind::Corrupt),
    };
    let json: Map<String, Value> = serde_json::from_str(&written).unwrap_or_default();
    let ids = json.get("entries").and_then(Value::as_object);
    let ids = ids.map(|entries| entries.keys().map(String::as_str).collect::<Vec<_>>());
    let mut ids = ids.unwrap_or_default();
    ids.sort_unstable();
    let held: Vec<_> = page.entries.keys().map(TokenId::as_str).collect();
    assert_eq!(held, ids);
    let before = page.clone();
    if let Some(text) = page.encode(NOW) {
        reads_back(&before, &text);
        let unknown = |mut json: Map<String, Value>| {
            json.retain(|name, _| !["schema", "writes", "entries"].contains(&name.as_str()));
            json
        };
        let again = serde_json::from_str(&text).unwrap_or_default();
        assert_eq!(unknown(again), unknown(json));
    }
}

fn reads_back(page: &Page, text: &str) {
    assert!(text.len() <= MAX_SECRET_BYTES);
    let is_same = |again: Page| again.entries == page.entries;
    assert!(
        Page::decode(text).is_ok_and(is_same),
        "what was written is not read"
    );
}

/// Announcements and removals in any order: a page names what was announced, by every key of it, until
/// it may forget it, and is read as it was written.
pub(super) fn page_life(data: &[u8]) {
    with(data, |input| {
        let mut page = Page::default();
        let mut now = NOW;
        // When each writer last announced each token.
        let mut announced: BTreeMap<(TokenId, u32), Timestamp> = BTreeMap::new();
        for _ in 0..input.int_in_range(0..=24)? {
            now = now.saturating_add(Duration::from_secs(input.int_in_range(0..=100)?));
            let id = TokenId::from(*input.choose(&["1", "2", "app/3"])?);
            let writer = input.int_in_range(1..=3)?;
            if input.ratio(2, 3)? {
                let token = token(input)?;
                let prints = fingerprints(&token);
                let fits = page.has_room(&id, &prints);
                page.admit(&id, prints, writer, now);
                announced.insert((id.clone(), writer), now);
                is_proposed(&page, &id, &token);
                assert!(!fits || page.clone().encode(now).is_some(), "said to fit");
            } else {
                let is_held = page.entries.contains_key(&id);
                let awaited = announced.iter().any(|((other, by), at)| {
                    *other == id
                        && *by != writer
                        && now.since(*at).is_some_and(|age| age < ADMISSION)
                });
                let is_gone = page.forget(&id, None, writer, now);
                assert_eq!(page.entries.contains_key(&id), is_held && !is_gone);
                assert!(!(is_gone && awaited), "forgotten under its writer");
                if is_gone {
                    announced.retain(|(gone, _), _| *gone != id);
                }
            }
        }
        if let Some(text) = page.clone().encode(now) {
            reads_back(&page, &text);
        }
        Ok(())
    });
}

/// The page proposes the token for every key by which it can be found in the index.
fn is_proposed(page: &Page, id: &TokenId, token: &OAuthToken) {
    let has_client = token.client_id().is_some() || token.client_secret().is_some();
    for key in keys(token).filter(|key| !(has_client && matches!(key.field, Field::Access(_)))) {
        let entry = page.entries.get(id);
        assert!(
            entry.is_some_and(|entry| entry.may_answer(&Claim::from(&key))),
            "not proposed by its {key:?}"
        );
    }
}
