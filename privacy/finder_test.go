package privacy

import (
	"cmp"
	"regexp"
	"slices"
	"testing"
	"time"

	"qingting/privacy/detect"
	"qingting/privacy/placeholder"
	"qingting/privacy/rule"
)

// patterns is a finder by regular expressions, the first of which wins: it
// finds what no sound detector would, such as parts of masks and of cities, so
// that redaction is tested against worse than it will meet.
type patterns []pattern

type pattern struct {
	typ        rule.Type
	re         *regexp.Regexp
	confidence float64
}

func (ps patterns) Detect(text string) []detect.Finding {
	var found []detect.Finding
	taken := placeholders(text)
	for _, p := range ps {
		for _, at := range p.re.FindAllStringIndex(text, -1) {
			if at[0] == at[1] || slices.ContainsFunc(taken, func(r [2]int) bool { return at[0] < r[1] && r[0] < at[1] }) {
				continue
			}
			taken = append(taken, [2]int(at))
			found = append(found, detect.Finding{Type: p.typ, Start: at[0], End: at[1], Rule: "test", Confidence: p.confidence})
		}
	}
	slices.SortFunc(found, func(a, b detect.Finding) int { return cmp.Compare(a.Start, b.Start) })
	return found
}

func (ps patterns) Explain(text string) ([]detect.Finding, []detect.Rejection) {
	found := ps.Detect(text)
	if len(found) == 0 {
		return found, nil
	}
	return found, []detect.Rejection{{Finding: found[0], Why: "also this"}}
}

func placeholders(text string) (at [][2]int) {
	for i := range text {
		if n, _ := placeholder.Match(text[i:]); n > 0 {
			at = append(at, [2]int{i, i + n})
		}
	}
	return at
}

// telecom finds what the examples below hold.
func telecom() patterns {
	return patterns{
		{rule.IDCard, regexp.MustCompile(`[1-9]\d{16}[\dX]`), 1},
		{rule.Mobile, regexp.MustCompile(`(\+86 ?)?1\d{2}[ -]?\d{4}[ -]?\d{4}`), 0.9},
		{rule.Address, regexp.MustCompile(`\p{Han}{2,6}[省市]\p{Han}+路\d+号`), 0.8},
		{rule.DOB, regexp.MustCompile(`\d{4}年(\d+月\d+日)?`), 0.7},
		{rule.Email, regexp.MustCompile(`[a-z.]+@[a-z.]+`), 0.9},
		{rule.PersonName, regexp.MustCompile(`张三|John Smith`), 0.6},
		{rule.Credential, regexp.MustCompile(`密码\d+`), 0.6},
	}
}

func newRedactor(t testing.TB, f finder, policy string) *Redactor {
	t.Helper()
	p := DefaultPolicy()
	if policy != "" {
		p = mustParse(t, policy)
	}
	d, err := detect.New()
	if err != nil {
		t.Fatal(err)
	}
	r, err := NewRedactor(d, p, newPseudonymizer(t))
	if err != nil {
		t.Fatal(err)
	}
	if f != nil {
		r.detector = f
	}
	return r
}

var spoken = time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
