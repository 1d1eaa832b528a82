//! Headquarters on PostgreSQL: moved there, several processes on one database, a standby that takes over.

use crate::line::{Line, Proxy};
use crate::world::{Field, Headquarters, UsedParts, chore, path, run, use_parts, words};
use outpost_cluster::{Cluster, Disk};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;

/// The demo company, moved from SQLite to a new server.
pub fn moved(home: &Path, cluster: &Cluster) -> std::path::PathBuf {
    let data = Headquarters::demo(home).data.clone();
    let was = chore(&data, None, &["check"]);
    assert_eq!(was["wrong"], 0, "{was}");
    let moved = chore(&data, None, &["tenant", "move", "main", "--to-database", &cluster.address("postgres")]);
    assert!(moved["rows"].as_u64().unwrap() > 1000, "{moved}");
    assert_eq!(chore(&data, Some(&cluster.address("postgres")), &["check"]), was);
    data
}

/// A replica of a person, enrolled through `address`.
pub fn enrolled(home: &Path, data: &Path, database: &str, address: SocketAddr, login: &str) -> Field {
    let public = format!("http://{address}");
    let link = chore(data, Some(database), &["--public", &public, "invite", login])["link"].clone();
    let field = Field { folder: home.join(login) };
    let output = field.run(&["enroll", link.as_str().unwrap(), "--name", login]);
    assert!(output.status.success(), "{}", words(&output));
    field
}

/// What the shelf at headquarters says.
fn level(used: &UsedParts, cluster: &Cluster) -> f64 {
    let (part, van) = (used.part.as_str().unwrap(), used.van.as_str().unwrap());
    let sql = format!(
        "SELECT quantity / 1000000.0 FROM outpost_main.stock_level WHERE part_id = '{part}' AND location_id = '{van}'"
    );
    cluster.ask(&sql).unwrap().trim().parse().unwrap()
}

#[test]
fn two_processes_share_one_database_and_either_may_be_killed() {
    let home = tempfile::tempdir().unwrap();
    let cluster = Cluster::start(Disk::NotWaited).unwrap();
    let data = moved(home.path(), &cluster);
    let database = cluster.address("postgres");
    let mut one = Headquarters::start(data.clone(), &["--database", &database]);
    let two = Headquarters::start(data.clone(), &["--database", &database]);

    let balancer = Proxy::new(Line::To(one.address));
    let invited = |login: &str| enrolled(home.path(), &data, &database, balancer.address, login);
    let (li, zhang) = (invited("li.wei"), invited("zhang.lei"));
    let used = use_parts(&li, 20);
    // Half of it goes to the one, which dies in the middle; the rest to the other.
    let mut sync = li.begin_sync();
    one.kill();
    balancer.set(Line::To(two.address));
    sync.wait().unwrap();
    assert_eq!(li.sync()["waiting"], 0);
    assert!((level(&used, &cluster) - (used.before - 20.0)).abs() < 1e-9);

    // What came in through the other is seen through whichever answers.
    let note =
        json!({ "ticket_id": zhang.ask("AskToday", json!({ "position": null }))["mine"][0]["id"], "text": "好了" });
    zhang.give("AddNote", note);
    assert_eq!(zhang.sync()["waiting"], 0);
    assert_eq!(chore(&data, Some(&database), &["check"])["wrong"], 0);

    assert!(chore(&data, Some(&database), &["audit", "verify"])["commit_fault"].is_null());

    // And back into one file, and from there into SQLite, with nothing lost.
    let file = home.path().join("all.outpost");
    let kept = chore(&data, Some(&database), &["backup", path(&file)]);
    let back = home.path().join("back");
    let restored = chore(&back, None, &["restore", path(&file)]);
    assert_eq!((&restored["rows"], &restored["files"]), (&kept["rows"], &kept["files"]));
    assert_eq!(chore(&back, None, &["check"])["wrong"], 0);
    assert!(chore(&back, None, &["audit", "verify"])["commit_fault"].is_null());
    let data = path(&data);
    let again = run(&["hq", "--data", data, "--database", &database, "restore", path(&file)]);
    assert!(!again.status.success() && words(&again).contains("something here already"), "{}", words(&again));
}

#[test]
fn a_standby_takes_over_in_the_middle_of_a_sync() {
    let home = tempfile::tempdir().unwrap();
    let mut primary = Cluster::start(Disk::Waited).unwrap();
    let data = moved(home.path(), &primary);
    let standby = primary.standby().unwrap();
    let database =
        format!("postgres://outpost@{},{}/postgres?target_session_attrs=read-write", primary.host(), standby.host());
    let hq = Headquarters::start(data.clone(), &["--database", &database]);
    let li = enrolled(home.path(), &data, &database, hq.address, "li.wei");

    let used = use_parts(&li, 30);
    let mut sync = li.begin_sync();
    primary.kill().unwrap();
    standby.promote().unwrap();
    sync.wait().unwrap();
    // Headquarters was not restarted: it finds whoever takes writes by itself, while the device tries again, as it does.
    let settled = (0..5).map(|_| li.sync()).find(|sync| sync["trouble"].is_null() && sync["waiting"] == 0);
    let settled = settled.unwrap_or_else(|| li.sync());
    assert_eq!((settled["trouble"].is_null(), settled["waiting"].as_u64()), (true, Some(0)), "{settled}");
    assert!((level(&used, &standby) - (used.before - 30.0)).abs() < 1e-9);
    let checked = chore(&data, Some(&database), &["check"]);
    assert_eq!(checked["wrong"], 0, "{checked}");
}
