//! Work that comes in a file, because its device could not send it.

use crate::access::{About, Actor, SecurityKind, write_down};
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_app::Outbox;
use outpost_domain::person::Replica;
use outpost_domain::{Class, Code, Command, Id, Instant, Refusal, WrittenAct};
use outpost_sync::identity::outbox_words;
use outpost_sync::protocol::{Certified, Outcome, Pushed, Status};
use serde::Deserialize;
use std::collections::BTreeSet;

/// What a command says of where it comes from, whatever else can be understood of it.
#[derive(Deserialize)]
struct Origin {
    id: Id,
    replica_id: Id,
    #[serde(default)]
    name: String,
}

impl Headquarters {
    /// Takes commands that were exported from a device, in their order, as if the device had sent them. Those that were
    /// received before have the same outcome again. The device has signed them; of a file without that nothing shows who wrote
    /// it, and it is taken only if whoever imports it vouches for it (`vouched`). Then it brings work that was done, and nothing else:
    /// what somebody wanted besides is refused, and given at the console instead.
    ///
    /// # Errors
    /// `not_signed` if it is not as a device of this company wrote it, or holds what others did, and nobody vouches for it;
    /// `not_here` when a command is of a device that is not known here, `not_understood` when one is none at all. Then nothing
    /// was taken.
    pub fn import(&self, outbox: &Outbox, vouched: bool, now: Instant) -> Result<Vec<Outcome>, HeadquartersError> {
        let mut acts = Vec::with_capacity(outbox.acts.len());
        for (n, written) in (1..).zip(&outbox.acts) {
            let said: serde_json::Value = serde_json::from_str(&written.act).unwrap_or_default();
            let of: Origin = serde_json::from_value(said).map_err(|error| {
                let why = format!("command {n} of this file says nowhere which it is, or of which device: {error}");
                HeadquartersError::denied("not_understood", why)
            })?;
            acts.push((of, written));
        }
        let signer = self.signer(outbox)?;
        let of = signer.iter().flat_map(|it| it.copied_from.iter().chain([&it.replica])).map(|replica| replica.id);
        let of: BTreeSet<Id> = of.collect();
        let believed = signer.is_some() && acts.iter().all(|(act, _)| of.contains(&act.replica_id));
        if !believed && !vouched {
            let why = "nothing shows that a device of this company wrote this file as it is; if you know where it comes from, \
                 import it with --vouch";
            return Err(HeadquartersError::denied("not_signed", why));
        }
        let replicas = acts.iter().map(|(of, _)| {
            self.reader().get::<Replica>(of.replica_id)?.ok_or_else(|| {
                HeadquartersError::denied("not_here", format!("the device {} is not known here", of.replica_id))
            })
        });
        let replicas = replicas.collect::<Result<Vec<_>, _>>()?;
        let about = match &signer {
            Some(Certified { replica, .. }) if believed => About::replica(replica.user_id, replica.id),
            _ => About::default(),
        };
        let about = about.with(format!("{} {}", acts.len(), if believed { "signed" } else { "vouched for" }));
        let store = self.writer();
        store.transaction(|| write_down(&store, now, &Actor::machine(), SecurityKind::Imported, &about))?;
        drop(store);
        let mut outcomes = Vec::with_capacity(acts.len());
        for ((of, WrittenAct { version, act }), replica) in acts.into_iter().zip(replicas) {
            if !believed && Command::class_of(&of.name) != Some(Class::Fact) {
                let right = Command::rights_of(&of.name).and_then(|rights| rights.first());
                let right = right.map(|right| right.to_string()).unwrap_or_default();
                let refusal = Refusal::new(Code::RightMissing).with("right", right);
                let (tag, effect_hash) = (String::new(), String::new());
                let (status, refusal) = (Status::Refused, Some(refusal));
                outcomes.push(Outcome { id: of.id, status, refusal, revision: 0, tag, effect_hash });
                continue;
            }
            let pushed = Pushed { id: of.id, seq: 0, version: *version, base_revision: 0, act: act.clone() };
            outcomes.extend(self.receive(&replica, &[pushed], now)?);
        }
        Ok(outcomes)
    }

    /// The device that has signed a file; none if none has, or something was changed since.
    fn signer(&self, outbox: &Outbox) -> Result<Option<Certified>, HeadquartersError> {
        let Some(certificate) = &outbox.certificate else { return Ok(None) };
        let words = |of: &Certified| outbox_words(of.replica.id, &outbox.acts);
        match self.proved(certificate, &outbox.signature, words, "a file") {
            Ok(certified) => Ok(Some(certified)),
            Err(HeadquartersError::Denied(_)) => Ok(None),
            Err(error) => Err(error),
        }
    }
}
