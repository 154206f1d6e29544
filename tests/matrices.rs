//! Matrices and duties as a reader gets them.

use opsbook::compile::{Cache, compile};
use opsbook::site::SiteFile;
use opsbook::source::{SitePath, Sources};

const REGISTRY: &str =
    "roles:\n  ops-lead: { name: Ops lead }\n  developers: { name: Developers, aliases: [Engineers] }\n  qa-team: { name: QA team }\n";

const PAGE: &str = "# Release

| # | Activity | Ops lead | Developers | QA team | Notes |
|---|---|:-:|---|---|---|
| | **Before** | | | | |
| 1 | Write the [notes](#after) | A | **R** | i | by Friday |
| 2 | Ship | A/R* | C[^1] | – | `x < y` |
| 3 | Test | I | C (late) | Q, A | |

[^1]: In writing.

| Activity | R | Accountable (one) |
|---|---|---|
| Build | Developers, QA team | Ops lead |

| Role | Build | Ship |
|---|---|---|
| Ops lead | A | A/R |
| Developers | R | I |

<!-- opsbook: raci_model: daci -->

| Decision | Ops lead | Developers |
|---|---|---|
| Freeze | D, A | C |

## Before

- **Developers:** write <b>it</b>
- Ops lead plans & asks

## After

- Engineers mend what is [broken](#before)
- Nobody in particular looks
- **QA team** tests
";

#[test]
fn a_page_shows_its_letters_and_duties() {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    sources.insert(SitePath::new("content/registry.yaml").unwrap(), REGISTRY);
    sources.insert(SitePath::new("content/a.md").unwrap(), PAGE);
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("a site");
    let Some(SiteFile::Bytes(bytes)) = site.files.get(&SitePath::new("a.html").unwrap()) else { return assert!(site.files.is_empty(), "no page") };
    let text = std::str::from_utf8(bytes).unwrap();
    let start = text.find("<p class=\"raci-legend").unwrap();
    let end = text.find("<section class=\"footnotes").unwrap();
    insta::assert_snapshot!(text.get(start..end).unwrap());
}

#[test]
fn a_day_alone_in_a_cell_stays_in_one_line() {
    let mut sources = Sources { content: "content".into(), ..Sources::default() };
    let table = "# A\n\n| Action | Due | No day | Right |\n|---|---|---|--:|\n| By 2026-10-09 | 2026-10-09 | 2026-13-09 | 2026-10-09 |\n";
    sources.insert(SitePath::new("content/a.md").unwrap(), table);
    let mut cache = Cache::default();
    let site = compile(&sources, &mut cache).site(&sources, &mut cache).expect("a site");
    let Some(SiteFile::Bytes(page)) = site.files.get(&SitePath::new("a.html").unwrap()) else { return assert!(site.files.is_empty(), "no page") };
    let page = String::from_utf8_lossy(page);
    let row = "<td>By 2026-10-09</td><td class=\"day\">2026-10-09</td><td>2026-13-09</td><td class=\"align-right\">2026-10-09</td>";
    assert!(page.contains(row), "{page}");
}
