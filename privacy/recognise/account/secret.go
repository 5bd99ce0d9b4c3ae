package account

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// tokenHeads begin the secrets that services hand out.
var tokenHeads = []string{
	"sk-", "sk_live_", "sk_test_", "rk_live_", "pk_live_", "ghp_", "gho_", "ghs_", "ghu_", "github_pat_", "glpat-", "xoxb-", "xoxp-", "xoxa-", "AKIA", "ASIA", "AIza", "LTAI", "eyJ",
}

var issued = recognise.Rule{
	ID: "credential.issued", Type: rule.Credential,
	About: "keys and tokens that begin as their issuers make them, and private keys in PEM",
	Need:  recognise.Need{Classes: fold.Letter},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, t := range p.Tokens {
			start := t.Start
			for start > 0 && t.Start-start < 16 && (p.Alnum(start-1) || p.Rune(start-1) == '-' || p.Rune(start-1) == '_') {
				start--
			}
			end := t.End
			for end < len(p.Units) && end-start < 600 && (p.Alnum(end) || strings.ContainsRune("-_.", p.Rune(end)) && (p.Alnum(end+1) || p.Rune(end+1) == '-' || p.Rune(end+1) == '_')) {
				end++
			}
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
		"«-----BEGIN RSA PRIVATE KEY-----\nFAKE0\n-----END RSA PRIVATE KEY-----»",
	},
	False: []string{"sk-12345", "task-1234567890abcdefghijklmn", "AKIA", "-----BEGIN CERTIFICATE-----"},
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
		stop := len(p.Source)
		if j := strings.Index(p.Source[i+head+len(end):], end); j >= 0 {
			stop = i + head + len(end) + j + len(end)
		}
		emit(rule.Candidate{Start: p.UnitAt(i), End: p.UnitAt(stop), Canonical: p.Source[i:stop], Confidence: 0.98, Evidence: []string{"armour of a private key"}})
		from = stop
	}
}
