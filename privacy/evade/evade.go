package evade

import (
	"hash/fnv"
	"math/rand/v2"
	"strings"
	"unicode"

	"qingting/privacy/rule"
	"qingting/privacy/score"
)

// Evasion is one way to write a value so that a filter misses it. It is
// immutable and safe for concurrent use.
type Evasion struct {
	Name  string // "full-width"
	About string // one line
	suits func(t rule.Type, value string) bool
	write func(r *rand.Rand, value string) []piece
}

// piece is a part of a rewritten value; what is not secret joins the parts.
type piece struct {
	text   string
	secret bool
}

func whole(s string) []piece { return []piece{{s, true}} }

// Apply rewrites each span that the evasion suits. It returns the new text, and
// the spans of what was rewritten and of the rest, in code points of the new
// text; a value told in pieces has a span for each. Spans are sorted and do not
// overlap. The text comes back as it was when nothing suits.
func (e Evasion) Apply(seed uint64, text string, spans []score.Span) (out string, changed, rest []score.Span) {
	h := fnv.New64a()
	h.Write([]byte(e.Name + "\x00" + text))
	r := rand.New(rand.NewPCG(seed, h.Sum64()))
	source := []rune(text)
	var b []rune
	at := 0
	for _, s := range spans {
		b = append(b, source[at:s.Start]...)
		at = s.End
		value := string(source[s.Start:s.End])
		pieces := whole(value)
		list := &rest
		if e.suits(rule.Type(s.Type), value) {
			if pieces = e.write(r, value); len(pieces) > 1 || pieces[0].text != value {
				list = &changed
			}
		}
		for _, p := range pieces {
			start := len(b)
			b = append(b, []rune(p.text)...)
			if p.secret {
				*list = append(*list, score.Span{Start: start, End: len(b), Type: s.Type})
			}
		}
	}
	return string(append(b, source[at:]...)), changed, rest
}

// perRune writes a value character by character.
func perRune(f func(r *rand.Rand, c rune) string) func(*rand.Rand, string) []piece {
	return func(r *rand.Rand, value string) []piece {
		var b strings.Builder
		for _, c := range value {
			b.WriteString(f(r, c))
		}
		return whole(b.String())
	}
}

// digitsAs writes each ASCII digit as the rune of that place in table.
func digitsAs(table string) func(*rand.Rand, string) []piece {
	signs := []rune(table)
	return perRune(func(_ *rand.Rand, c rune) string {
		if isDigit(c) {
			return string(signs[c-'0'])
		}
		return string(c)
	})
}

func isDigit(c rune) bool { return c >= '0' && c <= '9' }

// digits returns the ASCII digits of value, and whether it holds nothing else
// but separators and a country code's sign.
func digits(value string) (string, bool) {
	var b strings.Builder
	for _, c := range value {
		switch {
		case isDigit(c):
			b.WriteRune(c)
		case !strings.ContainsRune(" -+().", c):
			return "", false
		}
	}
	return b.String(), b.Len() > 0
}

// numeric reports whether people tell values of type t digit by digit.
func numeric(t rule.Type) bool {
	switch t {
	case rule.Mobile, rule.Landline, rule.IDCard, rule.ForeignPR, rule.BankCard, rule.QQ, rule.IMEI, rule.IMSI, rule.ICCID, rule.SocialSecurity:
		return true
	}
	return false
}

// coded is numeric, and the types of letters and digits.
func coded(t rule.Type) bool {
	switch t {
	case rule.HKID, rule.HKMOPermit, rule.TWPermit, rule.EEP, rule.Passport, rule.USCC, rule.LicensePlate, rule.VIN, rule.MAC, rule.EmployeeID, rule.BroadbandAccount, rule.SSN, rule.Phone:
		return true
	}
	return numeric(t)
}

// told: a number long enough that nobody could take it for a word or a count.
func told(t rule.Type, value string) bool {
	d, _ := digits(strings.TrimSuffix(value, "X"))
	return numeric(t) && len(d) >= 7
}

func hasDigit(value string) bool { return strings.ContainsFunc(value, isDigit) }

func plainASCII(value string) bool {
	return !strings.ContainsFunc(value, func(c rune) bool { return c > unicode.MaxASCII })
}
