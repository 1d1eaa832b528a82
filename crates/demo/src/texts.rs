//! What people write on tickets, in the language of the customer.

use crate::models::{Group, Model};
use crate::random::Random;
use outpost_domain::workflow::TicketKind;

/// The same in Chinese and in English.
type Pair = (&'static str, &'static str);

/// One of several, in the customer's language.
pub(crate) fn say(random: &mut Random, from: &[Pair], english: bool) -> String {
    let (chinese, in_english) = *random.pick(from);
    (if english { in_english } else { chinese }).to_owned()
}

/// What stands on the list.
pub(crate) fn title(random: &mut Random, kind: TicketKind, model: &Model, fault: usize, english: bool) -> String {
    match kind {
        TicketKind::Repair => {
            let fault = &model.faults[fault % model.faults.len()];
            if english {
                format!("{} {}, {}", fault.name_en, fault.code, fault.symptom_en)
            } else {
                format!("{} {}，{}", fault.name, fault.code, fault.symptom)
            }
        }
        TicketKind::Maintenance | TicketKind::Newer(_) => {
            say(random, by_group(model, UPKEEP_LIFT, UPKEEP_COOLING, UPKEEP_KITCHEN), english)
        }
        // What is fitted in a lift's car has no place on an escalator.
        TicketKind::Installation if model.group == Group::Escalator => say(random, &FIT_LIFT[..1], english),
        TicketKind::Installation => say(random, by_group(model, FIT_LIFT, FIT_COOLING, FIT_KITCHEN), english),
    }
}

/// A note for a demand.
pub(crate) fn note(random: &mut Random, demand: &str, model: &Model, fault: usize, english: bool) -> String {
    if demand == "finding" {
        return say(random, &[model.faults[fault % model.faults.len()].cause], english);
    }
    let from = match demand {
        "work" => by_group(model, WORK_LIFT, WORK_COOLING, WORK_KITCHEN),
        "advice" => ADVICE,
        "questions" => QUESTIONS,
        "remark" => REMARKS,
        _ => OTHER,
    };
    say(random, from, english)
}

fn by_group<'a>(model: &Model, lift: &'a [Pair], cooling: &'a [Pair], kitchen: &'a [Pair]) -> &'a [Pair] {
    match model.group {
        Group::Lift | Group::GoodsLift | Group::Escalator => lift,
        Group::AirConditioning => cooling,
        Group::Oven | Group::Kitchen => kitchen,
    }
}

const UPKEEP_LIFT: &[Pair] = &[
    ("半月保养", "Fortnightly maintenance"),
    ("季度保养：制动与安全装置检查", "Quarterly maintenance: brake and safety devices"),
    ("年度检验前自检", "Check before the yearly inspection"),
];
const UPKEEP_COOLING: &[Pair] = &[
    ("季度保养：清洗滤网与换热器", "Quarterly maintenance: clean filters and coils"),
    ("换季保养：检查冷媒压力", "Seasonal maintenance: refrigerant pressure"),
];
const UPKEEP_KITCHEN: &[Pair] = &[
    ("季度保养：清洁与密封检查", "Quarterly maintenance: clean, check seals"),
    ("月度保养：漏电保护测试", "Monthly maintenance: test residual current protection"),
];
const FIT_LIFT: &[Pair] =
    &[("加装 4G 通信板", "Fit a 4G communication board"), ("更换轿厢显示屏", "Fit a new car display")];
const FIT_COOLING: &[Pair] =
    &[("加装漏水传感器", "Fit a water leak sensor"), ("新风机安装调试", "Install and commission a new fan")];
const FIT_KITCHEN: &[Pair] =
    &[("新设备安装调试", "Install and commission new equipment"), ("加装漏电保护器", "Fit a residual current device")];

