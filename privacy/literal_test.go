package privacy

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"qingting/privacy/evade"
	"qingting/privacy/fold"
	"qingting/privacy/internal/babble"
	"qingting/privacy/rule"
	"qingting/privacy/score"
)

// TestListsHoldUnderEveryFold: a listed value is found, or let be, however its
// characters are written.
func TestListsHoldUnderEveryFold(t *testing.T) {
	chance := rand.New(rand.NewPCG(3, 4))
	next := func() int { return chance.IntN(256) }
	var folds []evade.Evasion
	for _, e := range evade.All() {
		if slices.Contains([]string{"full-width", "circled", "circled-negative", "keycaps", "mathematical", "monospace", "zero-width", "traditional", "groups-space", "every-dash", "every-wide-slash", "every-newline"}, e.Name) {
			folds = append(folds, e)
		}
	}
	tried := map[string]int{}
	for range 40 {
		for _, typ := range append(babble.Types(), "listed") {
			plain := listed[next()%len(listed)]
			if typ != "listed" {
				plain = babble.Value(typ, next)
			}
			literal := foldLiteral(plain)
			if literal == "" {
				continue
			}
			deny := newDenyList([]denied{{Value: literal, Type: typ}})
			allow := newAllowList([]string{literal})
			for _, e := range folds {
				out, _, _ := e.Apply(uint64(next()), plain, []score.Span{{End: utf8.RuneCountInString(plain), Type: string(typ)}})
				tried[e.Name]++
				text := "看" + out + "吧"
				hits := deny.find(text)
				// Of 张三张三 one may be found in two parts; nothing may be left of it.
				left := text
				for _, h := range slices.Backward(hits) {
					left = left[:h.start] + left[h.end:]
				}
				if strings.Trim(foldLiteral(left), "看吧") != "" {
					t.Errorf("denied %q leaves %q of %q", plain, left, text)
				}
				if !allow.has(typ, out, "") {
					t.Errorf("allowed %q is not told in %q", plain, out)
				}
			}
		}
	}
	if len(tried) != len(folds) || len(folds) != 12 {
		t.Errorf("tried %v", tried)
	}
}

// TestOwnRecognisersHoldUnderEveryFold: so are the examples of a policy's own
// recognisers.
func TestOwnRecognisersHoldUnderEveryFold(t *testing.T) {
	const policy = "policy: 1\ntypes: {}\nrecognisers:\n  - "
	for _, own := range ownRecognisers {
		r := policyRedactor(t, policy+own)
		_, example, _ := strings.Cut(own, `finds: ["`)
		example, _, _ = strings.Cut(example, `"]`)
		before, rest, _ := strings.Cut(example, "«")
		value, after, _ := strings.Cut(rest, "»")
		for _, e := range evade.All() {
			if !slices.Contains([]string{"full-width", "circled", "circled-negative", "keycaps", "mathematical", "monospace", "zero-width"}, e.Name) {
				continue
			}
			out, _, _ := e.Apply(1, value, []score.Span{{End: utf8.RuneCountInString(value), Type: string(rule.EmployeeID)}})
			for _, text := range []string{before + out + after, before + strings.ToLower(out) + after} {
				res := r.Redact(text, spoken)
				from := utf8.RuneCountInString(before)
				if len(res.Spans) != 1 || res.Spans[0].SourceStart != from || res.Spans[0].SourceEnd != from+utf8.RuneCountInString(out) {
					t.Errorf("%s: %q becomes %q", e.Name, text, res.Text)
				}
			}
		}
	}
}

// TestLongDenyList: the time for a text does not grow with the list, not even
// when all values begin alike.
func TestLongDenyList(t *testing.T) {
	timed := func(n int) time.Duration {
		var list []denied
		for i := range n {
			list = append(list, denied{foldLiteral(fmt.Sprintf("甲甲甲甲甲甲甲甲客户%d号", i)), rule.QQ})
		}
		d := newDenyList(list)
		text := fold.New(strings.Repeat("甲", 50000)).Source + "客户7号"
		best := time.Hour
		for range 5 {
			begin := time.Now()
			if len(d.find(text)) != 1 {
				t.Fatal("the value is not found")
			}
			best = min(best, time.Since(begin))
		}
		return best
	}
	if few, many := timed(10), timed(10_000); many > max(20*few, 500*time.Millisecond) {
		t.Errorf("10 values take %v, 10,000 take %v", few, many)
	}
}
