//! Opens what was made in the reader's browser.

use std::ffi::OsStr;
use std::process::{Command, Stdio};
use std::time::Duration;

use super::output;

/// How often and after how long each time to ask whether the browser could be opened.
const OPEN_CHECKS: u32 = 10;
const OPEN_CHECK: Duration = Duration::from_millis(100);

/// Opens a file or an address with the program that the desktop has for it. Where there is none, says what to open.
pub(super) fn open_in_browser(place: &OsStr) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else if cfg!(windows) {
        "explorer"
    } else {
        "xdg-open"
    };
    let started = Command::new(program).arg(place).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn();
    // A program that finds no browser says so at once; one that became the browser goes on, and isn't waited for.
    let opened = started.is_ok_and(|mut child| {
        (0..OPEN_CHECKS).all(|_| {
            std::thread::sleep(OPEN_CHECK);
            child.try_wait().is_ok_and(|ended| ended.is_none_or(|status| status.success()))
        })
    });
    if !opened {
        output::complain(&format!("no browser could be opened here; open {}", place.to_string_lossy()));
    }
}
