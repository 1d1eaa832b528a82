//! What devices there are: twelve models with their faults and usual parts.

use crate::id;
use crate::parts::part_id;
use outpost_domain::Id;
use outpost_domain::device::{DeviceModel, Fault};

/// Devices that are looked after alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Group {
    Lift,
    GoodsLift,
    Escalator,
    AirConditioning,
    Oven,
    Kitchen,
}

/// A model as the table describes it.
pub(crate) struct Model {
    pub(crate) key: &'static str,
    maker: &'static str,
    name: &'static str,
    name_en: &'static str,
    pub(crate) category: &'static str,
    pub(crate) group: Group,
    /// What people on site call it, before or after a number.
    pub(crate) noun: &'static str,
    pub(crate) noun_en: &'static str,
    pub(crate) parts: &'static [&'static str],
    pub(crate) faults: &'static [Trouble],
}

/// A fault with what people notice of it.
pub(crate) struct Trouble {
    pub(crate) code: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) symptom: &'static str,
    pub(crate) symptom_en: &'static str,
}

impl Model {
    pub(crate) fn id(&self) -> Id {
        id(&format!("model {}", self.key))
    }
}

/// All models as records.
pub(crate) fn device_models() -> Vec<DeviceModel> {
    let fault = |trouble: &Trouble| Fault {
        code: trouble.code.into(),
        name: trouble.name.into(),
        name_en: trouble.name_en.into(),
    };
    let record = |model: &Model| DeviceModel {
        id: model.id(),
        maker: model.maker.into(),
        name: model.name.into(),
        name_en: model.name_en.into(),
        category: model.category.into(),
        part_ids: model.parts.iter().map(|number| part_id(number)).collect(),
        faults: model.faults.iter().map(fault).collect(),
    };
    MODELS.iter().map(record).collect()
}

macro_rules! troubles {
    ($($code:literal $name:literal $name_en:literal $symptom:literal $symptom_en:literal;)*) => {
        &[$(Trouble { code: $code, name: $name, name_en: $name_en, symptom: $symptom, symptom_en: $symptom_en }),*]
    };
}

const LIFT: &[Trouble] = troubles! {
    "E27" "门机故障" "Door fault" "开关门异响" "noise when opening and closing";
    "E14" "平层偏差" "Levelling fault" "停梯时高出楼面 3 cm" "stops 3 cm above the floor";
    "E35" "制动器故障" "Brake fault" "起动抖动" "jerks when starting";
    "E41" "变频器过流" "Inverter overcurrent" "满载上行停梯" "stops when going up fully loaded";
    "E52" "光幕被遮挡" "Light curtain blocked" "门不关闭" "doors do not close";
};
const ESCALATOR: &[Trouble] = troubles! {
    "F03" "扶手带速度偏差" "Handrail speed fault" "扶手带比梯级慢" "handrail runs slower than the steps";
    "F11" "梯级缺失检测" "Missing step detected" "运行中急停" "stops suddenly while running";
    "F18" "梳齿板开关动作" "Comb plate switch tripped" "下端有异物声" "something rattles at the lower end";
};
const COOLING: &[Trouble] = troubles! {
    "E6" "通信故障" "Communication fault" "室内机无响应" "indoor units do not answer";
    "P2" "高压保护" "High pressure trip" "制冷十分钟后停机" "stops after ten minutes of cooling";
    "L3" "冷凝水溢出" "Condensate overflow" "天花板滴水" "water drips from the ceiling";
    "E9" "室外风机故障" "Outdoor fan fault" "室外机噪声大" "outdoor unit is loud";
};
const COOKING: &[Trouble] = troubles! {
    "E03" "腔体温度过高" "Cavity too hot" "到温后不停止加热" "keeps heating above the set temperature";
    "E08" "门未关闭" "Door not closed" "门密封条破损漏汽" "door seal torn, steam escapes";
    "E21" "供水不足" "Not enough water" "蒸汽模式报警" "alarm in steam mode";
    "E30" "点火失败" "Ignition failed" "反复点火后停机" "tries to light and gives up";
};
const WASHING: &[Trouble] = troubles! {
    "H1" "水温不足" "Water too cold" "餐具洗不净" "dishes come out dirty";
    "H4" "排水堵塞" "Drain blocked" "底部积水" "water stands at the bottom";
    "H7" "漏水" "Leak" "机底漏水" "water on the floor below the machine";
};
const CHILLING: &[Trouble] = troubles! {
    "C2" "库温过高" "Too warm inside" "温度升到 9 °C" "temperature rose to 9 °C";
    "C5" "化霜失败" "Defrost failed" "蒸发器结冰" "evaporator iced up";
    "C9" "风机故障" "Fan fault" "风机有摩擦声" "fan scrapes";
};

