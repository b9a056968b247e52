//! PURE: which address, VLAN or MAC is free.
