//! Tables and bullets in, matrices and findings out.

use super::super::Blocks;
use super::*;
use crate::source::{SitePath, Source};

const REGISTRY: &str = "roles:\n  ops-lead: { name: Ops lead }\n  developers: { name: Developers, aliases: [Engineers] }\n  qa-team: { name: QA team }\n  architect: { name: Architect }\n";

fn source(path: &str, text: &str) -> Source {
    Source::new(SitePath::new(path).unwrap(), text)
}

fn read(text: &str, registry: &str) -> (Blocks, Vec<Diagnostic>) {
    let registry = Registry::parse(Some(&source("registry.yaml", registry)), &mut Vec::new());
    Blocks::read(&Document::parse(&source("a.md", text)).0, &registry)
}

/// A matrix as `model | roles | activity: letters of each role`.
fn shown(matrix: &Matrix) -> String {
    let roles: Vec<&str> = matrix.roles.iter().map(|role| role.name.as_str()).collect();
    let letters = |row: &Activity| {
        row.letters.iter().map(|cell| if cell.is_empty() { "-".to_owned() } else { cell.iter().collect() }).collect::<Vec<String>>().join(" ")
    };
    let rows: Vec<String> = matrix.rows.iter().map(|row| format!("{}: {}", row.name, letters(row))).collect();
    format!("{} | {} | {}", matrix.model.name(), roles.join(", "), rows.join("; "))
}

fn matrix(text: &str, registry: &str) -> Option<String> {
    read(text, registry).0.matrices.first().map(shown)
}

fn findings(text: &str, registry: &str) -> Vec<String> {
    let (_, found) = read(text, registry);
    found.iter().map(|found| format!("{} | {} | {} | {}", found.kind.code, found.span.of(text), found.message, found.label)).collect()
}

/// A table of cells between `|`, the first line its head.
fn table(lines: &[&str]) -> String {
    let columns = lines.first().map_or(0, |line| line.matches('|').count() + 1);
    let rule = vec!["-"; columns].join("|");
    let mut rows: Vec<String> = lines.iter().map(|line| format!("| {line} |\n")).collect();
    rows.insert(1, format!("|{rule}|\n"));
    rows.concat()
}

#[test]
fn roles_are_columns() {
    for (lines, expected) in [
        (&["Task|Dev|Ops|QA", "Build|R|A|C", "Ship|i|a/r|"][..], "RACI | Dev, Ops, QA | Build: R A C; Ship: I AR -"),
        (&["#|Task|Dev|Ops|Notes", "1|Build|**R**|A|soon", "2|Ship|I|A, R|"], "RACI | Dev, Ops | Build: R A; Ship: I AR"),
        (&["Task|Dev|Ops|QA", "Build|`R`|A*|–", "Ship|C|RA|X"], "RACI | Dev, Ops | Build: R A; Ship: C RA"),
        (&["|Dev|Ops", "Build|R [^1]|A", "Ship|I (by mail)|A / R"], "RACI | Dev, Ops | Build: R A; Ship: I AR"),
        (&["Task|Dev|Ops", "**Phase 1**||", "Build|R|A", "Ship|I|A/R"], "RACI | Dev, Ops | Build: R A; Ship: I AR"),
        (&["Task|Dev|Ops|QA", "Build|R|A||", "Ship|I|A/R||"], "RACI | Dev, Ops, QA | Build: R A -; Ship: I AR -"),
        (&["Task|Dev|Ops", "Build|Responsible|Accountable", "Ship|Informed|Accountable and responsible"], "RACI | Dev, Ops | Build: R A; Ship: I AR"),
        (&["Task|Dev|Ops", "Build|Responsible|Accountable", "Ship|Informed|Accountable/Responsible"], "RACI | Dev, Ops | Build: R A; Ship: I AR"),
    ] {
        assert_eq!(matrix(&table(lines), "").as_deref().unwrap_or("none"), expected, "{lines:?}");
    }
}

#[test]
fn roles_are_rows_where_the_corner_or_the_registry_says_so() {
    let by_corner = table(&["Role|Build|Ship", "Dev|R|I", "Ops|A|A/R"]);
    assert_eq!(matrix(&by_corner, "").unwrap(), "RACI | Dev, Ops | Build: R A; Ship: I AR");
    let by_registry = table(&["|Build|Ship", "Engineers|R|I", "Ops lead|A|A/R"]);
    assert_eq!(matrix(&by_registry, REGISTRY).unwrap(), "RACI | Developers, Ops lead | Build: R A; Ship: I AR");
    let uncertain = table(&["|Build|Ship", "Dev|R|A", "Ops|C|A/R"]);
    assert_eq!(matrix(&uncertain, "").unwrap(), "RACI | Build, Ship | Dev: R A; Ops: C AR");
}

