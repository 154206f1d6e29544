//! Answers and how they are sent. Knows HTTP; must not know how files are made.

use std::fmt::Write as _;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::net::TcpStream;
use std::sync::Arc;

use super::head::Head;
use super::kinds::content_type;
use super::range::{Part, part};
use crate::disk;
use crate::memo::Digest;
use crate::serve::live;
use crate::serve::{Content, Preview, Shown};
use crate::source::SitePath;

/// An answer before it is sent.
pub(super) struct Answer {
    status: u16,
    headers: Vec<(&'static str, String)>,
    body: Body,
}

enum Body {
    Bytes(Arc<[u8]>, u64, u64),
    File(disk::OpenFile, u64, u64),
}

impl Body {
    fn length(&self) -> u64 {
        match self {
            Self::Bytes(_, _, length) | Self::File(_, _, length) => *length,
        }
    }

    /// Leaves a part only.
    fn cut(&mut self, first: u64, count: u64) {
        match self {
            Self::Bytes(_, from, length) | Self::File(_, from, length) => (*from, *length) = (first, count),
        }
    }
}

impl Answer {
    /// A few words for whoever reads them.
    pub(super) fn words(status: u16, text: &str) -> Self {
        Self::bytes(status, "text/plain; charset=utf-8", format!("{text}\n").into_bytes())
    }

    pub(super) fn bytes(status: u16, kind: &str, bytes: Vec<u8>) -> Self {
        let length = bytes.len() as u64;
        Self { status, headers: vec![("Content-Type", kind.to_owned())], body: Body::Bytes(bytes.into(), 0, length) }
    }

    pub(super) fn redirect(place: String) -> Self {
        Self::words(308, &place).with("Location", place)
    }

    pub(super) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// A file of the site; none if it isn't there any more.
    pub(super) fn file(status: u16, path: &SitePath, shown: &Shown, head: &Head, preview: &dyn Preview) -> Option<Self> {
        let kind = content_type(path);
        let is_page = kind.starts_with("text/html");
        let (body, tag) = match &shown.content {
            Content::Bytes(bytes) if is_page => {
                let page = with_live(bytes, shown.digest, status == 404);
                (Body::Bytes(Arc::clone(&page), 0, page.len() as u64), format!("\"{}-{}\"", shown.digest.hex(32), live_version()))
            }
            Content::Bytes(bytes) => (Body::Bytes(Arc::clone(bytes), 0, bytes.len() as u64), format!("\"{}\"", shown.digest.hex(32))),
            Content::File { root, path } => {
                // The version is that of what was opened: it may be newer than what the build knows.
                let (file, version) = disk::open_published(root, path).ok()?;
                let tag = Digest::of_value(&(path, version.length, version.modified_ns)).hex(32);
                (Body::File(file, 0, version.length), format!("\"{tag}\""))
            }
        };
        let mut answer = Self { status, headers: vec![("Content-Type", kind), ("ETag", tag.clone())], body };
        if status != 200 {
            return Some(answer.with("Content-Security-Policy", preview.policy()));
        }
        answer = answer.with("Content-Security-Policy", preview.policy()).with("Accept-Ranges", "bytes");
        if head.header("if-none-match").is_some_and(|known| matches(known, &tag)) {
            answer.status = 304;
            answer.body.cut(0, 0);
            return Some(answer);
        }
        // A part of another version than the one that the client has is of no use.
        let is_same = head.count("if-range") == 0 || head.header("if-range") == Some(tag.as_str());
        let length = answer.body.length();
        match head.header("range").filter(|_| head.method == "GET" && is_same).map_or(Part::Whole, |range| part(range, length)) {
            Part::Whole => {}
            Part::Some(first, count) => {
                answer.status = 206;
                answer.body.cut(first, count);
                let last = (first + count).saturating_sub(1);
                answer = answer.with("Content-Range", format!("bytes {first}-{last}/{length}"));
            }
            Part::None => return Some(Self::words(416, "the file has no such part").with("Content-Range", format!("bytes */{length}"))),
        }
        Some(answer)
    }

