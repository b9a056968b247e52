//! Fates of the simulator.
