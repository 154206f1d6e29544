use std::io::{Read, Write};
use std::time::Duration;

use super::*;
use crate::memo::Digest;
use crate::serve::{Content, Shown, State};
use crate::source::SitePath;

/// A site of a few files.
struct Few(tempfile::TempDir);

impl Preview for Few {
    fn file(&self, address: &SitePath) -> Option<Shown> {
        let bytes: &[u8] = match address.as_str() {
            "index.html" | "a/index.html" => b"<head></head>home",
            "a.txt" => b"0123456789",
            "video.mp4" => {
                return Some(Shown {
                    content: Content::File { root: self.0.path().to_owned(), path: address.clone() },
                    digest: Digest::of(b"video"),
                });
            }
            _ => return None,
        };
        Some(Shown { content: Content::Bytes(bytes.into()), digest: Digest::of(bytes) })
    }

    fn not_found(&self) -> Option<(SitePath, Shown)> {
        let shown = Shown { content: Content::Bytes((*b"<head></head>missing").into()), digest: Digest::default() };
        Some((SitePath::new("404.html")?, shown))
    }

    fn policy(&self) -> String {
        "default-src 'none'".to_owned()
    }

    fn state(&self, address: &SitePath) -> State {
        let digest = Some(address.to_string());
        State { edition: 1, digest, publishable: true, stale: None, errors: 0, warnings: 0, findings: Vec::new(), took_ms: 0 }
    }

    fn wait(&self, seen: u64, _: Duration) -> u64 {
        // Events after the first come only as signs of life.
        if seen == 1 {
            thread::sleep(Duration::from_millis(5));
        }
        1
    }
}

fn server() -> Server {
    server_of(tempfile::tempdir().unwrap())
}

fn server_of(folder: tempfile::TempDir) -> Server {
    std::fs::File::create(folder.path().join("video.mp4")).unwrap().set_len(200 << 20).unwrap();
    Server::start(&Listen { host: None, port: Some(0) }, Arc::new(Few(folder))).unwrap()
}

fn connect(server: &Server) -> TcpStream {
    let stream = TcpStream::connect(("127.0.0.1", server.port())).unwrap();
    stream.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
    stream
}

/// What comes back for these bytes until the server closes; headers in small letters have no meaning here, so texts are compared as they are.
fn raw(server: &Server, bytes: &[u8]) -> String {
    let mut stream = connect(server);
    // A server that refuses may close before all is sent.
    let _ = stream.write_all(bytes);
    let mut answer = Vec::new();
    let _ = stream.read_to_end(&mut answer);
    String::from_utf8_lossy(&answer).into_owned()
}

fn get(server: &Server, target: &str, headers: &str) -> String {
    let host = server.port();
    raw(server, format!("GET {target} HTTP/1.1\r\nHost: localhost:{host}\r\nConnection: close\r\n{headers}\r\n").as_bytes())
}

fn status(answer: &str) -> &str {
    answer.split(' ').nth(1).unwrap_or("none")
}

fn header<'a>(answer: &'a str, name: &str) -> Option<&'a str> {
    answer.split("\r\n\r\n").next()?.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
}

fn body(answer: &str) -> &str {
    answer.split_once("\r\n\r\n").map_or("", |(_, body)| body)
}

#[test]
fn files_are_served_with_what_belongs_to_them() {
    let server = server();
    let page = get(&server, "/", "");
    assert_eq!((status(&page), header(&page, "Content-Type")), ("200", Some("text/html; charset=utf-8")));
    assert_eq!(header(&page, "Content-Security-Policy"), Some("default-src 'none'"));
    assert_eq!(header(&page, "X-Content-Type-Options"), Some("nosniff"));
    assert_eq!(body(&page).split(" data-digest=").count(), 2, "{page}");
    assert!(
        body(&page).starts_with("<head>\n<link rel=\"stylesheet\" href=\"/-/opsbook/live.css\">") && body(&page).ends_with("</head>home"),
        "{page}"
    );
    let missing = get(&server, "/none.html", "");
    assert_eq!((status(&missing), body(&missing).contains("missing")), ("404", true));
    // Its links go from the root, whatever the address was.
    let deep = get(&server, "/none/at/all.html", "");
    assert!(body(&deep).starts_with("<head>\n<base href=\"/\">") && !body(&page).contains("<base"), "{deep}");
    let folder = get(&server, "/a?x=1", "");
    assert_eq!((status(&folder), header(&folder, "Location")), ("308", Some("/a/?x=1")));
    for path in ["/../etc/passwd", "/%2e%2e/a", "/a%5c..", "/%00", "//etc/passwd"] {
        assert_eq!(status(&get(&server, path, "")), "404", "{path}");
    }
    assert_eq!(status(&get(&server, "/-/opsbook/live.js", "")), "200");
    let state = get(&server, "/-/opsbook/state?page=%2Fa%2Fb.html", "");
    assert!(body(&state).contains("\"digest\":\"a/b.html\""), "{state}");
    assert_eq!(status(&get(&server, "/-/opsbook/events?page=/", "Sec-Fetch-Site: cross-site\r\n")), "403");
    assert_eq!(status(&get(&server, "/-/opsbook/state?page=/", "Sec-Fetch-Site: same-site\r\n")), "403");
    assert_eq!(status(&get(&server, "/", "Origin: http://evil.example\r\n")), "403");
}

