//! Files at headquarters: one story over a folder and over a bucket, and what only a bucket that is shared must hold.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use outpost_domain::Id;
use outpost_headquarters::{FileBucket, Headquarters, Storage};
use outpost_sync::{FileStore, Files, sha256_hex, unfinished_name};
use std::io::ErrorKind;
use std::sync::Barrier;

fn sender() -> Id {
    Id::from_u128(7)
}

/// Bytes that repeat nowhere.
fn photo(length: usize) -> Vec<u8> {
    (0..length as u32).map(|n| (n.wrapping_mul(2_654_435_761) >> 13) as u8).collect()
}

fn bucket(server: &outpost_s3::Bucket, tenant: &str) -> FileBucket {
    FileBucket::at(&server.files(), server.variables()).unwrap().of(tenant)
}

/// The same with one setting more.
fn bucket_with(server: &outpost_s3::Bucket, name: &str, value: &str) -> std::io::Result<FileBucket> {
    let settings = server.variables().into_iter().chain([(name.to_owned(), value.to_owned())]);
    FileBucket::at(&server.files(), settings)
}

#[track_caller]
fn is_refused(refused: std::io::Result<u64>, kind: ErrorKind) {
    assert_eq!(refused.unwrap_err().kind(), kind);
}

fn lives_through_a_day(files: &dyn FileStore) {
    let whole = photo(700_000);
    let (name, size) = (sha256_hex(&whole), whole.len() as u64);
    assert_eq!((files.names().unwrap(), files.arrived(&name, sender()).unwrap()), (Vec::new(), 0));

    // In pieces of any length; nothing of it is to be seen before the last has come.
    assert_eq!(files.append(&name, sender(), 0, &whole[..250_000], size).unwrap(), 250_000);
    assert_eq!(files.append(&name, sender(), 250_000, &whole[250_000..250_001], size).unwrap(), 250_001);
    assert_eq!(files.append(&name, sender(), 250_001, &[], size).unwrap(), 250_001);
    assert_eq!(files.arrived(&name, sender()).unwrap(), 250_001);
    for offset in [0, 250_000, 250_002, 700_000, u64::MAX] {
        is_refused(files.append(&name, sender(), offset, &whole[..1], size), ErrorKind::InvalidInput);
    }
    is_refused(files.append(&name, sender(), 250_001, &whole[250_001..], size - 1), ErrorKind::InvalidInput);
    assert_eq!((files.names().unwrap(), files.read(&name).unwrap()), (Vec::new(), None));
    // What another sends under that name stands apart, and changes nothing.
    let other = Id::from_u128(8);
    assert_eq!(files.arrived(&name, other).unwrap(), 0);
    is_refused(files.append(&name, other, 250_001, &whole[250_001..], size), ErrorKind::InvalidInput);
    assert_eq!(files.append(&name, other, 0, &[9; 1000], size).unwrap(), 1000);
    assert_eq!(files.append(&name, sender(), 250_001, &whole[250_001..], size).unwrap(), size);
    assert_eq!(files.read(&name).unwrap().unwrap(), whole);
    assert_eq!((files.names().unwrap(), files.arrived(&name, sender()).unwrap()), (vec![name.clone()], 0));
    // Who sent something else under its name is told so also when it is here; who sends it is told that they had it.
    is_refused(files.append(&name, other, 1000, &whole[1000..], size), ErrorKind::InvalidData);
    is_refused(files.append(&name, other, 250_001, &whole[250_001..], size), ErrorKind::InvalidInput);
    assert_eq!(files.append(&name, other, 0, &whole, size).unwrap(), size);
    assert_eq!(files.read(&name.to_uppercase()).unwrap().unwrap(), whole);

    assert!(files.is_whole(&name).unwrap() && !files.is_whole(&sha256_hex(b"none")).unwrap());

    // Of what was damaged on its way nothing stays.
    let other = sha256_hex(b"drawn");
    assert_eq!(files.append(&other, sender(), 0, b"dra", 5).unwrap(), 3);
    is_refused(files.append(&other, sender(), 3, b"ft", 5), ErrorKind::InvalidData);
    assert_eq!((files.arrived(&other, sender()).unwrap(), files.read(&other).unwrap()), (0, None));
    assert_eq!(files.append(&other, sender(), 0, b"drawn", 5).unwrap(), 5);

    assert_eq!(files.keep(b"kept").unwrap(), sha256_hex(b"kept"));
    assert_eq!(files.keep(b"kept").unwrap(), sha256_hex(b"kept"));
    assert_eq!(files.names().unwrap().len(), 3);
    is_refused(files.append("../../etc/passwd", sender(), 0, b"x", 1), ErrorKind::InvalidInput);
    assert_eq!((files.arrived("é", sender()).unwrap(), files.read("").unwrap()), (0, None));

    files.append(&sha256_hex(b"half"), sender(), 0, b"ha", 4).unwrap();
    let lying = |sha256: &str| files.lying().unwrap().into_iter().find(|file| file.sha256 == sha256);
    let kept = lying(&name).unwrap();
    let half = unfinished_name(&sha256_hex(b"half"), sender()).unwrap();
    assert_eq!((kept.bytes, lying(&half).unwrap().bytes, lying(&sha256_hex(b"none"))), (size, 2, None));
    assert!((kept.changed_at - outpost_app::now()).abs() < 3_600_000, "by the clock of whoever keeps it");
    // Only what is old enough goes, whole or not.
    let later = outpost_app::now() + 86_400_000;
    assert!(!files.discard(&name, kept.changed_at).unwrap() && files.is_whole(&name).unwrap());
    for sha256 in [&sha256_hex(b"kept"), &half] {
        assert!(files.discard(sha256, later).unwrap() && !files.discard(sha256, later).unwrap());
        assert_eq!(lying(sha256), None);
    }
    assert_eq!(files.arrived(&sha256_hex(b"half"), sender()).unwrap(), 0);
    files.append(&sha256_hex(b"half"), sender(), 0, b"ha", 4).unwrap();
    files.clear().unwrap();
    assert_eq!((files.names().unwrap(), files.read(&name).unwrap()), (Vec::new(), None));
    assert_eq!(files.arrived(&sha256_hex(b"half"), sender()).unwrap(), 0);
    files.clear().unwrap();
}

