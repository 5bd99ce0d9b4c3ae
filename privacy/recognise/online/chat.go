package online

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

var qq = recognise.Rule{
	ID: "qq.label", Type: rule.QQ,
	About: "5 to 11 digits, the first not 0, beside a word for QQ",
	Need:  recognise.Need{Runs: 3},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		named := false
		p.EachHit(recognise.QQ, func(h recognise.Hit) {
			named = true
			disguised(p, h, emit)
		})
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				at := p.Reads[k].At
				if p.Reads[k].Value == '0' {
					return
				}
				torn := tornCue(p, at, qqHeads, qqTails)
				if !named && !torn {
					return
				}
				label, _ := p.Label(at)
				near := p.Before(at, 8)
				if torn {
					label |= recognise.QQ
				}
				if (label|near|p.After(at, 16))&recognise.QQ == 0 {
					return
				}
				w, ok := p.Reading(at, 5, 11)
				if !ok || w.Masked || w.Decimal && !pointed(p, w, label) || w.Groups > 1 && w.Shape&15 < 3 && w.Groups < len(w.Value) || w.Groups > 4 && w.Groups < len(w.Value) {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.92, Evidence: []string{"label before"}}
				switch {
				case enclosed(p, w.End, recognise.QQ) && label&recognise.Order == 0:
					c.Confidence, c.Evidence = 0.85, []string{"label in brackets after"}
				case p.Rune(w.End) == '元':
					return
				case label&recognise.QQ != 0:
				case label != 0:
					c.Rejected = "another label before"
				case near&recognise.QQ != 0 && w.Groups == 1 && strings.ContainsAny(p.Folded(at-8, at), "是号:=为加联有") && near&(recognise.Order|recognise.Amount|recognise.Phone|recognise.WeChat) == 0:
					c.Confidence = 0.6
				case p.After(w.End, 4)&recognise.QQ != 0 && beside(p, w.End):
					c.Confidence = 0.75
				default:
					return
				}
				emit(c)
			})
		}
	},
	True:  []string{"QQ：«123456789»", "加我扣扣«87654321»", "企鹅号 «1234 5678»", "«12345678»是我的QQ", "我的q«１２３４５６７８９»", "QQ:«一二三四五六七»", "«123456789»（QQ）联系我", "加我，«87654321»（扣扣）", "扣♡扣 «87654321»", "QQ«1234.5678.90»", "QQ«46B6429Z41»", "QQ：«78777804B»"},
	False: []string{"QQ音乐12345", "QQ：012345", "qq订单号123456789", "123456789", "qq会员充值12345678元", "10086QQ", "Q3 2023营收", "（QQ）音乐会员扣了15000元", "QQ 8.9.28更新", "QQ 1234.56元", "QQ炫舞12345678", "订单号12345678（QQ）"},
}

// beside reports that only 是我的 and the like stand between unit at and the
// label after it.
func beside(p *recognise.Page, at int) bool {
	for i := at; i < at+4; i++ {
		if c, ok := p.HitFrom(i); ok && c.Cue&(recognise.QQ|recognise.WeChat) != 0 {
			return i > at
		}
		if !strings.ContainsRune("是我的这个, ", p.Rune(i)) {
			return false
		}
	}
	return false
}

// disguised proposes a number right after its label in which letters stand for
// some of the digits: QQ46B6429Z41.
func disguised(p *recognise.Page, h recognise.Hit, emit func(rule.Candidate)) {
	start := p.SkipGlue(h.End)
	end, digits := start, 0
	for ; end < len(p.Units) && end-start < 13 && p.Alnum(end); end++ {
		switch {
		case p.Is(end, fold.Digit):
			digits++
		case !p.Is(end, fold.Lookalike):
			return
		}
	}
	if n := end - start; n < 7 || n > 12 || digits == n || 3*digits < 2*n || !p.Is(start, fold.Digit) || p.Rune(end) == '@' {
		return
	}
	var b strings.Builder
	for i := start; i < end; i++ {
		b.WriteByte('0' + byte(p.Units[i].Value))
	}
	emit(rule.Candidate{Start: start, End: end, Canonical: b.String(), Confidence: 0.8, Evidence: []string{"label before", "letters read as digits"}})
}

