//! The catalogue of spare parts: families of sizes.

use crate::id;
use outpost_domain::stock::Part;
use outpost_domain::{Id, Quantity};

/// Parts that differ only in size or type. Their numbers are the prefix and a count from 101.
struct Family {
    prefix: &'static str,
    name: &'static str,
    name_en: &'static str,
    category: &'static str,
    unit: &'static str,
    minimum: i64,
    sizes: &'static [&'static str],
}

/// The id of the part with this catalogue number.
pub(crate) fn part_id(number: &str) -> Id {
    id(&format!("part {number}"))
}

/// All parts, in the order of the tables below.
pub(crate) fn parts() -> Vec<Part> {
    let families = [MECHANICAL, ELECTRICAL, COOLING, OTHER];
    let families = families.iter().flat_map(|group| group.iter());
    families.flat_map(|family| (101..).zip(family.sizes).map(|(count, size)| part(family, count, size))).collect()
}

fn part(family: &Family, count: u32, size: &str) -> Part {
    let number = format!("{}-{count}", family.prefix);
    Part {
        id: part_id(&number),
        number,
        name: format!("{} {size}", family.name),
        name_en: format!("{} {size}", family.name_en),
        unit: family.unit.into(),
        category: family.category.into(),
        minimum: Quantity::from(family.minimum),
    }
}

macro_rules! families {
    ($($prefix:literal $name:literal $name_en:literal $category:literal $unit:literal $minimum:literal $sizes:expr;)*) => {
        &[$(Family {
            prefix: $prefix, name: $name, name_en: $name_en, category: $category, unit: $unit, minimum: $minimum,
            sizes: &$sizes,
        }),*]
    };
}

const MECHANICAL: &[Family] = families! {
    "SEA" "O型密封圈" "O-ring seal" "密封件 Seals" "pcs" 20
        ["10×2 mm", "16×2 mm", "20×2.5 mm", "25×2.5 mm", "32×3 mm", "40×3 mm", "50×3.5 mm", "63×4 mm"];
    "SDR" "门密封圈" "Door seal" "密封件 Seals" "pcs" 4
        ["LW-6", "LW-10", "LW-20", "CP-400", "CP-600", "CP-1200"];
    "SSH" "轴封密封圈" "Shaft seal" "密封件 Seals" "pcs" 6
        ["20×35×7", "25×42×7", "30×47×7", "35×52×8", "40×62×8", "50×72×8"];
    "SGK" "密封垫片" "Gasket" "密封件 Seals" "pcs" 10 ["DN15", "DN20", "DN25", "DN32", "DN40", "DN50"];
    "BRG" "深沟球轴承" "Ball bearing" "轴承 Bearings" "pcs" 6
        ["6000-2RS", "6002-2RS", "6004-2RS", "6200-2RS", "6202-2RS", "6204-2RS", "6206-2RS", "6208-2RS"];
    "BRR" "滚针轴承" "Needle bearing" "轴承 Bearings" "pcs" 4 ["HK1612", "HK2016", "HK2520", "HK3020"];
    "BLT" "三角皮带" "V-belt" "皮带 Belts" "pcs" 4
        ["A-900", "A-1000", "A-1120", "A-1250", "B-1400", "B-1600", "B-1800", "B-2000"];
    "DBL" "门机皮带" "Door belt" "皮带 Belts" "pcs" 3
        ["HS-800", "HS-900", "HS-1100", "NL-800", "NL-900", "NL-1100"];
    "HBL" "扶手带" "Handrail belt" "皮带 Belts" "m" 10 ["E30 black", "E30 red", "E35 black", "E35 blue"];
    "DHG" "门吊轮" "Door hanger roller" "门机 Doors" "pcs" 8 ["56 mm", "62 mm", "70 mm", "80 mm", "92 mm"];
    "DSH" "门滑块" "Door shoe" "门机 Doors" "pcs" 12 ["HS-8", "HS-10", "NL-8", "NL-10", "NL-12"];
    "DLK" "门锁触点" "Door lock contact" "门机 Doors" "pcs" 6 ["161", "168", "HS-A", "HS-B", "NL-S"];
    "DMT" "门机电机" "Door motor" "门机 Doors" "pcs" 1 ["43.5 W", "70 W", "94 W", "120 W"];
    "LCT" "光幕" "Light curtain" "门机 Doors" "pcs" 2 ["16 beams", "32 beams", "94 beams", "154 beams"];
    "ROP" "曳引钢丝绳" "Traction rope" "钢丝绳与制动 Ropes and brakes" "m" 60 ["8 mm", "10 mm", "12 mm", "13 mm"];
    "BRK" "制动片" "Brake lining" "钢丝绳与制动 Ropes and brakes" "pcs" 4 ["HS-8", "HS-16", "NL-S", "E30"];
};

