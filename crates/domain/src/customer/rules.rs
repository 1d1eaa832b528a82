use super::{Contact, Customer, SaveContact, SaveCustomer, SaveSite, Site};
use crate::desk::Desk;
use crate::person::Region;
use crate::ticket::Ticket;
use crate::{AnyRecord, Code, Id, Read, Refusal, Search};
use std::sync::Arc;

pub(crate) fn save_customer(desk: &mut Desk<'_>, command: &SaveCustomer) -> Result<(), Refusal> {
    let customer = desk.merge(command.from.as_ref(), &command.customer)?;
    desk.fits(&customer)?;
    desk.exists::<Region>(customer.region_id)?;
    desk.put(customer);
    Ok(())
}

pub(crate) fn save_contact(desk: &mut Desk<'_>, command: &SaveContact) -> Result<(), Refusal> {
    let contact = desk.merge(command.from.as_ref(), &command.contact)?;
    desk.fits(&contact)?;
    desk.exists::<Customer>(contact.customer_id)?;
    if let Some(site_id) = contact.site_id {
        let known = |from: &Contact| (from.customer_id, from.site_id) == (contact.customer_id, contact.site_id);
        let is_moved = !command.from.as_ref().is_some_and(known);
        of_customer(desk, site_id, contact.customer_id, is_moved)?;
    }
    desk.put(contact);
    Ok(())
}

pub(crate) fn save_site(desk: &mut Desk<'_>, command: &SaveSite) -> Result<(), Refusal> {
    let site = desk.merge(command.from.as_ref(), &command.site)?;
    desk.fits(&site)?;
    position(desk, site.latitude, site.longitude)?;
    desk.exists::<Customer>(site.customer_id)?;
    desk.exists::<Region>(site.region_id)?;
    if let Read::Present(before) = desk.peek::<Site>(site.id)
        && before.customer_id != site.customer_id
    {
        // A customer is seen where its sites are: who sees these two is to be worked out anew.
        for id in [before.customer_id, site.customer_id] {
            if let Read::Present(customer) = desk.peek::<Customer>(id) {
                desk.put(Customer::clone(&customer));
            }
        }
    }
    // What is still to be done there goes along: those whom it left would see a ticket, and not where it is.
    for found in desk.search(Search::OpenTicketsAt(site.id)) {
        let AnyRecord::Ticket(ticket) = found else { continue };
        if ticket.region_id != site.region_id {
            desk.put(Ticket { region_id: site.region_id, ..Arc::unwrap_or_clone(ticket) });
        }
    }
    desk.put(site);
    Ok(())
}

/// That a site is there, and, of what is new there, that it is this customer's.
pub(crate) fn of_customer(desk: &mut Desk<'_>, site_id: Id, customer_id: Id, is_new: bool) -> Result<(), Refusal> {
    let site = desk.need::<Site>(site_id)?;
    let fits = !is_new || site.is_none_or(|site| site.customer_id == customer_id);
    desk.check(fits, || Refusal::new(Code::FieldInvalid).with("field", "customer_id").with("value", customer_id))
}

/// A place on the earth: degrees north and east.
type Position = (Option<f64>, Option<f64>);

/// A position, if it lies on the earth. One that a fact carries all the same is left out, and told.
pub(crate) fn position(
    desk: &mut Desk<'_>,
    latitude: Option<f64>,
    longitude: Option<f64>,
) -> Result<Position, Refusal> {
    let fits = latitude.is_some() == longitude.is_some()
        && latitude.is_none_or(|degrees| (-90.0..=90.0).contains(&degrees))
        && longitude.is_none_or(|degrees| (-180.0..=180.0).contains(&degrees));
    desk.check(fits, || {
        let value = format!("{}, {}", latitude.unwrap_or_default(), longitude.unwrap_or_default());
        Refusal::new(Code::FieldInvalid).with("field", "position").with("value", value)
    })?;
    Ok(if fits { (latitude, longitude) } else { (None, None) })
}
