//! One connection that stays open: HTTP/1.1, no more of it than a world speaks.

use std::io::{self, ErrorKind, Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

/// Longer answers are none of ours.
const MOST: usize = 1 << 20;

/// An answer.
#[derive(Clone, Debug)]
pub struct Answer {
    /// Its status code.
    pub status: u16,
    /// Its body.
    pub body: Vec<u8>,
}

/// A connection.
#[derive(Debug)]
pub struct Connection {
    port: u16,
    stream: Option<TcpStream>,
    buffer: Vec<u8>,
}

impl Connection {
    /// To a port of this machine; opened by the first request.
    #[must_use]
    pub const fn to(port: u16) -> Self {
        Self {
            port,
            stream: None,
            buffer: Vec::new(),
        }
    }

    /// Asks, and reads the whole answer. After an error the next one opens anew.
    ///
    /// # Errors
    /// When nobody listens, the connection ends before the answer does, or nothing comes for 20 seconds.
    pub fn ask(
        &mut self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(("127.0.0.1", self.port))?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(Duration::from_secs(20)))?;
                stream
            }
        };
        let mut request = format!("{method} {path} HTTP/1.1\r\nHost: localhost\r\n");
        for (name, value) in headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("Content-Length: {}\r\n\r\n", body.len()));
        let mut request = request.into_bytes();
        request.extend_from_slice(body);
        stream.write_all(&request)?;
        let answer = self.read(&mut stream)?;
        self.stream = Some(stream);
        Ok(answer)
    }

    fn read(&mut self, stream: &mut TcpStream) -> io::Result<Answer> {
        let broken = || io::Error::from(ErrorKind::InvalidData);
        self.buffer.clear();
        let mut chunk = [0; 16 * 1024];
        let (head, length) = loop {
            let end = self.buffer.windows(4).position(|four| four == b"\r\n\r\n");
            if let Some(end) = end {
                let head = self.buffer.get(..end).unwrap_or_default();
                let head = std::str::from_utf8(head).map_err(|_| broken())?;
                let length = head.lines().find_map(|line| {
                    let (name, value) = line.split_once(':')?;
                    name.eq_ignore_ascii_case("content-length")
                        .then(|| value.trim().parse::<usize>().ok())?
                });
                let status = head.split(' ').nth(1).and_then(|code| code.parse().ok());
                let head = (end + 4, status.ok_or_else(broken)?);
                break (head, length.unwrap_or(0));
            }
            self.more(stream, &mut chunk)?;
        };
        let ((begin, status), end) = (head, head.0 + length);
        while self.buffer.len() < end {
            self.more(stream, &mut chunk)?;
        }
        let body = self.buffer.get(begin..end).unwrap_or_default().to_vec();
        Ok(Answer { status, body })
    }

    fn more(&mut self, stream: &mut TcpStream, chunk: &mut [u8]) -> io::Result<()> {
        let count = stream.read(chunk)?;
        if count == 0 || self.buffer.len() > MOST {
            return Err(ErrorKind::UnexpectedEof.into());
        }
        self.buffer
            .extend_from_slice(chunk.get(..count).unwrap_or_default());
        Ok(())
    }
}
