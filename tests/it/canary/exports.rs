//! Every public type is looked at: a new one cannot be forgotten.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::Failed;

/// How a public name is known not to show a credential.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Proof {
    /// The trial `canary::types` prints it with credentials in it.
    Printed,
    /// The trials `canary::texts` print it while it holds credentials.
    InWalks,
    /// The doctor's trial `no_credential_shows` prints it, of secrets that hold credentials.
    ByTheDoctor,
    /// It cannot hold one: a trait, or a type of numbers, choices and names.
    HoldsNone,
}
use Proof::*;

/// Everything that `src/lib.rs` exports. A new name belongs here, and if it can hold a credential, in
/// `canary::types`.
pub const EXPORTS: &[(&str, Proof)] = &[
    ("AccessTokenScan", HoldsNone),
    ("BulkSave", Printed),
    ("CachePolicy", HoldsNone),
    ("Clock", HoldsNone),
    ("DeletionPolicy", HoldsNone),
    ("Diagnosis", ByTheDoctor),
    ("Error", Printed),
    ("ErrorKind", HoldsNone),
    ("Finding", ByTheDoctor),
    ("FindingKind", HoldsNone),
    ("Freshness", HoldsNone),
    ("IncompleteListing", Printed),
    ("Listing", HoldsNone),
    ("MemoryTokenStore", Printed),
    ("OAuthToken", Printed),
    ("PageUse", HoldsNone),
    ("Remedy", HoldsNone),
    ("Repair", ByTheDoctor),
    ("SaveOutcome", HoldsNone),
    ("Saved", Printed),
    ("Secret", Printed),
    ("SecretsManagerTokenStore", InWalks),
    ("SecretsManagerTokenStoreBuilder", HoldsNone),
    ("Stats", HoldsNone),
    ("SystemClock", HoldsNone),
    ("Timestamp", HoldsNone),
    ("TokenId", HoldsNone),
    ("TokenStore", HoldsNone),
    ("UserSignature", HoldsNone),
    ("UserTag", HoldsNone),
    ("Verb", HoldsNone),
    ("simulator::Builder", HoldsNone),
    ("simulator::Fault", HoldsNone),
    ("simulator::Kind", HoldsNone),
    ("simulator::Outcome", HoldsNone),
    ("simulator::Rates", HoldsNone),
    ("simulator::Request", Printed),
    ("simulator::Response", Printed),
    ("simulator::SecretSnapshot", Printed),
    ("simulator::Simulator", Printed),
    ("simulator::When", HoldsNone),
];

/// The list is that of the sources.
pub fn listed() -> Result<(), Failed> {
    let listed: BTreeSet<String> = EXPORTS.iter().map(|(name, _)| (*name).to_owned()).collect();
    // What `testkit` shows is its own: tokens made up for its cases.
    let mut exported = exported("src/lib.rs", "")?;
    exported.retain(|name| !name.starts_with("testkit::"));
    let unlisted: Vec<&String> = exported.difference(&listed).collect();
    let stale: Vec<&String> = listed.difference(&exported).collect();
    if unlisted.is_empty() && stale.is_empty() {
        return Ok(());
    }
    let advice = "say in tests/it/canary/exports.rs how they are known to show no credential";
    Err(format!(
        "exported and not listed: {unlisted:?}; listed and not exported: {stale:?}; {advice}"
    )
    .into())
}

/// What was printed is what the list says is printed.
pub fn printed(origins: &BTreeSet<&str>) -> Result<(), Failed> {
    let is_here = |name: &str| {
        cfg!(feature = "simulator") || !(name.starts_with("simulator::") || name == "BulkSave")
    };
    for (name, proof) in EXPORTS.iter().filter(|(name, _)| is_here(name)) {
        if (*proof == Printed) != origins.contains(name) {
            return Err(format!("{name} is listed as {proof:?}; printed were {origins:?}").into());
        }
    }
    Ok(())
}

/// The public names of a file and of its public modules, each after its module's.
fn exported(path: &str, module: &str) -> Result<BTreeSet<String>, Failed> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(path))?;
    let mut names = BTreeSet::new();
    let mut hidden = false;
    // Items at the left margin, `pub use` possibly over several lines.
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        let Some(item) = line.strip_prefix("pub ") else {
            hidden = line.starts_with("#[doc(hidden)]") || (hidden && line.starts_with('#'));
            continue;
        };
        let mut item = item.to_owned();
        while item.starts_with("use ") && !item.ends_with(';') {
            item += lines.next().ok_or("a `pub use` without an end")?.trim();
        }
        let (kind, rest) = item.split_once(' ').ok_or("a `pub` without an item")?;
        match kind {
            _ if hidden => {}
            "use" => names.extend(used(rest).map(|name| format!("{module}{name}"))),
            "mod" => {
                let name = rest.trim_end_matches(';');
                let file = format!("src/{}{name}.rs", module.replace("::", "/"));
                names.extend(exported(&file, &format!("{module}{name}::"))?);
            }
            "struct" | "enum" | "trait" | "type" | "union" => {
                let name = rest
                    .split(|c: char| !c.is_alphanumeric() && c != '_')
                    .next();
                names.extend(name.map(|name| format!("{module}{name}")));
            }
            // A function, a constant or a macro holds nothing.
            _ => {}
        }
        hidden = false;
    }
    Ok(names)
}

/// The names that `a::b::{C, D as E};` brings.
fn used(tree: &str) -> impl Iterator<Item = &str> {
    let tree = tree.trim_end_matches(';');
    let names = tree.rsplit_once('{').map_or(tree, |(_, names)| names);
    names.trim_end_matches('}').split(',').filter_map(|name| {
        let name = name.rsplit("::").next()?;
        Some(name.rsplit(" as ").next()?.trim()).filter(|name| !name.is_empty())
    })
}
