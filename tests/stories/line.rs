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

impl Proxy {
    pub fn new(line: Line) -> Proxy {
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
                            carry(call.try_clone().unwrap(), other.try_clone().unwrap());
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

fn say(mut call: TcpStream, words: &str) {
    let mut heard = [0; 65536];
    let _ = call.read(&mut heard);
    let _ = call.write_all(words.as_bytes());
    let _ = call.shutdown(Shutdown::Both);
}
