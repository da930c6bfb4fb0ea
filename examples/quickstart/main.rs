//! What the store does, and what it costs: on a simulated Secrets Manager, without an AWS account.
//!
//! `cargo run --features simulator --example quickstart`. `ztok demo` is the same.

mod naive;
mod race;
mod steps;
mod table;

use std::error::Error;
use std::io;

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error + Send + Sync>> {
    let mut out = io::stdout();
    steps::run(&mut out).await?;
    race::run(&mut out).await?;
    Ok(())
}
