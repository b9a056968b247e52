//! A whole site on paper: people and machines, hosts, addresses, VLANs, storage, as one plan file.
//!
//! A plan is read with its faults: whatever can be written down is taken, and [`lint`](crate::plan::lint) says what is
//! wrong with it. Only a text that has no meaning — a field nobody knows, an address with five octets — is refused.
//!
//! ```
//! use cloudstack_core::plan::site::SitePlan;
//! let plan = SitePlan::from_toml(r#"
//!     name = "lab"
//!     [[zones]]
//!     name = "z1"
//!     kind = "Basic"
//!     [[zones.pods]]
//!     name = "p1"
//!     subnet = "192.168.3.0/24"
//!     gateway = "192.168.3.254"
//!     system = "192.168.3.20-29"
//! "#)?;
//! assert_eq!(plan.zones[0].pods[0].system[0].count(), 10);
//! # Ok::<(), cloudstack_core::plan::site::PlanError>(())
//! ```

pub mod cabling;
pub mod demand;
pub mod layout;
pub mod network_model;
pub mod ports;
pub mod quantity;
pub mod range;
mod read;
pub mod size;
pub mod text;
pub mod zone;

use serde::{Deserialize, Serialize};

pub use self::{
    cabling::{Access, Balancer, StorageNetwork},
    demand::*,
    quantity::{Disk, Ram, Ratio, Speed},
    range::{AddressRange, PortRange, Subnet, VlanRange},
    read::PlanError,
    size::{HostShape, SizeError, SizeRequest, Sizing, VmShape, size},
    text::BadText,
    zone::*,
};

/// A whole site.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SitePlan {
    /// Its name.
    pub name: String,
    /// The region it is in.
    #[serde(default)]
    pub region: Region,
    /// Who will use it, and how much.
    pub workload: Option<Workload>,
    /// Management servers.
    #[serde(default)]
    pub management_servers: Vec<ManagementServer>,
    /// What stands in front of several management servers.
    pub balancer: Option<Balancer>,
    /// Zones.
    #[serde(default)]
    pub zones: Vec<Zone>,
    /// Compute offerings.
    #[serde(default)]
    pub compute_offerings: Vec<ComputeOffering>,
    /// Disk offerings.
    #[serde(default)]
    pub disk_offerings: Vec<DiskOffering>,
    /// Network offerings beside those that ship with the product.
    #[serde(default)]
    pub network_offerings: Vec<NetworkOffering>,
    /// Templates.
    #[serde(default)]
    pub templates: Vec<Template>,
    /// Security groups.
    #[serde(default)]
    pub security_groups: Vec<SecurityGroup>,
    /// Machines to deploy.
    #[serde(default)]
    pub vm_groups: Vec<VmGroup>,
}

/// A region: zones run by one set of management servers (HIER-02).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Region {
    /// Its id; 1 for the default one (HIER-05).
    pub id: u32,
    /// Its name.
    pub name: String,
}

impl Default for Region {
    fn default() -> Self {
        Self { id: 1, name: "Local".to_owned() }
    }
}

impl SitePlan {
    /// Bytes of the longest text that is read: a plan of a million hosts has some kilobytes, and one that long takes seconds.
    pub const LONGEST: usize = 16 << 20;

    /// Reads a plan file.
    ///
    /// # Errors
    /// [`PlanError`] names the line and column, the field by its place in the plan, its value, and what would be accepted.
    pub fn from_toml(text: &str) -> Result<Self, PlanError> {
        read::from_toml(text)
    }

    /// The plan as a file that [`SitePlan::from_toml`] reads back to the same plan. Comments are not kept.
    ///
    /// # Errors
    /// [`PlanError::Write`] if a number is larger than TOML can hold.
    pub fn to_toml(&self) -> Result<String, PlanError> {
        read::to_toml(self)
    }

    /// Every cluster, with its zone and pod.
    pub fn clusters(&self) -> impl Iterator<Item = (&Zone, &Pod, &Cluster)> {
        let pods = self.zones.iter().flat_map(|zone| zone.pods.iter().map(move |pod| (zone, pod)));
        pods.flat_map(|(zone, pod)| pod.clusters.iter().map(move |cluster| (zone, pod, cluster)))
    }

    /// The compute offering of this name.
    #[must_use]
    pub fn compute_offering(&self, name: &str) -> Option<&ComputeOffering> {
        self.compute_offerings.iter().find(|o| o.name == name)
    }

    /// The template of this name.
    #[must_use]
    pub fn template(&self, name: &str) -> Option<&Template> {
        self.templates.iter().find(|t| t.name == name)
    }
}

/// Puts a number in place of the run of `#` signs in a pattern; `##` pads it to two digits.
#[must_use]
pub fn numbered(pattern: &str, number: u32) -> String {
    let Some(start) = pattern.find('#') else { return pattern.to_owned() };
    let signs = pattern[start..].bytes().take_while(|b| *b == b'#').count();
    format!("{}{number:0signs$}{}", &pattern[..start], &pattern[start + signs..])
}

#[cfg(test)]
mod tests {
    use super::*;

    const SMALL: &str = "name = \"s\"\n[[zones]]\nname = \"z\"\nkind = \"Basic\"\n[[zones.pods]]\nname = \"p\"\n";

    fn refusal(text: &str) -> (String, String, usize) {
        match SitePlan::from_toml(text).unwrap_err() {
            PlanError::Field { field, accepted, line, .. } => (field, accepted, line),
            other => panic!("{other}"),
        }
    }

    #[test]
    fn a_wrong_value_is_named_by_place_value_and_what_would_do() {
        let text = format!("{SMALL}subnet = \"10.0.0.0/24\"\ngateway = \"10.0.0.256\"\n");
        let error = SitePlan::from_toml(&text).unwrap_err();
        assert_eq!(
            error.to_string(),
            "line 8, column 11: zones[0].pods[0].gateway = \"10.0.0.256\": expected an IPv4 address such as `192.168.168.1`"
        );
        let (field, accepted, line) = refusal(&format!(
            "{SMALL}subnet = \"10.0.0.0/24\"\ngateway = \"10.0.0.1\"\nsystem = [\"10.0.0.2-5\", \"x\"]\n"
        ));
        assert_eq!((field.as_str(), line), ("zones[0].pods[0].system[1]", 9));
        assert!(accepted.contains("`192.168.1.10-20`"), "{accepted}");
    }

    #[test]
    fn unknown_and_missing_fields_are_refused() {
        let (field, accepted, _) = refusal("name = \"s\"\nzoness = []\n");
        assert_eq!(field, "zoness");
        assert!(accepted.contains("unknown field `zoness`") && accepted.contains("`zones`"), "{accepted}");
        let (field, accepted, _) = refusal(SMALL);
        assert_eq!(field, "zones[0].pods[0]");
        assert!(accepted.contains("missing field `subnet`"), "{accepted}");
        let (field, accepted, _) = refusal("name = 5");
        assert_eq!(field, "name");
        assert!(accepted.contains("expected a string"), "{accepted}");
    }

    #[test]
    fn torn_text_is_a_syntax_error_with_its_place() {
        let error = SitePlan::from_toml("name = \"s\"\n[[zones]\n").unwrap_err();
        assert!(matches!(error, PlanError::Syntax { line: 2, .. }), "{error}");
    }

    #[test]
    fn numbers_take_the_place_of_the_signs() {
        assert_eq!(numbered("XS-##", 3), "XS-03");
        assert_eq!(numbered("vm####x", 12), "vm0012x");
        assert_eq!((numbered("a#", 100), numbered("solo", 1)), ("a100".into(), "solo".into()));
    }
}