#[test]
fn rows_that_head_others_are_no_roles() {
    let text = table(&["Role|Build|Ship", "**Makers**||", "Dev|R|I", "**Keepers**||", "Ops|A|A/R"]);
    let (blocks, _) = read(&text, "");
    let at = |row| blocks.matrices[0].role_at(Some(row), 0).map_or("-", |role| role.name.as_str());
    assert_eq!([0, 1, 2, 3, 4].map(at), ["-", "Dev", "-", "Ops", "-"]);
}

#[test]
fn letters_are_columns_and_names_are_in_the_cells() {
    for (lines, expected) in [
        (&["Task|R|A|C|I", "Build|Dev, QA|Ops||Boss", "Ship|Ops|Ops|Dev/QA|-"][..], "RACI | Dev, QA, Ops, Boss | Build: R R A I; Ship: C C RA -"),
        (&["Task|Responsible|Accountable|Consulted", "Build|Dev|Ops|QA"], "RACI | Dev, Ops, QA | Build: R A C"),
        (&["Task|Responsible (R)|A - Accountable|(C)onsulted|Informed team", "Build|Dev|Ops|QA|All"], "RACI | Dev, Ops, QA, All | Build: R A C I"),
        (&["Decision|Driver|Approver|Contributors|Informed", "Freeze|Ops|Boss|QA|Dev"], "DACI | Ops, Boss, QA, Dev | Freeze: D A C I"),
        (&["Task|Responsible|Accountable|Support|Consulted|Informed", "Build|Dev|Ops|QA||"], "RASCI | Dev, Ops, QA | Build: R A S"),
        (&["Role|R|A|C|I", "Dev|x|||", "Ops||x||"], "none"),
        (
            &[
                "Letter|Responsible|Accountable",
                "Meaning|Does the work and sees to it that it gets done well|Has the last word and answers for it to others",
            ],
            "none",
        ),
    ] {
        assert_eq!(matrix(&table(lines), "").as_deref().unwrap_or("none"), expected, "{lines:?}");
    }
}

#[test]
fn other_letters_are_no_responsibilities() {
    for lines in [
        &["Question|One|Two|Three", "1|A|B|C", "2|C|A|A", "3|B|C|A"][..],
        &["Course|Ann|Bob", "Maths|A|C", "Art|A|B"],
        &["Service|Mon|Tue", "api|R|A", "db|G|G"],
        &["Service|Read|Write", "api|R|A", "db|R|A"],
        &["Path|User|Admin", "/a|R|RW", "/b|R|CRUD"],
        &["Asset|C|I|A", "db|High|High|Low", "web|Low|Low|High"],
        &["Size|S|M|L", "a|I|C|I", "b|I|I|C"],
        &["Key|Value", "R|Responsible", "A|Accountable"],
    ] {
        assert_eq!(matrix(&table(lines), ""), None, "{lines:?}");
    }
    let with_heading = format!("# RACI\n\n{}", table(&["Service|Mon|Tue", "api|R|A", "db|R|A"]));
    assert!(matrix(&with_heading, "").is_some(), "the heading says what the letters are");
}

