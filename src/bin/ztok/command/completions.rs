//! `ztok completions`: scripts that complete the command line.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use crate::args::Cli;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output;

/// Print the script that completes `ztok` in a shell
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  ztok completions bash > /etc/bash_completion.d/ztok
  ztok completions zsh > \"${fpath[1]}/_ztok\"")]
pub struct Completions {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

impl Completions {
    pub fn run(self) -> Result<Exit, Failure> {
        let mut script = Vec::new();
        clap_complete::generate(self.shell, &mut Cli::command(), "ztok", &mut script);
        output::write_out(&String::from_utf8_lossy(&script))?;
        Ok(Exit::Done)
    }
}
