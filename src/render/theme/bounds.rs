//! What keeps a template from going on for ever: the engine itself has no bounds on loops.

use std::io::{self, Write};

use tera::{Error, Kwargs, State, TeraResult};

/// The largest page that a template can write, in bytes. The longest of real ones, a table of ten thousand documents, has a tenth of it.
pub(super) const PAGE_BYTES: usize = 64 << 20;

/// So many numbers does `range` give at most.
const NUMBERS: i128 = 100_000;

/// A page that is being written.
pub(super) struct Bounded {
    pub bytes: Vec<u8>,
    /// Whether the template wanted to write more than a page can hold.
    pub is_full: bool,
    limit: usize,
}

impl Bounded {
    pub(super) fn new(limit: usize) -> Self {
        Self { bytes: Vec::new(), is_full: false, limit }
    }
}

impl Write for Bounded {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
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
    fn a_page_has_an_end() {
        let mut page = Bounded::new(3);
        assert!(page.write_all(b"ab").is_ok() && page.write_all(b"cd").is_err());
        assert!(page.is_full && page.bytes == b"ab");
    }
}
