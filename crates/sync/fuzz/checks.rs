// What must hold for any bytes that a stranger sends. The fuzz targets look for bytes for which it does not, and
// crates/sync/tests/corpus.rs runs it on the corpus without a nightly compiler.

use outpost_domain::{Act, Kind, WrittenAct};
use outpost_store::Key;
use outpost_sync::image::{image, record};
use outpost_sync::protocol::{Frame, SyncRequest};
use outpost_sync::wire::{Form, Frames};
use outpost_sync::{Replica, carve, salvage};

/// A stream of frames, in two pieces, and what a new device makes of them.
pub fn frames(bytes: &[u8]) {
    let cut = bytes.first().map_or(0, |first| usize::from(*first).min(bytes.len()));
    let mut stream = Frames::default();
    let mut came = Vec::new();
    for piece in [&bytes[..cut], &bytes[cut..]] {
        stream.push(piece);
        while let Ok(Some(frame)) = stream.take::<Frame>() {
            came.push(frame);
        }
    }
    if came.is_empty() {
        return;
    }
    let replica = Replica::in_memory(None).expect("a replica in memory");
    for frame in &came {
        let written = Form::Compact.write(frame).expect("what was read can be written");
        assert_eq!(&Form::Compact.read::<Frame>(&written).expect("and read again"), frame);
        let _ = replica.absorb(std::slice::from_ref(frame), 1, 2);
    }
    let _ = replica.absorb(&came, 1, 2);
    // Whatever headquarters says, the device can still be asked.
    replica.pending(10).expect("the outbox can be read");
    replica.images().expect("the records can be read");
}

/// A request as headquarters reads it, in both forms.
pub fn request(bytes: &[u8]) {
    for form in [Form::Compact, Form::Json] {
        if let Ok(request) = form.read::<SyncRequest>(bytes) {
            let written = form.write(&request).expect("what was read can be written");
            let again: SyncRequest = form.read(&written).expect("and read again");
            assert_eq!(format!("{request:?}"), format!("{again:?}"));
            for pushed in &again.commands {
                act(pushed.act.as_bytes());
            }
        }
    }
}

/// The image of a record, as each kind that there is.
pub fn any_image(bytes: &[u8]) {
    for kind in Kind::ALL {
        if let Ok(read) = record(*kind, bytes) {
            let written = image(&read).expect("a record has an image");
            let again = record(*kind, &written).expect("which can be read");
            // Compared by their images: what is no number is not equal to itself.
            assert_eq!(image(&again).expect("a record has an image"), written);
        }
    }
}

/// A command as a device wrote it, alone and in an exported outbox.
pub fn act(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for version in 0..3 {
        if let Some(act) = Act::read(&text, version) {
            let written = serde_json::to_string(&act).expect("a command can be written");
            let again = Act::read(&written, act.command.version()).expect("and read again");
            assert_eq!(serde_json::to_string(&again).expect("a command can be written"), written);
        }
    }
    if let Ok(outbox) = serde_json::from_str::<Vec<WrittenAct>>(&text) {
        for written in outbox {
            let _ = Act::read(&written.act, written.version);
        }
    }
}

/// A damaged database: whatever can be got out of it is a command, and the file stays as it is.
pub fn damaged(bytes: &[u8]) {
    let folder = std::env::temp_dir().join(format!("outpost-damaged-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join(Replica::DATABASE);
    std::fs::write(&file, bytes).expect("a file");
    let pages = salvage(&folder, &Key::new([7; 32])).expect("the file can be read");
    for saved in pages.acts.into_iter().chain(carve(bytes)) {
        serde_json::from_str::<serde_json::Value>(&saved.act).expect("a command is JSON");
    }
    assert_eq!(std::fs::read(&file).expect("the file"), bytes);
    std::fs::remove_dir_all(&folder).expect("the folder can be removed");
}
