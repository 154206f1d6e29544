//! The head of a request, within limits of size and time. Must not know what is asked.

use std::io::Read;
use std::net::TcpStream;
use std::time::{Duration, Instant};

use super::now;

/// The head of a request may be as large as this; more is nobody's browser.
const HEAD_BYTES: usize = 32 * 1024;
const HEADERS: usize = 100;

/// How long a client may take for the head of a request, from its first byte on.
const HEAD_TIME: Duration = Duration::from_secs(10);

/// How long a connection may rest between requests.
const REST: Duration = Duration::from_mins(1);

/// A request without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    pub(super) method: String,
    pub(super) target: String,
    /// Whether it is of HTTP/1.1.
    pub(super) is_current: bool,
    headers: Vec<(String, String)>,
}

/// Why there is no request.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Fault {
    /// The client left, or kept quiet for too long between requests.
    Gone,
    /// It began a request and didn't end it in time.
    Slow,
    /// What it sent is no request.
    Bad,
    /// The request is too large.
    Large,
}

impl Head {
    /// A header's value; none if it isn't there or stands there more than once.
    pub(super) fn header(&self, name: &str) -> Option<&str> {
        let mut values = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        let value = values.next().map(|(_, value)| value.as_str());
        values.next().map_or(value, |_| None)
    }

    pub(super) fn count(&self, name: &str) -> usize {
        self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name)).count()
    }

    /// Whether something follows the head that isn't read. The connection can't be used after it.
    pub(super) fn has_body(&self) -> bool {
        self.count("transfer-encoding") > 0 || self.headers.iter().any(|(name, value)| name.eq_ignore_ascii_case("content-length") && value != "0")
    }

    /// Whether the client wants to ask for more on this connection.
    pub(super) fn keeps_alive(&self) -> bool {
        let says = |word: &str| {
            let values = self.headers.iter().filter(|(name, _)| name.eq_ignore_ascii_case("connection"));
            values.flat_map(|(_, value)| value.split(',')).any(|said| said.trim().eq_ignore_ascii_case(word))
        };
        !self.has_body() && !says("close") && (self.is_current || says("keep-alive"))
    }
}

/// Reads the next head. `read` keeps what has come beyond it.
pub(super) fn read(stream: &TcpStream, read: &mut Vec<u8>) -> Result<Head, Fault> {
    let mut deadline = (!read.is_empty()).then(|| now() + HEAD_TIME);
    let rested = now() + REST;
    // How far was looked already: a head that comes byte by byte isn't read from its beginning each time.
    let mut looked = 0;
    loop {
        let from = looked.min(read.len());
        if read.get(from..).is_some_and(|fresh| fresh.contains(&b'\n'))
            && let Some((head, length)) = parse(read)?
        {
            read.drain(..length);
            return Ok(head);
        }
        looked = read.len();
        if read.len() > HEAD_BYTES {
            return Err(Fault::Large);
        }
        let mut buffer = [0; 4096];
        let until = deadline.unwrap_or(rested);
        let length = read_until(stream, &mut buffer, until).ok_or(if deadline.is_some() { Fault::Slow } else { Fault::Gone })?;
        if length == 0 {
            return Err(Fault::Gone);
        }
        read.extend_from_slice(buffer.get(..length).unwrap_or_default());
        deadline = deadline.or_else(|| Some(now() + HEAD_TIME));
    }
}

/// Reads what comes until a moment; none if nothing came.
pub(super) fn read_until(mut stream: &TcpStream, buffer: &mut [u8], until: Instant) -> Option<usize> {
    loop {
        let left = until.checked_duration_since(now()).filter(|left| !left.is_zero())?;
        stream.set_read_timeout(Some(left)).ok()?;
        match stream.read(buffer) {
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            read => return read.ok(),
        }
    }
}

/// The head at the beginning of what was read, and its length; none if more has to come.
fn parse(read: &[u8]) -> Result<Option<(Head, usize)>, Fault> {
    let mut headers = [httparse::EMPTY_HEADER; HEADERS];
    let mut request = httparse::Request::new(&mut headers);
    let length = match request.parse(read) {
        Ok(httparse::Status::Complete(length)) => length,
        Ok(httparse::Status::Partial) => return Ok(None),
        Err(httparse::Error::TooManyHeaders) => return Err(Fault::Large),
        Err(_) => return Err(Fault::Bad),
    };
    if length > HEAD_BYTES {
        return Err(Fault::Large);
    }
    let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version) else { return Err(Fault::Bad) };
    // A header that isn't text says nothing to us.
    let text = |value: &[u8]| String::from_utf8_lossy(value).into_owned();
    let headers = request.headers.iter().map(|header| (header.name.to_owned(), text(header.value))).collect();
    Ok(Some((Head { method: method.to_owned(), target: target.to_owned(), is_current: version == 1, headers }, length)))
}

#[cfg(test)]
pub(super) fn of(text: &str) -> Head {
    parse(text.as_bytes()).unwrap().unwrap().0
}