// pointed reports that points part a number of QQ, and no amount or version:
// the first of its groups has three digits or more, right after the label.
func pointed(p *recognise.Page, w recognise.Window, label recognise.Cue) bool {
	end := p.Rune(w.End)
	return label&recognise.QQ != 0 && label&recognise.Version == 0 && (w.Shape&15 == 4 || w.Groups > 2 && w.Shape&15 == 3) && w.Seps == 1 &&
		(w.Groups > 2 || w.Shape>>4 == 4) && end != '元' && end != '块'
}

// enclosed reports that a label in brackets, and nothing else, follows at unit at.
func enclosed(p *recognise.Page, at int, c recognise.Cue) bool {
	if p.Rune(at) == ' ' {
		at++
	}
	if p.Rune(at) != '(' && p.Rune(at) != '[' {
		return false
	}
	h, ok := p.HitFrom(at + 1)
	return ok && h.Cue&c != 0 && (p.Rune(h.End) == ')' || p.Rune(h.End) == ']')
}

// What labels for WeChat and QQ are made of, where signs stand within: 威♥信, 扣-扣.
const (
	wechatHeads, wechatTails = "微威薇徽卫维vV", "信芯心"
	qqHeads, qqTails         = "扣企qQ", "扣鹅qQ"
)

// tornCue reports a label of two characters with signs between them, right
// before unit at but for glue.
func tornCue(p *recognise.Page, at int, heads, tails string) bool {
	for end := at; end > 0 && at-end < 6; end-- {
		if !strings.ContainsRune(tails, p.Rune(end-1)) {
			continue
		}
		if p.SkipGlue(end) != at && p.SkipGlue(end+1) != at { // 威♥信号：
			return false
		}
		i := end - 2
		for i > 0 && end-2-i < 3 && !p.Is(i, fold.Han|fold.Letter|fold.Digit|fold.Stop|fold.Placeholder) {
			i--
		}
		if p.Rune(end) == '号' && (p.Rune(i) == 'v' || p.Rune(i) == 'V') && p.Rune(i+1) == ' ' { // the signal of something
			return false
		}
		return i < end-2 && i >= 0 && strings.ContainsRune(heads, p.Rune(i)) && !p.Is(i-1, fold.Letter)
	}
	return false
}

var wechat = recognise.Rule{
	ID: "wechat.label", Type: rule.WeChat,
	About: "a letter and 5 to 19 letters, digits, _ or -, or 6 to 11 digits, right after a word for WeChat",
	Need:  recognise.Need{Cues: recognise.WeChat},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.WeChat, func(h recognise.Hit) {
			start := p.SkipGlue(h.End)
			end, digits, marks := start, 0, 0
			for ; end < len(p.Units) && end-start <= 20 && (p.Alnum(end) || p.Rune(end) == '_' || p.Rune(end) == '-' && p.Alnum(end+1)); end++ {
				switch {
				case p.Is(end, fold.Digit):
					digits++
				case !p.Alnum(end):
					marks++
				}
			}
			n := end - start
			text := p.Folded(start, end)
			if n < 6 {
				ahead(p, h, emit)
				return
			}
			verb := strings.HasSuffix(p.Folded(h.Start, h.End), "我") // v我, 私我: what follows may be anything
			short := h.End-h.Start == 1                              // v 微 薇: needs something that looks like a name
			explicit := start > h.End || strings.ContainsAny(p.Folded(h.Start, h.End), "号加")
			c := rule.Candidate{Start: start, End: end, Canonical: strings.ToLower(text), Confidence: 0.92, Evidence: []string{"label before"}}
			switch {
			case n > 20 || p.Rune(end) == '@' || p.Rune(end) == '.' && p.Alnum(end+1):
				return
			case p.Is(start, fold.Letter) && (digits > 0 || marks > 0):
			case p.Is(start, fold.Letter) && explicit && !short && !verb && !ordinary[strings.ToLower(text)] && p.Rune(start-1) != ' ':
				c.Confidence = 0.75
			case digits == n && n <= 11 && !short && !verb && p.Rune(start) != '0':
				c.Confidence = 0.65
			default:
				return
			}
			emit(c)
		})
	},
	True: []string{
		"微信号：«lisi_2020»", "加vx «abc-12345»", "V❤️ «lisi2020»", "V信:«wang123»", "卫星号«zhang_wu»", "薇«lisi2020»", "微信«lisixiaoming88»", "WeChat: «lisi12345»", "我的威信是«LiSi_888»",
		"vx«1234567»", "微信：«lisiwang»", "有事加我ID：«lisi_2020»", "v我 «lisi_2020»", "私我：«wang-lei88»", "wx同号«lisi2020»", "«lisi_2020»（微信）", "«lisi2020»是我微信",
	},
	False: []string{"微信支付", "微信 payment", "v1.2.3", "微信app", "微信小程序12345", "薇娅", "v8引擎abcdefg", "微信公众号", "v我50", "v我 500000", "私我怎么投诉，iphone15用户", "iphone15微信打不开", "iphone_15是微信不兼容"},
}

