//! Who acts in a step: roles of the registry, and what reads as a role by the words around it.
//!
//! Knows the words of one step and the names of roles. Must not know lists, findings or how a step looks.

use super::names::{Names, folded};
use super::plain::Plain;
use super::words;

/// A name of several words may have as many.
const LONGEST_NAME: usize = 5;
/// Who acts in one step: more names than this are a list of something else.
const MOST_ACTORS: usize = 8;
/// How far a clause before the subject may reach, in words.
const LONGEST_CLAUSE: usize = 30;

/// Somebody who acts, as a range of tokens.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Found {
    pub from: usize,
    pub to: usize,
    /// Index of the role in the registry.
    pub role: Option<usize>,
    /// Whether the words themselves say that it is a role: it is declared, or names like `manager` do.
    pub certain: bool,
}

/// Who acts in a step, and where that is said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Subject {
    pub actors: Vec<Found>,
    /// The tokens that say who acts and nothing else, if the step begins with them.
    pub cut: Option<(usize, usize)>,
    /// The tokens before the subject that say when: `After review`.
    pub lead_in: Option<(usize, usize)>,
    /// Whether the words say what is done, not what is or was.
    pub acts: bool,
}

/// Where the names of a subject end, and whether a verb of doing follows.
#[derive(Debug, Clone, Copy)]
struct End {
    at: usize,
    acts: bool,
}

/// The names by which actors are known.
#[derive(Debug)]
pub(super) struct Roles<'a> {
    /// Names of the registry.
    pub declared: &'a Names,
    /// Names that the process itself shows to be actors.
    pub learnt: Names,
}

