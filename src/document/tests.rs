//! Documents read from short texts.

use super::*;

fn parse(text: &str) -> Document {
    let (document, diagnostics) = read(text);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    document
}

fn read(text: &str) -> (Document, Vec<Diagnostic>) {
    Document::parse(&Source::new(SitePath::new("content/a.md").unwrap(), text))
}

fn outline(document: &Document) -> Vec<String> {
    let line = |section: &Section| {
        let parent = section.parent.map_or(String::new(), |parent| format!(" < {}", document.sections[parent].title));
        format!("{} {} #{}{parent}", section.level, section.title, section.id)
    };
    document.sections.iter().map(line).collect()
}

#[test]
fn headings_of_every_style_are_sections() {
    let document = parse("# One\n\nSet *ext*\n---\n\n### Deep `code` {#own}\n\n<h2 id=\"raw\">HTML</h2>\n\n> ## Quoted\n\n## One\n");
    assert_eq!(
        outline(&document),
        ["1 One #one", "2 Set ext #set-ext < One", "3 Deep code #own < Set ext", "2 HTML #raw < One", "2 Quoted #quoted < One", "2 One #one-1 < One"]
    );
    assert_eq!(
        document.sections.iter().map(|section| section.style).collect::<Vec<_>>()[1..4],
        [HeadingStyle::Setext, HeadingStyle::Atx, HeadingStyle::Html]
    );
}

#[test]
fn a_section_reaches_to_the_next_of_its_level() {
    let text = "# A\none\n## B\ntwo\n### C\nthree\n## D\nfour\n";
    let document = parse(text);
    let bodies: Vec<_> = document.sections.iter().map(|section| section.body.of(text).trim()).collect();
    assert_eq!(bodies, ["one", "two", "three", "four"]);
    assert_eq!(document.sections[1].extent.of(text).trim(), "two\n### C\nthree");
    assert_eq!(document.sections[0].extent.end(), text.len());
}

#[test]
fn labels_open_items_and_paragraphs() {
    let text = "**Owner**: the team\n\n- **Scope:** all\n- Tools: one, two\n- **Alone**\n\n  more\n- no label here\n- https://x.org/a: b\n\nTerm\n: Meaning\n\nAs follows:\n\n**Bold start** of a sentence.\n";
    let document = parse(text);
    let labels: Vec<_> =
        document.blocks.iter().filter_map(|block| block.label.as_ref().map(|label| (label.text.as_str(), label.style, label.alone))).collect();
    assert_eq!(
        labels,
        [
            ("Owner", LabelStyle::Bold, false),
            ("Scope", LabelStyle::Bold, false),
            ("Tools", LabelStyle::Plain, false),
            ("Alone", LabelStyle::Bold, true),
            ("Term", LabelStyle::Term, true),
            ("As follows", LabelStyle::Plain, true),
            ("Bold start", LabelStyle::Bold, false),
        ]
    );
    let alone = document.blocks.iter().find(|block| block.text(&document) == "Alone").unwrap();
    let item = alone.item.unwrap();
    assert!(item.opens && !item.ordered && item.depth == 1);
    assert_eq!(item.span.of(text).trim(), "- **Alone**\n\n  more");
}

#[test]
fn links_know_where_their_target_stands() {
    let text = "[a](b.md#c \"t\") ![i](<my pic.png>) [r][ref] <https://x.org> https://y.org/a_b_c. <a href=\"d.md\">d</a>\n\n[ref]: e.md\n";
    let document = parse(text);
    let links: Vec<_> = document.links.iter().map(|link| (link.kind, link.target.as_str(), link.target_span.of(text))).collect();
    assert_eq!(
        links,
        [
            (LinkKind::Link, "b.md#c", "b.md#c"),
            (LinkKind::Image, "my pic.png", "my pic.png"),
            (LinkKind::Link, "e.md", "e.md"),
            (LinkKind::Link, "https://x.org", "<https://x.org>"),
            (LinkKind::Link, "https://y.org/a_b_c", "https://y.org/a_b_c"),
            (LinkKind::HtmlLink, "d.md", "d.md"),
        ]
    );
}

