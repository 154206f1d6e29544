use super::*;
use crate::schema::test::{check_document, schema};

/// The documents of these texts, as `runbooks/a.md`, `runbooks/b.md` and so on.
fn documents(texts: &[&str]) -> Vec<Document> {
    texts.iter().zip('a'..).map(|(text, name)| check_document(&format!("runbooks/{name}.md"), text)).collect()
}

fn derived_from(documents: &[Document]) -> Derived {
    derive(&Ask { documents, document_type: None, title: None, neighbours: Some(&[]), is_role: &|name| name == "ops-lead" }).unwrap()
}

/// What the schema of these texts says, without comments and without what every schema says.
fn said(texts: &[&str]) -> String {
    let derived = derived_from(&documents(texts));
    // It is a schema without faults.
    let _ = schema(&derived.text);
    let usual = ["type: runbook", "title: Runbook", "match: runbooks/*.md", "other_sections: allow", "order: any", "sections:", ""];
    let lines = derived.text.lines().filter(|line| !line.trim_start().starts_with('#') && !usual.contains(line));
    lines.map(|line| line.strip_prefix("  ").unwrap_or(line)).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_all_have_is_required_and_what_most_have_is_not() {
    let found = said(&["# A\n## One\nx\n## Two\nx\n", "# B\n## One\nx\n## Two\nx\n## Rare\nx\n", "# C\n## one:\nx\n"]);
    assert_eq!(found, "order: strict\n- title: One\n- title: Two\n  required: false");
}

#[test]
fn other_spellings_are_aliases() {
    let found = said(&["## Mitigation\nx\n", "## Mitigation\nx\n", "## Mitigations\nx\n"]);
    assert_eq!(found, "- title: Mitigation\n  aliases: [Mitigations]");
    // What one document has beside each other is not the same.
    let found = said(&["## Check\nx\n## Checks\nx\n", "## Check\nx\n## Checks\nx\n"]);
    assert_eq!(found, "- title: Check\n- title: Checks");
}

#[test]
fn an_order_is_strict_if_all_of_several_agree() {
    let (one, two) = ("## A1\nx\n## B1\nx\n", "## B1\nx\n## A1\nx\n");
    assert!(said(&[one, one, one]).starts_with("order: strict"));
    assert!(!said(&[one, one]).contains("strict"));
    assert!(!said(&[one, one, two]).contains("strict"));
}

#[test]
fn shared_sub_sections_and_labels_lie_in_their_section() {
    let found =
        said(&["## Steps\n### Before\nx\n### After\nx\n\n**Owner**: a\n\n**Note**: b\n", "## Steps\n### Before\nx\n### Else\nx\n\n- Owner: a\n"]);
    assert_eq!(found, "- title: Steps\n  topics:\n    - title: Owner\n  sections:\n    - title: Before");
}

#[test]
fn numbered_sections_are_one_demand() {
    let found = said(&["## Option 1\nx\n## Option 2: y\nx\n", "## Option A\nx\n## Option B\nx\n## Option C\nx\n"]);
    assert_eq!(found, "- title: Option\n  pattern: '^option (\\d+|[a-z])\\b'\n  times: { at_least: 2 }");
}

#[test]
fn sections_hold_what_all_of_them_hold() {
    let first = "## Do\n\n1. a\n2. b\n3. c\n\n```bash\nls\n```\n\n| Step | Who |\n|---|---|\n| a | b |\n\n- [ ] x\n";
    let second = "## Do\n\n1. a\n2. b\n\n```sh\nls\n```\n\n```bash\nls\n```\n\n| Who | Step | When |\n|---|---|---|\n| a | b | c |\n\n- [ ] x\n";
    let found = said(&[first, second, first]);
    let expected = "- title: Do\n  contains:\n    ordered_list: { at_least: 2 }\n    task_list: { at_least: 1 }\n    table: { columns: [Step, Who] }\n    code: { language: [bash] }";
    assert_eq!(found, expected);
}

#[test]
fn an_unfinished_section_is_a_warning_and_named() {
    let derived = derived_from(&documents(&["## A1\nx\n", "## A1\nTODO\n"]));
    assert!(derived.text.contains("  - title: A1\n    severity: warning\n"), "{}", derived.text);
    assert_eq!(derived.unfinished.iter().map(|(what, paths)| format!("{what} {}", paths[0])).collect::<Vec<_>>(), ["section 'A1' runbooks/b.md"]);
}

#[test]
fn values_have_the_type_that_all_have() {
    let text = |rest: &str| format!("---\n{rest}\n---\n## A1\nx\n");
    let texts: Vec<String> = ["1", "2", "3"]
        .map(|number| text(&format!("id: OPS-{number}\nreviewed: 2026-01-0{number}\nevery: {number}d\nowner: ops-lead\nurl: https://a.example/{number}\ntags: [a]\nnote: {number} x")))
        .to_vec();
    let found = said(&texts.iter().map(String::as_str).collect::<Vec<_>>());
    let expected = "front_matter:\nid: { required: true, pattern: '^OPS-\\d+$', unique: type }\nreviewed: { required: true, type: date }\n\
                    every: { required: true, type: duration }\nowner: { required: true, type: role }\nurl: { required: true, type: url }\n\
                    tags: { required: true, type: list }\nnote: { required: true }\n- title: A1";
    assert_eq!(found, expected);
    let status = ["active", "draft", "active", "active", "draft", "active"].map(|status| text(&format!("status: {status}")));
    let found = said(&status.iter().map(String::as_str).collect::<Vec<_>>());
    assert!(found.contains("status: { required: true, type: enum, values: [active, draft] }"), "{found}");
}

#[test]
fn names_and_globs_are_those_of_the_files() {
    let file = |path: &str| check_document(path, "## A1\nx\n");
    let neighbours = ["decisions/0001-a.md", "decisions/draft.md", "decisions/index.md"].map(|path| SitePath::new(path).unwrap());
    let documents = [file("decisions/0001-a.md"), file("decisions/0002-b.md")];
    let ask = Ask { documents: &documents, document_type: None, title: Some("It's: this"), neighbours: Some(&neighbours), is_role: &|_| false };
    let text = derive(&ask).unwrap().text;
    for expected in
        ["type: decision\n", "title: \"It's: this\"\n", "match: decisions/*.md\n", "pattern: '^(\\d{4})[-_]', unique: folder", "here: draft.md."]
    {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let odd = [file("a[1]/x.md"), file("b/index.md")];
    let text = derive(&Ask { documents: &odd, ..ask }).unwrap().text;
    assert!(text.contains("match:\n  - \"a[[]1[]]/*.md\"\n  - b/index.md\n"), "{text}");
}

#[test]
fn documents_that_hide_a_part_are_left_aside() {
    let all = documents(&["## A1\nx\n", "## A1\n```\nx\n\n## B1\nx\n", "---\na: [\n---\n## C1\n"]);
    let derived = derived_from(&all);
    assert_eq!(derived.documents, 1);
    assert_eq!(
        derived.aside.iter().map(|(path, why)| format!("{path} {why}")).collect::<Vec<_>>(),
        ["runbooks/b.md the code fence of line 2 is never closed", "runbooks/c.md its front matter can't be read"]
    );
    let ask = Ask { documents: &all[1..], document_type: None, title: None, neighbours: None, is_role: &|_| false };
    assert_eq!(derive(&ask), None);
}
