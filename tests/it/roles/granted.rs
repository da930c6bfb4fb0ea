//! What the Terraform module grants, as `terraform/tests/roles.json` tells; its own tests hold it
//! against the policies.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use libtest_mimic::Failed;
use serde_json::{Value, json};

use super::Role;

const FILE: &str = "terraform/tests/roles.json";
const EXCEPTIONS: &str = "exceptions";
const SERVICE: &str = "secretsmanager:";

/// `{"reader": ["secretsmanager:…"], …, "exceptions": [{"role", "action", "reason"}]}`
pub struct Grants(Value);

impl Grants {
    pub fn read() -> Result<Self, Failed> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(FILE);
        let text = fs::read_to_string(path).map_err(|error| format!("{FILE}: {error}"))?;
        let grants: Value = serde_json::from_str(&text)?;
        let is_known = |key: &&String| {
            let mut roles = Role::ALL.into_iter().map(Role::name);
            *key == EXCEPTIONS || roles.any(|name| *key == name)
        };
        let mut keys = grants
            .as_object()
            .into_iter()
            .flat_map(|object| object.keys());
        match keys.find(|key| !is_known(key)) {
            Some(key) => Err(format!("{FILE}: nothing here tries what {key} may do").into()),
            None => Ok(Self(grants)),
        }
    }

    /// The actions that a role may use, without the service's name.
    pub fn of(&self, role: Role) -> Result<BTreeSet<String>, Failed> {
        let list = self.0[role.name()].as_array();
        let list = list.ok_or_else(|| format!("{FILE} has no {}", role.name()))?;
        let action = |action: &Value| {
            let name = action.as_str().and_then(|text| text.strip_prefix(SERVICE));
            name.map(str::to_owned)
                .ok_or_else(|| format!("{FILE}: {action} is no action of Secrets Manager").into())
        };
        list.iter().map(action).collect()
    }

    /// Actions that a role is granted and does not use, or uses and is not granted, with the reason.
    fn exceptions(&self, role: Role) -> Vec<(String, String)> {
        let all = self.0[EXCEPTIONS].as_array().into_iter().flatten();
        let field = |exception: &Value, name| {
            let text = exception[name].as_str().unwrap_or_default();
            text.strip_prefix(SERVICE).unwrap_or(text).to_owned()
        };
        all.filter(|exception| exception["role"] == role.name())
            .map(|exception| (field(exception, "action"), field(exception, "reason")))
            .collect()
    }
}

/// Where what a role uses is not what it is granted, exceptions apart; each exception must be one.
pub fn differences(role: Role, used: &BTreeSet<String>, grants: &Grants) -> Vec<String> {
    let granted = match grants.of(role) {
        Ok(granted) => granted,
        Err(fault) => return vec![fault.message().unwrap_or_default().to_owned()],
    };
    let exceptions = grants.exceptions(role);
    let is_excepted = |action: &&String| exceptions.iter().any(|(name, _)| name == *action);
    let unused = granted.difference(used).filter(|a| !is_excepted(a));
    let missing = used.difference(&granted).filter(|a| !is_excepted(a));
    let mut differences: Vec<String> = unused
        .map(|a| format!("{a} is granted, not used"))
        .collect();
    differences.extend(missing.map(|a| format!("{a} is used, not granted")));
    for (action, reason) in &exceptions {
        if used.contains(action) == granted.contains(action) {
            differences.push(format!("{action} is no exception"));
        }
        if reason.is_empty() {
            differences.push(format!("{action} is an exception without a reason"));
        }
    }
    differences
}

/// The comparison finds what it is there to find.
pub fn differences_are_found() -> Result<(), Failed> {
    let exception = |role: &str, action: &str, reason: &str| json!({"role": role, "action": format!("{SERVICE}{action}"), "reason": reason});
    for (granted, exceptions, expected) in [
        (vec!["A", "B"], vec![], vec![]),
        (vec!["A", "B", "C"], vec![], vec!["C is granted, not used"]),
        (vec!["A"], vec![], vec!["B is used, not granted"]),
        (
            vec!["C"],
            vec![],
            vec![
                "C is granted, not used",
                "A is used, not granted",
                "B is used, not granted",
            ],
        ),
        (
            vec!["A", "B", "C"],
            vec![exception("reader", "C", "why")],
            vec![],
        ),
        (vec!["A"], vec![exception("reader", "B", "why")], vec![]),
        (
            vec!["A"],
            vec![exception("writer", "B", "why")],
            vec!["B is used, not granted"],
        ),
        (
            vec!["A", "B"],
            vec![exception("reader", "B", "why")],
            vec!["B is no exception"],
        ),
        (
            vec!["A"],
            vec![exception("reader", "B", "")],
            vec!["B is an exception without a reason"],
        ),
        (
            vec!["A", "B"],
            vec![exception("reader", "D", "why")],
            vec!["D is no exception"],
        ),
    ] {
        let actions: Vec<String> = granted.iter().map(|a| format!("{SERVICE}{a}")).collect();
        let grants = Grants(json!({"reader": actions, EXCEPTIONS: exceptions}));
        let used = BTreeSet::from(["A".to_owned(), "B".to_owned()]);
        let found = differences(Role::Reader, &used, &grants);
        if found != expected {
            return Err(format!("{granted:?}: expected {expected:?}, found {found:?}").into());
        }
    }
    Ok(())
}
