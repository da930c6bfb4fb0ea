//! Zoho's own Python SDK reads what was exported.
//!
//! It is looked for where `tests/golden/make` installs it.

use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use libtest_mimic::{Failed, Trial};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::process::Command;

use super::{admit, expected};
use crate::cli::block_on;
use crate::cli::place::Place;
use crate::cli::program::{finish, program};
use crate::cli::row::token;
use crate::target::Target;

/// Prints what the SDK's FileStore makes of a file, token by token.
const READ: &str = "
import json, sys
from zohocrmsdk.src.com.zoho.api.authenticator.store.file_store import FileStore

def columns(token):
    user = token.get_user_signature()
    return [token.get_id(), user.get_name() if user else None, token.get_client_id(),
            token.get_client_secret(), token.get_refresh_token(), token.get_access_token(),
            token.get_grant_token(), token.get_expires_in(), token.get_redirect_url(),
            token.get_api_domain()]

store = FileStore(sys.argv[1])
tokens = [columns(token) for token in store.get_tokens()]
found = [columns(store.find_token_by_id(token[0])) for token in tokens]
assert tokens == found
json.dump(tokens, sys.stdout)
";

pub fn trials() -> Vec<Trial> {
    let python = python();
    let missing = python.is_none().then(|| {
        "Zoho's Python SDK is not installed; run `make test`, or `tests/golden/make sdk`".to_owned()
    });
    let python = python.unwrap_or_default();
    let trial = Trial::test("simulator::cli::export-for-the-python-sdk", move || {
        block_on(read_back(&python))
    });
    admit("the Python SDK", missing, vec![trial])
}

fn python() -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let python = root.join("target/golden/python-8.0/bin/python");
    python.exists().then_some(python)
}

async fn read_back(python: &Path) -> Result<(), Failed> {
    let place = Place::on(Target::Simulator).await?;
    let tokens = [
        token("1", "alice@x.test:org1").with_redirect_url("https://app.x.test"),
        token("2", "O'Brien, \"Bob\"\nü").with_api_domain(""),
        zoho_token_store::OAuthToken::new()
            .with_id("3")
            .with_access_token("A"),
    ];
    place.save(&tokens).await?;
    let folder = TempDir::new()?;
    let args = "export --to zoho-file out".split(' ').map(str::to_owned);
    let args: Vec<String> = args.collect();
    let ended = finish(program(&args, &folder, Some(&place)).spawn()?, "").await?;
    let file = folder.path().join("out");
    let mode = std::fs::metadata(&file)?.permissions().mode() & 0o777;
    if ended.code != 0 || mode != 0o600 {
        return Err(format!("mode {mode:o}: {ended:#?}").into());
    }
    let mut reading = Command::new(python);
    let output = reading
        .arg("-c")
        .arg(READ)
        .arg(&file)
        .current_dir(folder.path());
    let output = output.output().await?;
    let errors = String::from_utf8_lossy(&output.stderr);
    let read: Value = serde_json::from_slice(&output.stdout)
        .map_err(|error| format!("the SDK: {error}\n{errors}"))?;
    let wanted = json!(tokens.each_ref().map(expected));
    match read == wanted {
        true => Ok(()),
        false => Err(format!("wanted {wanted}\n  read {read}").into()),
    }
}