#[test]
fn what_the_client_knows_is_not_sent_again() {
    let folder = tempfile::tempdir().unwrap();
    let few = folder.path().to_owned();
    let server = server_of(folder);
    let first = get(&server, "/a.txt", "");
    let tag = header(&first, "ETag").unwrap();
    let again = get(&server, "/a.txt", &format!("If-None-Match: {tag}\r\n"));
    assert_eq!((status(&again), body(&again)), ("304", ""));
    let part = get(&server, "/a.txt", &format!("Range: bytes=2-4\r\nIf-Range: {tag}\r\n"));
    assert_eq!((status(&part), body(&part), header(&part, "Content-Range")), ("206", "234", Some("bytes 2-4/10")));
    assert_eq!(status(&get(&server, "/a.txt", "Range: bytes=2-4\r\nIf-Range: \"old\"\r\n")), "200");
    let beyond = get(&server, "/a.txt", "Range: bytes=10-\r\n");
    assert_eq!((status(&beyond), header(&beyond, "Content-Range")), ("416", Some("bytes */10")));
    let kept = get(&server, "/video.mp4", "Range: bytes=0-0\r\n");
    let tag = header(&kept, "ETag").unwrap().to_owned();
    let video = get(&server, "/video.mp4", "Range: bytes=-5\r\n");
    assert_eq!((status(&video), body(&video).len(), header(&video, "Content-Range")), ("206", 5, Some("bytes 209715195-209715199/209715200")));
    // Halves of two versions are never joined, even where the preview hasn't heard of the second.
    std::fs::File::create(few.join("video.mp4")).unwrap().set_len(100).unwrap();
    let other = get(&server, "/video.mp4", &format!("Range: bytes=0-9\r\nIf-Range: {tag}\r\n"));
    assert_eq!((status(&other), body(&other).len()), ("200", 100));
    // What has become a link that leads elsewhere isn't served.
    std::fs::remove_file(few.join("video.mp4")).unwrap();
    std::os::unix::fs::symlink("/etc/hostname", few.join("video.mp4")).unwrap();
    assert_eq!(status(&get(&server, "/video.mp4", "")), "404");
}

