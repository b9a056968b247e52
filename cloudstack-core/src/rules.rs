//! PURE: intent to a device-neutral form, and the packet oracle that says what it means.
