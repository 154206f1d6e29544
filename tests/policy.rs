//! Rules that pages say in prose: on the rules page, beside the registry, and as columns in the text.

#![allow(clippy::expect_used, clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

const PAGE: &str = "# Rules

Nothing is released from Thursday until Sunday.

- Major label = at most 2 days

## Developers actions

✅ **Allowed**:

- Look around
- Ask <b>why</b>

❌ **Not allowed**:

- Touch the cluster

## Decisions

- **Scope**: Developers have authority on it
";

fn page(registry: Option<&str>, text: &str, place: &str) -> Option<String> {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("content/index.md").unwrap(), text);
    if let Some(registry) = registry {
        sources.insert(SitePath::new("content/registry.yaml").unwrap(), registry);
    }
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("a site");
    let file = site.files.get(&SitePath::new(place).unwrap())?;
    let SiteFile::Bytes(bytes) = file else { panic!("{place} is no page") };
    Some(String::from_utf8(bytes.to_vec()).unwrap())
}

#[test]
fn what_pages_say_stands_on_the_rules_page_without_a_registry() {
    let html = page(None, PAGE, "registry/rules.html").expect("a page of rules");
    for expected in [
        "id=\"said\"",
        "id=\"said-freezes\"",
        "Thursday, Friday, Saturday",
        "week-freeze",
        "id=\"said-labels\"",
        "id=\"said-permissions\"",
        "Touch the cluster",
        "id=\"said-decisions\"",
        "../index.html#decisions",
    ] {
        assert!(html.contains(expected), "{expected}: {html}");
    }
    assert!(page(None, "# Rules\n\nNothing to say.\n", "registry/rules.html").is_none());
}

#[test]
fn what_the_registry_says_is_not_said_again() {
    let registry = "roles: { developers: Developers }
freezes: [{ what: Releases, from: Thursday, until: Sunday }]
labels: { major: { resolve_within: 2 days } }
permissions: [{ role: developers, allowed: [Look around, Ask why], not_allowed: Touch the cluster }]
calendars: { office: { business_days: [Monday, Tuesday], holidays: [2026-12-25] } }
";
    let html = page(Some(registry), PAGE, "registry/rules.html").expect("a page of rules");
    assert!(html.contains("id=\"calendars\"") && html.contains("id=\"holidays\"") && html.contains("2026-12-25"), "{html}");
    assert!(html.contains("id=\"said-decisions\""), "{html}");
    for again in ["said-freezes", "said-labels", "said-permissions"] {
        assert!(!html.contains(again), "{again}: {html}");
    }
}

#[test]
fn what_pages_say_of_a_role_stands_on_its_page() {
    let html = page(Some("roles: { developers: Developers }"), PAGE, "registry/roles/developers.html").expect("a page of the role");
    for expected in ["Touch the cluster", "said on a page", "Scope"] {
        assert!(html.contains(expected), "{expected}: {html}");
    }
}

#[test]
fn allowed_and_not_allowed_stand_side_by_side_only_where_both_do() {
    let columns = |text: &str| page(None, text, "index.html").unwrap();
    let html = columns(PAGE);
    assert_eq!(html.matches("<div class=\"rights\">").count(), 1);
    assert_eq!(html.matches("<div class=\"rights-allowed\">").count(), 1);
    assert_eq!(html.matches("<div class=\"rights-forbidden\">").count(), 1);
    assert_eq!(html.matches("Touch the cluster").count(), 1, "{html}");
    for text in [
        "# A\n\n**Allowed**:\n\n- a\n",
        "# A\n\n**Allowed**:\n\n- a\n\nAnd more.\n\n**Not allowed**:\n\n- b\n",
        "# A\n\n**Allowed**:\n\n- a\n\n**Allowed**:\n\n- b\n",
        "# A\n\n> **Allowed**:\n>\n> - a\n>\n> **Not allowed**:\n>\n> - b\n",
        "# A\n\n**Allowed**:\n\n> - a\n\n**Not allowed**:\n\n> - b\n",
        "# A\n\n- x\n\n  **Allowed**:\n\n  - a\n\n  **Not allowed**:\n\n  - b\n",
    ] {
        let html = columns(text);
        assert!(!html.contains("class=\"rights"), "{text}: {html}");
    }
    // Lists in lists close with the outer one.
    let html = columns("# A\n\n**Allowed**:\n\n- a\n  - b\n- c\n\n**Not allowed**:\n\n1. d\n");
    let inside = html.split_once("<div class=\"rights\">").map(|(_, inside)| inside).unwrap_or_default();
    assert!(inside.find("rights-forbidden") > inside.find("<li>c"), "{html}");
}