const ELECTRICAL: &[Family] = families! {
    "RCD" "漏电保护器" "Residual current device" "电气 Electrical" "pcs" 4
        ["1P+N 16 A 30 mA", "1P+N 25 A 30 mA", "2P 40 A 30 mA", "2P 63 A 30 mA", "4P 25 A 30 mA", "4P 40 A 30 mA",
         "4P 63 A 100 mA", "4P 100 A 300 mA"];
    "MCB" "断路器" "Circuit breaker" "电气 Electrical" "pcs" 6
        ["C6 1P", "C10 1P", "C16 1P", "C20 2P", "C32 2P", "D16 3P", "D32 3P", "D63 3P"];
    "CTR" "交流接触器" "Contactor" "电气 Electrical" "pcs" 3
        ["9 A 220 V", "12 A 220 V", "18 A 220 V", "25 A 220 V", "32 A 380 V", "40 A 380 V", "65 A 380 V", "95 A 380 V"];
    "RLY" "中间继电器" "Relay" "电气 Electrical" "pcs" 8
        ["2CO 24 VDC", "4CO 24 VDC", "2CO 110 VAC", "4CO 220 VAC", "SSR 25 A", "SSR 40 A"];
    "FUS" "熔断器" "Fuse" "电气 Electrical" "pcs" 20 ["2 A", "4 A", "6 A", "10 A", "16 A", "32 A"];
    "PSU" "开关电源" "Power supply" "电气 Electrical" "pcs" 2
        ["24 V 2.5 A", "24 V 5 A", "24 V 10 A", "12 V 5 A", "48 V 5 A"];
    "CAB" "控制电缆" "Control cable" "电气 Electrical" "m" 50
        ["2×0.75", "4×0.75", "3×1.5", "5×2.5", "travelling 24×0.75", "travelling 36×0.75"];
    "TRM" "接线端子" "Terminal" "电气 Electrical" "pcs" 50 ["2.5 mm²", "4 mm²", "6 mm²", "10 mm²"];
    "PCB" "控制主板" "Control board" "电路板 Boards" "pcs" 1
        ["HS-M3", "HS-M5", "NL-C1", "NL-C2", "CB-MX", "FL-200", "LW-10", "CP-4"];
    "PCD" "驱动板" "Drive board" "电路板 Boards" "pcs" 1 ["HS-D1", "NL-D2", "CB-INV", "FL-D4", "E30"];
    "PCS" "显示板" "Display board" "电路板 Boards" "pcs" 2 ["HS-7 segment", "NL-LCD 4.3", "NL-LCD 7", "LW-T5", "CP-LED"];
    "PCI" "通信板" "Communication board" "电路板 Boards" "pcs" 1 ["CAN", "RS-485", "4G", "BACnet"];
    "INV" "变频器" "Frequency inverter" "电路板 Boards" "pcs" 1
        ["2.2 kW", "4 kW", "5.5 kW", "7.5 kW", "11 kW", "15 kW"];
    "STP" "温度传感器" "Temperature sensor" "传感器 Sensors" "pcs" 6
        ["NTC 5k", "NTC 10k", "NTC 50k", "PT100", "PT1000", "K probe"];
    "SPR" "压力传感器" "Pressure sensor" "传感器 Sensors" "pcs" 3
        ["0-10 bar", "0-18 bar", "0-30 bar", "0-46 bar", "-1-9 bar"];
    "SLK" "漏水传感器" "Water leak sensor" "传感器 Sensors" "pcs" 4 ["spot", "cable 5 m", "cable 15 m"];
    "SLM" "限位开关" "Limit switch" "传感器 Sensors" "pcs" 6 ["roller", "lever", "plunger", "1370", "S3"];
    "SPX" "接近开关" "Proximity switch" "传感器 Sensors" "pcs" 6
        ["M8 NPN", "M12 NPN", "M12 PNP", "M18 PNP", "magnetic"];
    "SEN" "编码器" "Encoder" "传感器 Sensors" "pcs" 2 ["1024 ppr", "2048 ppr", "SinCos 2048", "absolute 13 bit"];
};

