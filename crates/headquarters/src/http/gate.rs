//! How much of this process one session, one device or one address may have at once; the numbers are in
//! [`outpost_app::limits`]. Whoever wants more waits for their turn, and takes in nothing meanwhile.

use crate::error::HeadquartersError;
use axum::body::Body;
use axum::extract::{ConnectInfo, Request};
use axum::http::header::{CONTENT_LENGTH, TRANSFER_ENCODING};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use futures::StreamExt;
use outpost_app::{Caller, Failure, FailureCode, Turns, limits};
use outpost_domain::Id;
use outpost_sync::sha256_hex;
use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, oneshot};
use tokio::task::JoinHandle;

/// The gate of one process, for all its companies.
pub(super) struct Gate {
    requests: Turns,
    bodies_of_one: Turns,
    /// Room for bodies that are no larger than a photo, and for larger ones: who drips a few of those keeps no photo waiting.
    bodies: [Arc<Semaphore>; 2],
    taking: Arc<Semaphore>,
    parts: Workshop,
    listeners: Listeners,
    answers: Mutex<HashMap<Id, u64>>,
}

impl Default for Gate {
    fn default() -> Gate {
        Gate {
            requests: Turns::of(limits::REQUESTS_OF_ONE),
            bodies_of_one: Turns::of(limits::BODIES_OF_ONE),
            bodies: [(); 2].map(|()| Arc::new(Semaphore::new(limits::BODIES_KILOBYTES as usize / 2))),
            taking: Arc::new(Semaphore::new(limits::REQUESTS_TAKEN_IN)),
            parts: Workshop::open(),
            listeners: Listeners::default(),
            answers: Mutex::default(),
        }
    }
}

/// Where parts of answers are made, by threads of their own. Each part takes 10 MB while it is made, which its thread's memory keeps
/// for the next one: few threads, and always the same ones, keep little.
struct Workshop(Option<Runtime>);

impl Workshop {
    fn open() -> Workshop {
        let threads = std::thread::available_parallelism().map_or(2, |processors| processors.get().clamp(2, 8));
        let runtime = Builder::new_current_thread()
            .max_blocking_threads(threads)
            .thread_keep_alive(Duration::from_secs(86_400))
            .thread_name("part")
            .build();
        // Without it they are made where everything else is done.
        Workshop(runtime.inspect_err(|error| tracing::error!(%error, "parts have no threads of their own")).ok())
    }

    fn make<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> JoinHandle<T> {
        match &self.0 {
            Some(runtime) => runtime.spawn_blocking(work),
            None => tokio::task::spawn_blocking(work),
        }
    }
}

impl Drop for Workshop {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            // A runtime may not wait for its end inside another one.
            runtime.shutdown_background();
        }
    }
}

