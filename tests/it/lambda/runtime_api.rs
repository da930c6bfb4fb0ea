//! The part of Lambda's Runtime API that a function uses: the next event, its answer, or its error.

use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use http_body_util::{BodyExt as _, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Method, Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use libtest_mimic::Failed;
use serde_json::Value;
use tokio::net::TcpListener;
use tokio::sync::Mutex;
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::JoinHandle;

const INVOCATION: &str = "/2018-06-01/runtime/invocation/";

/// How an invocation ended.
#[derive(Debug)]
pub enum Report {
    Answer(Value),
    Error(Value),
}

/// Serves one function until it is dropped.
pub struct RuntimeApi {
    /// `host:port`, as the function's environment names it.
    pub authority: String,
    events: UnboundedSender<(String, Value)>,
    reports: UnboundedReceiver<(String, Report)>,
    invoked: u32,
    shared: Arc<Shared>,
    accepting: JoinHandle<()>,
}

struct Shared {
    events: Mutex<UnboundedReceiver<(String, Value)>>,
    reports: UnboundedSender<(String, Report)>,
    was_asked: AtomicBool,
}

impl Drop for RuntimeApi {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

impl RuntimeApi {
    pub async fn start() -> Result<Self, Failed> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let authority = listener.local_addr()?.to_string();
        let (events, due) = unbounded_channel();
        let (told, reports) = unbounded_channel();
        let shared = Arc::new(Shared {
            events: Mutex::new(due),
            reports: told,
            was_asked: AtomicBool::new(false),
        });
        let accepting = tokio::spawn(accept(listener, shared.clone()));
        Ok(Self {
            authority,
            events,
            reports,
            invoked: 0,
            shared,
            accepting,
        })
    }

    /// Hands out an event, and waits for the report of it.
    pub async fn invoke(&mut self, event: &Value) -> Result<Report, Failed> {
        self.invoked += 1;
        let invocation = format!("invocation-{}", self.invoked);
        self.events.send((invocation.clone(), event.clone()))?;
        let (of, report) = self.reports.recv().await.ok_or("nobody reports any more")?;
        match of == invocation {
            true => Ok(report),
            false => Err(format!("a report of {of} instead of {invocation}: {report:?}").into()),
        }
    }

    /// Whether the function has asked for an event.
    pub fn was_asked(&self) -> bool {
        self.shared.was_asked.load(Ordering::Relaxed)
    }
}

async fn accept(listener: TcpListener, shared: Arc<Shared>) {
    while let Ok((stream, _)) = listener.accept().await {
        let shared = shared.clone();
        let answer = service_fn(move |request| {
            let shared = shared.clone();
            async move { Ok::<_, Infallible>(shared.answer(request).await) }
        });
        let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), answer);
        // It ends with an error when the function does.
        tokio::spawn(connection);
    }
}

impl Shared {
    async fn answer(&self, request: Request<Incoming>) -> Response<Full<Bytes>> {
        let path = request.uri().path().to_owned();
        let Some(rest) = path.strip_prefix(INVOCATION) else {
            return status(StatusCode::NOT_FOUND);
        };
        if request.method() == Method::GET && rest == "next" {
            return self.next().await;
        }
        let (method, body) = (request.method().clone(), request.into_body());
        let report: Option<fn(Value) -> Report> = match rest.rsplit_once('/') {
            Some((_, "response")) => Some(Report::Answer),
            Some((_, "error")) => Some(Report::Error),
            _ => None,
        };
        let body = body
            .collect()
            .await
            .map(http_body_util::Collected::to_bytes);
        let body = body
            .ok()
            .and_then(|body| serde_json::from_slice(&body).ok());
        match (method, rest.rsplit_once('/'), report, body) {
            (Method::POST, Some((invocation, _)), Some(report), Some(body)) => {
                // Nobody listens once the trial is over.
                let _ = self.reports.send((invocation.to_owned(), report(body)));
                status(StatusCode::ACCEPTED)
            }
            _ => status(StatusCode::BAD_REQUEST),
        }
    }

    /// Waits for an event, as Lambda lets a function wait.
    async fn next(&self) -> Response<Full<Bytes>> {
        self.was_asked.store(true, Ordering::Relaxed);
        let Some((invocation, event)) = self.events.lock().await.recv().await else {
            return status(StatusCode::GONE);
        };
        let response = Response::builder()
            .header("lambda-runtime-aws-request-id", invocation)
            .header("lambda-runtime-deadline-ms", "4102444800000")
            .header(
                "lambda-runtime-invoked-function-arn",
                "arn:aws:lambda:us-east-1:000000000000:function:find-token",
            )
            .header(
                "lambda-runtime-trace-id",
                "Root=1-00000000-000000000000000000000000;Sampled=0",
            )
            .body(Full::new(event.to_string().into()));
        response.unwrap_or_else(|_| status(StatusCode::INTERNAL_SERVER_ERROR))
    }
}

fn status(code: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::default());
    *response.status_mut() = code;
    response
}
