//! What kept a server from answering.

use std::error::Error;
use std::io;

use super::Fault;

/// What is searched for in the words of an error, in this order: what failed first is told first.
const WORDS: &[(&str, Fault)] = &[
    ("dns error", Fault::NoHost),
    ("failed to lookup", Fault::NoHost),
    ("certificate", Fault::Encryption),
    ("tls", Fault::Encryption),
    ("handshake", Fault::Encryption),
    ("corrupt message", Fault::Encryption),
    ("peer", Fault::Encryption),
    ("invalid http", Fault::NoHttp),
    ("message head is too large", Fault::NoHttp),
    ("http2 error", Fault::NoHttp),
    ("before message completed", Fault::CutOff),
    ("connection closed", Fault::CutOff),
    ("unexpected eof", Fault::CutOff),
    ("end of file", Fault::CutOff),
    ("error reading a body", Fault::CutOff),
];

/// Sorts an error of the HTTP client. It tells kinds apart in public only as far as time-outs; for the rest there are the causes and their words.
pub(super) fn fault(error: &reqwest::Error) -> Fault {
    if error.is_timeout() {
        return Fault::Timeout;
    }
    if error.is_redirect() {
        return Fault::Redirects;
    }
    let mut words = String::new();
    let mut ended = None;
    let mut cause = error.source();
    while let Some(inner) = cause {
        words.push_str(&inner.to_string().to_lowercase());
        words.push('\n');
        ended = inner.downcast_ref::<io::Error>().and_then(|error| of_kind(error.kind())).or(ended);
        cause = inner.source();
    }
    let told = WORDS.iter().find(|(word, _)| words.contains(word)).map(|(_, fault)| *fault);
    if let Some(fault @ (Fault::NoHost | Fault::Encryption)) = told {
        return fault;
    }
    let rest = if error.is_connect() {
        Fault::NoConnection
    } else if error.is_body() || error.is_decode() {
        Fault::CutOff
    } else {
        Fault::Other
    };
    ended.or(told).unwrap_or(rest)
}

fn of_kind(kind: io::ErrorKind) -> Option<Fault> {
    match kind {
        io::ErrorKind::ConnectionRefused | io::ErrorKind::HostUnreachable | io::ErrorKind::NetworkUnreachable | io::ErrorKind::AddrNotAvailable => {
            Some(Fault::NoConnection)
        }
        io::ErrorKind::ConnectionReset
        | io::ErrorKind::ConnectionAborted
        | io::ErrorKind::BrokenPipe
        | io::ErrorKind::UnexpectedEof
        | io::ErrorKind::NotConnected => Some(Fault::CutOff),
        io::ErrorKind::TimedOut => Some(Fault::Timeout),
        _ => None,
    }
}
