//! What is left of raw HTML: structure and text, never scripts, styles or handlers.

use ammonia::Builder;

use super::body::is_line_mark;

/// Attributes that every element may have.
const GENERIC: [&str; 14] = [
    "aria-describedby",
    "aria-hidden",
    "aria-label",
    "aria-labelledby",
    "class",
    "dir",
    "id",
    "lang",
    "role",
    "tabindex",
    "title",
    // Of our own code blocks, which are cleaned with the page that they stand on.
    "data-language",
    "data-placeholder",
    // Of blocks in previews, as far as they are ours.
    "data-line",
];
/// Schemes that links may have; the check `unsafe-link` reports the others.
const SCHEMES: [&str; 12] = ["http", "https", "mailto", "tel", "sms", "ftp", "ssh", "git", "irc", "xmpp", "slack", "matrix"];

/// Cleans the HTML of a whole page, so that raw HTML can't open what Markdown closes.
pub(super) fn sanitizer() -> Builder<'static> {
    cleaner(true)
}

/// Cleans HTML for a view that loads nothing: images show only what they carry themselves.
pub(super) fn sanitizer_without_requests() -> Builder<'static> {
    cleaner(false)
}

fn cleaner(loads_images: bool) -> Builder<'static> {
    let mut builder = Builder::default();
    builder
        .add_tags(["input", "section"])
        .add_generic_attributes(GENERIC)
        .add_tag_attributes("a", ["rel", "name"])
        .add_tag_attributes("details", ["open"])
        .add_tag_attributes("img", ["loading", "width", "height"])
        .add_tag_attributes("li", ["value"])
        .add_tag_attributes("ol", ["start", "reversed", "type"])
        // Whatever an input was, it becomes a check box that only shows. Of attributes that are set ammonia makes the order up
        // anew on every run, so no element may have two of them: the filter below sees to the type.
        .add_tag_attributes("input", ["checked", "disabled", "type"])
        .set_tag_attribute_value("input", "disabled", "")
        .add_tag_attributes("td", ["colspan", "rowspan"])
        .add_tag_attributes("th", ["colspan", "rowspan", "scope"])
        .add_url_schemes(SCHEMES)
        .add_url_schemes(["data"])
        .link_rel(None)
        .attribute_filter(move |element, attribute, value| {
            if element == "input" && attribute == "type" {
                return Some("checkbox".into());
            }
            if attribute == "data-line" {
                return is_line_mark(value).then_some(value.into());
            }
            // Pictures may stand in the page itself; nothing else may.
            let is_data = value.trim_start().get(..5).is_some_and(|start| start.eq_ignore_ascii_case("data:"));
            let is_source = element == "img" && attribute == "src";
            let is_picture = is_source && value.trim_start().starts_with("data:image/");
            (is_picture || !is_data && (loads_images || !is_source)).then_some(value.into())
        });
    builder
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::document::Document;
    use crate::render::code::{Names, block};
    use crate::render::highlight::{Highlighter, KnownLines};
    use crate::source::{SitePath, Source};

    #[test]
    fn code_blocks_of_ours_stay_as_they_are() {
        let text = "---\nplaceholders: { pod: x }\n---\n```console numbers title=\"a.sh\" danger=\"Ends <all>\" {2}\n\
            $ rm -rf <pod>\nout <pod>\n$ echo \"a & b\"\n```\n\n```bash\nrm -rf <pod>\n```\n";
        let (document, _) = Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text));
        // The parser writes these out; the page says the same.
        let written = |html: &str| html.replace("&quot;", "\"").replace("&#39;", "'");
        for fence in &document.fences {
            let pieces = Highlighter::default().pieces(&mut KnownLines::default(), &fence.language, &fence.content);
            let words = crate::blocks::code::harm::of(fence);
            let html = block(fence, &pieces, words.as_ref(), &Names::of(&document));
            assert!(html.contains("data-placeholder=\"pod\"") && html.contains("danger-label"), "{html}");
            assert_eq!(sanitizer().clean(&html).to_string(), written(&html));
        }
    }

    #[test]
    fn what_runs_is_taken_out_and_what_shows_stays() {
        let sanitizer = sanitizer();
        for (raw, clean) in [
            ("<p onclick=\"x()\" class=\"a\">t</p>", "<p class=\"a\">t</p>"),
            ("<script>alert(1)</script>after", "after"),
            ("<a href=\"javascript:x\">l</a>", "<a>l</a>"),
            ("<a href=\"data:text/html,x\">l</a>", "<a>l</a>"),
            ("<img src=\"data:image/png;base64,AA\" alt=\"\">", "<img src=\"data:image/png;base64,AA\" alt=\"\">"),
            ("<p style=\"position:fixed\">t</p>", "<p>t</p>"),
            ("<iframe src=\"https://x.org\"></iframe>", ""),
            ("<details open=\"\"><summary>s</summary>t</details>", "<details open=\"\"><summary>s</summary>t</details>"),
            ("<input type=\"password\" name=\"p\">", "<input type=\"checkbox\" disabled=\"\">"),
            ("<input disabled type=\"checkbox\" checked>", "<input disabled=\"\" type=\"checkbox\" checked=\"\">"),
            ("<h2 id=\"a\">t</h2>", "<h2 id=\"a\">t</h2>"),
        ] {
            assert_eq!(sanitizer.clean(raw).to_string(), clean);
        }
    }

    #[test]
    fn what_would_be_loaded_is_taken_out() {
        let sanitizer = sanitizer_without_requests();
        for (raw, clean) in [
            ("<img src=\"a.png\" alt=\"A\">", "<img alt=\"A\">"),
            ("<img src=\"https://x.org/a.png\" alt=\"A\">", "<img alt=\"A\">"),
            ("<img src=\"data:image/png;base64,AA\" alt=\"\">", "<img src=\"data:image/png;base64,AA\" alt=\"\">"),
            ("<a href=\"data:text/html,x\">l</a>", "<a>l</a>"),
            ("<a href=\"a.html\">l</a>", "<a href=\"a.html\">l</a>"),
            ("<input type=\"password\">", "<input type=\"checkbox\" disabled=\"\">"),
        ] {
            assert_eq!(sanitizer.clean(raw).to_string(), clean);
        }
    }
}
