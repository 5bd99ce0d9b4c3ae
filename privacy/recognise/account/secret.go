package account

import (
	"strings"
	"unicode/utf8"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// tokenHeads begin the secrets that services hand out.
var tokenHeads = []string{
	"sk-", "sk_live_", "sk_test_", "rk_live_", "pk_live_", "whsec_", "ghp_", "gho_", "ghs_", "ghu_", "ghr_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "xoxr-", "xapp-", "hf_", "npm_", "pypi-",
	"AKIA", "ASIA", "AIza", "ya29.", "SG.", "LTAI", "AKID", "eyJ",
}

// maxToken bounds how far a token is looked for around what shows it.
const maxToken = 600

var issued = recognise.Rule{
	ID: "credential.issued", Type: rule.Credential,
	About: "keys and tokens that begin as their issuers make them, and private keys in PEM",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		done := 0
		for _, t := range p.Tokens {
			if t.Start < done {
				continue
			}
			start := t.Start
			for start > done && t.Start-start < 80 && (p.Alnum(start-1) || strings.ContainsRune("-_.", p.Rune(start-1)) && p.Alnum(start-2)) {
				start--
			}
			end := t.End
			for end < len(p.Units) && end-start < maxToken && (p.Alnum(end) || strings.ContainsRune("-_.", p.Rune(end)) && (p.Alnum(end+1) || p.Rune(end+1) == '-' || p.Rune(end+1) == '_')) {
				end++
			}
			done = end
			if end-start < 20 {
				continue
			}
			head := p.Folded(start, start+12)
			for _, h := range tokenHeads {
				if strings.HasPrefix(head, h) {
					emit(rule.Candidate{Start: start, End: end, Canonical: p.Folded(start, end), Confidence: 0.93, Evidence: []string{"the issuer's first characters"}})
					break
				}
			}
		}
		pem(p, emit)
	},
	True: []string{
		"key: «sk-TEST1234567890abcdefghij1234567890»", "«AKIA0000TEST1234FAKE»", "«gho_0000000000000000000000000000000000FAKE»", "Bearer «eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ0ZXN0In0.FakeSig123_-abcdef»",
		"«xoxb-100000000000-200000000000-FAKEfake0000FAKEfake0000» and «AIzaFAKE0000fake0000FAKE0000fake0000FAK»", "«SG.FAKE0000fake0000FAKE00.fake0000FAKE0000fake0000»", "key «hf_FAKE0000fake0000FAKE0000fake0000»",
		"«-----BEGIN RSA PRIVATE KEY-----\nFAKE0\n-----END RSA PRIVATE KEY-----»",
		"«-----BEGIN RSA PRIVATE KEY-----\nFAKE0000fake0000FAKE0000fake0000\nFAKE=»\n\n宽带一直掉线，\nplease help",
	},
	False: []string{"sk-12345", "task-1234567890abcdefghijklmn", "AKIA", "-----BEGIN CERTIFICATE-----"},
}

// maxArmour is how long a private key may be, in bytes of its armour: one of
// 16,384 bits takes some 13,000. Where no end comes within, so much is taken.
const maxArmour = 1 << 14

// byteAt is s[i], or 0 at its end.
func byteAt(s string, i int) byte {
	if i < len(s) {
		return s[i]
	}
	return 0
}

// armoured returns how many bytes of s, which stands behind the first line of
// a key whose last line is missing, may still be the key: long words of base64,
// and a short one that ends them.
func armoured(s string) (n int) {
	const signs = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=\\"
	for last := 0; ; {
		rest := strings.TrimLeft(s[n:], " \t\r\n")
		word := rest[:len(rest)-len(strings.TrimLeft(rest, signs))]
		if len(word) < 16 && (last < 30 || word == "") {
			return n
		}
		n, last = len(s)-len(rest)+len(word), len(word)
	}
}

// pem finds private keys in their armour, the whole of them.
func pem(p *recognise.Page, emit func(rule.Candidate)) {
	const open, end = "-----BEGIN ", "PRIVATE KEY-----"
	from := 0
	for {
		i := strings.Index(p.Source[from:], open)
		if i < 0 {
			return
		}
		i += from
		head := strings.Index(p.Source[i:min(len(p.Source), i+64)], end)
		if head < 0 {
			from = i + len(open)
			continue
		}
		stop := min(len(p.Source), i+maxArmour)
		if j := strings.Index(p.Source[i+head+len(end):stop], end); j >= 0 {
			stop = i + head + len(end) + j + len(end)
		} else {
			stop = i + head + len(end)
			stop += armoured(p.Source[stop:min(len(p.Source), i+maxArmour)])
		}
		for !utf8.RuneStart(byteAt(p.Source, stop)) {
			stop++
		}
		emit(rule.Candidate{Start: p.UnitAt(i), End: p.UnitAt(stop), Canonical: p.Source[i:stop], Confidence: 0.98, Evidence: []string{"armour of a private key"}})
		from = stop
	}
}

