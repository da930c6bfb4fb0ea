//! The simulator behind HTTP on loopback, for a program that is not in this process.

use std::io;
use std::time::SystemTime;

use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response};
use hyper_util::rt::TokioIo;
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::mpsc::{UnboundedReceiver, UnboundedSender, unbounded_channel};
use tokio::task::AbortHandle;
use zoho_token_store::simulator::Simulator;

/// Serves a simulator until it is dropped.
pub struct Server {
    pub simulator: Simulator,
    pub url: String,
    /// The action of each request, when it arrives.
    pub arrivals: UnboundedReceiver<String>,
    accepting: AbortHandle,
}

impl Server {
    /// A simulator that answers at once, on a port of its own.
    pub async fn start() -> io::Result<Self> {
        let simulator = Simulator::builder()
            .latency(std::time::Duration::ZERO)
            .start(SystemTime::now().into())
            .build();
        let listener = TcpListener::bind(("127.0.0.1", 0)).await?;
        let url = format!("http://{}", listener.local_addr()?);
        let (sender, arrivals) = unbounded_channel();
        let accepting = tokio::spawn(accept(listener, simulator.clone(), sender)).abort_handle();
        Ok(Self {
            simulator,
            url,
            arrivals,
            accepting,
        })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

async fn accept(listener: TcpListener, simulator: Simulator, arrivals: UnboundedSender<String>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, simulator.clone(), arrivals.clone()));
    }
}

async fn serve(stream: TcpStream, simulator: Simulator, arrivals: UnboundedSender<String>) {
    let service = service_fn(move |request| answer(request, simulator.clone(), arrivals.clone()));
    let connection = http1::Builder::new().serve_connection(TokioIo::new(stream), service);
    // It ends with an error where a fault breaks it; the program under test has to cope.
    let _ = connection.await;
}

/// An error ends the connection without an answer.
async fn answer(
    request: Request<Incoming>,
    simulator: Simulator,
    arrivals: UnboundedSender<String>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    let target = request
        .headers()
        .get("x-amz-target")
        .and_then(|target| target.to_str().ok());
    let target = target.unwrap_or_default().to_owned();
    let body = request
        .into_body()
        .collect()
        .await
        .map_err(io::Error::other)?
        .to_bytes();
    let action = target.rsplit('.').next().unwrap_or_default();
    // Nobody listens once the trial is over.
    let _ = arrivals.send(action.to_owned());
    let answer = simulator.answer(&target, &body).await;
    let answer = answer.ok_or(io::ErrorKind::ConnectionReset)?;
    let mut response = Response::builder()
        .status(answer.status)
        .header("content-type", "application/x-amz-json-1.1");
    if let Some(error) = answer.error {
        response = response.header("x-amzn-errortype", error);
    }
    response
        .body(Full::new(answer.body.into()))
        .map_err(io::Error::other)
}
