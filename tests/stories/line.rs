//! A line between a device and headquarters that can be cut, and a stranger who answers in its place.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::thread;

/// What happens to whoever calls.
#[derive(Clone, Copy)]
pub enum Line {
    /// They reach headquarters.
    To(SocketAddr),
    /// The call is dropped at once.
    Cut,
    /// Somebody else answers with these bytes.
    Says(&'static str),
}

/// Listens on an address of its own, and does with each call what the line is set to.
pub struct Proxy {
    pub address: SocketAddr,
    line: Arc<Mutex<(Line, Vec<TcpStream>)>>,
}

/// Hears the head of each request before it goes on, and says whether it does; if not, the call breaks.
type Guard = dyn Fn(&str) -> bool + Send + Sync;

impl Proxy {
    pub fn new(line: Line) -> Proxy {
        Proxy::guarded(line, |_| true)
    }

    pub fn guarded(line: Line, guard: impl Fn(&str) -> bool + Send + Sync + 'static) -> Proxy {
        let guard: Arc<Guard> = Arc::new(guard);
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let line = Arc::new(Mutex::new((line, Vec::new())));
        let shared = Arc::clone(&line);
        thread::spawn(move || {
            for call in listener.incoming().flatten() {
                let now = shared.lock().unwrap().0;
                match now {
                    Line::To(hq) => {
                        if let Ok(other) = TcpStream::connect(hq) {
                            let mut held = shared.lock().unwrap();
                            held.1.extend([call.try_clone().unwrap(), other.try_clone().unwrap()]);
                            carry_requests(call.try_clone().unwrap(), other.try_clone().unwrap(), Arc::clone(&guard));
                            carry(other, call);
                        }
                    }
                    Line::Cut => drop(call.shutdown(Shutdown::Both)),
                    Line::Says(words) => {
                        thread::spawn(move || say(call, words));
                    }
                }
            }
        });
        Proxy { address, line }
    }

    /// Sets what happens from now on; calls that are under way break.
    pub fn set(&self, line: Line) {
        let mut held = self.line.lock().unwrap();
        held.0 = line;
        for stream in held.1.drain(..) {
            // It may be over already.
            let _ = stream.shutdown(Shutdown::Both);
        }
    }
}

fn carry(mut from: TcpStream, mut to: TcpStream) {
    thread::spawn(move || {
        let _ = std::io::copy(&mut from, &mut to);
        let _ = to.shutdown(Shutdown::Both);
    });
}

fn carry_requests(mut from: TcpStream, mut to: TcpStream, guard: Arc<Guard>) {
    thread::spawn(move || {
        let (mut heads, mut bytes) = (Heads::default(), [0; 65536]);
        while let Ok(count @ 1..) = from.read(&mut bytes) {
            if !heads.pass(&bytes[..count], &*guard) {
                let _ = from.shutdown(Shutdown::Both);
                break;
            }
            if to.write_all(&bytes[..count]).is_err() {
                break;
            }
        }
        let _ = to.shutdown(Shutdown::Both);
    });
}

/// Finds the heads in what a client sends; it says how long each body is.
#[derive(Default)]
struct Heads {
    head: Vec<u8>,
    body_left: usize,
}

impl Heads {
    fn pass(&mut self, mut bytes: &[u8], guard: &Guard) -> bool {
        loop {
            let body = bytes.len().min(self.body_left);
            self.body_left -= body;
            bytes = &bytes[body..];
            let Some((first, rest)) = bytes.split_first() else { return true };
            self.head.push(*first);
            bytes = rest;
            if self.head.ends_with(b"\r\n\r\n") {
                let head = String::from_utf8(std::mem::take(&mut self.head)).unwrap();
                self.body_left = header(&head, "content-length").map_or(0, |length| length.parse().unwrap());
                if !guard(&head) {
                    return false;
                }
            }
        }
    }
}

/// What a header says in the head of a request.
pub fn header<'a>(head: &'a str, name: &str) -> Option<&'a str> {
    let mut lines = head.lines().filter_map(|line| line.split_once(": "));
    lines.find(|(found, _)| found.eq_ignore_ascii_case(name)).map(|(_, value)| value)
}

fn say(mut call: TcpStream, words: &str) {
    let mut heard = [0; 65536];
    let _ = call.read(&mut heard);
    let _ = call.write_all(words.as_bytes());
    let _ = call.shutdown(Shutdown::Both);
}
