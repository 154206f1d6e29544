//! What raw HTML in a document says: headings, anchors, links, comments; and what of it nobody sees. Read by html5ever's tokenizer.

use std::cell::{Cell, RefCell};
use std::ops::Range;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::states::RawKind;
use html5ever::tokenizer::{BufferQueue, Tag, TagKind, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

use super::LinkKind;

/// The facts about one piece of raw HTML.
#[derive(Debug, Default)]
pub(super) struct HtmlFacts {
    /// Level, text and id of each heading.
    pub headings: Vec<(u8, String, Option<String>)>,
    /// Ids and names, but for those of headings.
    pub anchors: Vec<String>,
    /// Links, images and the like.
    pub links: Vec<(LinkKind, String)>,
    /// The text less comments, tags and headings.
    pub text: String,
    /// Whether something that isn't text is shown: an image, a video.
    pub has_media: bool,
    /// What stands in its comments.
    pub comments: Vec<String>,
    /// Whether it holds any tag.
    pub has_tag: bool,
    /// Whether it opens a script or style, or closes one.
    pub code: Option<bool>,
}

pub(super) fn read(html: &str) -> HtmlFacts {
    let tokenizer = Tokenizer::new(Sink::default(), TokenizerOpts::default());
    let input = BufferQueue::default();
    input.push_back(StrTendril::from(html));
    // The tokenizer only stops early to run a script, which this sink never asks for.
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    let mut state = tokenizer.sink.state.into_inner();
    state.give_up_heading();
    state.facts
}

#[derive(Default)]
struct Sink {
    state: RefCell<State>,
}

#[derive(Default)]
struct State {
    facts: HtmlFacts,
    heading: Option<(u8, String, Option<String>)>,
    /// How many svg and math elements are open: in them no element holds raw text.
    foreign: usize,
}

impl TokenSink for Sink {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        let state = &mut *self.state.borrow_mut();
        match token {
            Token::TagToken(tag) => {
                state.tag(&tag);
                return content(&tag, state.foreign);
            }
            Token::CommentToken(text) => state.facts.comments.push(text.to_string()),
            Token::CharacterTokens(_) if state.facts.code == Some(true) => {}
            Token::CharacterTokens(text) => match &mut state.heading {
                Some((_, title, _)) => title.push_str(&text),
                None => state.facts.text.push_str(&text),
            },
            Token::DoctypeToken(_) | Token::NullCharacterToken | Token::EOFToken | Token::ParseError(_) => {}
        }
        TokenSinkResult::Continue
    }
}

impl State {
    /// A heading that isn't closed is text, but its id is a place all the same.
    fn give_up_heading(&mut self) {
        if let Some((_, title, id)) = self.heading.take() {
            self.facts.text.push_str(&title);
            self.facts.anchors.extend(id);
        }
    }

    fn tag(&mut self, tag: &Tag) {
        self.facts.has_tag = true;
        self.foreign = foreign(tag, self.foreign);
        if code_element(tag).is_some() {
            self.facts.code = Some(opens(tag, self.foreign));
        }
        let level = heading_level(&tag.name);
        if tag.kind == TagKind::EndTag {
            if level.is_some()
                && let Some(heading) = self.heading.take()
            {
                self.facts.headings.push(heading);
            }
            return;
        }
        let attribute = |name: &str| tag.attrs.iter().find(|attribute| &*attribute.name.local == name).map(|attribute| attribute.value.to_string());
        if let Some(level) = level {
            self.give_up_heading();
            self.heading = Some((level, String::new(), attribute("id")));
        } else {
            let name = if &*tag.name == "a" { attribute("name") } else { None };
            self.facts.anchors.extend(attribute("id").or(name));
        }
        match &*tag.name {
            "a" => self.facts.links.extend(attribute("href").map(|target| (LinkKind::HtmlLink, target))),
            "img" | "video" | "audio" | "source" | "iframe" | "embed" | "object" => {
                self.facts.has_media = true;
                self.facts.links.extend(attribute("src").map(|target| (LinkKind::HtmlSource, target)));
            }
            _ => {}
        }
    }
}

/// How the tokenizer reads on behind a tag: what some elements hold is no markup.
fn content(tag: &Tag, foreign: usize) -> TokenSinkResult<()> {
    match &*tag.name {
        _ if tag.kind == TagKind::EndTag || foreign > 0 => TokenSinkResult::Continue,
        "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
        "iframe" | "noembed" | "noframes" | "style" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
        "script" => TokenSinkResult::RawData(RawKind::ScriptData),
        "plaintext" => TokenSinkResult::Plaintext,
        _ => TokenSinkResult::Continue,
    }
}

