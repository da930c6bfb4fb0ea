//! Records that a person or another program wrote: what is read from them, and that what cannot be
//! read is reported and left as it is. For targets with a service behind them.

use libtest_mimic::{Failed, Trial};
use zoho_token_store::{ErrorKind, Timestamp};

use crate::contract::words::*;
use crate::target::{Handle, Options, Service, Target};

/// What a look-up of record 1 must make of the text.
enum Want {
    Expiry(Option<i64>),
    Corrupt,
}
use Want::{Corrupt, Expiry};

const ROWS: &[(&str, &str, Want)] = &[
    (
        "expiry",
        r#"{"schema":1,"id":"1","expiry_time":"4102444800000"}"#,
        Expiry(Some(FAR)),
    ),
    (
        "expiry-padded",
        r#"{"schema":1,"id":"1","expiry_time":" 5 "}"#,
        Expiry(Some(5)),
    ),
    ("expiry-absent", r#"{"schema":1,"id":"1"}"#, Expiry(None)),
    (
        "expiry-empty",
        r#"{"schema":1,"id":"1","expiry_time":""}"#,
        Expiry(None),
    ),
    (
        "expiry-null",
        r#"{"schema":1,"id":"1","expiry_time":null}"#,
        Expiry(None),
    ),
    (
        "expiry-words",
        r#"{"schema":1,"id":"1","expiry_time":"soon"}"#,
        Expiry(Some(0)),
    ),
    (
        "expiry-fraction",
        r#"{"schema":1,"id":"1","expiry_time":"1.5e12"}"#,
        Expiry(Some(0)),
    ),
    (
        "expiry-overflow",
        r#"{"schema":1,"id":"1","expiry_time":"99999999999999999999"}"#,
        Expiry(Some(0)),
    ),
    (
        "expiry-number",
        r#"{"schema":1,"id":"1","expiry_time":5}"#,
        Corrupt,
    ),
    ("not-json", r#"{"schema":1,"id":"1","#, Corrupt),
    ("not-an-object", "[]", Corrupt),
    (
        "field-of-wrong-type",
        r#"{"schema":1,"id":"1","access_token":{}}"#,
        Corrupt,
    ),
    ("schema-unknown", r#"{"schema":2,"id":"1"}"#, Corrupt),
    ("schema-absent", r#"{"id":"1"}"#, Corrupt),
    ("other-id", r#"{"schema":1,"id":"2"}"#, Corrupt),
];

pub fn trials(target: Target) -> Vec<Trial> {
    let rows = ROWS.iter().filter(|_| target.has_namespaces());
    let trial = |(code, text, want): &'static (&str, &str, Want)| {
        let name = format!("{}::by_hand::{code}", target.name());
        Trial::test(name, move || target.block_on(row(target, text, want)))
    };
    let mut trials: Vec<Trial> = rows.map(trial).collect();
    if target.has_namespaces() {
        let name = format!("{}::by_hand::unknown-fields", target.name());
        trials.push(Trial::test(name, move || {
            target.block_on(unknown_fields(target))
        }));
        let name = format!("{}::by_hand::page-without-a-value", target.name());
        trials.push(Trial::test(name, move || {
            target.block_on(page_without_a_value(target))
        }));
    }
    trials
}

async fn row(target: Target, text: &str, want: &Want) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    stage.open(Handle::First)?.save_token(&one()).await?;
    write(service, text).await?;
    let store = stage.open(Handle::Second)?;
    let found = store.find_token_by_id(&"1".into()).await;
    match (want, &found) {
        (Expiry(millis), Ok(Some(token)))
            if token.expires_at() == millis.map(Timestamp::from_millis) => {}
        (Corrupt, Err(error))
            if error.kind() == ErrorKind::Corrupt && error.to_string().contains("/token/1") => {}
        _ => return Err(format!("{text}\n  got: {found:?}").into()),
    }
    if let Corrupt = want {
        let listed = store.get_tokens().await;
        let saved = store.save_token(&id("1").at("A1b")).await;
        for error in [listed.err(), saved.err()] {
            if error.as_ref().map(|error| error.kind()) != Some(ErrorKind::Corrupt) {
                return Err(format!("{text}\n  listed or saved in spite of it: {error:?}").into());
            }
        }
        let left = read(service).await?;
        if left != text {
            return Err(format!("{text}\n  was not left as it is: {left}").into());
        }
    }
    Ok(())
}

/// Fields that this version does not know survive a change of the record.
async fn unknown_fields(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    stage.open(Handle::First)?.save_token(&one()).await?;
    write(
        service,
        r#"{"schema":1,"id":"1","scope":["x"],"access_token":"A","note":null}"#,
    )
    .await?;
    let store = stage.open(Handle::Second)?;
    store.save_token(&id("1").at("B")).await?;
    let left = read(service).await?;
    let expected = r#"{"schema":1,"id":"1","access_token":"B","scope":["x"],"note":null}"#;
    if left != expected {
        return Err(format!("expected {expected}\n  got: {left}").into());
    }
    Ok(())
}

/// The first index page was made by Terraform, as a container: it is an empty index, and the first save
/// gives it its first value.
async fn page_without_a_value(target: Target) -> Result<(), Failed> {
    let stage = target.stage(Options::default())?;
    let service = stage.service().ok_or("no service")?;
    let page = format!("{}/index/00", service.prefix(Handle::First));
    service.client().create_secret().name(&page).send().await?;
    let store = stage.open(Handle::First)?;
    let before = store.get_tokens().await?;
    let missing = store.find_token(&user(ALICE)).await?;
    store.save_token(&one()).await?;
    let after = stage.open(Handle::Second)?.get_tokens().await?;
    let value = service.client().get_secret_value().secret_id(&page);
    let text = value.send().await?.secret_string.unwrap_or_default();
    if !before.is_empty() || missing.is_some() || after.len() != 1 || !text.contains("\"1\"") {
        return Err(format!("{before:?}, {missing:?}, {after:?}, the page: {text}").into());
    }
    Ok(())
}

fn secret(service: &Service) -> String {
    format!("{}/token/1", service.prefix(Handle::First))
}

async fn write(service: &Service, text: &str) -> Result<(), Failed> {
    let put = service.client().put_secret_value();
    put.secret_id(secret(service))
        .secret_string(text)
        .send()
        .await?;
    Ok(())
}

async fn read(service: &Service) -> Result<String, Failed> {
    let get = service.client().get_secret_value();
    // moto gives an old value where the stage is not named.
    let value = get
        .secret_id(secret(service))
        .version_stage("AWSCURRENT")
        .send()
        .await?;
    Ok(value.secret_string().unwrap_or_default().to_owned())
}
