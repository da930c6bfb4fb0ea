//! How Secrets Manager behaves, on the simulator and on emulators: the rules of `service/table.txt`.
//!
//! The simulator has to agree with AWS everywhere. Where an emulator is known to be wrong, the table
//! records what it does instead, and that is asserted as well: a deviation that goes away is news.

mod script;
mod table;
mod words;

use aws_sdk_secretsmanager::Client;
use libtest_mimic::{Failed, Trial};

use script::Script;
use table::{Rule, rules};

use crate::target::{Options, Target};

const SIMULATOR: &str = "simulator";

/// Checks of the table itself.
pub fn trials() -> Vec<Trial> {
    vec![Trial::test("service::the_table_is_sound", check_table)]
}

/// Every rule on one target, as `target::service::rule`.
pub fn trials_on(target: Target) -> Vec<Trial> {
    let trial = |(number, rule): (usize, Rule)| {
        let name = format!(
            "{}::service::{}",
            target.name(),
            rule.name.replace(' ', "_")
        );
        Trial::test(name, move || {
            // The client is made inside the runtime: the simulator keeps to the runtime's clock.
            target.block_on(async move {
                let stage = target.stage(Options::default())?;
                let Some(service) = stage.service() else {
                    return Err("there is no service behind this target".into());
                };
                run(target.name(), service.client(), number, &rule).await
            })
        })
    };
    match target {
        Target::Memory => Vec::new(),
        _ => rules().into_iter().enumerate().map(trial).collect(),
    }
}

async fn run(target: &str, client: &Client, number: usize, rule: &Rule) -> Result<(), Failed> {
    let script = Script::new(client, number);
    let mut faults = String::new();
    for step in &rule.steps {
        let answer = script.perform(step.call).await;
        let deviation = step.deviation(target);
        let expected = deviation.unwrap_or(step.aws);
        if answer != expected {
            let hint = match deviation {
                Some(_) if answer == step.aws => " (as AWS does: remove the deviation)",
                _ => "",
            };
            faults += &format!(
                "\n  {}\n    expected: {expected}\n    answered: {answer}{hint}",
                step.call
            );
        }
    }
    let calls = rule.steps.iter().map(|step| step.call);
    script.clean_up(calls).await;
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.into()),
    }
}

/// Guards against a table that is read as empty, and against excuses for the simulator.
fn check_table() -> Result<(), Failed> {
    let rules = rules();
    if rules.len() < 50 {
        return Err(format!("only {} rules were read", rules.len()).into());
    }
    for rule in rules {
        let incomplete = rule.steps.is_empty() || rule.steps.iter().any(|step| step.aws.is_empty());
        let excused = rule
            .steps
            .iter()
            .any(|step| step.deviation(SIMULATOR).is_some());
        if incomplete || excused {
            return Err(format!("{}: incomplete, or not for the simulator", rule.name).into());
        }
    }
    Ok(())
}
