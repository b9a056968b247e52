//! What can be said on the command line.

use clap::Parser;

/// Call any command of a CloudStack API.
///
/// Names are checked by the catalogue before anything is sent: an unknown command is answered with the nearest names, a missing
/// parameter with what it means.
#[derive(Debug, Parser)]
#[command(
    name = "call",
    version,
    after_help = "\
Where and as whom: cloudstack.ini in this folder, .cloudstack.ini in the home folder, or the file that CLOUDSTACK_CONFIG names;
or CLOUDSTACK_ENDPOINT, CLOUDSTACK_KEY and CLOUDSTACK_SECRET. The same files and variables that the tool `cs` reads.

Examples:
  call listZones
  call listVirtualMachines state=Running --fields name,state,zonename
  call listTemplates templatefilter=featured --json
  call deployVirtualMachine zoneid=… serviceofferingid=… templateid=… 'tags[0].key=env' 'tags[0].value=qa' --wait
  call listEvents --all --json > events.json
  CLOUDSTACK_PASSWORD=… call --endpoint http://127.0.0.1:8080 --user admin listAccounts

It ends with 0 if the cloud did it, 1 if it refused or could not be reached, 2 if the call should be put another way."
)]
pub(crate) struct Args {
    /// The section of cloudstack.ini [default: CLOUDSTACK_REGION, or `cloudstack`]
    #[arg(short, long)]
    pub(crate) region: Option<String>,
    /// Call this URL, without keys, in place of what the settings say
    #[arg(long, value_name = "URL", conflicts_with = "region")]
    pub(crate) endpoint: Option<String>,
    /// Log in as this user, with the password in CLOUDSTACK_PASSWORD, in place of keys
    #[arg(long, value_name = "NAME")]
    pub(crate) user: Option<String>,
    /// The domain of that user, as a path
    #[arg(long, value_name = "PATH", default_value = "/", requires = "user")]
    pub(crate) domain: String,
    /// Wait for the job and show what it made
    #[arg(short, long)]
    pub(crate) wait: bool,
    /// Give up waiting after so many seconds; the job goes on
    #[arg(long, value_name = "SECONDS")]
    pub(crate) job_timeout: Option<u64>,
    /// Read a list to its end, page by page
    #[arg(short, long, conflicts_with = "wait")]
    pub(crate) all: bool,
    /// With --all, stop after so many rows
    #[arg(long, value_name = "ROWS", default_value_t = 100_000, requires = "all")]
    pub(crate) most: usize,
    /// Print the content as JSON
    #[arg(short, long)]
    pub(crate) json: bool,
    /// The columns to show, with commas between
    #[arg(short, long, value_name = "NAMES", value_delimiter = ',')]
    pub(crate) fields: Vec<String>,
    /// Send by POST
    #[arg(long)]
    pub(crate) post: bool,
    /// Ask for XML; it is shown alike
    #[arg(long)]
    pub(crate) xml: bool,
    /// Give up on an answer after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub(crate) timeout: Option<u64>,
    /// Send as it is, whatever the catalogue says
    #[arg(long)]
    pub(crate) no_check: bool,
    /// The command, such as listZones
    pub(crate) command: String,
    /// Parameters; a name may hold brackets, a value anything
    #[arg(value_name = "NAME=VALUE", value_parser = pair)]
    pub(crate) params: Vec<(String, String)>,
}

fn pair(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.trim().is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err(format!("`{text}` is not NAME=VALUE")),
    }
}