impl Roles<'_> {
    /// Who acts in a step.
    pub(super) fn subject(&self, plain: &Plain) -> Option<Subject> {
        self.at_start(plain).or_else(|| self.after_label(plain)).or_else(|| self.after_clause(plain)).or_else(|| self.passive(plain))
    }

    /// Who acts in one sentence of a longer text, which begins at a token.
    fn at(&self, plain: &Plain, at: usize) -> Option<(Vec<Found>, End)> {
        let at = skip_articles(plain, at);
        let mut actors = Vec::new();
        let end = self.sequence(plain, at, &mut actors)?;
        Some((actors, end))
    }

    fn at_start(&self, plain: &Plain) -> Option<Subject> {
        let from = skip_leads(plain, 0);
        let (actors, end) = self.at(plain, from)?;
        // `Developers who …` reads on from its name.
        let cut = (from == 0 && plain.word(end.at) != "who").then_some((0, end.at));
        Some(Subject { actors, cut, lead_in: None, acts: end.acts })
    }

    /// `**Submission**: Engineers submit …`
    fn after_label(&self, plain: &Plain) -> Option<Subject> {
        let bold_end = plain.bold.first().filter(|(from, _)| *from == 0).map(|(_, to)| *to);
        let is_end = |index: usize, lower: &str| {
            let after_bold = bold_end.is_some_and(|end| plain.tokens.get(index).is_some_and(|token| token.start >= end));
            lower == ":" || (after_bold && matches!(lower, "-" | "–" | "—" | "."))
        };
        let label = plain.tokens.iter().take(LONGEST_CLAUSE / 2).position(|token| token.lower == ":");
        let bold_label = plain.tokens.iter().enumerate().take(LONGEST_CLAUSE / 2).position(|(index, token)| is_end(index, &token.lower));
        let end = label.or(bold_label)?;
        let from = skip_leads(plain, end + 1);
        let (actors, End { acts, .. }) = self.at(plain, from)?;
        Some(Subject { actors, cut: None, lead_in: None, acts })
    }

    /// `After review the Ops team pushes …`, `If the build fails, the developer …`
    fn after_clause(&self, plain: &Plain) -> Option<Subject> {
        let start = skip_leads(plain, 0);
        let opening = plain.word(start);
        if !words::is_subordinator(opening) {
            return None;
        }
        let limit = plain.tokens.len().min(start + LONGEST_CLAUSE);
        let comma = (start..limit).find(|at| plain.word(*at) == ",");
        if let Some(comma) = comma {
            let from = skip_leads(plain, comma + 1);
            let (actors, End { acts, .. }) = self.at(plain, from)?;
            return Some(Subject { actors, cut: None, lead_in: Some((start, comma)), acts });
        }
        let mut found = Vec::new();
        let mut at = start + 1;
        while at < limit {
            // `After review Ops team …`: what directly follows is what comes before, not part of the name.
            let governs = at == start + 1 && words::goes_before_heads(plain.word(at)) && self.at(plain, at + 1).is_some();
            match self.at(plain, at).filter(|_| !governs) {
                // `the review by the Ops team`: what a preposition governs acts in no clause of its own.
                Some((actors, end)) if !matches!(plain.word(at - 1), "by" | "to" | "with" | "of" | "for") => {
                    found.push((actors, at, end.acts));
                    at = end.at.max(at + 1);
                }
                _ => at += 1,
            }
        }
        // `when QA passes` has a subject of its own, and so has the clause after it.
        let has_own = matches!(opening, "when" | "whenever" | "if" | "unless" | "while" | "once" | "until");
        if has_own && found.len() < 2 {
            return None;
        }
        let (actors, from, acts) = found.pop()?;
        Some(Subject { actors, cut: None, lead_in: Some((start, from)), acts })
    }

    /// `Stories (by the Web team) are added`, `Changes are approved by the Ops lead`.
    fn passive(&self, plain: &Plain) -> Option<Subject> {
        let first = plain.tokens.first()?;
        let says_what_to_do = words::is_base_verb(&first.lower) && !words::is_auxiliary(plain.word(1)) && !words::is_head(plain.word(1));
        if says_what_to_do
            || words::is_function(&first.lower) && !matches!(first.lower.as_str(), "the" | "a" | "an" | "any" | "all" | "each" | "every")
        {
            return None;
        }
        let last_verb = (0..plain.tokens.len()).rev().find(|index| words::is_auxiliary(plain.word(*index)) || is_finite(plain, *index));
        for at in 0..plain.tokens.len() {
            let word = plain.word(at);
            if word == "(" && matches!(plain.word(at + 1), "by" | "from") {
                let mut actors = Vec::new();
                let end = self.listed(plain, skip_articles(plain, at + 2), &mut actors);
                if plain.word(end) == ")" && !actors.is_empty() && last_verb.is_some_and(|verb| verb > end) {
                    return Some(Subject { actors, cut: None, lead_in: None, acts: true });
                }
            }
            let after_participle = word == "by" && at > 1 && (plain.word(at - 1).ends_with("ed") || words::is_verb(plain.word(at - 1)));
            let is_passive =
                || (at.saturating_sub(4)..at - 1).any(|index| matches!(plain.word(index), "is" | "are" | "be" | "been" | "gets" | "get"));
            if after_participle && is_passive() {
                let mut actors = Vec::new();
                self.listed(plain, skip_articles(plain, at + 1), &mut actors);
                if actors.iter().any(|actor| actor.certain) {
                    return Some(Subject { actors, cut: None, lead_in: None, acts: true });
                }
            }
            if matches!(word, "if" | "that" | "which" | "who" | "when") {
                return None;
            }
        }
        None
    }

    /// Names with joining words between them, a verb after them: where they end.
    fn sequence(&self, plain: &Plain, at: usize, actors: &mut Vec<Found>) -> Option<End> {
        if actors.len() >= MOST_ACTORS {
            return None;
        }
        let begins = actors.is_empty() && skip_articles(plain, 0) == at;
        let known = actors.len();
        for found in self.candidates(plain, at) {
            actors.push(found);
            if let Some(next) = joined(plain, found.to)
                && let Some(end) = self.sequence(plain, skip_articles(plain, next), actors)
            {
                return Some(end);
            }
            let sure = found.certain && (found.role.is_some() || plain.words(found.from, found.to).contains(' ') || is_bold(plain, found));
            let in_bold = is_bold(plain, found);
            let trust = if in_bold && found.role.is_some() { Trust::Full } else { Trust::of(sure || in_bold) };
            if let Some(acts) = verb_after(plain, found.to, trust) {
                return Some(End { at: found.to, acts: acts || in_bold });
            }
            if begins && found.certain && ends_label(plain, found) {
                return Some(End { at: found.to + 1, acts: true });
            }
            actors.truncate(known);
        }
        self.unknown(plain, at, actors)
    }

    /// A name that nobody declared beside one that is known, or in bold before a verb.
    fn unknown(&self, plain: &Plain, at: usize, actors: &mut Vec<Found>) -> Option<End> {
        let first = plain.tokens.get(at)?;
        let known = actors.len();
        let is_name = |token: &super::plain::Token| token.is_word && !token.is_code && !words::is_function(&token.lower);
        let length = plain.tokens.iter().skip(at).take(LONGEST_NAME).take_while(|token| is_name(token)).count();
        let imperative = words::is_base_verb(&first.lower) && !words::goes_before_heads(&first.lower);
        if length == 0 || imperative || !first.is_capital {
            return None;
        }
        let last_joined = at.checked_sub(1).is_some_and(|before| known > 0 && matches!(plain.word(before), "/" | "&" | "+"));
        for end in (at + 1..=at + length).rev() {
            let found = Found { from: at, to: end, role: None, certain: false };
            if matches!(plain.word(end), "/" | "&" | "+")
                && length <= 3
                && let Some(next) = joined(plain, end)
            {
                actors.push(found);
                if let Some(after) = self.sequence(plain, skip_articles(plain, next), actors).filter(|_| actors.iter().any(|actor| actor.certain)) {
                    Self::merge_modifier(plain, known, actors);
                    return Some(after);
                }
                actors.truncate(known);
            }
            let in_bold = is_bold(plain, found);
            if (in_bold || (last_joined && end == at + 1))
                && let Some(acts) = verb_after(plain, end, Trust::of(in_bold))
            {
                actors.push(found);
                return Some(End { at: end, acts });
            }
        }
        None
    }

    /// `Frontend/backend developers`: what stands before the stroke goes with the name after it.
    fn merge_modifier(plain: &Plain, at: usize, actors: &mut Vec<Found>) {
        let (Some(first), Some(second)) = (actors.get(at).copied(), actors.get(at + 1).copied()) else { return };
        let tight = plain.words(first.from, second.from + 1).split_whitespace().count() == first.to - first.from;
        let is_small = plain.tokens.get(second.from).is_some_and(|token| !token.is_capital);
        if tight && is_small && second.role.is_none() && second.to - second.from > 1 {
            actors.splice(at..at + 2, [Found { from: first.from, ..second }]);
        }
    }

    /// Names with joining words between them, whatever follows: where they end.
    pub(super) fn listed(&self, plain: &Plain, at: usize, actors: &mut Vec<Found>) -> usize {
        let Some(found) = self.candidates(plain, at).into_iter().next() else { return at };
        actors.push(found);
        match joined(plain, found.to) {
            Some(next) if actors.len() < MOST_ACTORS => {
                let next = skip_articles(plain, next);
                let end = self.listed(plain, next, actors);
                if end > next { end } else { found.to }
            }
            _ => found.to,
        }
    }

    /// The names that may begin at a token, the longest first.
    fn candidates(&self, plain: &Plain, at: usize) -> Vec<Found> {
        let mut found = inferred(plain, at);
        if plain.tokens.get(at).is_some_and(|token| token.is_code) {
            return Vec::new();
        }
        let declared = self.declared.longest(plain, at).map(|known| (known, true));
        for ((end, role), certain) in declared.into_iter().chain(self.learnt.longest(plain, at).map(|known| (known, false))) {
            let mut to = end;
            while matches!(plain.word(to), "team" | "member" | "members") {
                to += 1;
            }
            found.retain(|other| other.to > to || (other.to < to && !certain));
            let place = found.partition_point(|other| other.to > to);
            found.insert(place, Found { from: at, to, role, certain });
        }
        for found in &mut found {
            if found.role.is_none() && !self.declared.is_empty() {
                found.role = self.role_of(plain, *found);
            }
        }
        found
    }

    /// The declared role that words mean which aren't quite its name: `OPS` is the `Ops team`.
    pub(super) fn role_of(&self, plain: &Plain, found: Found) -> Option<usize> {
        let mut words = folded(plain.tokens.get(found.from..found.to)?);
        if let Some(name) = self.declared.get(&words) {
            return name.entry;
        }
        words.push("team".to_owned());
        self.declared.get(&words)?.entry
    }
}

