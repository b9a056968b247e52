//! Each saga, cut off after each of its commits.

use super::Campaign;
use crate::base::id::VmId;
use crate::base::{Bytes, Span};
use crate::flow::image::RegisterTemplate;
use crate::flow::infra::AddPool;
use crate::flow::network::CollectNetwork;
use crate::flow::vm::{DestroyVm, ExpungeVm, RebootVm, StartVm, StopVm};
use crate::model::network::{GuestType, Network};
use crate::testkit::world::{Progress, Ticket};

/// A verb with steps outside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "each is the verb of its name")]
pub enum Saga {
    Deploy,
    Stop,
    Start,
    Reboot,
    Destroy,
    DestroyNow,
    Expunge,
    AddHost,
    AddPool,
    RegisterTemplate,
    CollectNetwork,
    PowerOff,
}

/// How long what must be there before a saga may take, and how long a saga that died is left to come back.
const PATIENCE: Span = Span::mins(5);

impl Saga {
    /// Every one.
    pub const ALL: [Self; 12] = [
        Self::Deploy,
        Self::Stop,
        Self::Start,
        Self::Reboot,
        Self::Destroy,
        Self::DestroyNow,
        Self::Expunge,
        Self::AddHost,
        Self::AddPool,
        Self::RegisterTemplate,
        Self::CollectNetwork,
        Self::PowerOff,
    ];

    /// Plays the saga in a world where nothing else fails, and lets the process die after so many commits from its
    /// beginning; then the process is started again. True if it died, false if the saga was over before.
    pub fn interrupted(self, campaign: &mut Campaign, after: u64) -> bool {
        let vm = campaign.vm_for(self);
        let crashes = campaign.world.counts().crashes;
        campaign.world.note(&format!("{self:?} dies after {after}"));
        campaign.world.crash_after(after);
        let _ticket = self.begin(campaign, vm);
        campaign.world.run_for(PATIENCE);
        let died = campaign.world.counts().crashes > crashes;
        if campaign.world.cloud().is_none() {
            campaign.world.start(crate::testkit::fault_store::FaultPlan::default());
        }
        campaign.world.store_faults(crate::testkit::fault_store::FaultPlan::default());
        campaign.world.run_for(PATIENCE);
        died
    }

    /// Asks for its verb.
    fn begin(self, campaign: &mut Campaign, vm: Option<VmId>) -> Option<Ticket> {
        let world = &mut campaign.world;
        match (self, vm) {
            (Self::Deploy, _) => campaign.deploy(),
            (Self::Stop, Some(vm)) => world.submit(StopVm { vm, forced: false }),
            (Self::Start, Some(vm)) => world.submit(StartVm { vm }),
            (Self::Reboot, Some(vm)) => world.submit(RebootVm { vm }),
            (Self::Destroy, Some(vm)) => world.submit(DestroyVm { vm, expunge: false }),
            (Self::DestroyNow, Some(vm)) => world.submit(DestroyVm { vm, expunge: true }),
            (Self::Expunge, Some(vm)) => world.submit(ExpungeVm { vm }),
            (Self::AddHost, _) => campaign.add_host(),
            (Self::AddPool, _) => campaign.add_pool(),
            (Self::RegisterTemplate, _) => campaign.register(),
            (Self::CollectNetwork, _) => campaign.collect(),
            (Self::PowerOff, _) => {
                campaign.power_off();
                None
            }
            _ => None,
        }
    }
}

impl Campaign {
    /// A machine as the saga needs it.
    fn vm_for(&mut self, saga: Saga) -> Option<VmId> {
        if self.world.rows().networks().iter().next().is_none() {
            let _network = self.add_network();
            self.world.run_for(Span::secs(5));
        }
        if matches!(saga, Saga::Deploy | Saga::AddHost | Saga::AddPool | Saga::RegisterTemplate) {
            return None;
        }
        let before: Vec<VmId> = self.world.rows().vms().iter().map(|vm| vm.id).collect();
        let _ticket = self.deploy();
        self.world.run_for(PATIENCE);
        let vm = self.world.rows().vms().iter().map(|vm| vm.id).find(|id| !before.contains(id))?;
        let prepared = match saga {
            Saga::Start | Saga::CollectNetwork => self.world.finish(StopVm { vm, forced: true }, PATIENCE),
            Saga::Expunge => self.world.finish(DestroyVm { vm, expunge: false }, PATIENCE),
            _ => Progress::Done,
        };
        if !matches!(prepared, Progress::Done) {
            self.world.blame("nothing fails by itself", format!("before {saga:?}: {prepared:?}"));
        }
        Some(vm)
    }

    fn add_pool(&mut self) -> Option<Ticket> {
        let zone = self.world.rows().zones().iter().next()?.id;
        let name = self.name("pool");
        self.world.submit(AddPool {
            zone,
            cluster: None,
            host: None,
            url: format!("nfs://192.168.9.9/{name}"),
            name,
            kind: "NetworkFilesystem".to_owned(),
            tags: ["late".to_owned()].into(),
            overprovisioning: None,
            expected: Bytes::gib(100),
        })
    }

    fn register(&mut self) -> Option<Ticket> {
        let zone = self.world.rows().zones().iter().next()?.id;
        let name = self.name("image");
        self.world.submit(RegisterTemplate {
            zone,
            name,
            hypervisor: "Simulator".to_owned(),
            format: "RAW".to_owned(),
            size: Bytes::gib(1),
            os: "Other".to_owned(),
            url: "http://192.168.9.9/image".to_owned(),
            public: true,
            checksum: None,
        })
    }

    fn collect(&mut self) -> Option<Ticket> {
        self.world.run_for(Span::secs(61));
        let isolated = |n: &&Network| n.guest == GuestType::Isolated;
        let network = self.world.rows().networks().iter().find(isolated)?.id;
        self.world.submit(CollectNetwork { network })
    }
}