#[test]
fn fences_know_whether_they_are_closed() {
    let document = parse("```Bash title=x\necho\n```\n\n    indented\n\n- a\n  ~~~yaml\n  b: 1\n  ~~~\n\n> ```{.rust}\n> fn\n> ```\n\n```\n# lost\n");
    let fences: Vec<_> = document.fences.iter().map(|fence| (fence.language.as_str(), fence.content.as_str(), fence.closed)).collect();
    assert_eq!(
        fences,
        [("bash", "echo\n", true), ("", "indented\n", true), ("yaml", "b: 1\n", true), ("rust", "fn\n", true), ("", "# lost\n", false)]
    );
    assert!(document.sections.is_empty());
}

#[test]
fn comments_and_html_are_told_apart() {
    let document = parse("<!-- note -->\n\n<div id=x><p>text</p></div>\n\n<!-- lost\n\n## Gone\n");
    let kinds: Vec<_> = document.blocks.iter().map(|block| block.kind).collect();
    assert_eq!(kinds, [BlockKind::Comment, BlockKind::Html, BlockKind::Comment]);
    assert_eq!(document.unclosed_comments.len(), 1);
    assert_eq!(&*document.anchors[0].id, "x");
}

#[test]
fn front_matter_is_read_with_places() {
    let text = "\u{FEFF}---\r\ntitle: A b\r\nweight: 3\r\n---\r\n# H\r\n";
    let document = parse(text);
    let (title, span) = document.meta.title.clone().unwrap();
    assert_eq!((title.as_str(), span.of(text), document.meta.weight), ("A b", "A b", Some(3)));
    assert_eq!(document.sections[0].title_span.of(text), "H");
    assert_eq!(parse("+++\ntitle = \"T\"\n+++\nx").title(), "T");
}

#[test]
fn front_matter_that_is_none_stays_text() {
    assert_eq!(parse("---\n\n# Title\n").title(), "Title");
    assert!(parse("--- x\n").front_matter.is_none());
    assert_eq!(parse("---\n---\ntext").body.start(), 8);
}

#[test]
fn faults_of_front_matter_are_findings() {
    for (text, code, place) in [
        ("---\ntitle: a\n# H\n", "unclosed-front-matter", "---"),
        ("---\ntitle: a: b\n---\n", "invalid-front-matter", ""),
        ("---\n- a\n---\n", "invalid-front-matter", ""),
        ("---\ntitle: [a]\n---\n", "invalid-front-matter", ""),
        ("---\nweight: many\n---\n", "invalid-front-matter", "many"),
        ("---\nowner: @team\n---\n# H\n", "invalid-front-matter", ""),
    ] {
        let (_, diagnostics) = read(text);
        assert_eq!(diagnostics.len(), 1, "{text:?}: {diagnostics:?}");
        assert_eq!(diagnostics[0].kind.code, code, "{text:?}");
        assert!(place.is_empty() || diagnostics[0].span.of(text) == place, "{text:?}: {:?}", diagnostics[0].span);
    }
}

#[test]
fn numbers_of_lists_are_the_authors_own() {
    let document = parse("1. a\n2. b\n9. c\n   1. x\n   1. y\n\ntext\n\n- no\n");
    let numbers: Vec<Vec<u64>> = document.numbered_lists.iter().map(|list| list.items.iter().map(|(number, _)| *number).collect()).collect();
    assert_eq!(numbers, [vec![1, 2, 9], vec![1, 1]]);
    assert_eq!(document.numbered_lists.iter().map(NumberedList::has_gaps).collect::<Vec<_>>(), [true, false]);
}

#[test]
fn links_with_a_space_inside_are_noticed() {
    let text = "see [a] (https://x.org/a_b), [b] (c.md#d) and `[x] (y.md)`, [note] (of course) ok, [s](a b.md) [g](<a b.md>) [t](x.md \"title\")\n\n```\n[f] (g.md)\n```\n\n    [h] (i.md)\n";
    let document = parse(text);
    assert_eq!(document.split_links.iter().map(|span| span.of(text)).collect::<Vec<_>>(), ["[a] (https://x.org/a_b)", "[b] (c.md#d)", "[s](a b.md)"]);
}

#[test]
fn hostile_text_is_only_text() {
    let deep: String = (0..1000).flat_map(|depth| ["  ".repeat(depth), "- x\n".to_owned()]).collect();
    for text in [
        deep,
        ">".repeat(5000),
        "[".repeat(20_000),
        "<a ".repeat(5000),
        "`".repeat(9000),
        "# ".repeat(2000),
        "\u{0}\u{FFFD}\r\r\n".to_owned(),
        "a".repeat(1_000_000),
    ] {
        let _ = read(&text);
    }
}

