//! Image stores and templates.

use super::{Checks, Failure, Passed};
use crate::{
    base::Bytes,
    port::driver::{DriverErrorKind, ImageStorage, StoreTarget, TemplateSpec},
};

/// What the suite of an image store may touch.
#[derive(Debug, Clone)]
pub struct ImageBed {
    /// A store.
    pub store: StoreTarget,
    /// A template that can be had from its address.
    pub template: TemplateSpec,
    /// Templates that must be refused, each with the sentence that it breaks: images that are not what is said of them.
    pub refused: Vec<(&'static str, TemplateSpec)>,
}

/// Checks a driver of image stores.
///
/// # Errors
/// The first check that failed.
pub async fn image_suite(driver: &dyn ImageStorage, bed: &ImageBed) -> Result<Passed, Failure> {
    let mut checks = Checks::default();
    checks.sheet(|| driver.capabilities())?;
    let first = checks.works("a template is put there", driver.ensure_template(&bed.store, &bed.template).await)?;
    checks.hold("a template that is there has a size", first.size > Bytes::ZERO, || format!("{first:?}"))?;
    let again = driver.ensure_template(&bed.store, &bed.template).await;
    let again = checks.works("a template that is there may be put there again", again)?;
    checks.hold("putting it there again changes nothing", first == again, || format!("{first:?}, then {again:?}"))?;
    for _ in 0..2 {
        let answer = driver.ensure_no_template(&bed.store, &bed.template.name).await;
        checks.works("a template is removed, and the call may be repeated", answer)?;
    }
    let fresh = driver.ensure_template(&bed.store, &bed.template).await;
    let fresh = checks.works("a template that was removed can be put there again", fresh)?;
    checks.hold("putting it there again changes nothing", first == fresh, || format!("{first:?}, then {fresh:?}"))?;
    for (what, template) in &bed.refused {
        let answer = driver.ensure_template(&bed.store, template).await;
        checks.refuses(what, &[DriverErrorKind::Refused], answer)?;
    }
    if !driver.capabilities().image_formats.is_empty() {
        let template = TemplateSpec {
            name: format!("{}-odd", bed.template.name),
            format: "no such format".into(),
            ..bed.template.clone()
        };
        let answer = driver.ensure_template(&bed.store, &template).await;
        let check = "an image format that is not on the sheet is Unsupported";
        checks.refuses(check, &[DriverErrorKind::Unsupported], answer)?;
    }
    Ok(checks.passed)
}
