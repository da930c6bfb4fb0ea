//! Imports from a MariaDB server that the trial starts, over the wire.
//!
//! `ZTOK_IT_MARIADBD` names the server's program where it is not in its usual place.

use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::Stdio;

use libtest_mimic::{Failed, Trial};
use mysql_async::prelude::Queryable as _;
use mysql_async::{Conn, OptsBuilder};
use tempfile::TempDir;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};
use tokio::time::{Duration, timeout};

use super::{Summary, admit};
use crate::cli::block_on;
use crate::cli::place::Place;
use crate::cli::program::{Ended, finish, program};
use crate::target::Target;

/// The longest that the server may take to start.
const START: Duration = Duration::from_secs(120);
const PASSWORD: &str = "Canary7Q pass";

/// The tables of the three generations, as the SDKs' documents create them, and the account that reads
/// them.
const TABLES: &str = "
create database zohooauth character set utf8mb4;
use zohooauth;
create table first (id int(11) not null auto_increment, user_mail varchar(255) not null,
  client_id varchar(255), refresh_token varchar(255), access_token varchar(255),
  grant_token varchar(255), expiry_time varchar(20), primary key (id));
insert into first values (null, 'alice@x.test', '1000.CLIENT', 'R-alice', 'A-alice', 'G', '5');
create table second (id varchar(255) not null, user_mail varchar(255) not null,
  client_id varchar(255), client_secret varchar(255), refresh_token varchar(255),
  access_token varchar(255), grant_token varchar(255), expiry_time varchar(20),
  redirect_url varchar(255), primary key (id));
insert into second values ('python_alice_prd_lice', 'alice@x.test', '1000.CLIENT', 'secret',
  'R-alice', 'A-alice', null, '5', '');
create table oauthtoken (id varchar(10) not null, user_name varchar(255), client_id varchar(255),
  client_secret varchar(255), refresh_token varchar(255), access_token varchar(255),
  grant_token varchar(255), expiry_time varchar(20), redirect_url varchar(255),
  api_domain varchar(255), primary key (id));
insert into oauthtoken values
  ('1', 'alice@x.test:60001', '1000.CLIENT', 'secret', 'R-alice', 'A-alice', 'G', '5', null, null),
  ('2', 'zoë, \"Z\"', '1000.CLIENT', 'secret', 'R-zoe', 'A-zoe', null, '5', null, null);
create table other (id int, name varchar(20));
insert into other values (1, 'x');
create user 'ztok'@'localhost' identified by 'Canary7Q pass';
grant select on zohooauth.* to 'ztok'@'localhost';
";

pub fn trials() -> Vec<Trial> {
    let program = mariadbd();
    let missing = program.as_ref().err().cloned();
    let program = program.unwrap_or_default();
    let trial = Trial::test("simulator::cli::import-mysql", move || {
        block_on(all(&program))
    });
    admit("MariaDB", missing, vec![trial])
}

fn mariadbd() -> Result<PathBuf, String> {
    let named = std::env::var_os("ZTOK_IT_MARIADBD").map(PathBuf::from);
    let usual = [
        "/usr/sbin/mariadbd",
        "/usr/bin/mariadbd",
        "/usr/local/bin/mariadbd",
    ];
    let usual = usual
        .map(PathBuf::from)
        .into_iter()
        .find(|path| path.exists());
    named.filter(|path| path.exists()).or(usual).ok_or_else(|| {
        "there is no mariadbd; run `make test`, or install Debian's mariadb-server-core and mariadb-client-core".into()
    })
}

