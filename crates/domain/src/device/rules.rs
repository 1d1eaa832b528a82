use super::{BindTag, Device, DeviceModel, SaveDevice, SaveDeviceModel, Tag, TagTarget, tag_id};
use crate::customer::{Customer, of_customer};
use crate::desk::Desk;
use crate::person::Right;
use crate::stock::{Part, StockLocation};
use crate::{AnyRecord, Code, Read, Refusal, Search, alike};
use std::sync::Arc;

pub(crate) fn save_device(desk: &mut Desk<'_>, command: &SaveDevice) -> Result<(), Refusal> {
    let mut device = desk.merge(command.from.as_ref(), &command.device)?;
    device.number = alike::written(&device.number);
    desk.fits(&device)?;
    desk.day("installed_on", device.installed_on.as_deref())?;
    desk.day("warranty_until_on", device.warranty_until_on.as_deref())?;
    let model = desk.need::<DeviceModel>(device.model_id)?;
    desk.exists::<Customer>(device.customer_id)?;
    let known = |from: &Device| (from.customer_id, from.site_id) == (device.customer_id, device.site_id);
    let is_moved = !command.from.as_ref().is_some_and(known);
    of_customer(desk, device.site_id, device.customer_id, is_moved)?;
    let known =
        |from: &Device| from.model_id == device.model_id && alike::key(&from.number) == alike::key(&device.number);
    let numbered_anew = !command.from.as_ref().is_some_and(known);
    if let Some(known) = twin(desk, &device, model.as_deref()).filter(|_| numbered_anew) {
        let refusal = Refusal::new(Code::DeviceKnown)
            .with("number", &device.number)
            .with("device", &known.name)
            .with("device_en", &known.name_en)
            .with("device_id", known.id)
            .with("other_id", device.id);
        // Two things may bear one number: the person who stands before them knows. Somebody looks at it later.
        if desk.at_origin() && !command.although_known {
            return Err(refusal);
        }
        desk.flag(refusal);
    }
    desk.put(device);
    Ok(())
}

/// Another device of the same maker with the same number. What nobody knows the maker of counts as of the same.
fn twin(desk: &mut Desk<'_>, device: &Device, model: Option<&DeviceModel>) -> Option<Arc<Device>> {
    let maker = model.map(|model| alike::key(&model.maker));
    for found in desk.search(Search::DevicesNumbered(&device.number)) {
        let AnyRecord::Device(other) = found else { continue };
        let theirs = match desk.peek::<DeviceModel>(other.model_id) {
            Read::Present(model) => Some(alike::key(&model.maker)),
            _ => None,
        };
        if other.id != device.id && (maker == theirs || maker.is_none() || theirs.is_none()) {
            return Some(other);
        }
    }
    None
}

pub(crate) fn save_device_model(desk: &mut Desk<'_>, command: &SaveDeviceModel) -> Result<(), Refusal> {
    let model = desk.merge(command.from.as_ref(), &command.device_model)?;
    desk.fits(&model)?;
    for part_id in &model.part_ids {
        desk.exists::<Part>(*part_id)?;
    }
    desk.put(model);
    Ok(())
}

pub(crate) fn bind_tag(desk: &mut Desk<'_>, command: &BindTag) -> Result<(), Refusal> {
    let code = command.code.trim();
    desk.text("code", code, 500)?;
    let target = match command.target {
        TagTarget::Device => {
            desk.right(&[Right::WorkTicket, Right::EditCustomer])?;
            desk.need::<Device>(command.target_id)?.map(|device| device.name.clone())
        }
        TagTarget::Part => {
            desk.right(&[Right::KeepStock, Right::EditCatalogue])?;
            desk.need::<Part>(command.target_id)?.map(|part| part.name.clone())
        }
        TagTarget::StockLocation => {
            desk.right(&[Right::KeepStock, Right::EditCatalogue])?;
            desk.need::<StockLocation>(command.target_id)?.map(|location| location.name.clone())
        }
        TagTarget::Newer(word) => {
            return Err(Refusal::new(Code::FieldInvalid).with("field", "target").with("value", word));
        }
    };
    let id = tag_id(code);
    if let Read::Present(known) = desk.find::<Tag>(id) {
        let same = known.target == command.target && known.target_id == command.target_id;
        desk.check(same, || {
            Refusal::new(Code::CodeTaken)
                .with("code", code)
                .with("target", known.target_id)
                .with("wanted", target.unwrap_or_default())
        })?;
    }
    desk.put(Tag { id, code: code.to_owned(), target: command.target, target_id: command.target_id });
    Ok(())
}
