//! Words by what they do in a step: heads of role names, verbs, words that join or lead in.
//!
//! Lists only. Must not know documents or the registry.

/// Nouns that name who acts, alone or after other words: `release manager`, `QA engineers`.
const HEADS: &str = "administrator admin agent analyst approver member architect assignee author bizdev board client commander committee coordinator \
consultant contributor contractor controller coordinator crew customer dba deputy designer desk dev devops developer director employee engineer \
executive expert facilitator finance founder handler infosec initiator integrator lead leader leadership liaison maintainer manager marketer \
moderator officer operator ops organizer organiser owner partner planner president producer programmer qa recruiter reporter representative \
requester requestor responder reviewer sales scribe secretary sponsor sre staff stakeholder steward submitter supervisor supplier sysadmin \
team technician tester trainer trainee user vendor volunteer writer editor translator verifier auditor custodian dispatcher planner champion \
triager releaser signatory applicant mentor buyer";

/// Nouns that name who acts only after another word: `Platform Engineering`.
const BOUND_HEADS: &str = "engineering management support group department office operations development security people unit squad guild tribe \
council panel commission authority chair person duty";

/// Short names that count in capitals only.
const CAPITALS: [&str; 17] = ["PM", "PO", "IC", "TL", "EM", "BA", "CTO", "CEO", "CIO", "CISO", "COO", "CFO", "HR", "NOC", "SOC", "CSIRT", "DPO"];

/// Verbs that are read as names where a head follows: `release manager`, `support team`.
const BEFORE_HEADS: &str = "release support test build design change review research access command process audit security control service \
program export network delivery product project lead contact trade response escalation shift design cloud data account hardware help report \
deploy field hosting monitor platform launch document testing train";

/// Verbs of work.
const VERBS: &str = "accept access acknowledge act activate adapt add address adjust advise agree align allocate allow amend analyse analyze announce \
answer appoint apply approve archive arrange ask assemble assess assign assist attach attend audit authorise authorize automate back backfill \
balance begin block book brief branch bring build bump call cancel capture carry categorise categorize cause chair change check choose circulate clarify \
classify clean clear close collaborate collate collect come commit communicate compare compile complete compose conduct configure confirm connect \
consider consolidate construct consult contact contain continue contribute control convene convert coordinate copy correct create cut debug \
decide declare decline decommission define delegate delete deliver demonstrate deny deploy describe design destroy detect determine develop \
diagnose direct disable discuss dispatch distribute do document double double-check download draft draw drive drop edit elect email enable end \
enforce engage ensure enter escalate establish estimate evaluate examine exchange execute expand explain export extend facilitate fail fetch file \
fill finalise finalize find finish fix flag follow forward freeze gather generate get give go grant group guide halt hand handle handover hand-over \
handsover happen help hold host identify implement import improve inform initiate inspect install instruct integrate interview introduce invest \
investigate invite involve isolate issue join judge keep label launch lead leave let link list load lock log look maintain make manage map mark \
measure meet mend mention merge migrate mitigate modify monitor move name need negotiate nominate note notify observe obtain offer onboard open operate \
orchestrate order organise organize outline oversee own package page participate pass patch pause pay perform pick pin place plan play post prepare \
present preserve prevent print prioritise prioritize process produce promote propose protect prove provide provision publish pull purchase push put \
qualify query raise rank read rebase rebuild receive recommend reconcile record recover redirect refer refine reflect refuse register reject release \
remain remediate remind remove rename renew reopen repair repeat replace reply report represent reproduce request require research reserve reset \
resolve respond resend restart restore restrict retain retest retire retry reboot reassign redeploy reduce refund retrieve return revert review revise revoke rewrite roll rotate route run save say scale scan \
schedule scope screen seek select send serve set settle share ship show shut sign simulate sit size solve sort specify split sponsor squash stabilise stage \
start state stop store submit suggest summarise summarize supervise supply support surface suspend swap stabilise subscribe switch sync synchronise synchronize tag take \
talk tell test track trade train transfer transition translate triage trigger troubleshoot try turn type understand undo uninstall unlock update upgrade \
upload use validate verify vet view visit vote wait walk want warn watch weigh wipe withdraw work write";

