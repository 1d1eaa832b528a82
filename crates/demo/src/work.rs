//! How a step is worked through: what is read, written, photographed and fitted.

use crate::calendar::MINUTE;
use crate::devices::Unit;
use crate::files::{Picture, Pictures};
use crate::ledger::Ledger;
use crate::models::Model;
use crate::parts::part_id;
use crate::people::Person;
use crate::stock::{LACKING, Taken};
use crate::texts;
use outpost_domain::stock::{ReturnPart, UsePart};
use outpost_domain::ticket::{AttachFile, CompleteStep, PauseStep, Purpose, RecordEntry, StartStep, step_id};
use outpost_domain::workflow::{Demand, DemandKind, Node};
use outpost_domain::{Command, Decimal, Id, Instant, Quantity};

/// One engineer at one ticket, and the time it takes.
pub(crate) struct Work<'a> {
    pub(crate) ledger: &'a mut Ledger,
    pub(crate) pictures: &'a Pictures,
    pub(crate) taken: &'a mut Vec<Taken>,
    pub(crate) ticket_id: Id,
    pub(crate) engineer: &'static Person,
    pub(crate) unit: &'a Unit,
    /// Which of the model's faults, when it is a repair.
    pub(crate) fault: Option<usize>,
    pub(crate) contact: &'a str,
    pub(crate) at: Instant,
    /// The most minutes between one thing and the next.
    pub(crate) pace: i64,
}

