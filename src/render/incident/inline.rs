//! The style and the script that stand inside every incident view, the same in all of a site, and the policy that allows them.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// What stands inside of incident views.
pub(in crate::render) struct Inline {
    pub style: String,
    pub script: String,
    /// What the views allow themselves: their style, their script and the images in them.
    pub policy: String,
    /// The same for previews, where the server adds a script and a style sheet of its own.
    pub preview_policy: String,
    /// The header that lets a whole site work, incident views included.
    pub header: String,
}

impl Inline {
    /// Style and script as they stand in a page, with their hashes in the policies. <https://www.w3.org/TR/CSP3/#match-element-to-source-list>
    pub(in crate::render) fn new(style: &str, script: &str) -> Self {
        let (style, script) = (embeddable(style), embeddable(script));
        let (style_hash, script_hash) = (hash(&style), hash(&script));
        let policy =
            format!("default-src 'none'; style-src '{style_hash}'; script-src '{script_hash}'; img-src data:; base-uri 'none'; form-action 'none'");
        let preview_policy = format!(
            "default-src 'none'; style-src 'self' '{style_hash}'; script-src 'self' '{script_hash}'; connect-src 'self'; img-src data:; \
             base-uri 'none'; form-action 'none'"
        );
        let header = format!(
            "default-src 'none'; script-src 'self' '{script_hash}'; style-src 'self' '{style_hash}'; img-src 'self' data:; connect-src 'self'; \
             base-uri 'self'; form-action 'none'; frame-ancestors 'none'"
        );
        Self { style, script, policy, preview_policy, header }
    }
}

/// A text that can't end its element before its end, with the line ends that browsers make of it before they hash it.
fn embeddable(text: &str) -> String {
    text.replace("\r\n", "\n").replace('\r', "\n").replace("</", "<\\/").replace("<!--", "<\\!--").replace('\0', "\u{FFFD}")
}

fn hash(text: &str) -> String {
    format!("sha256-{}", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn policies_name_what_stands_in_the_page() {
        let inline = Inline::new("a{}\r\n", "if (a) '</script><!--'");
        assert_eq!((inline.style.as_str(), inline.script.as_str()), ("a{}\n", "if (a) '<\\/script><\\!--'"));
        // printf 'a{}\n' | openssl dgst -sha256 -binary | base64
        let style = "sha256-u0Jj2e1i7IBkNDEHdGEj6YSZteK6W+q1Sv+Vn8x343I=";
        assert!(inline.policy.contains(style) && inline.header.contains(style), "{}", inline.policy);
        assert_eq!(inline.policy.matches("sha256-").count(), 2);
    }
}
