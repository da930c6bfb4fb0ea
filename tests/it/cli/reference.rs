//! `docs/CLI.md` holds what `--help` says.

use libtest_mimic::Failed;
use tempfile::TempDir;

use super::program::{finish, program};
use crate::bless;

const SHARED: &str = "\nOptions of every command:\n";

pub async fn current() -> Result<(), Failed> {
    bless::is_current("docs/CLI.md", "cli::reference", &generated().await?)
}

async fn generated() -> Result<String, Failed> {
    let main = help(&["--help"]).await?;
    let mut text = format!("\n## ztok\n\n```text\n{}\n```\n", main.trim_end());
    for command in commands(&main) {
        let help = help(&["help", &command]).await?;
        // The options of every command stand above.
        let own = match help.split_once(SHARED) {
            Some((before, after)) => {
                let rest = after.split_once("\nExamples:").map(|(_, rest)| rest);
                let examples = rest.map(|rest| format!("\nExamples:{rest}"));
                format!("{before}{}", examples.unwrap_or_default())
            }
            None => help,
        };
        text += &format!("\n## ztok {command}\n\n```text\n{}\n```\n", own.trim_end());
    }
    Ok(text)
}

/// The commands that the help lists, without `help` itself.
fn commands(help: &str) -> Vec<String> {
    let section = help.split("\nCommands:\n").nth(1).unwrap_or_default();
    let lines = section.lines().take_while(|line| line.starts_with("  "));
    let words = lines.filter_map(|line| line.split_whitespace().next());
    words
        .filter(|word| *word != "help")
        .map(str::to_owned)
        .collect()
}

async fn help(args: &[&str]) -> Result<String, Failed> {
    let args: Vec<String> = args.iter().map(|arg| (*arg).to_owned()).collect();
    let ended = finish(program(&args, &TempDir::new()?, None).spawn()?, "").await?;
    let lines = ended
        .out
        .lines()
        .map(|line| format!("{}\n", line.trim_end()));
    match ended.code {
        0 => Ok(lines.collect()),
        _ => Err(format!("{args:?}: {ended:?}").into()),
    }
}
