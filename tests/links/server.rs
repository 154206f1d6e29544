//! A server on this machine that plays every fault, and remembers who asked for what.
//!
//! What it does depends on the path alone, and on how often it was asked: `/status/404`, `/flaky/503`, `/redirect/301/PATH`.

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

/// A certificate for 127.0.0.1 that nobody has signed but itself, made for these tests, and its key.
const CERTIFICATE: &str = "MIIBmjCCAUGgAwIBAgIUbCwv9imxKcpg3OksSIZ4gfak5HQwCgYIKoZIzj0EAwIwFDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyMTIzNDk1NloYDzIxMjYxMDI4MjM0OTU2WjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATiwQbyphM6/mdnAd9Lxk4u8hZ9x66CRA1ILSbJ6V+4wVt8VR6q/MlE+N7T/RucPNBaaSC/BAXcPBtsc5Ex3sL2o28wbTAdBgNVHQ4EFgQU9FeHGuMuA+/s9+ztlL2Uemv75ZgwHwYDVR0jBBgwFoAU9FeHGuMuA+/s9+ztlL2Uemv75ZgwDwYDVR0TAQH/BAUwAwEB/zAaBgNVHREEEzARhwR/AAABgglsb2NhbGhvc3QwCgYIKoZIzj0EAwIDRwAwRAIgYd8bBo3bEF5GY6/LQmq9iLc5ClaK4uwCzL1w4r8OeM0CIEbOLjSH6evVuKF+rMIP2QMYceXuOSO7585gSxOnoM9D";
const KEY: &str = "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjBsXfceStKWTKYde5Ee+cw6UaqxLE/7Az1gbiqW+Iy6hRANCAATiwQbyphM6/mdnAd9Lxk4u8hZ9x66CRA1ILSbJ6V+4wVt8VR6q/MlE+N7T/RucPNBaaSC/BAXcPBtsc5Ex3sL2";

/// One request.
#[derive(Debug, Clone)]
pub(crate) struct Seen {
    pub method: String,
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
}

#[derive(Default)]
struct Shared {
    seen: Mutex<Vec<Seen>>,
    now: AtomicUsize,
    most: AtomicUsize,
    is_over: AtomicBool,
}

pub(crate) struct Server {
    pub port: u16,
    shared: Arc<Shared>,
}

impl Server {
    /// Begins to listen; it ends when this value does.
    pub(crate) fn start() -> Self {
        Self::listen(None)
    }

    /// The same behind a certificate that nobody trusts.
    pub(crate) fn start_encrypted() -> Self {
        let bytes = |text: &str| STANDARD.decode(text).expect("it was written by a program");
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let key = rustls::pki_types::PrivateKeyDer::Pkcs8(bytes(KEY).into());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("the versions are those of the library")
            .with_no_client_auth()
            .with_single_cert(vec![bytes(CERTIFICATE).into()], key)
            .expect("the certificate belongs to the key");
        Self::listen(Some(Arc::new(config)))
    }

    fn listen(encryption: Option<Arc<rustls::ServerConfig>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("this machine has ports");
        let port = listener.local_addr().expect("it listens somewhere").port();
        let shared = Arc::new(Shared::default());
        let ours = Arc::clone(&shared);
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                if ours.is_over.load(Ordering::SeqCst) {
                    break;
                }
                let (shared, encryption) = (Arc::clone(&ours), encryption.clone());
                thread::spawn(move || match encryption {
                    None => serve(stream, &shared),
                    Some(config) => {
                        let connection = rustls::ServerConnection::new(config).expect("the settings are good");
                        serve(rustls::StreamOwned::new(connection, stream), &shared);
                    }
                });
            }
        });
        Self { port, shared }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Every request so far, by path.
    pub(crate) fn seen(&self) -> Vec<Seen> {
        let mut seen = self.shared.seen.lock().expect("nobody fails").clone();
        seen.sort_by(|a, b| a.path.cmp(&b.path));
        seen
    }

    pub(crate) fn count(&self, path: &str) -> usize {
        self.seen().iter().filter(|seen| seen.path == path).count()
    }

    /// The most requests that were answered at the same time.
    pub(crate) fn most_at_once(&self) -> usize {
        self.shared.most.load(Ordering::SeqCst)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.shared.is_over.store(true, Ordering::SeqCst);
        // Wakes the one who accepts.
        let _ = TcpStream::connect(("127.0.0.1", self.port));
    }
}

/// Reads one request and answers it. Whoever goes away in the middle is no fault.
fn serve(mut stream: impl Read + Write, shared: &Shared) {
    let Some(seen) = read(&mut stream) else { return send(&mut stream, "400", "", "") };
    let before = {
        let mut all = shared.seen.lock().expect("nobody fails");
        let before = all.iter().filter(|other| other.path == seen.path).count();
        all.push(seen.clone());
        before
    };
    let now = shared.now.fetch_add(1, Ordering::SeqCst) + 1;
    shared.most.fetch_max(now, Ordering::SeqCst);
    if seen.path.starts_with("/slow/") {
        thread::sleep(Duration::from_millis(30));
    }
    // Whoever has the answer may ask again at once, and isn't a second one then.
    shared.now.fetch_sub(1, Ordering::SeqCst);
    answer(&mut stream, &seen, before, shared);
}

