//! A gate before an emulator, through which one request goes at a time.
//!
//! AWS carries out each request as a whole. The emulators do not: of several `PutSecretValue` with one
//! request token at once, more than one may win, and no store can then lose nothing. The processes
//! meet as they would at AWS: between their requests.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::header::{CONNECTION, HeaderMap, TRANSFER_ENCODING};
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, Uri, client, server};
use hyper_util::rt::TokioIo;
use libtest_mimic::Failed;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Mutex;
use tokio::task::JoinHandle;

type Fault = Box<dyn std::error::Error + Send + Sync>;

/// Open until it is dropped, or the trial's runtime ends.
pub struct Gate {
    pub url: String,
    passed: Arc<AtomicU64>,
    keeper: JoinHandle<()>,
}

impl Drop for Gate {
    fn drop(&mut self) {
        self.keeper.abort();
    }
}

impl Gate {
    /// A gate before the emulator at this URL.
    pub async fn open(url: &str) -> Result<Self, Failed> {
        let url: Uri = url.parse()?;
        let emulator = url.authority().ok_or("a URL without host")?.to_string();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let passed = Arc::new(AtomicU64::new(0));
        let keeper = tokio::spawn(keep(listener, emulator.into(), passed.clone()));
        Ok(Self {
            url,
            passed,
            keeper,
        })
    }

    /// How many requests have come so far.
    #[cfg_attr(
        not(feature = "cli"),
        allow(dead_code, reason = "the trials of the Lambda function count")
    )]
    pub fn passed(&self) -> u64 {
        self.passed.load(Ordering::Relaxed)
    }
}

async fn keep(listener: TcpListener, emulator: Arc<str>, passed: Arc<AtomicU64>) {
    let turn = Arc::new(Mutex::new(()));
    while let Ok((stream, _)) = listener.accept().await {
        // Else short writes wait for the other side's delayed acknowledgement.
        let _ = stream.set_nodelay(true);
        let (emulator, turn, passed) = (emulator.clone(), turn.clone(), passed.clone());
        let pass = service_fn(move |request| {
            passed.fetch_add(1, Ordering::Relaxed);
            // A task of its own: what a process has sent is carried out even if it dies meanwhile.
            let passing = tokio::spawn(pass(request, emulator.clone(), turn.clone()));
            async move {
                let outcome = passing.await.map_err(Fault::from);
                Ok::<_, Infallible>(outcome.flatten().unwrap_or_else(|_| no_answer()))
            }
        });
        let connection = server::conn::http1::Builder::new();
        // It ends with an error where a process dies.
        tokio::spawn(connection.serve_connection(TokioIo::new(stream), pass));
    }
}

/// Passes a request on when it is its turn, and waits for the answer.
async fn pass(
    request: Request<Incoming>,
    emulator: Arc<str>,
    turn: Arc<Mutex<()>>,
) -> Result<Response<Full<Bytes>>, Fault> {
    let (mut head, body) = request.into_parts();
    let body = body.collect().await?.to_bytes();
    let _turn = turn.lock().await;
    let stream = TcpStream::connect(&*emulator).await?;
    stream.set_nodelay(true)?;
    let (mut sender, connection) = client::conn::http1::handshake(TokioIo::new(stream)).await?;
    tokio::spawn(connection);
    for_this_connection(&mut head.headers);
    let answer = sender.send_request(Request::from_parts(head, Full::new(body)));
    let (mut head, body) = answer.await?.into_parts();
    for_this_connection(&mut head.headers);
    let body = body.collect().await?.to_bytes();
    Ok(Response::from_parts(head, Full::new(body)))
}

fn for_this_connection(headers: &mut HeaderMap) {
    headers.remove(CONNECTION);
    headers.remove(TRANSFER_ENCODING);
}

fn no_answer() -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = StatusCode::BAD_GATEWAY;
    response
}
