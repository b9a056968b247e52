//! Disks and interfaces that come and go while a guest runs.

use super::{
    Inner,
    apply::{failed, not_here},
    compile::{self, Back, Device},
    guest::{self, Record},
    qmp::{Qmp, QmpError},
};
use cloudstack_core::port::driver::{DriverError, DriverErrorKind, DriverResult, GuestSpec, HostTarget};
use serde_json::{Value, json};
use std::collections::BTreeMap;

impl Inner {
    pub(super) async fn reshape(&self, host: &HostTarget, guest: &GuestSpec) -> DriverResult<()> {
        let turn = self.turns.on(host, &guest.name);
        let _turn = turn.lock().await;
        let paths = self.paths(host, &guest.name)?;
        let record = Record::read(&paths).filter(|_| guest::process(&paths).is_some());
        let record = record.ok_or_else(|| not_here(host, &guest.name))?;
        let due = compile::devices(guest, &self.config)
            .map_err(|why| DriverError::new(DriverErrorKind::Refused, &host.name, why.to_string()))?;
        self.has_taps(host, guest).await?;
        let mut qmp = self.control(host, &paths, &guest.name).await?;
        let there = plugged(&mut qmp).await.map_err(failed(host, &guest.name))?;
        for (id, face) in &there {
            if !due.iter().any(|device| device.id == *id && device.face() == *face) {
                self.unplug(&mut qmp, id).await.map_err(failed(host, &guest.name))?;
            }
        }
        for device in &due {
            if there.get(&device.id) != Some(&device.face()) {
                plug(&mut qmp, device).await.map_err(failed(host, &guest.name))?;
            }
        }
        let (disks, interfaces) = (guest.disks.clone(), guest.interfaces.clone());
        self.note(host, &paths, &Record { guest: GuestSpec { disks, interfaces, ..record.guest.clone() }, ..record })
    }

    async fn unplug(&self, qmp: &mut Qmp, id: &str) -> Result<(), QmpError> {
        match qmp.ask("device_del", json!({ "id": id })).await {
            // Asked before, and the guest has not let go yet.
            Err(QmpError::Refused { text, .. }) if text.contains("in the process of unplug") => {}
            other => drop(other?),
        }
        let gone = qmp.event(self.config.unplug, |event| {
            event.name == "DEVICE_DELETED" && event.data.get("device").and_then(Value::as_str) == Some(id)
        });
        gone.await.map_err(|e| match e {
            QmpError::Late(_) => QmpError::Refused {
                command: "device_del".into(),
                class: String::new(),
                text: format!("the guest does not let go of {id}"),
            },
            e => e,
        })?;
        drop_back(qmp, id).await
    }
}

impl Device {
    /// By what a device that is plugged is told to be this one: its volume's file, or its hardware address.
    fn face(&self) -> String {
        match &self.back {
            Back::Disk { file, .. } => file.display().to_string(),
            Back::Nic { .. } => self.front["mac"].as_str().unwrap_or_default().to_owned(),
        }
    }
}

/// The disks and interfaces that a guest has, by name, with their faces.
async fn plugged(qmp: &mut Qmp) -> Result<BTreeMap<String, String>, QmpError> {
    let told = qmp.ask("qom-list", json!({ "path": "/machine/peripheral" })).await?;
    let names = told.as_array().into_iter().flatten().filter_map(|child| child["name"].as_str());
    let names: Vec<String> = names.map(str::to_owned).collect();
    let mut found = BTreeMap::new();
    for nic in names.iter().filter(|name| name.starts_with("nic")) {
        let path = format!("/machine/peripheral/{nic}");
        let mac = qmp.ask("qom-get", json!({ "path": path, "property": "mac" })).await?;
        found.insert(nic.clone(), mac.as_str().unwrap_or_default().to_owned());
    }
    let blocks = qmp.ask("query-named-block-nodes", json!({ "flat": true })).await?;
    // A guest may have let go of a disk after nobody waited for it any more.
    let nodes = blocks.as_array().into_iter().flatten().filter_map(|node| node["node-name"].as_str());
    for node in nodes.filter(|node| node.starts_with("disk") && !names.iter().any(|name| name == node)) {
        drop_back(qmp, node).await?;
    }
    for disk in names.iter().filter(|name| name.starts_with("disk")) {
        let node = blocks.as_array().into_iter().flatten().find(|node| node["node-name"] == json!(disk));
        let file = node.and_then(|node| node["file"].as_str()).unwrap_or_default();
        found.insert(disk.clone(), file.to_owned());
    }
    Ok(found)
}

async fn plug(qmp: &mut Qmp, device: &Device) -> Result<(), QmpError> {
    // What a call that was cut short left behind would be in the way.
    drop_back(qmp, &device.id).await?;
    match &device.back {
        Back::Disk { node, .. } => qmp.ask("blockdev-add", node.clone()).await?,
        Back::Nic { net } => qmp.ask("netdev_add", net.clone()).await?,
    };
    match qmp.ask("device_add", device.front.clone()).await {
        Ok(_) => Ok(()),
        Err(e) => {
            drop_back(qmp, &device.id).await?;
            Err(e)
        }
    }
}

/// What stood behind a device is gone, if it was there.
async fn drop_back(qmp: &mut Qmp, id: &str) -> Result<(), QmpError> {
    let asked = if id.starts_with("disk") {
        qmp.ask("blockdev-del", json!({ "node-name": id })).await
    } else {
        qmp.ask("netdev_del", json!({ "id": id })).await
    };
    match asked {
        Ok(_) => Ok(()),
        Err(QmpError::Refused { text, .. }) if text.contains("not found") || text.contains("Failed to find") => Ok(()),
        Err(e) => Err(e),
    }
}
