//! Regular expressions that a schema holds. They are matched in linear time, so none of them can hang.

use regex::{Regex, RegexBuilder};

/// The most bytes that a compiled expression may take: `(x{1000}){1000}` must not.
const SIZE_LIMIT: usize = 1 << 20;

/// The expression, ready to match, or what is wrong with it.
pub(super) fn compile(pattern: &str) -> Result<Regex, String> {
    RegexBuilder::new(pattern).size_limit(SIZE_LIMIT).nest_limit(100).build().map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => "it takes too much memory: repeat less".to_owned(),
        error => {
            // The last line of a syntax error says what is wrong; the lines before draw the place.
            let text = error.to_string();
            let last = text.lines().last().unwrap_or_default().trim();
            last.strip_prefix("error: ").unwrap_or(last).to_owned()
        }
    })
}

#[cfg(test)]
mod tests {
    use super::compile;

    #[test]
    fn faults_are_said_in_a_line() {
        assert!(compile("^a+$").is_ok());
        assert_eq!(compile("(a").unwrap_err(), "unclosed group");
        assert_eq!(compile("((x{1000}){1000}){100}").unwrap_err(), "it takes too much memory: repeat less");
        let hostile = compile("^(a+)+$").unwrap();
        assert!(!hostile.is_match(&format!("{}!", "a".repeat(100_000))));
    }
}
