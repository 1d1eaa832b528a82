//! The three workflows that ship with the product.

use crate::id;
use outpost_domain::Decimal;
use outpost_domain::workflow::{Demand, DemandKind, Node, TicketKind, Workflow};

/// Repair, installation and maintenance; their ids never change. A change makes a new version with a new id.
pub fn workflows() -> Vec<Workflow> {
    vec![
        workflow("repair", "维修", "Repair", TicketKind::Repair, repair()),
        workflow("installation", "安装", "Installation", TicketKind::Installation, installation()),
        workflow("maintenance", "保养", "Maintenance", TicketKind::Maintenance, maintenance()),
    ]
}

/// The id of the first version of the workflow with this key.
pub(crate) fn workflow_id(key: &str) -> outpost_domain::Id {
    id(&format!("workflow {key} 1"))
}

fn repair() -> Vec<Node> {
    vec![
        node(
            "arrive",
            "到场",
            "Arrive",
            30,
            vec![
                confirm("greeted", "已与现场联系人碰面", "Met the contact on site"),
                photo("before", "维修前照片", "Photo before", 1),
            ],
        ),
        only(
            "engineer",
            node(
                "isolate",
                "断电隔离",
                "Isolate",
                20,
                vec![
                    confirm("locked", "已断电并挂牌", "Power off, locked and tagged"),
                    reading("voltage", "残余电压", "Residual voltage", "V", 0, 50, 1),
                ],
            ),
        ),
        node(
            "diagnose",
            "诊断",
            "Diagnose",
            60,
            vec![
                note("finding", "故障原因", "Cause of the fault", 1),
                reading("insulation", "绝缘电阻", "Insulation resistance", "MΩ", 0, 1000, 0),
                photo("detail", "故障部位照片", "Photo of the fault", 0),
            ],
        ),
        node(
            "repair",
            "修复",
            "Repair",
            180,
            vec![
                part("parts", "使用的备件", "Parts used", 0),
                note("work", "修复内容", "What was done", 1),
                photo("after", "维修后照片", "Photo after", 1),
            ],
        ),
        node(
            "test",
            "试运行",
            "Test",
            45,
            vec![
                reading("current", "运行电流", "Running current", "A", 0, 200, 1),
                confirm("guards", "安全装置动作正常", "Safety devices work"),
            ],
        ),
        sign(),
    ]
}

fn installation() -> Vec<Node> {
    vec![
        node(
            "survey",
            "勘查现场",
            "Survey",
            60,
            vec![
                confirm("access", "通道与电源具备条件", "Access and power are ready"),
                photo("place", "安装位置照片", "Photo of the place", 1),
                reading("supply", "供电电压", "Supply voltage", "V", 90, 440, 1),
            ],
        ),
        node(
            "fit",
            "安装",
            "Fit",
            300,
            vec![
                part("material", "安装用备件", "Parts fitted", 1),
                photo("fitted", "安装后照片", "Photo when fitted", 2),
                note("remarks", "安装说明", "Remarks", 0),
            ],
        ),
        only(
            "engineer",
            node(
                "commission",
                "调试",
                "Commission",
                120,
                vec![
                    reading("earth", "接地电阻", "Earth resistance", "Ω", 0, 10, 1),
                    reading("current", "运行电流", "Running current", "A", 0, 200, 1),
                    confirm("protection", "漏电保护动作正常", "Residual current protection trips"),
                ],
            ),
        ),
        node(
            "teach",
            "使用培训",
            "Teach",
            60,
            vec![
                confirm("explained", "已向用户讲解操作", "Explained how to operate it"),
                note("questions", "用户提问", "Questions asked", 0),
            ],
        ),
        sign(),
    ]
}

fn maintenance() -> Vec<Node> {
    vec![
        node(
            "arrive",
            "到场",
            "Arrive",
            30,
            vec![
                confirm("notice", "已放置保养告示", "Maintenance notice put up"),
                photo("before", "保养前照片", "Photo before", 0),
            ],
        ),
        node(
            "inspect",
            "检查",
            "Inspect",
            60,
            vec![
                confirm("guards", "安全装置完好", "Safety devices intact"),
                reading("temperature", "环境温度", "Ambient temperature", "°C", -30, 60, 1),
                reading("noise", "运行噪声", "Noise when running", "dB", 20, 110, 0),
            ],
        ),
        node(
            "service",
            "清洁与润滑",
            "Clean and lubricate",
            120,
            vec![
                confirm("cleaned", "已清洁与润滑", "Cleaned and lubricated"),
                part("parts", "使用的备件", "Parts used", 0),
                photo("after", "保养后照片", "Photo after", 1),
                note("advice", "给客户的建议", "Advice to the customer", 0),
            ],
        ),
        sign(),
    ]
}

fn sign() -> Node {
    node(
        "sign",
        "客户签字",
        "Sign",
        15,
        vec![
            signature("signature", "客户签名", "Customer's signature"),
            note("remark", "客户意见", "Customer's remark", 0),
        ],
    )
}

fn workflow(key: &str, name: &str, name_en: &str, ticket_kind: TicketKind, nodes: Vec<Node>) -> Workflow {
    Workflow {
        id: workflow_id(key),
        key: key.into(),
        version: 1,
        name: name.into(),
        name_en: name_en.into(),
        ticket_kind,
        nodes,
        active: true,
    }
}

fn node(key: &str, name: &str, name_en: &str, limit_minutes: u32, demands: Vec<Demand>) -> Node {
    Node {
        key: key.into(),
        name: name.into(),
        name_en: name_en.into(),
        demands,
        role_keys: Vec::new(),
        limit_minutes: Some(limit_minutes),
    }
}

/// A node for one role alone: work under the engineer's own licence.
fn only(role_key: &str, node: Node) -> Node {
    Node { role_keys: vec![role_key.into()], ..node }
}

fn demand(kind: DemandKind, key: &str, name: &str, name_en: &str, count: u32) -> Demand {
    Demand {
        key: key.into(),
        kind,
        name: name.into(),
        name_en: name_en.into(),
        unit: String::new(),
        minimum: None,
        maximum: None,
        count,
    }
}

fn reading(key: &str, name: &str, name_en: &str, unit: &str, minimum: i64, maximum: i64, count: u32) -> Demand {
    Demand {
        unit: unit.into(),
        minimum: Some(Decimal::from(minimum)),
        maximum: Some(Decimal::from(maximum)),
        ..demand(DemandKind::Reading, key, name, name_en, count)
    }
}

fn photo(key: &str, name: &str, name_en: &str, count: u32) -> Demand {
    demand(DemandKind::Photo, key, name, name_en, count)
}

fn part(key: &str, name: &str, name_en: &str, count: u32) -> Demand {
    demand(DemandKind::Part, key, name, name_en, count)
}

fn note(key: &str, name: &str, name_en: &str, count: u32) -> Demand {
    demand(DemandKind::Note, key, name, name_en, count)
}

fn signature(key: &str, name: &str, name_en: &str) -> Demand {
    demand(DemandKind::Signature, key, name, name_en, 1)
}

fn confirm(key: &str, name: &str, name_en: &str) -> Demand {
    demand(DemandKind::Confirm, key, name, name_en, 1)
}
