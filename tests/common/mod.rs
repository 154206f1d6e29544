//! What several tests need.
#![allow(
    dead_code,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::panic,
    reason = "each test file uses a part of it; a test fails by panicking, and makes files"
)]

pub(crate) mod links;
pub(crate) mod program;
pub(crate) mod safety;

use std::cell::RefCell;
use std::path::PathBuf;

use html5ever::tendril::StrTendril;
use html5ever::tokenizer::{BufferQueue, Token, TokenSink, TokenSinkResult, Tokenizer, TokenizerOpts};

/// The root of the repository.
pub(crate) fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The text of a page's main part as a reader sees it: tags dropped, white space collapsed.
pub(crate) fn page_text(html: &[u8]) -> String {
    struct Sink(RefCell<String>);
    impl TokenSink for Sink {
        type Handle = ();

        fn process_token(&self, token: Token, _line: u64) -> TokenSinkResult<()> {
            if let Token::CharacterTokens(text) = token {
                self.0.borrow_mut().push_str(&text);
            }
            TokenSinkResult::Continue
        }
    }
    let tokenizer = Tokenizer::new(Sink(RefCell::default()), TokenizerOpts::default());
    let input = BufferQueue::default();
    let html = String::from_utf8_lossy(html);
    let (_, main) = html.split_once("<main").expect("every page has a main part");
    input.push_back(StrTendril::from(main));
    let _done = tokenizer.feed(&input);
    tokenizer.end();
    let text = tokenizer.sink.0.into_inner();
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
