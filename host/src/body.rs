//! An answer's body, gathered so far that it leaves in one piece.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::Response;
use http_body_util::BodyExt;
use hyper::body::{Body, Frame, SizeHint};
use wasmtime_wasi_http::{Error, WasiBody};

/// What is held back at most before the head of the answer leaves.
const MAX_GATHERED_BYTES: usize = 256 << 10;

/// What was gathered, and the rest if there may be more.
pub struct Gathered {
    frames: VecDeque<Frame<Bytes>>,
    rest: Option<WasiBody>,
}

/// Takes up the body while it is short. An answer whose end is known leaves with its length, in one packet instead
/// of three; and a guest that traps while it writes one is still answered for with a proper error.
pub async fn gather(response: Response<WasiBody>) -> Result<Response<Gathered>, Error> {
    let (head, mut body) = response.into_parts();
    let mut frames = VecDeque::new();
    let mut gathered_bytes = 0;
    while gathered_bytes < MAX_GATHERED_BYTES {
        match body.frame().await {
            Some(frame) => {
                let frame = frame?;
                gathered_bytes += frame.data_ref().map_or(0, Bytes::len);
                frames.push_back(frame);
            }
            None => return Ok(Response::from_parts(head, Gathered { frames, rest: None })),
        }
    }
    Ok(Response::from_parts(head, Gathered { frames, rest: Some(body) }))
}

impl From<Bytes> for Gathered {
    fn from(bytes: Bytes) -> Self {
        Gathered { frames: VecDeque::from([Frame::data(bytes)]), rest: None }
    }
}

impl Body for Gathered {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        if let Some(frame) = self.frames.pop_front() {
            return Poll::Ready(Some(Ok(frame)));
        }
        match &mut self.rest {
            Some(rest) => Pin::new(rest).poll_frame(context),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.frames.is_empty() && self.rest.as_ref().is_none_or(Body::is_end_stream)
    }

    fn size_hint(&self) -> SizeHint {
        let gathered = self.frames.iter().filter_map(Frame::data_ref).map(|data| data.len() as u64).sum();
        match &self.rest {
            // Trailers can only follow a body without a length.
            _ if self.frames.iter().any(Frame::is_trailers) => SizeHint::default(),
            None => SizeHint::with_exact(gathered),
            Some(_) => SizeHint::default(),
        }
    }
}
