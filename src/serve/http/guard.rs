//! Whose requests are answered: those of this machine's own pages. Must not know files.

use std::net::{IpAddr, SocketAddr};

use super::head::Head;

/// Decides who may ask. Pages of other sites must not: neither directly, nor by giving their own name this machine's address (DNS
/// rebinding), which shows in the Host header.
pub(super) struct Guard {
    port: u16,
    is_open: bool,
    /// The name or address that was asked for.
    host: Option<String>,
}

impl Guard {
    pub(super) fn new(address: SocketAddr, host: Option<&str>) -> Self {
        let host = host.map(|host| host.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase());
        Self { port: address.port(), is_open: !address.ip().is_loopback(), host }
    }

    /// Why a request is refused, in words for the one who reads them; none if it is fine.
    pub(super) fn refuses(&self, head: &Head) -> Option<(u16, String)> {
        if head.count("host") > 1 || head.is_current && head.count("host") == 0 {
            return Some((400, "a request names one host".to_owned()));
        }
        // The target may name a host too, and then that counts.
        let host = authority(&head.target).or_else(|| head.header("host"));
        if let Some(host) = host.filter(|host| !self.knows(host)) {
            let shown: String = host.chars().filter(|character| !character.is_control()).take(100).collect();
            return Some((421, format!("this preview doesn't answer for the host '{shown}'; {}", self.advice())));
        }
        if head.count("origin") > 0 && !head.header("origin").and_then(|origin| origin.strip_prefix("http://")).is_some_and(|host| self.knows(host)) {
            return Some((403, "this preview doesn't answer pages of other sites".to_owned()));
        }
        None
    }

    fn advice(&self) -> String {
        format!("open http://127.0.0.1:{}/, or start it with `--host NAME`", self.port)
    }

    /// Whether a host, with its port, is this server.
    fn knows(&self, host: &str) -> bool {
        let host = host.to_ascii_lowercase();
        let (name, port) = match host.rsplit_once(':') {
            Some((name, port)) if !name.ends_with(':') && (!name.contains(':') || name.ends_with(']')) => (name, port.parse().ok()),
            _ => (host.as_str(), Some(80)),
        };
        let bare = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        let address = bare.parse::<IpAddr>().ok();
        // On an address of all: no name can be rebound to be an address, so every address is fine.
        let is_known = bare == "localhost" || address.is_some_and(|ip| ip.is_loopback() || self.is_open) || self.host.as_deref() == Some(bare);
        is_known && port == Some(self.port)
    }
}

/// The host that a target names: `http://host:80/path`.
fn authority(target: &str) -> Option<&str> {
    let rest = target.strip_prefix("http://").or_else(|| target.strip_prefix("https://"))?;
    Some(rest.split(['/', '?', '#']).next().unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::super::head::of;
    use super::*;

    fn answers(guard: &Guard, head: &str) -> Option<u16> {
        guard.refuses(&of(head)).map(|(status, _)| status)
    }

    #[test]
    fn only_this_machine_is_answered() {
        let guard = Guard::new("127.0.0.1:4300".parse().unwrap(), None);
        for host in ["127.0.0.1:4300", "localhost:4300", "LOCALHOST:4300", "[::1]:4300", "127.0.0.2:4300"] {
            assert_eq!(answers(&guard, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")), None, "{host}");
        }
        for host in
            ["evil.example:4300", "localhost", "localhost:4301", "localhost.evil.example:4300", "192.168.0.2:4300", "", ":4300", "[::1", "a:b:c"]
        {
            assert_eq!(answers(&guard, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")), Some(421), "{host}");
        }
        assert_eq!(answers(&guard, "GET / HTTP/1.1\r\n\r\n"), Some(400));
        assert_eq!(answers(&guard, "GET / HTTP/1.0\r\n\r\n"), None);
        assert_eq!(answers(&guard, "GET / HTTP/1.1\r\nHost: localhost:4300\r\nHost: evil.example\r\n\r\n"), Some(400));
        assert_eq!(answers(&guard, "GET http://evil.example/ HTTP/1.1\r\nHost: localhost:4300\r\n\r\n"), Some(421));
        assert_eq!(answers(&guard, "GET http://localhost:4300/ HTTP/1.1\r\nHost: localhost:4300\r\n\r\n"), None);
    }

    #[test]
    fn pages_of_other_sites_are_not_answered() {
        let guard = Guard::new("127.0.0.1:4300".parse().unwrap(), None);
        for (origin, expected) in [
            ("http://localhost:4300", None),
            ("https://localhost:4300", Some(403)),
            ("null", Some(403)),
            ("http://evil.example", Some(403)),
            ("http://localhost:8080", Some(403)),
        ] {
            assert_eq!(answers(&guard, &format!("GET / HTTP/1.1\r\nHost: localhost:4300\r\nOrigin: {origin}\r\n\r\n")), expected, "{origin}");
        }
    }

    #[test]
    fn an_address_of_the_network_is_answered_once_it_is_chosen() {
        let guard = Guard::new("0.0.0.0:80".parse().unwrap(), Some("Desk.lan"));
        for (host, expected) in [("192.168.0.2", None), ("desk.lan:80", None), ("desk.lan", None), ("evil.example", Some(421))] {
            assert_eq!(answers(&guard, &format!("GET / HTTP/1.1\r\nHost: {host}\r\n\r\n")), expected, "{host}");
        }
    }
}
