//! registerTemplate: a template is fetched to the zone's image store, and can be used from then on.

pub mod share;

pub use share::ShareTemplate;

use super::step::{Act, Cx, Desk, Found};
use super::verb::{Decision, Verb};
use super::{access, org::limit, outside};
use crate::base::id::{ImageStoreId, JobId, TemplateId, ZoneId};
use crate::base::{Bytes, Caller, Error, ErrorKind, Name, Result};
use crate::engine::StepError;
use crate::ledger::View;
use crate::model::event::EventLevel;
use crate::model::image::Template;
use crate::model::infra::{ImageStore, Zone};
use crate::model::org::ResourceType;
use crate::port::driver::TemplateFacts;
use async_trait::async_trait;
use serde::{Deserialize, Serialize};

/// A request to have a template in a zone.
///
/// It can be used once its image lies on an image store of the zone; if that fails, no row stays.
///
/// ```
/// # include!(concat!(env!("CARGO_MANIFEST_DIR"), "/docs/sample.rs"));
/// # fn main() { sample(async |Sample { cloud, admin, zone, .. }| {
/// # use cloudstack_core::{base::Bytes, flow::image::RegisterTemplate};
/// let wish = RegisterTemplate {
///     zone,
///     name: "debian-13".parse()?,
///     hypervisor: "Simulator".into(),
///     format: "RAW".into(),
///     size: Bytes::gib(3),
///     os: "Debian GNU/Linux 13 (64-bit)".into(),
///     url: "https://images.example/debian-13.raw".into(),
///     public: true,
///     checksum: None,
/// };
/// let template = cloud.templates().register(&admin, wish).await?.done().await?;
/// assert!(cloud.view().template(template).is_some_and(|template| template.ready));
/// # Ok(()) }); }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RegisterTemplate {
    /// The zone.
    pub zone: ZoneId,
    /// Its name, unique in the zone.
    pub name: Name,
    /// The kind of hypervisor it boots on.
    pub hypervisor: String,
    /// The form of the image.
    pub format: String,
    /// Its size once unpacked, as far as it is known; what the store reports counts.
    pub size: Bytes,
    /// The operating system inside.
    pub os: String,
    /// Where it comes from.
    pub url: String,
    /// Everybody may use it.
    pub public: bool,
    /// What its image must add up to: hexadecimal digits, whose number says by which sum, or `{SHA-256}` and digits.
    pub checksum: Option<String>,
}

impl Verb for RegisterTemplate {
    type Answer = TemplateId;
    const NAME: &'static str = "template.register";

    fn decide(&self, caller: &Caller, _: JobId, desk: &mut Desk<'_>) -> Result<Decision<TemplateId>> {
        let owner = access::act_for(desk.view(), caller, caller.account)?.clone();
        let zone = desk.view().need::<Zone>(self.zone)?.clone();
        access::use_zone(desk.view(), caller, &owner, &zone)?;
        let wants = [(ResourceType::Template, 1), (ResourceType::SecondaryStorage, self.size.0)];
        limit::check(desk, &owner, &wants)?;
        let (id, step) = insert(desk, self, owner.id)?;
        Ok(Decision::then(id, id, vec![step.into()]))
    }
}

pub(crate) fn insert(
    desk: &mut Desk<'_>,
    wanted: &RegisterTemplate,
    account: crate::base::id::AccountId,
) -> Result<(TemplateId, FetchTemplate)> {
    let serves = |s: &&ImageStore| s.zone.is_none() || s.zone == Some(wanted.zone);
    let store = desk.view().image_stores().iter().find(serves).map(|s| s.id).ok_or_else(|| {
        Error::new(ErrorKind::Conflict, "the zone has no image store")
            .on(wanted.zone)
            .remedy("add secondary storage first")
    })?;
    let id = desk.id::<TemplateId>();
    desk.insert(Template {
        id,
        name: wanted.name.clone(),
        account,
        zone: wanted.zone,
        hypervisor: wanted.hypervisor.clone(),
        format: wanted.format.clone(),
        size: wanted.size,
        os: wanted.os.clone(),
        public: wanted.public,
        featured: false,
        extractable: false,
        ready: false,
        url: wanted.url.clone(),
        checksum: wanted.checksum.clone(),
        store: Some(store),
    })?;
    Ok((id, FetchTemplate { template: id, store }))
}

/// The template lies on the image store. Undone: it has no row, unless it was ready and may be in use by then.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct FetchTemplate {
    pub(crate) template: TemplateId,
    pub(crate) store: ImageStoreId,
}

#[async_trait]
impl Act for FetchTemplate {
    const NAME: &'static str = "fetch template";
    const DECIDED: bool = true;

    async fn act(&self, cx: &Cx<'_>) -> Result<Found, StepError> {
        let spec = outside::template_spec(&cx.view, self.template)?;
        let store = cx.view.need::<ImageStore>(self.store)?;
        let images = cx.outside.images(&store.kind)?;
        let facts = images.ensure_template(&outside::store_target(store), &spec).await?;
        Ok(Found::Template(facts))
    }
    fn foresee(&self, view: &View) -> Found {
        Found::Template(TemplateFacts { size: view.template(self.template).map_or(Bytes::ZERO, |t| t.size) })
    }
    fn settle(&self, desk: &mut Desk<'_>, found: &Found) -> Result<()> {
        let template = desk.view().need::<Template>(self.template)?.clone();
        let Found::Template(facts) = found else { return Ok(()) };
        let (name, account) = (template.name.clone(), template.account);
        desk.update(Template { ready: true, size: facts.size, ..template })?;
        desk.event(
            "TEMPLATE.CREATE",
            EventLevel::Info,
            Some(account),
            self.template.to_string(),
            format!("{name} is ready"),
        );
        Ok(())
    }
    async fn undo(&self, cx: &Cx<'_>) -> Result<(), StepError> {
        let never = cx.view.template(self.template).is_some_and(|t| !t.ready);
        let Some(store) = cx.view.image_store(self.store).filter(|_| never) else { return Ok(()) };
        let (target, name) = (outside::store_target(store), outside::template_name(self.template));
        Ok(cx.outside.images(&store.kind)?.ensure_no_template(&target, &name).await?)
    }
    fn settle_undo(&self, desk: &mut Desk<'_>) -> Result<()> {
        forget(desk, self.template)
    }
}

/// Takes the row of a template away that was never ready.
pub(crate) fn forget(desk: &mut Desk<'_>, id: TemplateId) -> Result<()> {
    let never = desk.view().template(id).is_some_and(|t| !t.ready);
    if never { desk.remove::<Template>(id) } else { Ok(()) }
}