#[test]
fn odd_clients_get_an_answer() {
    let server = server();
    let host = format!("Host: localhost:{}\r\n", server.port());
    let cases: Vec<(Vec<u8>, &str)> = vec![
        (format!("HEAD /a.txt HTTP/1.1\r\n{host}Connection: close\r\n\r\n").into(), "200"),
        (b"GET /a.txt HTTP/1.0\r\n\r\n".to_vec(), "200"),
        (format!("GET http://localhost:{}/a.txt HTTP/1.1\r\n{host}Connection: close\r\n\r\n", server.port()).into(), "200"),
        (format!("GET http://evil.example/a.txt HTTP/1.1\r\n{host}\r\n").into(), "421"),
        (b"GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n".to_vec(), "421"),
        (b"GET / HTTP/1.1\r\nConnection: close\r\n\r\n".to_vec(), "400"),
        (format!("POST / HTTP/1.1\r\n{host}Content-Length: 100\r\n\r\n").into(), "405"),
        (format!("GET /a.txt HTTP/1.1\r\n{host}Expect: 100-continue\r\nContent-Length: 5\r\n\r\n").into(), "200"),
        (
            format!("GET /a.txt HTTP/1.1\r\n{host}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /none HTTP/1.1\r\n\r\n").into(),
            "200",
        ),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\n\n".to_vec(), "400"),
        (vec![b'A'; 1 << 20], "431"),
        ([b"GET / HTTP/1.1\r\nX: ".to_vec(), vec![b'a'; 1 << 20]].concat(), "431"),
        (["GET / HTTP/1.1\r\n".to_owned(), "X: y\r\n".repeat(200)].concat().into_bytes(), "431"),
        (b"\r\n\r\n\0\0\0 rubbish \xff\r\n\r\n".to_vec(), "400"),
    ];
    for (bytes, expected) in cases {
        let answer = raw(&server, &bytes);
        let shown = String::from_utf8_lossy(bytes.get(..bytes.len().min(60)).unwrap_or_default()).into_owned();
        assert_eq!(status(&answer), expected, "{shown:?}: {answer:?}");
        assert_eq!(answer.matches("HTTP/1.1 ").count(), 1, "{shown:?}");
    }
    let head = raw(&server, format!("HEAD /a.txt HTTP/1.1\r\n{host}Connection: close\r\n\r\n").as_bytes());
    assert_eq!((header(&head, "Content-Length"), body(&head)), (Some("10"), ""));
    // Several requests in one piece are answered one after the other.
    let several = format!("GET /a.txt HTTP/1.1\r\n{host}\r\n").repeat(3) + &format!("GET /none HTTP/1.1\r\n{host}Connection: close\r\n\r\n");
    let answer = raw(&server, several.as_bytes());
    assert_eq!((answer.matches("HTTP/1.1 200").count(), answer.matches("HTTP/1.1 404").count()), (3, 1));
}

#[test]
fn a_thousand_clients_that_never_end_their_request_leave_room_for_a_good_one() {
    let server = server();
    let mut silent = Vec::new();
    for number in 0..1000 {
        let Ok(mut stream) = TcpStream::connect(("127.0.0.1", server.port())) else { continue };
        let half: &[u8] = match number % 4 {
            0 => b"GET / HTTP/1.1\r\nHost: loc",
            1 => b"",
            2 => b"\x16\x03\x01",
            // It asks for a lot and reads nothing.
            _ => b"GET /video.mp4 HTTP/1.0\r\n\r\n",
        };
        let _ = stream.write_all(half);
        // This side may not have more files open than the system grants.
        silent.push(stream);
        if silent.len() > 300 {
            silent.remove(0);
        }
        if number % 100 == 0 {
            assert_eq!(status(&get(&server, "/", "")), "200", "beside {number} others");
        }
    }
    assert_eq!(status(&get(&server, "/", "")), "200");
    assert!(server.connections.len() <= CONNECTIONS);
    drop(silent);
    // All that they held is given back.
    let left = (0..3000).map(|_| thread::sleep(Duration::from_millis(10))).map(|()| server.connections.len()).find(|left| *left == 0);
    assert_eq!(left, Some(0));
}

#[test]
fn events_come_as_they_happen_and_end_with_the_server() {
    let server = server();
    let mut streams: Vec<TcpStream> = (0..60).map(|_| connect(&server)).collect();
    for stream in &mut streams {
        write!(stream, "GET /-/opsbook/events?page=%2F HTTP/1.1\r\nHost: localhost:{}\r\n\r\n", server.port()).unwrap();
    }
    let mut last = streams.pop().unwrap();
    let mut heard = String::new();
    while !heard.contains("\n:\n") {
        let mut buffer = [0; 1024];
        let length = last.read(&mut buffer).unwrap();
        assert!(length > 0, "{heard}");
        heard.push_str(&String::from_utf8_lossy(&buffer[..length]));
    }
    assert!(heard.contains("text/event-stream") && heard.contains("data: {\"edition\":1,\"digest\":\"index.html\""), "{heard}");
    let port = server.port();
    drop(server);
    let mut rest = Vec::new();
    last.read_to_end(&mut rest).unwrap();
    assert!(TcpListener::bind(("127.0.0.1", port)).is_ok(), "the port is free again");
}

#[test]
fn a_port_in_use_gives_the_next_one() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let next = Server::start(&Listen { host: None, port: Some(port) }, Arc::new(Few(tempfile::tempdir().unwrap()))).unwrap();
    assert!(next.port() > port && next.refused == Some((port, io::ErrorKind::AddrInUse)));
    assert_eq!(next.url(), format!("http://127.0.0.1:{}/", next.port()));
    assert!(Server::start(&Listen { host: Some("203.0.113.1".to_owned()), port: None }, Arc::new(Few(tempfile::tempdir().unwrap()))).is_err());
}