var inURL = recognise.Rule{
	ID: "credential.url", Type: rule.Credential,
	About: "user and password before the host of a URL (RFC 3986, 3.2.1)",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		next := 0
		p.EachSign(func(i int, sign rune) {
			if sign != ':' || i < next || i+3 >= len(p.Units) || p.Rune(i+1) != '/' || p.Rune(i+2) != '/' || !p.Is(i-1, fold.Letter|fold.Digit) {
				return
			}
			start, colon, at := i+3, -1, -1
			end := start
			for ; end < len(p.Units) && end-start < 200; end++ {
				r := p.Rune(end)
				if r <= ' ' || r > '~' || strings.ContainsRune("/?#\"'<>|", r) || p.Is(end, fold.Placeholder) {
					break
				}
				switch {
				case r == ':' && colon < 0:
					colon = end
				case r == '@':
					at = end // the last one parts user and host
				}
			}
			if colon > start && at > colon+1 && at+1 < end && strings.Trim(p.Folded(colon+1, at), "*x") != "" {
				emit(rule.Candidate{Start: start, End: at, Canonical: p.Folded(start, at), Confidence: 0.95, Evidence: []string{"user and password in a URL"}})
			}
			next = end
		})
	},
	True:  []string{"https://«deploy:hunter22»@git.example.com/ops", "连接串mysql://«root:Qt663036»@10.0.3.8/crm发错了", "redis://«app:p%40ss»@cache:6379", "ftp://«a:b@c»@example.org"},
	False: []string{"https://example.com:8443/a@b", "http://user@example.com", "https://user:***@example.com", "12:30//好的@张三", "见 https://example.com/a:b@c"},
}

var assigned = recognise.Rule{
	ID: "credential.assigned", Type: rule.Credential,
	About: "8 to 200 characters with a digit and a letter behind token= apikey: secret= and their like, as programs write them",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		p.EachSign(func(i int, sign rune) {
			if sign != '=' && sign != ':' || !letterBefore(p, i) {
				return
			}
			name := i
			for name > 0 && i-name < 32 && (p.Is(name-1, fold.Letter|fold.Digit) && p.Rune(name-1) < 0x80 || strings.ContainsRune("_-\"' ", p.Rune(name-1)) && (p.Rune(name-1) != ' ' || name == i)) {
				name--
			}
			key := strings.ToLower(strings.Map(func(r rune) rune {
				if strings.ContainsRune("_-\"' ", r) {
					return -1
				}
				return r
			}, p.Folded(name, i)))
			if !secretKey(key) {
				return
			}
			start := i + 1
			for start < len(p.Units) && start-i < 4 && strings.ContainsRune(" \"'`:=>", p.Rune(start)) {
				start++
			}
			if strings.HasPrefix(strings.ToLower(p.Folded(start, start+7)), "bearer ") {
				start += 7
			}
			end, digits, letters := start, 0, 0
			for ; end < len(p.Units) && end-start <= 200; end++ {
				if p.Alnum(end) {
					if p.Is(end, fold.Digit) {
						digits++
					} else {
						letters++
					}
				} else if !strings.ContainsRune("-_.~+/=", p.Rune(end)) || !p.Alnum(end+1) && p.Rune(end+1) != '=' && p.Rune(end) != '=' {
					break
				}
			}
			if n := end - start; n >= 8 && n <= 200 && digits > 0 && letters > 0 {
				emit(rule.Candidate{Start: start, End: end, Canonical: p.Folded(start, end), Confidence: 0.9, Evidence: []string{"assigned to a secret's name"}})
			}
		})
	},
	True:  []string{"token=«a1b2c3d4e5f6»&uid=3", "apikey: «9f8e7d6c5b4a3f2e»", "api_key = \"«Zx81Qw72Er63»\"", "{\"access_token\":\"«abc123def456»\"}", "client-secret: «q1w2e3r4-t5y6»", "Authorization: Bearer «abc.def123.ghi»"},
	False: []string{"token=expired", "token: 12345678", "tokens=a1b2c3d4e5", "secret: nobody knows", "version=a1b2c3d4e5", "apikey: ********"},
}

// letterBefore reports that the name of a secret may end before the sign at
// unit i: with y, t, n or d.
func letterBefore(p *recognise.Page, i int) bool {
	for k := i - 1; k >= 0 && i-k <= 32; k-- {
		switch p.Rune(k) {
		case '_', '-', '"', '\'', ' ':
			continue
		case 'y', 't', 'n', 'd', 'Y', 'T', 'N', 'D':
			return true
		}
		return false
	}
	return false
}

// secretKey reports whether programs call a secret so.
func secretKey(name string) bool {
	for _, end := range [...]string{"apikey", "accesskey", "secretkey", "appkey", "appsecret", "clientsecret", "secret", "token", "authtoken", "authkey", "authorization", "passwd", "password"} {
		if strings.HasSuffix(name, end) {
			return true
		}
	}
	return false
}