/// How many svg and math elements are open behind a tag.
fn foreign(tag: &Tag, before: usize) -> usize {
    match (&*tag.name, tag.kind) {
        ("svg" | "math", TagKind::StartTag) if !tag.self_closing => before + 1,
        ("svg" | "math", TagKind::EndTag) => before.saturating_sub(1),
        _ => before,
    }
}

/// The name of an element whose text is none for readers.
fn code_element(tag: &Tag) -> Option<&'static str> {
    ["script", "style"].into_iter().find(|name| *name == &*tag.name)
}

fn opens(tag: &Tag, foreign: usize) -> bool {
    tag.kind == TagKind::StartTag && !(foreign > 0 && tag.self_closing)
}

/// What nobody sees of raw HTML: comments, declarations, processing instructions, scripts and styles.
#[derive(Debug, Default)]
pub(crate) struct Unseen {
    pub ranges: Vec<Range<usize>>,
    /// Where a script or style begins that doesn't end here, and its name.
    pub open: Option<(usize, &'static str)>,
    /// Where a comment begins that doesn't end here.
    pub comment: Option<usize>,
}

/// Finds what nobody sees. `inside` is the script or style that earlier HTML left open. Where raw HTML is trusted, scripts and styles are meant to be there.
pub(crate) fn unseen(html: &str, inside: Option<&'static str>, is_trusted: bool) -> Unseen {
    let input = BufferQueue::default();
    let state = UnseenState { open: inside.map(|name| (0, name)), ..UnseenState::default() };
    let sink = UnseenSink { html, input: &input, is_trusted, has_ended: Cell::new(false), state: RefCell::new(state) };
    let kind = |name| if name == "script" { RawKind::ScriptData } else { RawKind::Rawtext };
    let options = TokenizerOpts {
        discard_bom: false,
        initial_state: inside.map(|name| html5ever::tokenizer::states::State::RawData(kind(name))),
        last_start_tag_name: inside.map(str::to_owned),
        ..TokenizerOpts::default()
    };
    let tokenizer = Tokenizer::new(sink, options);
    input.push_back(StrTendril::from(html));
    let _done = tokenizer.feed(&input);
    tokenizer.sink.has_ended.set(true);
    tokenizer.end();
    let mut state = tokenizer.sink.state.into_inner();
    // A tag that isn't closed is gone with all that its attributes hold.
    if state.open.is_none() && !state.is_raw {
        state.ranges.extend(opening(html, state.after, is_tag_start).map(|start| start..html.len()));
    }
    Unseen { ranges: state.ranges, open: state.open, comment: state.comment }
}

struct UnseenSink<'a> {
    html: &'a str,
    /// What the tokenizer has yet to read, which tells where it is.
    input: &'a BufferQueue,
    is_trusted: bool,
    has_ended: Cell<bool>,
    state: RefCell<UnseenState>,
}

#[derive(Default)]
struct UnseenState {
    ranges: Vec<Range<usize>>,
    /// The end of the last tag, comment or declaration.
    after: usize,
    /// The script or style that is open.
    open: Option<(usize, &'static str)>,
    /// The comment that is never closed.
    comment: Option<usize>,
    foreign: usize,
    /// Whether an element holds what is no markup.
    is_raw: bool,
}

impl TokenSink for UnseenSink<'_> {
    type Handle = ();

    fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
        if !matches!(token, Token::TagToken(_) | Token::CommentToken(_) | Token::DoctypeToken(_)) {
            return TokenSinkResult::Continue;
        }
        let state = &mut *self.state.borrow_mut();
        let end = self.position();
        let Token::TagToken(tag) = token else {
            if state.open.is_none() {
                let start = opening(self.html, state.after, |rest| !is_tag_start(rest)).unwrap_or(state.after);
                if self.has_ended.get() { state.comment = Some(start) } else { state.ranges.push(start..end) }
            }
            state.after = end;
            return TokenSinkResult::Continue;
        };
        state.foreign = foreign(&tag, state.foreign);
        match (state.open, code_element(&tag)) {
            (None, Some(name)) if !self.is_trusted && tag.kind == TagKind::StartTag => {
                let start = opening(self.html, state.after, is_tag_start).unwrap_or(state.after);
                if opens(&tag, state.foreign) { state.open = Some((start, name)) } else { state.ranges.push(start..end) }
            }
            (Some((start, open)), Some(name)) if open == name && tag.kind == TagKind::EndTag => {
                state.ranges.push(start..end);
                state.open = None;
            }
            _ => {}
        }
        state.after = end;
        let content = content(&tag, state.foreign);
        state.is_raw = !matches!(content, TokenSinkResult::Continue);
        content
    }
}