/// What a request holds while it is worked on.
pub(super) struct Turn(#[expect(dead_code, reason = "held, not read")] Vec<OwnedSemaphorePermit>);

impl Gate {
    /// Waits until a request of somebody may be worked on, and there is room for its body.
    ///
    /// # Errors
    /// When it waited for too long.
    pub(super) async fn turn(&self, whose: &str, body: u64) -> Result<Turn, Failure> {
        let wait = async {
            let mut held = Vec::with_capacity(3);
            if body > limits::LARGE_BODY {
                // First those that are few for one: whoever sends many does not hold what others wait for.
                held.extend(self.bodies_of_one.of_one(whose).acquire_owned().await);
            }
            held.extend(self.requests.of_one(whose).acquire_owned().await);
            let kilobytes = u32::try_from(body.div_ceil(1024)).unwrap_or(u32::MAX).min(limits::BODIES_KILOBYTES / 4);
            let room = &self.bodies[usize::from(body > limits::PHOTO_BODY)];
            held.extend(Arc::clone(room).acquire_many_owned(kilobytes).await);
            Turn(held)
        };
        let busy =
            || Failure::new(FailureCode::Busy, "headquarters is busy with what came before; try again in a moment");
        tokio::time::timeout(limits::PATIENCE, wait).await.map_err(|_| busy())
    }

    /// Waits until a request that has come may be unpacked: a few hundred bytes may become megabytes.
    pub(super) async fn take_in(&self) -> Option<OwnedSemaphorePermit> {
        Arc::clone(&self.taking).acquire_owned().await.ok()
    }

    /// Makes a part of an answer, when its turn has come.
    pub(super) async fn part<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> Result<T, HeadquartersError> + Send + 'static,
    ) -> Result<T, HeadquartersError> {
        match self.parts.make(work).await {
            Ok(made) => made,
            Err(error) => Err(HeadquartersError::System(error.to_string())),
        }
    }

    /// The answer to a device that pulls: from now on the one before ends.
    pub(super) fn answer(self: &Arc<Self>, replica_id: Id) -> Answering {
        let mut answers = self.answers.lock().unwrap_or_else(PoisonError::into_inner);
        let number = answers.entry(replica_id).or_default();
        *number += 1;
        Answering { gate: Arc::clone(self), replica_id, number: *number }
    }

    /// Lets a stream go on until its listener opens too many others.
    ///
    /// # Errors
    /// When too many are open from its address.
    pub(super) fn listen(self: &Arc<Self>, whose: String, from: String, most: usize) -> Result<Listening, Failure> {
        let (end, ended) = oneshot::channel();
        let mut open = self.listeners.open();
        let of_address = open.from.get(&from).copied().unwrap_or_default();
        if of_address >= limits::STREAMS_FROM_ONE {
            return Err(Failure::new(
                FailureCode::TooMany,
                "too many listen from this address; others have to end first",
            ));
        }
        open.from.insert(from.clone(), of_address + 1);
        open.next += 1;
        let number = open.next;
        let own = open.of.entry(whose.clone()).or_default();
        own.push_back((number, end));
        while own.len() > most {
            // Its end is told by being dropped.
            own.pop_front();
        }
        drop(open);
        Ok(Listening { gate: Arc::clone(self), whose, from, number, ended })
    }
}

/// An answer that is being sent.
pub(super) struct Answering {
    gate: Arc<Gate>,
    replica_id: Id,
    number: u64,
}

impl Answering {
    /// Whether the device has not begun another one.
    pub(super) fn is_wanted(&self) -> bool {
        let answers = self.gate.answers.lock().unwrap_or_else(PoisonError::into_inner);
        answers.get(&self.replica_id) == Some(&self.number)
    }
}

impl Drop for Answering {
    fn drop(&mut self) {
        let mut answers = self.gate.answers.lock().unwrap_or_else(PoisonError::into_inner);
        if answers.get(&self.replica_id) == Some(&self.number) {
            answers.remove(&self.replica_id);
        }
    }
}

#[derive(Default)]
struct Listeners(Mutex<Streams>);

