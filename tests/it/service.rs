//! How Secrets Manager behaves, on the simulator and on emulators: the rules of `service/table.txt`.
//!
//! The simulator has to agree with AWS everywhere. Where an emulator is known to be wrong, the table
//! records what it does instead, and that is asserted as well: a deviation that goes away is news.

mod script;
mod table;
mod words;

use std::sync::Arc;

use aws_sdk_secretsmanager::Client;
use libtest_mimic::{Failed, Trial};
use tokio::runtime::Builder;

use script::Script;
use table::{Rule, rules};

const SIMULATOR: &str = "simulator";

/// Makes a client of a target; on the simulator, of a fresh one.
pub type Connect = Arc<dyn Fn() -> Client + Send + Sync>;

/// Every rule on every target, as `target::service::rule`.
pub fn trials(targets: &[(&'static str, Connect)]) -> Vec<Trial> {
    let mut trials = vec![Trial::test("service::the_table_is_sound", check_table)];
    for (target, connect) in targets {
        trials.extend(rules().into_iter().enumerate().map(|(number, rule)| {
            let (target, connect) = (*target, connect.clone());
            let name = format!("{target}::service::{}", rule.name.replace(' ', "_"));
            Trial::test(name, move || {
                // Virtual time is for the simulator: a socket would not keep up with it.
                let runtime = Builder::new_current_thread()
                    .enable_all()
                    .start_paused(target == SIMULATOR)
                    .build()?;
                runtime.block_on(run(target, &connect(), number, &rule))
            })
        }));
    }
    trials
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
