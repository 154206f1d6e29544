//! A large handbook to measure with: 50 pages a folder, about 5 KB a page; every link and anchor is right.
//!
//! The same numbers give the same bytes. The folders' own index.md files come on top of the pages. Knows the form of a handbook; must not know how
//! one is built, nor where its files go.
#![allow(dead_code, reason = "each program uses a part of it")]

mod words;

use std::fmt::Write;

use opsbook::text::slug;
use words::{ACTORS, COMPONENTS, CONDITIONS, KINDS_OF_WORK, METRICS, PLATFORMS, SENTENCES, STEPS, SYMPTOMS};

const PAGES_A_FOLDER: usize = 50;
/// What is left of about 5 KB for prose.
const PROSE_BYTES: usize = 2600;

/// Every file of a handbook of so many pages: its path, from the handbook's root, and its text. Each is made when it is asked for.
pub(crate) fn files(pages: usize) -> impl Iterator<Item = (String, String)> {
    let book = ("book.toml".to_owned(), "[book]\ntitle = \"Generated handbook\"\nsrc = \"content\"\n".to_owned());
    let registry = ("content/registry.yaml".to_owned(), registry());
    let indexes =
        (0..pages.div_ceil(PAGES_A_FOLDER)).map(move |chapter| (format!("content/{}/index.md", chapter_folder(chapter)), index(chapter, pages)));
    let documents = (0..pages).map(move |number| (path(number), Page::new(number).markdown(pages)));
    [book, registry, ("content/index.md".to_owned(), home(pages))].into_iter().chain(indexes).chain(documents)
}

/// Where a page lies, from the handbook's root.
pub(crate) fn path(number: usize) -> String {
    format!("content/{}/{}", chapter_folder(number / PAGES_A_FOLDER), file(number))
}

fn home(pages: usize) -> String {
    let lines = (0..pages.div_ceil(PAGES_A_FOLDER)).map(|chapter| format!("- [{}]({}/index.md)\n", chapter_title(chapter), chapter_folder(chapter)));
    format!("# Generated handbook\n\n{pages} pages to measure with.\n\n{}", lines.collect::<Vec<_>>().concat())
}

fn index(chapter: usize, pages: usize) -> String {
    let numbers = chapter * PAGES_A_FOLDER..pages.min((chapter + 1) * PAGES_A_FOLDER);
    let lines = numbers.map(|number| format!("- [{}]({})\n", Page::new(number).title, file(number)));
    let (title, list) = (chapter_title(chapter), lines.collect::<Vec<_>>().concat());
    format!("# {title}\n\nWhat the people of {} do, and what they look up.\n\n{list}", title.to_lowercase())
}

/// What registry.yaml says.
pub(crate) fn registry() -> String {
    let entry = |name: &&str| format!("  {}: {{ name: {name} }}\n", slug(name));
    let roles: String = ACTORS.iter().map(entry).collect();
    let platforms: String = PLATFORMS.iter().map(entry).collect();
    format!("roles:\n{roles}platforms:\n{platforms}")
}

fn chapter_title(chapter: usize) -> String {
    let mut random = Random::new(chapter as u64 ^ 0x00c0_ffee);
    format!("{} {}", capital(random.pick(COMPONENTS)), chapter + 1)
}

fn chapter_folder(chapter: usize) -> String {
    slug(&chapter_title(chapter))
}

fn file(number: usize) -> String {
    format!("{}.md", slug(&Page::new(number).title))
}

/// The splitmix64 generator (Steele, Lea and Flood, 2014): small, and the same everywhere.
pub(crate) struct Random(u64);

