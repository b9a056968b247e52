//! Tells guests about themselves, inside the namespace of their router. See `cloudstack_drivers::router::guest_data`.

use std::process::ExitCode;

fn main() -> ExitCode {
    match cloudstack_drivers::router::guest_data::run(std::env::args().skip(1)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
