//! What a person does on a replica.

use super::{Body, Field, NoKey, lock, now};
use crate::{Action, Failure, FailureCode, Given, Installation, Outbox};
use outpost_domain::{AnyRecord, Command, WrittenAct};
use outpost_sync::protocol::EnrolRequest;
use outpost_sync::{Client, FileStore, Identity, PendingAct, Replica, Salvaged, SigningKey, salvage};
use serde_json::Value;
use std::sync::Arc;

impl Field {
    /// Does what its person wants, at once, and has it sent.
    pub(super) fn give(&self, command: Command) -> Result<Given, Failure> {
        let id = uuid::Uuid::now_v7();
        let name = command.name();
        let given = self.with(|replica| Ok(replica.give(id, now(), command)?))?;
        Ok(match given {
            outpost_sync::Given::Refused(refusal) => {
                tracing::info!(command = %id, name, code = ?refusal.code, "refused here");
                Given::Refused { refusal }
            }
            outpost_sync::Given::Saved { effects, act } => {
                tracing::info!(command = %id, name, "saved here");
                self.tell_changed(effects.puts.iter().map(AnyRecord::kind).collect());
                self.call();
                Given::Saved { id: act.id, provisional: effects.provisional, discrepancies: effects.discrepancies }
            }
        })
    }

    pub(super) async fn act(self: &Arc<Self>, action: Action) -> Result<Value, Failure> {
        match action {
            Action::Enrol { link, device_name, plain } => {
                self.enrol(&link, &device_name, plain).await?;
                Ok(Value::Null)
            }
            Action::SyncNow {} => {
                // What hinders the round is in the answer: it is no failure of the question.
                let _ = self.round().await;
                Ok(serde_json::to_value(self.sync_view()?)?)
            }
            Action::StopSync {} => {
                self.stop.ask();
                Ok(serde_json::to_value(self.sync_view()?)?)
            }
            Action::SetWifiOnly { wifi_only } => self.change_lane(|replica| Ok(replica.set_wifi_only(wifi_only)?)),
            Action::ReportConnection { metered } => self.change_lane(|replica| Ok(replica.set_metered(metered)?)),
            Action::SendFilesAnyway {} => self.change_lane(|replica| Ok(replica.send_files_anyway()?)),
            Action::ExportOutbox {} => Ok(serde_json::to_value(self.unsent()?)?),
            Action::LabelLinks { device_ids } => {
                Ok(device_ids.iter().map(|id| Value::String(format!("outpost://device/{id}"))).collect())
            }
            Action::NextTicketNumber {} => Ok(Value::String(self.with(|replica| Ok(replica.next_ticket_number()?))?)),
            Action::Installation {} => {
                let damage = lock(&self.body).sound().err().map(|failure| failure.detail).unwrap_or_default();
                let identity = self.with(|replica| Ok(replica.identity()?)).unwrap_or_default();
                Ok(serde_json::to_value(Installation {
                    version: env!("CARGO_PKG_VERSION").to_owned(),
                    folder: self.folder.display().to_string(),
                    damage,
                    key: self.keeper.place(),
                    plain: identity.is_some_and(|identity| identity.is_plain()),
                })?)
            }
            Action::SetAside {} => self.set_aside().map(Value::String),
            Action::SignIn { .. }
            | Action::SignOut {}
            | Action::Invite { .. }
            | Action::ChangePassword { .. }
            | Action::SignOutEverywhere {}
            | Action::OwnSessions {}
            | Action::EndSession { .. }
            | Action::SecurityActs { .. }
            | Action::Jobs {}
            | Action::SetPassword { .. }
            | Action::Revoke { .. } => {
                Err(Failure::new(FailureCode::NotAllowed, "this is done at the console of headquarters"))
            }
        }
    }

    /// Changes which files may go, and has those sent that may go now.
    fn change_lane(&self, change: impl FnOnce(&Replica) -> Result<(), Failure>) -> Result<Value, Failure> {
        self.with(change)?;
        self.tell_sync();
        self.call();
        Ok(serde_json::to_value(self.sync_view()?)?)
    }

