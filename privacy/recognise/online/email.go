// Package online recognises the accounts by which people reach one another:
// addresses of mail, spelled out or not, QQ numbers and WeChat names.
package online

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{email, qq, wechat, wechatTorn, wxid} }

var email = recognise.Rule{
	ID: "email.address", Type: rule.Email,
	About: "local part, @ or a word for it, domain with points or words for them (RFC 5321, atoms only)",
	Need:  recognise.Need{Classes: fold.Letter | fold.Digit},
	Find:  findEmail,
	True: []string{
		"邮箱«zhang.san@example.com»", "«li_si-01@mail.example.com.cn»谢谢", "«１２３４５６＠ｑｑ．ｃｏｍ»", "«lisi艾特163点com»", "«12345678 at qq dot com»", "«wang小老鼠qq点com»",
		"Email:«a@b.cn».", "«lisi(at)example(dot)com»", "«lisi@qq点com»", "«lisi#qq.com»", "邮箱«abc@ example.com»", "发到«lisi[at]163.com»", "«O'Brien+tag@example.org»", "«12345678@qq.com»。EP", "«a1@126.com».186650922", "«wang@qq.com»13912345678", "邮箱«12345678@qq».", "邮箱是«zhang dot san at example dot com»", "«li.si (dot) wang (at) gmail (dot) com»", "邮箱«zhang点san艾特163点com»", "下午3点«san艾特163点com»", "邮箱«lisi#example.com»", "«lisi#example.com»把井号换成艾特",
	},
	False: []string{"@张三 你好", "@10086 在吗", "价格 3 at 4", "look at me", "a@b", "位于A点com", "看@example.com", "meet at example.com", "Head @ Example.com", "https://a:b@git.example.com/ops"},
}

// domains are the last labels after which a spelled-out address is believed.
var domains = map[string]bool{
	"com": true, "cn": true, "net": true, "org": true, "edu": true, "gov": true, "hk": true, "tw": true, "io": true, "me": true, "cc": true,
	"vip": true, "top": true, "info": true, "co": true, "jp": true, "uk": true, "us": true, "de": true, "fr": true, "xyz": true, "ltd": true, "gd": true,
	"it": true, "ie": true, "es": true, "nl": true, "be": true, "ch": true, "se": true, "dk": true, "fi": true, "pl": true, "pt": true, "ru": true, "au": true, "ca": true, "nz": true, "sg": true, "my": true, "kr": true, "eu": true, "biz": true, "hu": true, "cz": true,
}

func findEmail(p *recognise.Page, emit func(rule.Candidate)) {
	p.EachSign(func(i int, sign rune) {
		switch sign {
		case '@':
			if !userinfo(p, i) {
				address(p, i, i+1, 1, emit)
			}
		case '#', '◎', '㊫':
			address(p, i, i+1, 3, emit)
		}
	})
	p.EachHit(recognise.At, func(h recognise.Hit) {
		start, end := h.Start, h.End
		if p.Is(start-1, fold.Separator) && p.Rune(start-1) == '(' || p.Rune(start-1) == '[' || p.Rune(start-1) == '{' {
			start--
			end++
		}
		address(p, start, end, 2, emit)
	})
}

// address reads an address around the sign at units start to end. How is 1
// for the sign itself, 2 for a word, 3 for a stand-in that is believed only
// before a domain which is well known.
func address(p *recognise.Page, start, end, how int, emit func(rule.Candidate)) {
	left := start
	for left > 0 && p.Rune(left-1) == ' ' && start-left < 2 {
		left--
	}
	stop := left
	for left > 0 && stop-left < 64 && local(p, left-1) {
		left--
	}
	for left < stop && !p.Alnum(left) { // an address begins with a letter or a digit
		left++
	}
	if how != 3 {
		left = spelledLocal(p, left, how)
	}
	if left == stop || stop != start && how == 3 {
		return
	}
	at := end
	for p.Rune(at) == ' ' && at-end < 2 {
		at++
	}
	d, ok := domain(p, at, how != 1 || stop != start || at != end)
	spaced := how == 1 && (stop != start || at != end)                                      // so are mentions written: Head @ Shop.com
	told := p.Before(left, 12)&recognise.Email != 0 || p.After(d.end, 12)&recognise.At != 0 // liuyang#…, the sign for @
	if !ok || (how == 3 && !told || spaced && p.Before(left, 12)&recognise.Email == 0) && !providers[d.labels[0]] {
		return
	}
	value := strings.ToLower(p.Upper(left, stop)) + "@" + strings.Join(d.labels, ".")
	c := rule.Candidate{Start: left, End: d.end, Canonical: value, Confidence: 0.96, Evidence: []string{"local part and domain"}}
	if d.spelled {
		c.Confidence = 0.85
		c.Evidence = append(c.Evidence, "sign or point spelled out")
	}
	if how == 2 && stop != start && p.Before(left, 12)&recognise.Email == 0 { // "meet at example.com"
		if !recognise.AllDigits(p.Upper(left, stop)) && !spelledDot(p, end, d.end) && !providers[d.labels[0]] {
			c.Rejected = "an ordinary at"
		}
	}
	emit(c)
}

