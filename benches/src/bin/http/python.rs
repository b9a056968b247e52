//! The Python clients in the same run, where there are any.

use crate::Outcome;
use crate::server::{Process, Signed};
use std::path::PathBuf;
use std::process::Command;

/// Signs and calls with each of them, by the CPU time of their process.
const SCRIPT: &str = r#"
import sys, time
endpoint, key, secret, host, port = sys.argv[1:]
def rate(name, work, seconds=2.0):
    work()
    start, done = time.process_time(), 0
    while time.process_time() - start < seconds:
        work()
        done += 1
    print(f"{name:<46} {done / (time.process_time() - start):>16.0f}")
from cs import CloudStack
cs = CloudStack(endpoint, key, secret)
params = {"command": "listZones", "response": "json", "apiKey": key}
rate("cs: sign", lambda: cs._sign(dict(params)))
rate("cs: listZones", cs.listZones)
from libcloud.compute.providers import get_driver
from libcloud.compute.types import Provider
driver = get_driver(Provider.CLOUDSTACK)(key=key, secret=secret, host=host, port=int(port), path="/client/api", secure=False)
rate("libcloud: sign", lambda: driver.connection._make_signature(dict(params)))
rate("libcloud: list_locations", driver.list_locations)
"#;

/// Interpreters that may have both: the one in the path, and the one that the tests with these clients make.
fn python() -> Option<PathBuf> {
    let made = std::env::current_exe().ok()?.parent()?.parent()?.join("tmp/clients/bin/python");
    [PathBuf::from("python3"), made].into_iter().find(|python| {
        let tried = Command::new(python).args(["-c", "import cs, libcloud"]).output();
        tried.is_ok_and(|output| output.status.success())
    })
}

pub(crate) fn measure(cloud: &Process, keys: &Signed) -> Outcome<()> {
    let Some(python) = python() else {
        println!("no Python with cs and apache-libcloud here: not measured");
        return Ok(());
    };
    println!("\n{:<46} {:>16}", "Python clients, one process each", "per client CPU s");
    let endpoint = format!("http://{}/client/api", cloud.at);
    let (host, port) = cloud.at.rsplit_once(':').ok_or("no port")?;
    let output = Command::new(python).args(["-c", SCRIPT, &endpoint, &keys.key, &keys.secret, host, port]).output()?;
    print!("{}", String::from_utf8_lossy(&output.stdout));
    if !output.status.success() {
        println!("a Python client failed: {}", String::from_utf8_lossy(&output.stderr));
    }
    Ok(())
}
