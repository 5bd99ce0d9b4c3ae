package corpus

import "strings"

// city is a place people come from. Codes are public facts: the dialling code,
// and the GB/T 2260 code of one of its districts.
type city struct {
	name, dial, area string
}

type region struct {
	name   string // short Chinese name
	full   string // as in an address
	plate  string
	weight int
	cities []city
}

// regions are the 31 province-level regions of the mainland.
var regions = parseRegions(`
北京 北京市 京 8 北京:010:110105
天津 天津市 津 5 天津:022:120103
河北 河北省 冀 9 石家庄:0311:130102 保定:0312:130602 唐山:0315:130202
山西 山西省 晋 5 太原:0351:140105 大同:0352:140213
内蒙古 内蒙古自治区 蒙 4 呼和浩特:0471:150102 包头:0472:150203
辽宁 辽宁省 辽 7 沈阳:024:210102 大连:0411:210202
吉林 吉林省 吉 4 长春:0431:220102 吉林:0432:220202
黑龙江 黑龙江省 黑 5 哈尔滨:0451:230102 大庆:0459:230602
上海 上海市 沪 8 上海:021:310104
江苏 江苏省 苏 13 南京:025:320102 苏州:0512:320505 无锡:0510:320205
浙江 浙江省 浙 12 杭州:0571:330102 宁波:0574:330203 温州:0577:330302
安徽 安徽省 皖 8 合肥:0551:340102 芜湖:0553:340202
福建 福建省 闽 6 福州:0591:350102 厦门:0592:350203
江西 江西省 赣 6 南昌:0791:360102 赣州:0797:360702
山东 山东省 鲁 13 济南:0531:370102 青岛:0532:370202 烟台:0535:370602
河南 河南省 豫 12 郑州:0371:410102 洛阳:0379:410302
湖北 湖北省 鄂 8 武汉:027:420102 宜昌:0717:420502 襄阳:0710:420602
湖南 湖南省 湘 8 长沙:0731:430102 衡阳:0734:430405
广东 广东省 粤 16 广州:020:440104 深圳:0755:440303 佛山:0757:440604 东莞:0769:441900
广西 广西壮族自治区 桂 6 南宁:0771:450102 桂林:0773:450302
海南 海南省 琼 2 海口:0898:460105
重庆 重庆市 渝 6 重庆:023:500103
四川 四川省 川 11 成都:028:510104 绵阳:0816:510703
贵州 贵州省 贵 5 贵阳:0851:520102 遵义:0851:520302
云南 云南省 云 6 昆明:0871:530102 大理:0872:532901
西藏 西藏自治区 藏 1 拉萨:0891:540102
陕西 陕西省 陕 6 西安:029:610102 宝鸡:0917:610302
甘肃 甘肃省 甘 3 兰州:0931:620102
青海 青海省 青 1 西宁:0971:630102
宁夏 宁夏回族自治区 宁 1 银川:0951:640104
新疆 新疆维吾尔自治区 新 3 乌鲁木齐:0991:650102
`)

func parseRegions(table string) []region {
	var out []region
	for line := range strings.Lines(strings.TrimSpace(table)) {
		fields := strings.Fields(line)
		r := region{name: fields[0], full: fields[1], plate: fields[2]}
		for _, digit := range fields[3] {
			r.weight = r.weight*10 + int(digit-'0')
		}
		for _, field := range fields[4:] {
			parts := strings.Split(field, ":")
			r.cities = append(r.cities, city{parts[0], parts[1], parts[2]})
		}
		out = append(out, r)
	}
	return out
}

func regionWeights() []int {
	out := make([]int, len(regions))
	for i := range regions {
		out[i] = regions[i].weight
	}
	return out
}

// findCity gives the place of a name that is in the table.
func findCity(name string) (*region, city) {
	for i := range regions {
		for _, c := range regions[i].cities {
			if c.name == name {
				return &regions[i], c
			}
		}
	}
	panic("corpus: no such city: " + name)
}
