package privacy

import (
	"strings"
	"unicode/utf8"
)

// city is a municipality or a unit at prefecture level (GB/T 2260, four digits).
type city struct {
	name string // without its suffix: 成都, 凉山
	kind string // the suffix: 市, 州, 盟, 地区
}

// provinces are the names that may stand before a city, without suffix.
const provinces = `河北 山西 内蒙古 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 广西 海南 四川 贵州 云南 西藏 陕西 甘肃 青海 宁夏 新疆 台湾`

// provinceSuffixes, the longest first.
const provinceSuffixes = `壮族自治区 回族自治区 维吾尔自治区 自治区 省`

const cityNames = `北京 天津 上海 重庆
石家庄 唐山 秦皇岛 邯郸 邢台 保定 张家口 承德 沧州 廊坊 衡水
太原 大同 阳泉 长治 晋城 朔州 晋中 运城 忻州 临汾 吕梁
呼和浩特 包头 乌海 赤峰 通辽 鄂尔多斯 呼伦贝尔 巴彦淖尔 乌兰察布
沈阳 大连 鞍山 抚顺 本溪 丹东 锦州 营口 阜新 辽阳 盘锦 铁岭 朝阳 葫芦岛
长春 吉林 四平 辽源 通化 白山 松原 白城
哈尔滨 齐齐哈尔 鸡西 鹤岗 双鸭山 大庆 伊春 佳木斯 七台河 牡丹江 黑河 绥化
南京 无锡 徐州 常州 苏州 南通 连云港 淮安 盐城 扬州 镇江 泰州 宿迁
杭州 宁波 温州 嘉兴 湖州 绍兴 金华 衢州 舟山 台州 丽水
合肥 芜湖 蚌埠 淮南 马鞍山 淮北 铜陵 安庆 黄山 滁州 阜阳 宿州 六安 亳州 池州 宣城
福州 厦门 莆田 三明 泉州 漳州 南平 龙岩 宁德
南昌 景德镇 萍乡 九江 新余 鹰潭 赣州 吉安 宜春 抚州 上饶
济南 青岛 淄博 枣庄 东营 烟台 潍坊 济宁 泰安 威海 日照 临沂 德州 聊城 滨州 菏泽
郑州 开封 洛阳 平顶山 安阳 鹤壁 新乡 焦作 濮阳 许昌 漯河 三门峡 南阳 商丘 信阳 周口 驻马店
武汉 黄石 十堰 宜昌 襄阳 鄂州 荆门 孝感 荆州 黄冈 咸宁 随州
长沙 株洲 湘潭 衡阳 邵阳 岳阳 常德 张家界 益阳 郴州 永州 怀化 娄底
广州 韶关 深圳 珠海 汕头 佛山 江门 湛江 茂名 肇庆 惠州 梅州 汕尾 河源 阳江 清远 东莞 中山 潮州 揭阳 云浮
南宁 柳州 桂林 梧州 北海 防城港 钦州 贵港 玉林 百色 贺州 河池 来宾 崇左
海口 三亚 三沙 儋州
成都 自贡 攀枝花 泸州 德阳 绵阳 广元 遂宁 内江 乐山 南充 眉山 宜宾 广安 达州 雅安 巴中 资阳
贵阳 六盘水 遵义 安顺 毕节 铜仁
昆明 曲靖 玉溪 保山 昭通 丽江 普洱 临沧
拉萨 日喀则 昌都 林芝 山南 那曲
西安 铜川 宝鸡 咸阳 渭南 延安 汉中 榆林 安康 商洛
兰州 嘉峪关 金昌 白银 天水 武威 张掖 平凉 酒泉 庆阳 定西 陇南
西宁 海东
银川 石嘴山 吴忠 固原 中卫
乌鲁木齐 克拉玛依 吐鲁番 哈密
台北 新北 桃园 台中 台南 高雄`

const (
	prefectureNames = `延边 恩施 湘西 阿坝 甘孜 凉山 黔西南 黔东南 黔南 楚雄 红河 文山 西双版纳 大理 德宏 怒江 迪庆 临夏 甘南 海北 黄南 海南 果洛 玉树 海西 昌吉 博尔塔拉 巴音郭楞 克孜勒苏 伊犁`
	leagueNames     = `兴安 锡林郭勒 阿拉善`
	areaNames       = `大兴安岭 阿里 阿克苏 喀什 和田 塔城 阿勒泰`
)

// gazetteer finds the city that an address begins with. It is immutable.
type gazetteer struct {
	cities    map[rune][]city // by the first character of the name
	provinces []string
	suffixes  []string
}

func newGazetteer() *gazetteer {
	g := &gazetteer{cities: make(map[rune][]city), provinces: strings.Fields(provinces), suffixes: strings.Fields(provinceSuffixes)}
	for _, list := range [...]struct{ names, kind string }{
		{cityNames, "市"}, {prefectureNames, "州"}, {leagueNames, "盟"}, {areaNames, "地区"},
	} {
		for _, name := range strings.Fields(list.names) {
			first, _ := utf8.DecodeRuneInString(name)
			g.cities[first] = append(g.cities[first], city{name, list.kind})
		}
	}
	return g
}

// find returns the city, in full, that a folded address without white space
// begins with, behind a province or not; or "". What it returns is always one
// of the list, so that nothing of an address can slip through.
func (g *gazetteer) find(address string) string {
	for _, p := range g.provinces {
		rest, ok := strings.CutPrefix(address, p)
		if !ok {
			continue
		}
		for _, suffix := range g.suffixes {
			if cut, ok := strings.CutPrefix(rest, suffix); ok {
				rest = cut
				break
			}
		}
		if name := g.begins(rest, true); name != "" {
			return name
		}
	}
	return g.begins(address, false)
}

// begins returns the city that s begins with. Its suffix may be missing only
// when the address goes on to a smaller unit: 成都武侯区 is in Chengdu, but
// 南京东路 is a street and 朝阳区 a district.
func (g *gazetteer) begins(s string, afterProvince bool) string {
	best := city{}
	first, _ := utf8.DecodeRuneInString(s)
	for _, c := range g.cities[first] {
		rest, ok := strings.CutPrefix(s, c.name)
		if ok && len(c.name) > len(best.name) && (c.closes(rest) || goesDown(rest, c.kind, afterProvince)) {
			best = c
		}
	}
	return best.name + best.kind
}

// closes reports whether rest begins with the suffix of the city.
func (c city) closes(rest string) bool {
	if c.kind == "州" { // 凉山彝族自治州
		if i := strings.Index(rest, "自治州"); i >= 0 && utf8.RuneCountInString(rest[:i]) <= 8 {
			return true
		}
	}
	return strings.HasPrefix(rest, c.kind)
}

// goesDown reports whether rest is a district, county or town within 2 to 5
// signs and no road or number before it.
func goesDown(rest, kind string, afterProvince bool) bool {
	if kind != "市" && !afterProvince {
		return false
	}
	n := 0
	for _, r := range rest {
		switch r {
		case '区', '县', '市', '镇', '旗':
			return n >= 1
		case '路', '街', '道', '号', '巷', '弄', '村', '栋', '楼':
			return false
		}
		if n++; n > 5 || r < 0x4e00 || r > 0x9fff {
			return false
		}
	}
	return false
}
