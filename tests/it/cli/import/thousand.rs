//! An import of 1,000 tokens in real time, with its figures.

use std::time::Instant;

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::{Summary, numbered};
use crate::cli::place::Place;
use crate::cli::program::{finish, program};
use crate::target::Target;

const TOKENS: usize = 1000;
/// The most requests beside one for each token.
const OVERHEAD: u64 = 20;
/// The most writes of an index page in one run.
const INDEX_WRITES: usize = 5;

/// LocalStack fails requests during which it makes another secret, and the more, the more secrets it
/// holds. There the command may be given again, and all must be there in the end.
pub async fn thousand(target: Target) -> Result<(), Failed> {
    let runs = if target == Target::Simulator { 1 } else { 10 };
    let place = Place::on(target).await?;
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("tokens.json"), numbered(TOKENS))?;
    let args = "import --from json tokens.json --output json --quiet --writes-per-second 50";
    let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
    for run in 1..=runs {
        let began = Instant::now();
        let ended = finish(program(&args, &folder, Some(&place)).spawn()?, "").await?;
        let time = began.elapsed().as_secs_f64();
        if ended.code == 5 && ended.out.is_empty() && run < runs {
            eprintln!("run {run}: {}", ended.err.trim_end());
            continue;
        }
        let told = Summary::of(&ended)?;
        let writes = place.index_writes().await?;
        let figures = format!(
            "run {run}: {} of {TOKENS} tokens into {} in {time:.1} s; requests {:?}; writes of each \
             index page {writes:?}",
            told.created,
            target.name(),
            told.requests
        );
        eprintln!("{figures}");
        let requests: u64 = told.requests.values().sum();
        let is_dear = target == Target::Simulator && requests > TOKENS as u64 + OVERHEAD;
        if is_dear || writes.iter().any(|writes| *writes > INDEX_WRITES * run) {
            return Err(format!("{figures}: {ended:#?}").into());
        }
        if ended.code == 0 {
            return match place.store("")?.get_tokens().await?.len() {
                TOKENS => Ok(()),
                count => Err(format!("{figures}, but {count} are listed").into()),
            };
        }
        if ended.code != 5 {
            return Err(format!("{figures}: {ended:#?}").into());
        }
    }
    Err(format!("not all are there after {runs} runs").into())
}
