//! The doctor where something is not permitted, or was done too often for today.

use libtest_mimic::Trial;
use zoho_token_store::ErrorKind::Corrupt;
use zoho_token_store::simulator::{Fault, Kind, Simulator};
use zoho_token_store::{ErrorKind, Listing, Verb};

use super::clinic::{Clinic, Outcome, is, trials};
use super::damage::Damage::{self, EntryAdded, EntryCopied, EntryGone, Text, Written};
use crate::canary::bird::Bird;
use crate::canary::lines::Lines;
use crate::contract::words::*;

pub fn trials() -> Vec<Trial> {
    trials![
        budget,
        removal_budget,
        behind,
        quota,
        no_more_secrets,
        denials,
        unreadable,
        no_credential_shows,
    ]
}

/// A page without writes left passes a name on to the next.
async fn budget() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let at = clinic.simulator.clock().now().as_millis() / 1000;
    clinic
        .damage([EntryGone("index/00", "1"), Written("index/00", 90, at)])
        .await?;
    let diagnosis = clinic.open()?.diagnose().await?;
    let page = &diagnosis.pages()[0];
    is((page.entries, page.writes, page.writes_left), (2, 90, 0))?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    let pages = clinic.open()?.diagnose().await?.pages().len();
    is(pages, 2)?;
    clinic.lists("1 2 3").await
}

/// Writes that are left are kept for what cannot wait.
async fn removal_budget() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let at = clinic.simulator.clock().now().as_millis() / 1000;
    let damage = [
        EntryCopied("1", "index/01"),
        Written("index/01", 80, at),
        EntryAdded("index/00", "9", 0),
        Written("index/00", 80, at),
    ];
    clinic.damage(damage).await?;
    clinic
        .finds(&["DanglingEntry token/9 Later", "RepeatedEntry token/1 Later"])
        .await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.passes(25 * 3600);
    clinic
        .finds(&[
            "DanglingEntry token/9 Repair",
            "RepeatedEntry token/1 Repair",
        ])
        .await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3").await
}

/// A token that no page could take is named as soon as one can.
async fn behind() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let at = clinic.simulator.clock().now().as_millis() / 1000;
    for number in 1..100 {
        let writes = vec![at.to_string(); 90].join(",");
        let page = format!(r#"{{"schema":1,"writes":[{writes}],"entries":{{}}}}"#);
        let name = format!("app/index/{number:02}");
        clinic.simulator.put_by_hand(&name, &page);
    }
    clinic.damage([Written("index/00", 90, at)]).await?;
    let store = clinic.open()?;
    let saved = store.save_token(&id("4").at("A4")).await?;
    is(saved.listing, Listing::Behind)?;
    clinic.finds(&["Orphan token/4 Repair"]).await?;
    is(clinic.repairs().await?, vec![ErrorKind::QuotaExceeded])?;
    clinic.passes(25 * 3600);
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3 4").await
}

/// A broken page that the service does not let be written stays broken, and the repair says so.
async fn quota() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    clinic.damage([Text("index/00", "x".into())]).await?;
    let fault = Fault::on(Verb::PutSecretValue)
        .for_name_containing("index/00")
        .always();
    clinic
        .simulator
        .inject(fault.kind(Kind::Error("LimitExceededException")));
    is(clinic.repairs().await?.len(), 1)?;
    let listed = clinic.open()?.get_tokens().await;
    is(listed.map_err(|error| error.kind()).err(), Some(Corrupt))?;
    clinic.simulator.clear_faults();
    clinic.finds(&["BrokenPage index/00 Repair"]).await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3").await
}

/// An account that takes no more versions of a page, and no more secrets, is not asked again and again.
async fn no_more_secrets() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    clinic.damage([EntryGone("index/00", "1")]).await?;
    for verb in [Verb::PutSecretValue, Verb::CreateSecret] {
        let fault = Fault::on(verb).for_name_containing("index/").always();
        let full = fault.kind(Kind::Error("LimitExceededException"));
        clinic.simulator.inject(full);
    }
    let before = clinic.simulator.total_calls();
    is(clinic.repairs().await?, vec![ErrorKind::QuotaExceeded])?;
    let calls = clinic.simulator.total_calls() - before;
    is(calls < 20, true)?;
    let saved = clinic.open()?.save_token(&id("4").at("A4")).await?;
    is(saved.listing, Listing::Behind)?;
    clinic.simulator.clear_faults();
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3 4").await
}

