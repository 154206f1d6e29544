//! Processes that others wrote, against what was read in them by hand.
//!
//! The seeds aren't part of the repository. They are looked for at `OPSBOOK_SEEDS`, else beside the repository; where they are absent, the
//! tests that need them say so and pass.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stderr,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test reads the seeds, says what it found, and fails loudly"
)]

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use opsbook::blocks::{Blocks, Process};
use opsbook::document::Document;
use opsbook::registry::Registry;
use opsbook::source::{SitePath, Source};

/// Roles and platforms as a handbook for this seed would declare them.
const REGISTRY: &str = "roles:
  bizdev: { name: BizDev }
  stakeholders: { name: Stakeholders }
  product-owner: { name: Product owner }
  dev-lead: { name: Dev lead }
  developers: { name: Developers }
  development-team: { name: Development team }
  qa-team: { name: QA team, aliases: [QA] }
  ops-lead: { name: Ops lead }
  dev-architect: { name: Dev architect }
  architect: { name: Architect }
  ops-team: { name: Ops team, aliases: [OPS] }
  promotion-team: { name: Promotion team, aliases: [Promotion] }
  web-team: { name: Web team }
  project-owner: { name: Project owner }
  project-lead: { name: Project lead }
platforms:
  github: { name: Github }
  gitea: { name: Gitea }
  circles: { name: Circles, aliases: [circlestool] }
  telegram: { name: Telegram }
  email: { name: email }
environments: [devnet, testnet, mainnet, staging, { id: production, production: true }]
";

fn seed(number: &str) -> Option<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let beside = [root.join("../shared/seeds"), root.join("../../shared/seeds")];
    let folder = std::env::var_os("OPSBOOK_SEEDS").map(PathBuf::from).or_else(|| beside.into_iter().find(|folder| folder.is_dir()));
    let file = folder.and_then(|folder| {
        let files = std::fs::read_dir(folder).ok()?.filter_map(Result::ok).map(|entry| entry.path());
        files.into_iter().find(|path| path.file_name().is_some_and(|name| name.to_string_lossy().starts_with(number)))
    });
    if file.is_none() {
        eprintln!("skipped: no seeds; set OPSBOOK_SEEDS to their folder");
    }
    std::fs::read_to_string(file?).ok()
}

fn processes(text: &str, registry: &str) -> Vec<Process> {
    blocks(text, registry).processes
}

fn blocks(text: &str, registry: &str) -> Blocks {
    let source = Source::new(SitePath::new("a.md").unwrap(), text);
    let (document, _) = Document::parse(&source);
    let registry = Registry::parse(Some(&Source::new(SitePath::new("registry.yaml").unwrap(), registry)), &mut Vec::new());
    Blocks::read(&document, &registry).0
}

/// Names as they are compared: `OPS`, `Ops team` and `ops teams` are one.
fn folded<'a>(names: impl IntoIterator<Item = &'a str>) -> BTreeSet<String> {
    let fold = |name: &str| {
        let lower = name.trim().to_lowercase();
        let plain = lower.trim_end_matches(" team").to_owned();
        if plain.len() > 3 { plain.trim_end_matches('s').to_owned() } else { plain }
    };
    names.into_iter().filter(|name| !name.trim().is_empty()).map(fold).collect()
}

/// What was found in each step: actors, platforms, first words of conditions, environments.
fn steps(processes: &[Process]) -> BTreeMap<String, [BTreeSet<String>; 4]> {
    let mut found = BTreeMap::new();
    for process in processes {
        let name = process.title.to_lowercase().replace("process ", "");
        let name = name.split_whitespace().next().unwrap_or_default();
        for step in &process.steps {
            let actors = folded(step.actors.iter().map(|actor| process.actors[*actor].name.as_str()));
            let platforms = folded(step.platforms.iter().map(|platform| platform.name.as_str()));
            let conditions = step.conditions.iter().filter_map(|condition| condition.split_whitespace().next()).map(str::to_lowercase).collect();
            let environments = folded(step.environments.iter().map(|environment| environment.name.as_str()));
            found.insert(format!("{name} {}", step.number), [actors, platforms, conditions, environments]);
        }
    }
    found
}