#[test]
fn links_in_raw_html_stand_where_their_attribute_does() {
    let text = "<p><a href=\"b.md\">1</a> b.md <a class='c.md' href=c.md>2</a> <a href=\"b.md\">3</a> <img srcset=x src='i&amp;j.png'></p>\n";
    let document = parse(text);
    let links: Vec<_> = document.links.iter().map(|link| (link.target.as_str(), link.target_span.of(text), link.target_span.start())).collect();
    let at = |nth: usize, words: &str| text.match_indices(words).nth(nth).unwrap().0;
    assert_eq!(
        links,
        [
            ("b.md", "b.md", at(0, "b.md")),
            ("c.md", "c.md", at(1, "c.md")),
            ("b.md", "b.md", at(2, "b.md")),
            ("i&j.png", "i&amp;j.png", at(0, "i&amp;j.png"))
        ]
    );
}

#[test]
fn addresses_inside_raw_links_are_linked_once() {
    let document = parse("<a href=\"https://x.org\">https://x.org</a> and https://y.org\n");
    assert_eq!(document.links.iter().map(|link| link.target.as_str()).collect::<Vec<_>>(), ["https://x.org", "https://y.org"]);
}

#[test]
fn text_between_thematic_breaks_at_the_top_stays_text() {
    assert_eq!(outline(&parse("---\n# Kept\n---\n\n# Title\n")), ["1 Kept #kept", "1 Title #title"]);
}

const WAIVER: &str = "<!-- opsbook: waive w until 2027-01-31: why -->";

/// What each waiver covers (`*`: everything), after its code.
fn waivers(text: &str) -> Vec<String> {
    let document = parse(text);
    let covers = |waiver: &Waiver| waiver.covers.map_or("*".to_owned(), |span| span.of(text).trim().replace('\n', "|"));
    // Of a comment on lines of its own, what follows is of interest.
    let covers = |waiver: &Waiver| {
        let shown = covers(waiver).replace(WAIVER, "W");
        shown.strip_prefix('W').map_or_else(|| shown.clone(), |rest| rest.trim_start_matches(['W', '|', ' ']).to_owned())
    };
    document.waivers.iter().map(|waiver| format!("{}: {}", waiver.code.0, covers(waiver))).collect()
}

#[test]
fn a_waiver_covers_what_it_stands_before_or_in() {
    for (text, covers) in [
        ("# A\n\nW\n\none\ntwo\n\nthree\n", "one|two"),
        ("# A\n\nW\n## B\n\nx\n\n### C\n\ny\n\n## D\n", "## B||x||### C||y"),
        ("# A\n\nW\nW\n\none\n\ntwo\n", "one"),
        ("# A\n\nW\n\n- one\n- two\n\nthree\n", "- one|- two"),
        ("# A\n\nW\n\n> one\n>\n> two\n\nthree\n", "> one|>|> two"),
        ("# A\n\nW\n\n| a |\n|---|\n| b |\n\nthree\n", "a |||---||| b |"),
        ("# A\n\nW\n\n```\ncode\n```\n\nthree\n", "```|code|```"),
        ("# A\n\none W\ntwo\n\nthree\n", "one W|two"),
        ("# A\n\n## B W\n\nx\n\n## C\n", "## B W||x"),
        ("- one W\n- two\n", "one"),
        ("- one\n\n  W\n\n  two\n- three\n", "two"),
        ("| a |\n|---|\n| b W |\n\nthree\n", "| a |||---||| b W |"),
        ("<div>\nW\ntext</div>\n\nthree\n", "<div>|W|text</div>"),
        ("# A\n\none\n\nW\n", ""),
        ("# A\n\nW\n\n```\n## B\n```\n", "```|## B|```"),
    ] {
        let found = waivers(&text.replace('W', WAIVER));
        let expected = format!("w: {covers}");
        assert!(!found.is_empty() && found.iter().all(|found| *found == expected), "{text:?}: {found:?}");
    }
    assert_eq!(waivers("---\nwaivers:\n  - { finding: w, until: 2027-01-31, reason: why }\n---\n# A\n"), ["w: *"]);
}