impl Listeners {
    fn open(&self) -> MutexGuard<'_, Streams> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The streams that are open.
#[derive(Default)]
struct Streams {
    next: u64,
    of: HashMap<String, VecDeque<(u64, oneshot::Sender<()>)>>,
    from: HashMap<String, usize>,
}

/// A stream that is open until this is dropped.
pub(super) struct Listening {
    gate: Arc<Gate>,
    whose: String,
    from: String,
    number: u64,
    ended: oneshot::Receiver<()>,
}

impl Listening {
    /// An answer that goes on only as long as its listener may listen.
    pub(super) fn bound(mut self, response: Response) -> Response {
        response.map(|body| {
            Body::from_stream(async_stream::stream! {
                let mut data = body.into_data_stream();
                loop {
                    tokio::select! {
                        biased;
                        _ = &mut self.ended => break,
                        next = data.next() => match next {
                            Some(bytes) => yield bytes,
                            None => break,
                        },
                    }
                }
            })
        })
    }
}

impl Drop for Listening {
    fn drop(&mut self) {
        let mut open = self.gate.listeners.open();
        if let Some(own) = open.of.get_mut(&self.whose) {
            own.retain(|(number, _)| *number != self.number);
            if own.is_empty() {
                open.of.remove(&self.whose);
            }
        }
        match open.from.get_mut(&self.from) {
            Some(count) if *count > 1 => *count -= 1,
            _ => drop(open.from.remove(&self.from)),
        }
    }
}

/// Where a request came from, if the server says so.
pub(super) fn address(request: &Request) -> String {
    let from = request.extensions().get::<ConnectInfo<SocketAddr>>();
    from.map(|info| info.0.ip().to_string()).unwrap_or_default()
}

/// How large the body of a request may become: as it says itself, or as it may be at most.
pub(super) fn expected(request: &Request, most: usize) -> u64 {
    let said = request.headers().get(CONTENT_LENGTH).and_then(|length| length.to_str().ok()?.parse().ok());
    let chunked = request.headers().contains_key(TRANSFER_ENCODING);
    // Nothing that is longer is taken in.
    if chunked { most as u64 } else { said.unwrap_or(0).min(most as u64) }
}

/// What a browser does at the console, by its session. Who has none says little, and is limited by what they can do: they must not
/// stand in the way of others who come from the same address.
pub(super) async fn at_console(gate: Arc<Gate>, caller: Caller, request: Request, next: Next) -> Response {
    let Some(token) = &caller.session else { return next.run(request).await };
    // The token itself is kept nowhere.
    let whose = format!("session {}", sha256_hex(token.as_bytes()));
    if request.uri().path() == "/api/notices" {
        let from = address(&request);
        let response = next.run(request).await;
        if !response.status().is_success() {
            return response;
        }
        return match gate.listen(whose, from, limits::STREAMS_OF_SESSION) {
            Ok(listening) => listening.bound(response),
            Err(failure) => failure.into_response(),
        };
    }
    match gate.turn(&whose, expected(&request, limits::FILE_BYTES)).await {
        Ok(_turn) => next.run(request).await,
        Err(failure) => failure.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures::FutureExt;

    #[tokio::test]
    async fn each_has_so_many_turns_and_nobody_takes_those_of_others() {
        let gate = Gate::default();
        // One task takes more turns here than the runtime lets one take in a row.
        let now =
            |whose: &str, body| tokio::task::unconstrained(gate.turn(whose, body)).now_or_never().map(Result::unwrap);
        let turn = |whose: &'static str, body| now(whose, body);
        let mut held: Vec<Turn> = (0..50).map_while(|_| turn("li", 500)).collect();
        assert_eq!(held.len(), limits::REQUESTS_OF_ONE);
        assert!(turn("xu", 500).is_some());
        held.pop();
        assert!(turn("li", 500).is_some(), "the next one waits no longer");
        let large: Vec<Turn> = (0..50).map_while(|_| turn("wu", 32 << 20)).collect();
        assert_eq!(large.len(), limits::BODIES_OF_ONE);
        // A thousand devices with little to say are not in one another's way, and have their share of the 256 MB.
        let each = |n: u32, body| now(&n.to_string(), body);
        let little: Vec<Turn> = (0..1000).map_while(|n| each(n, 40_000)).collect();
        assert_eq!(little.len(), 1000);
        let others: Vec<Turn> = (0..50).map_while(|n| each(n, 32 << 20)).collect();
        assert_eq!(large.len() + others.len(), 4);
        assert!(each(2000, 4 << 20).is_some(), "who sends much at once keeps no photo waiting");
        drop((little, others));
        assert!(turn("zhao", 32 << 20).is_some());
    }

    #[test]
    fn the_oldest_stream_of_a_session_ends_and_an_address_has_so_many() {
        let gate = Arc::new(Gate::default());
        let listen = |whose: &str| gate.listen(whose.to_owned(), "there".to_owned(), 2);
        let mut first = listen("li").unwrap();
        let mut second = listen("li").unwrap();
        assert!(first.ended.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
        let _third = listen("li").unwrap();
        assert!(first.ended.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Closed));
        assert!(second.ended.try_recv().is_err_and(|error| error == oneshot::error::TryRecvError::Empty));
        drop(first);
        let many: Vec<Listening> = (0..9_000).map_while(|n| listen(&n.to_string()).ok()).collect();
        assert_eq!(many.len() + 2, limits::STREAMS_FROM_ONE);
        drop((many, second, _third));
        let open = gate.listeners.open();
        assert!(open.of.is_empty() && open.from.is_empty());
    }

    #[test]
    fn a_device_that_asks_again_ends_the_answer_before() {
        let gate = Arc::new(Gate::default());
        let (li, xu) = (Id::from_u128(1), Id::from_u128(2));
        let (one, other) = (gate.answer(li), gate.answer(xu));
        let again = gate.answer(li);
        assert!(!one.is_wanted() && again.is_wanted() && other.is_wanted());
        drop(one);
        assert!(again.is_wanted());
        drop((again, other));
        assert!(gate.answers.lock().unwrap().is_empty());
    }
}
