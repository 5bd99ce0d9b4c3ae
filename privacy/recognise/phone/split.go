package phone

import (
	"math/bits"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var split = recognise.Rule{
	ID: "mobile.split", Type: rule.Mobile,
	About: "the number of a mobile, a fixed line, an identity card or a card of a bank, told in parts: 前七位…后四位, blocks with words between them, blocks that an agent repeats; each part is a candidate",
	Need:  recognise.Need{Runs: minBlock},
	Find:  findSplit,
	True: []string{
		"前七位是«1391234»，后四位是«5678»", "号码前三位«139»中间四位«1234»后四位«5678»", "电话开头«139»，然后«1234»，最后«5678»", "前面是«1391234»后面是«5678»", "前七位«幺三九幺二三四»后四位«五六七八»",
		"身份证前六位«110105»，中间八位«19491231»，后四位«0021»",
		"我的号码 «139» 那个 «0021» 再加 «7763»，记下没", "电话为防泄漏拆开：«1369»…中间«552»…最后«0718»，收到请删",
		"我号是«幺三九»，啊对，然后«两三四五»，最后«六七八九»", "我的号码是«1 3 8»，啊对，然后«0 0 1 3»，后面«5 6 7 8»", "客户：«139» 坐席：«139» 客户：«0021» 坐席：«0021» 客户：«7763» 坐席：«7763» 对吗", "客户：«幺五零» 坐席：嗯 客户：«二三三零» 坐席：嗯 客户：«九八七六»",
		"手机号后四位«5678»，前七位«1391234»", "手机号中间四位是«0021»，前面是«139»，后面是«7763»", "用户报号：«136» 话务员复述：«136» 用户：«4410» 话务员复述：«4410» 用户：«9087»", "请加微信yuyu_0912，或打前三位«158»，中间四位«1404»，后四位«4679»", "座机是«0571»，然后«8765»，后面«4321»", "银行卡前四位«6222»，中间«0210»，«0111»，最后«6818»", "联系号码“«139»”“«0021»”“«7763»”连起来", "留个电话：«一五幺»，«二二三三»，办完了«四四五五»", "身份证后四位是«0014»，前面是«440524»，中间是«19880101»", "身份证号码«320106»空格«19870512»空格«4013»", "公民身份号码是«32010619870512»后面再加«4013»", "前七位«1391234»，后四位«5678»，另一个前七位«1381234»，后四位«8765»", "物流签收：某某 前七位«1391234»，后四位是«5678»，某某 前三位«188»，中间四位«1234»，后四位«5678»", "前七位«1391234»，后四位是«5678»套餐降档", "香港電話前七位«8529508»，后四位是«8295»，內地前七位«1520716»，后四位是«4269»", "号码我分开说：前七位«15066Z3»，后四位«8891»", "身份证前六位«110105»，中间是生日«19491231»，最后四位«002X»", "身份证：«110105» 嗯 «19491231» 嗯 «0021»", "手机号 customer: «139» then «1234» and finally «5678»",
	},
	False: []string{
		"后四位5678", "前三位139", "前七位1391234", "前六位110105，中间八位19491331，后四位0021", "订单前7位1391234，金额5678", "前三名100，后三名200",
		"号码139，共0021个，余7763元，不对", "139那个0021再加7763", "电话 139 0021", "手机139元套餐有0021分钟和7763兆",
		"订单前三位139，中间四位1234，后四位5678", "流水号前六位110105，中间八位19491231，后四位0021", "电话费前三个月139，然后1234，最后5678", "工单号是 1 3 8，啊对，然后0 0 1 3，后面5 6 7 8", "频道一三八，然后二零零一，最后三五六七", "手机屏幕分辨率 1920 后面 1080 然后 720", "座机打了0571次，然后8765，最后4321", "价格0571，然后8765，后面4321",
	},
}

const (
	minBlock  = 3  // digits in the longest run of a text that tells a number in parts
	maxBlocks = 9  // blocks of a number, those that are repeated among them
	maxApart  = 40 // units between two blocks
	minTold   = 11 // digits of the shortest number that is told in parts
	maxTold   = 19 // and of the longest
	cardTold  = 18 // of an identity card
	maxLead   = 40 // units from the word for a number to its first block
)

// block is a group of digits of which a number may be told.
type block struct {
	start, end int
	value      string
	letter     bool // a letter or a mask touches it
	cross      int  // past the check character of an identity card behind it, or 0
	spoken     bool // 幺 洞 拐 are among its digits
	plain      bool // it has no numerals
}

func findSplit(p *recognise.Page, emit func(rule.Candidate)) {
	var last [maxBlocks]block
	var found rule.Candidate // what was told last, and its last block
	var closed block
	n := 0
	blocks(p, func(b block) {
		if found.Type != "" { // the agent repeats the end of it
			if b.value == closed.value && !b.letter && b.start-closed.end <= maxApart {
				found.Start, found.End = b.start, max(b.end, b.cross)
				emit(found)
				closed = b
				return
			}
			found = rule.Candidate{}
		}
		if n > 0 && b.start-last[n-1].end > maxApart {
			n = 0
		}
		if n == maxBlocks {
			copy(last[:], last[1:])
			n--
		}
		last[n] = b
		n++
		for i := n - 2; i >= 0; i-- {
			c, ok := assemble(p, last[i:n])
			if !ok && i == 0 && n < 4 {
				c, ok = disordered(p, last[:n])
			}
			if !ok {
				continue
			}
			for i > 0 && last[i-1].value == last[i].value && !last[i-1].letter { // and the start
				i--
			}
			for _, x := range last[i:n] {
				c.Start, c.End = x.start, max(x.end, x.cross)
				emit(c)
			}
			if c.Rejected == "" {
				found, closed, n = c, b, 0
			}
			return
		}
	})
}

// blocks calls yield for each group of two or more digits that touch, or that
// stand each alone and are parted alike: 139, 幺三九, 1 3 9.
func blocks(p *recognise.Page, yield func(b block)) {
	for _, r := range p.Runs {
		for k := r.Lo; k < r.Hi; {
			end := k + 1
			for end < r.Hi && p.Reads[end].Gap == 0 {
				end++
			}
			if end == k+1 { // 1 3 9
				for end < r.Hi && p.Reads[end].Gap > 0 && p.Reads[end].Sep == p.Reads[k+1].Sep && (end+1 == r.Hi || p.Reads[end+1].Gap > 0) {
					end++
				}
			} else if p.Reads[end-1].Kind == recognise.Numeral && p.Reads[end-2].Kind == recognise.Plain { // 139一共
				end--
			}
			if n := end - k; n >= 2 && n < maxTold {
				b := block{start: p.Reads[k].At, end: p.Reads[end-1].At + 1, value: p.Digits(r, k, n), plain: true}
				for i := k; i < end; i++ {
					b.plain = b.plain && p.Reads[i].Kind == recognise.Plain
					switch p.Rune(p.Reads[i].At) {
					case '幺', '洞', '拐', '勾':
						b.spoken = true
					}
				}
				b.letter = p.Is(b.start-1, fold.Letter|fold.Mask) || p.Is(b.end, fold.Mask) || p.Rune(b.start-1) == '_' || p.Rune(b.end) == '_' || p.Rune(b.end) == '@'
				switch p.Rune(b.end) {
				case 'X', 'x', '×', '叉':
					if !p.Is(b.end+1, fold.Letter|fold.Digit) {
						b.cross = b.end + 1
					}
				}
				b.letter = b.letter || b.cross == 0 && p.Is(b.end, fold.Letter)
				yield(b)
			}
			k = max(end, k+1)
		}
	}
}

// assemble returns the number that blocks tell together, if they do. A block
// that repeats the one before it, or all before it, is an echo.
func assemble(p *recognise.Page, told []block) (c rule.Candidate, ok bool) {
	first := &told[0]
	if len(first.value) < 3 || len(first.value) > 14 {
		return c, false
	}
	if digits(told) < minTold {
		return c, false
	}
	var all, distinct [maxTold]byte
	a, d, n, before := 0, 0, 0, "" // lengths of all and of distinct, how many are distinct, and the last of these
	for i := range told {
		v := told[i].value
		if told[i].letter || i < len(told)-1 && told[i].cross > 0 {
			return c, false
		}
		if a += len(v); a <= maxTold {
			copy(all[a-len(v):], v)
		}
		if v == before || v == string(distinct[:min(d, maxTold)]) {
			continue
		}
		if d += len(v); d > maxTold {
			return c, false
		}
		copy(distinct[d-len(v):], v)
		before = v
		n++
	}
	s := story{p: p, told: told, distinct: n}
	if c, ok = s.number(string(distinct[:d])); n > 1 && ok {
		return c, true
	}
	if a == d || a > maxTold {
		return c, false
	}
	s.distinct, s.twice = len(told), true
	return s.number(string(all[:a]))
}

// digits is how many digits blocks have together.
func digits(told []block) (n int) {
	for i := range told {
		n += len(told[i].value)
	}
	return n
}

// hongkong reports a number of Hong Kong or Macau with its country code.
func hongkong(d string) bool {
	return len(d) == 11 && (d[:3] == "852" || d[:3] == "853") && d[3] >= '4'
}

// disordered returns the number whose end or middle is told before its start.
// The blocks must be the only ones around, or they are of two numbers.
func disordered(p *recognise.Page, told []block) (c rule.Candidate, ok bool) {
	if n := digits(told); n != minTold && n != cardTold {
		return c, false
	}
	value, places := "", 0
	for place, signs := range [...]string{heads, middles, tails} {
		for i := range told {
			if b := &told[i]; !b.letter && b.cross == 0 && part(p, b.start, signs) {
				value += b.value
				places |= 1 << place
				break
			}
		}
	}
	if len(value) != digits(told) || bits.OnesCount(uint(places)) != len(told) {
		return c, false
	}
	s := story{p: p, told: told, distinct: len(told)}
	return s.number(value)
}

// number returns the number that value is, if people tell its kind and the
// words around the blocks bear it out.
func (s *story) number(value string) (c rule.Candidate, ok bool) {
	last := s.told[len(s.told)-1]
	card := value
	if last.cross > 0 {
		card += "X"
	}
	c = rule.Candidate{Type: rule.Mobile, Canonical: value}
	switch {
	case last.cross == 0 && (allocated(value) || hongkong(value)):
		c.Confidence, c.Evidence = s.mobile()
	case len(card) == cardTold && card[0] > '0' && card[0] < '9' && check.DateDigits(card[6:14]):
		c.Type, c.Canonical = rule.IDCard, card
		c.Confidence, c.Evidence = s.card(check.CitizenID(card))
	case last.cross == 0 && areaCode(value) == len(s.told[0].value) && (len(value) == 12 || len(value) == 11):
		c.Type = rule.Landline
		c.Confidence, c.Evidence = s.fixed(telephone)
	case last.cross == 0 && len(value) >= 16 && (value[:2] == "62" || value[0] == '4' || value[0] == '5') && check.Luhn(value):
		c.Type = rule.BankCard
		c.Confidence, c.Evidence = s.fixed(bank)
	}
	if c.Confidence > 0 && s.cue() == order {
		c.Rejected = recognise.OrderWins
	}
	return c, c.Confidence > 0
}
