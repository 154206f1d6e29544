//! Addresses as requests name them: which file of the site is meant. Must not know whether there is one.

use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use crate::source::SitePath;

/// What browsers escape in paths, and what would end one.
const ESCAPED: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'%').add(b'<').add(b'>').add(b'?').add(b'`').add(b'{').add(b'}').add(b'\\');

/// What a request asks for.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Target<'a> {
    /// The path as it is written, with a slash at its beginning.
    pub(super) path: &'a str,
    pub(super) query: Option<&'a str>,
}

impl<'a> Target<'a> {
    /// Takes a target apart: `/a/b.html?c`, or the same behind `http://host`.
    pub(super) fn new(target: &'a str) -> Option<Self> {
        let path = match target.split_once("://") {
            Some(("http" | "https", rest)) => rest.find('/').map_or("/", |at| rest.get(at..).unwrap_or("/")),
            _ => target,
        };
        let path = path.split('#').next().unwrap_or(path);
        let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
        path.starts_with('/').then_some(Self { path, query })
    }

    /// The value of a parameter, decoded.
    pub(super) fn parameter(&self, name: &str) -> Option<String> {
        let pairs = self.query?.split('&').filter_map(|pair| pair.split_once('='));
        let value = pairs.into_iter().find(|(key, _)| *key == name).map(|(_, value)| value)?;
        percent_decode_str(value).decode_utf8().ok().map(std::borrow::Cow::into_owned)
    }
}

/// The file of the site that a path stands for; a folder stands for its page. None if the site can have no such file: a path never leads
/// out, whatever it is made of, since a [`SitePath`] can't.
pub(super) fn file(path: &str) -> Option<SitePath> {
    let decoded = percent_decode_str(path).decode_utf8().ok()?;
    let inside = decoded.strip_prefix('/')?;
    if inside.is_empty() || inside.ends_with('/') { SitePath::new(&format!("{inside}index.html")) } else { SitePath::new(inside) }
}

/// How a file's address is written, from the top.
pub(super) fn href(path: &SitePath) -> String {
    format!("/{}", utf8_percent_encode(path.as_str(), ESCAPED))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_path_leads_out_of_the_site() {
        for bad in [
            "",
            "a.html",
            "/../a",
            "/a/../../b",
            "/%2e%2e/a",
            "/..%2fa",
            "/%2e%2e%5ca",
            "/a%5c..%5cb",
            "/a\\b",
            "/%00",
            "/a%00.html",
            "//etc/passwd",
            "/%2fetc/passwd",
            "/./a",
            "/a//b",
            "/%ff",
        ] {
            assert_eq!(file(bad), None, "{bad}");
        }
        for (path, expected) in
            [("/", "index.html"), ("/a/", "a/index.html"), ("/a%20b.html", "a b.html"), ("/%C3%A4.html", "ä.html"), ("/%252e", "%2e")]
        {
            assert_eq!(file(path).unwrap().as_str(), expected);
        }
    }

    #[test]
    fn targets_are_taken_apart() {
        let target = Target::new("http://localhost:1/a/b.html?page=%2Fa%20b&x").unwrap();
        assert_eq!((target.path, target.parameter("page").as_deref(), target.parameter("x")), ("/a/b.html", Some("/a b"), None));
        assert_eq!(Target::new("http://localhost").unwrap().path, "/");
        assert_eq!(Target::new("*"), None);
        assert_eq!(href(&file("/a%20%23b/c%3f.html").unwrap()), "/a%20%23b/c%3F.html");
    }
}
