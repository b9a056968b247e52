//! Small sites to play in.

use crate::base::Seed;
use crate::plan::site::SitePlan;

/// A site of one basic zone: security groups, an address range per pod.
pub const BASIC: &str = r#"
name = "drill"
[[zones]]
name = "basic"
kind = "Basic"
security_groups = true
dns1 = "192.168.1.1"
physical_networks = [{ name = "lan", traffic = [{ kind = "Management" }, { kind = "Guest" }] }]
secondary_storage = [{ name = "images", provider = "NFS", server = "192.168.9.9", path = "/images", capacity = "100 GB" }]
"#;

/// A site of one advanced zone: isolated networks on few VLANs.
const ADVANCED: &str = r#"
name = "drill"
[[zones]]
name = "advanced"
kind = "Advanced"
dns1 = "192.168.1.1"
guest_cidr = "10.1.1.0/24"
physical_networks = [{ name = "lan", traffic = [{ kind = "Management" }, { kind = "Public" }, { kind = "Guest" }], vlans = "600-602" }]
public = [{ subnet = "203.0.113.0/24", gateway = "203.0.113.1", vlan = 500, addresses = "203.0.113.10-29" }]
secondary_storage = [{ name = "images", provider = "NFS", server = "192.168.9.9", path = "/images", capacity = "100 GB" }]
"#;

const TAIL: &str = r#"
[[compute_offerings]]
name = "big"
cores = 2
speed = "4 GHz"
ram = "3 GiB"
[[templates]]
name = "linux"
os = "Other Linux (64-bit)"
format = "RAW"
hypervisor = "Simulator"
size = "2 GB"
"#;

/// A site of one or two pods with so many hosts together: a basic zone or an advanced one, as the dice say.
///
/// # Panics
/// Never: the text is always a plan.
#[must_use]
pub fn site(dice: &mut Seed, hosts: u32) -> SitePlan {
    let basic = dice.chance(1, 2);
    let pods = if hosts >= 2 && dice.chance(1, 2) { 2 } else { 1 };
    site_of(basic, pods, hosts)
}

/// A site of so many pods with so many hosts together: a basic zone, or an advanced one.
///
/// # Panics
/// Never: the text is always a plan.
#[must_use]
pub fn site_of(basic: bool, pods: u32, hosts: u32) -> SitePlan {
    let mut text = if basic { BASIC } else { ADVANCED }.to_owned();
    for pod in 0..pods {
        let share = (hosts / pods + u32::from(pod < hosts % pods)).clamp(1, 90);
        let net = 10 + pod;
        let guest = if basic { format!("guest = {{ addresses = \"192.168.{net}.150-165\" }}") } else { String::new() };
        let last = 20 + share;
        text.push_str(&format!(
            r#"
[[zones.pods]]
name = "pod-{pod}"
subnet = "192.168.{net}.0/24"
gateway = "192.168.{net}.1"
system = "192.168.{net}.2-9"
{guest}
[[zones.pods.clusters]]
name = "cluster-{pod}"
hypervisor = "Simulator"
hosts = [{{ name = "h{pod}-##", count = {share}, addresses = "192.168.{net}.20-{last}", cores = 4, speed = "8 GHz", ram = "8 GiB" }}]
primary_storage = [{{ name = "primary-{pod}", protocol = "NetworkFilesystem", server = "192.168.9.9", path = "/primary-{pod}", capacity = "1 TB" }}]
"#
        ));
    }
    text.push_str(TAIL);
    SitePlan::from_toml(&text).unwrap_or_else(|e| panic!("a drill's site is a plan: {e}"))
}
