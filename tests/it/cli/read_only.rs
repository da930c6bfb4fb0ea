//! `ztok` where nothing can be written: a container with a read-only root file system.
//!
//! A limit of zero on the size of files does to every program what such a file system does to this
//! one, and takes no privileges: the first byte written to a file ends the process.

use std::fs;

use libtest_mimic::{Failed, Trial};
use serde_json::json;
use tempfile::TempDir;
use tokio::process::Command;

use super::block_on;
use super::place::Place;
use super::program::{Ended, ZTOK, finish, surround};
use super::row::{CANARY, token};
use crate::target::Target;

/// A signal for the size of a file.
const TOO_LARGE: i32 = -25;

pub fn trials() -> Vec<Trial> {
    vec![Trial::test("simulator::cli::read-only", || {
        block_on(writes_nothing())
    })]
}

async fn writes_nothing() -> Result<(), Failed> {
    let place = Place::on(Target::Simulator).await?;
    place.save(&[token("mine", "u")]).await?;
    let golden = format!("{}/tests/golden", env!("CARGO_MANIFEST_DIR"));
    let saved = json!({"id": "new", "user_name": "v", "access_token": CANARY}).to_string();
    for (line, stdin, code) in [
        ("save", saved.as_str(), 0),
        ("find --id new", "", 0),
        ("find --id 9", "", 3),
        ("list --output json", "", 0),
        ("doctor --fix", "", 0),
        ("cost", "", 0),
        ("import --from zoho-sqlite GOLDEN/zohooauth.db", "", 0),
        ("export --to zoho-sqlite all.db --number --dry-run", "", 0),
        // What is there to write is not written: the limit bites.
        ("export --to json all.json", "", TOO_LARGE),
        ("delete mine", "", 0),
        ("delete-all --yes", "", 0),
    ] {
        let line = line.replace("GOLDEN", &golden);
        let folder = TempDir::new()?;
        let ended = run(&line, stdin, &folder, &place).await?;
        let left = fs::read_dir(folder.path())?.count();
        let is_refused = code == TOO_LARGE;
        if ended.code != code || (left > 0 && !is_refused) {
            return Err(format!("{line}: {left} files left, {ended:#?}").into());
        }
    }
    Ok(())
}

/// `ztok` under the limit, at home in the folder.
async fn run(line: &str, stdin: &str, folder: &TempDir, place: &Place) -> Result<Ended, Failed> {
    let mut limited = Command::new("sh");
    limited.args(["-c", "ulimit -f 0 && exec \"$0\" \"$@\"", ZTOK]);
    limited.args(line.split(' '));
    let mut limited = surround(limited, folder, Some(place));
    finish(limited.env("TMPDIR", folder.path()).spawn()?, stdin).await
}