// ahead proposes a name that stands before its label: lisi_2020（微信）,
// lisi2020是我微信.
func ahead(p *recognise.Page, h recognise.Hit, emit func(rule.Candidate)) {
	end := h.Start
	switch {
	case p.Rune(end-1) == '(' && p.Rune(h.End) == ')':
		end--
	case p.Folded(end-2, end) == "是我":
		end -= 2
	case p.Folded(end-3, end) == "是我的":
		end -= 3
	default:
		return
	}
	start, digits, marks := end, 0, 0
	for ; start > 0 && end-start <= 20 && (p.Alnum(start-1) || p.Rune(start-1) == '_' || p.Rune(start-1) == '-'); start-- {
		switch {
		case p.Is(start-1, fold.Digit):
			digits++
		case !p.Alnum(start - 1):
			marks++
		}
	}
	if n := end - start; n >= 6 && n <= 20 && p.Is(start, fold.Letter) && digits+marks > 0 && p.Alnum(end-1) && p.Rune(start-1) != '@' && p.Rune(start-1) != '.' {
		emit(rule.Candidate{Start: start, End: end, Canonical: strings.ToLower(p.Folded(start, end)), Confidence: 0.8, Evidence: []string{"label after"}})
	}
}

var wechatTorn = recognise.Rule{
	ID: "wechat.torn", Type: rule.WeChat,
	About: "a letter and 5 to 19 letters, digits, _ or -, a digit or a sign among them, behind a word for WeChat with signs within",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		next := 0
		name := func(at int) {
			if at < next {
				return
			}
			start, end := at, at
			for start > next && at-start < 20 && (p.Alnum(start-1) || p.Rune(start-1) == '_' || p.Rune(start-1) == '-') {
				start--
			}
			for end < len(p.Units) && end-start <= 20 && (p.Alnum(end) || (p.Rune(end) == '_' || p.Rune(end) == '-') && p.Alnum(end+1)) {
				end++
			}
			next = max(end, at+1)
			if n := end - start; n >= 6 && n <= 20 && p.Is(start, fold.Letter) && tornCue(p, start, wechatHeads, wechatTails) {
				emit(rule.Candidate{Start: start, End: end, Canonical: strings.ToLower(p.Folded(start, end)), Confidence: 0.85, Evidence: []string{"label before, signs within it"}})
			}
		}
		for _, t := range p.Tokens {
			name(t.Start)
		}
		next = 0
		p.EachSign(func(i int, r rune) {
			if (r == '_' || r == '-') && p.Alnum(i-1) {
				name(i)
			}
		})
	},
	True:  []string{"威♥信：«lisi2020»", "微💗信号 «lisi_2020»", "微-信：«lisi2020»", "微 信 «lisi_2020»"},
	False: []string{"微弱信号abcd1234", "威力信：abcd1234", "微 小 信息abcd1234", "微-信：abc12", "v 信号 LTE5G4321"},
}

// ordinary are words that follow a word for WeChat without being a name.
var ordinary = map[string]bool{
	"wechat": true, "weixin": true, "payment": true, "account": true, "iphone": true, "android": true, "number": true, "windows": true,
	"harmony": true, "message": true, "wallet": true, "official": true,
}

var wxid = recognise.Rule{
	ID: "wechat.wxid", Type: rule.WeChat,
	About: "wxid_ and at least six letters or digits: the name that WeChat itself assigns",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachSign(func(i int, sign rune) {
			if sign != '_' || !strings.EqualFold(p.Folded(i-4, i), "wxid") {
				return
			}
			end := i + 1
			for end < len(p.Units) && p.Alnum(end) && end-i < 40 {
				end++
			}
			if end-i-1 >= 6 && !p.Alnum(i-5) {
				emit(rule.Candidate{Start: i - 4, End: end, Canonical: strings.ToLower(p.Folded(i-4, end)), Confidence: 0.97, Evidence: []string{"assigned form"}})
			}
		})
	},
	True:  []string{"«wxid_a1b2c3d4e5f6»", "微信«wxid_8xk2m1n0p9»"},
	False: []string{"wxid_", "mywxid_a1b2c3d4"},
}
