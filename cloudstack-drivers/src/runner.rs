//! Running a device's own tools.

use std::{
    io::Write,
    process::{Command, Stdio},
};

/// Runs a program with a text as its input and gives what it printed. A test puts itself in between to run the program in a
/// network namespace.
pub trait Runner {
    /// Runs to the end.
    ///
    /// # Errors
    /// [`ToolFailed`] if the program is missing or ends with anything but success.
    fn run(&self, program: &str, arguments: &[&str], input: &str) -> Result<String, ToolFailed>;
}

/// A tool did not do its work.
#[derive(Debug, thiserror::Error)]
#[error("`{command}` failed: {said}")]
pub struct ToolFailed {
    /// The program and its arguments.
    pub command: String,
    /// What it printed about it, or why it could not be started.
    pub said: String,
}

/// Runs programs on this machine, optionally by way of another (`ip netns exec …`).
#[derive(Debug, Clone, Default)]
pub struct Local {
    /// Put before every command.
    pub by: Vec<String>,
}

impl Runner for Local {
    fn run(&self, program: &str, arguments: &[&str], input: &str) -> Result<String, ToolFailed> {
        let words: Vec<&str> =
            self.by.iter().map(String::as_str).chain([program]).chain(arguments.iter().copied()).collect();
        let mut command = Command::new(words[0]);
        command.args(&words[1..]);
        fed(command, words.join(" "), input)
    }
}

/// Runs a command with a text as its input, to its end. `called` is what it is called in an error.
pub(crate) fn fed(mut command: Command, called: String, input: &str) -> Result<String, ToolFailed> {
    let failed = |said: String| ToolFailed { command: called.clone(), said };
    let mut child = command
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .map_err(|e| failed(e.to_string()))?;
    // Written from the side: a tool that prints before it has read everything would block both.
    let stdin = child.stdin.take();
    let written = std::thread::scope(|scope| {
        scope.spawn(move || stdin.map_or(Ok(()), |mut pipe| pipe.write_all(input.as_bytes())));
        child.wait_with_output()
    });
    let output = written.map_err(|e| failed(e.to_string()))?;
    if !output.status.success() {
        return Err(failed(String::from_utf8_lossy(&output.stderr).trim().to_owned()));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
