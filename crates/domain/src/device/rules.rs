use super::{BindTag, Device, DeviceModel, Tag, TagTarget, tag_id};
use crate::customer::{Customer, Site};
use crate::decide::Desk;
use crate::person::Right;
use crate::stock::{Part, StockLocation};
use crate::{Code, Read, Refusal};

pub(crate) fn save_device(desk: &mut Desk<'_>, device: &Device) -> Result<(), Refusal> {
    // Who may work on devices may also say that one stands here: the engineer meets it first.
    if !desk.has_right(Right::WorkTicket) {
        desk.right(Right::EditCustomer)?;
    }
    desk.text("number", &device.number, 80)?;
    desk.text("name", &device.name, 120)?;
    desk.short("name_en", &device.name_en, 120)?;
    desk.short("place", &device.place, 120)?;
    desk.short("note", &device.note, 4000)?;
    desk.exists::<DeviceModel>(device.model_id)?;
    desk.exists::<Customer>(device.customer_id)?;
    desk.exists::<Site>(device.site_id)?;
    desk.put(device.clone());
    Ok(())
}

pub(crate) fn save_device_model(desk: &mut Desk<'_>, model: &DeviceModel) -> Result<(), Refusal> {
    desk.right(Right::EditCatalogue)?;
    desk.text("maker", &model.maker, 80)?;
    desk.text("name", &model.name, 120)?;
    desk.short("name_en", &model.name_en, 120)?;
    desk.text("category", &model.category, 60)?;
    for part_id in &model.part_ids {
        desk.exists::<Part>(*part_id)?;
    }
    desk.put(model.clone());
    Ok(())
}

pub(crate) fn bind_tag(desk: &mut Desk<'_>, command: &BindTag) -> Result<(), Refusal> {
    let code = command.code.trim();
    desk.text("code", code, 500)?;
    let target = match command.target {
        TagTarget::Device => {
            if !desk.has_right(Right::WorkTicket) {
                desk.right(Right::EditCustomer)?;
            }
            desk.need::<Device>(command.target_id)?.map(|device| device.name.clone())
        }
        TagTarget::Part => {
            if !desk.has_right(Right::KeepStock) {
                desk.right(Right::EditCatalogue)?;
            }
            desk.need::<Part>(command.target_id)?.map(|part| part.name.clone())
        }
        TagTarget::StockLocation => {
            if !desk.has_right(Right::KeepStock) {
                desk.right(Right::EditCatalogue)?;
            }
            desk.need::<StockLocation>(command.target_id)?.map(|location| location.name.clone())
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
