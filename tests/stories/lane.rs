//! The lane of files: after ticket data, thumbnails first, and over a metered line only if their person lets them.

use crate::line::{Line, Proxy, header};
use crate::world::{self, Headquarters, run};
use outpost_app::questions::SyncView;
use outpost_app::{
    Action, Caller, Failure, FailureCode, Field, FilePurpose, Given, Host, KeyPlace, Notice, StoredFile,
};
use outpost_domain::Command;
use serde_json::{Value, json};
use std::path::Path;
use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;
use tokio::sync::broadcast::Receiver;

/// A device in this process whose requests are heard.
struct Scene {
    home: tempfile::TempDir,
    hq: Headquarters,
    proxy: Proxy,
    heard: Arc<Mutex<Vec<String>>>,
}

/// The head of each request, before headquarters gets it; false breaks the call.
type Guard = dyn Fn(&str) -> bool + Send + Sync;

impl Scene {
    fn new(guard: impl Fn(&str) -> bool + Send + Sync + 'static) -> Scene {
        let home = tempfile::tempdir().unwrap();
        let hq = Headquarters::demo(home.path());
        let (heard, guard): (Arc<Mutex<Vec<String>>>, Box<Guard>) = (Arc::default(), Box::new(guard));
        let list = Arc::clone(&heard);
        let proxy = Proxy::guarded(Line::To(hq.address), move |head| {
            list.lock().unwrap().push(head.to_owned());
            guard(head)
        });
        Scene { home, hq, proxy, heard }
    }

    fn enrolled(&self, login: &str) -> Arc<Field> {
        let folder = world::Field::enrolled(self.home.path(), &self.hq, login, self.proxy.address).folder;
        Field::open(&folder, KeyPlace::File).unwrap()
    }

    /// What was heard until now is forgotten.
    fn listen(&self) {
        self.heard.lock().unwrap().clear();
    }

    /// What was asked of headquarters: method and path.
    fn asked(&self) -> Vec<String> {
        let heard = self.heard.lock().unwrap();
        heard.iter().map(|head| head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned()).collect()
    }

    /// The files of which something was sent, in the order of the first piece.
    fn sent(&self) -> Vec<String> {
        let mut files = Vec::new();
        for asked in self.asked() {
            if let Some(file) = asked.strip_prefix("PATCH /v1/files/")
                && !files.iter().any(|known| known == file)
            {
                files.push(file.to_owned());
            }
        }
        files
    }

    /// At which byte each piece of a file began.
    fn offsets(&self, sha256: &str) -> Vec<usize> {
        let heard = self.heard.lock().unwrap();
        let pieces = heard.iter().filter(|head| head.starts_with(&format!("PATCH /v1/files/{sha256}")));
        pieces.map(|head| header(head, "x-offset").unwrap().parse().unwrap()).collect()
    }

    fn files_missing(&self) -> u64 {
        let checked = run(&["hq", "--json", "--data", world::path(&self.hq.data), "check"]);
        world::answer(&checked)["files_missing"].as_u64().unwrap()
    }
}

/// A photo that hardly shrinks: noise, as a bitmap.
fn noise(seed: u64) -> Vec<u8> {
    let (width, height) = (1600_u32, 1200_u32);
    let size = width * height * 3;
    let mut bytes = b"BM".to_vec();
    for number in [54 + size, 0, 54, 40, width, height] {
        bytes.extend(number.to_le_bytes());
    }
    bytes.extend([1, 0, 24, 0]);
    for number in [0, size, 2835, 2835, 0, 0] {
        bytes.extend(number.to_le_bytes());
    }
    let mut random = fastrand::Rng::with_seed(seed);
    bytes.extend(std::iter::repeat_with(|| random.u8(..)).take(size as usize));
    bytes
}

fn give(field: &Field, name: &str, payload: &Value) {
    let command: Command = serde_json::from_value(json!({ "name": name, "payload": payload })).unwrap();
    let given = field.command(&Caller::default(), command).unwrap();
    assert!(matches!(given, Given::Saved { .. }), "{given:?}");
}

