//! `opsbook serve`: the preview on the command line. Must not know how pages are made or served.

mod lines;
mod open;

use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, mpsc};
use std::time::{Duration, Instant};

use clap::Args;

use self::lines::Lines;
use super::open::open_in_browser;
use super::output::{self, Color, Stream};
use super::sources::{self, Network};
use super::today::today;
use super::{Failure, Verdict};
use crate::project::Project;
use crate::serve::Preview;
use crate::serve::engine::{Engine, Event, Settings};
use crate::serve::http::{Listen, PORT, Server};
use crate::serve::place::Editor;
use crate::serve::watch::Way;
use crate::source::SitePath;

/// Show the site while you write it
///
/// Pages follow each save; findings stand in them and here. What can't be shown stays as it was. Ctrl-C ends it.
#[derive(Debug, Args)]
#[command(after_help = "Examples:
  opsbook serve                      the handbook here, at http://127.0.0.1:4300/
  opsbook serve --open               the same, then open it in the browser
  opsbook serve --editor vscode      findings in pages lead into the editor
  opsbook serve docs --port 8080     a plain folder of Markdown, at another port
  opsbook serve --host 0.0.0.0       for everyone in the network")]
pub(super) struct Serve {
    /// The folder of the handbook; without it the nearest one upwards that holds a book.toml
    folder: Option<PathBuf>,
    /// The port; 0 for any that is free. Without it 4300. One in use gives the next free one
    #[arg(short, long, value_name = "PORT")]
    port: Option<u16>,
    /// Listen at this address or name instead of 127.0.0.1, which only this machine reaches
    #[arg(long, value_name = "ADDRESS")]
    host: Option<String>,
    /// Open the site in the browser
    #[arg(long)]
    open: bool,
    /// Make findings in pages lead into this editor: vscode, vscodium, cursor, zed, idea, textmate, sublime, emacs, or an address with {path}, {line} and
    /// {column}
    #[arg(long, value_name = "NAME", value_parser = Editor::new)]
    editor: Option<Editor>,
    /// Say where the time of each edit went
    #[arg(long)]
    timings: bool,
    /// Look for changes every so many seconds instead of being told: for network file systems and containers
    #[arg(long, value_name = "SECONDS", num_args = 0..=1, default_missing_value = "1", value_parser = seconds)]
    poll: Option<Duration>,
    #[command(flatten)]
    network: Network,
    /// Print the address and findings only, no status
    #[arg(short, long)]
    quiet: bool,
    /// When to use colours
    #[arg(long, value_name = "WHEN", default_value = "auto")]
    color: Color,
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: Option<f64> = text.parse().ok().filter(|seconds| (0.05..=3600.0).contains(seconds));
    seconds.map(Duration::from_secs_f64).ok_or_else(|| "give a number of seconds from 0.05 to 3600".to_owned())
}

impl Serve {
    pub(super) fn run(self) -> Result<Verdict, Failure> {
        // A clock that is wrong stops here, not in each edition.
        today()?;
        let settings = Settings {
            folder: self.folder.clone(),
            way: self.poll.map_or(Way::Events, Way::Poll),
            clock: since_start,
            today: || today().ok(),
            history: Arc::new(|place, documents| sources::changes(&place.root, &place.mounts, &place.tables, documents)),
            editor: self.editor.clone(),
            lines: true,
        };
        let mut project = Project::open(self.folder.as_deref(), None)?;
        sources::bring(&mut project, self.network, self.quiet)?;
        let prefix = project.prefix;
        let lines = Arc::new(Mutex::new(Lines::new(output::options(Stream::Err, self.color, &prefix), self.quiet, self.timings)));
        let (stop, stopped) = mpsc::channel();
        let stopping = stop.clone();
        // Where Ctrl-C can't be caught, it ends the program all the same. `stop` stays here, so that nothing else ends it.
        let _ = ctrlc::set_handler(move || {
            let _ = stopping.send(());
        });
        let told = Arc::clone(&lines);
        let listener = move |event: Event<'_>| told.lock().unwrap_or_else(PoisonError::into_inner).hear(&event);
        let engine = Arc::new(Engine::start(settings, Box::new(listener))?);
        let listen = Listen { host: self.host.clone(), port: self.port };
        let server = Server::start(&listen, Arc::clone(&engine) as Arc<dyn Preview>).map_err(|error| self.cannot_listen(&error))?;
        Self::greet(&server, &lines);
        if self.open {
            open_in_browser(server.url().as_ref());
        }
        // Made before anybody asks: so the first page is there at once.
        let _ = SitePath::new("index.html").and_then(|address| engine.file(&address));
        let _ = stopped.recv();
        drop(stop);
        drop(server);
        lines.lock().unwrap_or_else(PoisonError::into_inner).end();
        Ok(Verdict::Clean)
    }

    fn greet(server: &Server, lines: &Mutex<Lines>) {
        if let Some((port, why)) = server.refused {
            let why = if why == std::io::ErrorKind::PermissionDenied { "is for the system only" } else { "is in use" };
            output::complain(&format!("port {port} {why}; this is {}", server.port()));
        }
        if server.is_open_to_others() {
            output::complain("warning: everyone in the network can read this handbook, drafts and findings included");
        }
        lines.lock().unwrap_or_else(PoisonError::into_inner).start(&server.url());
    }

    fn cannot_listen(&self, error: &std::io::Error) -> Failure {
        let host = self.host.as_deref().unwrap_or("127.0.0.1");
        let port = self.port.unwrap_or(PORT);
        let message = format!("can't listen at {host}, port {port}: {error}");
        Failure::new(message, "name an address of this machine with `--host`, or another port with `--port`; 0 is any that is free")
    }
}

/// The time since the program first asked.
#[expect(clippy::disallowed_methods, reason = "the command line is where time is measured; it is shown and decides nothing")]
fn since_start() -> Duration {
    static START: std::sync::OnceLock<Instant> = std::sync::OnceLock::new();
    START.get_or_init(Instant::now).elapsed()
}
