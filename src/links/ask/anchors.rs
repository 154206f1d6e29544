//! Which anchors a page has.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};
use percent_encoding::percent_decode_str;

use super::Anchor;
use crate::text::nearest;

/// Pages with scripts and fewer anchors than this are made by the scripts.
const FEW: usize = 3;
/// Anchors that are looked at for a suggestion; more would take longer than they are worth.
const CANDIDATES: usize = 5_000;
/// What Git hosts put before the anchors of headings that authors wrote.
const PREFIX: &str = "user-content-";

/// A page as far as anchors go.
#[derive(Default)]
pub(super) struct Page {
    ids: BTreeSet<String>,
    has_scripts: bool,
    /// Whether all of it was read.
    is_whole: bool,
    is_utf8: bool,
}

/// Nothing can be told.
pub(super) fn unknown(wanted: &BTreeSet<String>) -> BTreeMap<String, Anchor> {
    wanted.iter().map(|anchor| (anchor.clone(), Anchor::Unknown)).collect()
}

impl Page {
    pub(super) fn read(bytes: &[u8], is_whole: bool) -> Self {
        let text = String::from_utf8_lossy(bytes);
        let gathered = Gathered::default();
        let tokenizer = Tokenizer::new(gathered, TokenizerOpts::default());
        let input = BufferQueue::default();
        input.push_back(StrTendril::from_slice(&text));
        let _ = tokenizer.feed(&input);
        tokenizer.end();
        let page = tokenizer.sink.0.into_inner();
        // A character that was cut in two says nothing about the others.
        let is_utf8 = std::str::from_utf8(bytes).map_or_else(|error| error.error_len().is_none(), |_| true);
        Self { is_whole, is_utf8, ..page }
    }

    pub(super) fn look_for(&self, wanted: &BTreeSet<String>) -> BTreeMap<String, Anchor> {
        wanted.iter().map(|anchor| (anchor.clone(), self.has(anchor))).collect()
    }

    fn has(&self, written: &str) -> Anchor {
        let decoded = percent_decode_str(written).decode_utf8_lossy();
        let is_there = |id: &str| self.ids.contains(id) || self.ids.contains(&format!("{PREFIX}{}", id.to_lowercase()));
        if is_there(written) || is_there(&decoded) {
            return Anchor::There;
        }
        let is_made_by_script = self.ids.is_empty() || (self.has_scripts && self.ids.len() < FEW);
        if !self.is_whole || is_made_by_script || (!self.is_utf8 && !decoded.is_ascii()) {
            return Anchor::Unknown;
        }
        let candidates = self.ids.iter().take(CANDIDATES).map(|id| id.strip_prefix(PREFIX).unwrap_or(id));
        Anchor::Missing(nearest(&decoded, candidates).map(str::to_owned))
    }
}

/// Takes ids, and names of links, out of the tokens.
#[derive(Default)]
struct Gathered(RefCell<Page>);

impl TokenSink for Gathered {
    type Handle = ();

    fn process_token(&self, token: Token, _: u64) -> TokenSinkResult<()> {
        let Token::TagToken(tag) = token else { return TokenSinkResult::Continue };
        if tag.kind == TagKind::EndTag {
            return TokenSinkResult::Continue;
        }
        let mut page = self.0.borrow_mut();
        for attribute in &tag.attrs {
            let name = &*attribute.name.local;
            if name == "id" || (name == "name" && &*tag.name == "a") {
                page.ids.insert(attribute.value.to_string());
            }
        }
        match &*tag.name {
            "script" => {
                page.has_scripts = true;
                TokenSinkResult::RawData(html5ever::tokenizer::states::RawKind::ScriptData)
            }
            "style" | "noembed" | "noframes" | "iframe" | "xmp" => TokenSinkResult::RawData(html5ever::tokenizer::states::RawKind::Rawtext),
            "title" | "textarea" => TokenSinkResult::RawData(html5ever::tokenizer::states::RawKind::Rcdata),
            _ => TokenSinkResult::Continue,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(html: &str, anchor: &str) -> Anchor {
        let wanted = BTreeSet::from([anchor.to_owned()]);
        Page::read(html.as_bytes(), true).look_for(&wanted).remove(anchor).unwrap()
    }

    #[test]
    fn anchors_are_ids_and_names_of_links() {
        let page = "<h1 id=top-level>A</h1><a name='old'></a><p id=\"über uns\"><i name=no></i><!-- <p id=hidden> --><script>'<p id=made>'</script>\
                    <h2 id='user-content-set-up'>x";
        for anchor in ["top-level", "old", "%C3%BCber%20uns", "set-up", "Set-Up"] {
            assert_eq!(found(page, anchor), Anchor::There, "{anchor}");
        }
        assert_eq!(found(page, "sett-up"), Anchor::Missing(Some("set-up".to_owned())));
        for anchor in ["no", "hidden", "made"] {
            assert!(matches!(found(page, anchor), Anchor::Missing(_)), "{anchor}");
        }
    }

    #[test]
    fn nothing_is_said_of_pages_that_scripts_make() {
        assert_eq!(found("<p>no anchors at all", "a"), Anchor::Unknown);
        assert_eq!(found("<div id=root></div><script src=app.js></script>", "a"), Anchor::Unknown);
        assert_eq!(found("<div id=root></div>", "a"), Anchor::Missing(None));
        let cut = Page::read(b"<p id=x>", false);
        assert_eq!(cut.has("a"), Anchor::Unknown);
        assert_eq!(Page::read(b"<p id=\xfcber>", true).has("%C3%BCber"), Anchor::Unknown);
    }

    #[test]
    fn odd_pages_end() {
        for page in
            ["<".repeat(100_000), "<p id=".repeat(20_000), "<!--".repeat(50_000), "<script>".repeat(50_000), "\0&#x;<a\0 name=\0>".repeat(10_000)]
        {
            let _ = found(&page, "a");
        }
    }
}
