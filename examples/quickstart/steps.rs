//! The quick start: every operation once, with the API calls that it is promised to cost.

use std::error::Error;
use std::io::Write;
use std::time::{Duration, SystemTime};

use tokio::task::JoinSet;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{OAuthToken, SecretsManagerTokenStore, Timestamp};

use super::table::Calls::{AtMost, Exactly};
use super::table::{Row, Table};

const CRM: &str = "1000.CRM";
const BOOKS: &str = "1000.BOOKS";

/// Makes the steps and prints a row for each. Fails if one costs more, or less, than promised.
pub async fn run(out: &mut dyn Write) -> Result<Vec<Row>, Box<dyn Error + Send + Sync>> {
    // On AWS this would be `SecretsManagerTokenStore::from_env().await`.
    let aws = Simulator::new();
    let new_process = || SecretsManagerTokenStore::from_client(&aws.client());
    let store = new_process()?;

    let about = "A simulated AWS Secrets Manager that answers after 10 ms. The times are real.";
    writeln!(out, "{about}\n")?;
    let mut table = Table::new(out)?;

    // A token is recognised by its user and OAuth client.
    let alice = granted("alice", CRM);
    let saving = store.save_token(&alice);
    let saved = table
        .step("save a new token", Exactly(4), &store, saving)
        .await?;
    let id = saved.token.id().cloned().ok_or("a saved token has an id")?;
    let others = [("alice", BOOKS), ("bob", CRM), ("carol", BOOKS)];
    let saving = save_one_by_one(&store, others.map(|(user, client)| granted(user, client)));
    table
        .step("save three more", Exactly(12), &store, saving)
        .await?;

    // Another process finds it by any key: cold at first, then from its cache. Its own key is user
    // and client: those lead straight to the secret, as the id does. Others lead through the index.
    let crm = || OAuthToken::new().with_client(CRM, "client-secret");
    for (name, promised, query) in [
        ("find by id", 1, OAuthToken::new().with_id(id.clone())),
        ("find by user and client", 1, crm().with_user("alice")),
        (
            "find by refresh token",
            3,
            crm().with_refresh_token("1000.refresh.alice"),
        ),
        (
            "find by grant token",
            3,
            crm().with_grant_token("1000.grant.alice"),
        ),
        (
            "find by access token",
            3,
            OAuthToken::new().with_access_token("1000.access.alice.1000.CRM"),
        ),
    ] {
        let process = new_process()?;
        let finding = process.find_token(&query);
        table
            .step(name, Exactly(promised), &process, finding)
            .await?;
        let finding = process.find_token(&query);
        table
            .step("  again, warm", Exactly(0), &process, finding)
            .await?;
    }

    // Zoho's answer to a refresh has no refresh token: the one that is stored stays.
    let refreshed = crm()
        .with_user("alice")
        .with_access_token("1000.access.alice.next")
        .with_expires_at(in_an_hour());
    let saving = store.save_token(&refreshed);
    let saved = table
        .step("save a new access token", Exactly(1), &store, saving)
        .await?;
    if saved.token.refresh_token() != alice.refresh_token() {
        return Err("the refresh token was lost".into());
    }

    // Listings are always read afresh, twenty tokens per call.
    let listing = store.get_tokens();
    table.step("list all", Exactly(2), &store, listing).await?;
    let many = (0..96).map(|n| granted(&format!("user {n}"), CRM));
    let saving = save_at_once(&store, many);
    table
        .step("save 96 more at once", AtMost(3 * 96 + 9), &store, saving)
        .await?;
    let listing = store.get_tokens();
    table.step("list all", AtMost(6), &store, listing).await?;

    // Look-ups at the same time share one request.
    let process = new_process()?;
    let finding = find_at_once(&process, crm().with_user("alice"), 1000);
    table
        .step(
            "find one, cold, 1000 at once",
            Exactly(1),
            &process,
            finding,
        )
        .await?;

    // Deleted secrets can be restored for 30 days, unless the store is told otherwise.
    let deleting = store.delete_token(&id);
    table
        .step("delete a token", Exactly(4), &store, deleting)
        .await?;
    let finding = store.find_token_by_id(&id);
    table
        .step("find it by id", Exactly(1), &store, finding)
        .await?;
    let saving = store.save_token(&alice);
    table
        .step("save it again", AtMost(8), &store, saving)
        .await?;
    let purging = store.delete_tokens();
    table
        .step("delete all", AtMost(2 * 100 + 7), &store, purging)
        .await?;
    let listing = store.get_tokens();
    table.step("list all", AtMost(6), &store, listing).await?;
    table.finish()
}

/// A token as an application has it once a user has consented.
fn granted(user: &str, client: &str) -> OAuthToken {
    OAuthToken::new()
        .with_user(user)
        .with_client(client, "client-secret")
        .with_grant_token(format!("1000.grant.{user}"))
        .with_refresh_token(format!("1000.refresh.{user}"))
        .with_access_token(format!("1000.access.{user}.{client}"))
        .with_expires_at(in_an_hour())
}

fn in_an_hour() -> Timestamp {
    Timestamp::from(SystemTime::now() + Duration::from_secs(3600))
}

async fn save_one_by_one(
    store: &SecretsManagerTokenStore,
    tokens: impl IntoIterator<Item = OAuthToken>,
) -> Result<usize, zoho_token_store::Error> {
    let mut count = 0;
    for token in tokens {
        store.save_token(&token).await?;
        count += 1;
    }
    Ok(count)
}

async fn save_at_once(
    store: &SecretsManagerTokenStore,
    tokens: impl IntoIterator<Item = OAuthToken>,
) -> Result<usize, zoho_token_store::Error> {
    let mut saving = JoinSet::new();
    for token in tokens {
        let store = store.clone();
        saving.spawn(async move { store.save_token(&token).await });
    }
    let saved: Result<Vec<_>, _> = saving.join_all().await.into_iter().collect();
    Ok(saved?.len())
}

async fn find_at_once(
    store: &SecretsManagerTokenStore,
    query: OAuthToken,
    times: usize,
) -> Result<usize, zoho_token_store::Error> {
    let mut finding = JoinSet::new();
    for _ in 0..times {
        let (store, query) = (store.clone(), query.clone());
        finding.spawn(async move { store.find_token(&query).await });
    }
    let found: Result<Vec<_>, _> = finding.join_all().await.into_iter().collect();
    Ok(found?.into_iter().flatten().count())
}
