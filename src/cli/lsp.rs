use std::io::{BufReader, Write};
use std::path::PathBuf;
use std::sync::mpsc;

use clap::Args;

use super::today::today;
use super::{Failure, Verdict};
use crate::editor::server::{Outgoing, Settings, run};
use crate::editor::wire;

/// Help an editor: findings while you type, completion, links that follow
///
/// Speaks the Language Server Protocol on standard input and output. Editors start it; `opsbook` writes nothing else there.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook lsp                        what an editor's settings name as the command
  opsbook lsp handbook               one handbook only, whatever the editor has open")]
pub(super) struct Lsp {
    /// The one handbook to help with; without it those that the editor opens
    folder: Option<PathBuf>,
    /// Taken for the sake of editors that always say so: there is no other way to talk
    #[arg(long, hide = true)]
    stdio: bool,
}

impl Lsp {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        let start = today()?;
        let folder = self.folder.map(|folder| std::path::absolute(&folder).unwrap_or(folder));
        if let Some(folder) = folder.as_ref().filter(|folder| !folder.is_dir()) {
            return Err(Failure::new(format!("there is no folder '{}'", folder.display()), "name the folder that holds the handbook"));
        }
        let (sender, incoming) = mpsc::channel();
        // Reads on while the server works, so that it always sees the newest text. Ends with the input or with the process.
        std::thread::spawn(move || {
            let mut input = BufReader::new(std::io::stdin());
            while let Some(next) = wire::read(&mut input) {
                if sender.send(next).is_err() {
                    break;
                }
            }
        });
        let today = || today().unwrap_or(start);
        let mut send = |outgoing: Outgoing| {
            let mut output = std::io::stdout().lock();
            let written = match outgoing {
                Outgoing::Message(message) => wire::write(&message, &mut output),
                Outgoing::Complaint(why) => wire::complain(&why, &mut output),
            };
            // An editor that is gone closes the input too, which ends the session.
            let _ = written.and_then(|()| output.flush());
        };
        let settings = Settings { folder, today: &today };
        Ok(if run(&settings, &incoming, &mut send) { Verdict::Clean } else { Verdict::Findings })
    }
}
