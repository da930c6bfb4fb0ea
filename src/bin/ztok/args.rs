//! What can be asked for on the command line. Each command's own options stand in its file.

use std::ffi::OsString;

use clap::builder::FalseyValueParser;
use clap::{ArgAction, Args, Parser, Subcommand, ValueEnum};

use crate::command::{
    completions, cost, delete, delete_all, demo, doctor, export, find, import, list, save,
};
use crate::exit::Exit;
use crate::input;
use crate::output;

/// Keeps Zoho CRM OAuth tokens in AWS Secrets Manager.
///
/// Credentials are never taken as arguments, as these show in process lists and shell histories: they
/// come from standard input or a file. Output hides them, unless --reveal is given.
#[derive(Debug, Parser)]
#[command(name = "ztok", version, max_term_width = 100, after_help = AFTER_HELP)]
pub struct Cli {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Exit codes:
  0  done, or found
  1  another failure
  2  the arguments or the input cannot be acted on
  3  not found
  4  access denied
  5  the service is unavailable or throttles; try later
  6  conflict, or several tokens answer
  7  a stored secret is corrupt

Examples:
  ztok save token.json
  ztok find --user alice@example.com
  ztok list --expiring 10m --output json";

#[derive(Debug, Subcommand)]
pub enum Command {
    Save(save::Save),
    Find(find::Find),
    List(list::List),
    Delete(delete::Delete),
    DeleteAll(delete_all::DeleteAll),
    Import(import::Import),
    Export(export::Export),
    Doctor(doctor::Doctor),
    Cost(cost::Cost),
    Demo(demo::Demo),
    Completions(completions::Completions),
}

/// Options of every command.
#[derive(Clone, Debug, Args)]
#[command(next_help_heading = "Options of every command")]
pub struct Global {
    /// First part of all secret names: the namespace
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        env = "ZTOK_PREFIX",
        default_value = "zoho-token-store"
    )]
    pub prefix: String,

    /// AWS region [default: AWS_REGION, or that of the profile]
    #[arg(long, global = true)]
    pub region: Option<String>,

    /// AWS profile [default: AWS_PROFILE]
    #[arg(long, global = true)]
    pub profile: Option<String>,

    /// URL of the service [default: AWS_ENDPOINT_URL_SECRETS_MANAGER or AWS_ENDPOINT_URL]
    #[arg(long, global = true, value_name = "URL")]
    pub endpoint_url: Option<String>,

    /// KMS key of new secrets: id, ARN or alias [default: aws/secretsmanager]
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        env = "ZTOK_KMS_KEY_ID",
        value_name = "KEY"
    )]
    pub kms_key_id: Option<String>,

    /// How secrets are tagged with their user
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        env = "ZTOK_USER_TAG",
        value_enum,
        default_value = "plain",
        hide_possible_values = true,
        value_name = "plain|digest"
    )]
    pub user_tag: UserTag,

    /// What is written to standard output
    #[arg(
        long,
        global = true,
        hide_env_values = true,
        env = "ZTOK_OUTPUT",
        value_enum,
        default_value = "text",
        hide_possible_values = true,
        value_name = "text|json"
    )]
    pub output: output::Format,

    /// Say nothing but the answer and errors: no notes, no progress
    #[arg(long, short, global = true, hide_env_values = true, env = "ZTOK_QUIET", value_parser = FalseyValueParser::new())]
    pub quiet: bool,

    /// Tell the causes of an error, and what is done; twice: in detail. Never shows credentials
    #[arg(
        long,
        short,
        global = true,
        env = "ZTOK_VERBOSE",
        hide_env_values = true,
        action = ArgAction::Count
    )]
    pub verbose: u8,
}

/// How secrets are tagged with their user.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum UserTag {
    Plain,
    Digest,
}

/// Reads the command line. Help goes to standard output, faults to standard error.
pub fn parse() -> Result<Cli, Exit> {
    Cli::try_parse().map_err(|error| {
        let help = !error.use_stderr();
        let text = hide_credentials(error.render().to_string(), std::env::args_os());
        if help {
            output::write_help(&text)
        } else {
            output::complain(text.trim_end());
            Exit::Usage
        }
    })
}

/// The parser quotes arguments that it does not understand; a credential may be among them.
fn hide_credentials(text: String, arguments: impl Iterator<Item = OsString>) -> String {
    let arguments = arguments.filter_map(|argument| argument.into_string().ok());
    let parts = arguments.map(|argument| match argument.split_once('=') {
        Some((_, value)) => value.to_owned(),
        None => argument,
    });
    let credentials = parts.filter(|part| input::looks_like_a_credential(part));
    credentials.fold(text, |text, part| text.replace(&part, "[redacted]"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_definition_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn faults_do_not_quote_credentials() {
        for (argument, quoted) in [
            ("1000.abcdef.012345", false),
            ("--refresh-token=1000.abcdef.012345", false),
            ("{\"refresh_token\":\"x\"}", false),
            ("--unknown", true),
            ("token.json", true),
        ] {
            let value = argument
                .split_once('=')
                .map_or(argument, |(_, value)| value);
            let text = hide_credentials(
                format!("unexpected argument '{value}'"),
                [argument.into()].into_iter(),
            );
            assert_eq!(text.contains(value), quoted, "{text}");
        }
    }
}
