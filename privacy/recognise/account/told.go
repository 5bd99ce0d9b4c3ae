package account

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

var told = recognise.Rule{
	ID: "credential.told", Type: rule.Credential,
	About: "a code of 4 to 8 digits, or of letters and digits, that is told within a clause of its word: 他说了889827",
	Need:  recognise.Need{Cues: recognise.Secret},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Secret, func(h recognise.Hit) {
			for at := h.End + 1; at < h.End+28 && at < len(p.Units) && !p.Is(at, fold.Stop|fold.Placeholder); at++ {
				if !p.Alnum(at) || p.Alnum(at-1) {
					continue
				}
				if w, ok := passed(p, h.End, at); ok {
					emit(rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.6, Evidence: []string{"passed on behind its word"}})
					return
				}
				end, digits := at, 0
				for ; p.Alnum(end); end++ {
					if p.Is(end, fold.Digit) {
						digits++
					}
				}
				n, value := end-at, p.Folded(at, end)
				before := p.Rune(at - 1)
				if before == ' ' {
					before = p.Rune(at - 2)
				}
				label, _ := p.Label(at)
				switch {
				case n < 4 || n > 20 || digits == 0 || label&^recognise.Secret != 0 || counter(p.Rune(end)) || serviceNumber(value) || p.Is(end, fold.Mask) || p.Is(at-1, fold.Mask):
				case !strings.ContainsRune("是了为成即:", before) || before == 0 || p.Rune(end) == '-' || p.Rune(end) == ':' || p.Rune(end) == '.' && p.Alnum(end+1):
				case digits == n && (n > 8 || year(value) || n == 8 && check.DateDigits(value)), digits < n && (n < 6 || digits < 3 || value == strings.ToUpper(value)):
				default:
					emit(rule.Candidate{Start: at, End: end, Canonical: value, Confidence: 0.6, Evidence: []string{"told behind its word"}})
					return
				}
				at = end
			}
		})
	},
	True:  []string{"要他的服务密码，他说了«889827»，现要求改密", "说验证码错误，我输的就是«310574»！", "密码贴墙上：«welcome2024»，有人拍照", "验证码发你了 «805328»，快点", "宽带密码是多少呀，之前好像是«hz268364»", "验证码我给了«918 204»，然后钱就没了", "验证码报给他了，«918204»", "短信码我输的是«91 82 04»", "我把验证码念给他«558 213»"},
	False: []string{"验证码收不到，打了10086", "密码忘了，花了1391元", "验证码错误，是13912345678的", "密码改了，换成iPhone15", "密码错误，时间是15:30", "密码找回要等，到了2024年", "验证码不对。流量是3000", "验证码我给了5分钟才收到", "验证码发了3 4次都没到", "密码给了100 块才告诉我", "验证码说了120 秒有效", "密码给他改了 2023 年的"},
}

// passed reads the code at unit at that somebody was given or told: 我给了918 204,
// 报给他了，918204. Its digits may stand in groups of one length.
func passed(p *recognise.Page, from, at int) (w recognise.Window, ok bool) {
	before := at
	for before > from && at-before < 2 && strings.ContainsRune(" ,:", p.Rune(before-1)) {
		before--
	}
	if before == from || !strings.ContainsRune("了的是给他她它您方服", p.Rune(before-1)) {
		return w, false
	}
	said := p.Folded(max(from, before-8), before)
	if !strings.ContainsAny(said, "给报念说输发填告读") {
		return w, false
	}
	w, ok = p.Reading(at, 4, 8)
	if !ok || w.Letter || w.Masked || w.Kinds&recognise.Look != 0 || w.Seps > 1 || w.Decimal {
		return w, false
	}
	size := len(w.Value) / w.Groups
	for i, shape := 0, w.Shape; i < w.Groups; i, shape = i+1, shape>>4 {
		if int(shape&15) != size {
			return w, false
		}
	}
	end := w.End
	if p.Rune(end) == ' ' {
		end++
	}
	switch d := w.Value; {
	case size > 4 && w.Groups == 1 && len(d) < 5, w.Groups == 1 && len(d) == 4 && year(d):
		return w, false
	case counter(p.Rune(end)), serviceNumber(d), len(d) == 8 && check.DateDigits(d), p.Rune(end) == ':' || p.Rune(end) == '-' || p.Is(end, fold.Digit|fold.Letter):
		return w, false
	case w.Groups == 1 && !strings.ContainsAny(said, "给报念告"): // 输了123456 is told's, with its own bounds
		return w, false
	}
	return w, true
}
