//! Holds what was measured to what was recorded: API calls exactly, instructions with some room.
//!
//! budget RECORDED MEASURED…

use std::error::Error;
use std::fs;
use std::process::ExitCode;

use zoho_token_store_benches::figures::Figure;

/// How many more instructions than recorded may be due to another compiler, in percent.
const ROOM: f64 = 10.0;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let mut paths = std::env::args().skip(1);
    let recorded = figures(&paths.next().ok_or("budget RECORDED MEASURED…")?)?;
    let measured = paths
        .map(|path| figures(&path))
        .collect::<Result<Vec<_>, _>>()?;
    let measured = measured.concat();
    let (mut over, mut under) = (0, 0);
    for budget in &recorded {
        let name = format!("{}, {} tokens: {}", budget.what, budget.tokens, budget.unit);
        let same = |figure: &&Figure| {
            let thing = |figure: &Figure| {
                (
                    figure.what.clone(),
                    figure.who.clone(),
                    figure.tokens,
                    figure.unit.clone(),
                )
            };
            thing(figure) == thing(budget)
        };
        // Without callgrind there are no instructions at all; one count that is missing is a fault.
        if !measured.iter().any(|figure| figure.unit == budget.unit) {
            continue;
        }
        let Some(value) = measured.iter().find(same).map(|figure| figure.value) else {
            println!("{name:<56} was not measured");
            over += 1;
            continue;
        };
        let room = if budget.unit == "instructions" {
            ROOM
        } else {
            0.0
        };
        let most = budget.value * (1.0 + room / 100.0);
        let verdict = match value {
            value if value > most => "TOO MUCH",
            value if value < budget.value * (1.0 - room / 100.0) => "less",
            _ => "",
        };
        over += usize::from(verdict == "TOO MUCH");
        under += usize::from(verdict == "less");
        println!(
            "{name:<56} {value:>8.0} of {:>8.0}  {verdict}",
            budget.value
        );
    }
    if under > 0 {
        println!("{under} budgets can be lowered: scripts/budget --record");
    }
    Ok(if over == 0 {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    })
}

fn figures(path: &str) -> Result<Vec<Figure>, Box<dyn Error>> {
    let text = fs::read_to_string(path)?;
    let figures = text.lines().map(serde_json::from_str);
    Ok(figures.collect::<Result<_, _>>()?)
}
