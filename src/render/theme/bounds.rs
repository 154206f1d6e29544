//! What keeps a template from going on for ever: the engine itself has no bounds on loops.
//!
//! Knows the engine and how long a page may take. Must not know what pages hold. A page that isn't ready in time is given up: its thread ends as
//! soon as it writes something or asks for a range, and is left behind if it does neither.

use std::cell::RefCell;
use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use tera::{Context, Error, Kwargs, State, Tera, TeraResult};

/// The largest page that a template can write, in bytes. The longest of real ones, a table of ten thousand documents, has a tenth of it.
pub(super) const PAGE_BYTES: usize = 64 << 20;

/// So many numbers does `range` give at most.
const NUMBERS: i128 = 100_000;

/// How long a page may take. The longest of real ones take a tenth of a second.
const PAGE_TIME: Duration = Duration::from_secs(10);

/// How long a page may take once another of the run had no end, and how many of those are waited for: where the frame of all pages loops,
/// each of them does.
const LATER_TIME: Duration = Duration::from_secs(1);
const LATER: u32 = 8;

/// Why a page isn't there.
pub(super) enum Ended {
    /// The template wanted to write more than a page can hold.
    Full,
    /// It took longer than this.
    Late(Duration),
    /// What the engine says.
    Failed(Error),
}

/// How long pages may take, in one run.
#[derive(Default)]
pub(super) struct Patience {
    late: AtomicU32,
}

impl Patience {
    /// A new run begins: what was slow may be mended.
    pub(super) fn renew(&self) {
        self.late.store(0, Ordering::Relaxed);
    }

    fn limit(&self) -> Duration {
        match self.late.load(Ordering::Relaxed) {
            0 => PAGE_TIME,
            late if late <= LATER => LATER_TIME,
            _ => Duration::ZERO,
        }
    }

    /// Renders a page by a template that nobody has tried, on a thread of its own.
    pub(super) fn render(&self, tera: &Arc<Tera>, template: &str, context: Context) -> Result<Vec<u8>, Ended> {
        let limit = self.limit();
        if limit.is_zero() {
            return Err(Ended::Late(LATER_TIME));
        }
        let rendered = render_within(tera, template, context, limit);
        if matches!(rendered, Err(Ended::Late(_))) {
            self.late.fetch_add(1, Ordering::Relaxed);
        }
        rendered
    }
}

fn render_within(tera: &Arc<Tera>, template: &str, context: Context, limit: Duration) -> Result<Vec<u8>, Ended> {
    let (reply, answer) = mpsc::sync_channel(1);
    let is_given_up = Arc::new(AtomicBool::new(false));
    let (tera, name, flag) = (Arc::clone(tera), template.to_owned(), Arc::clone(&is_given_up));
    let started = thread::Builder::new().name("template".to_owned()).spawn(move || {
        GIVEN_UP.set(Some(Arc::clone(&flag)));
        // Whoever waited may have gone on.
        let _ = reply.send(render_here(&tera, &name, &context, Some(flag)));
    });
    if let Err(error) = started {
        return Err(Ended::Failed(Error::message(format!("the system has no room for another thread: {error}"))));
    }
    match answer.recv_timeout(limit) {
        Ok(rendered) => rendered,
        Err(mpsc::RecvTimeoutError::Timeout) => {
            is_given_up.store(true, Ordering::Relaxed);
            Err(Ended::Late(limit))
        }
        Err(mpsc::RecvTimeoutError::Disconnected) => Err(Ended::Failed(Error::message("the template engine failed inside"))),
    }
}

/// Renders a page by a template that is known to have an end.
pub(super) fn render_here(tera: &Tera, template: &str, context: &Context, is_given_up: Option<Arc<AtomicBool>>) -> Result<Vec<u8>, Ended> {
    let mut page = Bounded { is_given_up, ..Bounded::new(PAGE_BYTES) };
    match tera.render_to(template, context, &mut page) {
        Ok(()) => Ok(page.bytes),
        Err(_) if page.is_full => Err(Ended::Full),
        Err(error) => Err(Ended::Failed(error)),
    }
}

thread_local! {
    /// Whether nobody waits any more for the page that this thread makes. The engine hands functions no more than their arguments.
    static GIVEN_UP: RefCell<Option<Arc<AtomicBool>>> = const { RefCell::new(None) };
}

/// A page that is being written.
struct Bounded {
    bytes: Vec<u8>,
    /// Whether the template wanted to write more than a page can hold.
    is_full: bool,
    limit: usize,
    is_given_up: Option<Arc<AtomicBool>>,
}

