package privacy

import (
	"strings"
	"unicode"

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

// denyList finds denied values in a text. It is immutable. It is a tree of
// their characters, so that the time for a text does not grow with the list.
type denyList struct {
	next map[edge]int32 // from state 0
	ends map[int32]denied
}

type edge struct {
	state int32
	r     rune
}

func newDenyList(list []denied) *denyList {
	if len(list) == 0 {
		return nil
	}
	d := &denyList{next: make(map[edge]int32), ends: make(map[int32]denied, len(list))}
	for _, value := range list {
		state := int32(0)
		for _, r := range value.Value {
			to, ok := d.next[edge{state, r}]
			if !ok {
				to = int32(len(d.next)) + 1
				d.next[edge{state, r}] = to
			}
			state = to
		}
		d.ends[state] = value
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
		if joins(t, i-1, i) {
			continue
		}
		if end, value := d.match(t, i); end > 0 {
			start, stop := t.Span(i, end)
			hits = append(hits, denyHit{start, stop, value})
			i = end - 1
		}
	}
	return hits
}

// match returns the unit past the longest value that begins at unit i, and the
// value; 0 when none does.
func (d *denyList) match(t *fold.Text, i int) (end int, value denied) {
	state := int32(0)
	for j := i; j < len(t.Units) && !t.Is(j, fold.Placeholder); j++ {
		r, ok := literalRune(t.Units[j])
		if !ok {
			if state == 0 {
				break
			}
			continue
		}
		if state, ok = d.next[edge{state, r}]; !ok {
			break
		}
		if v, ok := d.ends[state]; ok && !joins(t, j, j+1) {
			end, value = j+1, v
		}
	}
	return end, value
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