impl Random {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x2545_f491_4f6c_dd1d) ^ 0x6f70_7362_6f6f_6b00)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below `limit`, which is at least 1.
    fn below(&mut self, limit: usize) -> usize {
        usize::try_from(self.next() % limit.max(1) as u64).unwrap_or_default()
    }

    fn pick<'a>(&mut self, words: &[&'a str]) -> &'a str {
        words.get(self.below(words.len())).copied().unwrap_or_default()
    }

    /// The name of a machine, a service or a setting, hardly ever the same twice.
    fn name(&mut self) -> String {
        const SYLLABLES: &[&str] = &[
            "ar", "bel", "cor", "dan", "el", "fen", "gar", "hal", "ir", "jun", "kel", "lor", "mar", "nex", "or", "pel", "quin", "ras", "sol", "tor",
        ];
        format!("{}{}{}-{}", self.pick(SYLLABLES), self.pick(SYLLABLES), self.pick(SYLLABLES), self.below(90) + 10)
    }

    fn sentence(&mut self) -> String {
        let sentence = self.pick(SENTENCES);
        let number = (self.below(58) + 2).to_string();
        let name = format!("`{}`", self.name());
        let filled = sentence
            .replace("{component}", self.pick(COMPONENTS))
            .replace("{other}", self.pick(COMPONENTS))
            .replace("{symptom}", self.pick(SYMPTOMS))
            .replace("{condition}", self.pick(CONDITIONS))
            .replace("{metric}", self.pick(METRICS))
            .replace("{actor}", self.pick(ACTORS))
            .replace("{name}", &name)
            .replace("{number}", &number);
        capital(&filled)
    }

    fn paragraph(&mut self) -> String {
        let sentences = 2 + self.below(3);
        (0..sentences).map(|_| self.sentence()).collect::<Vec<_>>().join(" ")
    }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map_or(String::new(), |first| first.to_uppercase().chain(characters).collect())
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Type {
    AlertRunbook,
    Process,
    Plain,
}

/// What other pages may know of a page: enough to link to it.
pub(crate) struct Page {
    number: usize,
    kind: Type,
    title: String,
    /// Level and text; each text stands once in a page.
    pub(crate) headings: Vec<(usize, String)>,
}

impl Page {
    pub(crate) fn new(number: usize) -> Self {
        let mut random = Random::new(number as u64);
        let kind = match number % 3 {
            0 => Type::AlertRunbook,
            1 => Type::Process,
            _ => Type::Plain,
        };
        let subject = random.pick(COMPONENTS);
        let title = match kind {
            Type::AlertRunbook => format!("{} {} {number}", capital(subject), random.pick(SYMPTOMS)),
            Type::Process => format!("{} of the {subject} {number}", capital(random.pick(KINDS_OF_WORK))),
            Type::Plain => format!("How the {subject} works {number}"),
        };
        let sections: &[&str] = match kind {
            Type::AlertRunbook => &["Meaning", "Impact", "Diagnosis", "Mitigation"],
            Type::Process => &["Purpose", "Scope", "Roles", "Steps", "Exceptions", "Records"],
            Type::Plain => &["Overview", "Configuration", "Operation", "Capacity", "Limits", "See also"],
        };
        let mut headings = Vec::new();
        for (index, section) in sections.iter().enumerate() {
            headings.push((2, (*section).to_owned()));
            // One to three sub-headings a page, below one of the middle sections.
            if index == 3 {
                for _ in 0..=random.below(3) {
                    let heading = format!("Watch the {}", random.pick(METRICS));
                    if headings.iter().all(|(_, taken)| *taken != heading) {
                        headings.push((3, heading));
                    }
                }
            }
        }
        Self { number, kind, title, headings }
    }

    /// Its text, in a handbook of so many pages.
    pub(crate) fn markdown(&self, pages: usize) -> String {
        self.drafted(&mut Random::new(self.number as u64 ^ 0x00da_7a00), pages)
    }

    /// Another text of the same form under the same headings.
    pub(crate) fn drafted(&self, random: &mut Random, pages: usize) -> String {
        let mut text = self.front_matter(random);
        let _ = write!(text, "# {}\n\n{}\n\n", self.title, random.paragraph());
        let mut blocks = [process(random), shell(random), table(random), yaml(random)].into_iter();
        let mut links: Vec<String> = (0..3 + random.below(3)).map(|_| self.link(random, pages)).collect();
        let share = PROSE_BYTES / (self.headings.len() + 1);
        for (index, (level, heading)) in self.headings.iter().enumerate() {
            let start = text.len();
            let _ = write!(text, "{} {heading}\n\n{}\n\n", "#".repeat(*level), random.paragraph());
            if index >= 2 {
                text.extend(blocks.next());
            }
            if let Some(link) = links.pop() {
                text.push_str(&link);
            }
            while text.len() < start + share {
                text.push_str(&random.paragraph());
                text.push_str("\n\n");
            }
        }
        text.extend(blocks.chain(links));
        format!("{}\n", text.trim_end())
    }

