//! The six roles that ship with the product.

use crate::id;
use outpost_domain::person::{Right, Role};

/// The six roles that ship with the product; their ids never change.
pub fn roles() -> Vec<Role> {
    use Right::*;
    vec![
        role("engineer", "工程师", "Engineer", &[OpenTicket, WorkTicket, UsePart]),
        role("clerk", "仓管员", "Store clerk", &[UsePart, KeepStock, EditCatalogue]),
        role("dispatcher", "调度员", "Dispatcher", &[OpenTicket, AssignTicket, EditCustomer]),
        role(
            "manager",
            "经理",
            "Manager",
            &[OpenTicket, WorkTicket, AssignTicket, UsePart, KeepStock, EditCatalogue, EditCustomer],
        ),
        role("finance", "财务", "Finance", &[SeeAllRegions]),
        role(
            "admin",
            "管理员",
            "Administrator",
            &[
                OpenTicket,
                WorkTicket,
                AssignTicket,
                UsePart,
                KeepStock,
                EditCatalogue,
                EditCustomer,
                EditPerson,
                SeeAllRegions,
            ],
        ),
    ]
}

/// The id of the role with this key.
pub(crate) fn role_id(key: &str) -> outpost_domain::Id {
    id(&format!("role {key}"))
}

fn role(key: &str, name: &str, name_en: &str, rights: &[Right]) -> Role {
    Role { id: role_id(key), key: key.into(), name: name.into(), name_en: name_en.into(), rights: rights.to_vec() }
}
