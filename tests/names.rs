//! Names in prose become links to the pages of what they name: seen through whole builds.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by panicking")]

use opsbook::compile::{Cache, compile};
use opsbook::site::{Site, SiteFile};
use opsbook::source::{SitePath, Sources};

const REGISTRY: &str = "roles:
  ops-team: { name: Ops team, description: 'Runs \"it\" & <more>.' }
  ops-lead: Ops lead
platforms: { github: GitHub }
environments: [testnet]
labels: { done: { name: done, meaning: Verified } }
glossary: { ADR: { meaning: A record., source: adr.md } }
";

fn site(files: &[(&str, &str)]) -> Site {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("content/registry.yaml").expect("a path"), REGISTRY);
    for (path, text) in files {
        sources.insert(SitePath::new(path).expect("a path"), *text);
    }
    let mut cache = Cache::default();
    let mut build = compile(&sources, &mut cache);
    build.site(&sources, &mut cache).expect("the site is built")
}

fn page(site: &Site, path: &str) -> String {
    match &site.files[&SitePath::new(path).expect("a path")] {
        SiteFile::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
        other => panic!("{path} is {other:?}"),
    }
}

/// The text with brackets around each name that became a link.
fn linked(files: &[(&str, &str)], path: &str) -> String {
    let html = page(&site(files), path);
    let (_, body) = html.split_once("<article>").expect("the page has an article");
    let (body, _) = body.split_once("</article>").expect("it ends");
    let mut text = String::new();
    let mut open = false;
    for (index, part) in body.split('<').enumerate() {
        let Some((tag, words)) = part.split_once('>').filter(|_| index > 0) else { continue };
        if tag.starts_with("a class=\"mention\"") {
            open = true;
            text.push('[');
        } else if tag == "/a" && std::mem::take(&mut open) {
            text.push(']');
        }
        text.push_str(words);
    }
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn body(text: &str) -> String {
    let found = linked(&[("content/a.md", &format!("# T\n\n{text}\n"))], "a.html");
    found.strip_prefix("T ").unwrap_or(&found).to_owned()
}

#[test]
fn prose_is_linked_and_nothing_else_is() {
    for (text, expected) in [
        ("Ask the Ops team.", "Ask the [Ops team]."),
        ("Once: the Ops team, the Ops team.", "Once: the [Ops team], the Ops team."),
        // A name may run over the end of a line, and not over the end of emphasis.
        ("the Ops\nteam", "the [Ops team]"),
        ("the **Ops team** and *Ops* lead", "the [Ops team] and Ops lead"),
        ("the **Ops** team", "the Ops team"),
        ("- the Ops team\n- on GitHub\n  - on testnet\n\n1. the Ops lead", "the [Ops team] on [GitHub] on [testnet] the [Ops lead]"),
        ("| Ops team |\n|---|\n| the Ops team |", "Ops team the [Ops team]"),
        ("`Ops team` and\n\n    Ops team\n\nend", "Ops team and Ops team end"),
        ("[the Ops team](https://x.example) and ![Ops team](https://x.example/a.png)", "the Ops team and"),
        ("## Ops team\n\ntext", "Ops team # text"),
        // The next section links anew.
        ("Ops team\n\n## S\n\nOps team\n\n### U\n\nOps team", "[Ops team] S # [Ops team] U # [Ops team]"),
        ("<a href=\"https://x.example\">the Ops team</a> and the Ops lead", "the Ops team and the [Ops lead]"),
        ("<summary>\n\nthe Ops team\n\n</summary>\n\nthe Ops lead", "the Ops team the [Ops lead]"),
        ("the label 'done' is done[^1]\n\n[^1]: By the Ops team.", "the label '[done]' is done1 By the [Ops team]. ↩"),
        ("> the Ops team\n\nTerm\n: by the Ops lead", "the [Ops team] Term by the [Ops lead]"),
        ("- [ ] the Ops team does it", "the [Ops team] does it"),
    ] {
        assert_eq!(body(text), expected, "{text}");
    }
}

#[test]
fn links_say_what_they_lead_to_and_are_escaped() {
    let html = page(&site(&[("content/deep/a.md", "# T\n\nthe Ops team and an ADR\n")]), "deep/a.html");
    let role = "<a class=\"mention\" href=\"../registry/roles/ops-team.html\" title=\"Role: Runs &quot;it&quot; &amp; &lt;more&gt;.\">Ops team</a>";
    assert!(html.contains(role), "{html}");
    assert!(html.contains("<a class=\"mention\" href=\"../registry/glossary.html#adr\" title=\"Term: A record.\">ADR</a>"), "{html}");
}

#[test]
fn a_term_is_not_linked_where_it_is_explained() {
    assert_eq!(linked(&[("content/adr.md", "# T\n\nan ADR of the Ops team\n")], "adr.html"), "T an ADR of the [Ops team]");
}

#[test]
fn links_are_switched_off_for_the_book_and_for_a_page() {
    let text = "# T\n\nthe Ops team on GitHub with an ADR\n";
    let with = |book: &str| linked(&[("book.toml", book), ("content/a.md", text)], "a.html");
    assert_eq!(with("[output.html]\nlink-names = true\n"), "T the [Ops team] on [GitHub] with an [ADR]");
    assert_eq!(with("[output.html]\nlink-names = false\n"), "T the Ops team on GitHub with an ADR");
    assert_eq!(with("[output.html]\nlink-names = [\"roles\", \"glossary\"]\n"), "T the [Ops team] on GitHub with an [ADR]");
    assert_eq!(with("[output.html]\nlink-names = \"platforms\"\n"), "T the Ops team on [GitHub] with an ADR");
    let off = format!("---\nlink_names: false\n---\n{text}");
    assert_eq!(linked(&[("content/a.md", &off)], "a.html"), "T the Ops team on GitHub with an ADR");
}

#[test]
fn every_link_of_the_registry_leads_to_a_page_and_an_anchor() {
    let site = site(&[
        ("content/index.md", "---\nowner: Ops lead\n---\n# T\n\nthe Ops team, GitHub, testnet, the label 'done', an ADR\n"),
        ("content/adr.md", "# A\n"),
    ]);
    let mut seen = 0;
    for (path, _) in site.files.iter().filter(|(path, _)| path.as_str().strip_suffix(".html").is_some_and(|page| page != "404")) {
        let html = page(&site, path.as_str());
        let ids: Vec<&str> = html.split(" id=\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        let mut unique = ids.clone();
        unique.sort_unstable();
        unique.dedup();
        assert_eq!(ids.len(), unique.len(), "{path} has an id twice");
        for href in html.split("<a ").skip(1).filter_map(|rest| rest.split("href=\"").nth(1)?.split('"').next()) {
            let (file, anchor) = href.split_once('#').unwrap_or((href, ""));
            let target = if file.is_empty() { path.clone() } else { SitePath::join(path.folder(), file).expect("links stay in the site") };
            assert!(site.files.contains_key(&target), "{path}: {href}");
            assert!(anchor.is_empty() || page(&site, target.as_str()).contains(&format!("id=\"{anchor}\"")), "{path}: {href}");
            seen += 1;
        }
    }
    assert!(seen > 60, "{seen} links");
}
