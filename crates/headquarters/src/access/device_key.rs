//! How a device and its headquarters prove to each other who they are: the keys of devices, the short tokens that they get by
//! them, and what headquarters signs. docs/decisions/0028 says why.

use super::enrolment::{HAND_IN_MILLIS, family_end, free_prefix, give_token, left_at};
use super::security::{About, Actor, SecurityKind, write_down};
use crate::commit::Commit;
use crate::error::HeadquartersError;
use crate::headquarters::Headquarters;
use outpost_app::now;
use outpost_domain::person::{Replica, Role, User};
use outpost_domain::{Id, Instant};
use outpost_store::{Store, params};
use outpost_sync::SigningKey;
use outpost_sync::identity::{answer_words, certificate_words, fork_words, is_signed, order_words, token_words};
use outpost_sync::protocol::{
    Certificate, Certified, Enrolled, ForkRequest, Granted, Mark, Outcome, SyncRequest, TokenRequest,
};

/// How many devices of which it is a copy a certificate names.
const MOST_ANCESTORS: usize = 20;
/// How long a device's token is good. Whoever steals one has it for no longer.
const TOKEN_MILLIS: i64 = 3_600_000;
/// For how long after a restore devices are believed that were enrolled in what was lost.
pub(crate) const KNOWN_AGAIN_MILLIS: i64 = 90 * 86_400_000;

impl Headquarters {
    /// The next token of a device, which shows by its key that it is the one that was enrolled. One whose number is not greater
    /// than all before is a copy, or has been laid back from one, and is told to become a device of its own.
    ///
    /// # Errors
    /// `token_unknown` if it is none that headquarters knows; `device_forked`.
    pub fn grant(&self, request: &TokenRequest, from: &str) -> Result<Granted, HeadquartersError> {
        let TokenRequest { certificate, number, signature } = request;
        if *number <= 0 {
            return Err(HeadquartersError::denied("not_understood", "the first token of a device has the number 1"));
        }
        let certified = self.proved(certificate, signature, |of| token_words(of.replica.id, *number), from)?;
        let id = certified.replica.id;
        let at = now();
        let store = self.writer();
        let granted = store.transaction(|| {
            let replica = may_ask(&store, id, at)?;
            if store.number("SELECT number FROM device_key WHERE replica_id = $1", params![id.to_string()])? >= *number
            {
                return Ok(None);
            }
            let sql = "UPDATE device_key SET number = $1 WHERE replica_id = $2";
            store.execute(sql, params![*number, id.to_string()])?;
            let sql = "DELETE FROM token WHERE replica_id = $1 AND ends_at <= $2";
            store.execute(sql, params![id.to_string(), at])?;
            let token = give_token(&store, replica.user_id, Some(id), at, Some(at + TOKEN_MILLIS), from)?;
            Ok::<_, HeadquartersError>(Some(Granted { token, token_millis: TOKEN_MILLIS, replica }))
        })?;
        drop(store);
        match granted {
            Some(granted) => Ok(granted),
            None => {
                self.ask_to_fork(id)?;
                Err(HeadquartersError::denied("device_forked", "another device works as this one; it must fork"))
            }
        }
    }

    /// Makes a replica of its own out of a copy of another: a device that was cloned, or restored from a backup. Its
    /// waiting commands keep their ids, so that what the other already sent is done once. Only one that headquarters has
    /// told to, and once each time: otherwise a device could live on in copies of itself.
    ///
    /// # Errors
    /// `not_asked` if it was not told to; `token_unknown` if it is none that headquarters knows.
    pub fn fork(&self, request: &ForkRequest, from: &str) -> Result<Enrolled, HeadquartersError> {
        let ForkRequest { certificate, public_key, signature } = request;
        is_key(public_key)?;
        let certified = self.proved(certificate, signature, |of| fork_words(of.replica.id, public_key), from)?;
        may_ask(&self.reader(), certified.replica.id, now())?;
        self.forked(certified.replica.id, public_key, crate::headquarters::new_id(), now(), from)
    }

    /// Who shows a certificate of this headquarters and signs with the key that stands in it. One that was enrolled in what a
    /// restore lost is known again.
    pub(crate) fn proved(
        &self,
        certificate: &Certificate,
        signature: &str,
        words: impl FnOnce(&Certified) -> String,
        from: &str,
    ) -> Result<Certified, HeadquartersError> {
        let key = self.signing_key()?.public();
        if !is_signed(&key, &certificate_words(&certificate.text), &certificate.signature) {
            return Err(HeadquartersError::not_known());
        }
        let certified: Certified =
            serde_json::from_str(&certificate.text).map_err(|_| HeadquartersError::not_known())?;
        if !is_signed(&certified.public_key, &words(&certified), signature) {
            return Err(HeadquartersError::not_known());
        }
        if !has_key(&self.reader(), certified.replica.id)? {
            self.know_again(&certified, from)?;
        }
        Ok(certified)
    }

