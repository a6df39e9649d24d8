//! Names of people and places. Made up of common parts; any likeness to a customer of a bank is chance.

use super::random::Random;

/// Surnames in falling order of frequency.
const SURNAMES: &[&str] = &[
    "王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周", "徐", "孙", "马", "朱", "胡", "郭", "何",
    "林", "高", "罗", "郑", "梁", "谢", "宋", "唐", "许", "韩", "冯", "邓", "曹", "彭", "曾", "萧", "田",
    "董", "袁", "潘", "于", "蒋", "蔡", "余", "杜", "叶", "程", "苏", "魏", "吕", "丁", "任", "沈", "欧阳",
    "司徒",
];

const GIVEN: &[&str] = &[
    "伟", "芳", "娜", "敏", "静", "丽", "强", "磊", "军", "洋", "勇", "艳", "杰", "娟", "涛", "明", "超",
    "秀", "霞", "平", "刚", "桂", "英", "华", "玉", "兰", "红", "建", "国", "志", "文", "海", "林", "春",
    "梅", "云", "晨", "欣", "怡", "宇", "轩", "涵", "梓", "浩", "然", "子", "嘉", "思", "雨", "佳", "雪",
    "婷", "慧", "琳", "峰", "鹏", "飞", "龙", "凯", "俊", "博", "睿", "天", "一",
];

/// Cities of regional offices.
pub const CITIES: &[&str] = &[
    "上海",
    "北京",
    "深圳",
    "广州",
    "杭州",
    "成都",
    "南京",
    "武汉",
    "苏州",
    "西安",
    "重庆",
    "天津",
    "青岛",
    "长沙",
    "宁波",
    "郑州",
    "厦门",
    "济南",
    "合肥",
    "福州",
    "大连",
    "沈阳",
    "昆明",
    "乌鲁木齐",
];

/// Streets and quarters that give branches their names.
pub const QUARTERS: &[&str] = &[
    "人民路",
    "中山路",
    "解放路",
    "建设路",
    "新华路",
    "和平路",
    "滨江",
    "高新区",
    "城东",
    "城西",
    "城南",
    "城北",
    "开发区",
    "大学城",
    "火车站",
    "中心",
];

/// A person's name: surname, and one or two characters.
pub fn person(random: &mut Random) -> String {
    // The smaller of two draws: common surnames come first in the list and are met more often.
    let place = random.below(SURNAMES.len() as u64).min(random.below(SURNAMES.len() as u64));
    let mut name = SURNAMES[place as usize].to_owned();
    name.push_str(random.one_of(GIVEN));
    if random.chance(720_000) {
        name.push_str(random.one_of(GIVEN));
    }
    name
}