impl UnseenSink<'_> {
    /// Where the tokenizer is.
    fn position(&self) -> usize {
        if self.has_ended.get() {
            return self.html.len();
        }
        let rest: Vec<StrTendril> = std::iter::from_fn(|| self.input.pop_front()).collect();
        let left: usize = rest.iter().map(|part| part.len()).sum();
        rest.into_iter().rev().for_each(|part| self.input.push_front(part));
        self.html.len().saturating_sub(left)
    }
}

/// The next place from here on where text ends and a tag, comment or declaration begins, if it is one of those wanted.
fn opening(html: &str, from: usize, is_wanted: impl Fn(&str) -> bool) -> Option<usize> {
    let rest = html.get(from..)?;
    let begins = |rest: &str| is_tag_start(rest) || rest.starts_with(['!', '?']) || rest.starts_with('/') && !rest.starts_with("/>");
    let starts = rest.match_indices('<').map(|(at, _)| from + at);
    starts.filter(|at| html.get(at + 1..).is_some_and(&begins)).find(|at| html.get(at + 1..).is_some_and(&is_wanted))
}

/// Whether a tag stands behind this `<`.
fn is_tag_start(rest: &str) -> bool {
    rest.strip_prefix('/').unwrap_or(rest).starts_with(|c: char| c.is_ascii_alphabetic())
}

fn heading_level(name: &str) -> Option<u8> {
    match name {
        "h1" => Some(1),
        "h2" => Some(2),
        "h3" => Some(3),
        "h4" => Some(4),
        "h5" => Some(5),
        "h6" => Some(6),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_nobody_sees_is_found() {
        for (html, shown, open) in [
            ("a <!-- x --> b<!--> c <!---> d", "a  b c  d", None),
            ("<!note x> <?php y ?> <!DOCTYPE html>z</ w>.</>", "  z.</>", None),
            ("<div title=\"<!--\">a</div><!-- x -->b", "<div title=\"<!--\">a</div>b", None),
            ("<p title='>'>a<<!-- x -->b &amp; c &notit; <!-- y -->.", "<p title='>'>a<b &amp; c &notit; .", None),
            ("a<SCRIPT src=x>if (a < b) '<!--' </script >b<style>p{}</style>c", "abc", None),
            ("<title><!-- text --><b></title><!-- x -->", "<title><!-- text --><b></title>", None),
            ("<svg><style/><g><style><!-- x --></style></g></svg>", "<svg><g></g></svg>", None),
            ("größe <!-- ü --> <b\r\nclass=é><!-- x -->", "größe  <b\r\nclass=é>", None),
            ("a <b title=\"<!-- secret", "a ", None),
            ("a <style>p", "", Some((2, "style"))),
        ] {
            let found = unseen(html, None, false);
            assert_eq!(found.open, open, "{html}");
            if open.is_none() {
                let mut left = html.to_owned();
                found.ranges.iter().rev().for_each(|range| left.replace_range(range.clone(), ""));
                assert_eq!(left, shown, "{html}");
            }
        }
        assert_eq!(unseen("a < b <!-- x\n", None, false).comment, Some(6));
        let found = unseen("x </style> <!-- <style> --> </script> y", Some("script"), false);
        assert_eq!((found.ranges.first(), found.ranges.len(), found.open), (Some(&(0..37)), 1, None));
        let found = unseen("<style>a<!-- b --></style><!-- c -->", None, true);
        assert_eq!((found.ranges.first(), found.ranges.len()), (Some(&(26..36)), 1));
    }

    #[test]
    fn scripts_and_styles_are_no_text() {
        for (html, text) in [("a<script>b</script>c<style>d</style>e", "ace"), ("<svg><style/><text>a</text></svg>", "a"), ("<style>a", "")] {
            assert_eq!(read(html).text, text, "{html}");
        }
    }

    #[test]
    fn much_html_takes_no_longer_than_its_length() {
        let many = "<!-- x --><b title='<!--'>&amp;</b>".repeat(100_000);
        assert_eq!(unseen(&many, None, false).ranges.len(), 100_000);
        assert!(unseen(&"<".repeat(1_000_000), None, false).ranges.is_empty());
        assert!(unseen(&"</>".repeat(300_000), None, false).ranges.is_empty());
    }
}
