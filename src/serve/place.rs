//! Addresses that open a place in the writer's editor.
//!
//! Knows the schemes that editors listen to. Must not know what is at the place.

use std::path::Path;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

/// Paths keep what reads well in an address.
const ESCAPED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'/').remove(b'.').remove(b'-').remove(b'_').remove(b'~').remove(b':');

/// Editors by name, and what opens a place in each.
const EDITORS: &[(&str, &str)] = &[
    ("vscode", "vscode://file{path}:{line}:{column}"),
    ("vscodium", "vscodium://file{path}:{line}:{column}"),
    ("cursor", "cursor://file{path}:{line}:{column}"),
    ("zed", "zed://file{path}:{line}:{column}"),
    ("idea", "idea://open?file={path}&line={line}&column={column}"),
    ("textmate", "txmt://open?url=file://{path}&line={line}&column={column}"),
    ("sublime", "subl://open?url=file://{path}&line={line}&column={column}"),
    ("emacs", "org-protocol://open-source?url=file://{path}:{line}"),
];

/// What a browser must not be made to do by a link.
const REFUSED: &[&str] = &["javascript", "data", "vbscript", "blob"];

/// An address with places for path, line and column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Editor(String);

impl Editor {
    /// An editor by its name, or an address of one's own with `{path}`, and `{line}` and `{column}` if it knows them.
    ///
    /// # Errors
    ///
    /// If it is neither; says what it may be.
    pub fn new(text: &str) -> Result<Self, String> {
        if let Some((_, template)) = EDITORS.iter().find(|(name, _)| *name == text) {
            return Ok(Self((*template).to_owned()));
        }
        let scheme = text.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase());
        let is_scheme =
            |scheme: &str| !scheme.is_empty() && scheme.chars().all(|character| character.is_ascii_alphanumeric() || "+-.".contains(character));
        if text.contains("{path}") && scheme.is_some_and(|scheme| is_scheme(&scheme) && !REFUSED.contains(&scheme.as_str())) {
            return Ok(Self(text.to_owned()));
        }
        let names: Vec<&str> = EDITORS.iter().map(|(name, _)| *name).collect();
        Err(format!("name one of {}, or an address with {{path}}, {{line}} and {{column}}", names.join(", ")))
    }

    /// The address of a place.
    #[must_use]
    pub fn link(&self, file: &Path, line: usize, column: usize) -> String {
        let file = std::path::absolute(file).unwrap_or_else(|_| file.to_owned());
        let text = file.to_string_lossy().replace('\\', "/");
        let rooted = if text.starts_with('/') { text } else { format!("/{text}") };
        let path = utf8_percent_encode(&rooted, ESCAPED).to_string();
        // The path comes last: a folder may be called `{line}`, but its braces are escaped.
        self.0.replace("{line}", &line.to_string()).replace("{column}", &column.to_string()).replace("{path}", &path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editors_are_known_by_name_or_by_address() {
        let link = |editor: &str| Editor::new(editor).map(|editor| editor.link(Path::new("/home/a b/{line}.md"), 3, 7));
        assert_eq!(link("vscode").unwrap(), "vscode://file/home/a%20b/%7Bline%7D.md:3:7");
        assert_eq!(link("idea").unwrap(), "idea://open?file=/home/a%20b/%7Bline%7D.md&line=3&column=7");
        assert_eq!(link("mine://x?f={path}").unwrap(), "mine://x?f=/home/a%20b/%7Bline%7D.md");
        for bad in ["notepad", "javascript:{path}", "JavaScript:{path}", "vscode://file", "{path}", ":{path}", "a b:{path}"] {
            assert!(link(bad).is_err(), "{bad}");
        }
    }
}
