//! Addresses as people may see them, and those that nobody is asked about.

use std::net::{Ipv4Addr, Ipv6Addr};

use url::{Host, Url};

use crate::text::Span;

/// What stands for a secret.
const VEIL: &str = "***";
/// Words in the name of a parameter whose value is nobody's business.
const SECRET_WORDS: [&str; 14] = [
    "token",
    "secret",
    "password",
    "passwd",
    "pwd",
    "apikey",
    "api_key",
    "api-key",
    "access_key",
    "auth",
    "sig",
    "signature",
    "credential",
    "session",
];
/// Names that are too short to look for inside others.
const SECRET_NAMES: [&str; 5] = ["key", "sas", "jwt", "pass", "code"];
/// Hosts whose very paths are secrets: whoever knows one may post.
const SECRET_PATHS: [(&str, &str); 3] = [("hooks.slack.com", "/services/"), ("discord.com", "/api/webhooks/"), ("discordapp.com", "/api/webhooks/")];

/// A part of a text that nobody may see.
pub type Secret = Span;

/// The address as it may be printed: without what opens doors.
#[must_use]
pub fn shown(address: &str) -> String {
    let mut shown = String::with_capacity(address.len());
    let mut end = 0;
    for secret in secrets(address) {
        shown.push_str(Span::new(end, secret.start()).of(address));
        shown.push_str(VEIL);
        end = secret.end();
    }
    shown.push_str(Span::new(end, address.len()).of(address));
    shown
}

/// The parts of an address that nobody may see, in their order: user and password, values of parameters that look like keys, paths of hooks.
///
/// Takes the address as it is written, so that it can be hidden where it stands too. Too much is hidden rather than too little.
#[must_use]
pub fn secrets(address: &str) -> Vec<Secret> {
    let mut secrets = Vec::new();
    let after_scheme = address.find("//").map_or(0, |at| at + 2);
    let rest = Span::new(after_scheme, address.len()).of(address);
    let authority_end = after_scheme + rest.find(['/', '?', '#', '\\']).unwrap_or(rest.len());
    let authority = Span::new(after_scheme, authority_end).of(address);
    let user = authority.rfind('@').unwrap_or(0);
    if user > 0 {
        secrets.push(Span::new(after_scheme, after_scheme + user));
    }
    let host = authority.rsplit('@').next().unwrap_or_default().to_ascii_lowercase();
    let path = Span::new(authority_end, address.len()).of(address);
    for (hook, prefix) in SECRET_PATHS {
        if host == hook && path.starts_with(prefix) {
            secrets.push(Span::new(authority_end + prefix.len(), address.len()));
            return secrets;
        }
    }
    // Fragments carry tokens as queries do.
    let mut start = authority_end;
    for part in path.split_inclusive(['?', '&', '#', ';']) {
        let piece = part.trim_end_matches(['?', '&', '#', ';']);
        if let Some((name, value)) = piece.split_once('=')
            && start > authority_end
            && is_secret(name)
            && !value.is_empty()
        {
            secrets.push(Span::new(start + name.len() + 1, start + piece.len()));
        }
        start += part.len();
    }
    secrets
}

fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let name = name.trim_start_matches("amp;");
    SECRET_NAMES.contains(&name) || SECRET_WORDS.iter().any(|word| name.contains(word))
}

/// Whether nobody elsewhere can answer for an address: names that are reserved for examples and tests, and this machine itself.
pub(super) fn is_reserved(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => {
            let name = name.trim_end_matches('.');
            let ends = |domain: &str| name == domain || name.strip_suffix(domain).is_some_and(|rest| rest.ends_with('.'));
            // RFC 2606, RFC 6761.
            ["example", "test", "invalid", "localhost", "example.com", "example.net", "example.org"].into_iter().any(ends)
        }
        Some(Host::Ipv4(address)) => address.is_loopback() || address.is_unspecified() || is_documentation(address) || address.is_link_local(),
        Some(Host::Ipv6(address)) => address.is_loopback() || address.is_unspecified() || is_documentation_6(address),
        None => true,
    }
}

/// RFC 5737.
fn is_documentation(address: Ipv4Addr) -> bool {
    matches!(address.octets(), [192, 0, 2, _] | [198, 51, 100, _] | [203, 0, 113, _])
}

/// RFC 3849.
fn is_documentation_6(address: Ipv6Addr) -> bool {
    matches!(address.segments(), [0x2001, 0xdb8, ..])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_opens_doors_is_hidden() {
        for (address, expected) in [
            ("https://a.org/b?c=d#e", "https://a.org/b?c=d#e"),
            ("https://me:s3cret@a.org/b", "https://***@a.org/b"),
            ("https://me@x@a.org/b@c", "https://***@a.org/b@c"),
            ("//s3cret@a.org", "//***@a.org"),
            ("https://a.org/?a=1&access_token=s3cret&b=2", "https://a.org/?a=1&access_token=***&b=2"),
            ("https://a.org/?X-Amz-Signature=s3cret", "https://a.org/?X-Amz-Signature=***"),
            ("https://a.org/?a=1&amp;key=s3cret", "https://a.org/?a=1&amp;key=***"),
            ("https://a.org/#access_token=s3cret&x=1", "https://a.org/#access_token=***&x=1"),
            ("https://a.org/?monkey=1&token=", "https://a.org/?monkey=1&token="),
            ("https://hooks.slack.com/services/T0/B0/s3cret", "https://hooks.slack.com/services/***"),
            ("https://a.org/ü?token=ä#ß", "https://a.org/ü?token=***#ß"),
            ("token=s3cret", "token=s3cret"),
            ("", ""),
        ] {
            assert_eq!(shown(address), expected, "{address}");
        }
    }

    #[test]
    fn names_for_examples_are_asked_of_nobody() {
        let is = |address: &str| is_reserved(&Url::parse(address).unwrap());
        for address in [
            "https://git.halyard.example/a",
            "http://www.example.com",
            "http://example.com.",
            "http://localhost:8080",
            "http://127.0.0.1/",
            "http://[::1]/",
            "http://192.0.2.7/",
            "http://[2001:db8::1]/",
        ] {
            assert!(is(address), "{address}");
        }
        for address in ["https://notexample.com", "https://example.com.evil.org", "https://10.0.0.1/", "https://example.dev/"] {
            assert!(!is(address), "{address}");
        }
    }
}
