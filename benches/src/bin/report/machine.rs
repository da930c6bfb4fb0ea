//! What the figures were measured on.

use std::fmt;
use std::fs;
use std::process::Command;

use serde::Serialize;

#[derive(Serialize)]
pub struct Machine {
    cpu: String,
    cores: usize,
    system: String,
    compiler: String,
}

impl Machine {
    pub fn seen() -> Self {
        let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let model = info
            .lines()
            .find_map(|line| line.strip_prefix("model name"));
        let compiler = Command::new("rustc").arg("--version").output();
        let compiler = compiler.map(|output| String::from_utf8_lossy(&output.stdout).into_owned());
        Self {
            cpu: model
                .map_or("unknown", |model| {
                    model.trim_start_matches([' ', '\t', ':'])
                })
                .to_owned(),
            cores: std::thread::available_parallelism().map_or(0, usize::from),
            system: format!("{} {}", std::env::consts::OS, std::env::consts::ARCH),
            compiler: compiler.unwrap_or_default().trim().to_owned(),
        }
    }
}

impl fmt::Display for Machine {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            cpu,
            cores,
            system,
            compiler,
        } = self;
        writeln!(f, "{cpu}, {cores} cores, {system}, {compiler}.")
    }
}