// spelledLocal returns where a local part starts in which a point is spelled
// out: zhang dot san at …. A bare 点 is believed only where the sign is spelled out too.
func spelledLocal(p *recognise.Page, left, how int) int {
	for range 3 {
		end := left
		for end > 0 && left-end < 10 && strings.ContainsRune(" ()[]", p.Rune(end-1)) {
			end--
		}
		switch {
		case strings.EqualFold(p.Folded(end-3, end), "dot") && end < left && !p.Alnum(end-4):
			end -= 3
		case p.Rune(end-1) == '点' && (how == 2 && end == left || p.Rune(end) == ')'):
			end--
		default:
			return left
		}
		for n := 0; end > 0 && n < 3 && strings.ContainsRune(" ([", p.Rune(end-1)); n++ {
			end--
		}
		start := end
		for start > 0 && end-start < 64 && local(p, start-1) {
			start--
		}
		if start == end || !p.Is(start, fold.Letter) {
			return left
		}
		left = start
	}
	return left
}

// host is the domain of an address.
type host struct {
	labels  []string
	end     int
	spelled bool
}

// domain reads the longest domain at unit at that ends in something which may
// be a top-level domain: a known one where any sign is spelled out.
func domain(p *recognise.Page, at int, spelled bool) (best host, ok bool) {
	var labels []string
	for first := at; ; {
		from := at
		for at < len(p.Units) && (p.Alnum(at) || p.Rune(at) == '-' && p.Alnum(at+1)) && at-from < 63 {
			at++
		}
		if at == from || at-first > 255 {
			return best, ok
		}
		last := strings.ToLower(p.Upper(from, at))
		if letters := strings.TrimRight(last, "0123456789"); len(labels) > 0 && len(last)-len(letters) > 3 && domains[letters] {
			// a number follows without a break: a@qq.com13912345678
			return host{append(labels, letters), from + len(letters), spelled}, true
		}
		labels = append(labels, last)
		top := len(last) >= 2 && strings.Trim(last, "abcdefghijklmnopqrstuvwxyz") == "" && (!spelled || domains[last])
		if len(labels) > 1 && top || len(labels) == 1 && providers[last] && !spelled && len(last) > 1 && strings.Trim(last, "0123456789") == "" || len(labels) == 1 && last == "qq" && !spelled && !p.Alnum(at) {
			best, ok = host{labels[:len(labels):len(labels)], at, spelled}, true
		}
		n, word := dot(p, at)
		if n == 0 || word && len(labels) > 1 && domains[last] && !domains[strings.ToLower(p.Upper(at+n, at+n+2))] {
			return best, ok
		}
		spelled = spelled || word
		at += n
	}
}

// providers are first labels that tell a mail host without the rest.
var providers = map[string]bool{
	"qq": true, "163": true, "126": true, "139": true, "189": true, "gmail": true, "hotmail": true, "outlook": true, "sina": true, "sohu": true,
	"foxmail": true, "yahoo": true, "aliyun": true, "yeah": true, "icloud": true, "wo": true, "msn": true, "live": true, "vip": true, "tom": true, "21cn": true,
}

// spelledDot reports a word for the point between units start and end.
func spelledDot(p *recognise.Page, start, end int) bool {
	for i := start; i < end; i++ {
		if n, word := dot(p, i); n > 0 && word {
			return true
		}
	}
	return false
}

func local(p *recognise.Page, i int) bool {
	if p.Alnum(i) {
		return true
	}
	switch p.Rune(i) {
	case '.', '_', '-', '+', '%', '\'', '&':
		return true
	}
	return false
}

// dot returns how many units a point takes at unit i, written or spelled out
// (then word is true), 0 when there is none.
func dot(p *recognise.Page, i int) (n int, word bool) {
	switch p.Rune(i) {
	case '.':
		return 1, false
	case '。', '点', '丶':
		if p.Alnum(i + 1) {
			return 1, true
		}
	}
	from := i
	for p.Rune(i) == ' ' && i-from < 2 {
		i++
	}
	bracket := p.Rune(i) == '(' || p.Rune(i) == '['
	if bracket {
		i++
	}
	if p.Rune(i) == '点' || p.Rune(i) == '.' && i > from {
		i++
	} else if strings.EqualFold(p.Folded(i, i+3), "dot") && !p.Is(i+3, fold.Letter) {
		i += 3
	} else {
		return 0, false
	}
	if bracket {
		i++
	}
	for p.Rune(i) == ' ' && i-from < 9 {
		i++
	}
	if !p.Alnum(i) {
		return 0, false
	}
	return i - from, true
}

// userinfo reports that the @ at unit i ends the user and password of a URL.
func userinfo(p *recognise.Page, i int) bool {
	colon := false
	for k := i - 1; k > 1 && i-k < 120; k-- {
		switch r := p.Rune(k); {
		case r == '/':
			return colon && p.Rune(k-1) == '/' && p.Rune(k-2) == ':'
		case r <= ' ' || r > '~':
			return false
		case r == ':':
			colon = true
		}
	}
	return false
}