    async fn enrol(self: &Arc<Self>, link: &str, device_name: &str, plain: bool) -> Result<(), Failure> {
        let invalid = || Failure::new(FailureCode::InvitationInvalid, "this is not an invitation");
        let (headquarters, secret) = link.trim().split_once("/enrol#").ok_or_else(invalid)?;
        if !(headquarters.starts_with("http://") || headquarters.starts_with("https://")) || secret.is_empty() {
            return Err(invalid());
        }
        if self.with(|replica| Ok(replica.identity()?))?.is_some() {
            return Err(Failure::new(FailureCode::NotAllowed, "this device already belongs to somebody"));
        }
        let client = Client::new(headquarters, plain)?;
        let key = SigningKey::generate().map_err(outpost_sync::ReplicaError::from)?;
        let request = EnrolRequest {
            secret: secret.to_owned(),
            device_name: device_name.to_owned(),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            public_key: key.public(),
        };
        let enrolled = client.enrol(&request).await?;
        self.with(|replica| {
            let (token, millis) = (enrolled.token.clone(), enrolled.token_millis);
            replica.enrol(&Identity::of(headquarters, plain, key, enrolled))?;
            Ok(replica.keep_token(&token, millis, now())?)
        })?;
        // The first round brings the data; if the line breaks in it, the task goes on.
        let _ = self.round().await;
        self.tell(crate::Notice::Changed { kinds: outpost_domain::Kind::ALL.to_vec() });
        self.call();
        Ok(())
    }

    /// Everything that has not reached headquarters, also from a damaged database.
    fn unsent(&self) -> Result<Outbox, Failure> {
        if let Body::Damaged(_) = &*lock(&self.body) {
            let Salvaged { acts, identity } = salvage(&self.folder, &self.keeper.key()?)
                .map_err(|error| Failure::new(FailureCode::Damaged, error))?;
            return Ok(Outbox::of(acts, identity.as_ref()));
        }
        self.with(|replica| {
            let pending = replica.pending(usize::MAX >> 1)?;
            let acts = pending.into_iter().map(|PendingAct { version, act, .. }| WrittenAct { version, act }).collect();
            Ok(Outbox::of(acts, replica.identity()?.as_ref()))
        })
    }

    /// Moves a damaged database aside and begins with an empty one.
    fn set_aside(&self) -> Result<String, Failure> {
        let mut body = lock(&self.body);
        match &*body {
            Body::Damaged(_) => {}
            Body::Sound(_) => return Err(Failure::new(FailureCode::NotAllowed, "the database is sound")),
            Body::Locked(detail) => return Err(Failure::new(FailureCode::Locked, detail)),
        }
        let failed = |error: std::io::Error| Failure::new(FailureCode::Internal, error);
        let aside = self.folder.join(format!("damaged-{}", now()));
        std::fs::create_dir_all(&aside).map_err(failed)?;
        for ending in ["", "-wal", "-shm"] {
            let name = format!("{}{ending}", Replica::DATABASE);
            let from = self.folder.join(&name);
            if from.exists() {
                std::fs::rename(from, aside.join(name)).map_err(failed)?;
            }
        }
        if matches!(self.keeper.key(), Err(NoKey::Gone(_))) {
            // What was encrypted with it goes with it.
            let files = self.folder.join("files");
            if files.exists() {
                std::fs::rename(files, aside.join("files")).map_err(failed)?;
            }
            self.keeper.set_aside(&aside).map_err(failed)?;
        }
        *body = Body::open(&self.folder, &self.keeper)?;
        drop(body);
        self.tell(crate::Notice::Changed { kinds: outpost_domain::Kind::ALL.to_vec() });
        Ok(aside.display().to_string())
    }

    /// The bytes of a file: from here, or from headquarters, and then they are kept.
    pub(super) async fn file(&self, sha256: &str) -> Result<Vec<u8>, Failure> {
        let files = self.files()?;
        let here = files.read(sha256).map_err(|error| Failure::new(FailureCode::Internal, error))?;
        if let Some(bytes) = here {
            return Ok(bytes);
        }
        let not_here = || Failure::new(FailureCode::NotHere, "this file is not on this device yet");
        self.with(|replica| Ok(replica.identity()?))?.ok_or_else(not_here)?;
        let bytes = self.client().await?.fetch_file(sha256).await?.ok_or_else(not_here)?;
        if outpost_sync::sha256_hex(&bytes) != sha256.to_ascii_lowercase() {
            return Err(Failure::new(FailureCode::Unreachable, "the file did not arrive whole"));
        }
        // It can be shown even where there is no room to keep it.
        if let Err(error) = files.keep(&bytes) {
            tracing::warn!(%error, "a file could not be kept");
        }
        Ok(bytes)
    }
}
