//! The processor that a guest sees, and where it may migrate with it.

use std::collections::BTreeSet;

/// Which processor guests see (KVM-05).
///
/// ```
/// use cloudstack_drivers::libvirt::CpuMode;
/// assert_eq!(CpuMode::from_properties(Some("custom"), Some("SandyBridge"))?, CpuMode::Custom("SandyBridge".into()));
/// assert!(CpuMode::from_properties(Some("host-model"), Some("SandyBridge")).is_err());
/// # Ok::<(), cloudstack_drivers::libvirt::BadCpu>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum CpuMode {
    /// The hypervisor's own generic processor: guests go anywhere.
    #[default]
    Generic,
    /// A model that the daemon knows, such as `SandyBridge`.
    Custom(String),
    /// The known model closest to the host's processor, with its further features.
    HostModel,
    /// The host's processor as it is.
    HostPassthrough,
}

/// Properties that name no processor.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BadCpu {
    /// A mode that is none.
    #[error("guest.cpu.mode = `{0}`: give custom, host-model or host-passthrough")]
    Mode(String),
    /// `custom` without a model.
    #[error("guest.cpu.mode = `custom` needs guest.cpu.model, such as SandyBridge")]
    NoModel,
    /// A model beside another mode, or without a mode.
    #[error("guest.cpu.model = `{0}` goes with guest.cpu.mode = `custom` only")]
    ModelWithoutCustom(String),
}

impl CpuMode {
    /// From `guest.cpu.mode` and `guest.cpu.model` of an agent's properties. An empty value counts as none.
    ///
    /// # Errors
    /// [`BadCpu`].
    pub fn from_properties(mode: Option<&str>, model: Option<&str>) -> Result<Self, BadCpu> {
        let given = |text: Option<&str>| text.map(str::trim).filter(|text| !text.is_empty()).map(str::to_owned);
        match (given(mode).as_deref(), given(model)) {
            (Some("custom"), Some(model)) => Ok(Self::Custom(model)),
            (Some("custom"), None) => Err(BadCpu::NoModel),
            (_, Some(model)) => Err(BadCpu::ModelWithoutCustom(model)),
            (None, None) => Ok(Self::Generic),
            (Some("host-model"), None) => Ok(Self::HostModel),
            (Some("host-passthrough"), None) => Ok(Self::HostPassthrough),
            (Some(other), None) => Err(BadCpu::Mode(other.to_owned())),
        }
    }
}

/// A host's processor.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HostCpu {
    /// `x86_64`.
    pub architecture: String,
    /// Who made it: `Intel`.
    pub vendor: String,
    /// The known model that is closest.
    pub model: String,
    /// What it can do beyond the model.
    pub features: BTreeSet<String>,
}

/// Why a guest cannot go on with the processor it has.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CpuMismatch {
    /// The other host's processor is of another family.
    #[error("{what} is `{from}` here and `{to}` there")]
    Differs {
        /// What differs.
        what: &'static str,
        /// On the source.
        from: String,
        /// On the target.
        to: String,
    },
    /// The other host's processor lacks what the guest has been told it has.
    #[error("the target's processor lacks {}", .0.join(", "))]
    Lacks(Vec<String>),
    /// Passed through, a processor has to be the very same: features that only the target has.
    #[error("the target's processor is not the same: it also has {}", .0.join(", "))]
    More(Vec<String>),
}

