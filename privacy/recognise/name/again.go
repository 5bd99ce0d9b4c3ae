package name

import (
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/internal/surname"
	"qingting/privacy/rule"
)

const (
	knownFrom = 0.8 // the confidence from which a name is looked for again
	knownName = -5  // ln p of a name that the text has named already
	mostKnown = 200 // names of one text: those of a longer list are found by their place in it
)

// known is a name, or the given name of one, that the text has already.
type known struct {
	runes []rune
	given bool
}

// Again implements [rule.Reminder]: it proposes the other mentions of the
// names among found, which are sorted by place, where nothing was found yet:
// the whole name, and a given name of two characters. A name that is a word as
// well is taken only where its place speaks for it.
func (r *Recogniser) Again(t *fold.Text, found []rule.Candidate, emit func(rule.Candidate)) {
	names := r.named(t, found)
	if len(names) == 0 {
		return
	}
	s := r.scratch.Get().(*scan)
	defer r.scratch.Put(s)
	s.begin(t, false)
	defer func() {
		s.t = nil
		s.lat.Release()
	}()
	first := new(runes) // of the names, in the basic plane
	for r := range names {
		if r < 0x10000 {
			first.add(r)
		}
	}
	next := 0
	for i := 0; i < len(t.Units); i++ {
		if r := t.Units[i].Rune; uint32(r) < 0x10000 && !first.has(r) {
			continue
		}
		for next < len(found) && found[next].End <= i {
			next++
		}
		if next < len(found) && found[next].Start <= i {
			i = found[next].End - 1
			continue
		}
		limit := len(t.Units)
		if next < len(found) {
			limit = found[next].Start
		}
		for _, k := range names[t.Units[i].Rune] {
			if j := i + len(k.runes); j <= limit && matchAt(t, i, k.runes) && s.repeats(i, j, k.given) {
				emit(rule.Candidate{
					Type: rule.PersonName, Start: i, End: j, Rule: ruleAgain, Confidence: 0.66,
					Canonical: Canonical(t, i, j), Evidence: []string{"a name that the text has elsewhere"},
				})
				i = j - 1
				break
			}
		}
	}
}

// named gathers what to look for, by first rune, the longer first.
func (r *Recogniser) named(t *fold.Text, found []rule.Candidate) map[rune][]known {
	var names map[rune][]known
	n := 0
	add := func(k known) {
		old := names[k.runes[0]]
		if slices.ContainsFunc(old, func(o known) bool { return slices.Equal(o.runes, k.runes) }) {
			return
		}
		if names == nil {
			names = map[rune][]known{}
		}
		at := slices.IndexFunc(old, func(o known) bool { return len(o.runes) < len(k.runes) })
		if at < 0 {
			at = len(old)
		}
		names[k.runes[0]] = slices.Insert(old, at, k)
		n++
	}
	for _, c := range found {
		length := c.End - c.Start
		if c.Type != rule.PersonName || c.Confidence < knownFrom || length < 2 || length > 8 || n >= mostKnown {
			continue
		}
		runes := make([]rune, 0, length)
		for i := c.Start; i < c.End && t.Is(i, fold.Han); i++ {
			runes = append(runes, t.Rune(i))
		}
		if len(runes) < length {
			continue
		}
		add(known{runes: runes})
		one := r.lex.Surnames.Of(runes[0]).Kind != surname.None
		two := length > 3 && r.lex.Surnames.Compound(runes[0], runes[1]).Kind != surname.None
		switch {
		case length == 3 && one:
			add(known{runes: runes[1:], given: true})
		case length == 4 && two:
			add(known{runes: runes[2:], given: true})
		}
	}
	return names
}

// repeats says that units i to j, which are written like a name of this text,
// are that name and no words.
func (s *scan) repeats(i, j int, given bool) bool {
	from, to := i, j
	for from > 0 && i-from < 12 && s.t.Is(from-1, fold.Han) {
		from--
	}
	for to-j < 12 && s.t.Is(to, fold.Han) {
		to++
	}
	s.lat.Read(s.t.Units, from, to)
	margin := s.lat.Margin(i, j, knownName)
	logp, isWord := s.lat.Word(i, j)
	starts := !s.t.Is(i-1, fold.Han) || s.lat.Boundary(i)
	title, strong := s.rec.vocab.titleAt(s.t, j)
	told := s.rec.vocab.does(s.t, j) || title > 0 && strong
	ends := j == to || s.rec.vocab.behind.has(s.t.Rune(j)) || told
	switch {
	case s.inHandle(i) || s.placeBehind(j):
		return false
	case isWord && (given || logp > -11.5):
		return starts && told || logp < -13 && from == i && ends
	case isWord:
		return starts && ends
	case given:
		return margin > 2 && starts && ends
	}
	return margin > 0
}
