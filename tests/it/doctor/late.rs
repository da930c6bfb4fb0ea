//! The doctor where the service is late, and where much has happened.

use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use zoho_token_store::ErrorKind::Corrupt;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{SecretsManagerTokenStore, Verb};

use super::clinic::{Clinic, Outcome, is, trials};
use super::damage::Damage::{EntryCopied, EntryGone, Gone, Text};
use super::row::findings;
use crate::contract::words::*;

pub fn trials() -> Vec<Trial> {
    trials![
        late_listings,
        broken_twice,
        late_reads,
        many,
        a_page_put_back,
        twenty_pages,
        another_store,
        repaired_by_another,
    ]
}

/// While the listing is late, nothing healthy looks ill; when it no longer is, everything shows.
async fn late_listings() -> Outcome {
    for seed in 0..10 {
        let lag = Duration::from_secs(300);
        let clinic = Clinic::new(Simulator::builder().seed(seed).list_lag(lag)).await?;
        let store = clinic.open()?;
        store.save_token(&user("new").rt("R").creds()).await?;
        store.save_token(&id("2").user("renamed")).await?;
        store.delete_token(&"1".into()).await?;
        clinic.finds(&[]).await?;
        is(clinic.repairs().await?, vec![])?;
        clinic.passes(150);
        clinic.finds(&[]).await?;
        clinic
            .damage([EntryGone("index/00", "2"), Gone("token/3")])
            .await?;
        clinic.passes(301);
        clinic
            .finds(&["DanglingEntry token/3 Repair", "Orphan token/2 Repair"])
            .await?;
        is(clinic.repairs().await?, vec![])?;
        clinic.finds(&[]).await?;
    }
    Ok(())
}

/// A page whose past cannot be read waits until the listing shows all that it may have named.
async fn broken_twice() -> Outcome {
    let lag = Duration::from_secs(300);
    let clinic = Clinic::new(Simulator::builder().list_lag(lag)).await?;
    clinic.open()?.save_token(&id("4").at("A4")).await?;
    clinic
        .damage([Text("index/00", "x".into()), Text("index/00", "y".into())])
        .await?;
    let orphans = ["1", "2", "3", "4"].map(|id| format!("Orphan token/{id} Repair"));
    let later = |found: Vec<String>, remedy: &str| {
        let mut found = found.into_iter();
        is(found.next(), Some(format!("BrokenPage index/00 {remedy}")))?;
        is(found.all(|found| orphans.contains(&found)), true)
    };
    let found = || async { Ok::<_, Failed>(findings(&clinic.open()?.diagnose().await?, "app")) };
    later(found().await?, "Later")?;
    clinic.repairs().await?;
    clinic.passes(400);
    later(found().await?, "Later")?;
    let listed = clinic.open()?.get_tokens().await;
    is(listed.map_err(|error| error.kind()).err(), Some(Corrupt))?;
    clinic.passes(60);
    later(found().await?, "Repair")?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3 4").await
}

/// Reads that are late make findings that are gone a moment later; a repair loses nothing.
async fn late_reads() -> Outcome {
    for seed in 0..10 {
        let lag = Duration::from_millis(900);
        let clinic = Clinic::new(Simulator::builder().seed(seed).read_lag(lag)).await?;
        clinic.open()?.save_token(&id("4").at("A4")).await?;
        clinic.open()?.delete_token(&"1".into()).await?;
        clinic.damage([Text("index/00", "x".into())]).await?;
        clinic.repairs().await?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        clinic.passes(900);
        is(clinic.repairs().await?, vec![])?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        clinic.finds(&[]).await?;
        clinic.lists("2 3 4").await?;
    }
    Ok(())
}

/// More secrets than a listing shows at once, more tokens than a page holds; few writes.
async fn many() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    for n in 0..700 {
        let text = format!(r#"{{"schema":1,"id":"m{n:03}","user_name":"u{n}","client_id":"C"}}"#);
        clinic
            .simulator
            .put_by_hand(&format!("app/token/m{n:03}"), &text);
    }
    clinic
        .damage([Text("index/00", "x".into()), Text("index/00", "y".into())])
        .await?;
    clinic.passes(900);
    let store = clinic.open()?;
    let diagnosis = store.diagnose().await?;
    is(store.stats().calls(Verb::ListSecrets), 8)?;
    is(diagnosis.findings().len(), 1 + 703 + 700)?;
    let repair = store.repair(&diagnosis).await?;
    is(repair.left.len(), 0)?;
    let writes =
        store.stats().calls(Verb::PutSecretValue) + store.stats().calls(Verb::CreateSecret);
    is(writes, 2)?;
    clinic.finds(&[]).await?;
    is(clinic.open()?.get_tokens().await?.len(), 703)?;
    let query = user("u699").with_client_id("C");
    let found = clinic.open()?.find_token(&query).await?;
    is(
        found.and_then(|token| token.id().cloned()),
        Some("m699".into()),
    )
}

/// A person puts a page back by moving the label to its previous version: it can still be written.
async fn a_page_put_back() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    clinic.hand.puts_back("index/00").await?;
    clinic.finds(&["Orphan token/3 Repair"]).await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.open()?.save_token(&id("4").at("A4")).await?;
    clinic.lists("1 2 3 4").await
}

/// Pages after a broken twentieth one are read all the same.
async fn twenty_pages() -> Outcome {
    const PAGES: [&str; 19] = [
        "index/01", "index/02", "index/03", "index/04", "index/05", "index/06", "index/07",
        "index/08", "index/09", "index/10", "index/11", "index/12", "index/13", "index/14",
        "index/15", "index/16", "index/17", "index/18", "index/19",
    ];
    let clinic = Clinic::new(Simulator::builder()).await?;
    let empty = |page| Text(page, r#"{"schema":1,"writes":[],"entries":{}}"#.to_owned());
    clinic.damage(PAGES.map(empty)).await?;
    clinic
        .damage([EntryCopied("1", "index/20"), EntryGone("index/00", "1")])
        .await?;
    clinic.finds(&[]).await?;
    clinic.damage([Text("index/19", "x".into())]).await?;
    clinic.finds(&["BrokenPage index/19 Repair"]).await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3").await
}

async fn another_store() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let diagnosis = clinic.open()?.diagnose().await?;
    let builder = SecretsManagerTokenStore::builder().prefix("app2");
    let other = builder.build(&clinic.hand.client)?;
    let error = other.repair(&diagnosis).await.map(drop).unwrap_err();
    is(error.kind(), InvalidInput)
}

/// An old diagnosis does no harm.
async fn repaired_by_another() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    clinic
        .damage([EntryGone("index/00", "1"), Gone("token/2")])
        .await?;
    let store = clinic.open()?;
    let diagnosis = store.diagnose().await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.open()?.save_token(&two()).await?;
    let before = store.stats();
    let repair = store.repair(&diagnosis).await?;
    is((repair.done.len(), repair.left.len()), (0, 0))?;
    let since = store.stats().since(&before);
    is(
        since.calls(Verb::PutSecretValue) + since.calls(Verb::CreateSecret),
        0,
    )?;
    clinic.lists("1 2 3").await
}
