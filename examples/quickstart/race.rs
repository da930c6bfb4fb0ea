//! The race: the same work by 50 workers in 5 processes at once, on a naive store and on this one.

use std::error::Error;
use std::io::Write;

use tokio::task::JoinSet;
use zoho_token_store::simulator::Simulator;
use zoho_token_store::{OAuthToken, SecretsManagerTokenStore};

use super::naive::NaiveStore;

/// Workers at once, each with a token of its own.
const WORKERS: usize = 50;
/// Processes that share the workers; each has a cache of its own.
const PROCESSES: usize = 5;
/// Look-ups by each worker of its own token.
const LOOK_UPS: usize = 20;

type Outcome<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// How one store fared.
#[derive(Clone, Copy, Debug)]
pub struct Score {
    /// Saves that the store said were done.
    pub saved: usize,
    /// Of these, tokens that are not there afterwards.
    pub lost: usize,
    /// Requests for the saves.
    pub save_calls: u64,
    /// Requests for the look-ups.
    pub look_up_calls: u64,
}

/// Both sides of the race.
#[derive(Clone, Copy, Debug)]
pub struct Scores {
    pub naive: Score,
    pub ours: Score,
}

/// Runs the race and prints both scores. Fails if this store lost a token.
pub async fn run(out: &mut dyn Write) -> Result<Scores, Box<dyn Error + Send + Sync>> {
    let scores = Scores {
        naive: naive().await?,
        ours: ours().await?,
    };
    let Scores { naive, ours } = &scores;
    writeln!(
        out,
        "\nThe race: {WORKERS} workers in {PROCESSES} processes, all at once. \
         Each saves a token, then looks it up {LOOK_UPS} times.\n"
    )?;
    let mut row =
        |what: &str, left: &str, right: &str| writeln!(out, "{what:<32}  {left:>20}  {right:>10}");
    row("", "all in one secret", "this store")?;
    row(&"-".repeat(32), &"-".repeat(20), &"-".repeat(10))?;
    for (what, count) in [
        (
            "saves that succeeded",
            (|score| score.saved as u64) as fn(&Score) -> u64,
        ),
        ("tokens lost all the same", |score| score.lost as u64),
        ("API calls for the saves", |score| score.save_calls),
        ("API calls for the look-ups", |score| score.look_up_calls),
    ] {
        row(what, &count(naive).to_string(), &count(ours).to_string())?;
    }
    match ours.lost {
        0 => Ok(scores),
        lost => Err(format!("{lost} tokens were lost").into()),
    }
}

async fn naive() -> Outcome<Score> {
    let aws = Simulator::new();
    let store = NaiveStore::new(aws.client()).await?;
    let save = |n| {
        let store = store.clone();
        async move { store.save(&user(n), &refresh_token(n)).await }
    };
    let find = |n| {
        let store = store.clone();
        async move { store.find(&user(n)).await }
    };
    race(&aws, save, find).await
}

async fn ours() -> Outcome<Score> {
    let aws = Simulator::new();
    let process = |_| SecretsManagerTokenStore::from_client(&aws.client());
    let processes = (0..PROCESSES).map(process).collect::<Result<Vec<_>, _>>()?;
    let of = |n: usize| processes[n % PROCESSES].clone();
    let token = |n| {
        OAuthToken::new()
            .with_user(user(n))
            .with_client("1000.CRM", "client-secret")
    };
    let save = |n| {
        let store = of(n);
        async move {
            let token = token(n).with_refresh_token(refresh_token(n));
            store.save_token(&token).await?;
            Ok(())
        }
    };
    let find = |n| {
        let store = of(n);
        async move { Ok(store.find_token(&token(n)).await?.is_some()) }
    };
    race(&aws, save, find).await
}

/// Saves at once, then looks up at once; what is not found afterwards was lost.
async fn race<S, F>(
    aws: &Simulator,
    save: impl Fn(usize) -> S,
    find: impl Fn(usize) -> F,
) -> Outcome<Score>
where
    S: Future<Output = Outcome<()>> + Send + 'static,
    F: Future<Output = Outcome<bool>> + Send + 'static,
{
    let before = aws.total_calls();
    let saves = at_once((0..WORKERS).map(&save)).await;
    let saved = saves.into_iter().filter(Result::is_ok).count();
    let after_saves = aws.total_calls();
    let finds = (0..WORKERS)
        .flat_map(|n| std::iter::repeat_n(n, LOOK_UPS))
        .map(find);
    let found: Vec<bool> = at_once(finds).await.into_iter().collect::<Outcome<_>>()?;
    let found = found.into_iter().filter(|found| *found).count() / LOOK_UPS;
    Ok(Score {
        saved,
        lost: saved - found,
        save_calls: after_saves - before,
        look_up_calls: aws.total_calls() - after_saves,
    })
}

async fn at_once<T: Send + 'static>(
    tasks: impl IntoIterator<Item = impl Future<Output = T> + Send + 'static>,
) -> Vec<T> {
    let mut set = JoinSet::new();
    for task in tasks {
        set.spawn(task);
    }
    set.join_all().await
}

fn user(n: usize) -> String {
    format!("user {n}@example.com")
}

fn refresh_token(n: usize) -> String {
    format!("1000.refresh.{n}")
}
