use std::fmt::Write;

use clap::Args;

use super::output::{Stream, print};
use super::{Failure, Verdict};
use crate::catalogue;
use crate::text::nearest;

/// Explain a finding: what it finds, why it matters, an example and its mend
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook explain                    every check with one line each
  opsbook explain missing-section")]
pub(super) struct Explain {
    /// The code of the finding, as reports show it in square brackets
    code: Option<String>,
}

impl Explain {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let kinds = catalogue::kinds();
        let mut text = String::new();
        match self.code {
            None => {
                let width = kinds.iter().map(|kind| kind.code.len()).max().unwrap_or(0);
                for kind in kinds {
                    // Writing to a string can't fail.
                    let _ = writeln!(text, "{:width$}  {:7}  {}", kind.code, kind.severity.name(), kind.summary);
                }
            }
            Some(code) => {
                let Some(kind) = kinds.iter().find(|kind| kind.code == code) else {
                    let help = match nearest(&code, kinds.iter().map(|kind| kind.code)) {
                        Some(near) => format!("did you mean '{near}'?"),
                        None => "`opsbook explain` lists every check".to_owned(),
                    };
                    return Err(Failure::new(format!("no check is called '{code}'"), help));
                };
                let _ = writeln!(text, "{} ({}): {}\n\n{}", kind.code, kind.severity.name(), kind.summary, kind.docs);
            }
        }
        print(Stream::Out, &text);
        Ok(Verdict::Clean)
    }
}