    /// Sends it; `is_last` says that the connection closes afterwards.
    pub(super) fn send(self, stream: &TcpStream, head_only: bool, is_last: bool) -> io::Result<()> {
        // Writing into a text never fails.
        let mut text = format!("HTTP/1.1 {} {}\r\n", self.status, reason(self.status));
        for (name, value) in &self.headers {
            // A line break in a value would begin a header of its own.
            let value: String = value.chars().filter(|character| !character.is_control()).collect();
            let _ = write!(text, "{name}: {value}\r\n");
        }
        let length = self.body.length();
        if self.status != 304 {
            let _ = write!(text, "Content-Length: {length}\r\n");
        }
        text.push_str("Cache-Control: no-cache\r\nX-Content-Type-Options: nosniff\r\nReferrer-Policy: same-origin\r\n");
        text.push_str("Cross-Origin-Resource-Policy: same-origin\r\n");
        text.push_str(if is_last { "Connection: close\r\n\r\n" } else { "\r\n" });
        let mut out = stream;
        let head_only = head_only || self.status == 304;
        match self.body {
            Body::Bytes(bytes, first, count) if !head_only => {
                let from = usize::try_from(first).unwrap_or(usize::MAX);
                let to = usize::try_from(first + count).unwrap_or(usize::MAX);
                let body = bytes.get(from..to).unwrap_or_default();
                // In one piece: a second one would wait for the client to confirm the first.
                let mut whole = text.into_bytes();
                let joined = if body.len() <= 64 * 1024 { body } else { &[] };
                whole.extend_from_slice(joined);
                out.write_all(&whole)?;
                if joined.is_empty() { out.write_all(body) } else { Ok(()) }
            }
            Body::File(mut file, first, count) if !head_only => {
                out.write_all(text.as_bytes())?;
                file.seek(SeekFrom::Start(first))?;
                let sent = io::copy(&mut file.take(count), &mut out)?;
                // The file was cut meanwhile: only an end of the connection can say that less came than was promised.
                if sent == count { Ok(()) } else { Err(io::ErrorKind::UnexpectedEof.into()) }
            }
            _ => out.write_all(text.as_bytes()),
        }
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        200 => "OK",
        206 => "Partial Content",
        304 => "Not Modified",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        408 => "Request Timeout",
        416 => "Range Not Satisfiable",
        421 => "Misdirected Request",
        431 => "Request Header Fields Too Large",
        _ => "Error",
    }
}

/// Whether an `If-None-Match` names this version.
fn matches(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|known| known == "*" || known.strip_prefix("W/").unwrap_or(known) == tag)
}

/// Tells the versions of the preview's own script and style apart.
fn live_version() -> String {
    Digest::of_value(&(live::SCRIPT, live::STYLE)).hex(8)
}

/// A page with the preview's script and style. One that brings a policy of its own may allow neither, and then stays as it is. The page for
/// addresses that don't exist is shown at any depth, so its links begin `at_root`.
fn with_live(page: &Arc<[u8]>, version: Digest, at_root: bool) -> Arc<[u8]> {
    let has = |part: &[u8], text: &[u8]| part.windows(text.len()).any(|window| window.eq_ignore_ascii_case(text));
    let end = page.windows(7).position(|window| window.eq_ignore_ascii_case(b"</head>")).unwrap_or(page.len());
    let head = page.get(..end).unwrap_or_default();
    let has_policy = has(head, b"http-equiv=\"content-security-policy\"");
    if has_policy && !has(head, b"script-src 'self'") && !has(head, b"script-src &#39;self&#39;") && !has(head, b"script-src &#x27;self&#x27;") {
        return Arc::clone(page);
    }
    live::insert(page, version, at_root).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(page: &str) -> String {
        String::from_utf8(with_live(&Arc::from(page.as_bytes()), Digest::default(), false).to_vec()).unwrap()
    }

    #[test]
    fn pages_get_two_tags_and_nothing_else() {
        let tags = live::tags(Some(Digest::default()));
        assert_eq!(live("<head><title>A</title></HEAD><body></head>"), format!("<head>{tags}<title>A</title></HEAD><body></head>"));
        assert_eq!(live("<p>No head"), format!("{tags}<p>No head"));
        let closed = "<head><meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'\"></head>";
        assert_eq!(live(closed), closed);
        assert!(live(&closed.replace("default-src 'none'", "script-src 'self'")).contains(&tags));
    }

    #[test]
    fn versions_are_compared_weakly() {
        for (known, expected) in [("\"a\"", true), ("W/\"a\"", true), ("\"b\", \"a\"", true), ("*", true), ("\"b\"", false), ("a", false)] {
            assert_eq!(matches(known, "\"a\""), expected, "{known}");
        }
    }
}