    /// Puts a device back that was enrolled in what a restore lost, and its person if they are lost as well.
    fn know_again(&self, certified: &Certified, from: &str) -> Result<(), HeadquartersError> {
        self.notice_lost_commit(&certified.epoch, &certified.commit)?;
        let at = now();
        if at.saturating_sub(self.reader().number("SELECT epoch_at FROM tenant", &[])?) > KNOWN_AGAIN_MILLIS {
            return Err(HeadquartersError::not_known());
        }
        self.commit(|store, commit| {
            let Certified { replica, copied_from, user, public_key, .. } = certified;
            if has_key(store, replica.id)? {
                return Ok(());
            }
            if store.get::<User>(user.id)?.is_none() {
                commit.put(&fitting(store, user)?.into())?;
            }
            // Those of which it is a copy come as well, since it hands in what was done as one of them. They have no key until they
            // show it themselves.
            for replica in copied_from.iter().chain([replica]) {
                if store.get::<Replica>(replica.id)?.is_none() {
                    let sql = "SELECT count(*) FROM replica WHERE prefix = $1";
                    let is_taken = store.number(sql, params![replica.prefix])? > 0;
                    let prefix = if is_taken { free_prefix(store, replica.id)? } else { replica.prefix.clone() };
                    commit.put(&Replica { prefix, ..replica.clone() }.into())?;
                }
            }
            keep_key(store, replica.id, public_key, None)?;
            let about = About::replica(replica.user_id, replica.id).with(&replica.name);
            write_down(store, at, &Actor::person(replica.user_id, from), SecurityKind::Returned, &about)?;
            tracing::warn!(replica = %replica.id, from, "a device came back that was enrolled in what the restore lost");
            Ok(())
        })
    }

    /// What headquarters says of a replica whose record was stored without an enrolment, as the simulator does.
    ///
    /// # Errors
    /// When the database cannot be read or written.
    pub fn vouch(&self, replica: Replica, public_key: &str) -> Result<Enrolled, HeadquartersError> {
        self.commit(|store, commit| enrolled(store, commit, replica, public_key))
    }

    /// Signs what became of the commands of a request.
    pub(crate) fn sign_answer(
        &self,
        replica_id: Id,
        request: &SyncRequest,
        epoch: &str,
        now: Instant,
        outcomes: &[Outcome],
    ) -> Result<String, HeadquartersError> {
        Ok(self.signing_key()?.sign(&answer_words(replica_id, &request.nonce, epoch, now, outcomes)))
    }

    /// Signs for the device that asks that it is to remove everything.
    pub(crate) fn sign_order(&self, replica_id: Id, request: &SyncRequest) -> Result<String, HeadquartersError> {
        Ok(self.signing_key()?.sign(&order_words(replica_id, &request.nonce)))
    }

    fn signing_key(&self) -> Result<SigningKey, HeadquartersError> {
        if let Some(known) = self.signing.get() {
            return Ok(known.clone());
        }
        let known = signing_key(&self.reader())?;
        Ok(self.signing.get_or_init(|| known).clone())
    }
}

/// Stores a new replica with its key, and gives it its first token.
pub(crate) fn enrolled(
    store: &Store,
    commit: &mut Commit<'_>,
    replica: Replica,
    public_key: &str,
) -> Result<Enrolled, HeadquartersError> {
    let user = store.get::<User>(replica.user_id)?.ok_or_else(HeadquartersError::not_known)?;
    commit.put(&replica.clone().into())?;
    // The copy of a lost one is as lost, and gains no time: otherwise a lost one would live on in copies of itself.
    keep_key(store, replica.id, public_key, family_end(store, &replica)?)?;
    let at = now();
    let token = give_token(store, user.id, Some(replica.id), at, Some(at + TOKEN_MILLIS), "")?;
    let sql = "SELECT company, epoch FROM tenant";
    let (company, epoch) = store.one(sql, &[], |row| Ok((row.get(0)?, row.get(1)?)))?.unwrap_or_default();
    let key = signing_key(store)?;
    let commit = Mark { revision: commit.revision, tag: commit.tag.clone() };
    let copied_from = ancestors(store, &replica)?;
    let public_key = public_key.to_owned();
    let certified = Certified { replica: replica.clone(), copied_from, user, public_key, epoch, commit };
    let text = serde_json::to_string(&certified)?;
    let signature = key.sign(&certificate_words(&text));
    Ok(Enrolled {
        replica,
        company,
        token,
        token_millis: TOKEN_MILLIS,
        headquarters_key: key.public(),
        certificate: Certificate { text, signature },
    })
}