fn first_ticket(field: &Field) -> Value {
    let ask = serde_json::from_value(json!({ "name": "AskToday", "ask": { "position": null } })).unwrap();
    field.query(&Caller::default(), &ask).unwrap().answer["mine"][0]["id"].clone()
}

fn attach(field: &Field, ticket_id: &Value, purpose: (&str, FilePurpose), bytes: &[u8]) -> StoredFile {
    let stored = field.store_file(&Caller::default(), purpose.1, bytes).unwrap();
    let mut payload = serde_json::to_value(&stored).unwrap();
    let more = json!({ "ticket_id": ticket_id, "step_id": null, "demand": "", "purpose": purpose.0, "name": "" });
    payload.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    give(field, "AttachFile", &payload);
    stored
}

const PHOTO: (&str, FilePurpose) = ("photo", FilePurpose::Photo);
const SIGNATURE: (&str, FilePurpose) = ("signature", FilePurpose::Signature);

async fn act(field: &Arc<Field>, action: Action) {
    Arc::clone(field).action(Caller::default(), action).await.unwrap();
}

async fn read(field: &Arc<Field>, sha256: &str) -> Result<Vec<u8>, Failure> {
    Arc::clone(field).read_file(Caller::default(), sha256.to_owned()).await
}

/// Waits until the device says so of how it stands; sooner than its timer runs out.
async fn heard(notices: &mut Receiver<Notice>, what: impl Fn(&SyncView) -> bool) {
    let said = async { while !matches!(notices.recv().await, Ok(Notice::Sync { sync }) if what(&sync)) {} };
    tokio::time::timeout(Duration::from_secs(50), said).await.expect("the device to say so");
}

#[tokio::test(flavor = "multi_thread")]
async fn on_a_metered_line_the_ticket_goes_and_its_photos_wait_for_wifi() {
    let scene = Scene::new(|_| true);
    let li = scene.enrolled("li.wei");
    let zhang = scene.enrolled("zhang.lei");
    act(&li, Action::SetWifiOnly { wifi_only: true }).await;
    act(&li, Action::ReportConnection { metered: true }).await;
    let ticket_id = first_ticket(&li);
    let signature = attach(&li, &ticket_id, SIGNATURE, include_bytes!("../../icons/icon.png"));
    let photos = [1, 2].map(|seed| attach(&li, &ticket_id, PHOTO, &noise(seed)));
    scene.listen();
    li.round().await.unwrap();
    assert_eq!(scene.sent(), [""; 0]);
    let names: Vec<_> = photos.iter().chain([&signature]).map(|file| format!("'{}'", file.sha256)).collect();
    let known = format!("SELECT count(*) FROM attachment WHERE sha256 IN ({})", names.join(", "));
    assert_eq!(scene.hq.number(&known), 3, "the ticket has arrived");
    assert_eq!(scene.files_missing(), 5, "three files and two thumbnails");
    let view = li.sync_view().unwrap();
    assert_eq!((view.waiting, view.files_waiting, view.waiting_for_wifi, view.wifi_only), (0, 3, 3, true));

    // A colleague knows of the photo, and is told that it has not come.
    zhang.round().await.unwrap();
    assert_eq!(read(&zhang, &photos[0].thumbnail_sha256).await.unwrap_err().code, FailureCode::NotHere);

    // The program ends and begins again: the wish, the line and what waits are still known.
    drop(li);
    let li = Field::open(&scene.home.path().join("li.wei"), KeyPlace::File).unwrap();
    li.round().await.unwrap();
    assert_eq!(scene.sent(), [""; 0]);
    assert_eq!(li.sync_view().unwrap().waiting_for_wifi, 3);

    // The line turns to Wi-Fi: the lane does not wait for its timer, which would take a minute.
    let mut notices = li.subscribe();
    let keeping = tokio::spawn(Arc::clone(&li).keep_in_touch());
    // Its first round begins and ends with everything held; from then on only a wake-up or the timer makes another.
    heard(&mut notices, |sync| sync.running).await;
    heard(&mut notices, |sync| !sync.running).await;
    assert_eq!(scene.sent(), [""; 0]);
    act(&li, Action::ReportConnection { metered: false }).await;
    heard(&mut notices, |sync| sync.files_waiting == 0).await;
    keeping.abort();
    let small = photos.each_ref().map(|photo| &photo.thumbnail_sha256);
    let order = [small[0], small[1], &signature.sha256, &photos[0].sha256, &photos[1].sha256];
    assert_eq!(scene.sent(), order.map(String::clone), "thumbnails first, although the signature is older");
    assert_eq!(scene.files_missing(), 0);

    // A list fetches the thumbnail and nothing else.
    scene.listen();
    let thumbnail = read(&zhang, small[0]).await.unwrap();
    assert!(thumbnail.len() * 4 < photos[0].size_bytes as usize, "{} bytes", thumbnail.len());
    assert_eq!(scene.asked(), [format!("GET /v1/files/{}", small[0])]);
}

