//! The commands, one file each.

pub mod completions;
pub mod cost;
pub mod delete;
pub mod delete_all;
pub mod demo;
pub mod doctor;
pub mod export;
pub mod find;
pub mod import;
pub mod list;
pub mod save;

use tokio::runtime;

use crate::args::{Cli, Command};
use crate::context::Context;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::logs;
use crate::output::Console;
use crate::stop::Stop;

/// Carries out what was asked for, and tells how it ended.
pub fn run(cli: Cli) -> Exit {
    logs::start(cli.global.verbose);
    let console = Console::new(&cli.global);
    let runtime = runtime::Builder::new_current_thread().enable_all().build();
    let outcome = match &runtime {
        Ok(runtime) => runtime.block_on(carry_out(cli, console.clone())),
        Err(error) => Err(Failure::new(Exit::Failed, "cannot start").because(error)),
    };
    // A thread may still wait for standard input; nothing is lost with it.
    if let Ok(runtime) = runtime {
        runtime.shutdown_background();
    }
    outcome.unwrap_or_else(|failure| {
        console.fail(&failure);
        failure.exit()
    })
}

async fn carry_out(cli: Cli, console: Console) -> Result<Exit, Failure> {
    let context = Context {
        global: cli.global,
        console,
        stop: Stop::listen(),
    };
    let stop = context.stop.clone();
    // Those that are not dropped stop by themselves, between two steps.
    match cli.command {
        Command::Save(save) => stop.or_dropped(save.run(&context)).await,
        Command::Find(find) => stop.or_dropped(find.run(&context)).await,
        Command::List(list) => stop.or_dropped(list.run(&context)).await,
        Command::Delete(delete) => delete.run(&context).await,
        Command::DeleteAll(delete_all) => stop.or_dropped(delete_all.run(&context)).await,
        // It ends on Ctrl-C what it has begun.
        Command::Import(import) => Box::pin(import.run(&context)).await,
        Command::Export(export) => stop.or_dropped(export.run(&context)).await,
        Command::Doctor(doctor) => stop.or_dropped(doctor.run(&context)).await,
        Command::Cost(cost) => stop.or_dropped(cost.run(&context)).await,
        Command::Demo(demo) => stop.or_dropped(demo.run(&context)).await,
        Command::Completions(completions) => completions.run(),
    }
}
