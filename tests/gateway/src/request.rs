//! One HTTP/1.1 request from a connection, with a body of known length or in chunks.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

/// More than any message needs; whoever sends more is cut off.
const MOST_BYTES: u64 = 2 << 20;

/// A request as it arrived.
pub(crate) struct Request {
    pub method: String,
    pub path: String,
    headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl Request {
    /// Reads one; an error when it is none, or ends early.
    pub fn read(reader: impl BufRead) -> Result<Self> {
        let mut reader = reader.take(MOST_BYTES);
        let first = line(&mut reader)?;
        let mut words = first.split(' ');
        let (Some(method), Some(target)) = (words.next(), words.next()) else {
            return Err(malformed("the request line"));
        };
        let path = target.split('?').next().unwrap_or_default();
        let mut request =
            Self { method: method.to_owned(), path: path.to_owned(), headers: Vec::new(), body: Vec::new() };
        loop {
            let header = line(&mut reader)?;
            if header.is_empty() {
                break;
            }
            let (name, value) = header.split_once(':').ok_or_else(|| malformed("a header"))?;
            request.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        request.body = match request.header("transfer-encoding") {
            Some(coding) if coding.eq_ignore_ascii_case("chunked") => chunks(&mut reader)?,
            Some(_) => return Err(malformed("transfer-encoding")),
            None => {
                let length = request.header("content-length").unwrap_or("0");
                let length = length.parse::<u64>().map_err(|_| malformed("content-length"))?;
                exactly(&mut reader, length)?
            }
        };
        Ok(request)
    }

    /// The first header of that name, which is given in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

fn malformed(what: &str) -> Error {
    Error::new(ErrorKind::InvalidData, format!("{what} does not have its form"))
}

/// A line without its end.
fn line(reader: &mut impl BufRead) -> Result<String> {
    let mut line = String::new();
    reader.read_line(&mut line)?;
    if !line.ends_with('\n') {
        return Err(ErrorKind::UnexpectedEof.into());
    }
    Ok(line.trim_end_matches(['\r', '\n']).to_owned())
}

/// Bytes that are all there, without room for those that were only announced.
fn exactly(reader: &mut impl BufRead, length: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    reader.take(length).read_to_end(&mut bytes)?;
    if bytes.len() as u64 == length { Ok(bytes) } else { Err(ErrorKind::UnexpectedEof.into()) }
}

fn chunks(reader: &mut impl BufRead) -> Result<Vec<u8>> {
    let mut body = Vec::new();
    loop {
        let head = line(reader)?;
        let digits = head.split(';').next().unwrap_or_default().trim();
        let length = u64::from_str_radix(digits, 16).map_err(|_| malformed("the length of a chunk"))?;
        if length == 0 {
            // Trailers, which nobody needs here, end with an empty line.
            while !line(reader)?.is_empty() {}
            return Ok(body);
        }
        body.extend(exactly(reader, length)?);
        if !line(reader)?.is_empty() {
            return Err(malformed("the end of a chunk"));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_body_is_the_same_in_one_piece_and_in_chunks() {
        for text in [
            "POST /sms?x=1 HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\nhello world",
            "POST /sms HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n6\r\nhello \r\n5;x=y\r\nworld\r\n0\r\n\r\n",
        ] {
            let request = Request::read(text.as_bytes()).unwrap();
            assert_eq!((request.method.as_str(), request.path.as_str()), ("POST", "/sms"), "{text}");
            assert_eq!(request.body, b"hello world", "{text}");
        }
    }

    #[test]
    fn what_ends_early_or_is_no_request_is_an_error() {
        for text in [
            "",
            "POST",
            "POST /sms HTTP/1.1\r\n",
            "POST /sms HTTP/1.1\r\ncontent-length: 5\r\n\r\nabc",
            "POST /sms HTTP/1.1\r\ncontent-length: many\r\n\r\n",
            "POST /sms HTTP/1.1\r\ntransfer-encoding: gzip\r\n\r\n",
            "POST /sms HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\n5\r\nabc",
            "POST /sms HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nfive\r\nabcde\r\n",
            "POST /sms HTTP/1.1\r\nno header\r\n\r\n",
        ] {
            assert!(Request::read(text.as_bytes()).is_err(), "{text}");
        }
    }
}