/// What is not permitted is named, and the rest is done.
async fn denials() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let drift = Damage::Tagged("token/2", "zoho-token-store:user", "other");
    clinic.damage([EntryGone("index/00", "1"), drift]).await?;
    clinic.simulator.deny(Verb::ListSecrets);
    let error = clinic.open()?.diagnose().await.map(drop).unwrap_err();
    is(error.kind(), ErrorKind::AccessDenied)?;
    is(error.to_string().contains("ListSecrets"), true)?;
    clinic.simulator.allow_all();
    clinic.simulator.deny(Verb::DescribeSecret);
    clinic
        .finds(&["Orphan token/1 Repair", "TagDrift token/2 Repair"])
        .await?;
    clinic.simulator.deny(Verb::TagResource);
    is(clinic.repairs().await?, vec![ErrorKind::AccessDenied])?;
    clinic.finds(&["TagDrift token/2 Repair"]).await?;
    clinic.simulator.allow_all();
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&[]).await
}

/// A record that may not be read is reported, and keeps its place in the index.
async fn unreadable() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    clinic.damage([Text("index/00", "x".into())]).await?;
    clinic
        .simulator
        .deny_on(Verb::GetSecretValue, "app/token/2");
    clinic
        .finds(&[
            "BrokenPage index/00 Repair",
            "UnreadableRecord token/2 ByHand",
        ])
        .await?;
    is(clinic.repairs().await?, vec![])?;
    clinic.finds(&["UnreadableRecord token/2 ByHand"]).await?;
    let error = clinic.open()?.get_tokens().await.unwrap_err();
    is(error.kind(), ErrorKind::AccessDenied)?;
    clinic.simulator.allow_all();
    clinic.finds(&[]).await?;
    clinic.lists("1 2 3").await
}

/// Nothing that the doctor tells, logs or sends for tags has a credential in it, whatever was put where.
async fn no_credential_shows() -> Outcome {
    let clinic = Clinic::new(Simulator::builder()).await?;
    let lines = Lines::capture();
    for id in ["5", "6", "7"] {
        let token = Bird::token().with_id(id).with_user(format!("u{id}"));
        clinic.open()?.save_token(&token).await?;
    }
    clinic.passes(900);
    let broken = format!(r#"{{"schema":1,"access_token":{:?},"#, Bird::ACCESS);
    let record = format!(
        r#"{{"schema":1,"id":"6","access_token":{{{:?}:1}}}}"#,
        Bird::ACCESS
    );
    let drift = Damage::Tagged("token/7", "zoho-token-store:user", "other");
    let damage = [
        Text("token/5", broken.clone()),
        Text("token/6", record),
        Text("token/notes", broken.clone()),
        Text("index/00", broken),
        drift,
    ];
    clinic.damage(damage).await?;
    clinic.simulator.deny(Verb::TagResource);
    let store = clinic.open()?;
    let before = clinic.simulator.requests().len();
    let diagnosis = store.diagnose().await?;
    let repair = store.repair(&diagnosis).await?;
    is((diagnosis.findings().len(), repair.left.len()), (5, 1))?;
    let mut texts = vec![
        format!("{diagnosis:?} {repair:?} {repair:#?}"),
        lines.text()?,
    ];
    texts.extend(diagnosis.findings().iter().map(ToString::to_string));
    texts.extend(
        repair
            .left
            .iter()
            .map(|(_, error)| format!("{error} {error:?}")),
    );
    let requests = clinic.simulator.requests();
    texts.extend(
        requests[before..]
            .iter()
            .map(|request| request.body.clone()),
    );
    match texts.iter().find_map(|text| Bird::found_in(text)) {
        Some(bird) => Err(format!("{bird} shows").into()),
        None => Ok(()),
    }
}
