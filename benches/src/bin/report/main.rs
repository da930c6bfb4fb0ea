//! Collects what was measured: one table, a summary as JSON, plots, and the figures of a document.
//!
//! report DIRECTORY_OF_FIGURES DOCUMENT

mod collect;
mod document;
mod machine;
mod plots;
mod table;
mod targets;

use std::error::Error;
use std::fs;
use std::path::PathBuf;

use serde_json::json;

use machine::Machine;
use table::Table;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1).map(PathBuf::from);
    let (Some(directory), Some(path)) = (arguments.next(), arguments.next()) else {
        return Err("report DIRECTORY_OF_FIGURES DOCUMENT".into());
    };
    let figures = collect::figures(&directory)?;
    let (machine, verdicts) = (Machine::seen(), targets::verdicts(&figures));

    let summary = json!({ "machine": machine, "targets": verdicts, "figures": figures });
    let summary = serde_json::to_string_pretty(&summary)?;
    fs::write(directory.join("summary.json"), summary + "\n")?;

    let targets = targets::table(&verdicts);
    println!("{}\n{}", Table::of(&figures, |_| true), targets);
    let plots = path.with_extension("");
    plots::draw(&figures, &plots)?;
    let mut sections = vec![
        ("machine", machine.to_string()),
        ("targets", targets.markdown()),
    ];
    for (name, units) in document::SECTIONS {
        let table = Table::of(&figures, |figure| units.contains(&figure.unit.as_str()));
        sections.push((name, table.markdown()));
    }
    let text = document::filled(&fs::read_to_string(&path)?, &sections)?;
    fs::write(&path, text)?;
    Ok(())
}
