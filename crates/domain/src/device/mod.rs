//! The customer's equipment, its models, and the tags that name things by a code.

mod rules;
pub(crate) use rules::{bind_tag, save_device, save_device_model};

use crate::choice::choice;
use crate::{Id, Record, Travels, derive};
use serde::{Deserialize, Serialize};
use ts_rs::TS;
use uuid::uuid;

/// A known fault of a model.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct Fault {
    /// The code that the device shows.
    pub code: String,
    /// Name in the company's language.
    pub name: String,
    /// Name in English; may be empty.
    pub name_en: String,
}

/// What many devices have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(everybody, order = "maker, name")]
pub struct DeviceModel {
    /// Its name in the database.
    pub id: Id,
    /// Who makes it.
    #[record(detail, most = 80, filled)]
    pub maker: String,
    /// Name in the company's language.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// lift, air_conditioning, kitchen, or a company's own.
    #[record(most = 60, filled)]
    pub category: String,
    /// The parts that it usually needs.
    #[record(of = Part)]
    pub part_ids: Vec<Id>,
    /// The faults that it is known for.
    pub faults: Vec<Fault>,
}

choice! {
    /// Whether a device is being used.
    DeviceState {
        /// It works.
        InService = "in_service";
        /// It stands still.
        Stopped = "stopped";
        /// It is gone.
        Retired = "retired";
    }
}

/// The customer's equipment that is serviced.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "number")]
pub struct Device {
    /// Its name in the database.
    pub id: Id,
    /// Serial number.
    #[record(detail, most = 80, filled)]
    pub number: String,
    /// Name in the company's language, as people on site call it.
    #[record(title, most = 120, filled)]
    pub name: String,
    /// Name in English; may be empty.
    #[record(most = 120)]
    pub name_en: String,
    /// What it is.
    #[record(of = DeviceModel)]
    pub model_id: Id,
    /// Where it stands.
    #[record(of = Site, lies)]
    pub site_id: Id,
    /// Whose it is.
    #[record(of = Customer)]
    pub customer_id: Id,
    /// Floor, room, shaft.
    #[record(found, most = 120)]
    pub place: String,
    /// Whether it is being used.
    pub state: DeviceState,
    /// Date of installation, `YYYY-MM-DD`.
    pub installed_on: Option<String>,
    /// Last day of the warranty, `YYYY-MM-DD`.
    pub warranty_until_on: Option<String>,
    /// Anything else.
    #[record(most = 4000)]
    pub note: String,
}

choice! {
    /// What a tag can name.
    TagTarget {
        /// A device.
        Device = "device";
        /// A part.
        Part = "part";
        /// A stock location.
        StockLocation = "stock_location";
    }
}

/// A code, printed or bought, that stands for a thing. Its id derives from the code, so a code names one thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Record)]
#[record(order = "code")]
pub struct Tag {
    /// Its name in the database: `derive(6f8fbb0e-6d4a-5c57-9b0a-3f1d7f3c0e01, code)`.
    pub id: Id,
    /// What a scanner reads, trimmed.
    pub code: String,
    /// What kind of thing it stands for.
    pub target: TagTarget,
    /// Which one.
    #[record(of_each = target, lies)]
    pub target_id: Id,
}

/// The name of the tag with this code.
pub fn tag_id(code: &str) -> Id {
    derive(uuid!("6f8fbb0e-6d4a-5c57-9b0a-3f1d7f3c0e01"), code.trim())
}

/// Creates a device, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveDevice {
    /// As it is to be.
    pub device: Device,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<Device>,
    /// The person was told that a device of this maker with this number is known, and says that this is another.
    #[serde(default)]
    pub although_known: bool,
}

/// Creates a device model, or changes it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct SaveDeviceModel {
    /// As it is to be.
    pub device_model: DeviceModel,
    /// As the person saw it; none for a new one. What is the same in both stays as it is by then.
    pub from: Option<DeviceModel>,
}

/// Lets a code stand for a thing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, TS, Travels)]
pub struct BindTag {
    /// What a scanner reads.
    pub code: String,
    /// What kind of thing it stands for.
    pub target: TagTarget,
    /// Which one.
    pub target_id: Id,
}
