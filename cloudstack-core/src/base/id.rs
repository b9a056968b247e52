//! One id type per entity, from one registry.
//!
//! An id is 128 bits, shown as a UUID. Ids are made by [`Maker`] from a clock reading and a [`Seed`], with the time in
//! the high bits (the layout of UUID version 7), so that rows made together are stored together.

use super::{Seed, Timestamp};

/// What every typed id can do. Implemented by the registry only.
pub trait EntityId: Copy + Ord + std::hash::Hash + std::fmt::Debug + std::fmt::Display + Send + Sync + 'static {
    /// The noun this id belongs to, as it appears in messages: `vm`, `host`, …
    const NOUN: &'static str;
    /// The id as a number.
    fn to_u128(self) -> u128;
    /// An id from its number.
    fn from_u128(raw: u128) -> Self;
}

/// A text that is not an id.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("`{text}` is not a {noun} id; a UUID such as 018f3a5e-7c00-7000-8000-000000000001 is expected")]
pub struct BadId {
    /// The noun that was expected.
    pub noun: &'static str,
    /// The text that was given.
    pub text: String,
}

macro_rules! registry {
    ($($(#[$doc:meta])* $name:ident = $noun:literal;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(u128);

        impl EntityId for $name {
            const NOUN: &'static str = $noun;
            fn to_u128(self) -> u128 { self.0 }
            fn from_u128(raw: u128) -> Self { Self(raw) }
        }
        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                uuid::Uuid::from_u128(self.0).hyphenated().fmt(f)
            }
        }
        impl std::fmt::Debug for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                write!(f, concat!($noun, ":{}"), self)
            }
        }
        impl std::str::FromStr for $name {
            type Err = BadId;
            fn from_str(text: &str) -> Result<Self, BadId> {
                uuid::Uuid::try_parse(text)
                    .map(|u| Self(u.as_u128()))
                    .map_err(|_| BadId { noun: $noun, text: text.to_owned() })
            }
        }
        impl serde::Serialize for $name {
            fn serialize<S: serde::Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
                let mut buffer = uuid::Uuid::encode_buffer();
                s.serialize_str(uuid::Uuid::from_u128(self.0).hyphenated().encode_lower(&mut buffer))
            }
        }
        impl<'de> serde::Deserialize<'de> for $name {
            fn deserialize<D: serde::Deserializer<'de>>(d: D) -> Result<Self, D::Error> {
                d.deserialize_str(Reader(std::marker::PhantomData))
            }
        }
    )*};
}

registry! {
    /// A region.
    RegionId = "region";
    /// A zone.
    ZoneId = "zone";
    /// A pod.
    PodId = "pod";
    /// A cluster.
    ClusterId = "cluster";
    /// A host.
    HostId = "host";
    /// A physical network.
    PhysicalNetworkId = "physical network";
    /// A range of addresses.
    IpRangeId = "ip range";
    /// A range of VLAN or VXLAN ids.
    VlanRangeId = "vlan range";
    /// A VLAN or VXLAN id in use.
    VlanId = "vlan";
    /// A primary storage pool.
    PoolId = "storage pool";
    /// An image store.
    ImageStoreId = "image store";
    /// A compute offering.
    ComputeOfferingId = "compute offering";
    /// A disk offering.
    DiskOfferingId = "disk offering";
    /// A network offering.
    NetworkOfferingId = "network offering";
    /// A template.
    TemplateId = "template";
    /// A domain of accounts.
    DomainId = "domain";
    /// An account.
    AccountId = "account";
    /// A user.
    UserId = "user";
    /// A role.
    RoleId = "role";
    /// A rule of a role.
    RoleRuleId = "role rule";
    /// A pair of API keys.
    ApiKeyId = "api key";
    /// A project.
    ProjectId = "project";
    /// A member of a project.
    ProjectMemberId = "project member";
    /// An invitation to a project.
    InvitationId = "project invitation";
    /// A limit of an account or a domain.
    LimitId = "resource limit";
    /// A dedication of a zone, pod, cluster or host.
    DedicationId = "dedication";
    /// A permission to use a template.
    LaunchPermissionId = "launch permission";
    /// A virtual machine.
    VmId = "vm";
    /// A volume.
    VolumeId = "volume";
    /// A network interface of a virtual machine.
    NicId = "nic";
    /// A guest network.
    NetworkId = "network";
    /// A security group.
    SecurityGroupId = "security group";
    /// A rule of a security group.
    RuleId = "security group rule";
    /// A public address in use.
    PublicIpId = "public ip";
    /// A firewall rule of a public address, or an egress rule of a network.
    FirewallRuleId = "firewall rule";
    /// A port forwarding rule.
    PortForwardId = "port forwarding rule";
    /// A load balancer rule.
    LoadBalancerId = "load balancer rule";
    /// A stickiness policy of a load balancer rule.
    StickinessPolicyId = "stickiness policy";
    /// A job.
    JobId = "job";
    /// An event.
    EventId = "event";
    /// A global setting.
    SettingId = "setting";
    /// A data key.
    DataKeyId = "data key";
    /// A word that events are archived or deleted.
    EventCutId = "event cut";
    /// An alert.
    AlertId = "alert";
    /// An SSH key pair.
    SshKeyPairId = "ssh key pair";
    /// A tag of a resource.
    TagId = "tag";
    /// A detail of a resource.
    DetailId = "detail";
    /// Registered user data.
    UserDataId = "user data";
    /// A kind of guest operating system.
    OsTypeId = "os type";
    /// A family of guest operating systems.
    OsCategoryId = "os category";
    /// What an account used in a time.
    UsageId = "usage";
    /// What usage is being counted of an account.
    UsageBookId = "usage book";
    /// How far usage is counted.
    UsageRunId = "usage run";
}

