//! Faults of printed configuration: each is found where it is, and what is right is left alone.

use cloudstack_core::plan::lint::text::{lint_text, setting_name};

/// What is said about a text: rule, line, what to do.
fn said(text: &str) -> Vec<String> {
    let shown = |f: cloudstack_core::plan::lint::Finding| {
        format!("{} {}: {}", f.id, f.place, f.suggestion.map(|s| s.text).unwrap_or_default())
    };
    lint_text(text).into_iter().map(shown).collect()
}

const BRIDGES: &str = "\
# ovs-vsctl add-br cloudbr
# ovs-vsctl add-br mgmt0 cloudbr 100
# ovs-vsctl add-br cloudbr0 cloudbr 200
DEVICE=cloudb
ONBOOT=yes
OVS_BRIDGE=cloudbr
DEVICE=cloudbr1
DEVICE=eth0
";

/// Proves: LINT-04
#[test]
fn a_bridge_has_one_name() {
    assert_eq!(said(BRIDGES), ["LINT-04 line 4: write `DEVICE=cloudbr`"]);
    assert_eq!(said(&BRIDGES.replace("DEVICE=cloudb\n", "DEVICE=cloudbr\n")), [""; 0]);
    assert_eq!(said("brctl addbr cloudbr0\nBRIDGE=cloudr0\n"), ["LINT-04 line 2: write `BRIDGE=cloudbr0`"]);
    assert_eq!(said("DEVICE=cloudb\n"), [""; 0], "no bridge is made here");
}

/// Proves: LINT-05
#[test]
fn a_setting_that_nfs_ignores_is_found() {
    let printed = "LOCKD_TCP_PORT=32803\nLOCKD_UDP_PORT=32769\nMOUNTD_PORT=892\nRQUOTAD_PORT=875\nSTATD_PORT=662\nSTATD_OUTGOING_PORT=2020\nRPCNFSDARGS=\"-N 4\"\nOTHER=1\n";
    let expected = ["LINT-05 line 1: write `LOCKD_TCPPORT`", "LINT-05 line 2: write `LOCKD_UDPPORT`"];
    assert_eq!(said(printed), expected);
    assert_eq!(said(&printed.replace("D_TCP_P", "D_TCPP").replace("D_UDP_P", "D_UDPP")), [""; 0]);
    assert_eq!(
        said("#LOCKD_TCP_PORT=32803\n"),
        ["LINT-05 line 1: write `LOCKD_TCPPORT`"],
        "a comment to be uncommented"
    );
}

/// Proves: LINT-06
#[test]
fn two_names_of_one_setting_are_one_setting() {
    let (old, new) = ("vmware.use.nexus.vswitch", "vmware.use.nexus.dvswitch");
    assert_eq!((setting_name(new), setting_name(old)), (old, old));
    assert_eq!(setting_name("vmware.use.dvswitch"), "vmware.use.dvswitch", "another setting");
    assert_eq!(said(&format!("{old}=true\n{new} = true\n")), [""; 0]);
    assert_eq!(said(&format!("{old}=true\n{new}=false\n")), [format!("LINT-06 line 2: give `{old}` once")]);
    assert_eq!(said(&format!("vmware.use.dvswitch=true\n{new}=false\n")), [""; 0]);
}

/// Proves: LINT-07
#[test]
fn a_setting_given_twice_lacks_its_sister() {
    let call =
        |name: &str| format!("http://localhost:8096/client/api?command=updateConfiguration&name={name}&value=true\n");
    let (ec2, s3) = (call("enable.ec2.api"), call("enable.s3.api"));
    let printed = ec2.clone() + &ec2;
    assert_eq!(said(&printed), ["LINT-07 line 2: one of them was meant to be `enable.s3.api`"]);
    assert_eq!(said(&(ec2.clone() + &s3)), [""; 0]);
    assert_eq!(said(&(printed + &s3)), ["LINT-07 line 2: leave one out"]);
    assert_eq!(said("ping.interval=60\nping.interval=30\n"), ["LINT-07 line 2: leave one out"]);
}

/// Proves: LINT-08
#[test]
fn letters_that_look_alike_are_told_apart() {
    for (printed, right) in [
        ("esxcfg-firewall -o 59000-60000,tcp,in,vncretras", "vncextras"),
        ("exec /usr/sbin/libvird -d", "libvirtd"),
        ("exec /usr/sbin/libvirtd -d -1", "-l`, the letter"),
        ("v1an 200-999", "vlan"),
        ("    vm_type='ml.small'", "m1.small"),
    ] {
        let found = said(printed);
        assert!(found.len() == 1 && found[0].starts_with(&format!("LINT-08 line 1: write `{right}")), "{found:?}");
    }
    for clean in ["in,vncextras", "exec /usr/sbin/libvirtd -d -l", "vlan 200-999", "vm_type='m1.small'", "head -1 x"] {
        assert_eq!(said(clean), [""; 0], "{clean}");
    }
}

#[test]
fn an_edit_command_needs_its_third_separator() {
    let at = "/etc/sysconfig/network-scripts/ifcfg-eth0";
    assert_eq!(said(&format!("# sed -i 's/dhcp/static' {at}")), ["LINT-09 line 1: write `s/dhcp/static/`"]);
    assert_eq!(said("sed -i 's/enforcing/disabled/' /etc/selinux/config"), [""; 0]);
    assert_eq!(said("sed -e 's|/a|/b|g' -e \"s/x\\/y/z\" f"), ["LINT-09 line 1: write `s/x\\/y/z/`"]);
    assert_eq!(said("sed -n '10,20p' f"), [""; 0]);
}
