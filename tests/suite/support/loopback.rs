//! A server on the loopback address that answers like Authelia 4.39, with or without TLS.

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

/// A request as it arrived.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    /// `GET /path`, and the headers, as one text.
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Request {
    /// The requested path.
    pub(crate) fn path(&self) -> &str {
        self.head.split(' ').nth(1).unwrap_or_default()
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (found, value) = line.split_once(": ")?;
            found.eq_ignore_ascii_case(name).then_some(value)
        })
    }
}

/// Creates the answer to a request, given the server's own address.
type Answer = dyn Fn(&Request, &str) -> String + Send + Sync;

/// A running server; its threads end with the test's process.
pub(crate) struct Server {
    /// `https://localhost:4711`
    pub(crate) issuer: String,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) fn plain(answer: impl Fn(&Request, &str) -> String + Send + Sync + 'static) -> Self {
        Self::start("http://127.0.0.1", None, Arc::new(answer))
    }

    /// A server with TLS, its certificate for `name`.
    pub(crate) fn tls(
        authority: &Authority,
        name: &str,
        answer: impl Fn(&Request, &str) -> String + Send + Sync + 'static,
    ) -> Self {
        Self::start("https://localhost", Some(authority.server(name)), Arc::new(answer))
    }

    fn start(host: &str, tls: Option<Arc<rustls::ServerConfig>>, answer: Arc<Answer>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
        let issuer = format!("{host}:{}", listener.local_addr().expect("an address").port());
        let requests = Arc::new(Mutex::new(Vec::new()));
        let (name, seen) = (issuer.clone(), Arc::clone(&requests));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (name, seen, answer, tls) = (name.clone(), Arc::clone(&seen), Arc::clone(&answer), tls.clone());
                thread::spawn(move || serve(stream, tls, &name, &seen, &*answer));
            }
        });
        Self { issuer, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().expect("no thread has failed").clone()
    }
}

fn serve(
    stream: TcpStream,
    tls: Option<Arc<rustls::ServerConfig>>,
    name: &str,
    seen: &Mutex<Vec<Request>>,
    answer: &Answer,
) {
    let Some(config) = tls else { return exchange(stream, name, seen, answer) };
    let Ok(connection) = rustls::ServerConnection::new(config) else { return };
    exchange(rustls::StreamOwned::new(connection, stream), name, seen, answer);
}

fn exchange(mut stream: impl Read + Write, name: &str, seen: &Mutex<Vec<Request>>, answer: &Answer) {
    let Some(request) = read(&mut stream) else {
        let _ = stream.write_all(b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n");
        return;
    };
    seen.lock().expect("no thread has failed").push(request.clone());
    let _ = stream.write_all(answer(&request, name).as_bytes());
    let _ = stream.flush();
}

fn read(stream: &mut impl Read) -> Option<Request> {
    let mut text = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        let read = stream.read(&mut buffer).ok().filter(|read| *read > 0)?;
        text.extend_from_slice(&buffer[..read]);
        // A request starts with its method; TLS does not.
        text.first().filter(|first| first.is_ascii_uppercase())?;
        let so_far = String::from_utf8_lossy(&text).into_owned();
        let Some((head, body)) = so_far.split_once("\r\n\r\n") else { continue };
        let request = Request { head: head.to_owned(), body: body.to_owned() };
        let length = request.header("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
        if body.len() >= length {
            return Some(request);
        }
    }
}

pub(crate) fn http(status: &str, kind: &str, more: &str, body: &str) -> String {
    let length = body.len();
    format!(
        "HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {length}\r\nConnection: close\r\n{more}\r\n{body}"
    )
}

pub(crate) fn json(status: &str, body: &serde_json::Value) -> String {
    http(status, "application/json; charset=utf-8", "Cache-Control: no-store\r\n", &body.to_string())
}

pub(crate) struct Authority {
    issuer: Issuer<'static, KeyPair>,
    pem: String,
}

impl Authority {
    pub(crate) fn new() -> Self {
        let key = KeyPair::generate().expect("a key");
        let mut parameters = CertificateParams::new(Vec::<String>::new()).expect("parameters");
        parameters.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let pem = parameters.self_signed(&key).expect("a certificate").pem();
        Self { issuer: Issuer::new(parameters, key), pem }
    }

    pub(crate) fn pem(&self) -> &str {
        &self.pem
    }

    fn server(&self, name: &str) -> Arc<rustls::ServerConfig> {
        let key = KeyPair::generate().expect("a key");
        let parameters = CertificateParams::new(vec![name.to_owned()]).expect("parameters");
        let certificate = parameters.signed_by(&key, &self.issuer).expect("a certificate");
        let key = PrivateKeyDer::try_from(key.serialize_der()).expect("a key");
        let chain: Vec<CertificateDer<'static>> = vec![certificate.der().clone()];
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .expect("versions")
            .with_no_client_auth()
            .with_single_cert(chain, key)
            .expect("the key fits");
        Arc::new(config)
    }
}