/// Reads an id without a copy of its text.
struct Reader<I>(std::marker::PhantomData<I>);

impl<I: std::str::FromStr<Err: std::fmt::Display>> serde::de::Visitor<'_> for Reader<I> {
    type Value = I;
    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("an id: a UUID in text")
    }
    fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<I, E> {
        text.parse().map_err(E::custom)
    }
}

/// Makes ids: time in the high 48 bits, then a counter, then random bits.
///
/// Two makers with the same seed and the same clock readings make the same ids.
#[derive(Debug, Clone)]
pub struct Maker {
    seed: Seed,
    last: u128,
}

impl Maker {
    /// A maker whose random bits come from `seed`.
    #[must_use]
    pub fn new(seed: Seed) -> Self {
        Self { seed, last: 0 }
    }

    /// The next id. Always greater than any id this maker gave before, even if the clock went back.
    pub fn next<I: EntityId>(&mut self, now: Timestamp) -> I {
        let millis = u128::from(now.as_micros() / 1_000) & 0xffff_ffff_ffff;
        let random = u128::from(self.seed.next()) & 0x3fff_ffff_ffff_ffff;
        let fresh = (millis << 80) | (0x7 << 76) | (0b10 << 62) | random;
        let id = if (fresh >> 64) > (self.last >> 64) { fresh } else { Self::after(self.last, random) };
        self.last = id;
        I::from_u128(id)
    }

    /// The next id in the same millisecond: the 12 bits between version and variant count up; full, they borrow the next
    /// millisecond.
    const fn after(last: u128, random: u128) -> u128 {
        let (millis, counter) = (last >> 80, (last >> 64) & 0xfff);
        let (millis, counter) = if counter == 0xfff { (millis + 1, 0) } else { (millis, counter + 1) };
        (millis << 80) | (0x7 << 76) | (counter << 64) | (0b10 << 62) | random
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_show_as_uuids_and_parse_back() {
        let id: VmId = Maker::new(Seed::new(7)).next(Timestamp::from_micros(1_700_000_000_000_000));
        let text = id.to_string();
        assert_eq!(text.len(), 36);
        assert_eq!(&text[14..15], "7", "version digit");
        assert_eq!(text.parse::<VmId>().unwrap(), id);
        let error = "x".parse::<HostId>().unwrap_err();
        assert_eq!(error, BadId { noun: "host", text: "x".into() });
    }

    #[test]
    fn ids_of_one_maker_rise_even_when_the_clock_goes_back() {
        let mut maker = Maker::new(Seed::new(1));
        let mut last = 0;
        for step in 0..20_000_u64 {
            let now = Timestamp::from_micros(1_000_000_000 - (step % 7) * 1_000);
            let id: VmId = maker.next(now);
            assert!(id.to_u128() > last, "step {step}");
            assert_eq!((id.to_u128() >> 76) & 0xf, 7, "version survives the counter");
            assert_eq!((id.to_u128() >> 62) & 0b11, 0b10, "variant survives the counter");
            last = id.to_u128();
        }
    }
}
