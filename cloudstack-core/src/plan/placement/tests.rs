//! Random small clouds against plain oracles, refusals whose remedies work, and the edges of each rule.

mod oracle;
mod refusals;
mod rules;
mod world;
