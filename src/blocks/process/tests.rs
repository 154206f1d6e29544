use std::fmt::Write;

use super::*;
use crate::source::{SitePath, Source};

const REGISTRY: &str = "roles:
  ops-team: { name: Ops team, aliases: [Operations] }
  ops-lead: { name: Ops lead }
  qa-team: { name: QA team }
  developers: { name: Developers, aliases: [Engineers] }
platforms: { github: { name: GitHub }, circles: { name: Circles } }
environments: [testnet, { id: live, name: production, production: true }]
";

fn read_all(text: &str, registry: &str) -> (Document, Vec<Process>, Vec<Diagnostic>) {
    let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
    let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), registry)), &mut Vec::new());
    let mut found = Vec::new();
    let processes = read(&document, &registry, &Declared::default(), &mut found);
    (document, processes, found)
}

/// Each step of each process on a line: number, actors, text, platforms, conditions.
fn shown(text: &str, registry: &str) -> String {
    let (_, processes, _) = read_all(text, registry);
    let mut lines = String::new();
    for process in &processes {
        for step in &process.steps {
            let actors: Vec<&str> = step.actors.iter().map(|actor| process.actors[*actor].name.as_str()).collect();
            let platforms: Vec<&str> = step.platforms.iter().map(|platform| platform.name.as_str()).collect();
            let parts = [actors.join("+"), step.text.to_string(), platforms.join("+"), step.conditions.join("+")];
            writeln!(lines, "{} {}", step.number, parts.join(" | ").trim_end_matches([' ', '|'])).unwrap();
        }
    }
    lines
}

/// The findings about a process, as `code: marked text: message`.
fn findings(text: &str, registry: &str) -> Vec<String> {
    let (document, _, found) = read_all(text, registry);
    found.iter().map(|found| format!("{}: {}: {}", found.kind.code, found.span.of(&document.text), found.message)).collect()
}

#[test]
fn steps_are_read_in_the_ways_people_write_them() {
    for registry in ["", REGISTRY] {
        let text = "1. **Ops lead** opens the release issue (GitHub)
2. The developers / QA team agree on a day (if needed)
3. After review Ops team deploys to testnet
4. Once the tests are green, the QA team signs off
5. Ops lead: closes the issue (GitHub, Slack channel)
6. Sign-off: Engineers and QA team confirm the result
7. Then the Ops team (on call) restarts it
";
        let expected = "1 Ops lead | Opens the release issue | GitHub
2 Developers+QA team | Agree on a day |  | if needed
3 Ops team | After review Ops team deploys to testnet |  | After review
4 QA team | Once the tests are green, the QA team signs off |  | Once the tests are green
5 Ops lead | Closes the issue (GitHub, Slack channel) | GitHub
6 Developers+QA team | Sign-off: Engineers and QA team confirm the result
7 Ops team | Then the Ops team (on call) restarts it
";
        let shown = shown(text, registry);
        // Without a registry nobody knows that Engineers are Developers, and the tools that everybody knows count.
        let shown = if registry.is_empty() { shown.replace("Engineers+", "Developers+").replace(" | GitHub+Slack", " | GitHub") } else { shown };
        assert_eq!(shown, expected);
    }
}

#[test]
fn instructions_are_no_process() {
    for text in [
        "1. Open the console\n2. Create a ticket\n3. Run the migration\n",
        "1. Notify the Ops team\n2. Ask developers to stop\n3. Contact support engineers (Slack)\n",
        "1. User accounts are created\n2. Customer data is copied\n3. Admin credentials are rotated\n",
        "1. Release notes\n2. Test plan\n3. Support contracts\n",
        "1. Review team notes\n2. Assign QA engineer tasks\n3. Update manager dashboards\n",
        "1. Kubernetes pulls the image\n2. The pod starts\n3. Traffic moves\n",
        "1. User had upgraded\n2. User wanted to go back\n",
        "1. If the build fails, notify the Ops team\n2. Once it runs, close the issue\n",
        "1. Investigate the error reported by users\n2. Fix what was found by testers\n",
        "1. **Image**: the container\n2. **Note**: it restarts\n",
        "1. Ops lead opens\n",
    ] {
        assert_eq!(shown(text, ""), "", "{text}");
    }
}

#[test]
fn phases_are_steps_of_those_who_act_in_them() {
    let text = "1. **Request**
   - Developer opens the request
   - Ops team reviews it
2. **Set-up by Ops**
   - Create the stack
3. **Hand-over**
   - Ops team explains the dashboards
";
    let loose = text.replace("\n2.", "\n\n2.");
    assert_eq!(shown(&loose, ""), shown(text, ""));
    assert_eq!(shown(text, ""), "1 Developer+Ops team | Request\n2 Ops team | Set-up by Ops\n3 Ops team | Hand-over\n");
}

