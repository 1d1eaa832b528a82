//! Who comes in: enrolment, keys and tokens of devices, sign-ins and passwords, and the record of security acts.

mod contact;
mod device_key;
mod enrolment;
mod guess;
mod label_key;
mod password;
mod security;
mod session;

pub use contact::ReplicaContact;
pub(crate) use device_key::{KNOWN_AGAIN_MILLIS, make_signing_key};
pub use enrolment::SignedIn;
pub(crate) use enrolment::welcome;
pub(crate) use guess::Guesses;
pub use label_key::LabelKeyRotated;
pub(crate) use password::check_password;
pub(crate) use security::{About, SecurityKind, Seldom, write_down};
pub use security::{Actor, SecurityAct, Wanted};
