// Package account recognises what a label alone tells: accounts of broadband
// lines, numbers of employees, passwords and one-time codes.
package account

import (
	"sort"
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule {
	return []recognise.Rule{broadband, employee, roster, agent, credential, told, issued, inURL, assigned, logged}
}

var broadband = recognise.Rule{
	ID: "broadband.label", Type: rule.BroadbandAccount,
	About: "5 to 32 letters and digits with @ . _ - right after a word for an account or line of broadband",
	Need:  recognise.Need{Classes: fold.Digit},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachHit(recognise.Broadband, func(h recognise.Hit) {
			start, end, digits := p.Value(h.End, "@._-")
			if w, ok := p.Reading(start, 5, 20); ok && w.End > end { // grouped, or in numerals
				end, digits = w.End, len(w.Value)
			}
			if n := end - start; n < 5 || n > 40 || digits < 3 || masked(p, start, end) {
				return
			}
			emit(rule.Candidate{Start: start, End: end, Canonical: canonical(p, start, end), Confidence: 0.95, Evidence: []string{"right after its label"}})
		})
		for _, t := range p.Tokens { // 账号ad0571…, 宽带hz2019…
			digits := 0
			for i := t.Start; i < t.End; i++ {
				if p.Is(i, fold.Digit) {
					digits++
				}
			}
			head := t.End - t.Start - digits
			if head < 2 || head > 6 || digits < 6 || digits > 12 || !p.Latin(t.Start, t.Start+head) {
				continue
			}
			label, _ := p.Label(t.Start)
			logged := digits == 8 && head < 4 && p.Rune(t.End) == ' ' && p.Is(t.End+1, fold.Digit) && strings.Count(p.Folded(t.End+1, t.End+17), ".") >= 3 // beside an address of the network
			if label&recognise.Bank == 0 && p.Folded(t.Start-2, t.Start) != "宽带" && !logged {
				continue
			}
			_, end, _ := p.Value(t.Start, "@._-")
			emit(rule.Candidate{Start: t.Start, End: max(end, t.End), Canonical: canonical(p, t.Start, max(end, t.End)), Confidence: 0.83, Evidence: []string{"letters and digits of an account after its label"}})
		}
	},
	True:  []string{"账号«ad44027618092»，重新拨号", "账号«test903856@dsl»", "宽带«ty29120509»", "导出：«nb35510676» 122.227.186.200", "宽带账号«057112345678»", "宽带账号：«ad12345678@163.gd»", "上网帐号是«hz_20231234»", "宽带号 «0571-8765-4321»", "IPTV账号«itv12345678»", "PPPoE:«gz8877665544»"},
	False: []string{"宽带账号密码错误", "宽带账号欠费100元", "宽带账号1234", "057112345678"},
}

func masked(p *recognise.Page, start, end int) bool {
	return p.Is(start-1, fold.Mask) || p.Is(end, fold.Mask)
}

// canonical is a value without separators, letters in lower case, numerals as digits.
func canonical(p *recognise.Page, start, end int) string {
	var b strings.Builder
	for i := start; i < end; i++ {
		switch u := &p.Units[i]; {
		case u.Class&(fold.Digit|fold.Numeral) != 0:
			b.WriteByte('0' + byte(u.Value))
		case u.Rune == ' ' || u.Rune == '-':
		default:
			b.WriteRune(u.Rune)
		}
	}
	return strings.ToLower(b.String())
}

var employee = recognise.Rule{
	ID: "employee.label", Type: rule.EmployeeID,
	About: "2 to 12 letters and digits right after 工号 and its like",
	Need:  recognise.Need{Cues: recognise.Employee},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		seen := map[lettering][]int{}
		p.EachHit(recognise.Employee, func(h recognise.Hit) {
			start, end, digits := p.Value(h.End, "-")
			if w, ok := p.Reading(start, 3, 12); ok && w.End > end && w.Kinds&recognise.Numeral != 0 {
				end, digits = w.End, len(w.Value)
			}
			if n := end - start; n < 2 || n > 14 || digits < 2 || masked(p, start, end) || counter(p.Rune(end)) {
				return
			}
			emit(rule.Candidate{Start: start, End: end, Canonical: canonical(p, start, end), Confidence: 0.93, Evidence: []string{"right after its label"}})
			if v, ok := lettered(p, start, end); ok {
				seen[v] = append(seen[v], start)
			}
			joined(p, start, end, emit)
		})
		alike(p, seen, emit)
	},
	True:  []string{"工号«SH2046»的张三和«SH2051»的李四", "工号«3377»和«3378»都不错", "工号«8012»态度差", "客服工号：«HZ10086»", "工号为«A-1023»", "员工编号«００１２３»", "工号是«一零二三»的客服", "坐席工号«K10023»"},
	False: []string{"工号不肯说", "工号3位数", "订单号8012", "工号：无"},
}

