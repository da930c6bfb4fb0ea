//! The requests that each operation costs, exactly: table by table in `calls/`.
//!
//! A row says what the service holds, what the store did before, what is measured, what comes out,
//! and the requests in their order: `Get` for `GetSecretValue` and so on, `index` where the secret is
//! an index page, `20×` for twenty in a row. What the store counts must be what the service received.

mod bulk;
mod lookups;
mod row;
mod writes;

use std::sync::Arc;
use std::time::Duration;

use libtest_mimic::{Failed, Trial};
use tokio::runtime::Builder;
use tokio::task::JoinSet;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{OAuthToken, SecretsManagerTokenStore, Verb};

use row::Row;

pub use row::{Do, measure};

pub fn trials() -> Vec<Trial> {
    let row = |row: Row| {
        let name = format!("simulator::calls::{}", row.code);
        Trial::test(name, move || paused(row.check()))
    };
    let rows = [lookups::rows(), writes::rows(), bulk::rows()];
    let mut trials: Vec<Trial> = rows.into_iter().flatten().map(row).collect();
    trials.extend(bulk::trials());
    trials.push(Trial::test("simulator::calls::stampede-threads", threads));
    trials
}

fn paused(trial: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    let runtime = Builder::new_current_thread()
        .enable_all()
        .start_paused(true)
        .build()?;
    runtime.block_on(trial)
}

/// Look-ups from several threads share one request, however they meet its end.
fn threads() -> Result<(), Failed> {
    let runtime = Builder::new_multi_thread()
        .worker_threads(4)
        .enable_time()
        .build()?;
    runtime.block_on(async {
        let simulator = Simulator::builder()
            .latency(Duration::from_micros(500))
            .build();
        let open = || SecretsManagerTokenStore::from_client(&simulator.client());
        let token = OAuthToken::new()
            .with_user("u")
            .with_client("c", "s")
            .with_refresh_token("R");
        open()?.save_token(&token).await?;
        let query = Arc::new(token);
        for round in 1..=20 {
            let store = open()?;
            let mut finding = JoinSet::new();
            for _ in 0..1000 {
                let (store, query) = (store.clone(), query.clone());
                finding.spawn(async move { store.find_token(&query).await });
            }
            for found in finding.join_all().await {
                if found?.is_none() {
                    return Err("not found".into());
                }
            }
            let calls = store.stats().calls(Verb::GetSecretValue);
            if store.stats().total_calls() != 1 {
                return Err(format!("round {round}: {calls} calls").into());
            }
        }
        Ok(())
    })
}
