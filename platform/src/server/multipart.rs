//! `multipart/form-data` (RFC 7578) of a body that is read already: a few parts, named, nothing
//! nested. Run for the one endpoint that takes a file.

use axum::body::Bytes;

/// The most parts that are read.
const MAX_PARTS: usize = 8;
const MAX_HEAD: usize = 4096;
const MAX_BOUNDARY: usize = 70;

/// Why a body was not read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MultipartError {
    /// The content type names no sound boundary.
    Boundary,
    /// A part without a name, or two of one name.
    Name,
    /// The parts do not follow the grammar.
    Grammar,
    /// More parts, or longer headers, than are read.
    TooLarge,
}

impl std::fmt::Display for MultipartError {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.write_str(match self {
            Self::Boundary => "no sound boundary in Content-Type",
            Self::Name => "a part without a name, or a name twice",
            Self::Grammar => "the parts are not multipart/form-data",
            Self::TooLarge => "too many parts, or headers that are too long",
        })
    }
}

/// The boundary that a content type names.
pub(crate) fn boundary(content_type: &str) -> Result<String, MultipartError> {
    let mut parts = content_type.split(';');
    let kind = parts.next().unwrap_or_default().trim();
    if !kind.eq_ignore_ascii_case("multipart/form-data") {
        return Err(MultipartError::Boundary);
    }
    let boundary = parts
        .filter_map(|parameter| parameter.trim().split_once('='))
        .find(|(name, _)| name.eq_ignore_ascii_case("boundary"))
        .map(|(_, value)| value.trim_matches('"'))
        .ok_or(MultipartError::Boundary)?;
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"'()+_,-./:=? ".contains(&byte);
    if boundary.is_empty()
        || boundary.len() > MAX_BOUNDARY
        || !boundary.bytes().all(letter)
        || boundary.ends_with(' ')
    {
        return Err(MultipartError::Boundary);
    }
    Ok(boundary.to_owned())
}

/// The parts by name. They share the memory of the body.
pub(crate) fn parts(body: &Bytes, boundary: &str) -> Result<Vec<(String, Bytes)>, MultipartError> {
    let delimiter = format!("\r\n--{boundary}");
    let first = delimiter.get(2..).unwrap_or_default();
    if !body.starts_with(first.as_bytes()) {
        return Err(MultipartError::Grammar);
    }
    let mut parts: Vec<(String, Bytes)> = Vec::new();
    let mut rest = body.slice(first.len()..);
    loop {
        if rest.starts_with(b"--") {
            return Ok(parts);
        }
        // White space may stand behind a boundary.
        let line = find(&rest, b"\r\n").ok_or(MultipartError::Grammar)?;
        if line > MAX_HEAD || !rest.slice(..line).iter().all(|b| matches!(b, b' ' | b'\t')) {
            return Err(MultipartError::Grammar);
        }
        let part = rest.slice(line + 2..);
        let window = part.slice(..part.len().min(MAX_HEAD));
        let head = find(&window, b"\r\n\r\n").ok_or(match part.len() > MAX_HEAD {
            true => MultipartError::TooLarge,
            false => MultipartError::Grammar,
        })?;
        let name = part_name(&part.slice(..head))?;
        let content = part.slice(head + 4..);
        let end = find(&content, delimiter.as_bytes()).ok_or(MultipartError::Grammar)?;
        if parts.iter().any(|(known, _)| *known == name) {
            return Err(MultipartError::Name);
        }
        if parts.len() == MAX_PARTS {
            return Err(MultipartError::TooLarge);
        }
        parts.push((name, content.slice(..end)));
        rest = content.slice(end + delimiter.len()..);
    }
}

fn part_name(head: &[u8]) -> Result<String, MultipartError> {
    let head = std::str::from_utf8(head).map_err(|_| MultipartError::Grammar)?;
    let value = head
        .split("\r\n")
        .filter_map(|line| line.split_once(':'))
        .find(|(name, _)| name.eq_ignore_ascii_case("content-disposition"))
        .map(|(_, value)| value.trim())
        .ok_or(MultipartError::Name)?;
    let mut parameters = value.split(';').map(str::trim);
    if parameters.next() != Some("form-data") {
        return Err(MultipartError::Grammar);
    }
    parameters
        .find_map(|parameter| parameter.strip_prefix("name="))
        .map(|name| name.trim_matches('"').to_owned())
        .filter(|name| !name.is_empty())
        .ok_or(MultipartError::Name)
}