/// Whether a guest that sees its host's processor in this way may migrate (KVM-06). A generic processor goes anywhere, a model as
/// such to the same architecture (the daemon knows which models a host can show), the host's model to a host that has all of it,
/// and a processor that is passed through to an equal one only.
///
/// # Errors
/// [`CpuMismatch`] names the first difference.
pub fn may_migrate(mode: &CpuMode, from: &HostCpu, to: &HostCpu) -> Result<(), CpuMismatch> {
    let same = |what, a: &str, b: &str| match a == b {
        true => Ok(()),
        false => Err(CpuMismatch::Differs { what, from: a.to_owned(), to: b.to_owned() }),
    };
    same("the architecture", &from.architecture, &to.architecture)?;
    if matches!(mode, CpuMode::Generic | CpuMode::Custom(_)) {
        return Ok(());
    }
    same("the vendor", &from.vendor, &to.vendor)?;
    let beyond = |a: &HostCpu, b: &HostCpu| a.features.difference(&b.features).cloned().collect::<Vec<_>>();
    let missing = beyond(from, to);
    if *mode == CpuMode::HostPassthrough {
        same("the model", &from.model, &to.model)?;
        let more = beyond(to, from);
        if missing.is_empty() && !more.is_empty() {
            return Err(CpuMismatch::More(more));
        }
    }
    if missing.is_empty() { Ok(()) } else { Err(CpuMismatch::Lacks(missing)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Proves: KVM-05
    #[test]
    fn modes_are_read_from_properties_and_a_model_goes_with_custom_only() {
        let table = [
            (None, None, Ok(CpuMode::Generic)),
            (Some(""), Some(" "), Ok(CpuMode::Generic)),
            (Some("custom"), Some("SandyBridge"), Ok(CpuMode::Custom("SandyBridge".into()))),
            (Some("host-model"), None, Ok(CpuMode::HostModel)),
            (Some("host-passthrough"), None, Ok(CpuMode::HostPassthrough)),
            (Some("custom"), None, Err(BadCpu::NoModel)),
            (Some("host-model"), Some("SandyBridge"), Err(BadCpu::ModelWithoutCustom("SandyBridge".into()))),
            (None, Some("SandyBridge"), Err(BadCpu::ModelWithoutCustom("SandyBridge".into()))),
            (Some("fastest"), None, Err(BadCpu::Mode("fastest".into()))),
        ];
        for (mode, model, due) in table {
            assert_eq!(CpuMode::from_properties(mode, model), due, "{mode:?} {model:?}");
        }
    }

    fn cpu(model: &str, features: &[&str]) -> HostCpu {
        HostCpu {
            architecture: "x86_64".into(),
            vendor: "Intel".into(),
            model: model.into(),
            features: features.iter().map(|f| (*f).to_owned()).collect(),
        }
    }

    /// Proves: KVM-06
    #[test]
    fn what_a_guest_sees_decides_where_it_may_go() {
        let here = cpu("Haswell", &["vmx", "invtsc"]);
        let newer = cpu("Skylake", &["vmx", "invtsc", "avx512f"]);
        let more = cpu("Haswell", &["vmx", "invtsc", "pcid"]);
        let less = cpu("Haswell", &["vmx"]);
        let amd = HostCpu { vendor: "AMD".into(), ..cpu("EPYC", &["svm"]) };
        let arm = HostCpu { architecture: "aarch64".into(), ..here.clone() };
        // Whether it may go to: the same, one with more, a newer one, one with less, another vendor's, another architecture.
        let table = [
            (CpuMode::Generic, [true, true, true, true, true, false]),
            (CpuMode::Custom("Penryn".into()), [true, true, true, true, true, false]),
            (CpuMode::HostModel, [true, true, true, false, false, false]),
            (CpuMode::HostPassthrough, [true, false, false, false, false, false]),
        ];
        for (mode, due) in table {
            let may = [&here, &more, &newer, &less, &amd, &arm].map(|to| may_migrate(&mode, &here, to).is_ok());
            assert_eq!(may, due, "{mode:?}");
        }
        assert_eq!(may_migrate(&CpuMode::HostModel, &here, &less), Err(CpuMismatch::Lacks(vec!["invtsc".into()])));
        assert_eq!(may_migrate(&CpuMode::HostPassthrough, &here, &more), Err(CpuMismatch::More(vec!["pcid".into()])));
    }
}