/// More about a repair.
pub(crate) const DESCRIPTIONS: &[Pair] = &[
    ("客户来电，今天早上开始，重启后仍出现。", "Started this morning, comes back after a restart."),
    ("上周也出现过一次，当时自行恢复。", "Happened once last week too and went away by itself."),
    ("现场要求营业前处理完。", "Must be finished before opening hours."),
    ("需要提前办理进场证。", "A site pass is needed, ask at the gate."),
    ("钥匙在一楼前台。", "The key is at the front desk on the ground floor."),
];
const WORK_LIFT: &[Pair] = &[
    ("更换磨损件并重新调整，往返 20 次正常。", "Replaced the worn part and adjusted it, 20 runs without a fault."),
    ("清理并调整，连续运行 30 分钟无异常。", "Cleaned and adjusted, ran for 30 minutes without a fault."),
    ("更换后逐层试运行正常。", "Replaced it, then tried every floor without a fault."),
];
const WORK_COOLING: &[Pair] = &[
    ("清洗并更换部件，压力与电流正常。", "Cleaned it and replaced the part, pressure and current are normal."),
    ("更换后运行 40 分钟正常。", "Ran for 40 minutes after the replacement without a fault."),
    ("重新接线并紧固，报警消除。", "Wired it anew and tightened it, the alarm is gone."),
];
const WORK_KITCHEN: &[Pair] = &[
    ("更换部件，试机三次正常。", "Replaced the part, three trial runs without a fault."),
    ("清洁并更换，功能与温度正常。", "Cleaned it and replaced the part, works and holds its temperature."),
    ("干燥并重做接线，绝缘合格。", "Dried and rewired, insulation is fine."),
];
const ADVICE: &[Pair] = &[
    ("建议下次更换门机皮带。", "The belt should be replaced next time."),
    ("机房温度偏高，建议加装排风。", "The room is warm, consider an extractor."),
    ("请每周清洗滤网。", "Please rinse the filter every week."),
];
const QUESTIONS: &[Pair] = &[
    ("询问如何复位报警，已演示。", "How to reset an alarm; shown."),
    ("询问清洁周期，已留书面说明。", "How often to clean; left written instructions."),
];
const REMARKS: &[Pair] = &[
    ("处理及时，满意。", "Quick work, thank you."),
    ("希望提前半小时通知。", "Please tell us half an hour before."),
    ("无。", "None."),
];
const OTHER: &[Pair] = &[("按图施工，已标识线号。", "Done to the drawing, wires are marked.")];

/// Written into the timeline in passing.
pub(crate) const PASSING: &[Pair] = &[
    ("货梯检修中，备件走消防楼梯。", "Goods lift closed, parts carried up the stairs."),
    ("客户要求周五之前提供报告。", "The customer wants the report by Friday."),
    ("现场停车需登记车牌。", "Register the number plate for parking."),
    ("已与客户确认下次保养时间。", "Agreed the date of the next maintenance."),
    ("同楼层另一台也有轻微异响，建议一并检查。", "Its neighbour is a little noisy too, look at it next time."),
];
/// Why a step rests.
pub(crate) const PAUSES: &[Pair] = &[
    ("等配件到货", "Waiting for a part"),
    ("客户要求改天继续", "The customer asked to go on another day"),
    ("现场停电", "No power on site"),
    ("需要两人作业，等同事", "Needs two people, waiting for a colleague"),
];
/// Why a ticket was cancelled.
pub(crate) const CANCELLATIONS: &[Pair] = &[
    ("客户自行复位后正常", "Works again after the customer reset it"),
    ("重复报修", "Reported twice"),
    ("设备已停用", "The device is no longer used"),
    ("客户改期，另行安排", "The customer will call again"),
];
/// For the colleague who goes on.
pub(crate) const HAND_OVERS: &[Pair] = &[
    ("我今天赶不过去，备件在你车上。", "I cannot make it today, the parts are in your van."),
    ("离你更近，客户已知情。", "Closer to you, the customer knows."),
];
