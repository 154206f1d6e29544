//! Messages on a pipe: a length, an empty line, JSON. What can't be read is told apart from the end, and what comes after it counts.
//!
//! Knows the form of messages. Must not know what they ask.

use std::io::{BufRead, Read, Write};

use lsp_server::Message;

/// A message may be as large as this, in bytes: the largest document, with every character escaped, and room to spare.
const MESSAGE_BYTES: u64 = 256 * 1024 * 1024;
/// A line of a message's head may be as long as this.
const HEAD_BYTES: u64 = 8 * 1024;

/// What came in.
#[derive(Debug)]
pub enum Incoming {
    /// A message.
    Message(Message),
    /// Something that is none, and why.
    Rubbish(String),
}

/// Reads the next message; none at the end.
pub fn read(input: &mut dyn BufRead) -> Option<Incoming> {
    let length = head(input)?;
    let mut body = Vec::new();
    if length > MESSAGE_BYTES {
        let skipped = std::io::copy(&mut input.take(length), &mut std::io::sink()).ok()?;
        return (skipped == length).then(|| Incoming::Rubbish(format!("a message of {length} bytes is too large")));
    }
    // Read as it comes: memory is taken for what is there, not for what was announced.
    let read = input.take(length).read_to_end(&mut body).ok()?;
    if read as u64 != length {
        return None;
    }
    Some(match serde_json::from_slice(&body) {
        Ok(message) => Incoming::Message(message),
        Err(error) => Incoming::Rubbish(error.to_string()),
    })
}

/// The length of the message that follows. Lines that belong to no head are passed over.
fn head(input: &mut dyn BufRead) -> Option<u64> {
    let mut length = None;
    loop {
        let mut line = Vec::new();
        if input.take(HEAD_BYTES).read_until(b'\n', &mut line).ok()? == 0 {
            return None;
        }
        let line = String::from_utf8_lossy(&line);
        let line = line.trim();
        if line.is_empty() {
            if length.is_some() {
                return length;
            }
            continue;
        }
        if let Some((name, value)) = line.split_once(':')
            && name.trim().eq_ignore_ascii_case("content-length")
        {
            length = value.trim().parse().ok();
        }
    }
}

/// Writes a message.
///
/// # Errors
///
/// If nobody reads any more.
pub fn write(message: &Message, output: &mut dyn Write) -> std::io::Result<()> {
    let mut output = output;
    message.write(&mut output)
}

/// Says that something came in that is no message. Nobody knows whose it was, so it answers to no request.
///
/// # Errors
///
/// If nobody reads any more.
pub fn complain(why: &str, output: &mut dyn Write) -> std::io::Result<()> {
    let error = serde_json::json!({ "jsonrpc": "2.0", "id": null, "error": { "code": lsp_server::ErrorCode::ParseError as i32, "message": why } });
    let text = error.to_string();
    write!(output, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    output.flush()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(bytes: &[u8]) -> Vec<String> {
        let mut input = bytes;
        let next = || read(&mut input);
        std::iter::from_fn(next)
            .map(|incoming| match incoming {
                Incoming::Message(Message::Notification(notification)) => notification.method,
                Incoming::Message(_) => "other".to_owned(),
                Incoming::Rubbish(_) => "rubbish".to_owned(),
            })
            .collect()
    }

    #[test]
    fn what_follows_rubbish_is_read() {
        let good = "Content-Length: 33\r\n\r\n{\"jsonrpc\":\"2.0\",\"method\":\"good\"}";
        for (bytes, expected) in [
            (good.to_owned(), vec!["good"]),
            (good.replace("Content-Length", "Content-Type: x\r\ncontent-length"), vec!["good"]),
            (format!("Content-Length: 4\r\n\r\n{{{{{{{{{good}"), vec!["rubbish", "good"]),
            (format!("hello\r\n\r\n{good}"), vec!["good"]),
            (format!("Content-Length: -1\r\n\r\n{good}"), vec!["good"]),
            ("Content-Length: 99999999999999\r\n\r\nx".to_owned(), vec![]),
            ("Content-Length: 9\r\n\r\nx".to_owned(), vec![]),
            (String::new(), vec![]),
        ] {
            assert_eq!(all(bytes.as_bytes()), expected, "{bytes:?}");
        }
        let deep = "[".repeat(100_000);
        assert_eq!(all(format!("Content-Length: {}\r\n\r\n{deep}", deep.len()).as_bytes()), ["rubbish"]);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in proptest::collection::vec(any::<u8>(), 0..300), prefix in 0_usize..400) {
            let mut whole = format!("Content-Length: {prefix}\r\n\r\n").into_bytes();
            whole.extend(&bytes);
            all(&whole);
            all(&bytes);
        }
    }
}
