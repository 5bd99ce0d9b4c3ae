package match

import "strings"

// vague is the value of a number that names none: 几, 数, several.
const vague = 3

// numeralValue is the value of a character in a Chinese number, and whether it multiplies.
func numeralValue(c rune) (v float64, times, ok bool) {
	switch c {
	case '零', '〇':
		return 0, false, true
	case '一':
		return 1, false, true
	case '二', '两':
		return 2, false, true
	case '三':
		return 3, false, true
	case '四':
		return 4, false, true
	case '五':
		return 5, false, true
	case '六':
		return 6, false, true
	case '七':
		return 7, false, true
	case '八':
		return 8, false, true
	case '九':
		return 9, false, true
	case '几':
		return vague, false, true
	case '十':
		return 10, true, true
	case '百':
		return 100, true, true
	case '千':
		return 1000, true, true
	case '万':
		return 10000, true, true
	}
	return 0, false, false
}

var (
	vagueHan   = []string{"无数", "好几", "很多", "许多", "好多", "若干", "上百", "上千", "数十", "数百", "数", "多", "半"}
	vagueValue = []float64{99, vague, 5, 5, 5, vague, 100, 1000, 30, 300, vague, vague, 0.5}
)

// begins reports a character that a Chinese number may begin with.
func begins(c rune) bool {
	switch c {
	case '无', '好', '很', '许', '若', '上', '数', '多', '半':
		return true
	}
	_, _, ok := numeralValue(c)
	return ok
}

// numeral reads 三, 十几, 二十多, 好几 and 半 at symbol k.
func (r *symbols) numeral(k int) (quantity, bool) {
	if _, _, inside := numeralValue(r.at(k - 1)); inside {
		return quantity{}, false
	}
	if n, i := r.first(k, vagueHan); n > 0 {
		q := quantity{from: k, number: k + n, value: vagueValue[i], vague: true}
		if _, times, ok := numeralValue(r.at(q.number)); ok && times { // 好几十
			q.value *= 10
			q.number++
		}
		return q, true
	}
	q := quantity{from: k, number: k}
	var total, current float64
	digits := 0
	for ; ; q.number++ {
		c := r.at(q.number)
		v, times, ok := numeralValue(c)
		if !ok {
			break
		}
		q.vague = q.vague || c == '几'
		switch {
		case !times:
			if digits++; digits == 1 { // 两三: the first
				current = v
			}
			continue
		case v == 10000:
			total, current = (total+current)*v, 0
		default:
			total += max(current, 1) * v
			current = 0
		}
		digits = 0
	}
	q.value = total + current
	return q, q.number > k
}

var (
	unitsHan   = []string{"分钟", "小时", "钟头", "工作日", "天", "晚上", "晚", "夜", "上午", "下午", "早上", "周", "星期", "礼拜", "月", "季度", "年", "日", "次", "遍", "回", "趟", "来回"}
	minutesHan = []float64{1, 60, 60, 1440, 1440, 720, 720, 720, 240, 240, 240, 10080, 10080, 10080, 43200, 130000, 525600, 1440, 0, 0, 0, 0, 0}

	// what makes a time a date, a term or a habit: before it, and behind it
	termBefore = []string{"每", "每隔", "第", "前", "隔", "头", "未来", "接下来", "不到", "没到", "没过", "没", "限", "送", "赠", "签", "签了", "比", "有效期", "保修", "半夜", "同"}
	termAfter  = []string{
		"前", "之前", "以前", "内", "之内", "以内", "后", "之后", "以后", "里", "老用户", "老客户", "用户", "客户", "客服", "热线", "在线", "服务", "营业", "开机", "待机", "一次",
		"套餐", "合约", "合同", "期", "版", "级", "制", "到晚", "两头", "无理由", "宽带", "的宽带", "话费", "月租", "租", "费", "份", "卡", "流量", "不间断", "自助", "比一", "包", "又一", "一",
	}
	dayBefore = []string{"有", "那", "哪", "改", "某", "昨", "当", "另"}
)

// han reads what follows a number in Chinese: its unit and what belongs to it.
func (r *symbols) han(q quantity) quantity {
	if v, times, ok := numeralValue(r.at(q.number)); ok && times && v >= 100 && q.number > q.from && digit(r.at(q.number-1)) { // 3万
		q.value *= v
		q.number++
	}
	if strings.ContainsRune("多余来几", r.at(q.number)) && r.at(q.number-1) != '多' {
		q.number++
	}
	k := q.number
	pieces := r.at(k) == '个'
	if pieces {
		k++
	}
	if c := r.at(k); pieces && (c == '多' || c == '半' || c == '来') {
		if c == '半' {
			q.value += 0.5
		}
		k++
	}
	n, i := r.first(k, unitsHan)
	if n == 0 {
		return q
	}
	k += n
	q.minutes = minutesHan[i]
	switch unitsHan[i] {
	case "月", "季度":
		if !pieces && !q.vague { // 三月 is a date
			return q
		}
	case "年":
		if q.value > 12 && digit(r.at(q.from)) || q.value >= 100 || r.at(k) == '级' {
			return q
		}
	case "日":
		if !q.vague {
			return q
		}
	case "次", "遍", "趟":
		if c := r.at(k); c == '次' || c == '遍' || c == '趟' || r.has(k, "又一"+unitsHan[i]) { // 一次次, 一遍又一遍
			q.value = vague
			if c == '又' {
				k += 2
			}
			k++
		}
	}
	if q.minutes > 0 {
		if c := r.at(k); c == '多' || c == '半' || c == '余' {
			k++
		}
	}
	q.unit = k
	q.fixed = r.behind(q.from, termBefore) && !r.behind(q.from, []string{"没每", "目前"})
	if n, _ := r.first(k, termAfter); n > 0 && q.minutes > 0 {
		q.fixed = true
	}
	if r.at(k) == '的' && q.minutes > 0 && !r.has(k+1, "时间") { // 一年的套餐
		q.fixed = true
	}
	if q.value == 1 && q.minutes == 1440 && r.behind(q.from, dayBefore) { // 有一天
		q.fixed = true
	}
	return q
}
