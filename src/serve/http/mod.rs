//! The preview over HTTP: reads requests, asks a [`Preview`], writes answers.
//!
//! Knows sockets and HTTP. Must not know how files are made. It stands slow clients, broken ones and many of them: a connection has a
//! deadline for each request, there are at most so many, and when there are too many the one that has kept quiet for longest goes.

mod address;
mod answer;
mod connections;
mod events;
mod exchange;
mod guard;
mod head;
mod kinds;
mod range;

use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use self::connections::Connections;
use self::guard::Guard;
use super::Preview;

/// The port that is tried first.
pub const PORT: u16 = 4300;

/// How many ports are tried after it.
const MORE_PORTS: u16 = 20;

/// Connections at one time; fewer than the files that any system lets a process open.
const CONNECTIONS: usize = 160;

/// A thread that serves a connection keeps little on its stack.
const STACK: usize = 256 * 1024;

/// How long to wait after the system refused a connection: it has no room for more.
const PAUSE: Duration = Duration::from_millis(20);

/// Where to listen.
#[derive(Debug, Clone)]
pub struct Listen {
    /// The address, or a name for it; none for this machine alone.
    pub host: Option<String>,
    /// The port; 0 for any that is free; none for [`PORT`] or the next free one.
    pub port: Option<u16>,
}

/// A running server. Dropping it closes its port and its connections.
pub struct Server {
    address: SocketAddr,
    host: String,
    /// The port that was wanted, and why it isn't this one.
    pub refused: Option<(u16, io::ErrorKind)>,
    is_closing: Arc<AtomicBool>,
    connections: Arc<Connections>,
    accepting: Option<JoinHandle<()>>,
}

/// What all connections share.
struct Shared {
    preview: Arc<dyn Preview>,
    guard: Guard,
    is_closing: Arc<AtomicBool>,
    connections: Arc<Connections>,
}

impl Server {
    /// Opens the port and serves from now on.
    ///
    /// # Errors
    ///
    /// If the address isn't one of this machine, or none of the ports is free.
    pub fn start(listen: &Listen, preview: Arc<dyn Preview>) -> io::Result<Self> {
        let (listener, refused) = bind(listen)?;
        let address = listener.local_addr()?;
        let guard = Guard::new(address, listen.host.as_deref());
        let is_closing = Arc::new(AtomicBool::new(false));
        let connections = Arc::new(Connections::new(CONNECTIONS));
        let shared = Arc::new(Shared { preview, guard, is_closing: Arc::clone(&is_closing), connections: Arc::clone(&connections) });
        let accepting = thread::Builder::new().name("accept".to_owned()).spawn(move || accept(&listener, &shared))?;
        let host = listen.host.clone().unwrap_or_else(|| Ipv4Addr::LOCALHOST.to_string());
        Ok(Self { address, host, refused, is_closing, connections, accepting: Some(accepting) })
    }

    /// The port.
    #[must_use]
    pub fn port(&self) -> u16 {
        self.address.port()
    }

    /// Whether others in the network can reach it.
    #[must_use]
    pub fn is_open_to_others(&self) -> bool {
        !self.address.ip().is_loopback()
    }

    /// The address to open in a browser.
    #[must_use]
    pub fn url(&self) -> String {
        // Nobody can go to the address that stands for all of them.
        let host = if self.address.ip().is_unspecified() { Ipv4Addr::LOCALHOST.to_string() } else { self.host.clone() };
        let host = if host.parse::<IpAddr>().is_ok_and(|ip| ip.is_ipv6()) { format!("[{host}]") } else { host };
        format!("http://{host}:{}/", self.port())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.is_closing.store(true, Ordering::SeqCst);
        // Wakes the thread that waits for connections.
        let mut own = self.address;
        if own.ip().is_unspecified() {
            own.set_ip(if own.is_ipv4() { Ipv4Addr::LOCALHOST.into() } else { std::net::Ipv6Addr::LOCALHOST.into() });
        }
        let woken = TcpStream::connect_timeout(&own, Duration::from_secs(1));
        self.connections.close_all();
        if let (Ok(_), Some(thread)) = (woken, self.accepting.take()) {
            // It ends at once; that it panicked changes nothing here.
            let _ = thread.join();
        }
    }
}

/// The port that is asked for, else the first free one from the usual port on, with what was said of the port that was asked for.
fn bind(listen: &Listen) -> io::Result<(TcpListener, Option<(u16, io::ErrorKind)>)> {
    let host = listen.host.as_deref().unwrap_or("127.0.0.1");
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let first = listen.port.unwrap_or(PORT);
    let mut refused: Option<io::Error> = None;
    let last = if first == 0 { 0 } else { first.saturating_add(MORE_PORTS) };
    for port in first..=last {
        match TcpListener::bind((host, port)) {
            Ok(listener) => return Ok((listener, refused.map(|error| (first, error.kind())))),
            // What was said of the first one counts.
            Err(error) if matches!(error.kind(), io::ErrorKind::AddrInUse | io::ErrorKind::PermissionDenied) => refused = refused.or(Some(error)),
            Err(error) => return Err(error),
        }
    }
    Err(refused.unwrap_or_else(|| io::ErrorKind::AddrInUse.into()))
}

/// Takes connections until the server closes. What the system refuses now it may grant later, so no error ends it.
fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    while !shared.is_closing.load(Ordering::SeqCst) {
        let Ok((stream, _)) = listener.accept() else {
            // Mostly there are too many open files: the quietest connection gives one back.
            shared.connections.close_quietest();
            thread::sleep(PAUSE);
            continue;
        };
        if shared.is_closing.load(Ordering::SeqCst) {
            break;
        }
        let held = shared.connections.add(stream);
        let shared = Arc::clone(shared);
        let started = thread::Builder::new().stack_size(STACK).spawn(move || exchange::serve(&held, &shared));
        if started.is_err() {
            thread::sleep(PAUSE);
        }
    }
}

/// What time it is.
#[expect(clippy::disallowed_methods, reason = "deadlines of connections; nothing that is shown depends on them")]
fn now() -> std::time::Instant {
    std::time::Instant::now()
}

#[cfg(test)]
mod tests;
