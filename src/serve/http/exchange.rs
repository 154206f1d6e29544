//! One connection from its first request to its end. Knows requests and answers; must not know how files are made.

use std::net::{Shutdown, TcpStream};
use std::sync::atomic::Ordering;
use std::time::Duration;

use super::address::{self, Target};
use super::answer::Answer;
use super::connections::{Doing, Held};
use super::head::{self, Fault, Head};
use super::{Shared, events, now};
use crate::serve::live;
use crate::source::SitePath;

/// How long a client may take nothing of what is sent to it.
const WRITE_TIME: Duration = Duration::from_secs(10);

/// How long, and for how many bytes, a client is listened to after the last answer, so that it gets it before the connection breaks.
const LINGER: Duration = Duration::from_millis(500);
const LINGER_BYTES: usize = 256 * 1024;

/// Serves a connection to its end.
pub(super) fn serve(connection: &Held, shared: &Shared) {
    let stream: &TcpStream = &connection.stream;
    // A socket that can't be set up is of no use.
    if stream.set_write_timeout(Some(WRITE_TIME)).is_err() || stream.set_nodelay(true).is_err() {
        return;
    }
    let mut received = Vec::new();
    while !shared.is_closing.load(Ordering::SeqCst) {
        connection.is(Doing::Asking);
        let head = match head::read(stream, &mut received) {
            Ok(head) => head,
            Err(fault) => {
                let answer = match fault {
                    Fault::Gone => None,
                    Fault::Slow => Some(Answer::words(408, "the request took too long")),
                    Fault::Bad => Some(Answer::words(400, "this is no HTTP request; the preview speaks http, not https")),
                    Fault::Large => Some(Answer::words(431, "the request is too large")),
                };
                if answer.is_some_and(|answer| answer.send(stream, false, true).is_ok()) {
                    linger(stream);
                }
                return;
            }
        };
        connection.is(Doing::Answered);
        if let Some(page) = events::followed(&head, shared) {
            connection.is(Doing::Following);
            events::follow(stream, &page, shared);
            return;
        }
        let is_last = !head.keeps_alive();
        let sent = answer(&head, shared).send(stream, head.method == "HEAD", is_last);
        if sent.is_err() {
            return;
        }
        if is_last {
            linger(stream);
            return;
        }
    }
}

/// Lets the client read the answer: closing while it still sends would take that away from it.
fn linger(stream: &TcpStream) {
    if stream.shutdown(Shutdown::Write).is_err() {
        return;
    }
    let until = now() + LINGER;
    let mut buffer = [0; 4096];
    let mut heard = 0;
    while heard < LINGER_BYTES {
        match head::read_until(stream, &mut buffer, until) {
            None | Some(0) => return,
            Some(length) => heard += length,
        }
    }
}

/// What is answered to a request that isn't for events.
fn answer(head: &Head, shared: &Shared) -> Answer {
    if let Some((status, why)) = shared.guard.refuses(head) {
        return Answer::words(status, &why);
    }
    if head.method != "GET" && head.method != "HEAD" {
        return Answer::words(405, "a preview can be read, not written").with("Allow", "GET, HEAD");
    }
    let Some(target) = Target::new(&head.target) else { return Answer::words(400, "the request names no file") };
    if let Some(own) = target.path.strip_prefix(live::FOLDER) {
        return own_file(own, &target, head, shared);
    }
    let path = address::file(target.path);
    let shown = path.as_ref().and_then(|path| Some((path, shared.preview.file(path)?)));
    let answer = shown.and_then(|(path, shown)| Answer::file(200, path, &shown, head, &*shared.preview));
    answer.or_else(|| into_folder(&target, path.as_ref(), shared)).unwrap_or_else(|| missing(head, shared))
}

/// The preview's own files.
fn own_file(name: &str, target: &Target<'_>, head: &Head, shared: &Shared) -> Answer {
    match name {
        "live.js" => Answer::bytes(200, "text/javascript; charset=utf-8", live::SCRIPT.into()),
        "live.css" => Answer::bytes(200, "text/css; charset=utf-8", live::STYLE.into()),
        "state" if events::is_own(head) => match events::page(target).map(|page| events::state(&page, shared)) {
            Some(state) => Answer::bytes(200, "application/json; charset=utf-8", state.into_bytes()),
            None => Answer::words(400, "say which page: `?page=/index.html`"),
        },
        "events" if events::is_own(head) => Answer::words(400, "say which page: `?page=/index.html`"),
        "state" | "events" => Answer::words(403, "this preview doesn't answer pages of other sites"),
        _ => Answer::words(404, "the preview has no such file"),
    }
}

/// A folder that is asked for without its slash: links on its page are relative to what comes behind it.
fn into_folder(target: &Target<'_>, path: Option<&SitePath>, shared: &Shared) -> Option<Answer> {
    let folder = path.filter(|_| !target.path.ends_with('/'))?;
    shared.preview.file(&SitePath::new(&format!("{folder}/index.html"))?)?;
    let query = target.query.map_or(String::new(), |query| format!("?{query}"));
    Some(Answer::redirect(format!("{}/{query}", address::href(folder))))
}

fn missing(head: &Head, shared: &Shared) -> Answer {
    let answer = shared.preview.not_found().and_then(|(path, shown)| Answer::file(404, &path, &shown, head, &*shared.preview));
    // There is no page at all as long as the first build fails. This one waits with the reader.
    answer.unwrap_or_else(|| {
        let page = format!(
            "<!doctype html><html lang=\"en\"><head><title>Not found</title>{}</head><body><p>There is no such page.</p></body></html>\n",
            live::tags(None)
        );
        Answer::bytes(404, "text/html; charset=utf-8", page.into_bytes()).with("Content-Security-Policy", shared.preview.policy())
    })
}