/// Where a short pattern begins. Jumps from one candidate for its first byte to the next.
fn find(bytes: &[u8], pattern: &[u8]) -> Option<usize> {
    let (first, _) = pattern.split_first()?;
    let mut from = 0;
    loop {
        let rest = bytes.get(from..)?;
        let at = from + rest.iter().position(|byte| byte == first)?;
        if bytes.get(at..)?.starts_with(pattern) {
            return Some(at);
        }
        from = at + 1;
    }
}

#[cfg(test)]
mod tests {
    use axum::body::Bytes;
    use proptest::collection::vec;
    use proptest::prelude::{any, proptest};

    use super::{MultipartError, boundary, parts};

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes in vec(any::<u8>(), 0..200)) {
            let mut body = b"--xx\r\nContent-Disposition: form-data; name=\"a\"\r\n\r\n".to_vec();
            let _ = parts(&Bytes::from(bytes.clone()), "xx");
            body.extend(&bytes);
            let _ = parts(&Bytes::from(body.clone()), "xx");
            body.extend(b"\r\n--xx--");
            // What stands between two boundaries arrives as it is.
            if !bytes.windows(2).any(|two| two == b"--") {
                let read = parts(&Bytes::from(body), "xx").unwrap();
                assert_eq!(read, [("a".to_owned(), Bytes::from(bytes))]);
            }
        }

        #[test]
        fn any_content_type_is_read_or_refused(text in ".{0,80}") {
            let _ = boundary(&text);
            let _ = boundary(&format!("multipart/form-data; boundary={text}"));
        }
    }

    fn read(body: &str) -> Result<Vec<(String, Bytes)>, MultipartError> {
        parts(&Bytes::copy_from_slice(body.as_bytes()), "xx")
    }

    #[test]
    fn reads_what_curl_sends() {
        let body = "--xx\r\nContent-Disposition: form-data; name=\"credential\"; filename=\"a\"\r\n\
            Content-Type: application/json\r\n\r\n{\"a\":\r\n1}\r\n--xx\r\n\
            content-disposition: form-data; name=\"file\"\r\n\r\n\r\n--x\r\n--xx--\r\n";
        let parts = read(body).unwrap();
        assert_eq!(
            parts,
            [
                (
                    "credential".to_owned(),
                    Bytes::from_static(b"{\"a\":\r\n1}")
                ),
                ("file".to_owned(), Bytes::from_static(b"\r\n--x")),
            ]
        );
        assert_eq!(read("--xx--"), Ok(Vec::new()));
    }

    #[test]
    fn refuses_the_rest() {
        let part = |name: &str| {
            format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\nv\r\n")
        };
        for (body, error) in [
            (String::new(), MultipartError::Grammar),
            ("--yy--".to_owned(), MultipartError::Grammar),
            ("--xx".to_owned(), MultipartError::Grammar),
            (
                "--xxjunk\r\n\r\n\r\n--xx--".to_owned(),
                MultipartError::Grammar,
            ),
            (part("a"), MultipartError::Grammar),
            (part("a") + &part("a") + "--xx--", MultipartError::Name),
            (part("") + "--xx--", MultipartError::Name),
            (
                "--xx\r\nX: y\r\n\r\nv\r\n--xx--".to_owned(),
                MultipartError::Name,
            ),
            (
                format!("--xx\r\nX: {}\r\n\r\nv\r\n--xx--", "y".repeat(9000)),
                MultipartError::TooLarge,
            ),
            (
                (0..9).map(|n| part(&n.to_string())).collect::<String>() + "--xx--",
                MultipartError::TooLarge,
            ),
        ] {
            assert_eq!(read(&body), Err(error), "{body}");
        }
    }

    #[test]
    fn a_boundary_is_a_boundary() {
        let read = |text: &str| boundary(text);
        assert_eq!(
            read("multipart/form-data; boundary=\"a-b\""),
            Ok("a-b".to_owned())
        );
        for text in [
            "multipart/form-data",
            "multipart/mixed; boundary=a",
            "multipart/form-data; boundary=",
            "multipart/form-data; boundary=a\u{e9}",
            "multipart/form-data; boundary=\"a \"",
        ] {
            assert_eq!(read(text), Err(MultipartError::Boundary), "{text}");
        }
        assert!(read(&format!("multipart/form-data; boundary={}", "a".repeat(71))).is_err());
    }
}