#[test]
fn models_are_declared() {
    let rasci = table(&["Task|Dev|Ops|QA", "Build|R|A|S", "Ship|R|A|C"]);
    let daci = table(&["Decision|Dev|Ops|QA", "Freeze|D|A|C", "Thaw|I|D/A|C"]);
    for (text, expected) in [
        (format!("---\nraci_model: rasci\n---\n{rasci}"), Some("RASCI | Dev, Ops, QA | Build: R A S; Ship: R A C")),
        (format!("<!-- opsbook: raci_model: rasci -->\n\n{rasci}"), Some("RASCI | Dev, Ops, QA | Build: R A S; Ship: R A C")),
        (format!("<!-- opsbook: raci_model daci -->\n\nWho decides:\n\n{daci}"), Some("DACI | Dev, Ops, QA | Freeze: D A C; Thaw: I DA C")),
        (
            format!("---\nraci_model: daci\n---\n<!-- opsbook: raci_model: rasci -->\n\n{rasci}"),
            Some("RASCI | Dev, Ops, QA | Build: R A S; Ship: R A C"),
        ),
        (daci.clone(), None),
    ] {
        assert_eq!(matrix(&text, "").as_deref(), expected, "{text}");
        assert_eq!(findings(&text, ""), [""; 0], "{text}");
    }
    for (text, expected) in [
        ("---\nraci_model: rascy\n---\n", "invalid-raci-model | rascy | 'rascy' is no model of responsibility | did you mean 'rasci'?"),
        ("<!-- opsbook: raci_model: x -->\n", "invalid-raci-model | <!-- opsbook: raci_model: x --> | 'x' is no model of responsibility | "),
        (
            "<!-- opsbook: raci_model: daci -->\n\n# A\n\n|a|\n|-|\n",
            "invalid-raci-model | <!-- opsbook: raci_model: daci --> | 'daci' is declared for no table | no table follows in this section",
        ),
    ] {
        assert_eq!(findings(text, ""), [expected], "{text}");
    }
    let (_, found) = Document::parse(&source("a.md", "<!-- opsbook: raci_mode: daci -->\n"));
    assert_eq!(found.iter().map(|found| found.label.as_str()).collect::<Vec<_>>(), ["did you mean 'raci_model'?"]);
}

#[test]
fn faults_are_found_once_and_where_they_are() {
    for (lines, expected) in [
        (&["Task|Ops lead|Developers", "Build|A|R", "Ship|A/R|I"][..], &[][..]),
        (
            &["Task|Ops lead|Developers", "Build|C|R", "Ship|A|R"],
            &["not-one-accountable | Build | 'Build' has no accountable role | no A in this row"],
        ),
        (
            &["Task|Ops lead|Developers|QA team", "Build|A|A/R|C", "Ship|A|R|"],
            &["not-one-accountable | A/R | 'Build' has 2 accountable roles: 'Ops lead', 'Developers' | a second A"],
        ),
        (
            &["Task|Ops lead|Developers", "Build|A|R", "Ship|A|I", "Test||"],
            &[
                "no-responsible | Ship | nobody is responsible for 'Ship' | no R in this row",
                "not-one-accountable | Test | 'Test' has no accountable role | no A in this row",
            ],
        ),
        (
            &["Task|Ops lead|Developers|QA team", "Build|A|R|X", "Ship|X|R|C", "Test|C|A/R|I"],
            &["unknown-letter | X | 'X' is no letter of RACI | not a letter of the matrix"],
        ),
        (
            &["Task|Ops led|Developers", "Build|A|R", "Ship|A|I/R"],
            &["unknown-matrix-role | Ops led | matrix names 'Ops led', and registry.yaml knows no such role | did you mean 'Ops lead'?"],
        ),
        (
            &["Task|Ops lead / QA team|Developers", "Build|A|R", "Ship|A|I/R"],
            &["unknown-matrix-role | Ops lead / QA team | matrix names 'Ops lead / QA team', and registry.yaml knows no such role | several roles"],
        ),
        (
            &["Task|Developers|Ops lead|Engineers", "Build|R|A|I", "Ship|R|A|I"],
            &["duplicate-matrix-role | Engineers | role 'Developers' is there twice as 'Engineers' | the same role"],
        ),
        (
            &["Task|Ops lead|Developers|QA team", "Build|A|R|", "Ship|A|R|"],
            &["idle-role | QA team | role 'QA team' has no letters | nothing in its column"],
        ),
        (
            &["Task|Ops lead|Developers|QA team", "1|A|R|C", "2|A|R|C", "3|A|R|C", "4|I|A/R|C"],
            &["overloaded-role | Ops lead | role 'Ops lead' is accountable for 3 of 4 activities | more than half of the matrix"],
        ),
        (
            &["Task|Responsible|Accountable|Informed", "Build|Developers, Engineers|Ops led|", "Ship|QA team||Ops led"],
            &[
                "unknown-matrix-role | Ops led | matrix names 'Ops led', and registry.yaml knows no such role | did you mean 'Ops lead'?",
                "duplicate-matrix-role | Engineers | role 'Developers' is there twice as 'Engineers' | the same role",
                "not-one-accountable | Ship | 'Ship' has no accountable role | no A in this row",
            ],
        ),
    ] {
        let text = table(lines);
        assert_eq!(findings(&text, REGISTRY), expected, "{lines:?}");
    }
    let many = table(&["Task|A1|B1|C1|D1|E1|F1", "Build|A|R|C|C|C|C", "Ship|A|R|C|I|I|I"]);
    assert_eq!(findings(&many, ""), ["many-consulted | C | 4 roles are consulted for 'Build' | the fourth C"]);
    let driverless = format!("---\nraci_model: daci\n---\n{}", table(&["Decision|Dev|Ops|QA", "Freeze|A|A|C", "Thaw|D|A|I"]));
    assert_eq!(
        findings(&driverless, ""),
        [
            "not-one-accountable | Freeze | 'Freeze' has no driver | no D in this row",
            "not-one-accountable | A | 'Freeze' has 2 approvers: 'Dev', 'Ops' | a second A",
        ]
    );
    let undeclared = table(&["Task|Dev|Ops|QA", "Build|R|A|S", "Ship|R|A|S"]);
    assert_eq!(findings(&undeclared, ""), ["unknown-letter | S | 'S' is no letter of RACI | not a letter of the matrix"]);
    let (_, found) = read(&undeclared, "");
    assert_eq!((found[0].helps.len(), found[0].related.len()), (2, 1), "{found:?}");
}

