//! Headquarters behind the door: the console in a browser.

use crate::access::{Actor, SignedIn, Wanted};
use crate::delivery::notices;
use crate::error::HeadquartersError;
use crate::files::Sent;
use crate::headquarters::{Headquarters, new_id};
use crate::visibility::{Scope, scopes_of_user};
use outpost_app::questions::{AskSession, Question, Seat, Session, SyncState, SyncView, Told, answer};
use outpost_app::{
    Action, Answered, Caller, Desk, Facts, Failure, FailureCode, FilePurpose, Given, Host, Invitation, Notices,
    StoredFile, now, picture, utc_offset_minutes,
};
use outpost_domain::person::Right;
use outpost_domain::stock::Stand;
use outpost_domain::{Command, Id};
use qrcode::render::svg;
use qrcode::{EcLevel, QrCode};
use std::collections::BTreeSet;
use std::sync::Arc;

/// How many of the timers that are set are named.
const MOST_JOBS: i64 = 500;

/// Headquarters as the host of the console.
pub struct Console {
    headquarters: Arc<Headquarters>,
    /// What the page that signs people in says besides, such as the sign-ins of a demo company.
    hint: String,
    /// The address by which everybody reaches it, if that is another than that by which a browser does.
    public: Option<String>,
}

impl From<HeadquartersError> for Failure {
    fn from(error: HeadquartersError) -> Self {
        match error {
            HeadquartersError::Store(error) => error.into(),
            HeadquartersError::Denied(denial) => {
                let code = match denial.code.as_str() {
                    "wrong_password" => FailureCode::WrongPassword,
                    "not_here" => FailureCode::NotHere,
                    "not_understood" => FailureCode::NotUnderstood,
                    "invitation_invalid" => FailureCode::InvitationInvalid,
                    "too_many" => FailureCode::TooMany,
                    "no_room" => FailureCode::DiskFull,
                    _ => FailureCode::NotAllowed,
                };
                Failure::new(code, denial.detail)
            }
            error => Failure::new(FailureCode::Internal, error),
        }
    }
}

impl Console {
    /// The console of a headquarters.
    pub fn new(headquarters: Arc<Headquarters>, hint: String) -> Console {
        Console { headquarters, hint, public: None }
    }

    /// The same, reached by everybody at this address: labels and invitations bear it.
    #[must_use]
    pub fn reached_at(self, public: Option<String>) -> Console {
        Console { public, ..self }
    }

    fn who(&self, caller: &Caller) -> Result<Option<SignedIn>, Failure> {
        match &caller.session {
            Some(token) => Ok(self.headquarters.who(token)?.filter(|who| who.replica.is_none())),
            None => Ok(None),
        }
    }

    fn signed_in(&self, caller: &Caller) -> Result<SignedIn, Failure> {
        self.who(caller)?.ok_or_else(|| Failure::new(FailureCode::SignedOut, "nobody is signed in"))
    }

    fn signed_out(&self, caller: &Caller) -> Result<Told, Failure> {
        let company = self.headquarters.company()?;
        let company = if self.hint.is_empty() { company } else { format!("{company}\n{}", self.hint) };
        Told::of(Session::of_nobody(Seat::SignedOut, company, caller.base.clone()))
    }

    /// The address by which everybody reaches headquarters, wherever this caller does.
    fn base<'a>(&'a self, caller: &'a Caller) -> &'a str {
        self.public.as_deref().unwrap_or(&caller.base)
    }

    /// Who asks, if they look after a person.
    fn looking_after(&self, caller: &Caller, user_id: Id) -> Result<Actor, Failure> {
        let who = self.signed_in(caller)?;
        self.headquarters.may_look_after(&who.user, user_id)?;
        Ok(Actor::person(who.user.id, &caller.from))
    }

    fn invite(&self, caller: &Caller, user_id: Id) -> Result<Invitation, Failure> {
        let actor = self.looking_after(caller, user_id)?;
        let (secret, expires_at) = self.headquarters.invite(&actor, user_id)?;
        let link = format!("{}/enrol#{secret}", self.base(caller));
        let code = QrCode::with_error_correction_level(&link, EcLevel::M)
            .map_err(|error| Failure::new(FailureCode::Internal, error))?;
        let svg = code.render::<svg::Color<'_>>().min_dimensions(240, 240).build();
        Ok(Invitation { link, svg, expires_at })
    }

