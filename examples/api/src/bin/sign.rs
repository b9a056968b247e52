//! Signs a request and prints its URL, without sending it.

use clap::Parser;
use cloudstack_client::send::{ExposeSecret, Profile};
use cloudstack_client::sign::{Explained, UnixSeconds};
use std::error::Error;
use std::process::ExitCode;
use std::time::SystemTime;

/// Sign a request for a CloudStack API and print its URL.
#[derive(Debug, Parser)]
#[command(
    name = "sign",
    version,
    after_help = "\
Keys and endpoint come from cloudstack.ini (here, or .cloudstack.ini in the home folder, or what CLOUDSTACK_CONFIG names),
or from CLOUDSTACK_ENDPOINT, CLOUDSTACK_KEY and CLOUDSTACK_SECRET.

Examples:
  sign listZones
  sign --explain deployVirtualMachine zoneid=… serviceofferingid=… 'displayname=a b~c'
  curl \"$(sign listVirtualMachines state=Running response=json)\""
)]
struct Args {
    /// The section of cloudstack.ini
    #[arg(short, long)]
    region: Option<String>,
    /// How long the signature is good; without, for ever
    #[arg(short, long, value_name = "SECONDS")]
    expires: Option<u64>,
    /// Show each step: for comparing with a client whose signature is refused
    #[arg(long)]
    explain: bool,
    /// The command, such as listZones
    command: String,
    /// Parameters; a name may hold brackets, a value anything
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    params: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    let (name, value) = text.split_once('=').ok_or("expected NAME=VALUE")?;
    Ok((name.to_owned(), value.to_owned()))
}

fn run(args: &Args) -> Result<(), Box<dyn Error>> {
    let profile = Profile::load(args.region.as_deref())?;
    let (key, secret) = profile.keys.as_ref().ok_or("there are no keys to sign with: set `key` and `secret`")?;
    let mut params = vec![("command", args.command.as_str())];
    params.extend(args.params.iter().map(|(name, value)| (name.as_str(), value.as_str())));
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_secs();
    let expires = args.expires.map(|seconds| UnixSeconds(now + seconds));
    let explained = Explained::new(key, secret.expose_secret(), &params, expires)?;
    if args.explain {
        explain(&explained);
    }
    println!("{}?{}", profile.client()?.endpoint(), explained.query);
    Ok(())
}

fn explain(explained: &Explained) {
    println!("1. Every parameter, sorted by name as sent (capitals come first):");
    explained.sorted.iter().for_each(|(name, value)| println!("     {name} = {value:?}"));
    println!("2. Values escaped; letters, digits and . - _ * stand for themselves:");
    explained.escaped.iter().for_each(|(name, value)| println!("     {name}={value}"));
    println!("3. Joined with & and lower-cased, which is the text that is signed:\n     {}", explained.text);
    println!("4. HMAC-SHA1 of it under the secret:\n     {}", hex(&explained.mac));
    println!("5. In base64, which is the signature:\n     {}", explained.signature);
    println!("6. The URL, with names, values and signature escaped:");
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn main() -> ExitCode {
    match run(&Args::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(fault) => {
            eprintln!("sign: {fault}");
            ExitCode::FAILURE
        }
    }
}