// joined proposes what is joined to the value at units start to end and written
// like it: 3377和3378.
func joined(p *recognise.Page, start, end int, emit func(rule.Candidate)) {
	n := end - start
	like := func(at int) bool {
		for k := range n {
			if !p.Alnum(at+k) || p.Is(at+k, fold.Digit) != p.Is(start+k, fold.Digit) {
				return false
			}
		}
		return !p.Alnum(at-1) && !p.Alnum(at+n) && !counter(p.Rune(at+n))
	}
	for at := end + 1; strings.ContainsRune("和、及与/,", p.Rune(at-1)) && p.Rune(at-1) != 0 && like(at); at += n + 1 {
		emit(rule.Candidate{Start: at, End: at + n, Canonical: canonical(p, at, at+n), Confidence: 0.85, Evidence: []string{"joined to one with its label"}})
	}
}

// lettering is how a number of an employee is written: its first letters, in
// capitals, its length, and which of its characters are digits.
type lettering struct {
	head   string
	length int
	digits uint32
}

// lettered returns how units start to end are written, if with two or more
// letters before three or more others.
func lettered(p *recognise.Page, start, end int) (v lettering, ok bool) {
	v.length = end - start
	head := 0
	for head < v.length && p.Is(start+head, fold.Letter) {
		head++
	}
	if head < 2 || v.length-head < 3 || v.length > 32 || !p.Is(start+head, fold.Digit) {
		return v, false
	}
	for k := range v.length {
		if p.Is(start+k, fold.Digit) {
			v.digits |= 1 << k
		}
	}
	v.head = p.Upper(start, start+head)
	return v, true
}

// maxAlike is how far from a number with its label others of its lettering are
// believed, in units.
const maxAlike = 4096

// alike proposes what is written like a number with its label, whose starts are
// given by lettering: with the same letters before as many digits, SH2046 … SH2051.
func alike(p *recognise.Page, labelled map[lettering][]int, emit func(rule.Candidate)) {
	if len(labelled) == 0 {
		return
	}
	for _, t := range p.Tokens {
		v, ok := lettered(p, t.Start, t.End)
		if !ok || p.Alnum(t.Start-1) || p.Alnum(t.End) || counter(p.Rune(t.End)) {
			continue
		}
		starts := labelled[v]
		near := sort.SearchInts(starts, t.Start-maxAlike)
		if near < len(starts) && starts[near] == t.Start {
			near++ // itself
		}
		if near < len(starts) && starts[near] <= t.Start+maxAlike {
			emit(rule.Candidate{Start: t.Start, End: t.End, Canonical: canonical(p, t.Start, t.End), Confidence: 0.8, Evidence: []string{"written like one with its label"}})
		}
	}
}

// counter reports a word of measure: the number before it counts things.
func counter(r rune) bool {
	return strings.ContainsRune("位个次元分天年月日小块条张名人秒遍倍%", r) && r != 0
}

func year(d string) bool { return len(d) == 4 && (d[:2] == "19" || d[:2] == "20") }

func serviceNumber(d string) bool {
	return strings.HasPrefix(d, "100") && (len(d) == 5 || len(d) == 7) || d == "1000" || strings.HasPrefix(d, "95") && len(d) == 5 || strings.HasPrefix(d, "96") && len(d) >= 5 ||
		strings.HasPrefix(d, "123") && len(d) == 5 || strings.HasPrefix(d, "106") && len(d) >= 8 || len(d) == 3 && strings.HasPrefix(d, "11")
}

var credential = recognise.Rule{
	ID: "credential.label", Type: rule.Credential,
	About: "4 to 64 printable characters right after 密码 验证码 PUK password and their like",
	Need:  recognise.Need{Cues: recognise.Secret},
	Find:  findCredential,
	True: []string{
		"服务密码«123456»", "密码是：«Abc@12345»", "验证码«847291»，请勿泄露", "PUK码«12345678»", "password: «hunter2!»", "wifi密码改成«qwer#2020»", "验证码为 «１２３４»",
		"初始密码：«abcdefgh»", "密码«一二三四五六»", "账号密码：«abc123»", "动态码【«5567»】", "My password «Tr0ub4dor&3» was accepted", "密码«Ａｂｃ＠１２３»，请改", "口令«Ｈａｌｌ＃３＠０６１８»，已改",
	},
	False: []string{
		"密码忘记了", "验证码收不到，打10086", "密码错误3次", "密码是8位数字", "验证码10086发的", "密码2023年改过", "验证码要60秒", "password reset", "password v2beta1 is out", "Token $75.00 voucher", "验证码****", "验证码15:30才到", "密码 2023-12-05 改的", "密码1次都没对",
		"验证码12345678901234567890123456789012345678901234567890123456789012345",
	},
}

