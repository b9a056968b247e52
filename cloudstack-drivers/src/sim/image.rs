//! Image stores and the templates on them. A store is there as soon as it is named.

use super::{
    World,
    call::{Call, Method, Object},
    deed::Deed,
    state::State,
};
use async_trait::async_trait;
use cloudstack_core::port::driver::{
    Capabilities, DriverError, DriverErrorKind, DriverResult, ImageStorage, StoreTarget, TemplateFacts, TemplateSpec,
};

#[async_trait]
impl ImageStorage for World {
    fn capabilities(&self) -> &Capabilities {
        &self.sheet
    }

    async fn ensure_template(&self, store: &StoreTarget, template: &TemplateSpec) -> DriverResult<TemplateFacts> {
        let call = Call::new(Method::EnsureTemplate, &store.name, Object::Named(&template.name));
        let act = |state: &mut State| {
            if !self.sheet.image_formats.contains(&template.format) {
                return Err(DriverError::new(
                    DriverErrorKind::Unsupported,
                    &store.name,
                    format!("no images of format {}", template.format),
                ));
            }
            Ok(state.keep_template(store, template))
        };
        let lie = |_: &State| TemplateFacts { size: template.size };
        self.call(call, act, lie, || Some(Deed::KeepTemplate(store.clone(), template.clone()))).await
    }

    async fn ensure_no_template(&self, store: &StoreTarget, template: &str) -> DriverResult<()> {
        let call = Call::new(Method::EnsureNoTemplate, &store.name, Object::Named(template));
        let act = |state: &mut State| {
            state.drop_template(store, template);
            Ok(())
        };
        self.call(call, act, |_| (), || Some(Deed::DropTemplate(store.clone(), template.to_owned()))).await
    }
}

impl State {
    pub(super) fn keep_template(&mut self, store: &StoreTarget, template: &TemplateSpec) -> TemplateFacts {
        let templates = self.stores.entry(store.url.clone()).or_default();
        let kept = templates.entry(template.name.clone()).or_insert_with(|| template.clone());
        TemplateFacts { size: kept.size }
    }

    pub(super) fn drop_template(&mut self, store: &StoreTarget, template: &str) {
        if let Some(templates) = self.stores.get_mut(&store.url) {
            templates.remove(template);
        }
    }
}
