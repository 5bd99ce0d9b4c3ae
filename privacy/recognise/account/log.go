package account

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// logKeys are what programs that admit lines to the network call an account.
var logKeys = [...]string{"user", "username", "acct", "account", "login", "pppoeuser", "loginname", "useraccount", "userid"}

var logged = recognise.Rule{
	ID: "broadband.log", Type: rule.BroadbandAccount,
	About: "2 to 6 letters and 6 or more digits, realm included, behind user= acct: and their like, as programs write them (RFC 2865, 5.1)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachSign(func(i int, sign rune) {
			if sign != '=' && sign != ':' {
				return
			}
			end := i
			for end > 0 && i-end < 2 && strings.ContainsRune(" \"'", p.Rune(end-1)) {
				end--
			}
			name := end
			for name > 0 && end-name < 16 && (p.Is(name-1, fold.Letter) || p.Rune(name-1) == '_' || p.Rune(name-1) == '-') {
				name--
			}
			if end-name < 4 || !logKey(strings.Map(func(r rune) rune {
				if r == '_' || r == '-' {
					return -1
				}
				return r
			}, strings.ToLower(p.Folded(name, end)))) {
				return
			}
			start := i + 1
			for start < len(p.Units) && start-i < 3 && strings.ContainsRune(" \"'", p.Rune(start)) {
				start++
			}
			head := start
			for p.Is(head, fold.Letter) && head-start < 8 {
				head++
			}
			stop := head
			for p.Is(stop, fold.Digit) && stop-head < 16 {
				stop++
			}
			letters, digits := head-start, stop-head
			if letters < 2 || letters > 6 || digits < 6 || digits > 14 || p.Alnum(stop) || masked(p, start, stop) {
				return
			}
			if p.Rune(stop) == '@' && p.Alnum(stop+1) {
				for stop++; stop < len(p.Units) && stop-start < 40 && (p.Alnum(stop) || p.Rune(stop) == '.' && p.Alnum(stop+1)); stop++ {
				}
			}
			emit(rule.Candidate{Start: start, End: stop, Canonical: canonical(p, start, stop), Confidence: 0.8, Evidence: []string{"behind the name of an account in a log"}})
		})
	},
	True:  []string{"user=«hzdx0571233» auth fail code=691", "acct:«ad28837610» radius reject", "account: «hz2013884@dsl» 拨号失败", "User-Name = \"«gz88776655@163.gd»\""},
	False: []string{"user=admin", "user: 请求10条", "code=ab123456", "user=unknown01x2", "superuser=ab123456", "账号：abc"},
}

func logKey(name string) bool {
	for _, k := range logKeys {
		if name == k {
			return true
		}
	}
	return false
}