/// Names that their last word shows to be of a role, the longest first.
fn inferred(plain: &Plain, at: usize) -> Vec<Found> {
    let mut ends = Vec::new();
    for index in at..(at + LONGEST_NAME).min(plain.tokens.len()) {
        let Some(token) = plain.tokens.get(index) else { break };
        if !token.is_word || token.is_code || words::is_function(&token.lower) {
            break;
        }
        let written = plain.words(index, index + 1);
        let is_head = words::is_head(&token.folded) || words::is_head(&token.lower) || words::is_capital_name(written);
        // `lead` and `user` alone are a verb and a noun of many meanings where they aren't written as names.
        let alone =
            index == at && matches!(token.folded.as_str(), "lead" | "partner" | "monitor" | "contact" | "order" | "sponsor" | "triage" | "desk");
        if (is_head && !alone) || (index > at && words::is_bound_head(&token.folded)) {
            ends.push(index + 1);
        } else if words::is_verb(&token.lower) && !words::goes_before_heads(&token.folded) {
            break;
        }
    }
    ends.reverse();
    ends.into_iter().map(|to| Found { from: at, to, role: None, certain: true }).collect()
}

/// How much the words before a verb show that it is one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trust {
    /// A noun that may be part of a longer one: only known verbs count.
    Little,
    /// A name: what ends like a verb counts.
    Much,
    /// A declared name in bold: any word that could be a verb counts.
    Full,
}