fn compare(registry: &str) {
    let Some(text) = seed("000") else { return };
    let found = steps(&processes(&text, registry));
    let mut with_actors = 0;
    let mut wrong = Vec::new();
    for line in include_str!("facts/steps-000.tsv").lines().skip(1) {
        let cells: Vec<&str> = line.split('\t').collect();
        let expected: Vec<BTreeSet<String>> = cells[1..5].iter().map(|cell| folded(cell.split(','))).collect();
        let conditions: BTreeSet<String> = cells[3].split(',').map(|word| word.trim().to_owned()).filter(|word| !word.is_empty()).collect();
        let none = Default::default();
        let [actors, platforms, when, environments] = found.get(cells[0]).unwrap_or(&none);
        with_actors += usize::from(!actors.is_empty() && *actors == expected[0]);
        for (what, found, expected) in [
            ("actors", actors, &expected[0]),
            ("platforms", platforms, &expected[1]),
            ("conditions", when, &conditions),
            ("environments", environments, &expected[3]),
        ] {
            if found != expected {
                wrong.push(format!("{} {what}: found {found:?}, expected {expected:?}", cells[0]));
            }
        }
    }
    eprintln!("{with_actors} of 54 steps with the right actors\n{}", wrong.join("\n"));
    assert_eq!(found.len(), 54);
    assert!(with_actors >= 51 && wrong.is_empty(), "{with_actors} of 54\n{}", wrong.join("\n"));
}

#[test]
fn a_seed_is_read_without_a_registry() {
    compare("");
}

#[test]
fn a_seed_is_read_with_a_registry() {
    compare(REGISTRY);
}

/// Prints what is read in the Markdown files below `OPSBOOK_DUMP`, to judge it by hand.
#[test]
fn blocks_of_a_folder() {
    let Some(folder) = std::env::var_os("OPSBOOK_DUMP") else { return };
    let mut files = vec![PathBuf::from(folder)];
    while let Some(path) = files.pop() {
        if path.is_dir() {
            files.extend(std::fs::read_dir(&path).unwrap().filter_map(Result::ok).map(|entry| entry.path()));
        } else if let Ok(text) = std::fs::read_to_string(&path) {
            let registry = std::env::var("OPSBOOK_REGISTRY").ok().and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default();
            let blocks = blocks(&text, &registry);
            for policy in &blocks.policies {
                let line = text.get(..policy.span.start()).unwrap_or_default().lines().count();
                eprintln!("\n{}:{line} | {:?}\n    {}", path.display(), policy.statement, policy.span.of(&text).trim().replace('\n', "\n    "));
            }
            for action in &blocks.actions {
                eprintln!(
                    "\n{} | action {:?} {:?} | {}",
                    path.display(),
                    action.owners.iter().map(|owner| &owner.name).collect::<Vec<_>>(),
                    action.due,
                    action.text
                );
            }
            for matrix in &blocks.matrices {
                eprintln!(
                    "\n{} | matrix {:?} {}: {:?}",
                    path.display(),
                    matrix.model,
                    matrix.title,
                    matrix.roles.iter().map(|role| &role.name).collect::<Vec<_>>()
                );
            }
            for matrix in &blocks.responsibilities {
                eprintln!("\n{} | responsibilities {:?}", path.display(), matrix.roles.iter().map(|role| &role.name).collect::<Vec<_>>());
                for phase in &matrix.phases {
                    eprintln!("  {}: {:?}", phase.name, phase.duties);
                }
            }
            for flow in &blocks.flows {
                eprintln!("\n{} | flow\n    {}", path.display(), flow.span.of(&text).trim().replace('\n', "\n    "));
            }
            for process in blocks.processes {
                eprintln!("\n{} | {}", path.display(), process.title);
                for step in &process.steps {
                    let actors: Vec<&str> = step.actors.iter().map(|actor| process.actors[*actor].name.as_str()).collect();
                    let platforms: Vec<&str> = step.platforms.iter().map(|platform| platform.name.as_str()).collect();
                    eprintln!(
                        "  {} {actors:?} | {} | {platforms:?} {:?} {:?}",
                        step.anchor,
                        step.text,
                        step.conditions,
                        step.branches.iter().map(|b| (&b.label, b.target)).collect::<Vec<_>>()
                    );
                }
            }
        }
    }
}