#[test]
fn a_folder_and_a_bucket_live_through_the_same_day() {
    let home = tempfile::tempdir().unwrap();
    lives_through_a_day(&Files::new(home.path().join("files")));
    let server = outpost_s3::Bucket::start().unwrap();
    lives_through_a_day(&bucket(&server, "main"));
    assert_eq!(server.objects().unwrap(), Vec::<String>::new());
    lives_through_a_day(&bucket_with(&server, "AWS_CONDITIONAL_PUT", "disabled").unwrap());
}

#[test]
fn all_bytes_are_said_to_have_arrived_only_when_they_were_verified() {
    let home = tempfile::tempdir().unwrap();
    let files = Files::new(home.path());
    let name = sha256_hex(b"photo");
    files.append(&name, sender(), 0, b"pho", 5).unwrap();
    // The disk fails between the last piece and the file.
    let place = home.path().join(&name[..2]).join(&name);
    std::fs::create_dir_all(place.join("in the way")).unwrap();
    files.append(&name, sender(), 3, b"to", 5).unwrap_err();
    std::fs::remove_dir_all(&place).unwrap();
    assert_eq!(files.arrived(&name, sender()).unwrap(), 3, "the device must send the last piece again");
    assert_eq!(files.append(&name, sender(), 3, b"to", 5).unwrap(), 5);
    assert_eq!(files.read(&name).unwrap().unwrap(), b"photo");
}

#[test]
fn processes_by_turns_make_one_file() {
    let server = outpost_s3::Bucket::start().unwrap();
    let processes = [bucket(&server, "main"), bucket(&server, "main")];
    let whole = photo(1_000_000);
    let (name, size) = (sha256_hex(&whole), whole.len() as u64);
    let mut arrived = 0;
    for turn in 0.. {
        let files = &processes[turn % 2];
        assert_eq!(files.arrived(&name, sender()).unwrap(), arrived);
        let end = (arrived as usize + 90_000).min(whole.len());
        // The other one still thinks that the file ends where this piece begins.
        arrived = files.append(&name, sender(), arrived, &whole[arrived as usize..end], size).unwrap();
        if arrived == size {
            break;
        }
        let late = processes[1 - turn % 2].append(&name, sender(), arrived - 90_000, &whole[..10], size);
        is_refused(late, ErrorKind::InvalidInput);
    }
    for files in &processes {
        assert_eq!(files.read(&name).unwrap().unwrap(), whole);
        assert!(files.is_whole(&name).unwrap());
    }
    assert_eq!(server.objects().unwrap(), [format!("main/{}/{name}", &name[..2])]);
}