/// Verbs that go before another, and say of themselves that a subject stands before them.
const AUXILIARIES: &str = "is are was were be has have had does can could must should shall will would may might needs need who";

/// Words between a subject and its verb.
const ADVERBS: &str = "also then now both each all jointly together first again only never always not either finally still just usually typically \
normally once optionally instead later next";

/// Words that begin a clause about when or if something is done.
const SUBORDINATORS: &str = "after before once when whenever if unless upon following until while during as on at in for with within without \
where provided given subject";

/// Words that stand before what a step says and mean nothing for who acts.
const LEADS: &str = "then next finally first firstly second secondly third lastly afterwards meanwhile also now optional optionally subsequently \
later thereafter eventually otherwise";

/// Words that no name begins with or holds.
const FUNCTION: &str = "the a an our your their his her its this that these those of to in on at by for from with without into onto over under about as \
and or but nor so if when once after before until while because than then it they we you he she i me us them him who which what whose where how why \
not no yes any every each some all both either neither is are was were be been being has have had do does did can could must should shall will would \
may might please let lets make sure there here up down out off";

fn holds(list: &str, word: &str) -> bool {
    !word.is_empty() && list.split(' ').any(|listed| listed == word)
}

macro_rules! sets {
    ($($(#[$docs:meta])* $name:ident: $list:ident;)*) => {
        $($(#[$docs])*
        pub(super) fn $name(word: &str) -> bool {
            static SET: std::sync::LazyLock<std::collections::HashSet<&'static str>> = std::sync::LazyLock::new(|| $list.split_whitespace().collect());
            SET.contains(word)
        })*
    };
}

sets! {
    /// Whether a word in the singular names who acts.
    is_head: HEADS;
    /// Whether it does so after another word.
    is_bound_head: BOUND_HEADS;
    /// Whether a verb is read as a name where a head follows.
    goes_before_heads: BEFORE_HEADS;
    is_auxiliary: AUXILIARIES;
    is_adverb_word: ADVERBS;
    is_subordinator: SUBORDINATORS;
    is_lead: LEADS;
    is_function: FUNCTION;
    is_base_verb: VERBS;
}

/// Whether a word is a short name in capitals.
pub(super) fn is_capital_name(word: &str) -> bool {
    CAPITALS.contains(&word)
}

/// Whether a word in lower case is a form of a verb of work: `create`, `creates`, `created`.
pub(super) fn is_verb(word: &str) -> bool {
    let stems = ["s", "es", "d", "ed"].into_iter().filter_map(|ending| word.strip_suffix(ending));
    let doubled = word.strip_suffix("ed").and_then(|stem| stem.char_indices().next_back().and_then(|(at, _)| stem.get(..at)));
    let in_y = word.strip_suffix("ies").or_else(|| word.strip_suffix("ied"));
    is_base_verb(word) || stems.chain(doubled).any(is_base_verb) || in_y.is_some_and(|stem| is_base_verb(&format!("{stem}y"))) || is_past(word)
}

/// Whether a word in lower case is a verb of work in the third person: `creates`.
pub(super) fn is_third_person(word: &str) -> bool {
    word.ends_with('s') && !is_base_verb(word) && is_verb(word)
}

fn is_past(word: &str) -> bool {
    holds("made sent gave took wrote held led met chose ran began built", word)
}

/// Whether a word says how or how often.
pub(super) fn is_adverb(word: &str) -> bool {
    is_adverb_word(word) || (word.len() > 4 && word.ends_with("ly") && !is_base_verb(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn verbs_are_known_in_their_forms() {
        for word in ["creates", "created", "verifies", "verified", "pushed", "planned", "puts", "sent", "handover", "approves", "dispatches"] {
            assert!(is_verb(word), "{word}");
        }
        for word in ["server", "dashboard", "to", "wednesday", "dashboards", ""] {
            assert!(!is_verb(word), "{word}");
        }
        assert!(is_third_person("creates") && !is_third_person("pass") && !is_third_person("create"));
    }
}
