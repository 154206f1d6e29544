//! The page of findings is made from the program's own list; this test fails when it is stale.
//!
//! To write it anew: `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`.
#![allow(clippy::disallowed_methods, clippy::expect_used, reason = "a test fails by panicking; it reads and, when asked, writes the page")]

mod common;

use std::fmt::Write;

use common::root;
use opsbook::catalogue;

const HEAD: &str = "---
title: Findings
description: Every kind of finding, what it means and how to mend it.
owner: Ops lead
reviewed: 2026-11-20
review_every: 180d
status: active
---

# Findings

What opsbook can find, by code. `opsbook explain CODE` prints the same on the terminal. The level is the usual one;
[configuration](configuration.md) says how to change it, for all documents or for some.

| code | level | what it finds |
|---|---|---|
";

fn page() -> String {
    let kinds = catalogue::kinds();
    let mut page = HEAD.to_owned();
    for kind in &kinds {
        writeln!(page, "| [{0}](#{0}) | {1} | {2} |", kind.code, kind.severity.name(), kind.summary).expect("writing to a string can't fail");
    }
    for kind in &kinds {
        write!(page, "\n## {}\n\n*{}*: {}.\n\n{}\n", kind.code, kind.severity.name(), kind.summary, kind.docs)
            .expect("writing to a string can't fail");
    }
    page
}

#[test]
fn the_page_of_findings_is_fresh() {
    let file = root().join("content/opsbook/findings.md");
    let expected = page();
    if std::env::var("OPSBOOK_WRITE_REFERENCE").is_ok() {
        std::fs::write(&file, &expected).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&file).unwrap_or_default();
    assert!(written == expected, "content/opsbook/findings.md is stale: run `OPSBOOK_WRITE_REFERENCE=1 cargo test --test reference`");
}
