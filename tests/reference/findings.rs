//! The pages of findings, made from the list of kinds: an entry with tables of all, and a page for each subject that explains its kinds.

use std::collections::BTreeMap;
use std::fmt::Write;

use opsbook::catalogue;
use opsbook::diagnostic::{Kind, Subject};

use crate::common::program::{Book, text};

/// The rest of the front matter.
const META: &str = "owner: Ops lead
reviewed: 2026-11-21
review_every: 180d
status: active
---
";

/// The entry's text before its tables.
const HEAD: &str = "
# Findings

Every kind of finding has a code. The tables below list them by subject, and each code leads to its explanation: what is wrong, why it matters, an example
and its mend. `opsbook explain CODE` prints the same on the terminal.

## How to read a finding

```text
";

/// What the program prints about [`RUNBOOK`].
const EXAMPLE: &str = "error[missing-section]: alert runbook has no section 'Meaning'
 --> content/runbooks/queue-full.md:6:4
  |
6 | ## Impact
  |    ^^^^^^ it belongs before this section
  |
 ::: opsbook:schemas/alert-runbook.yaml:6:5
  |
6 |   - id: meaning
  |     ----------- demanded here
  |
  = help: write a section `## Meaning`
  = help: `opsbook check --fix` inserts the heading and its guidance
  = note: what belongs there: What the alert measures and why it fires, with the expression and its threshold.
";

/// The document that the example is about.
const RUNBOOK: &str = "---
type: alert-runbook
---
# Queue full

## Impact

Orders wait.

## Diagnosis

Look at the length of the queue.

## Mitigation

Start another worker.
";

/// How the example is read.
const PARTS: &str = "```

| Part | What it says |
|---|---|
| `error` | The level: an `error` stops the build, a `warning` is shown, no more |
| `[missing-section]` | The code, and then what is wrong here |
| `-->` | File, line and column |
| `^^^^` | The place, and what is the matter with it |
| `----` | Another place that belongs to it: here the line of the schema that demands the section |
| `= help` | What to do |
| `= note` | What else is good to know |

The tables give the usual level. [Configuration](configuration.md#checks) says how to change it, for all documents or for some. A document may
[waive](adopting.md#waivers) a finding for some time, and [a baseline](adopting.md#the-baseline) lists those that can't all be mended today.
";

/// Every page by its path, from the folder of the guide.
pub(super) fn pages() -> BTreeMap<String, String> {
    let kinds = catalogue::kinds();
    let subjects = Subject::ALL.map(|subject| (subject, kinds.iter().copied().filter(|kind| kind.subject == subject).collect::<Vec<_>>()));
    let explained = subjects.iter().map(|(subject, kinds)| (path(*subject), explanations(*subject, kinds)));
    explained.chain([("findings.md".to_owned(), entry(&subjects))]).collect()
}

fn path(subject: Subject) -> String {
    format!("findings/{}.md", subject.name())
}

/// A code is an anchor of its row, too: addresses from the time when this page held the explanations lead on.
fn entry(subjects: &[(Subject, Vec<&Kind>)]) -> String {
    let mut page =
        format!("---\ntitle: Findings\ndescription: How to read a finding, and every kind of finding by subject.\n{META}{HEAD}{EXAMPLE}{PARTS}");
    for (subject, kinds) in subjects {
        let (title, path) = (subject.title(), path(*subject));
        write!(page, "\n## {}\n\n{} See [findings about {title}]({path}).\n\n", capital(title), subject.summary())
            .expect("writing to a string can't fail");
        page.push_str("| Code | Level | What it finds |\n|---|---|---|\n");
        for Kind { code, severity, summary, .. } in kinds {
            let level = severity.name();
            writeln!(page, "| <span id=\"{code}\"></span>[{code}]({path}#{code}) | {level} | {summary} |").expect("writing to a string can't fail");
        }
    }
    page
}

fn explanations(subject: Subject, kinds: &[&Kind]) -> String {
    let (title, summary) = (subject.title(), subject.summary());
    let mut page = format!("---\ntitle: Findings about {title}\ndescription: \"{summary}\"\n{META}\n# Findings about {title}\n\n");
    writeln!(page, "{summary} [All findings](../findings.md) are listed by subject, with how to read them.").expect("writing to a string can't fail");
    for kind in kinds {
        // An example of a directive is no directive.
        let docs = kind.docs.replace("{{#include ", "\\{{#include ");
        write!(page, "\n## {}\n\n*{}*: {}.\n\n{}\n", kind.code, kind.severity.name(), kind.summary, docs).expect("writing to a string can't fail");
    }
    page
}

fn capital(title: &str) -> String {
    let mut letters = title.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

#[test]
fn the_example_is_what_the_program_prints() {
    let book = Book::new(&[("book.toml", text("")), ("content/runbooks/queue-full.md", text(RUNBOOK))]);
    let out = book.run(&["check"]).out;
    assert_eq!(out.split_once("\n\n").map(|(finding, _)| finding), Some(EXAMPLE.trim_end()), "{out}");
}
