//! Where the emulators listen. Only here are their environment variables read.

use std::env;
use std::net::IpAddr;

/// LocalStack's URL.
pub fn localstack() -> Result<String, String> {
    read("ZTOK_IT_LOCALSTACK", "localstack/up --only localstack")
}

/// moto's URL.
pub fn moto() -> Result<String, String> {
    read("ZTOK_IT_MOTO", "localstack/up --only moto")
}

fn read(variable: &str, start: &str) -> Result<String, String> {
    match env::var(variable) {
        Ok(url) if is_loopback(&url) => Ok(url),
        Ok(url) if !url.is_empty() => Err(format!(
            "{variable} is {url:?}, which is not on this machine's loopback; it is refused"
        )),
        _ => Err(format!(
            "{variable} is not set; run `make test`, or `{start}` and then `eval \"$(localstack/env)\"`"
        )),
    }
}

/// Whether a URL leads to this machine and nowhere else.
pub fn is_loopback(url: &str) -> bool {
    let Some((_, rest)) = url
        .split_once("://")
        .filter(|(s, _)| ["http", "https"].contains(s))
    else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(v6) => v6.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    // A user part would put the true host behind an `@`.
    let plain = !authority.contains('@') && !authority.contains('\\');
    let loopback = host.parse().is_ok_and(|ip: IpAddr| ip.is_loopback());
    plain && (loopback || host == "localhost")
}