#[tokio::test(flavor = "multi_thread")]
async fn ticket_data_interrupts_a_photo_that_is_being_sent() {
    let device: Arc<OnceLock<(Arc<Field>, Value, String)>> = Arc::default();
    let working = Arc::clone(&device);
    let scene = Scene::new(move |head| {
        // Its person works on while the first piece of the photo is on its way.
        if let Some((field, ticket_id, photo)) = working.get()
            && head.starts_with(&format!("PATCH /v1/files/{photo}"))
            && header(head, "x-offset") == Some("0")
        {
            give(field, "AddNote", &json!({ "ticket_id": ticket_id, "text": "belt tightened" }));
        }
        true
    });
    let li = scene.enrolled("li.wei");
    let ticket_id = first_ticket(&li);
    let photo = attach(&li, &ticket_id, PHOTO, &noise(3)).sha256;
    device.set((Arc::clone(&li), ticket_id, photo.clone())).ok().unwrap();
    scene.listen();
    li.round().await.unwrap();
    let asked = scene.asked();
    let piece = format!("PATCH /v1/files/{photo}");
    let first = asked.iter().position(|asked| *asked == piece).unwrap();
    assert_eq!(asked[first + 1..first + 4], ["POST /v1/sync", &format!("HEAD /v1/files/{photo}"), &piece]);
    assert_eq!(scene.offsets(&photo)[..2], [0, 256 * 1024], "it goes on where it was");
    assert_eq!(scene.hq.number("SELECT count(*) FROM event WHERE details LIKE '%belt tightened%'"), 1);
    assert!(scene.hq.data.join("files").join(Path::new(&photo[..2])).join(&photo).is_file());
    assert_eq!(li.sync_view().unwrap().files_waiting, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_lane_that_broke_off_goes_on_after_a_restart_where_it_was() {
    let broken: Arc<OnceLock<String>> = Arc::default();
    let breaking = Arc::clone(&broken);
    let scene = Scene::new(move |head| {
        // The second piece of a full photo does not come through; after that the line is sound.
        let full = head.starts_with("PATCH ") && header(head, "x-offset") == Some("262144");
        !(full && breaking.set(head.to_owned()).is_ok())
    });
    let li = scene.enrolled("li.wei");
    let ticket_id = first_ticket(&li);
    let photos = [4, 5].map(|seed| attach(&li, &ticket_id, PHOTO, &noise(seed)));
    scene.listen();
    li.round().await.unwrap_err();
    assert!(broken.get().unwrap().starts_with(&format!("PATCH /v1/files/{}", photos[0].sha256)));
    assert_eq!(li.sync_view().unwrap().files_waiting, 2, "a photo counts once, as long as it is not whole");
    drop(li);

    let li = Field::open(&scene.home.path().join("li.wei"), KeyPlace::File).unwrap();
    scene.listen();
    li.round().await.unwrap();
    assert_eq!(scene.sent(), photos.each_ref().map(|photo| photo.sha256.clone()), "the thumbnails had arrived");
    assert_eq!(scene.offsets(&photos[0].sha256)[0], 256 * 1024);
    assert_eq!((li.sync_view().unwrap().files_waiting, scene.files_missing()), (0, 0));
}