#[test]
fn processes_at_the_same_moment_make_one_file() {
    let server = outpost_s3::Bucket::start().unwrap();
    let whole = photo(400_000);
    let (name, size) = (sha256_hex(&whole), whole.len() as u64);
    let start = Barrier::new(4);
    std::thread::scope(|scope| {
        // Pieces of different lengths, so that they interlock wherever one was quicker.
        for length in [30_000, 40_000, 70_000, 110_000] {
            let (server, whole, name, start) = (&server, &whole, &name, &start);
            scope.spawn(move || {
                let files = bucket(server, "main");
                start.wait();
                let mut arrived = 0;
                while arrived < size && !files.is_whole(name).unwrap() {
                    let end = (arrived as usize + length).min(whole.len());
                    arrived = match files.append(name, sender(), arrived, &whole[arrived as usize..end], size) {
                        Ok(arrived) => arrived,
                        // As a device does.
                        Err(error) if error.kind() == ErrorKind::InvalidInput => files.arrived(name, sender()).unwrap(),
                        Err(error) => panic!("{error}"),
                    };
                }
            });
        }
    });
    let files = bucket(&server, "main");
    assert_eq!(files.names().unwrap(), std::slice::from_ref(&name));
    assert_eq!(files.read(&name).unwrap().unwrap(), whole);
}

#[test]
fn pieces_that_a_killed_process_left_are_no_harm() {
    let server = outpost_s3::Bucket::start().unwrap();
    let files = bucket(&server, "main");
    let name = sha256_hex(b"photo");
    files.append(&name, sender(), 0, b"ph", 5).unwrap();
    // A piece that begins where no other ends, as one of another length that was overtaken.
    let part = unfinished_name(&name, sender()).unwrap();
    std::fs::write(server.object(format!("main/{part}.part/{:020}", 4)), b"?").unwrap();
    assert_eq!(files.arrived(&name, sender()).unwrap(), 2);
    assert_eq!(files.append(&name, sender(), 2, b"oto", 5).unwrap(), 5);
    assert_eq!(files.read(&name).unwrap().unwrap(), b"photo");
    assert_eq!(server.objects().unwrap().len(), 1);

    // A process that ended after the file was made, and before its pieces were removed.
    std::fs::create_dir_all(server.object(format!("main/{part}.part"))).unwrap();
    std::fs::write(server.object(format!("main/{part}.part/{:020}", 0)), b"ph").unwrap();
    assert_eq!(files.arrived(&name, sender()).unwrap(), 2);
    assert_eq!(files.append(&name, sender(), 2, b"oto", 5).unwrap(), 5);
    assert_eq!(files.names().unwrap(), [name]);
}

#[test]
fn tenants_in_one_bucket_do_not_see_one_another() {
    let server = outpost_s3::Bucket::start().unwrap();
    let (harbour, harbour_lifts) = (bucket(&server, "harbour"), bucket(&server, "harbour_lifts"));
    let name = harbour_lifts.keep(b"photo").unwrap();
    assert_eq!((harbour.read(&name).unwrap(), harbour.names().unwrap()), (None, Vec::new()));
    harbour.clear().unwrap();
    assert_eq!(harbour_lifts.names().unwrap(), [name]);
}

#[test]
fn what_is_wrong_with_a_bucket_is_said() {
    let server = outpost_s3::Bucket::start().unwrap();
    for address in ["photos", "http://photos", "s3://", "s3:///outpost", "s3://photos/a//b", "s3://photos/../a"] {
        let wrong = FileBucket::at(address, server.variables()).unwrap_err();
        assert!(wrong.to_string().contains("is no bucket"), "{wrong}");
    }
    let says = |bucket: std::io::Result<FileBucket>, what: &str| {
        let wrong = bucket.and_then(|bucket| bucket.look()).unwrap_err().to_string();
        assert!(wrong.contains(what), "{wrong}");
    };
    bucket(&server, "main").look().unwrap();
    says(bucket_with(&server, "AWS_SECRET_ACCESS_KEY", "another"), "SignatureDoesNotMatch");
    says(FileBucket::at("s3://none/outpost", server.variables()), "NoSuchBucket");
    says(bucket_with(&server, "AWS_ALLOW_HTTP", "false"), "AWS_ALLOW_HTTP");
    let without_key = server.variables().into_iter().filter(|(name, _)| name != "AWS_SECRET_ACCESS_KEY");
    says(FileBucket::at(&server.files(), without_key), "AWS_SECRET_ACCESS_KEY");

    // One that does not answer.
    let nobody = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let gone = FileBucket::at(&server.files(), server.variables_through(nobody)).unwrap();
    let name = sha256_hex(b"photo");
    let wrong = gone.append(&name, sender(), 0, b"photo", 5).unwrap_err();
    assert_eq!(wrong.kind(), ErrorKind::Other);
    assert!(wrong.to_string().contains("s3://photos/outpost"), "{wrong}");
}