fn has_key(store: &Store, replica_id: Id) -> Result<bool, HeadquartersError> {
    let sql = "SELECT count(*) FROM device_key WHERE replica_id = $1";
    Ok(store.number(sql, params![replica_id.to_string()])? > 0)
}

/// The replicas of which one is a copy, the nearest first.
fn ancestors(store: &Store, replica: &Replica) -> Result<Vec<Replica>, HeadquartersError> {
    let mut ancestors: Vec<Replica> = Vec::new();
    let mut next = replica.forked_from_id;
    // A certificate is sent with each request for a token; nobody copies a device so often.
    while let Some(id) = next.filter(|_| ancestors.len() < MOST_ANCESTORS) {
        let Some(ancestor) = store.get::<Replica>(id)? else { break };
        next = ancestor.forked_from_id;
        ancestors.push(ancestor);
    }
    Ok(ancestors)
}

/// That a device has made a key for itself.
pub(crate) fn is_key(public_key: &str) -> Result<(), HeadquartersError> {
    // In one spelling, so that two devices cannot have one key.
    let digits = public_key.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'));
    if public_key.len() != 64 || !digits {
        let why = "the public part of an Ed25519 key has 64 hexadecimal digits, in small letters";
        return Err(HeadquartersError::denied("not_understood", why));
    }
    Ok(())
}

fn keep_key(
    store: &Store,
    replica_id: Id,
    public_key: &str,
    ends_at: Option<Instant>,
) -> Result<(), HeadquartersError> {
    let taken = "SELECT count(*) FROM device_key WHERE public_key = $1 AND replica_id <> $2";
    if store.number(taken, params![public_key, replica_id.to_string()])? > 0 {
        return Err(HeadquartersError::denied("not_understood", "this key is another device's; each makes its own"));
    }
    let sql = "INSERT INTO device_key (replica_id, public_key, number, ends_at) VALUES ($1, $2, 0, $3)
         ON CONFLICT (replica_id) DO UPDATE SET public_key = excluded.public_key, number = 0, ends_at = excluded.ends_at";
    Ok(store.execute(sql, params![replica_id.to_string(), public_key, ends_at])?)
}

/// That a device gets another token: it or its person may be gone for 30 days at most.
fn may_ask(store: &Store, id: Id, at: Instant) -> Result<Replica, HeadquartersError> {
    let replica = store.get::<Replica>(id)?.ok_or_else(HeadquartersError::not_known)?;
    let user = store.get::<User>(replica.user_id)?.ok_or_else(HeadquartersError::not_known)?;
    let sql = "SELECT count(*) FROM device_key WHERE replica_id = $1 AND (ends_at IS NULL OR ends_at > $2)";
    let is_over = store.number(sql, params![id.to_string(), at])? == 0;
    if is_over || (!user.active && at >= left_at(store, user.id)? + HAND_IN_MILLIS) {
        return Err(HeadquartersError::not_known());
    }
    Ok(replica)
}

/// A person who was lost with a restore, as they were when their device was enrolled, if their role and region are there.
fn fitting(store: &Store, user: &User) -> Result<User, HeadquartersError> {
    let is_there = store.get::<Role>(user.role_id)?.is_some()
        && store.get::<outpost_domain::person::Region>(user.region_id)?.is_some();
    if !is_there {
        return Err(HeadquartersError::not_known());
    }
    let mut user = user.clone();
    // Somebody else may have been given the name since.
    while store.number("SELECT count(*) FROM \"user\" WHERE login = $1", params![user.login])? > 0 {
        user.login.push('-');
    }
    Ok(user)
}

/// Makes the key of a new headquarters: one that was made with the first device would be missing in the backup before.
pub(crate) fn make_signing_key(store: &Store) -> Result<(), HeadquartersError> {
    if store.number("SELECT count(*) FROM tenant WHERE signing_key = ''", &[])? > 0 {
        let sql = "UPDATE tenant SET signing_key = $1 WHERE signing_key = ''";
        store.execute(sql, params![SigningKey::generate()?.to_hex()])?;
    }
    Ok(())
}

/// Every process that serves it has the same.
fn signing_key(store: &Store) -> Result<SigningKey, HeadquartersError> {
    let secret: Option<String> = store.one("SELECT signing_key FROM tenant", &[], |row| row.get(0))?;
    let broken = || HeadquartersError::System("the key by which devices know headquarters cannot be read".to_owned());
    secret.and_then(|secret| SigningKey::of_hex(&secret)).ok_or_else(broken)
}