func findCredential(p *recognise.Page, emit func(rule.Candidate)) {
	p.EachHit(recognise.Secret, func(h recognise.Hit) {
		start := p.SkipGlue(h.End)
		explicit := false
		for i := h.End; i < start; i++ {
			explicit = explicit || strings.ContainsRune(":=是为成【[「", p.Rune(i))
		}
		end, digits := start, 0
		for ; end < len(p.Units) && end-start <= 64; end++ {
			u := &p.Units[end]
			if u.Rune <= ' ' || u.Rune > '~' || u.Class&fold.Placeholder != 0 || end > start && !p.Alnum(end) && closing(p, end) {
				break
			}
			if u.Class&fold.Digit != 0 {
				digits++
			}
		}
		c := rule.Candidate{Start: start, End: end, Confidence: 0.9, Evidence: []string{"right after its label"}}
		if end-start < 4 {
			w, ok := p.Reading(start, 4, 12)
			if !ok || w.Groups > 1 && w.Groups < len(w.Value) {
				return
			}
			c.End, digits = w.End, len(w.Value)
		}
		n := c.End - c.Start
		c.Canonical = p.Folded(c.Start, c.End)
		switch {
		case n < 4 || n > 64 || p.Is(start-1, fold.Mask) || p.Is(c.End, fold.Mask) || strings.Trim(c.Canonical, "*●•") == "":
			return
		case digits == 0 && (!explicit || p.Latin(h.Start, h.End) && !colon(p, h.End, start)):
			return
		case !explicit && p.Latin(h.Start, h.End) && digits < n && (n < 6 || digits == 0 || !mixed(c.Canonical)):
			return
		case !explicit && !p.Alnum(start) && !p.Is(start, fold.Numeral):
			return
		case strings.Contains(c.Canonical, "://") || strings.Contains(strings.TrimRight(c.Canonical, "="), "=") || p.Rune(start) == '@':
			return
		case digits == n && (serviceNumber(c.Canonical) || counter(p.Rune(c.End)) || n == 8 && !explicit && check.DateDigits(c.Canonical)):
			c.Rejected = "a service's number, a date or a count"
		case !explicit && moment(c.Canonical):
			c.Rejected = "a date or a time of day"
		case !explicit && digits < n && digits < 2:
			c.Confidence = 0.55
		}
		emit(c)
	})
}

// mixed reports letters of both cases, or a sign within, beside digits: what no
// word of a sentence has.
func mixed(s string) bool {
	lower, upper := strings.ToUpper(s) != s, strings.ToLower(s) != s
	return lower && upper || strings.ContainsAny(s[1:], "!@#&*_^")
}

// moment reports the shape of a date or a time of day: 2023-12-05, 15:30.
func moment(s string) bool {
	if strings.Trim(s, "0123456789:-/.") != "" {
		return false
	}
	return strings.Contains(s, ":") || (strings.HasPrefix(s, "20") || strings.HasPrefix(s, "19")) && strings.ContainsAny(s[4:], "-/.") && len(s) <= 10
}

func colon(p *recognise.Page, from, to int) bool {
	for i := from; i < to; i++ {
		if r := p.Rune(i); r == ':' || r == '=' {
			return true
		}
	}
	return false
}

// wide reports a full-width letter or digit at unit i.
func wide(p *recognise.Page, i int) bool {
	return p.Alnum(i) && p.Units[i].End-p.Units[i].Off > 1
}

// closing reports punctuation that ends a sentence or a bracket rather than
// a secret: nothing that may belong to a secret follows it.
func closing(p *recognise.Page, i int) bool {
	if u := &p.Units[i]; u.End-u.Off > 1 { // full-width punctuation is the sentence's, but Ｓｐ４ｒｋ！２２ is wide throughout
		return !wide(p, i-1) || !wide(p, i+1) || u.Rune == ',' || u.Rune == ';'
	}
	switch p.Rune(i) {
	case ',', ';', '.', ')', ']', '}', '"', '\'', '>':
		next := p.Rune(i + 1)
		return next <= ' ' || next > '~' || p.Rune(i) == ',' || p.Rune(i) == ';' || p.Rune(i) == ']'
	case '(', '[', '{', '<':
		return true
	}
	return false
}
