//! Any text as a document: it is read, checked and drawn without a panic, and its page holds nothing that runs.
#![no_main]

#[path = "../../common/safety.rs"]
mod safety;

use std::cell::RefCell;

use libfuzzer_sys::{Corpus, fuzz_target};
use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

const REGISTRY: &str = include_str!("../../hostile/registry.yaml");

thread_local! {
    // The theme is loaded once.
    static CACHE: RefCell<Cache> = RefCell::default();
}

fuzz_target!(|bytes: &[u8]| -> Corpus {
    let Ok(text) = std::str::from_utf8(bytes) else { return Corpus::Reject };
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("content/registry.yaml").expect("a path"), REGISTRY);
    sources.insert(SitePath::new("content/index.md").expect("a path"), text);
    CACHE.with_borrow_mut(|cache| {
        let mut build = compile(&sources, cache);
        let site = build.site(&sources, cache).expect("no template fails");
        let page = SitePath::new("index.html").expect("a path");
        if let Some(SiteFile::Bytes(html)) = site.files.get(&page) {
            let faults = safety::faults(std::str::from_utf8(html).expect("pages are UTF-8"));
            assert!(faults.is_empty(), "{faults:#?}");
        }
    });
    Corpus::Keep
});