const COOLING: &[Family] = families! {
    "CMP" "压缩机" "Compressor" "制冷 Refrigeration" "pcs" 1
        ["R32 1.5 HP", "R32 3 HP", "R410A 5 HP", "R410A 10 HP", "R404A 2 HP", "R290 0.5 HP"];
    "CAP" "启动电容" "Capacitor" "制冷 Refrigeration" "pcs" 6
        ["5 µF", "10 µF", "25 µF", "35 µF", "50 µF", "60 µF"];
    "REF" "制冷剂" "Refrigerant" "制冷 Refrigeration" "kg" 20 ["R32", "R410A", "R404A", "R134a"];
    "EXV" "电子膨胀阀" "Expansion valve" "制冷 Refrigeration" "pcs" 2 ["1.3", "1.65", "2.2", "3.0", "4.0"];
    "DRF" "干燥过滤器" "Filter drier" "制冷 Refrigeration" "pcs" 5 ["1/4", "3/8", "1/2", "5/8"];
    "FLA" "空气过滤网" "Air filter" "过滤 Filters" "pcs" 10
        ["G4 287×592", "G4 592×592", "F7 287×592", "F7 592×592", "nylon 400×300", "nylon 600×400", "carbon 592×592",
         "H13 610×610"];
    "FLW" "净水滤芯" "Water filter" "过滤 Filters" "pcs" 6
        ["PP 10 in", "CTO 10 in", "scale C150", "scale C300", "RO 400 G"];
    "FLO" "油过滤器" "Oil filter" "过滤 Filters" "pcs" 3 ["FL-1", "FL-2", "HS-H", "CP-GF"];
    "MTF" "风机电机" "Fan motor" "风机与泵 Fans and pumps" "pcs" 2
        ["25 W", "60 W", "90 W", "180 W", "370 W", "750 W"];
    "FAN" "轴流风叶" "Fan blade" "风机与泵 Fans and pumps" "pcs" 2 ["250 mm", "300 mm", "400 mm", "550 mm", "750 mm"];
    "PMP" "水泵" "Pump" "风机与泵 Fans and pumps" "pcs" 1
        ["drain 12 W", "drain 24 W", "wash 0.5 kW", "wash 0.75 kW", "circulation 1.5 kW", "circulation 4 kW"];
};

const OTHER: &[Family] = families! {
    "HTE" "加热管" "Heating element" "加热 Heating" "pcs" 3
        ["1.5 kW", "2 kW", "3 kW", "4.5 kW", "6 kW", "9 kW"];
    "IGN" "点火针" "Igniter" "加热 Heating" "pcs" 6 ["80 mm", "110 mm", "hot surface"];
    "THM" "温控器" "Thermostat" "加热 Heating" "pcs" 4
        ["30-90 °C", "50-200 °C", "50-300 °C", "safety 240 °C", "safety 330 °C"];
    "VSO" "电磁阀" "Solenoid valve" "阀与管 Valves and hoses" "pcs" 4
        ["water 3/4 in 220 V", "water double 220 V", "gas DN15", "gas DN20", "refrigerant 3/8", "refrigerant 1/2"];
    "VBL" "球阀" "Ball valve" "阀与管 Valves and hoses" "pcs" 6 ["DN15", "DN20", "DN25", "DN32"];
    "HOS" "软管" "Hose" "阀与管 Valves and hoses" "m" 20 ["drain 16 mm", "drain 22 mm", "water 1/2 in", "gas 1/2 in"];
    "LUB" "润滑油" "Lubricant" "耗材 Consumables" "l" 10 ["rail oil", "gear VG320", "PAG 46", "POE 68"];
    "GRS" "润滑脂" "Grease" "耗材 Consumables" "kg" 5 ["lithium", "food grade", "high temperature"];
    "CLN" "清洗剂" "Cleaner" "耗材 Consumables" "l" 10 ["coil", "oven", "descaler"];
    "BTN" "呼梯按钮" "Call button" "其他 Other" "pcs" 8 ["HS red", "HS blue", "NL white", "NL braille"];
    "LMP" "LED照明灯" "LED lamp" "其他 Other" "pcs" 6 ["cabin 6 W", "shaft 12 W", "oven 40 W 300 °C"];
    "BLK" "螺栓套件" "Bolt set" "其他 Other" "pcs" 10 ["M8", "M12"];
};

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn there_are_300_different_parts() {
        let parts = parts();
        assert_eq!(parts.len(), 300);
        assert_eq!(parts.iter().map(|part| &part.number).collect::<BTreeSet<_>>().len(), 300);
        assert!(parts.iter().any(|part| part.name.contains('漏')));
        assert!(parts.iter().any(|part| part.name_en.contains("seal")));
    }
}
