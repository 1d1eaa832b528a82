//! Customers, their sites and contacts.

use crate::customer_table::CUSTOMERS;
use crate::people::{City, region_id};
use crate::{id, random::Random};
use outpost_domain::Id;
use outpost_domain::customer::{Contact, Customer, Site, Tier};

/// What a customer does, and so what stands at its sites.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Trade {
    Building,
    Mall,
    Food,
    Hotel,
    Plant,
}

/// A customer as the table describes it.
pub(crate) struct Client {
    pub(crate) key: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) tier: Tier,
    pub(crate) trade: Trade,
    /// Whether its tickets are written in English.
    pub(crate) english: bool,
    pub(crate) sites: [Place; 3],
}

/// A site as the table describes it.
pub(crate) struct Place {
    pub(crate) city: City,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) address: &'static str,
    pub(crate) latitude: f64,
    pub(crate) longitude: f64,
}

impl Client {
    pub(crate) fn id(&self) -> Id {
        id(&format!("customer {}", self.key))
    }

    pub(crate) fn site_id(&self, position: usize) -> Id {
        id(&format!("site {} {position}", self.key))
    }

    pub(crate) fn contact_id(&self, position: usize) -> Id {
        id(&format!("contact {} {position}", self.key))
    }
}

/// Everybody who is served.
pub(crate) fn customers() -> Vec<Customer> {
    let customer = |client: &Client| Customer {
        id: client.id(),
        name: client.name.into(),
        name_en: client.name_en.into(),
        tier: client.tier,
        region_id: region_id(client.sites[0].city.region()),
        note: match (client.tier, client.english) {
            (Tier::Vip, false) => "重点客户：到场前 30 分钟电话联系。".into(),
            (Tier::Vip, true) => "Key account: call 30 minutes before arrival.".into(),
            _ => String::new(),
        },
    };
    CUSTOMERS.iter().map(customer).collect()
}

/// Where devices stand.
pub(crate) fn sites() -> Vec<Site> {
    let site = |client: &Client, position: usize, place: &Place| Site {
        id: client.site_id(position),
        customer_id: client.id(),
        region_id: region_id(place.city.region()),
        name: place.name.into(),
        name_en: place.name_en.into(),
        address: place.address.into(),
        latitude: Some(place.latitude),
        longitude: Some(place.longitude),
    };
    let of_client = |client: &'static Client| {
        client.sites.iter().enumerate().map(move |(position, place)| site(client, position, place))
    };
    CUSTOMERS.iter().flat_map(of_client).collect()
}

/// Who is met at each site.
pub(crate) fn contacts(random: &mut Random) -> Vec<Contact> {
    let mut contacts = Vec::new();
    for client in CUSTOMERS {
        for position in 0..client.sites.len() {
            let (name, title) = if client.english {
                (format!("{} {}", random.pick(FIRST_NAMES), random.pick(LAST_NAMES)), *random.pick(TITLES_EN))
            } else {
                (format!("{}{}", random.pick(SURNAMES), random.pick(GIVEN_NAMES)), *random.pick(TITLES))
            };
            contacts.push(Contact {
                id: client.contact_id(position),
                customer_id: client.id(),
                site_id: Some(client.site_id(position)),
                name,
                title: title.into(),
                phone: format!("139 {:04} {:04}", random.between(100, 9999), random.between(100, 9999)),
            });
        }
    }
    contacts
}

const SURNAMES: &[&str] = &["王", "李", "陈", "赵", "孙", "周", "吴", "郑", "冯", "韩", "杨", "朱", "许", "曹", "彭"];
const GIVEN_NAMES: &[&str] =
    &["建国", "秀英", "志强", "丽娟", "文斌", "雪梅", "海燕", "国庆", "晓东", "玉兰", "俊杰", "婷婷", "永福", "佳怡"];
const TITLES: &[&str] = &["物业经理", "工程部主管", "值班电工", "店长", "后勤主任", "设备科"];
const FIRST_NAMES: &[&str] =
    &["Grace", "Daniel", "Sophia", "Marcus", "Helen", "Victor", "Amara", "Julian", "Nadia", "Oscar", "Irene", "Felix"];
const LAST_NAMES: &[&str] =
    &["Wong", "Carter", "Lindqvist", "Okafor", "Tan", "Moreau", "Novak", "Silva", "Hughes", "Chan", "Petrov", "Kaur"];
const TITLES_EN: &[&str] =
    &["Facility manager", "Chief engineer", "Duty electrician", "Store manager", "Head chef", "Reception"];