impl Trust {
    fn of(sure: bool) -> Self {
        if sure { Self::Much } else { Self::Little }
    }
}

/// Whether a verb follows whose subject stands before it; if so, whether it says what is done, not what is or was.
fn verb_after(plain: &Plain, at: usize, trust: Trust) -> Option<bool> {
    let mut at = at;
    for _ in 0..LONGEST_NAME {
        if plain.word(at) == "(" {
            at = plain.after_bracket(at)?;
        } else if plain.word(at) == "on" && matches!(plain.word(at + 1), "call" | "duty" | "shift") {
            at += 2;
        } else if plain.word(at) == "on-call" || words::is_adverb(plain.word(at)) {
            at += 1;
        } else {
            break;
        }
    }
    let verb = plain.tokens.get(at).filter(|token| token.is_word && !token.is_code)?;
    if words::is_auxiliary(&verb.lower) {
        return Some(matches!(verb.lower.as_str(), "must" | "should" | "shall" | "will" | "need" | "needs" | "does" | "do" | "who"));
    }
    // `User accounts are …`: the noun before an auxiliary is no verb.
    let next = plain.word(at + 1);
    if words::is_auxiliary(next) && !matches!(next, "need" | "needs" | "who") {
        return None;
    }
    let lower = verb.lower.as_str();
    let is_past = lower.ends_with("ed") && !words::is_base_verb(lower);
    let looks_finite = lower.len() > 3 && (is_past || (lower.ends_with('s') && !lower.ends_with("ss")));
    let may_be = trust == Trust::Full && !words::is_function(lower) && !verb.is_capital;
    (words::is_verb(lower) || may_be || (trust != Trust::Little && looks_finite)).then_some(!is_past)
}

fn is_finite(plain: &Plain, at: usize) -> bool {
    let word = plain.word(at);
    words::is_third_person(word) || matches!(word, "goes" | "go")
}

/// Whether a name is a label: `Ops lead: …`, `**Ops lead** – …`.
fn ends_label(plain: &Plain, found: Found) -> bool {
    match plain.word(found.to) {
        ":" => true,
        "-" | "–" | "—" => is_bold(plain, found),
        _ => false,
    }
}

/// Whether a name is all that stands in a bold run, or in a joined part of it.
fn is_bold(plain: &Plain, found: Found) -> bool {
    let (Some(first), Some(last)) = (plain.tokens.get(found.from), found.to.checked_sub(1).and_then(|last| plain.tokens.get(last))) else {
        return false;
    };
    let joins = |at: usize| matches!(plain.word(at), "/" | "," | "and" | "or" | "&" | "+" | ":");
    plain.bold.iter().any(|(from, to)| {
        let begins = *from == first.start || (*from < first.start && found.from.checked_sub(1).is_some_and(joins));
        begins && (*to == last.end || (*to > last.end && joins(found.to)))
    })
}

/// The token after the words that join a name to another.
fn joined(plain: &Plain, at: usize) -> Option<usize> {
    // `Architect (of the product) or Dev lead`
    let at = if plain.word(at) == "(" { plain.after_bracket(at)? } else { at };
    let mut end = at;
    while matches!(plain.word(end), "/" | "," | "and" | "or" | "&" | "+" | "plus") && end < at + 4 {
        end += 1;
    }
    let both = matches!((plain.word(at), plain.word(at + 1), plain.word(at + 2)), ("as", "well", "as"));
    if both {
        return Some(at + 3);
    }
    if (plain.word(at), plain.word(at + 1)) == ("together", "with") {
        return Some(at + 2);
    }
    (end > at).then_some(end)
}

fn skip_articles(plain: &Plain, at: usize) -> usize {
    let mut at = at;
    while matches!(
        plain.word(at),
        "the" | "a" | "an" | "our" | "your" | "their" | "each" | "every" | "any" | "all" | "one" | "both" | "either" | "another"
    ) {
        at += 1;
    }
    at
}

fn skip_leads(plain: &Plain, at: usize) -> usize {
    let mut at = at;
    while words::is_lead(plain.word(at)) || (at > 0 && plain.word(at) == ",") {
        at += 1;
    }
    if plain.word(at) == "in" && matches!(plain.word(at + 1), "parallel" | "addition" | "turn") {
        at += 2;
        while plain.word(at) == "," {
            at += 1;
        }
    }
    at
}
