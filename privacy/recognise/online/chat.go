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
	Need:  recognise.Need{Runs: 5, Cues: recognise.QQ},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				at := p.Reads[k].At
				if p.Reads[k].Value == '0' {
					return
				}
				label, _ := p.Label(at)
				near := p.Before(at, 8)
				if (label|near|p.After(at, 16))&recognise.QQ == 0 {
					return
				}
				w, ok := p.Reading(at, 5, 11)
				if !ok || w.Masked || w.Decimal || w.Groups > 1 && w.Shape&15 < 3 && w.Groups < len(w.Value) || w.Groups > 4 && w.Groups < len(w.Value) {
					return
				}
				c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.92, Evidence: []string{"label before"}}
				switch {
				case label&recognise.QQ != 0:
				case label != 0:
					c.Rejected = "another label before"
				case near&recognise.QQ != 0 && w.Groups == 1 && near&(recognise.Order|recognise.Amount|recognise.Phone|recognise.WeChat) == 0:
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
	True:  []string{"QQ：«123456789»", "加我扣扣«87654321»", "企鹅号 «1234 5678»", "«12345678»是我的QQ", "我的q«１２３４５６７８９»", "QQ:«一二三四五六七»"},
	False: []string{"QQ音乐12345", "QQ：012345", "qq订单号123456789", "123456789", "qq会员充值12345678元", "10086QQ", "Q3 2023营收"},
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
			short := h.End-h.Start == 1 // v 微 薇: needs something that looks like a name
			explicit := start > h.End || strings.ContainsAny(p.Folded(h.Start, h.End), "号加")
			c := rule.Candidate{Start: start, End: end, Canonical: strings.ToLower(text), Confidence: 0.92, Evidence: []string{"label before"}}
			switch {
			case n < 6 || n > 20 || p.Rune(end) == '@' || p.Rune(end) == '.' && p.Alnum(end+1):
				return
			case p.Is(start, fold.Letter) && (digits > 0 || marks > 0):
			case p.Is(start, fold.Letter) && explicit && !short && !ordinary[strings.ToLower(text)] && p.Rune(start-1) != ' ':
				c.Confidence = 0.75
			case digits == n && n <= 11 && !short && p.Rune(start) != '0':
				c.Confidence = 0.65
			default:
				return
			}
			emit(c)
		})
	},
	True: []string{
		"微信号：«lisi_2020»", "加vx «abc-12345»", "V❤️ «lisi2020»", "V信:«wang123»", "卫星号«zhang_wu»", "薇«lisi2020»", "微信«lisixiaoming88»", "WeChat: «lisi12345»", "我的威信是«LiSi_888»",
		"vx«1234567»", "微信：«lisiwang»",
	},
	False: []string{"微信支付", "微信 payment", "v1.2.3", "微信app", "微信小程序12345", "薇娅", "v8引擎abcdefg", "微信公众号"},
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
