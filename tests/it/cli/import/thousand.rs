//! An import of 1,000 tokens in real time, with its figures.

use std::time::Instant;

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::{Summary, numbered};
use crate::cli::place::Place;
use crate::cli::program::{finish, program};
use crate::target::Target;

const TOKENS: u64 = 1000;
/// The most that the index and the look at it may cost beside one request for each token.
const OVERHEAD: u64 = TOKENS / 50;

pub async fn thousand(target: Target) -> Result<(), Failed> {
    let place = Place::on(target).await?;
    let folder = TempDir::new()?;
    std::fs::write(folder.path().join("tokens.json"), numbered(1000))?;
    let args = "import --from json tokens.json --output json -v --writes-per-second 50";
    let args: Vec<String> = args.split(' ').map(str::to_owned).collect();
    let began = Instant::now();
    let ended = finish(program(&args, &folder, Some(&place)).spawn()?, "").await?;
    let (time, told) = (began.elapsed(), Summary::of(&ended)?);
    let writes = place.index_writes().await?;
    let figures = format!(
        "{} tokens into {} in {:.1} s: requests {:?}, writes of each index page {writes:?}",
        told.created,
        target.name(),
        time.as_secs_f64(),
        told.requests,
    );
    eprintln!("{figures}");
    // Slow emulators make the SDK ask again: only the index writes are exact.
    let good = told.created == 1000 && writes.iter().all(|writes| *writes <= 5);
    if !good
        || (target == Target::Simulator && told.requests.values().sum::<u64>() > TOKENS + OVERHEAD)
    {
        return Err(format!("{figures}: {ended:#?}").into());
    }
    Ok(())
}