impl Bounded {
    fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), is_full: false, limit, is_given_up: None }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.is_given_up.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed)) {
            return Err(io::ErrorKind::TimedOut.into());
        }
        if self.bytes.len() + bytes.len() > self.limit {
            self.is_full = true;
            return Err(io::ErrorKind::StorageFull.into());
        }
        self.bytes.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The engine's own `range` makes a list of as many numbers as it is asked for, until the memory is full.
#[expect(clippy::needless_pass_by_value, reason = "the engine hands arguments over")]
pub(super) fn range(arguments: Kwargs, _: &State<'_>) -> TeraResult<Vec<i128>> {
    if GIVEN_UP.with_borrow(|flag| flag.as_ref().is_some_and(|flag| flag.load(Ordering::Relaxed))) {
        return Err(Error::message("nobody waits for this page any more"));
    }
    let start: i128 = arguments.get("start")?.unwrap_or_default();
    let end: i128 = arguments.must_get("end")?;
    let step: i128 = arguments.get("step_by")?.unwrap_or(1);
    if step == 0 {
        return Err(Error::message("`range` can't go on in steps of 0"));
    }
    if (start > end) == (step > 0) && start != end {
        return Err(Error::message("`range` never gets from its start to its end in steps of this sign"));
    }
    let count = (end.saturating_sub(start) / step).saturating_add(1);
    if count > NUMBERS {
        return Err(Error::message(format!("`range` gives {NUMBERS} numbers at most")));
    }
    let numbers = std::iter::successors(Some(start), |number| number.checked_add(step));
    Ok(numbers.take_while(|number| if step > 0 { *number < end } else { *number > end }).collect())
}

#[cfg(test)]
mod tests {
    use tera::{Context, Tera};

    use super::*;

    fn render(template: &str) -> Result<String, String> {
        let mut tera = Tera::new();
        tera.register_function("range", range);
        tera.add_raw_template("t", template).map_err(|error| error.to_string())?;
        tera.render("t", &Context::new()).map_err(|error| error.to_string())
    }

    #[test]
    fn a_range_is_what_it_was_and_has_an_end() {
        for (call, expected) in [
            ("range(end=3)", "0,1,2,"),
            ("range(start=2, end=2)", ""),
            ("range(start=1, end=8, step_by=3)", "1,4,7,"),
            ("range(start=3, end=0, step_by=-1)", "3,2,1,"),
        ] {
            assert_eq!(render(&format!("{{% for i in {call} %}}{{{{ i }}}},{{% endfor %}}")).as_deref(), Ok(expected), "{call}");
        }
        for call in ["range(end=100000000000)", "range(start=3, end=1)", "range(end=3, step_by=0)", "range(end=3, step_by=-1)", "range()"] {
            assert!(render(&format!("{{% for i in {call} %}}{{% endfor %}}")).is_err(), "{call}");
        }
    }

    #[test]
    fn a_template_that_never_ends_is_given_up() {
        let mut tera = Tera::new();
        tera.register_function("range", range);
        // Far more turns than anybody waits for; it writes nothing.
        tera.add_raw_template("loop", "{% set a = range(end=20000) %}{% for i in a %}{% for j in a %}{% endfor %}{% endfor %}").unwrap();
        tera.add_raw_template("text", "text").unwrap();
        let tera = Arc::new(tera);
        let short = Duration::from_millis(30);
        assert!(matches!(render_within(&tera, "loop", Context::new(), short), Err(Ended::Late(limit)) if limit == short));
        let patience = Patience::default();
        assert!(matches!(patience.render(&tera, "text", Context::new()).as_deref(), Ok(b"text")));
        // Where many pages have no end, the rest isn't waited for; the next run tries again.
        patience.late.store(1, Ordering::Relaxed);
        assert_eq!(patience.limit(), LATER_TIME);
        patience.late.store(LATER + 1, Ordering::Relaxed);
        assert!(matches!(patience.render(&tera, "text", Context::new()), Err(Ended::Late(_))));
        patience.renew();
        assert_eq!(patience.limit(), PAGE_TIME);
    }

    #[test]
    fn a_page_that_nobody_waits_for_ends_where_it_writes() {
        let mut page = Bounded { is_given_up: Some(Arc::new(AtomicBool::new(true))), ..Bounded::new(3) };
        assert!(page.write_all(b"a").is_err() && !page.is_full);
    }

    #[test]
    fn a_page_has_an_end() {
        let mut page = Bounded::new(3);
        assert!(page.write_all(b"ab").is_ok() && page.write_all(b"cd").is_err());
        assert!(page.is_full && page.bytes == b"ab");
    }
}
