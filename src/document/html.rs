//! What raw HTML in a document says: headings, anchors, links, comments. Read by html5ever's tokenizer.

use std::cell::RefCell;

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
                // What these hold is no markup.
                return match &*tag.name {
                    _ if tag.kind == TagKind::EndTag || state.foreign > 0 => TokenSinkResult::Continue,
                    "textarea" | "title" => TokenSinkResult::RawData(RawKind::Rcdata),
                    "iframe" | "noembed" | "noframes" | "style" | "xmp" => TokenSinkResult::RawData(RawKind::Rawtext),
                    "script" => TokenSinkResult::RawData(RawKind::ScriptData),
                    "plaintext" => TokenSinkResult::Plaintext,
                    _ => TokenSinkResult::Continue,
                };
            }
            Token::CommentToken(text) => state.facts.comments.push(text.to_string()),
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
        if matches!(&*tag.name, "svg" | "math") {
            self.foreign = if tag.kind == TagKind::StartTag { self.foreign + 1 } else { self.foreign.saturating_sub(1) };
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