#[test]
fn a_backup_from_a_bucket_is_restored_into_a_folder_and_back() {
    let server = outpost_s3::Bucket::start().unwrap();
    let home = tempfile::tempdir().unwrap();
    let storage = |folder: &str| Storage::new(&home.path().join(folder), None).unwrap();
    let in_bucket = storage("one").with_bucket(Some(FileBucket::at(&server.files(), server.variables()).unwrap()));
    let first = in_bucket.open("main", "Harbour").unwrap();
    first.fill_new("chen", "correct horse").unwrap();
    let whole = photo(2_500_000);
    let name = first.files().keep(&whole).unwrap();
    first.files().keep(b"small").unwrap();
    // Half of another one has arrived, which the backup leaves out.
    first.files().append(&sha256_hex(b"half"), sender(), 0, b"ha", 4).unwrap();

    let mut backup = Vec::new();
    let sums = first.backup(&mut backup).unwrap();
    assert_eq!(sums.files, 2);
    let second = storage("two").open("main", "").unwrap();
    assert_eq!(second.restore(&mut backup.as_slice()).unwrap(), sums);
    assert_eq!(second.files().read(&name).unwrap().unwrap(), whole);

    let third = storage("three").with_bucket(in_bucket.bucket().cloned()).open("third", "").unwrap();
    assert_eq!(third.restore(&mut backup.as_slice()).unwrap(), sums);
    assert_eq!(third.files().read(&name).unwrap().unwrap(), whole);
    assert_eq!(third.check().unwrap().wrong, 0);

    // Removing the one takes nothing from the other.
    drop(first);
    in_bucket.remove("main").unwrap();
    assert_eq!(third.files().names().unwrap().len(), 2);
    assert!(server.objects().unwrap().iter().all(|object| object.starts_with("third/")));
}

#[test]
fn files_are_copied_into_a_bucket_and_a_damaged_one_is_said() {
    let server = outpost_s3::Bucket::start().unwrap();
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::open(home.path(), "Harbour").unwrap();
    let names = [b"one".as_slice(), b"two", b"three"].map(|bytes| hq.files().keep(bytes).unwrap());
    let to = bucket(&server, "main");
    assert_eq!(hq.copy_files(&to).unwrap(), 3);
    assert_eq!(hq.copy_files(&to).unwrap(), 3, "again is no harm");
    assert_eq!(to.read(&names[2]).unwrap().unwrap(), b"three");

    let damaged = hq.files().keep(b"four").unwrap();
    std::fs::write(home.path().join("files").join(&damaged[..2]).join(&damaged), b"five").unwrap();
    let wrong = hq.copy_files(&to).unwrap_err().to_string();
    assert!(wrong.contains(&damaged), "{wrong}");
    assert_eq!(to.read(&damaged).unwrap(), None);
}

#[test]
fn a_sweep_removes_what_no_record_and_no_command_names() {
    let home = tempfile::tempdir().unwrap();
    let hq = Headquarters::open(home.path(), "Test").unwrap();
    hq.fill_demo(1_790_000_000_000).unwrap();
    let named = hq.files().names().unwrap();
    assert!(!named.is_empty());
    let [orphan, held] = ["orphan", "held"].map(|bytes| hq.files().keep(bytes.as_bytes()).unwrap());
    hq.files().append(&sha256_hex(b"half"), sender(), 0, b"ha", 4).unwrap();
    // Somebody may still release it.
    let act = format!("{{\"name\": \"AttachFile\", \"payload\": {{\"sha256\": \"{held}\"}}}}");
    let sql = "INSERT INTO command (id, replica_id, seq, act, base_revision, version, received_at, status, revision, effect_hash)
         VALUES ('c', 'r', 1, $1, 0, 1, 0, 'quarantined', 0, '')";
    hq.writer().execute(sql, outpost_store::params![act]).unwrap();
    let later = outpost_app::now() + 86_400_000;
    let nothing = hq.sweep_files(0, false).unwrap();
    assert_eq!((nothing.files, hq.files().names().unwrap().len()), (0, named.len() + 2), "nothing is as old as that");
    let found = hq.sweep_files(later, true).unwrap();
    assert_eq!((found.files, found.bytes, hq.files().names().unwrap().len()), (2, 8, named.len() + 2));
    assert_eq!(hq.sweep_files(later, false).unwrap(), found);
    let mut left = hq.files().names().unwrap();
    left.retain(|name| !named.contains(name));
    assert_eq!((left, hq.files().arrived(&sha256_hex(b"half"), sender()).unwrap()), (vec![held], 0));
    assert!(!hq.files().is_whole(&orphan).unwrap());
}