    fn do_action(&self, caller: &Caller, action: Action) -> Result<Answered, Failure> {
        let value = |value| Ok(Answered { value, session: None });
        match action {
            Action::SignIn { login, password } => {
                let session = self.headquarters.sign_in(&login, &password, &caller.from)?;
                Ok(Answered { value: serde_json::Value::Null, session: Some(session) })
            }
            Action::SignOut {} => {
                if let Some(token) = &caller.session {
                    self.headquarters.sign_out(token, &caller.from)?;
                }
                Ok(Answered { value: serde_json::Value::Null, session: Some(String::new()) })
            }
            Action::ChangePassword { old, new } => {
                let user_id = self.signed_in(caller)?.user.id;
                let actor = Actor::person(user_id, &caller.from);
                self.headquarters.change_password(&actor, user_id, &old, &new)?;
                Ok(Answered { value: serde_json::Value::Null, session: Some(String::new()) })
            }
            Action::SignOutEverywhere {} => {
                let user_id = self.signed_in(caller)?.user.id;
                self.headquarters.sign_out_everywhere(&Actor::person(user_id, &caller.from), user_id)?;
                Ok(Answered { value: serde_json::Value::Null, session: Some(String::new()) })
            }
            Action::OwnSessions {} => {
                let user_id = self.signed_in(caller)?.user.id;
                let here = caller.session.as_deref().unwrap_or_default();
                value(serde_json::to_value(self.headquarters.own_sessions(user_id, here)?)?)
            }
            Action::EndSession { id } => {
                let user_id = self.signed_in(caller)?.user.id;
                self.headquarters.end_session(&Actor::person(user_id, &caller.from), user_id, &id)?;
                value(serde_json::Value::Null)
            }
            Action::SecurityActs { before, user_id, since } => {
                let who = self.signed_in(caller)?;
                let wanted = Wanted { before, user_id, since };
                value(serde_json::to_value(self.headquarters.security_acts_for(&who.user, wanted)?)?)
            }
            Action::Jobs {} => {
                let who = self.signed_in(caller)?;
                let store = self.headquarters.asked()?;
                // They are about whatever there is, wherever it lies.
                let all = who.has(&store, Right::EditPerson)? && who.has(&store, Right::SeeAllRegions)?;
                drop(store);
                if !all {
                    return Err(Failure::new(FailureCode::NotAllowed, "this is for who looks after all of it"));
                }
                value(serde_json::to_value(self.headquarters.jobs(MOST_JOBS, now())?)?)
            }
            Action::Invite { user_id } => value(serde_json::to_value(self.invite(caller, user_id)?)?),
            Action::SetPassword { user_id, password } => {
                let actor = self.looking_after(caller, user_id)?;
                self.headquarters.set_password(&actor, user_id, &password)?;
                value(serde_json::Value::Null)
            }
            Action::Revoke { replica_id, revoked } => {
                let who = self.signed_in(caller)?;
                self.headquarters.may_look_after_device(&who.user, replica_id)?;
                let actor = Actor::person(who.user.id, &caller.from);
                self.headquarters.revoke(&actor, replica_id, revoked)?;
                value(serde_json::Value::Null)
            }
            Action::LabelLinks { device_ids } => {
                let who = self.signed_in(caller)?;
                self.headquarters.may_see_devices(&who.user, &device_ids)?;
                let links = self.headquarters.label_links(&device_ids, self.base(caller))?;
                value(serde_json::to_value(links)?)
            }
            Action::NextTicketNumber {} => {
                self.signed_in(caller)?;
                value(serde_json::Value::String("HQ".to_owned()))
            }
            Action::SyncNow {} => {
                self.signed_in(caller)?;
                value(serde_json::to_value(at_headquarters())?)
            }
            Action::Enrol { .. }
            | Action::StopSync {}
            | Action::SetWifiOnly { .. }
            | Action::ReportConnection { .. }
            | Action::SendFilesAnyway {}
            | Action::ExportOutbox {}
            | Action::SetAside {}
            | Action::Installation {} => {
                Err(Failure::new(FailureCode::NotAllowed, "this is done on a device, not at headquarters"))
            }
        }
    }
}

