package tagger

import (
	_ "embed"
	"fmt"
	"math"
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/name"
	"qingting/privacy/rule"
	"qingting/privacy/tagger/internal/sequence"
)

// The ids of the rules, as findings carry them.
const (
	RulePerson  = "tagger.person"
	RuleAddress = "tagger.address"
)

// highest keeps what was only learnt under a rule with a cue or a check.
const highest = 0.79

// sure is the probability from which a name is proposed: under it, in real
// feedback that names hardly anybody, most are goods, brands and places.
const sure = 0.55

// sureOfWord is the probability from which two characters that are a word of
// the dictionary are a name all the same: 高峰, 马虎.
const sureOfWord = 0.75

//go:embed data/weights.bin
var weightsFile []byte

// sharedModel panics on a malformed file: it is compiled in, so that is a
// broken build and no state a caller could handle.
var sharedModel = sync.OnceValue(func() *sequence.Model {
	m, err := sequence.Decode(weightsFile)
	if err != nil {
		panic(err)
	}
	return m
})

// Recogniser proposes PERSON_NAME and ADDRESS candidates. It is immutable.
type Recogniser struct {
	model   *sequence.Model
	filter  *filter
	words   *lexicon.WordTable
	names   *name.Recogniser
	grammar *address.Recogniser
	scratch sync.Pool // *scan
}

var _ rule.Recogniser = (*Recogniser)(nil)

// New returns a recogniser with the embedded weights.
func New() *Recogniser {
	r := &Recogniser{model: sharedModel(), filter: sharedFilter(), words: &lexicon.Shared().Words, names: name.New(), grammar: address.New()}
	r.scratch.New = func() any {
		s := &scan{rec: r, reader: sequence.NewReader(), chain: sequence.Chain{Trans: &r.model.Trans}}
		s.chain.Prepare()
		return s
	}
	return r
}

// Recognise implements [rule.Recogniser].
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&fold.Han == 0 {
		return
	}
	s := r.scratch.Get().(*scan)
	sequence.Sentences(t, func(from, to int) {
		s.look(t, from, to)
		for _, w := range s.windows {
			s.window(t, w, from, to, explain, emit)
		}
	})
	s.reader.Release()
	r.scratch.Put(s)
}

// scan is the state of one pass over one text.
type scan struct {
	rec     *Recogniser
	reader  *sequence.Reader
	chain   sequence.Chain
	keys    [sequence.Features]uint64
	scores  [sequence.MaxSentence]sequence.Scores // by unit of the sentence, where scored says so
	scored  [sequence.MaxSentence]bool
	labels  [sequence.MaxSentence]sequence.Label
	spans   []sequence.Span
	windows []window
}

// begin takes up the sentence of units from to to.
func (s *scan) begin(t *fold.Text, from, to int) {
	s.reader.Begin(t, from, to)
	clear(s.scored[:to-from])
}

// score is what the labels of unit i score, which the reader has prepared; its
// sentence begins at unit first.
func (s *scan) score(i, first int) *sequence.Scores {
	u := &s.scores[i-first]
	if !s.scored[i-first] {
		s.reader.Keys(i, &s.keys)
		s.rec.model.Sum(&s.keys, u)
		s.scored[i-first] = true
	}
	return u
}

// tag fills s.spans with the spans of units from to to of the sentence that the
// reader has begun and that begins at unit first; they count from from.
func (s *scan) tag(from, to, first int) {
	s.reader.Prepare(from, to)
	n := to - from
	s.chain.Resize(n)
	for i := range n {
		s.chain.Units[i] = *s.score(from+i, first)
	}
	s.chain.Best(s.labels[:n])
	s.spans = sequence.Spans(s.labels[:n], 0, s.spans[:0])
}

// window reads a window of the sentence of units from to to.
func (s *scan) window(t *fold.Text, w window, first, last int, explain bool, emit func(rule.Candidate)) {
	from, to := w.from, w.to
	s.chain.OpenStart, s.chain.OpenEnd = from > first, to < last
	s.tag(from, to, first)
	begin, end := -1, 0 // where the first begins that may count, and the last
	for _, sp := range s.spans {
		if sp.Kind == sequence.Person || sp.Kind == sequence.Address {
			if end = sp.Start; begin < 0 {
				begin = sp.Start
			}
		}
	}
	if begin < 0 {
		return
	}
	s.chain.SumFrom(begin, end)
	for _, sp := range s.spans {
		if sp.Kind != sequence.Person && sp.Kind != sequence.Address {
			continue
		}
		p := s.rec.model.Probability(&s.chain, sp)
		c := rule.Candidate{
			Start: from + sp.Start, End: from + sp.End, Confidence: min(highest, math.Round(p*1000)/1000),
		}
		if explain {
			c.Evidence = []string{fmt.Sprintf("learnt from labelled text: probability %.2f", p)}
		}
		if sp.Kind == sequence.Person {
			c.Type, c.Rule = rule.PersonName, RulePerson
			c.Canonical = name.Canonical(t, c.Start, c.End)
			c.Rejected = s.rec.refusePerson(t, c.Start, c.End)
			if c.Rejected == "" && p < sure {
				c.Rejected = "not sure enough"
			}
			if c.Rejected == "" && sp.End-sp.Start == 2 && p < sureOfWord && s.rec.words.Has(t.Rune(c.Start), t.Rune(c.Start+1)) {
				c.Rejected = "a dictionary word, and not sure enough"
			}
		} else {
			c.Type, c.Rule = rule.Address, RuleAddress
			c.Canonical = address.Canonical(t, c.Start, c.End)
			if !s.rec.grammar.Reaches(t, c.Start, c.End) {
				c.Rejected = "does not go down to a door"
			}
		}
		if c.Rejected == "" || explain {
			emit(c)
		}
	}
}

// refusePerson says why a span of units is left to the rules, or nothing.
func (r *Recogniser) refusePerson(t *fold.Text, from, to int) string {
	han, dots, blanks := 0, 0, 0
	for i := from; i < to; i++ {
		switch {
		case t.Is(i, fold.Han):
			han++
		case t.Rune(i) == '·' || t.Rune(i) == '.':
			dots++
		case t.Rune(i) == ' ' && !t.Is(i+1, fold.Separator):
			blanks++
		default:
			return "holds what no Chinese name holds"
		}
	}
	switch {
	case han < 2:
		return "a single character is left to the rules"
	case blanks > 0 && (blanks != han-1 || to-from != 2*han-1):
		return "blanks between some of the characters"
	case han > 8 && dots == 0:
		return "too long for a name"
	case t.Rune(to-1) == '姓':
		return "ends with the word for a surname"
	case amount(t, from):
		return "what the number before counts"
	case inHandle(t, from):
		return "part of an account's handle"
	}
	return r.names.Objection(t, from, to)
}

// amount says that unit i goes on with a short number before it: 9元包, 2000余平.
func amount(t *fold.Text, i int) bool {
	if r := t.Rune(i); r != '元' && r != '余' {
		return false
	}
	n := 0
	for n < record && t.Is(i-1-n, fold.Digit|fold.Numeral) {
		n++
	}
	return n > 0 && n < record
}

// record is how many digits a telephone has at least: a name may stand behind one.
const record = 7

// inHandle says that unit i belongs to an account handle (@…): handles name
// services and brands above all.
func inHandle(t *fold.Text, i int) bool {
	for k := i - 1; k >= 0 && i-k <= 16; k-- {
		switch r := t.Rune(k); {
		case r == '@':
			return true
		case t.Is(k, fold.Han|fold.Letter|fold.Digit) || r == '_' || r == '-':
		default:
			return false
		}
	}
	return false
}
