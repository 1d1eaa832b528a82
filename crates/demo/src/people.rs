//! Regions, and the people who work in them.

use crate::calendar::{Calendar, DAY, MINUTE};
use crate::roles::role_id;
use crate::{DemoSignIn, id};
use outpost_domain::Id;
use outpost_domain::person::{Region, Replica, User};

/// A city in which the company works.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum City {
    Beijing,
    Tianjin,
    Shenzhen,
    Guangzhou,
}

impl City {
    /// Key of the region that it lies in.
    pub(crate) fn region(self) -> &'static str {
        match self {
            City::Beijing | City::Tianjin => "north",
            City::Shenzhen | City::Guangzhou => "south",
        }
    }
}

/// A person as the tables below describe them.
pub(crate) struct Person {
    pub(crate) login: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) role: &'static str,
    pub(crate) region: &'static str,
    /// Of an engineer who has a van.
    pub(crate) city: Option<City>,
    /// Of the tickets opened on their device.
    pub(crate) prefix: &'static str,
    what: &'static str,
}

macro_rules! people {
    ($($login:literal $name:literal $name_en:literal $role:literal $region:literal $city:expr, $prefix:literal $what:literal;)*) => {
        &[$(Person {
            login: $login, name: $name, name_en: $name_en, role: $role, region: $region, city: $city,
            prefix: $prefix, what: $what,
        }),*]
    };
}

/// Who works here; the engineers first.
pub(crate) const PEOPLE: &[Person] = people! {
    "li.wei" "李伟" "Li Wei" "engineer" "north" Some(City::Beijing), "7F3"
        "Open Today, start the urgent ticket at Harbour Tower, and finish its first step with the network switched off.";
    "zhang.lei" "张磊" "Zhang Lei" "engineer" "north" Some(City::Beijing), "7F4"
        "Go on with the ticket that is under way, use a part from the van, and take a photo.";
    "liu.yang" "刘洋" "Liu Yang" "engineer" "north" Some(City::Tianjin), "A21"
        "Scan or type OUT-D-000071 and open a ticket for the device.";
    "chen.jie" "陈杰" "Chen Jie" "engineer" "south" Some(City::Shenzhen), "B05"
        "Take an unassigned ticket of the South region and hand it over to Huang Tao.";
    "huang.tao" "黄涛" "Huang Tao" "engineer" "south" Some(City::Shenzhen), "B06"
        "Pause the ticket that is under way with a reason, and see it change on the dispatcher's board.";
    "lin.xia" "林霞" "Lin Xia" "engineer" "south" Some(City::Guangzhou), "C17"
        "Ask Today whether everything is ready to leave.";
    "wang.fang" "王芳" "Wang Fang" "clerk" "north" None, "W10"
        "Search the stock for 漏 or seal, receive five, and transfer two to Li Wei's van.";
    "he.jing" "何静" "He Jing" "clerk" "south" None, "W20"
        "Look at what is below its minimum in Shenzhen, and count a part.";
    "zhao.min" "赵敏" "Zhao Min" "dispatcher" "headquarters" None, "HQ1"
        "Watch the board, drag an open ticket to an engineer, and look through the matters that need attention.";
    "sun.qiang" "孙强" "Sun Qiang" "dispatcher" "south" None, "HQ2"
        "See that the board shows the South region only, and reassign a ticket there.";
    "zhou.yan" "周岩" "Zhou Yan" "manager" "headquarters" None, "HQ3"
        "Read the history of lift 3 at Harbour Tower, which keeps coming back.";
    "gao.peng" "高鹏" "Gao Peng" "manager" "north" None, "HQ4"
        "Open a paused ticket of the North region and see what it waits for.";
    "xu.li" "徐丽" "Xu Li" "finance" "headquarters" None, "HQ5"
        "Follow a part from its delivery to the device that it was fitted to.";
    "ma.chao" "马超" "Ma Chao" "admin" "headquarters" None, "HQ6"
        "Create a person, and invite their first device with a QR code.";
};

/// The person with this login.
pub(crate) fn person(login: &str) -> Option<&'static Person> {
    PEOPLE.iter().find(|person| person.login == login)
}

/// Everybody who has a van.
pub(crate) fn engineers() -> impl Iterator<Item = (&'static Person, City)> {
    PEOPLE.iter().filter_map(|person| person.city.map(|city| (person, city)))
}

impl Person {
    pub(crate) fn id(&self) -> Id {
        id(&format!("user {}", self.login))
    }

    pub(crate) fn van_id(&self) -> Id {
        id(&format!("van {}", self.login))
    }

    pub(crate) fn replica_id(&self) -> Id {
        id(&format!("replica {}", self.login))
    }
}

/// The id of the region with this key.
pub(crate) fn region_id(key: &str) -> Id {
    id(&format!("region {key}"))
}

/// Headquarters and the two regions below it.
pub(crate) fn regions() -> Vec<Region> {
    let region = |key: &str, name: &str, name_en: &str, parent: Option<&str>| Region {
        id: region_id(key),
        name: name.into(),
        name_en: name_en.into(),
        parent_id: parent.map(region_id),
    };
    vec![
        region("headquarters", "总部", "Headquarters", None),
        region("north", "华北", "North", Some("headquarters")),
        region("south", "华南", "South", Some("headquarters")),
    ]
}

/// Everybody, and one engineer who left.
pub(crate) fn users() -> Vec<User> {
    let user = |position: usize, person: &Person| User {
        id: person.id(),
        login: person.login.into(),
        name: person.name.into(),
        name_en: person.name_en.into(),
        phone: format!("138 0010 {:04}", 2301 + position * 17),
        role_id: role_id(person.role),
        region_id: region_id(person.region),
        van_id: person.city.map(|_| person.van_id()),
        active: true,
    };
    let mut users: Vec<User> = PEOPLE.iter().enumerate().map(|(position, person)| user(position, person)).collect();
    users.push(User {
        id: id("user wu.gang"),
        login: "wu.gang".into(),
        name: "吴刚".into(),
        name_en: "Wu Gang".into(),
        phone: String::new(),
        role_id: role_id("engineer"),
        region_id: region_id("north"),
        van_id: None,
        active: false,
    });
    users
}

/// The devices on which the history was made: a tablet for each engineer, a desktop for everybody else.
pub(crate) fn replicas(calendar: Calendar) -> Vec<Replica> {
    let replica = |position: usize, person: &Person| Replica {
        id: person.replica_id(),
        name: format!("{} {}", person.name, if person.city.is_some() { "平板" } else { "电脑" }),
        prefix: person.prefix.into(),
        user_id: person.id(),
        enrolled_at: calendar.now - 70 * DAY + position as i64 * 47 * MINUTE,
        revoked: false,
        forked_from_id: None,
    };
    PEOPLE.iter().enumerate().map(|(position, person)| replica(position, person)).collect()
}

/// Who can sign in, and what to try.
pub(crate) fn sign_ins() -> Vec<DemoSignIn> {
    let sign_in = |person: &Person| DemoSignIn {
        login: person.login.into(),
        password: "outpost-demo".into(),
        name: format!("{} {}", person.name, person.name_en),
        role_key: person.role.into(),
        what: person.what.into(),
    };
    PEOPLE.iter().map(sign_in).collect()
}
