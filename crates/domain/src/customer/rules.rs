use super::{Contact, Customer, Site};
use crate::decide::Desk;
use crate::person::{Region, Right};
use crate::{Code, Refusal};

pub(crate) fn save_customer(desk: &mut Desk<'_>, customer: &Customer) -> Result<(), Refusal> {
    desk.right(Right::EditCustomer)?;
    desk.text("name", &customer.name, 120)?;
    desk.short("name_en", &customer.name_en, 120)?;
    desk.short("note", &customer.note, 4000)?;
    desk.exists::<Region>(customer.region_id)?;
    desk.put(customer.clone());
    Ok(())
}

pub(crate) fn save_contact(desk: &mut Desk<'_>, contact: &Contact) -> Result<(), Refusal> {
    desk.right(Right::EditCustomer)?;
    desk.text("name", &contact.name, 80)?;
    desk.short("title", &contact.title, 80)?;
    desk.short("phone", &contact.phone, 40)?;
    desk.exists::<Customer>(contact.customer_id)?;
    if let Some(site_id) = contact.site_id {
        desk.exists::<Site>(site_id)?;
    }
    desk.put(contact.clone());
    Ok(())
}

pub(crate) fn save_site(desk: &mut Desk<'_>, site: &Site) -> Result<(), Refusal> {
    desk.right(Right::EditCustomer)?;
    desk.text("name", &site.name, 120)?;
    desk.short("name_en", &site.name_en, 120)?;
    desk.text("address", &site.address, 300)?;
    position(desk, site.latitude, site.longitude)?;
    desk.exists::<Customer>(site.customer_id)?;
    desk.exists::<Region>(site.region_id)?;
    desk.put(site.clone());
    Ok(())
}

/// That a position, if there is one, lies on the earth.
pub(crate) fn position(desk: &mut Desk<'_>, latitude: Option<f64>, longitude: Option<f64>) -> Result<(), Refusal> {
    let fits = latitude.is_none_or(|degrees| (-90.0..=90.0).contains(&degrees))
        && longitude.is_none_or(|degrees| (-180.0..=180.0).contains(&degrees));
    desk.check(fits, || {
        let value = format!("{}, {}", latitude.unwrap_or_default(), longitude.unwrap_or_default());
        Refusal::new(Code::FieldInvalid).with("field", "position").with("value", value)
    })
}
