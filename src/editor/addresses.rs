//! Addresses of files, as editors write them, to paths and back.
//!
//! Knows URIs. Must not know which files matter.

use std::fmt::Write;
use std::path::{Path, PathBuf};

use lsp_types::Uri;
use url::Url;

/// The file that an address names; none for what isn't on a disk (`untitled:`, `git:`).
#[must_use]
pub fn path(uri: &Uri) -> Option<PathBuf> {
    let url = Url::parse(uri.as_str()).ok().filter(|url| url.scheme() == "file")?;
    let path = url.to_file_path().ok()?;
    // What can't be the name of a file would end the program in the operating system's functions.
    (!path.as_os_str().as_encoded_bytes().contains(&0)).then_some(path)
}

/// The address of a file, none if its path isn't absolute.
#[must_use]
pub fn uri(path: &Path) -> Option<Uri> {
    let mut address = String::new();
    for character in Url::from_file_path(path).ok()?.as_str().chars() {
        // Browsers let these pass, the standard doesn't.
        if matches!(character, '[' | ']' | '{' | '}' | '|' | '^' | '\\' | '`' | '"' | '<' | '>') {
            let _ = write!(address, "%{:02X}", u32::from(character)); // Writing to a string can't fail.
        } else {
            address.push(character);
        }
    }
    address.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(uri: &str) -> Option<PathBuf> {
        path(&uri.parse().ok()?)
    }

    #[test]
    #[cfg(unix)]
    fn files_have_addresses_and_nothing_else_is_a_file() {
        for (uri, expected) in [
            ("file:///a/b.md", Some("/a/b.md")),
            ("file:///a/b%20c/%C3%A9.md", Some("/a/b c/é.md")),
            ("file:///a/../b.md", Some("/b.md")),
            ("file://localhost/a.md", Some("/a.md")),
            ("file:///c%3A/work/a.md", Some("/c:/work/a.md")),
            ("file:///a%00b.md", None),
            ("untitled:Untitled-1", None),
            ("git:/a/b.md", None),
            ("file://server/share/a.md", None),
        ] {
            assert_eq!(parsed(uri), expected.map(PathBuf::from), "{uri}");
        }
    }

    #[test]
    #[cfg(unix)]
    fn a_path_comes_back() {
        for written in ["/a b/é→.md", "/100%/#1?.md", "/[x]/{y}.md", "/a+b&c.md"] {
            let address = uri(Path::new(written)).unwrap_or_else(|| panic!("{written} has an address"));
            assert_eq!(path(&address).as_deref(), Some(Path::new(written)));
        }
        assert_eq!(uri(Path::new("a.md")), None);
    }
}