const PHASES: &str = "## Who does what\n\n### Plan\n\n- Product owners say what is wanted\n- Engineers say what is possible\n\n### Build\n\n- **Product owners** answer questions\n- Engineers: write it\n\n\
### Keep\n\n- Engineers look after it\n- Review board (from all products) meets weekly\n- What it decides is written down\n\n### Else\n\n- Nothing\n- Much\n";

/// Responsibilities as `title: roles`, then each phase with its duties.
fn duties(text: &str, registry: &str) -> Vec<String> {
    let line = |group: &Responsibilities| {
        let roles: Vec<&str> = group.roles.iter().map(|role| role.name.as_str()).collect();
        let duty = |(role, text): &(Option<usize>, String)| format!("{}> {text}", role.map_or("", |role| roles[role]));
        let phase = |phase: &Phase| format!("{}: {}", phase.name, phase.duties.iter().map(duty).collect::<Vec<_>>().join("; "));
        std::iter::once(format!("{}: {}", group.title, roles.join(", "))).chain(group.phases.iter().map(phase)).collect::<Vec<_>>()
    };
    read(text, registry).0.responsibilities.iter().flat_map(line).collect()
}

#[test]
fn phases_say_what_each_role_does() {
    assert_eq!(
        duties(PHASES, ""),
        [
            "Who does what: Product owners, Engineers, Review board",
            "Plan: Product owners> say what is wanted; Engineers> say what is possible",
            "Build: Product owners> answer questions; Engineers> write it",
            "Keep: Engineers> look after it; Review board> (from all products) meets weekly; > What it decides is written down",
        ]
    );
    let with_registry = "# A\n\n## One\n\n- Engineers: write\n- QA team tests\n\n## Two\n\n- Ops lead ships\n- Developers watch\n";
    assert_eq!(
        duties(with_registry, REGISTRY),
        ["A: Developers, QA team, Ops lead", "One: Developers> write; QA team> tests", "Two: Ops lead> ships; Developers> watch"]
    );
}

#[test]
fn a_role_alone_is_no_duty_of_another() {
    let registry = "roles: { ops: Ops, ops-lead: Ops lead, qa-team: QA team }\n";
    let nested = "# A\n\n## One\n\n- QA team tests\n- Ops waits\n- **Ops lead**:\n  - asks\n  - answers\n\n## Two\n\n- QA team: tests\n- Ops: ships\n- Ops lead\n  - looks\n";
    assert_eq!(
        duties(nested, registry),
        ["A: QA team, Ops", "One: QA team> tests; Ops> waits; > Ops lead:", "Two: QA team> tests; Ops> ships; > Ops lead"]
    );
}