#[test]
fn what_is_no_waiver_waives_nothing() {
    for text in [
        "```html\n<!-- opsbook: waive w until 2027-01-31: why -->\n```\n",
        "    <!-- opsbook: waive w until 2027-01-31: why -->\n",
        "Write `<!-- opsbook: waive w until 2027-01-31: why -->` here.\n",
        "<!-- opsbook is a tool -->\n\n<!-- waive w until 2027-01-31: why -->\n",
        "<!-- opsbook: waive w until 2027-01-31: why\n\nnever closed\n",
        "---\nwaivers:\n---\n# A\n",
    ] {
        assert_eq!(waivers(text), [""; 0], "{text:?}");
    }
}

#[test]
fn a_waiver_reads_its_parts() {
    let text = "<!-- opsbook: waive missing-section about 'Kept until dawn' until 2027-01-31: until\n     then: one region -->\n\nx\n";
    let waiver = &parse(text).waivers[0];
    assert_eq!((waiver.code.0.as_str(), waiver.about.as_deref()), ("missing-section", Some("Kept until dawn")));
    assert_eq!((waiver.until.to_string().as_str(), waiver.reason.as_str()), ("2027-01-31", "until then: one region"));
    assert_eq!((waiver.code.1.of(text), waiver.until_span.of(text)), ("missing-section", "2027-01-31"));
}

#[test]
fn faults_of_waivers_are_located_and_named() {
    let front = |waivers: &str| format!("---\nwaivers: {waivers}\n---\n# A\n");
    let comment = |words: &str| format!("<!-- opsbook: {words} -->\n\nx\n");
    for (text, place, message) in [
        (comment("waive"), "<!-- opsbook: waive -->", "waiver without a finding"),
        (comment("waive until 2027-01-31: why"), "<!-- opsbook: waive until 2027-01-31: why -->", "waiver without a finding"),
        (comment("waive w"), "<!-- opsbook: waive w -->", "waiver of 'w' without a date"),
        (comment("waive w until 2027-01-31"), "<!-- opsbook: waive w until 2027-01-31 -->", "waiver of 'w' without a reason"),
        (comment("waive w until 2027-02-30: why"), "2027-02-30", "'2027-02-30' is not a date"),
        (comment("waive w until spring: why"), "spring", "'spring' is not a date"),
        (comment("waive w because until 2027-01-31: why"), "because", "opsbook doesn't understand 'because' in a waiver"),
        (comment("wave w until 2027-01-31: why"), "wave", "opsbook doesn't understand 'wave' in a comment"),
        (front("yes"), "yes", "'waivers' of the front matter must be a list, not text"),
        (front("[x]"), "x", "a waiver must be a mapping, not text"),
        (front("[{ until: 2027-01-31, reason: y }]"), "until", "waiver without a finding"),
        (front("[{ finding: w, reason: y }]"), "w", "waiver without a date"),
        (front("[{ finding: w, until: 2027-01-31 }]"), "w", "waiver without a reason"),
        (front("[{ finding: w, until: 20270131, reason: y }]"), "20270131", "'20270131' is not a date"),
        (front("[{ finding: w, untill: 2027-01-31, reason: y }]"), "untill", "unknown key 'untill' in a waiver"),
    ] {
        let (document, diagnostics) = read(&text);
        assert_eq!(diagnostics.len(), 1, "{text}: {diagnostics:?}");
        assert_eq!((diagnostics[0].span.of(&text), diagnostics[0].message.as_str()), (place, message));
        assert!(diagnostics[0].kind == &INVALID_WAIVER && document.waivers.is_empty(), "{text}");
    }
}

#[test]
fn defaults_fill_what_the_front_matter_leaves_out() {
    let defaults = || [("owner", "payments"), ("status", "active")].into_iter();
    for (text, owner, status, keys) in [
        ("# A\n", Some("payments"), Some("active"), "owner status"),
        ("---\nowner: me\n---\n# A\n", Some("me"), Some("active"), "owner status"),
        ("---\nowner:\ntitle: T\n---\n# A\n", Some("payments"), Some("active"), "title owner status"),
        ("---\n---\n# A\n", Some("payments"), Some("active"), "owner status"),
        ("---\na: [\n---\n# A\n", None, None, ""),
    ] {
        let mut document = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text)).0;
        document.take_defaults(defaults());
        let said = |value: &Option<(String, Span)>| value.as_ref().map(|(value, _)| value.clone());
        assert_eq!((said(&document.meta.owner).as_deref(), said(&document.meta.status).as_deref()), (owner, status), "{text}");
        let found: Vec<&str> = document.front_matter.iter().flat_map(Node::entries).map(|(key, _)| key.name.as_str()).collect();
        assert_eq!(found.join(" "), keys, "{text}");
    }
}
