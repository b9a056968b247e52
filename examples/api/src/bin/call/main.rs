//! Calls any command of any CloudStack, and shows what comes back.

mod args;
mod show;

use args::Args;
use clap::Parser;
use cloudstack_client::send::{
    Advice, Client, Credentials, Error, Format, Method, Misuse, Profile, Progress, SecretString, lint,
};
use serde_json::{Value, json};
use std::io::{IsTerminal, Write};
use std::process::ExitCode;
use std::time::Duration;

type Failure = Box<dyn std::error::Error>;

/// So many rows are asked for at once.
const PAGE: u32 = 500;

/// The client that the options and the settings ask for.
fn client(args: &Args) -> Result<Client, Failure> {
    let mut profile = match &args.endpoint {
        Some(endpoint) => {
            let mut profile = Profile::default();
            profile.endpoint.clone_from(endpoint);
            profile
        }
        None => Profile::load(args.region.as_deref())?,
    };
    if let Some(user) = &args.user {
        let password = std::env::var("CLOUDSTACK_PASSWORD")
            .map_err(|_| "--user takes its password from the variable CLOUDSTACK_PASSWORD")?;
        profile.keys = None;
        profile.credentials = Some(Credentials::new(user, SecretString::from(password)).domain(&args.domain));
    }
    let mut builder = profile.builder()?;
    if args.post {
        builder = builder.method(Method::Post);
    }
    if args.xml {
        builder = builder.format(Format::Xml);
    }
    if let Some(seconds) = args.timeout {
        builder = builder.timeout(Duration::from_secs(seconds));
    }
    Ok(builder.build()?)
}

/// The call as the catalogue would have it, with its notes on standard error.
fn checked(args: &Args) -> Result<Option<Advice>, Misuse> {
    if args.no_check {
        return Ok(None);
    }
    let advice = lint(&args.command, &borrow(&args.params))?;
    advice.notes.iter().for_each(|note| eprintln!("note: {note}"));
    Ok(Some(advice))
}

fn borrow(params: &[(String, String)]) -> Vec<(&str, &str)> {
    params.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

async fn run(args: &Args) -> Result<(), Failure> {
    let advice = checked(args)?;
    let (command, params) = match &advice {
        Some(advice) => (advice.command.name, borrow(&advice.params)),
        None => (args.command.as_str(), borrow(&args.params)),
    };
    let client = client(args)?;
    let content = if args.all {
        let rows = client.pages_of(command, &params, PAGE).collect(args.most).await?;
        json!({ "count": rows.len(), "row": rows })
    } else {
        let raw = client.call(command, &params).await?;
        match raw.job()? {
            Some((job, entity)) if args.wait && !command.eq_ignore_ascii_case("queryAsyncJobResult") => {
                if let Some(entity) = entity {
                    eprintln!("making {entity} by job {job}");
                }
                wait(&client, &job, args).await?
            }
            _ => raw.to_json()?,
        }
    };
    show::print(&content, args)?;
    if args.user.is_some() {
        client.logout().await?;
    }
    Ok(())
}

/// Waits for a job, and says so.
async fn wait(client: &Client, job: &str, args: &Args) -> Result<Value, Error> {
    let terminal = std::io::stderr().is_terminal();
    let mut job = client.job::<Value>(job).watch(move |progress| tick(progress, terminal));
    if let Some(seconds) = args.job_timeout {
        job = job.within(Duration::from_secs(seconds));
    }
    let made = job.await;
    if terminal {
        eprint!("\r{:40}\r", "");
    }
    made
}

/// One line that is written over on a terminal; nothing elsewhere.
fn tick(progress: &Progress, terminal: bool) {
    if terminal {
        // Whoever has closed it does not want to know.
        let _closed = write!(std::io::stderr(), "\rwaiting, {:.0} s", progress.waited.as_secs_f64());
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    let args = Args::parse();
    match run(&args).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("call: {fault}");
            // Two for a call that should be put another way, as for bad options; one for all else.
            if fault.is::<Misuse>() { ExitCode::from(2) } else { ExitCode::FAILURE }
        }
    }
}