fn at_headquarters() -> SyncView {
    SyncView {
        state: SyncState::Headquarters,
        waiting: 0,
        files_waiting: 0,
        waiting_for_wifi: 0,
        wifi_only: false,
        attention: 0,
        synced_at: None,
        running: false,
        arrived: 0,
        expected: 0,
        trouble: None,
        trouble_detail: String::new(),
        clock_ahead_millis: None,
        pending: Vec::new(),
    }
}

impl Host for Console {
    fn query(&self, caller: &Caller, question: &Question) -> Result<Told, Failure> {
        let Some(who) = self.who(caller)? else {
            return match question {
                Question::AskSession(AskSession {}) => self.signed_out(caller),
                _ => Err(Failure::new(FailureCode::SignedOut, "nobody is signed in")),
            };
        };
        let company = self.headquarters.company()?;
        let store = self.headquarters.asked()?;
        let everything = who.has(&store, Right::SeeAllRegions)?;
        let facts = Facts {
            seat: Seat::Console,
            company,
            headquarters: caller.base.clone(),
            replica_id: None,
            scopes: if everything {
                None
            } else {
                Some(scopes_of_user(&store, &who.user)?.iter().map(Scope::to_string).collect())
            },
            sync: at_headquarters(),
            stand: Stand { revision: store.number("SELECT revision FROM tenant", &[])?, seq: 0 },
            waiting: BTreeSet::new(),
            files: Arc::new(Sent),
            free_megabytes: None,
            utc_offset_minutes: utc_offset_minutes(),
        };
        answer(&Desk { store: &store, facts: &facts, user_id: Some(who.user.id), now: now() }, question)
    }

    fn command(&self, caller: &Caller, command: Command) -> Result<Given, Failure> {
        let who = self.signed_in(caller)?;
        let (id, name) = (new_id(), command.name());
        Ok(match self.headquarters.give(who.user.id, id, command, now())? {
            Ok(effects) => Given::Saved { id, provisional: false, discrepancies: effects.discrepancies },
            Err(refusal) => {
                tracing::info!(command = %id, name, code = ?refusal.code, "refused here");
                Given::Refused { refusal }
            }
        })
    }

    async fn action(self: Arc<Self>, caller: Caller, action: Action) -> Result<Answered, Failure> {
        // Passwords take their time.
        match tokio::task::spawn_blocking(move || self.do_action(&caller, action)).await {
            Ok(done) => done,
            Err(error) => Err(Failure::new(FailureCode::Internal, error)),
        }
    }

    fn admit(&self, caller: &Caller) -> Result<(), Failure> {
        self.signed_in(caller).map(drop)
    }

    fn notices(&self, caller: &Caller) -> Result<Notices, Failure> {
        let who = self.signed_in(caller)?;
        Ok(notices(Arc::clone(&self.headquarters), who.user.id)?)
    }

    fn store_file(&self, caller: &Caller, purpose: FilePurpose, bytes: &[u8]) -> Result<StoredFile, Failure> {
        let who = self.signed_in(caller)?;
        let prepared = picture::prepare(purpose, bytes)?;
        for bytes in [Some(&prepared.bytes), prepared.thumbnail.as_ref()].into_iter().flatten() {
            self.headquarters.keep_file(who.user.id, bytes)?;
        }
        Ok(prepared.stored)
    }

    async fn read_file(self: Arc<Self>, caller: Caller, sha256: String) -> Result<Vec<u8>, Failure> {
        let who = self.signed_in(&caller)?;
        // A disk or a network takes its time.
        match tokio::task::spawn_blocking(move || self.headquarters.read_file(&who.user, &sha256)).await {
            Ok(Ok(Some(bytes))) => Ok(bytes),
            Ok(Ok(None)) => Err(Failure::new(FailureCode::NotHere, "this file is not here, or has not arrived yet")),
            Ok(Err(error)) => Err(error.into()),
            Err(error) => Err(Failure::new(FailureCode::Internal, error)),
        }
    }
}
