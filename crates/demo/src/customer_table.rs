//! The twenty customers with three sites each. The streets exist; the customers do not.

use crate::customers::Trade::{Building, Food, Hotel, Mall, Plant};
use crate::customers::{Client, Place};
use crate::people::City::{Beijing, Guangzhou, Shenzhen, Tianjin};
use outpost_domain::customer::Tier::{Member, Standard, Vip};

macro_rules! customers {
    ($($key:literal $name:literal $name_en:literal $tier:ident $trade:ident $english:literal {
        $($city:ident $site:literal $site_en:literal $address:literal $latitude:literal $longitude:literal;)*
    })*) => {
        &[$(Client {
            key: $key, name: $name, name_en: $name_en, tier: $tier, trade: $trade, english: $english,
            sites: [$(Place {
                city: $city, name: $site, name_en: $site_en, address: $address, latitude: $latitude,
                longitude: $longitude,
            }),*],
        }),*]
    };
}

pub(crate) const CUSTOMERS: &[Client] = customers! {
    "harbour" "港湾大厦物业" "Harbour Tower Property" Vip Building false {
        Beijing "港湾大厦" "Harbour Tower" "北京市朝阳区建国门外大街 12 号" 39.9087 116.4424;
        Beijing "港湾大厦西座" "Harbour Tower West" "北京市朝阳区建国门外大街 14 号" 39.9089 116.4391;
        Beijing "港湾公寓" "Harbour Residence" "北京市朝阳区光华路 22 号" 39.9142 116.4517;
    }
    "lotus" "莲花餐饮" "Lotus Kitchen" Member Food true {
        Beijing "莲花餐厅国贸店" "Lotus Kitchen Guomao" "北京市朝阳区东三环中路 39 号" 39.9061 116.4610;
        Beijing "莲花餐厅西单店" "Lotus Kitchen Xidan" "北京市西城区西单北大街 133 号" 39.9110 116.3736;
        Tianjin "莲花餐厅滨江道店" "Lotus Kitchen Binjiang" "天津市和平区滨江道 208 号" 39.1206 117.1958;
    }
    "metro" "都会广场" "Metro Mall" Vip Mall true {
        Beijing "都会广场三里屯" "Metro Mall Sanlitun" "北京市朝阳区三里屯路 19 号" 39.9340 116.4551;
        Beijing "都会广场中关村" "Metro Mall Zhongguancun" "北京市海淀区中关村大街 15 号" 39.9784 116.3150;
        Tianjin "都会广场南京路" "Metro Mall Nanjing Road" "天津市和平区南京路 189 号" 39.1161 117.1934;
    }
    "xiehe" "北河医院" "Beihe Hospital" Vip Hotel false {
        Beijing "北河医院门诊楼" "Beihe Hospital, outpatients" "北京市东城区东单北大街 53 号" 39.9132 116.4170;
        Beijing "北河医院住院楼" "Beihe Hospital, wards" "北京市东城区东单北大街 55 号" 39.9141 116.4178;
        Beijing "北河医院亦庄分院" "Beihe Hospital Yizhuang" "北京市大兴区荣华中路 8 号" 39.7952 116.5063;
    }
    "jingan" "京安饭店" "Jing'an Hotel" Member Hotel true {
        Beijing "京安饭店" "Jing'an Hotel Beijing" "北京市东城区王府井大街 57 号" 39.9176 116.4108;
        Beijing "京安饭店机场店" "Jing'an Hotel Airport" "北京市顺义区府前一街 6 号" 40.0569 116.5965;
        Tianjin "京安饭店天津" "Jing'an Hotel Tianjin" "天津市河西区友谊路 21 号" 39.0868 117.2126;
    }
    "qiao" "卢桥食堂" "Luqiao Canteens" Standard Food false {
        Beijing "卢桥食堂学院路店" "Luqiao Canteen Xueyuan Road" "北京市海淀区学院路 30 号" 39.9905 116.3526;
        Beijing "卢桥食堂丰台店" "Luqiao Canteen Fengtai" "北京市丰台区丰台路 70 号" 39.8585 116.2869;
        Beijing "卢桥食堂望京店" "Luqiao Canteen Wangjing" "北京市朝阳区望京街 9 号" 39.9968 116.4816;
    }
    "dragon" "龙脉数据" "Dragonline Data" Vip Plant true {
        Beijing "龙脉数据亦庄机房" "Dragonline Yizhuang" "北京市大兴区科创十四街 99 号" 39.7741 116.5580;
        Beijing "龙脉数据酒仙桥机房" "Dragonline Jiuxianqiao" "北京市朝阳区酒仙桥路 10 号" 39.9714 116.4950;
        Tianjin "龙脉数据武清机房" "Dragonline Wuqing" "天津市武清区泉州北路 5 号" 39.3920 117.0612;
    }
    "haihe" "海河置业" "Haihe Estates" Member Building false {
        Tianjin "海河中心" "Haihe Centre" "天津市河北区海河东路 37 号" 39.1361 117.2067;
        Tianjin "海河花园 1 期" "Haihe Gardens I" "天津市南开区鞍山西道 161 号" 39.1123 117.1620;
        Tianjin "海河花园 2 期" "Haihe Gardens II" "天津市南开区鞍山西道 165 号" 39.1118 117.1603;
    }
    "binhai" "滨海冷链" "Binhai Cold Chain" Standard Plant false {
        Tianjin "滨海冷库一号" "Binhai Cold Store 1" "天津市滨海新区新港路 26 号" 38.9912 117.7098;
        Tianjin "滨海冷库二号" "Binhai Cold Store 2" "天津市滨海新区海滨大道 18 号" 38.9769 117.7402;
        Tianjin "滨海配送中心" "Binhai Distribution" "天津市东丽区津塘公路 300 号" 39.0841 117.3127;
    }
    "union" "联合办公" "Union Workspaces" Standard Building true {
        Beijing "联合办公东直门" "Union Dongzhimen" "北京市东城区东直门外大街 46 号" 39.9416 116.4343;
        Beijing "联合办公金融街" "Union Financial Street" "北京市西城区金融大街 7 号" 39.9157 116.3581;
        Tianjin "联合办公小白楼" "Union Xiaobailou" "天津市和平区大沽北路 65 号" 39.1219 117.2117;
    }
    "pengcheng" "鹏城大厦物业" "Pengcheng Tower Property" Vip Building false {
        Shenzhen "鹏城大厦" "Pengcheng Tower" "深圳市福田区深南大道 4009 号" 22.5410 114.0579;
        Shenzhen "鹏城大厦二期" "Pengcheng Tower II" "深圳市福田区福华一路 88 号" 22.5365 114.0541;
        Shenzhen "鹏城公馆" "Pengcheng Residence" "深圳市南山区海德三道 15 号" 22.5182 113.9381;
    }
    "sunny" "阳光茶餐厅" "Sunny Tea Restaurants" Member Food true {
        Shenzhen "阳光茶餐厅华强北店" "Sunny Tea Huaqiangbei" "深圳市福田区华强北路 1016 号" 22.5466 114.0865;
        Shenzhen "阳光茶餐厅蛇口店" "Sunny Tea Shekou" "深圳市南山区太子路 18 号" 22.4858 113.9155;
        Guangzhou "阳光茶餐厅北京路店" "Sunny Tea Beijing Road" "广州市越秀区北京路 238 号" 23.1236 113.2690;
    }
    "coast" "海岸城" "Coast City" Vip Mall false {
        Shenzhen "海岸城南山" "Coast City Nanshan" "深圳市南山区文心五路 33 号" 22.5180 113.9353;
        Shenzhen "海岸城龙岗" "Coast City Longgang" "深圳市龙岗区龙翔大道 7188 号" 22.7207 114.2466;
        Guangzhou "海岸城天河" "Coast City Tianhe" "广州市天河区天河路 208 号" 23.1322 113.3270;
    }
    "nanshan" "南山人民医院" "Nanshan People's Hospital" Vip Hotel false {
        Shenzhen "南山人民医院" "Nanshan People's Hospital" "深圳市南山区桃园路 89 号" 22.5322 113.9256;
        Shenzhen "南山人民医院西丽院区" "Nanshan Hospital Xili" "深圳市南山区留仙大道 2 号" 22.5847 113.9530;
        Shenzhen "南山人民医院体检中心" "Nanshan Hospital Check-ups" "深圳市南山区南海大道 2061 号" 22.5150 113.9270;
    }
    "pearl" "珠江酒店集团" "Pearl River Hotels" Member Hotel true {
        Guangzhou "珠江酒店" "Pearl River Hotel" "广州市海珠区阅江西路 218 号" 23.1003 113.3190;
        Guangzhou "珠江酒店白云" "Pearl River Hotel Baiyun" "广州市白云区机场路 282 号" 23.1832 113.2651;
        Shenzhen "珠江酒店罗湖" "Pearl River Hotel Luohu" "深圳市罗湖区人民南路 3005 号" 22.5385 114.1196;
    }
    "delta" "德达半导体" "Delta Semiconductors" Vip Plant true {
        Shenzhen "德达坪山工厂" "Delta Pingshan Plant" "深圳市坪山区锦绣中路 19 号" 22.6835 114.3540;
        Shenzhen "德达光明工厂" "Delta Guangming Plant" "深圳市光明区光侨路 1200 号" 22.7604 113.9336;
        Guangzhou "德达黄埔工厂" "Delta Huangpu Plant" "广州市黄埔区开源大道 11 号" 23.1737 113.4900;
    }
    "canton" "羊城物业" "Yangcheng Property" Standard Building true {
        Guangzhou "羊城国际中心" "Yangcheng International Centre" "广州市天河区珠江东路 6 号" 23.1186 113.3257;
        Guangzhou "羊城花园" "Yangcheng Gardens" "广州市海珠区江南大道中 180 号" 23.0983 113.2712;
        Guangzhou "羊城科技园" "Yangcheng Science Park" "广州市黄埔区科学大道 182 号" 23.1702 113.4576;
    }
    "wok" "大镬饭堂" "Big Wok Canteens" Standard Food false {
        Guangzhou "大镬饭堂大学城店" "Big Wok University Town" "广州市番禺区外环东路 232 号" 23.0561 113.4049;
        Guangzhou "大镬饭堂荔湾店" "Big Wok Liwan" "广州市荔湾区中山七路 50 号" 23.1290 113.2396;
        Shenzhen "大镬饭堂科技园店" "Big Wok Science Park" "深圳市南山区科苑路 15 号" 22.5478 113.9440;
    }
    "bayline" "湾区地铁商业" "Bayline Station Retail" Member Mall true {
        Shenzhen "湾区商业车公庙站" "Bayline Chegongmiao" "深圳市福田区深南大道 6008 号" 22.5357 114.0256;
        Guangzhou "湾区商业体育西站" "Bayline Tiyu Xi" "广州市天河区体育西路 103 号" 23.1301 113.3210;
        Guangzhou "湾区商业广州南站" "Bayline Guangzhou South" "广州市番禺区石壁街道南站北路 1 号" 22.9894 113.2693;
    }
    "yuehai" "粤海学校" "Yuehai Schools" Standard Building false {
        Shenzhen "粤海小学" "Yuehai Primary School" "深圳市南山区后海大道 2380 号" 22.5216 113.9402;
        Shenzhen "粤海中学" "Yuehai Middle School" "深圳市南山区登良路 15 号" 22.5123 113.9338;
        Guangzhou "粤海外国语学校" "Yuehai Language School" "广州市番禺区迎宾路 730 号" 22.9863 113.3507;
    }
};
