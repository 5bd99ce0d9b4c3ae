// Package bank recognises the numbers of bank cards and of passbooks.
package bank

import (
	"strings"

	"qingting/privacy/recognise"
	"qingting/privacy/recognise/check"
	"qingting/privacy/rule"
)

// Rules returns the rules of the family.
func Rules() []recognise.Rule { return []recognise.Rule{card, account, iban} }

var card = recognise.Rule{
	ID: "bank_card.luhn", Type: rule.BankCard,
	About: "62 with 16 to 19 digits, 4 5 35 with 16, 37 with 15, Luhn (ISO/IEC 7812, JR/T 0008)",
	Need:  recognise.Need{Runs: 15},
	Find:  findCard,
	True: []string{
		"«6222021234567890128»", "卡号«6222 0212 3456 7890 128»", "«4111111111111111»", "信用卡«4111-1111-1111-1111»", "«６２２２０２１２３４５６７８９０１２８»",
		"美国运通«378282246310005»", "«六二二二零二一二三四五六七八九零一二八»",
	},
	False: []string{
		"6222021234567890129", "订单号6222021234567890128", "工单号4111111111111111", "62220212****7890128", "4111111111111112", "41111111111111111", "流水号：4111 1111 1111 1111",
	},
}

// bin reports whether a card of n digits may begin as d does.
func bin(d string, n int) bool {
	switch {
	case d[0] == '6':
		return d[1] == '2' && n >= 16 && n <= 19 || n == 16 && (d[:4] == "6011" || d[:2] == "65" || d[:2] == "60") || n == 19 && d[:2] == "60"
	case d[0] == '4':
		return n == 16
	case d[0] == '5':
		return n == 16 && d[1] >= '1' && d[1] <= '6'
	case d[:2] == "35":
		return n == 16
	case d[:2] == "37", d[:2] == "34":
		return n == 15
	}
	return false
}

func findCard(p *recognise.Page, emit func(rule.Candidate)) {
	for _, r := range p.Runs {
		if r.Hi-r.Lo < 15 {
			continue
		}
		p.Starts(r, func(k int) {
			head := p.Digits(r, k, 15)
			if head == "" || head[0] < '3' || head[0] > '6' {
				return
			}
			for n := 19; n >= 15; n-- {
				if !bin(head, n) {
					continue
				}
				if w, ok := p.Window(r, k, n); ok {
					judgeCard(p, w, emit)
				}
			}
		})
	}
}

func judgeCard(p *recognise.Page, w recognise.Window, emit func(rule.Candidate)) {
	c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.95, Evidence: []string{"issuer's first digits"}}
	label, _ := p.Label(w.Start)
	cued := (label|p.Before(w.Start, 15)|p.After(w.End, 6))&recognise.Bank != 0
	switch valid := check.Luhn(w.Value); {
	case w.Masked:
		c.Rejected = "a mask touches it"
	case label&recognise.Order != 0 && label&recognise.Bank == 0:
		c.Rejected = recognise.OrderWins
	case label&(recognise.IMEI|recognise.IMSI|recognise.ICCID) != 0:
		c.Rejected = "another label before"
	case !valid && cued:
		c.Confidence = 0.85
		c.Evidence = append(c.Evidence, "check digit fails", "word for a bank nearby")
	case !valid:
		c.Rejected = "check digit fails"
	case cued:
		c.Confidence = 0.98
		c.Evidence = append(c.Evidence, "check digit", "word for a bank nearby")
	case w.Letter || w.Groups > 5 && w.Groups < len(w.Value):
		c.Confidence = 0.45
	case w.Value[0] != '6' && w.Groups == 1:
		c.Confidence = 0.8
		c.Evidence = append(c.Evidence, "check digit")
	default:
		c.Evidence = append(c.Evidence, "check digit")
	}
	emit(c)
}

// nearby takes 12 to 19 digits that pass Luhn in the neighbourhood of a word
// for a card: brands whose first digits the table of issuers lacks.
func nearby(p *recognise.Page, r recognise.Run, k int, emit func(rule.Candidate)) {
	for n := 19; n >= 12; n-- {
		if w, ok := p.Window(r, k, n); ok && !w.Masked && !w.Letter && w.Groups < 6 && check.Luhn(w.Value) {
			emit(rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.75, Evidence: []string{"check digit", "word for a bank before"}})
			return
		}
	}
}

var account = recognise.Rule{
	ID: "bank_card.account", Type: rule.BankCard,
	About: "9 to 25 digits right after a word for a bank account or passbook, whose numbers have no common check",
	Need:  recognise.Need{Runs: 9, Cues: recognise.Bank},
	Find: func(p *recognise.Page, emit func(rule.Candidate)) {
		for _, r := range p.Runs {
			p.Starts(r, func(k int) {
				label, _ := p.Label(p.Reads[k].At)
				if label&recognise.Bank == 0 {
					if label == 0 && p.Before(p.Reads[k].At, 20)&recognise.Bank != 0 {
						nearby(p, r, k, emit)
					}
					return
				}
				for n := min(25, r.Hi-k); n >= 9; n-- {
					w, ok := p.Window(r, k, n)
					if !ok {
						continue
					}
					c := rule.Candidate{Start: w.Start, End: w.End, Canonical: w.Value, Confidence: 0.8, Evidence: []string{"label of a bank account before"}}
					switch {
					case w.Masked:
						c.Rejected = "a mask touches it"
					case strings.Count(w.Value, w.Value[:1]) == n:
						c.Rejected = "one digit repeated"
					case n < 15:
						c.Confidence = 0.7
					}
					emit(c)
					return
				}
			})
		}
	},
	True:  []string{"存折账号«0200001234567890123»", "银行账号：«1234 5678 9012 345»", "收款账户为«801234567890»", "I paid by credit card yesterday, «30569309025904»"},
	False: []string{"账户余额12.34元", "账号12345678", "订单号123456789012", "银行卡尾号1234"},
}
