package privacy

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// foldLiteral reduces a listed value, or a value in a text, to what they are
// compared by: width, style, script, case and separators do not count.
func foldLiteral(s string) string {
	var b strings.Builder
	t := fold.New(s)
	for i := range t.Units {
		if r, ok := literalRune(t.Units[i]); ok {
			b.WriteRune(r)
		}
	}
	return b.String()
}

func literalRune(u fold.Unit) (rune, bool) {
	if u.Class&(fold.Separator|fold.Placeholder) != 0 {
		return 0, false
	}
	return unicode.ToLower(u.Rune), true
}

// denyList finds denied values in a text. It is immutable.
type denyList struct {
	byFirst map[rune][]denied // the longest value first
}

func newDenyList(list []denied) *denyList {
	if len(list) == 0 {
		return nil
	}
	d := &denyList{byFirst: make(map[rune][]denied)}
	for i := len(list) - 1; i >= 0; i-- { // sorted, so a prefix now comes after what it begins
		first, _ := utf8.DecodeRuneInString(list[i].Value)
		d.byFirst[first] = append(d.byFirst[first], list[i])
	}
	return d
}

// denyHit is a denied value at bytes start to end of a text.
type denyHit struct {
	start, end int
	denied
}

// find returns the denied values in text from left to right, the longest at
// each place, without overlap. Nothing inside a placeholder matches, and a
// value that ends in a digit or Latin letter does not match part of a longer
// number or word.
func (d *denyList) find(text string) []denyHit {
	if d == nil {
		return nil
	}
	t := fold.New(text)
	var hits []denyHit
	for i := 0; i < len(t.Units); i++ {
		r, ok := literalRune(t.Units[i])
		if !ok {
			continue
		}
		for _, value := range d.byFirst[r] {
			end := matchLiteral(t, i, value.Value)
			if end < 0 || joins(t, i-1, i) || joins(t, end-1, end) {
				continue
			}
			start, stop := t.Span(i, end)
			hits = append(hits, denyHit{start, stop, value})
			i = end - 1
			break
		}
	}
	return hits
}

// matchLiteral returns the unit past the value that begins at unit i, or -1.
func matchLiteral(t *fold.Text, i int, value string) int {
	for len(value) > 0 {
		if i == len(t.Units) || t.Is(i, fold.Placeholder) {
			return -1
		}
		if r, ok := literalRune(t.Units[i]); ok {
			want, size := utf8.DecodeRuneInString(value)
			if r != want {
				return -1
			}
			value = value[size:]
		}
		i++
	}
	return i
}

// joins reports whether units a and b belong to one number or one Latin word.
func joins(t *fold.Text, a, b int) bool {
	return t.Is(a, fold.Digit) && t.Is(b, fold.Digit) || t.Is(a, fold.Letter) && t.Is(b, fold.Letter)
}

// allowList holds folded values that are never personal.
type allowList map[string]bool

func newAllowList(values []string) allowList {
	list := make(allowList, len(values))
	for _, v := range values {
		list[v] = true
	}
	return list
}

func (l allowList) has(t rule.Type, plain, canonical string) bool {
	return len(l) > 0 && (l[foldLiteral(plain)] || l[foldLiteral(Canonical(t, canonical))])
}
