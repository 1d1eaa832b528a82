//! Who may have what done that is no command, and who is given which file: as every role and as nobody, about what is one's own, a
//! colleague's, and another region's.

use crate::company::{Company, ROLES, WHOSE, id};
use crate::worlds::{EVERYWHERE, World, Worlds, caller, photo, session, why};
use crate::{is_as_committed, line};
use outpost_app::{Action, Failure, Host};
use outpost_sync::sha256_hex;
use serde_json::Value;
use std::sync::Arc;

const HEAD: &str = "\
# Every action that answers at the console, and every file: what, whose, and what each role is answered: done, or why not.
";

/// The actions at the console, about what somebody has.
fn actions(role: &str, whose: &str) -> Vec<Action> {
    let name = Company::name(role, whose);
    let (user_id, replica_id) = (id(&name), id(&format!("replica {name}")));
    let north = id("device north");
    let device_id = if whose == "elsewhere" { id("device south") } else { north };
    vec![
        Action::LabelLinks { device_ids: vec![device_id] },
        Action::LabelLinks { device_ids: vec![north, device_id] },
        Action::Invite { user_id },
        Action::SetPassword { user_id, password: "long enough".into() },
        Action::Revoke { replica_id, revoked: true },
        Action::EndSession { id: sha256_hex(session(&name).as_bytes())[..16].to_owned() },
        Action::SecurityActs { before: None, user_id: Some(user_id), since: None },
    ]
}

/// The actions that name nothing.
fn actions_about_nothing() -> Vec<Action> {
    vec![
        Action::SecurityActs { before: None, user_id: None, since: None },
        Action::Jobs {},
        Action::OwnSessions {},
        Action::SignOutEverywhere {},
        Action::NextTicketNumber {},
        Action::SyncNow {},
        Action::ExportOutbox {},
        Action::Installation {},
    ]
}

/// Whether an action has to be in the lists above: a new one does not compile until that is decided.
const fn _is_listed(action: &Action) -> bool {
    match action {
        Action::LabelLinks { .. }
        | Action::Invite { .. }
        | Action::SetPassword { .. }
        | Action::Revoke { .. }
        | Action::EndSession { .. }
        | Action::SecurityActs { .. }
        | Action::Jobs {}
        | Action::OwnSessions {}
        | Action::SignOutEverywhere {}
        | Action::NextTicketNumber {}
        | Action::SyncNow {}
        | Action::ExportOutbox {}
        | Action::Installation {} => true,
        // What a person does with their own password is told in tests/credentials.rs.
        Action::SignIn { .. } | Action::SignOut {} | Action::ChangePassword { .. } => false,
        // At the console these are answered like the two of a device that are listed.
        Action::Enrol { .. }
        | Action::StopSync {}
        | Action::SetWifiOnly { .. }
        | Action::ReportConnection { .. }
        | Action::SendFilesAnyway {}
        | Action::SetAside {} => false,
    }
}

/// `done`, with how many it lists if it does; or why not.
fn word(answer: &Result<Value, Failure>) -> String {
    match answer {
        Ok(answer) => match answer.as_array().or_else(|| answer.get("acts")?.as_array()) {
            Some(listed) => format!("done, {}", listed.len()),
            None => "done".to_owned(),
        },
        Err(failure) => why(failure),
    }
}

async fn read(world: &World, role: &str, sha256: &str) -> Result<Value, Failure> {
    let bytes = Arc::clone(&world.console).read_file(caller(role), sha256.to_owned()).await?;
    Ok(String::from_utf8(bytes).unwrap().into())
}

/// The lines of a table while they are made.
struct Lines {
    worlds: Worlds,
    table: String,
    faults: Vec<String>,
}

impl Lines {
    /// What the answer is in a word, and what of it must not be told.
    fn cell(
        &mut self,
        asked: &str,
        role: &str,
        whole: &Result<Value, Failure>,
        without: &Result<Value, Failure>,
    ) -> String {
        if !EVERYWHERE.contains(&role) {
            let fault = self.worlds.fault(asked, whole, without);
            self.faults.extend(fault.map(|fault| format!("{asked}, {role} of the North: {fault}")));
        }
        word(whole)
    }

    async fn action(&mut self, whose: &str, of: &dyn Fn(&str) -> Action) {
        let (mut cells, mut name) = (Vec::new(), String::new());
        for role in everybody() {
            let action = of(role);
            let asked = serde_json::to_value(&action).unwrap();
            name = asked["name"].as_str().unwrap().to_owned();
            let whole = self.worlds.whole().act(role, action.clone()).await;
            let mut without = self.worlds.without_the_south().act(role, action).await;
            // An invitation and a link are others each time.
            if ["Invite", "LabelLinks"].contains(&&*name) && whole.is_ok() {
                without = without.and(whole.clone());
            }
            cells.push(self.cell(&asked.to_string(), role, &whole, &without));
        }
        line(&mut self.table, &name, whose, &cells);
    }

    async fn photo(&mut self, whose: &str, small: &str) {
        let mut cells = Vec::new();
        for role in everybody() {
            let name = if whose == "nowhere" { whose.to_owned() } else { Company::name(role, whose) };
            let sha256 = sha256_hex(&photo(&format!("{name}{small}")));
            let whole = read(&self.worlds.whole(), role, &sha256).await;
            let without = read(&self.worlds.without_the_south(), role, &sha256).await;
            cells.push(self.cell(&format!("{whose}, photo{small} {sha256}"), role, &whole, &without));
        }
        line(&mut self.table, &format!("a photo{small}"), whose, &cells);
    }
}

fn everybody() -> impl Iterator<Item = &'static str> {
    ROLES.iter().copied().chain(["nobody"])
}

#[tokio::test]
async fn matrix_of_actions_and_files_as_every_role_here_and_elsewhere() {
    let mut lines = Lines { worlds: Worlds::new(), table: HEAD.to_owned(), faults: Vec::new() };
    line(&mut lines.table, "", "", &everybody().map(str::to_owned).collect::<Vec<_>>());
    for nth in 0..actions(ROLES[0], "own").len() {
        for whose in WHOSE {
            lines.action(whose, &|role| actions(role, whose).swap_remove(nth)).await;
        }
    }
    for action in actions_about_nothing() {
        lines.action("any", &|_| action.clone()).await;
    }
    for small in ["", ", small"] {
        for whose in WHOSE.iter().chain(&["nowhere"]) {
            lines.photo(whose, small).await;
        }
    }
    assert!(lines.faults.is_empty(), "{}", lines.faults.join("\n"));
    is_as_committed("actions.txt", &lines.table);
}