impl Work<'_> {
    fn act(&mut self, command: impl Into<Command>) -> Id {
        let seconds = self.ledger.random.between(25, self.pace * 60);
        self.at += seconds * 1000;
        self.ledger.act(self.at, self.engineer, vec![self.ticket_id], command)
    }

    fn english(&self) -> bool {
        self.unit.client.english
    }

    /// Begins a step, or goes on after a break.
    pub(crate) fn start(&mut self, node: &Node) {
        let step_id = step_id(self.ticket_id, &node.key);
        self.act(StartStep { step_id });
    }

    /// Everything that a step asks for, and says that it is done.
    pub(crate) fn complete(&mut self, node: &Node) {
        for demand in &node.demands {
            self.meet(node, demand);
        }
        let step_id = step_id(self.ticket_id, &node.key);
        self.act(CompleteStep { step_id });
    }

    /// Lets a step rest.
    pub(crate) fn pause(&mut self, node: &Node) {
        let step_id = step_id(self.ticket_id, &node.key);
        let english = self.english();
        // Who has found the cause and does not go on lacks a part.
        let reasons = if node.key == "repair" { &texts::PAUSES[..1] } else { texts::PAUSES };
        let reason = texts::say(&mut self.ledger.random, reasons, english);
        self.act(PauseStep { step_id, reason });
    }

    fn meet(&mut self, node: &Node, demand: &Demand) {
        let optional = demand.count == 0;
        let likely = match demand.kind {
            DemandKind::Part => 70,
            DemandKind::Photo => 40,
            _ => 30,
        };
        if optional && !self.ledger.random.chance(likely) {
            return;
        }
        match demand.kind {
            DemandKind::Reading => {
                let value = reading(self, demand).to_string();
                self.enter(node, demand, value);
            }
            DemandKind::Note => {
                let english = self.english();
                let (model, fault) = (self.unit.model, self.fault.unwrap_or_default());
                let text = texts::note(&mut self.ledger.random, &demand.key, model, fault, english);
                self.enter(node, demand, text);
            }
            DemandKind::Confirm => self.enter(node, demand, "yes".into()),
            DemandKind::Photo => {
                for _ in 0..demand.count.max(1) {
                    self.photograph(node, demand);
                }
            }
            DemandKind::Signature => {
                let name = self.contact.to_owned();
                let picture = &self.pictures.signature;
                self.attach(node, demand, picture, Purpose::Signature, name);
            }
            DemandKind::Part => self.fit(node),
            DemandKind::Newer(_) => {}
        }
    }

    fn enter(&mut self, node: &Node, demand: &Demand, value: String) {
        let step_id = step_id(self.ticket_id, &node.key);
        self.act(RecordEntry { step_id, demand: demand.key.clone(), from: String::new(), value });
    }

    fn photograph(&mut self, node: &Node, demand: &Demand) {
        let pictures = self.pictures;
        let picture = self.ledger.random.pick(pictures.of(self.unit.model.category));
        let name = if self.english() { &demand.name_en } else { &demand.name };
        self.attach(node, demand, picture, Purpose::Photo, name.clone());
    }

    fn attach(&mut self, node: &Node, demand: &Demand, picture: &Picture, purpose: Purpose, name: String) {
        self.act(AttachFile {
            ticket_id: self.ticket_id,
            step_id: Some(step_id(self.ticket_id, &node.key)),
            demand: demand.key.clone(),
            purpose,
            sha256: picture.sha256.clone(),
            thumbnail_sha256: String::new(),
            media_type: "image/png".into(),
            size_bytes: picture.bytes.len() as u32,
            width: picture.width,
            height: picture.height,
            taken_at: None,
            latitude: None,
            longitude: None,
            name,
        });
    }

    /// Uses one or two different parts from the van; now and then one comes back.
    fn fit(&mut self, node: &Node) {
        let upkeep = node.key == "service";
        let (first, second) = (self.choose(upkeep), self.choose(upkeep));
        self.use_part(node, first);
        if first.0 != second.0 && self.ledger.random.chance(35) {
            self.use_part(node, second);
        }
    }

    fn choose(&mut self, upkeep: bool) -> (&'static str, Quantity) {
        let model = self.unit.model;
        if upkeep {
            return *self.ledger.random.pick(consumables(model));
        }
        let lacking = (self.engineer.login == LACKING.0).then_some(LACKING.1);
        let usable: Vec<&'static str> = model.parts.iter().copied().filter(|number| Some(*number) != lacking).collect();
        let fitting = self.fault.and_then(|fault| {
            let prefix = model.faults[fault % model.faults.len()].part;
            usable.iter().copied().find(|number| !prefix.is_empty() && number.starts_with(prefix))
        });
        (fitting.unwrap_or(*self.ledger.random.pick(&usable)), Quantity::ONE)
    }

    fn use_part(&mut self, node: &Node, (number, usual): (&'static str, Quantity)) {
        let returned = usual == Quantity::ONE && self.ledger.random.chance(15);
        let quantity = if returned { Quantity::of(2) } else { usual };
        let part_id = part_id(number);
        let van_id = self.engineer.van_id();
        let movement_id = self.act(UsePart {
            ticket_id: self.ticket_id,
            step_id: Some(step_id(self.ticket_id, &node.key)),
            part_id,
            quantity,
            from_id: van_id,
        });
        self.taken.push(Taken { engineer: self.engineer, part_id, quantity, at: self.at });
        if returned {
            self.at += 4 * MINUTE.min(self.pace * MINUTE);
            self.act(ReturnPart { movement_id, quantity: Quantity::ONE, to_id: van_id });
        }
    }
}

/// What is used up when a device is kept well.
fn consumables(model: &Model) -> &'static [(&'static str, Quantity)] {
    const HALF: Quantity = Quantity::from_millionths(500_000);
    const TWO: Quantity = Quantity::of(2);
    match model.category {
        "lift" => &[("LUB-101", HALF), ("GRS-101", HALF), ("DSH-102", TWO)],
        "kitchen" => &[("CLN-102", Quantity::ONE), ("CLN-103", HALF), ("FLW-103", Quantity::ONE)],
        _ => &[("CLN-101", Quantity::ONE), ("FLA-105", TWO), ("SEA-104", TWO)],
    }
}

/// A usual value, in tenths; what the table does not know lies in the middle of its range.
fn reading(work: &mut Work<'_>, demand: &Demand) -> Decimal {
    let (least, most) = match demand.key.as_str() {
        "voltage" => (0, 18),
        "current" => (24, 186),
        "insulation" => (350, 5200),
        "supply" => (2180, 2360),
        "earth" => (4, 36),
        "temperature" => (180, 314),
        "noise" => (462, 658),
        _ => {
            let middle = (demand.minimum.unwrap_or_default() + demand.maximum.unwrap_or_default()) / Decimal::TWO;
            return middle.round_dp(1);
        }
    };
    Decimal::new(work.ledger.random.between(least, most), 1).normalize()
}