macro_rules! models {
    ($($key:literal $maker:literal $name:literal $name_en:literal $category:literal $group:ident
        $noun:literal $noun_en:literal $faults:ident $parts:expr;)*) => {
        &[$(Model {
            key: $key, maker: $maker, name: $name, name_en: $name_en, category: $category, group: Group::$group,
            noun: $noun, noun_en: $noun_en, faults: $faults, parts: &$parts,
        }),*]
    };
}

pub(crate) const MODELS: &[Model] = models! {
    "HS-800" "宏升 Hongsheng" "HS-800 乘客电梯" "HS-800 passenger lift" "lift" Lift "电梯" "Lift" LIFT
        ["DBL-101", "DHG-103", "LCT-103"];
    "NL-SKY" "诺梯 Nordlift" "Sky 无机房电梯" "Sky machine-room-less lift" "lift" Lift "电梯" "Lift" LIFT
        ["DBL-105", "DLK-105", "PCS-102", "BRK-103"];
    "HS-1600" "宏升 Hongsheng" "HS-1600 载货电梯" "HS-1600 goods lift" "lift" GoodsLift "货梯" "Goods lift" LIFT
        ["DBL-103", "DSH-102", "CTR-105", "BRK-102"];
    "NL-E30" "诺梯 Nordlift" "E30 自动扶梯" "E30 escalator" "lift" Escalator "扶梯" "Escalator" ESCALATOR
        ["BRG-107", "SPX-103", "SLM-104"];
    "CB-MX8" "清风 CoolBreeze" "MX8 多联机" "MX8 multi-split unit" "air_conditioning" AirConditioning "空调" "AC" COOLING
        ["EXV-102", "STP-102", "PCI-102", "MTF-104"];
    "CB-S50" "清风 CoolBreeze" "S50 分体空调" "S50 split unit" "air_conditioning" AirConditioning "空调" "AC" COOLING
        ["CAP-104", "FLA-105", "PMP-101"];
    "FL-200" "霜线 Frostline" "CH200 风冷冷水机组" "CH200 air-cooled chiller" "air_conditioning" AirConditioning
        "冷水机" "Chiller" COOLING ["SPR-104", "FLO-101", "CTR-107", "SEA-106"];
    "LW-10" "炉王 Luwang" "OV10 万能蒸烤箱" "OV10 combi oven" "kitchen" Oven "烤箱" "Oven" COOKING
        ["SDR-102", "HTE-104", "STP-106"];
    "CP-GF2" "厨匠 ChefPro" "GF2 燃气炸炉" "GF2 gas fryer" "kitchen" Kitchen "炸炉" "Fryer" COOKING
        ["IGN-102", "THM-104", "VSO-103"];
    "LW-DW60" "炉王 Luwang" "DW60 揭盖式洗碗机" "DW60 hood dishwasher" "kitchen" Kitchen "洗碗机" "Dishwasher" WASHING
        ["PMP-103", "HTE-103", "VSO-102", "RCD-104"];
    "CP-CR4" "厨匠 ChefPro" "CR4 四门冷柜" "CR4 four-door fridge" "kitchen" Kitchen "冷柜" "Fridge" CHILLING
        ["SDR-105", "MTF-101", "DRF-101", "STP-101"];
    "FL-CR20" "霜线 Frostline" "CR20 冷库机组" "CR20 cold room unit" "kitchen" Kitchen "冷库" "Cold room" CHILLING
        ["CAP-105", "FAN-103", "HTE-101"];
};
