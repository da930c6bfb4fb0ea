//! What shows on a terminal only: the question, and the bar. The terminal is a pseudo-terminal.

use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::process::Stdio;

use libtest_mimic::{Failed, Trial};
use rustix::pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt};
use rustix::termios::{Winsize, tcsetwinsize};
use tempfile::TempDir;

use super::block_on;
use super::place::Place;
use super::program::{code, program};
use super::row::{CANARY, token};
use crate::target::Target;

pub fn trials() -> Vec<Trial> {
    let name = "simulator::cli::terminal";
    vec![Trial::test(name, || block_on(question()))]
}

/// `delete-all` asks, and goes by the answer; progress is a bar.
async fn question() -> Result<(), Failed> {
    for (words, answer, exit, left, shown, hidden) in [
        (
            "delete-all",
            "no\n",
            1,
            2,
            "Delete 2 tokens under it/",
            "Deleting tokens [",
        ),
        (
            "delete-all",
            "\n",
            1,
            2,
            "nothing was deleted",
            "Deleting tokens [",
        ),
        ("delete-all", "yes\n", 0, 0, "Deleting tokens [", "2 of 2"),
        (
            "delete-all --yes --quiet",
            "",
            0,
            0,
            "deleted 2 tokens",
            "Deleting",
        ),
        (
            "delete-all --dry-run",
            "",
            0,
            2,
            "would delete 2 tokens",
            "Delete 2",
        ),
    ] {
        let place = Place::on(Target::Simulator).await?;
        place.save(&[token("1", "u"), token("2", "v")]).await?;
        let (ended, screen) = on_terminal(words, answer, &place).await?;
        let count = place.store("")?.get_tokens().await?.len();
        let good = (ended, count) == (exit, left) && screen.contains(shown);
        if !good || screen.contains("/s/s") || screen.contains(hidden) || screen.contains(CANARY) {
            return Err(format!("{words}: code {ended}, {count} left\n{screen}").into());
        }
    }
    Ok(())
}

/// Runs the program on a terminal where someone has typed ahead; gives all that was shown.
async fn on_terminal(words: &str, typed: &str, place: &Place) -> Result<(i32, String), Failed> {
    let (mut near, far) = terminal()?;
    let folder = TempDir::new()?;
    let args: Vec<String> = words.split(' ').map(str::to_owned).collect();
    let mut command = program(&args, &folder, Some(place));
    command
        .stdin(Stdio::from(far.try_clone()?))
        .stdout(Stdio::from(far.try_clone()?))
        .stderr(Stdio::from(far));
    near.write_all(typed.as_bytes())?;
    let mut child = command.spawn()?;
    // The program's ends of the terminal must not stay open here: else reading would not end.
    drop(command);
    let reading = tokio::task::spawn_blocking(move || {
        let mut shown = Vec::new();
        // Ends with an error once the other side is closed.
        let _ = near.read_to_end(&mut shown);
        String::from_utf8_lossy(&shown).into_owned()
    });
    let status = child.wait().await?;
    Ok((code(status), reading.await?))
}

/// Both ends of a pseudo-terminal.
fn terminal() -> Result<(File, File), Failed> {
    let near = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY)?;
    grantpt(&near)?;
    unlockpt(&near)?;
    let size = Winsize {
        ws_row: 24,
        ws_col: 100,
        ws_xpixel: 0,
        ws_ypixel: 0,
    };
    tcsetwinsize(&near, size)?;
    let name = ptsname(&near, Vec::new())?.into_string()?;
    let far = OpenOptions::new().read(true).write(true).open(name)?;
    Ok((near.into(), far))
}
