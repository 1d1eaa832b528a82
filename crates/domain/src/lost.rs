//! What headquarters lost with a restore, and a device still had.

use crate::customer::{
    Contact, Customer, SaveContact, SaveCustomer, SaveSite, Site, save_contact, save_customer, save_site,
};
use crate::desk::Desk;
use crate::device::{Device, DeviceModel, SaveDevice, SaveDeviceModel, save_device, save_device_model};
use crate::person::{Region, SaveRegion, save_region};
use crate::stock::{Part, SavePart, SaveStockLocation, StockLocation, save_part, save_stock_location};
use crate::{AnyRecord, Code, Id, Kind, Read, Record, Refusal, Structure, Travels, Value};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use ts_rs::TS;

/// Brings back what headquarters lost with a restore, as a device still had it. What headquarters has after all stays as it is. A
/// ticket is opened again instead.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct BringBack {
    /// What.
    pub lost: Lost,
}

macro_rules! lost {
    ($($kind:ident $field:ident $save:ident $rule:ident { $($more:tt)* })*) => {
        /// A record that can be lost: one that only headquarters makes, or a device that may not come back.
        #[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS)]
        #[serde(tag = "kind", content = "record", rename_all = "snake_case")]
        pub enum Lost { $(#[doc = concat!("See [`", stringify!($kind), "`].")] $kind($kind)),* }

        impl Travels for Lost {
            fn value() -> Value {
                let (name, about) = ("Lost", "A record that can be lost, with its kind.");
                Value::Structure(Structure { name, about, fields: Vec::new() })
            }
            fn has_newer(&self) -> bool { match self { $(Lost::$kind(record) => record.has_newer()),* } }
            fn sets_newer(&self, from: &Lost) -> bool { self.has_newer() && self != from }
        }

        impl Lost {
            /// The kinds of records that are brought back, in an order in which each comes after what it names.
            pub const KINDS: &[Kind] = &[$(Kind::$kind),*];

            /// A record, if it is one of those.
            #[must_use]
            pub fn of(record: AnyRecord) -> Option<Lost> {
                match record {
                    $(AnyRecord::$kind(record) => Some(Lost::$kind(Arc::unwrap_or_clone(record))),)*
                    _ => None,
                }
            }

            /// Its kind and its id.
            pub fn key(&self) -> (Kind, Id) { match self { $(Lost::$kind(record) => (Kind::$kind, record.id()),)* } }

            /// What people call it.
            fn called(&self) -> &str { match self { $(Lost::$kind(record) => &record.name),* } }

            fn is_here(&self, desk: &Desk<'_>) -> bool {
                match self { $(Lost::$kind(record) => matches!(desk.peek::<$kind>(record.id()), Read::Present(_))),* }
            }

            fn save(&self, desk: &mut Desk<'_>) -> Result<(), Refusal> {
                match self.clone() { $(Lost::$kind($field) => $rule(desk, &$save { $field, from: None, $($more)* })),* }
            }
        }
    };
}

lost! {
    Region region SaveRegion save_region {}
    Customer customer SaveCustomer save_customer {}
    Site site SaveSite save_site {}
    Contact contact SaveContact save_contact {}
    Part part SavePart save_part {}
    DeviceModel device_model SaveDeviceModel save_device_model {}
    Device device SaveDevice save_device { although_known: true }
    StockLocation stock_location SaveStockLocation save_stock_location {}
}

pub(crate) fn bring_back(desk: &mut Desk<'_>, command: &BringBack) -> Result<(), Refusal> {
    let lost = &command.lost;
    let (kind, id) = lost.key();
    if lost.is_here(desk) {
        return Ok(());
    }
    if desk.at_origin() {
        // Nobody gives it: a device does that has come back.
        return Err(Refusal::new(Code::FieldInvalid).with("field", "id").with("value", id));
    }
    lost.save(desk)?;
    let engineer = desk.name_of(Some(desk.act.actor_id));
    let told = Refusal::new(Code::RecordBroughtBack).with("kind", kind.table()).with("id", id);
    desk.flag(told.with("name", lost.called()).with("engineer", engineer));
    Ok(())
}
