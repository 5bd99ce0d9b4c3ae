package name

import (
	"strings"

	"qingting/privacy/fold"
)

// Objection says why units i to j are no name whatever else speaks for one, in
// the words of the rules' rejections, or nothing: what counts things (一张), a
// place or a firm, what a road goes on from, where a message was sent from.
func (r *Recogniser) Objection(t *fold.Text, i, j int) string {
	s := scan{rec: r, t: t}
	switch {
	case s.measured(i):
		return "a count or measure word"
	case r.places.Is(s.text(i, j)) || strings.ContainsRune("路街巷", t.Rune(j-1)):
		return "the name of a place"
	case brands[s.text(i, j)]:
		return "the name of a firm"
	case s.placeBehind(j):
		return "a place or firm goes on behind"
	case i > 1 && isDot(t.Rune(i-1)) && t.Is(i-2, fold.Han):
		return "where a message was sent from"
	}
	for k := i + 1; k < j; k++ {
		if isDot(t.Rune(k)) && r.places.Is(s.text(i, k)) {
			return "where a message was sent from"
		}
	}
	return ""
}

// sides weighs what stands left and right of a full name.
func (s *scan) sides(i, j, to int) (score float64, evidence []string) {
	v := s.rec.vocab
	switch {
	case i > 1 && isDot(s.t.Rune(i-1)) && s.t.Is(i-2, fold.Han):
		score -= 6 // 西安·韦曲: where a message was sent from
	case !s.t.Is(i-1, fold.Han):
		score++
	}
	if j-i == 3 && s.rec.places.Is(s.text(i, i+2)) {
		score -= 4
	}
	if s.nearNumber(i, j) {
		score += 1.5
		evidence = append(evidence, "a long number near")
	}
	next := s.t.Rune(j)
	switch {
	case j < to && s.placeBehind(j):
		score -= 7
		evidence = append(evidence, "a place or firm may go on behind")
	case s.digitsBehind(j) >= 7:
		score += 4
		evidence = append(evidence, "a number behind")
	case j < to && v.does(s.t, j):
		score += 2.5
		evidence = append(evidence, "what people do behind")
		if !s.t.Is(i-1, fold.Han) {
			score += 1.5
		}
	case j == to || v.behind.has(next):
		score++
	}
	return score, evidence
}

// placeBehind says that a place or a firm goes on at unit j: 康乐中路, 仲恺大道.
func (s *scan) placeBehind(j int) bool {
	switch s.t.Rune(j) {
	case '大', '中', '东', '西', '南', '北':
		switch s.t.Rune(j + 1) {
		case '道', '街', '路', '厦', '巷', '桥':
			return true
		}
	}
	return s.rec.vocab.place.has(s.t.Rune(j))
}

// digitsBehind counts the digits that start at j, one separator allowed before.
func (s *scan) digitsBehind(j int) int {
	if s.t.Is(j, fold.Separator) {
		j++
	}
	n := 0
	for n < 11 && s.t.Is(j+n, fold.Digit) {
		n++
	}
	return n
}

// measured says that the surname at i counts something: 一张, 两包, 这段.
func (s *scan) measured(i int) bool {
	if s.t.Rune(i) == '周' { // 周三, 周末
		switch s.t.Rune(i + 1) {
		case '一', '二', '三', '四', '五', '六', '日', '末', '内', '几', '初':
			return true
		}
	}
	if !s.rec.vocab.count.has(s.t.Rune(i)) {
		return false
	}
	if s.t.Is(i-1, fold.Digit|fold.Numeral) {
		return true
	}
	switch s.t.Rune(i - 1) {
	case '几', '这', '那', '每', '半', '某', '各', '第', '多', '数', '整', '上', '下', '一', '十', '百', '个', '哪', '本', '该', '首':
		return true
	}
	return false
}

// brands are firms and goods that are named like people.
var brands = wordSet("李宁 潘婷 席梦思 欧兰德 雷克 雷克萨 佘山 周大福 周大生 周生生 周黑鸭 张小泉 张裕 张君雅 王老吉 王守义 王致和 李锦记 李先生 陈李济 胡庆余 陈克明 康师傅 金龙鱼 高露洁 施华蔻 费列罗 费雪 罗莱 罗技 雷蛇 雷柏 " +
	"江小白 金利来 华莱士 马应龙 白象 卫龙 方太 全友 顾家 康佳 万豪 万怡 万丽 喜来登 凯悦 苏泊尔 苏荷 安踏 安利 安卓 汤臣 汤达人 乐扣 史丹利 万宝路 于都 毛家 谭家 王府井 金逸 万达")