fn read(stream: &mut impl Read) -> Option<Seen> {
    let mut head = Vec::new();
    let mut byte = [0];
    while !head.ends_with(b"\r\n\r\n") {
        if stream.read(&mut byte).ok()? == 0 || head.len() > 100_000 {
            return None;
        }
        head.push(byte[0]);
        // Somebody wants to encrypt, and waits for an answer.
        if head[0] == 0x16 {
            return None;
        }
    }
    let text = String::from_utf8_lossy(&head).into_owned();
    let mut lines = text.lines();
    let mut first = lines.next()?.split(' ');
    let (method, path) = (first.next()?.to_owned(), first.next()?.to_owned());
    let header = |line: &str| line.split_once(':').map(|(name, value)| (name.to_lowercase(), value.trim().to_owned()));
    Some(Seen { method, path, headers: lines.filter_map(header).collect() })
}

/// Sends a whole answer and ends the connection.
fn send(stream: &mut impl Write, status: &str, headers: &str, body: &str) {
    let _ = write!(stream, "HTTP/1.1 {status} X\r\nConnection: close\r\nContent-Length: {}\r\n{headers}\r\n{body}", body.len());
    let _ = stream.flush();
}

/// Waits until the test is over, or whoever asked has gone.
fn hang(stream: &mut impl Write, shared: &Shared, drip: &[u8]) {
    while !shared.is_over.load(Ordering::SeqCst) {
        thread::sleep(Duration::from_millis(20));
        if !drip.is_empty() && (stream.write_all(drip).is_err() || stream.flush().is_err()) {
            return;
        }
    }
}

fn answer(stream: &mut (impl Read + Write), seen: &Seen, before: usize, shared: &Shared) {
    const HTML: &str = "Content-Type: text/html; charset=utf-8\r\n";
    let path = seen.path.split('?').next().unwrap_or_default();
    let parts: Vec<&str> = path.trim_start_matches('/').splitn(3, '/').collect();
    match parts.as_slice() {
        ["status", status, ..] => send(stream, status, "", "x"),
        // Fails once, then is well.
        ["flaky", status, ..] if before == 0 => send(stream, status, "", ""),
        ["later", seconds, ..] if before == 0 => send(stream, "429", &format!("Retry-After: {seconds}\r\n"), ""),
        ["busy", seconds, ..] => send(stream, "429", &format!("Retry-After: {seconds}\r\n"), ""),
        ["redirect", status, to] if to.starts_with("http") => {
            send(stream, status, &format!("Location: {}\r\n", to.replacen(":/", "://", 1).replace(":///", "://")), "");
        }
        ["redirect", status, to] => send(stream, status, &format!("Location: /{to}\r\n"), ""),
        ["round", one] => send(stream, "302", &format!("Location: /round/{}\r\n", if *one == "a" { "b" } else { "a" }), ""),
        ["endless", number] => send(stream, "302", &format!("Location: /endless/{}\r\n", number.parse::<u64>().unwrap_or(0) + 1), ""),
        ["nowhere"] => send(stream, "302", "Location: file:///etc/passwd\r\n", ""),
        ["hang"] => hang(stream, shared, b""),
        ["hang-body"] => {
            let _ = write!(stream, "HTTP/1.1 200 X\r\n{HTML}Content-Length: 1000000\r\n\r\n<p id=a>");
            let _ = stream.flush();
            hang(stream, shared, b"");
        }
        ["drip"] => {
            let _ = write!(stream, "HTTP/1.1 200 X\r\n");
            hang(stream, shared, b"X-Drip: 1\r\n");
        }
        ["cut"] => {
            let _ = write!(stream, "HTTP/1.1 200 X\r\nContent-Le");
        }
        ["cut-body"] => {
            let _ = write!(stream, "HTTP/1.1 200 X\r\n{HTML}Content-Length: 1000000\r\n\r\n<p id=a>");
        }
        ["garbage"] => {
            let _ = write!(stream, "SSH-2.0-OpenSSH_9.9\r\nwho are you\r\n\r\n");
        }
        ["huge"] => {
            let _ = write!(stream, "HTTP/1.1 200 X\r\n{HTML}Connection: close\r\n\r\n<p id=a>");
            let piece = "<p id=b>".repeat(8_000);
            while !shared.is_over.load(Ordering::SeqCst) {
                if stream.write_all(piece.as_bytes()).is_err() {
                    break;
                }
            }
        }
        ["no-head"] if seen.method == "HEAD" => send(stream, "405", "", ""),
        ["page", ..] => send(stream, "200", HTML, "<h1 id=top>A</h1><h2 id=set-up>B</h2><a name=old></a>"),
        ["text"] => send(stream, "200", "Content-Type: text/plain\r\n", "<h1 id=set-up>"),
        ["locked"] if seen.headers.get("private-token").is_none_or(|token| token != "s3cret") => send(stream, "401", "", ""),
        _ => send(stream, "200", "", "x"),
    }
}