#[test]
fn branches_are_read_wherever_they_stand() {
    let text = "1. Developers build it
2. QA team tests it: does it pass? no → 1, yes -> 3
3. Ops lead decides
   - rejected => step 1
   - otherwise go to step 4
4. Ops team releases
   - → end
5. Ops team waits. If it fails, go back to step 4
6. Ops team scales the pods 3 → 5
7. Ops lead closes the story → end
8. If nobody answers in time → end
";
    let (document, processes, _) = read_all(text, "");
    let branches: Vec<String> = processes[0]
        .steps
        .iter()
        .flat_map(|step| {
            step.branches
                .iter()
                .map(|branch| format!("{}: {} {:?} '{}'", step.number, branch.label, branch.target, branch.target_span.of(&document.text)))
        })
        .collect();
    assert_eq!(
        branches,
        [
            "2: no Step(1) '1'",
            "2: yes Step(3) '3'",
            "3: rejected Step(1) 'step 1'",
            "3: otherwise Step(4) 'step 4'",
            "4:  End 'end'",
            "5: it fails Step(4) 'step 4'",
            "7:  End 'end'",
            "8: nobody answers in time End 'end'",
        ]
    );
}

#[test]
fn faults_are_found_with_their_mends() {
    let fine = "1. Ops lead opens it\n2. QA team tests: does it pass?\n   - no → 1\n   - yes → 3\n3. Ops team releases\n";
    assert_eq!(findings(fine, REGISTRY), [""; 0]);
    let missing = "1. Ops lead opens it\n2. QA team tests\n   - no → 9\n";
    assert_eq!(findings(missing, REGISTRY), ["missing-step: 9: step 2 leads to step 9, which isn't there"]);
    let unreachable = "1. QA team tests\n   - no → end\n   - yes → 3\n2. Developers mend it\n3. Ops team releases\n";
    assert_eq!(findings(unreachable, REGISTRY), ["unreachable-step: 2. Developers mend it: no way leads to step 2"]);
    let nobody = "1. Ops lead opens it\n2. Tests happen\n3. Ops team releases\n";
    assert_eq!(findings(nobody, ""), ["step-without-actor: 2. Tests happen: step 2 doesn't say who acts"]);
    let unknown = "1. Ops lead opens it\n2. **QA taem** tests it\n3. Legal / Ops team sign it off\n";
    let expected = ["unknown-actor: **QA taem**: no role is called 'QA taem'", "unknown-actor: Legal: no role is called 'Legal'"];
    assert_eq!(findings(unknown, REGISTRY), expected);
    assert_eq!(findings(unknown, ""), [""; 0]);
}

#[test]
fn anchors_are_distinct_and_never_those_of_headings() {
    let steps = "1. Ops lead opens it\n2. Ops team closes it\n";
    let anchors = |text: &str| -> Vec<String> { read_all(text, "").1.iter().map(|process| process.steps[0].anchor.to_string()).collect() };
    let text = format!("# A\n\n## One\n\n{steps}\n## Two\n\n{steps}\ntext\n\n{steps}");
    assert_eq!(anchors(&text), ["step-1", "two-step-1", "two-2-step-1"]);
    assert_eq!(anchors(&format!("# A\n\n## Step 1\n\n{steps}")), ["step-1-step-1"]);
    assert_eq!(anchors(&format!("{steps}\ntext\n\n{steps}")), ["step-1", "process-step-1"]);
}

#[test]
fn numbers_are_the_authors_own_if_they_rise() {
    let numbers = |text: &str| -> Vec<u64> { read_all(text, "").1[0].steps.iter().map(|step| step.number).collect() };
    assert_eq!(numbers("6. Ops lead opens\n9. Ops team closes\n"), [6, 9]);
    assert_eq!(numbers("1. Ops lead opens\n1. Ops team closes\n"), [1, 2]);
}

#[test]
fn large_and_strange_lists_are_read_in_time() {
    let mut many = String::new();
    for number in 0..20_000 {
        writeln!(many, "{number}. Ops team / QA team / Developers push it (GitHub) (if needed) → {number}").unwrap();
    }
    let long = format!("1. Ops lead {}\n2. Ops team {}\n", "(team ".repeat(20_000), "/ team ".repeat(20_000));
    let mut deep = String::new();
    for depth in 0..500 {
        writeln!(deep, "{}1. Ops team runs", "   ".repeat(depth)).unwrap();
    }
    for text in [many, long, deep, "1. **\n2. ****\n3. ** → \n".repeat(100), "1. (((\n2. )))→1→\n".to_owned()] {
        let _ = read_all(&text, REGISTRY);
    }
}