/// What is asked of each table, and what comes of it: read, created.
async fn all(program: &Path) -> Result<(), Failed> {
    let server = Server::start(program).await?;
    server.fill().await?;
    let url = format!("mysql://ztok@127.0.0.1:{}/zohooauth", server.port);
    let socket = server
        .folder
        .path()
        .join("s")
        .display()
        .to_string()
        .replace('/', "%2F");
    let by_socket = format!("mysql://ztok@localhost/zohooauth?socket={socket}");
    for (table, url, user, read) in [
        ("first", &url, "alice@x.test", 1),
        ("second", &url, "alice@x.test", 1),
        ("oauthtoken", &url, "zoë, \"Z\"", 2),
        ("oauthtoken", &by_socket, "zoë, \"Z\"", 2),
    ] {
        let place = Place::on(Target::Simulator).await?;
        let args = format!("import --from zoho-mysql --output json --table {table} {url}");
        let told = Summary::of(&run(&args, &place, Password::Variable).await?)?;
        let again = Summary::of(&run(&args, &place, Password::File).await?)?;
        let user = zoho_token_store::OAuthToken::new().with_user(user);
        let found = place.store("")?.find_token(&user).await?;
        if (told.read, told.created, again.stored) != (read, read, read) || found.is_none() {
            return Err(format!("{table}: {told:?}, {again:?}, found: {found:?}").into());
        }
    }
    let place = Place::on(Target::Simulator).await?;
    for (table, password, code, words) in [
        ("oauthtoken", Password::None, 1, "Access denied"),
        ("absent", Password::Variable, 1, "doesn't exist"),
        (
            "other",
            Password::Variable,
            2,
            "the table has no column client_id",
        ),
    ] {
        let args = format!("import --from zoho-mysql --table {table} {url}");
        let ended = run(&args, &place, password).await?;
        let leaks = ended.err.contains(PASSWORD) || ended.out.contains(PASSWORD);
        if ended.code != code || !ended.err.contains(words) || leaks {
            return Err(format!("{table}: {ended:#?}").into());
        }
    }
    Ok(())
}

/// How the program gets the password.
#[derive(Clone, Copy)]
enum Password {
    Variable,
    /// An option file, on standard input.
    File,
    None,
}

async fn run(args: &str, place: &Place, password: Password) -> Result<Ended, Failed> {
    let mut args: Vec<String> = args.split(' ').map(str::to_owned).collect();
    let mut input = String::new();
    if let Password::File = password {
        args.extend(["--password-file".to_owned(), "-".to_owned()]);
        input = format!("[client]\nuser = ztok\npassword = \"{PASSWORD}\"\n");
    }
    let folder = TempDir::new()?;
    let mut command = program(&args, &folder, Some(place));
    if let Password::Variable = password {
        command.env("ZTOK_MYSQL_PASSWORD", PASSWORD);
    }
    finish(command.spawn()?, &input).await
}

/// A server with a data directory of its own, on loopback; ends with the trial.
struct Server {
    folder: TempDir,
    port: u16,
    _process: Child,
}

impl Server {
    async fn start(program: &Path) -> Result<Self, Failed> {
        let folder = TempDir::new()?;
        let data = format!("--datadir={}", folder.path().join("data").display());
        // Only root may, and has to, say who the server runs as.
        let user = rustix::process::getuid().is_root().then_some("--user=root");
        let made = Command::new("mariadb-install-db")
            .args([
                "--no-defaults",
                "--skip-test-db",
                "--auth-root-authentication-method=normal",
            ])
            .arg(&data)
            .args(user)
            .output()
            .await?;
        if !made.status.success() {
            let said = [made.stdout, made.stderr].concat();
            return Err(String::from_utf8_lossy(&said).into_owned().into());
        }
        // Free a moment ago; nobody else is given it so soon.
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut process = Command::new(program)
            .args([
                "--no-defaults",
                "--bind-address=127.0.0.1",
                "--innodb-buffer-pool-size=8M",
            ])
            .arg(format!("--port={port}"))
            .arg(format!("--socket={}", folder.path().join("s").display()))
            .arg(format!(
                "--pid-file={}",
                folder.path().join("pid").display()
            ))
            .arg(data)
            .args(user)
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()?;
        let log = process.stderr.take().ok_or("the server has no log")?;
        let mut lines = BufReader::new(log).lines();
        let ready = async {
            let mut log = String::new();
            while let Some(line) = lines.next_line().await? {
                if line.contains("ready for connections") {
                    return Ok(());
                }
                log += &format!("{line}\n");
            }
            Err(Failed::from(format!("the server ended:\n{log}")))
        };
        timeout(START, ready)
            .await
            .map_err(|_| "the server does not start")??;
        // What else it says goes nowhere, so that it never waits for a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            folder,
            port,
            _process: process,
        })
    }

    async fn fill(&self) -> Result<(), Failed> {
        let socket = self.folder.path().join("s").display().to_string();
        let root = OptsBuilder::default()
            .socket(Some(socket))
            .user(Some("root"));
        let mut connection = Conn::new(root).await?;
        for statement in TABLES
            .split(";\n")
            .map(str::trim)
            .filter(|text| !text.is_empty())
        {
            connection.query_drop(statement).await?;
        }
        Ok(connection.disconnect().await?)
    }
}
