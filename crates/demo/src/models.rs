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
    /// What the number of the part begins with that most likely puts it right; may be empty.
    pub(crate) part: &'static str,
    pub(crate) name: &'static str,
    pub(crate) name_en: &'static str,
    pub(crate) symptom: &'static str,
    pub(crate) symptom_en: &'static str,
    /// What an engineer finds, in Chinese and in English.
    pub(crate) cause: (&'static str, &'static str),
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
    ($($code:literal $part:literal $name:literal $name_en:literal $symptom:literal $symptom_en:literal
        $cause:literal $cause_en:literal;)*) => {
        &[$(Trouble {
            code: $code, part: $part, name: $name, name_en: $name_en, symptom: $symptom, symptom_en: $symptom_en,
            cause: ($cause, $cause_en),
        }),*]
    };
}

const LIFT: &[Trouble] = troubles! {
    "E27" "DBL" "门机故障" "Door fault" "开关门异响" "noise when opening and closing"
        "门机皮带磨损打滑，吊轮偏磨。" "Door belt worn and slipping, hanger roller worn on one side.";
    "E14" "" "平层偏差" "Levelling fault" "停梯时高出楼面 3 cm" "stops 3 cm above the floor"
        "平层感应器移位，钢丝绳伸长。" "Levelling sensor has moved, ropes have stretched.";
    "E35" "BRK" "制动器故障" "Brake fault" "起动抖动" "jerks when starting"
        "制动片磨损到极限，间隙过大。" "Brake lining worn to its limit, gap too wide.";
    "E41" "CTR" "变频器过流" "Inverter overcurrent" "满载上行停梯" "stops when going up fully loaded"
        "接触器触点烧蚀，吸合不良。" "Contactor contacts burnt, does not close properly.";
    "E52" "LCT" "光幕被遮挡" "Light curtain blocked" "门不关闭" "doors do not close"
        "光幕下端进水，数个光束失效。" "Water in the lower end of the light curtain, several beams dead.";
};
const ESCALATOR: &[Trouble] = troubles! {
    "F03" "BRG" "扶手带速度偏差" "Handrail speed fault" "扶手带比梯级慢" "handrail runs slower than the steps"
        "驱动轮轴承磨损，压紧力不足。" "Bearing of the drive wheel worn, too little pressure.";
    "F11" "SPX" "梯级缺失检测" "Missing step detected" "运行中急停" "stops suddenly while running"
        "接近开关感应距离偏大。" "The proximity switch sits too far away.";
    "F18" "SLM" "梳齿板开关动作" "Comb plate switch tripped" "下端有异物声" "something rattles at the lower end"
        "梳齿间卡入螺钉，开关未复位。" "A screw stuck in the comb, the switch had not reset.";
};
const COOLING: &[Trouble] = troubles! {
    "E6" "PCI" "通信故障" "Communication fault" "室内机无响应" "indoor units do not answer"
        "通信线接头氧化。" "Connector of the communication line corroded.";
    "P2" "EXV" "高压保护" "High pressure trip" "制冷十分钟后停机" "stops after ten minutes of cooling"
        "换热器积灰，膨胀阀动作迟缓。" "Coil clogged with dust, expansion valve slow.";
    "L3" "PMP" "冷凝水溢出" "Condensate overflow" "天花板滴水" "water drips from the ceiling"
        "排水泵卡死，接水盘溢水。" "Drain pump stuck, tray overflowed.";
    "E9" "MTF" "室外风机故障" "Outdoor fan fault" "室外机噪声大" "outdoor unit is loud"
        "风机电机轴承磨损，转速偏低。" "Bearing of the fan motor worn, it turns slowly.";
};
const CHILLER: &[Trouble] = troubles! {
    "A12" "SPR" "冷凝压力过高" "Condensing pressure too high" "下午连续跳机" "trips again and again in the afternoon"
        "压力传感器漂移，实测压力正常。" "Pressure sensor has drifted, the true pressure is normal.";
    "A17" "FLO" "油压差过低" "Oil pressure too low" "启动后两分钟停机" "stops two minutes after starting"
        "油过滤器堵塞。" "Oil filter clogged.";
    "A23" "SEA" "冷水流量不足" "Chilled water flow too low" "水泵法兰漏水" "pump flange leaks"
        "法兰密封圈老化。" "Flange seal aged.";
};
const COOKING: &[Trouble] = troubles! {
    "E03" "STP" "腔体温度过高" "Cavity too hot" "到温后不停止加热" "keeps heating above the set temperature"
        "温度探头插头松动。" "Plug of the temperature probe was loose.";
    "E08" "SDR" "门未关闭" "Door not closed" "门密封条破损漏汽" "door seal torn, steam escapes"
        "门密封圈老化开裂。" "Door seal aged and cracked.";
    "E16" "HTE" "加热不足" "Heats too little" "升温到 160 °C 后停滞" "gets stuck at 160 °C"
        "加热管一组断路。" "One heating element is open circuit.";
};
const FRYING: &[Trouble] = troubles! {
    "E30" "IGN" "点火失败" "Ignition failed" "反复点火后停机" "tries to light and gives up"
        "点火针积碳，间隙过大。" "Igniter sooted up, gap too wide.";
    "E33" "THM" "油温过高" "Oil too hot" "油温超过 200 °C 报警" "alarm above 200 °C"
        "温控器毛细管泄漏。" "Capillary of the thermostat leaks.";
    "E38" "VSO" "燃气阀故障" "Gas valve fault" "火焰时大时小" "flame goes up and down"
        "电磁阀膜片老化。" "Membrane of the solenoid valve aged.";
};
const WASHING: &[Trouble] = troubles! {
    "H1" "HTE" "水温不足" "Water too cold" "餐具洗不净" "dishes come out dirty"
        "加热管结垢，一组断路。" "Heating element scaled up, one is open circuit.";
    "H4" "PMP" "排水堵塞" "Drain blocked" "底部积水" "water stands at the bottom"
        "排水泵叶轮被异物卡住。" "Something stuck in the impeller of the drain pump.";
    "H7" "VSO" "漏水" "Leak" "机底漏水" "water on the floor below the machine"
        "进水电磁阀接头渗漏。" "Joint of the inlet valve leaks.";
    "H9" "RCD" "漏电保护动作" "Residual current trip" "开机即跳闸" "trips as soon as it is switched on"
        "接线端子受潮，漏电保护器老化。" "Terminals damp, the residual current device aged.";
};
const CHILLING: &[Trouble] = troubles! {
    "C2" "STP" "库温过高" "Too warm inside" "温度升到 9 °C" "temperature rose to 9 °C"
        "门关不严，温度探头漂移。" "Door does not close tightly, temperature probe has drifted.";
    "C5" "HTE" "化霜失败" "Defrost failed" "蒸发器结冰" "evaporator iced up"
        "化霜加热回路断开。" "Defrost circuit is open.";
    "C9" "MTF" "风机故障" "Fan fault" "风机有摩擦声" "fan scrapes"
        "风叶变形，刮到护罩。" "Fan blade bent, it touches the guard.";
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
        "冷水机" "Chiller" CHILLER ["SPR-104", "FLO-101", "CTR-107", "SEA-106"];
    "LW-10" "炉王 Luwang" "OV10 万能蒸烤箱" "OV10 combi oven" "kitchen" Oven "烤箱" "Oven" COOKING
        ["SDR-102", "HTE-104", "STP-106"];
    "CP-GF2" "厨匠 ChefPro" "GF2 燃气炸炉" "GF2 gas fryer" "kitchen" Kitchen "炸炉" "Fryer" FRYING
        ["IGN-102", "THM-104", "VSO-103"];
    "LW-DW60" "炉王 Luwang" "DW60 揭盖式洗碗机" "DW60 hood dishwasher" "kitchen" Kitchen "洗碗机" "Dishwasher" WASHING
        ["PMP-103", "HTE-103", "VSO-102", "RCD-104"];
    "CP-CR4" "厨匠 ChefPro" "CR4 四门冷柜" "CR4 four-door fridge" "kitchen" Kitchen "冷柜" "Fridge" CHILLING
        ["SDR-105", "MTF-101", "DRF-101", "STP-101"];
    "FL-CR20" "霜线 Frostline" "CR20 冷库机组" "CR20 cold room unit" "kitchen" Kitchen "冷库" "Cold room" CHILLING
        ["CAP-105", "FAN-103", "HTE-101"];
};
