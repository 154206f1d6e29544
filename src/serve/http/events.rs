//! The stream that tells a page of each edition, and how the handbook stands, as JSON. Must not know what changed.

use std::io::{self, Write};
use std::net::TcpStream;
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::Shared;
use super::address::{self, Target};
use super::head::Head;
use crate::serve::live;
use crate::source::SitePath;

/// How often a stream without news says that it is alive; so a client that left is noticed.
const PULSE: Duration = Duration::from_secs(10);

const OPENING: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nCache-Control: no-store\r\nConnection: close\r\n\
                       X-Content-Type-Options: nosniff\r\nCross-Origin-Resource-Policy: same-origin\r\n\r\nretry: 1000\n\n";

/// The page whose events are asked for; none if the request is for something else, or is refused.
pub(super) fn followed(head: &Head, shared: &Shared) -> Option<SitePath> {
    let target = Target::new(&head.target)?;
    let is_for_events = target.path.strip_prefix(live::FOLDER) == Some("events") && head.method == "GET";
    (is_for_events && shared.guard.refuses(head).is_none() && is_own(head)).then(|| page(&target)).flatten()
}

/// Whether a request comes from a page of this preview, or from no page at all.
pub(super) fn is_own(head: &Head) -> bool {
    head.count("sec-fetch-site") == 0 || matches!(head.header("sec-fetch-site"), Some("same-origin" | "none"))
}

/// The page that a request is about.
pub(super) fn page(target: &Target<'_>) -> Option<SitePath> {
    let page = target.parameter("page")?;
    let path = format!("/{}", page.trim_start_matches('/'));
    // It is decoded once already; what looks like an escape now belongs to the name.
    address::file(&path.replace('%', "%25"))
}

/// How the handbook stands, as JSON.
pub(super) fn state(page: &SitePath, shared: &Shared) -> String {
    // Plain strings and numbers can always be written.
    serde_json::to_string(&shared.preview.state(page)).unwrap_or_default()
}

/// Tells a client each edition until it leaves.
pub(super) fn follow(stream: &TcpStream, page: &SitePath, shared: &Shared) {
    let mut seen = 0;
    let send = |text: &str| -> io::Result<()> {
        let mut stream = stream;
        stream.write_all(text.as_bytes())
    };
    if send(OPENING).is_err() {
        return;
    }
    while !shared.is_closing.load(Ordering::SeqCst) {
        let edition = shared.preview.wait(seen, PULSE);
        let text = if edition == seen { ":\n\n".to_owned() } else { format!("data: {}\n\n", state(page, shared)) };
        seen = edition;
        if send(&text).is_err() {
            return;
        }
    }
}
