//! An immutable snapshot of every live row. Taking one costs nothing; holding one blocks nobody.

use super::change::{Change, RowChange};
use super::rows::{Clash, Rows, Slot};
use crate::base::{Timestamp, id::EntityId, id::*};
use crate::model::{
    Record,
    alert::Alert,
    data_key::DataKey,
    dedication::Dedication,
    event::EventCut,
    image::*,
    infra::*,
    job::Job,
    network::*,
    offering::*,
    org::*,
    resource::{Detail, Tag},
    setting::Setting,
    ssh_key::SshKeyPair,
    usage::{Usage, UsageBook, UsageRun},
    user_data::UserData,
    vm::Vm,
    volume::Volume,
};
use crate::port::store::{StoreError, StoredRow, TableSpec};
use std::sync::Arc;

macro_rules! tables {
    ($($(#[$doc:meta])* $row:ident $id:ident $one:ident $many:ident;)*) => {
        /// Every live row of the cloud at one commit, with its indexes.
        #[derive(Debug, Clone, Default)]
        pub struct View {
            number: u64,
            at: Timestamp,
            $($many: Rows<$row>,)*
        }

        /// A row of any noun, shared.
        #[derive(Debug, Clone, PartialEq)]
        #[expect(missing_docs, reason = "one variant per noun, named like it")]
        pub enum Row { $($row(Arc<$row>),)* }

        /// Every table of the ledger.
        pub const TABLES: &[TableSpec] = &[$(TableSpec::of::<$row>(),)*];

        impl View {
            $(
                $(#[$doc])*
                #[must_use]
                pub fn $many(&self) -> &Rows<$row> { &self.$many }
                #[doc = concat!("One of [`View::", stringify!($many), "`].")]
                #[must_use]
                pub fn $one(&self, id: $id) -> Option<&$row> { self.$many.get(id) }
            )*

            pub(crate) fn load(&mut self, table: &'static str, stored: &StoredRow) -> Result<(), StoreError> {
                match table {
                    $(<$row as Record>::TABLE => {
                        let row: $row = decode(table, stored)?;
                        let slot = Slot { row: Arc::new(row), generation: stored.generation };
                        self.$many.put(None, slot).map_err(|clash| lost(table, stored.id, &clash))
                    })*
                    _ => Ok(()),
                }
            }

            /// Rows that hold something sealed with another data key than this, at most `limit`.
            pub(crate) fn sealed_before(&self, newest: u32, limit: usize) -> Vec<Row> {
                let mut found = Vec::new();
                $(if <$row as Record>::SEALS {
                    for slot in self.$many.slots() {
                        let mut row = (*slot.row).clone();
                        if found.len() < limit && row.sealed().iter().any(|(_, sealed)| sealed.key() != newest) {
                            found.push(Row::$row(Arc::clone(&slot.row)));
                        }
                    }
                })*
                found
            }

            /// Every row, for walks over all of them.
            pub(crate) fn each_row(&self, each: &mut dyn FnMut(Row)) {
                $(for slot in self.$many.slots() { each(Row::$row(Arc::clone(&slot.row))); })*
            }

            pub(crate) fn row_at(&self, table: &str, id: u128) -> Option<(Row, u64)> {
                match table {
                    $(<$row as Record>::TABLE => {
                        self.$many.slot(id).map(|s| (Row::$row(Arc::clone(&s.row)), s.generation))
                    })*
                    _ => None,
                }
            }

            /// Puts `after` in place of `before`.
            pub(crate) fn write(&mut self, change: &RowChange) -> Result<(), Clash> {
                match (&change.before, &change.after) {
                    $((None, Some((Row::$row(new), generation))) => {
                        self.$many.put(None, Slot { row: Arc::clone(new), generation: *generation })
                    })*
                    $((Some((Row::$row(old), _)), Some((Row::$row(new), generation))) => {
                        self.$many.put(Some(old), Slot { row: Arc::clone(new), generation: *generation })
                    })*
                    $((Some((Row::$row(old), _)), None) => { self.$many.take(old); Ok(()) })*
                    _ => Ok(()),
                }
            }
        }

        impl Row {
            /// The table it belongs to.
            #[must_use]
            pub fn table(&self) -> &'static str {
                match self { $(Row::$row(_) => <$row as Record>::TABLE,)* }
            }
            /// Its id as a number.
            #[must_use]
            pub fn raw_id(&self) -> u128 {
                match self { $(Row::$row(r) => r.id().to_u128(),)* }
            }
            /// The row as JSON.
            #[must_use]
            pub fn to_json(&self) -> serde_json::Value {
                match self { $(Row::$row(r) => serde_json::to_value(&**r).unwrap_or_default(),)* }
            }
            /// Seals anew what it holds, see [`Draft::reseal`](super::Draft::reseal).
            pub(crate) fn reseal<D: super::Derived>(self, draft: &mut super::Draft<'_, D>, newest: u32)
                -> crate::base::Result<bool> {
                match self { $(Row::$row(r) => draft.reseal((*r).clone(), newest),)* }
            }
            pub(crate) fn stored(&self, generation: u64) -> StoredRow {
                match self { $(Row::$row(r) => StoredRow::of(&**r, generation),)* }
            }
            pub(crate) fn decode(table: &'static str, stored: &StoredRow) -> Result<Option<Self>, StoreError> {
                match table {
                    $(<$row as Record>::TABLE => Ok(Some(Row::$row(Arc::new(decode(table, stored)?)))),)*
                    _ => Ok(None),
                }
            }
        }

        $(impl Table for $row {
            fn rows(view: &View) -> &Rows<Self> { &view.$many }
            fn wrap(row: Arc<Self>) -> Row { Row::$row(row) }
        })*
    };
}

/// A noun that has a table in the ledger. Implemented here for every noun of the model.
pub trait Table: Record {
    /// Its rows in a view.
    fn rows(view: &View) -> &Rows<Self>;
    /// A row of it, as a row of any noun.
    fn wrap(row: Arc<Self>) -> Row;
}

tables! {
    /// Domains.
    Domain DomainId domain domains;
    /// Accounts.
    Account AccountId account accounts;
    /// Users.
    User UserId user users;
    /// Roles.
    Role RoleId role roles;
    /// Pairs of API keys.
    ApiKey ApiKeyId api_key api_keys;
    /// Projects.
    Project ProjectId project projects;
    /// Members of projects.
    ProjectMember ProjectMemberId project_member project_members;
    /// Invitations to projects.
    Invitation InvitationId invitation invitations;
    /// Changed limits.
    Limit LimitId limit limits;
    /// Places that serve one domain or account alone.
    Dedication DedicationId dedication dedications;
    /// Who may use whose templates.
    LaunchPermission LaunchPermissionId launch_permission launch_permissions;
    /// Regions.
    Region RegionId region regions;
    /// Zones.
    Zone ZoneId zone zones;
    /// Pods.
    Pod PodId pod pods;
    /// Clusters.
    Cluster ClusterId cluster clusters;
    /// Hosts.
    Host HostId host hosts;
    /// Physical networks.
    PhysicalNetwork PhysicalNetworkId physical_network physical_networks;
    /// Ranges of addresses.
    IpRange IpRangeId ip_range ip_ranges;
    /// Ranges of VLAN and VXLAN ids.
    VlanRange VlanRangeId vlan_range vlan_ranges;
    /// VLAN and VXLAN ids in use.
    Vlan VlanId vlan vlans;
    /// Primary pools.
    Pool PoolId pool pools;
    /// Image stores.
    ImageStore ImageStoreId image_store image_stores;
    /// Compute offerings.
    ComputeOffering ComputeOfferingId compute_offering compute_offerings;
    /// Disk offerings.
    DiskOffering DiskOfferingId disk_offering disk_offerings;
    /// Network offerings.
    NetworkOffering NetworkOfferingId network_offering network_offerings;
    /// Templates.
    Template TemplateId template templates;
    /// Virtual machines.
    Vm VmId vm vms;
    /// Volumes.
    Volume VolumeId volume volumes;
    /// Guest networks.
    Network NetworkId network networks;
    /// Interfaces.
    Nic NicId nic nics;
    /// Security groups.
    SecurityGroup SecurityGroupId security_group security_groups;
    /// Public addresses in use.
    PublicIp PublicIpId public_ip public_ips;
    /// Firewall rules.
    FirewallRule FirewallRuleId firewall_rule firewall_rules;
    /// Port forwarding rules.
    PortForward PortForwardId port_forward port_forwards;
    /// Load balancer rules.
    LoadBalancer LoadBalancerId load_balancer load_balancers;
    /// Jobs.
    Job JobId job jobs;
    /// Changed settings.
    Setting SettingId setting settings;
    /// Data keys.
    DataKey DataKeyId data_key data_keys;
    /// Events archived or deleted.
    EventCut EventCutId event_cut event_cuts;
    /// SSH key pairs.
    SshKeyPair SshKeyPairId ssh_key_pair ssh_key_pairs;
    /// Registered user data.
    UserData UserDataId user_data user_datas;
    /// Tags.
    Tag TagId tag tags;
    /// Details.
    Detail DetailId detail details;
    /// What accounts used.
    Usage UsageId usage usages;
    /// What is being counted.
    UsageBook UsageBookId usage_book usage_books;
    /// How far usage is counted.
    UsageRun UsageRunId usage_run usage_runs;
    /// Alerts.
    Alert AlertId alert alerts;
}

impl View {
    /// The number of the last commit in it.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.number
    }

    /// When that commit was decided.
    #[must_use]
    pub fn at(&self) -> Timestamp {
        self.at
    }

    /// The generation of a row: how often it was written.
    #[must_use]
    pub fn generation<R: Table>(&self, id: R::Id) -> Option<u64> {
        R::rows(self).slot(id.to_u128()).map(|slot| slot.generation)
    }

    /// The row of this noun, or the error that says there is none.
    ///
    /// # Errors
    /// [`ErrorKind::NotFound`](crate::base::ErrorKind::NotFound) with noun and id.
    pub fn need<R: Table>(&self, id: R::Id) -> crate::base::Result<&R> {
        R::rows(self).get(id).ok_or_else(|| crate::base::Error::not_found(R::Id::NOUN, id))
    }

    /// [`View::need`], for who goes on to write while it reads.
    ///
    /// # Errors
    /// As [`View::need`].
    pub fn shared<R: Table>(&self, id: R::Id) -> crate::base::Result<Arc<R>> {
        let slot = R::rows(self).slot(id.to_u128());
        slot.map(|slot| Arc::clone(&slot.row)).ok_or_else(|| crate::base::Error::not_found(R::Id::NOUN, id))
    }

    /// The view after one more change: pure, the receiver stays as it is.
    ///
    /// # Errors
    /// [`Clash`] if the change does not fit this view.
    pub fn apply(&self, change: &Change) -> Result<Self, Clash> {
        let mut after = self.clone();
        for row in change.rows() {
            after.write(row)?;
        }
        Ok(after)
    }

    pub(crate) fn stamp(&mut self, number: u64, at: Timestamp) {
        self.number = number;
        self.at = at;
    }

    /// Every row as text, in the order of tables and ids: two views with the same listing hold the same rows.
    pub fn listing(&self) -> impl Iterator<Item = (&'static str, u128, String)> {
        let mut rows = Vec::new();
        self.each_row(&mut |row| rows.push((row.table(), row.raw_id(), row.to_json().to_string())));
        rows.into_iter()
    }
}

fn decode<R: Record>(table: &'static str, stored: &StoredRow) -> Result<R, StoreError> {
    serde_json::from_str(&stored.body).map_err(|e| lost(table, stored.id, &e))
}

fn lost(table: &'static str, id: u128, why: &dyn std::fmt::Display) -> StoreError {
    StoreError::Lost { table, id, why: why.to_string() }
}
