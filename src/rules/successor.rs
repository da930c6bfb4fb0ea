//! Compare-and-swap in one call: every writer that read the same version computes the same id for the
//! next one, and the service accepts that id once.

use sha2::{Digest, Sha256};

/// How many writes a read may be late.
const LATEST: usize = 64;

/// The id of the version that follows `parent` of the secret `name`, as `ClientRequestToken`.
///
/// `rung` is 0 unless the versions of the lower rungs exist and were withdrawn by hand.
/// The parent's id is opaque: the console, Terraform and other programs choose ids of their own.
pub(crate) fn successor(name: &str, parent: Option<&str>, rung: u32) -> String {
    let mut hash = Sha256::new();
    hash.update(b"zoho-token-store successor 1\0");
    for text in [name, parent.unwrap_or_default()] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.update(rung.to_be_bytes());
    let digest = hash.finalize();
    // 64 digits: the most that the service takes.
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Whether a version that `is_known` came after `version`, as far as the writers were all of this
/// crate.
///
/// The ids of a secret's versions are a chain, and a late read shows a link before those known.
pub(crate) fn has_descendant(name: &str, version: &str, is_known: impl Fn(&str) -> bool) -> bool {
    let first = successor(name, Some(version), 0);
    std::iter::successors(Some(first), |id| Some(successor(name, Some(id), 0)))
        .take(LATEST)
        .any(|id| is_known(&id))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_knows_its_descendants() {
        let next = |id: &str| successor("n", Some(id), 0);
        let (second, third) = (next("first"), next(&next("first")));
        for (version, known, expected) in [
            ("first", &*second, true),
            ("first", &third, true),
            (&second, &third, true),
            (&second, "first", false),
            (&third, "first", false),
            (&third, &third, false),
        ] {
            assert_eq!(has_descendant("n", version, |id| id == known), expected);
        }
    }

    #[test]
    fn depends_on_every_part_and_fits_the_service() {
        let ids = [
            successor("a", Some("v"), 0),
            successor("b", Some("v"), 0),
            successor("a", Some("w"), 0),
            successor("a", None, 0),
            successor("a", Some("v"), 1),
            successor("av", Some(""), 0),
        ];
        for (n, id) in ids.iter().enumerate() {
            assert!((32..=64).contains(&id.len()));
            assert!(!ids[..n].contains(id));
        }
    }
}