#[test]
fn other_bullets_are_no_duties() {
    for text in [
        "# A\n\n## One\n\n- Check the logs\n- Restart it\n\n## Two\n\n- Check the disk\n- Restart it\n",
        "# A\n\n## One\n\n- **Cause**: none\n- **Fix**: none\n\n## Two\n\n- **Cause**: none\n- **Fix**: none\n",
        "# A\n\n## One\n\n- Engineers\n- Product owners\n\n## Two\n\n- Engineers\n- Product owners\n",
        "# A\n\n## One\n\n- Engineers build\n- Others don't\n\n## Two\n\n- Engineers test\n- Others don't\n",
        "# A\n\n## One\n\n- Engineers build\n- Product owners ask\n",
        "# A\n\n## One\n\n1. Engineers build\n2. Product owners ask\n\n## Two\n\n1. Engineers build\n2. Product owners ask\n",
        "# A\n\n## One\n\n- Notify the team now\n- Ask a manager for help\n\n## Two\n\n- Notify the team now\n- Ask a manager for help\n",
    ] {
        assert_eq!(duties(text, ""), [""; 0], "{text}");
    }
}

/// What matrices consist of, and what spoils them.
const PIECES: [&str; 30] = [
    "|",
    "|\n",
    "\n",
    "|-",
    "|-|-|-|\n",
    "R",
    "A",
    "C",
    "I",
    "S",
    "D",
    "A/R",
    "a, r",
    "X",
    "**",
    "(",
    ")",
    "*",
    "Ops lead",
    "Engineers",
    "Role",
    "Responsible",
    "Accountable",
    "# RACI\n",
    "### Plan\n\n- Engineers write\n",
    "- ",
    "é→日",
    "<!-- opsbook: raci_model: daci -->\n\n",
    "- [ ] x (Ops led, 1)\n",
    "\u{202e}",
];

#[test]
fn nothing_that_is_spoilt_makes_it_panic() {
    let matrix = table(&["Task|Ops lead|Developers|QA team", "Build|A|R|C", "**Late**|||", "Ship|A/R|C|I"]);
    let names = table(&["Task|Responsible|Accountable|Consulted", "Build|Developers, QA team|Ops lead|", "Ship|Engineers|Ops lead/QA team|-"]);
    let roles = table(&["Role|Build|Ship", "Ops lead|A|R", "Developers|R|A/R"]);
    let actions = table(&["Action|Owner|Due", "Build|Ops led|1", "Ship|QA team, x|2"]);
    let all = [matrix, names, roles, actions, PHASES.to_owned()];
    let registry = Registry::parse(Some(&source("registry.yaml", REGISTRY)), &mut Vec::new());
    // A small generator of our own: the same texts on every run.
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut next = |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state >> 16).unwrap_or(0) % below.max(1)
    };
    let mut read = 0;
    for round in 0..12_000 {
        let mut text = all[round % all.len()].clone();
        for _ in 0..=next(6) {
            let at = text.floor_char_boundary(next(text.len() + 1));
            let end = text.ceil_char_boundary((at + next(8)).min(text.len()));
            let piece = if next(3) == 0 { "" } else { PIECES[next(PIECES.len())] };
            text.replace_range(at..end, piece);
        }
        let (document, _) = Document::parse(&source("a.md", &text));
        let (blocks, found) = Blocks::read(&document, &registry);
        for matrix in &blocks.matrices {
            read += 1;
            assert!(matrix.rows.iter().all(|row| row.letters.len() == matrix.roles.len() && row.places.len() == matrix.roles.len()), "{text}");
        }
        for finding in &found {
            assert!(
                finding.span.end() <= text.len() && text.is_char_boundary(finding.span.start()) && text.is_char_boundary(finding.span.end()),
                "{text}"
            );
        }
    }
    assert!(read > 1_500, "only {read} of them were matrices at all");
}

#[test]
fn large_tables_take_time_that_grows_with_their_size() {
    let rows = (0..20_000).map(|row| format!("| {row} | A | R | X |\n")).collect::<Vec<_>>().concat();
    let (blocks, found) = read(&format!("| Task | Ops | Dev | QA |\n|-|-|-|-|\n{}| x | A | R | C |\n", rows.replace("| X |", "| C |")), "");
    assert_eq!((blocks.matrices[0].rows.len(), found.len()), (20_001, 1), "one role has all the A");
    let names = (0..3_000).map(|row| format!("| t | name {row} | other {row} | more {row} |\n")).collect::<Vec<_>>().concat();
    assert!(read(&format!("| Task | R | A | C |\n|-|-|-|-|\n{names}"), "").0.matrices.is_empty(), "no handbook has 9,000 roles");
}
