use std::fmt::Write;

use super::*;
use crate::source::{SitePath, Source};

fn statements(text: &str) -> Vec<Policy> {
    let registry = "roles: { developers: { name: Developers, aliases: Developer }, product-owner: { name: Product owner, aliases: Product owners } }";
    let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), registry)), &mut Vec::new());
    let (document, _) = Document::parse(&Source::new(SitePath::new("a.md").unwrap(), text));
    read(&document, &registry, &mut Vec::new())
}

/// Each statement in a line, short enough to be read.
fn facts(text: &str) -> Vec<String> {
    let days = |days: &[Weekday]| days.iter().map(|day| &Weekday::WORDS[*day as usize][..3]).collect::<Vec<_>>().join(" ");
    let length = |length: &Length| format!("{} {:?}", length.count, length.unit);
    let fact = |policy: Policy| match policy.statement {
        Statement::Freeze(week) => format!("freeze closed {:07b} open {:07b}", week.closed, week.open),
        Statement::Support { days: of, on_call } => format!("support {}{}", days(&of), if on_call { " on call" } else { "" }),
        Statement::Label { name, within } => format!("label {name} {}", within.as_ref().map_or("at once".into(), length)),
        Statement::Approval { within } => format!("approval {}", length(&within)),
        Statement::Permission { role, allowed, actions } => {
            format!("{} {} {}", role.map_or_else(String::new, |role| role.name), if allowed { "may" } else { "may not" }, actions.len())
        }
        Statement::Decision { domain, by, .. } => format!("decision {domain}: {}", by.map_or_else(String::new, |by| by.name)),
        Statement::Review { what, every } => format!("review {what} {}", length(&every)),
        Statement::Channel { urgency, steps } => format!("channel {urgency} {}", steps.len()),
        Statement::Naming { pattern, example } => format!("naming {pattern} {}", example.unwrap_or_default()),
    };
    statements(text).into_iter().map(fact).collect()
}

#[test]
fn sentences_that_are_rules_are_read_and_others_are_left_alone() {
    for (text, expected) in [
        ("No production deployments from Thursday until Sunday.", "freeze closed 0111000 open 0000111"),
        ("1. Ops team deploys (NEVER DEPLOY **production** FROM FRIDAY UNTIL MONDAY) (GitHub)", "freeze closed 1110000 open 0001110"),
        ("Nothing is shipped after Tuesday.", "freeze closed 0000100 open 0000010"),
        ("Never deploy between Friday and Monday.", "freeze closed 1100000 open 0001110"),
        ("The team releases by Wednesday.", "freeze closed 0000000 open 0000100"),
        ("We don't deploy on Fridays.", "freeze closed 0010000 open 0000000"),
        ("We release from Monday until Wednesday.", ""),
        ("The team did not release on Friday, which was a holiday.", ""),
        ("On Thursday we did not deploy the fix.", ""),
        ("We shipped nothing after Tuesday.", ""),
        ("On Wednesday 21 October the gateway took no events after a deployment.", ""),
        ("No release went out on Monday, May 4th.", ""),
        ("Never launch between Friday and Monday if winds are strong.", ""),
        ("Do not merge on Fridays unless the build is green.", ""),
        ("The dashboard is available Monday through Friday.", ""),
        ("Engineers are on call for one week, from Monday to Monday.", ""),
        ("| Days | Status |\n|---|---|\n| Monday | seats available |", ""),
        ("Approval comes within 2 hours if it is urgent.", ""),
        ("A monthly check is deducted. The annual review of pay. Daily check your mail.", ""),
        ("Branch from `https://git.example/<group>/<project>`, log in to `me-<name>@<host>`, name it `[issue-links]`.", ""),
        ("## Channels\n\n1. **Chat**\n   - Call\n2. **Mail**\n   - Write", ""),
        ("## Decisions\n\n- **Cluster**: the server decides which node leads\n- **Tip**: Developers decide quickly", ""),
        ("**Allowed**\n\n- look\n\n1. Begin\n2. End", " may 1"),
        ("No releases only on Friday.", ""),
        ("No later than Friday we release.", ""),
        ("The café does not open from Thursday until Sunday.", ""),
        ("Somebody is available from Monday to Friday and on call on Saturday - Sunday.", "support Mon Tue Wed Thu Fri|support Sat Sun on call"),
        ("The release is not available on Monday.", ""),
        ("- Blocker label = drop everything\n- Small label = at most 3 weeks", "label Blocker at once|label Small 3 Week"),
        ("- Urgent label = fix it NOW!\n- Bug label = something is broken\n- Idea label = need not be looked at immediately", "label Urgent at once"),
        ("- Known label = we know of it", ""),
        ("x = y", ""),
        ("| Label | Resolve within |\n|---|---|\n| big | 2 business days |\n| odd | some day |", "label big 2 BusinessDay"),
        ("| Date | Severity | Time to resolve |\n|---|---|---|\n| 2026-01-01 | big | 3 hours |", ""),
        ("## Approvals\n\nAnswers come within the SLA (usually 1-3 business days) after review.", "approval 3 BusinessDay"),
        ("Approval is given within 4 hours during business hours after the review.", "approval 4 BusinessHour"),
        ("The server answers within 4 hours.", ""),
        ("- Weekly cost reviews\n- Annual audit, by management", "review cost reviews 1 Week|review audit 1 Year"),
        ("We run weekly and then review it.", ""),
        ("Weekly batch of changes.", ""),
        ("### Developer Actions\n\n✅ **Allowed**:\n- look\n- ask\n\n❌ **Not Allowed**:\n- touch", "Developers may 2|Developers may not 1"),
        ("### Guests\n\n| Action | Permission |\n|---|---|\n| look | ✅ Allowed |\n| touch | ❌ Not allowed |", "Guests may 1|Guests may not 1"),
        ("All of this is allowed:\n\n- a", ""),
        (
            "## Decision authority\n\n- **Product domain**: Product Owners have final authority on scope\n- **Conflicts**: Escalate to management",
            "decision Product domain: Product owner|decision Conflicts: ",
        ),
        ("## Channels\n\n1. **Urgent**\n   - Call\n   - Write\n2. **Other**\n   - Write", "channel Urgent 2|channel Other 1"),
        ("Branches are named `<team>/<id>-words` (e.g., `web/12-menu`).", "naming <team>/<id>-words web/12-menu"),
        ("Open `list[0]/a` in the branch.", ""),
        ("", ""),
    ] {
        assert_eq!(facts(text).join("|"), expected, "{text}");
    }
}

/// A line of every kind, ten thousand times: near linear, and no panic on what is cut in the middle.
#[test]
fn long_and_broken_documents_are_read_at_once() {
    let lines = "- Nothing is released after Wednesday–\n- Weekly audit\n- **A**: B have authority on C\n\n✅ **Allowed**:\n- x `<a>/<b>` named\n\n";
    let mut long = "## Decision channels\n\n".to_owned();
    for _ in 0..10_000 {
        let _ = write!(long, "{lines}");
    }
    assert!(statements(&long).len() > 10_000);
    let _ = statements(&"weekly ".repeat(100_000));
    let _ = statements(&format!("- {}", "available from Monday ".repeat(80)));
    for end in (0..lines.len()).filter(|end| lines.is_char_boundary(*end)) {
        let _ = statements(&lines[..end]);
    }
}
