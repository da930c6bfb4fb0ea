//! The roles of `terraform/`: what each is granted is what the program uses, nothing missing and
//! nothing unused.
//!
//! A role's flows run twice. Once everything is allowed, and the actions that the service receives
//! are compared with `terraform/tests/roles.json`; once only what stands there, and every flow must
//! still end as it should.

mod flow;
mod flows;
mod granted;

use std::collections::BTreeSet;

use libtest_mimic::{Failed, Trial};

use crate::target::Target;
use flow::{Allowed, Flow};
use granted::{Grants, differences};

/// Who works with the store.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Role {
    /// Looks tokens up, and lists them.
    Reader,
    /// A program that keeps its tokens in the store.
    Writer,
    /// A person with `ztok`: doctor, import, deletion.
    Operator,
    /// One who may neither read nor write a token: deletion, and the part of the doctor that does
    /// without.
    OperatorWithoutValues,
}

impl Role {
    const ALL: [Self; 4] = [
        Self::Reader,
        Self::Writer,
        Self::Operator,
        Self::OperatorWithoutValues,
    ];

    fn name(self) -> &'static str {
        match self {
            Self::Reader => "reader",
            Self::Writer => "writer",
            Self::Operator => "operator",
            Self::OperatorWithoutValues => "operator_without_values",
        }
    }
}

pub fn trials() -> Vec<Trial> {
    let target = Target::Simulator;
    let all = |role: Role| {
        let name = format!("simulator::roles::{}", role.name());
        Trial::test(name, move || target.block_on(uses_what_is_granted(role)))
    };
    let one = |flow: Flow| {
        let name = format!("simulator::roles::{}::{}", flow.role.name(), flow.name);
        Trial::test(name, move || {
            target.block_on(works_with_what_is_granted(flow))
        })
    };
    let mut trials: Vec<Trial> = Role::ALL.into_iter().map(all).collect();
    trials.extend(flows::flows().into_iter().map(one));
    trials.push(Trial::test(
        "simulator::roles::differences",
        granted::differences_are_found,
    ));
    trials
}

async fn uses_what_is_granted(role: Role) -> Result<(), Failed> {
    let mut used = BTreeSet::new();
    for flow in flows::flows() {
        if flow.role == role {
            let name = flow.name.clone();
            let received = flow.run(Allowed::Everything).await;
            used.extend(received.map_err(|fault| in_flow(&name, &fault))?);
        }
    }
    let differences = differences(role, &used, &Grants::read()?);
    match differences.is_empty() {
        true => Ok(()),
        false => Err(format!("{}\nused: {used:?}", differences.join("\n")).into()),
    }
}

async fn works_with_what_is_granted(flow: Flow) -> Result<(), Failed> {
    let granted = Grants::read()?.of(flow.role)?;
    flow.run(Allowed::Only(granted)).await?;
    Ok(())
}

fn in_flow(name: &str, fault: &Failed) -> Failed {
    format!("{name}: {}", fault.message().unwrap_or_default()).into()
}