    fn front_matter(&self, random: &mut Random) -> String {
        let kind = match self.kind {
            Type::AlertRunbook => "type: alert-runbook\n",
            Type::Process => "type: process\n",
            Type::Plain => "",
        };
        format!("---\ntitle: {}\n{kind}owner: {}\n---\n\n", self.title, random.pick(ACTORS))
    }

    /// A sentence that leads to another page, to a heading of it more often than not.
    fn link(&self, random: &mut Random, pages: usize) -> String {
        let target = Page::new(random.below(pages));
        let (here, there) = (self.number / PAGES_A_FOLDER, target.number / PAGES_A_FOLDER);
        let folder = if here == there { String::new() } else { format!("../{}/", chapter_folder(there)) };
        let place = random.below(target.headings.len() + 2);
        let anchor = target.headings.get(place).map_or(String::new(), |(_, heading)| format!("#{}", slug(heading)));
        format!("{} See [{}]({folder}{}{anchor}).\n\n", random.sentence(), target.title, file(target.number))
    }
}

fn process(random: &mut Random) -> String {
    let steps = 5 + random.below(4);
    let mut list = String::new();
    for step in 1..=steps {
        let (actor, work, platform) = (random.pick(ACTORS), random.pick(STEPS), random.pick(PLATFORMS));
        let work = work.replace("{component}", random.pick(COMPONENTS));
        if step == steps / 2 {
            let _ = write!(list, "{step}. **{actor}** {work}: does it pass? ({platform})\n   - no → 1\n   - yes → {}\n", step + 1);
        } else {
            let _ = writeln!(list, "{step}. **{actor}** {work} ({platform})");
        }
    }
    format!("{list}\n")
}

fn table(random: &mut Random) -> String {
    let mut table = "| Signal | Usual | Act at | Who |\n|---|---|---|---|\n".to_owned();
    for _ in 0..4 + random.below(4) {
        let usual = random.below(400);
        let row = format!("| {} of {} | {usual} ms | {} ms | {} |\n", random.pick(METRICS), random.name(), usual * 3 + 50, random.pick(ACTORS));
        table.push_str(&row);
    }
    format!("{table}\n")
}

/// A block of shell code.
pub(crate) fn shell(random: &mut Random) -> String {
    let (service, host, key) = (random.name(), random.name(), random.name());
    let (lines, minutes) = (random.below(400) + 50, random.below(50) + 5);
    format!(
        "```bash\n# Look at {} on the host\nkubectl --context {host} get pods -l app={service} -o wide\n\
         kubectl --context {host} logs deploy/{service} --since={minutes}m | grep -c 'timeout' \n\
         if ! curl -fsS \"https://{service}.example.org/healthz\"; then\n  kubectl --context {host} rollout undo deploy/{service}\nfi\n\
         tail -n {lines} \"/var/log/{key}.log\" | sort | uniq -c | sort -rn | head\n```\n\n",
        random.pick(METRICS)
    )
}

fn yaml(random: &mut Random) -> String {
    let (service, label) = (random.name(), random.name());
    let (replicas, port, memory) = (random.below(9) + 1, random.below(9000) + 1000, (random.below(15) + 1) * 128);
    format!(
        "```yaml\n# Limits of {service}\nservice: {service}\nreplicas: {replicas}\nport: {port}\nresources:\n  limits: {{ memory: {memory}Mi, cpu: {replicas} }}\n\
         alerts:\n  - name: {label}\n    metric: {}\n    above: {port}\n    for: {replicas}m\n```\n\n",
        random.pick(METRICS).replace(' ', "_")
    )
}
