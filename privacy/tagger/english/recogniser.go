package english

import (
	_ "embed"
	"fmt"
	"math"
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/recognise/address"
	"qingting/privacy/recognise/name"
	"qingting/privacy/rule"
	"qingting/privacy/tagger/internal/words"
)

// The ids of the rules, as findings carry them.
const (
	RulePerson  = "english.person"
	RuleAddress = "english.address"
)

// highest keeps what was only learnt under a rule with a cue or a check.
const highest = 0.79

// sureOfUnknown is the probability from which unknown words in lower case are a name.
const sureOfUnknown = 0.97

//go:embed data/weights.bin
var weightsFile []byte

// sharedModel panics on a malformed file: it is compiled in, so that is a
// broken build and no state a caller could handle.
var sharedModel = sync.OnceValue(func() *words.Model {
	m, err := words.Decode(weightsFile)
	if err != nil {
		panic(err)
	}
	return m
})

// Recogniser proposes PERSON_NAME and ADDRESS candidates. It is immutable.
type Recogniser struct {
	model   *words.Model
	scratch sync.Pool // *scan
}

var _ rule.Recogniser = (*Recogniser)(nil)

// New returns a recogniser with the embedded weights.
func New() *Recogniser {
	r := &Recogniser{model: sharedModel()}
	r.scratch.New = func() any {
		s := &scan{model: r.model, reader: words.NewReader(r.model.Lexicon), chain: words.Chain{Trans: &r.model.Trans}}
		s.chain.Prepare()
		return s
	}
	return r
}

// Recognise implements [rule.Recogniser].
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&fold.Letter == 0 {
		return
	}
	s := r.scratch.Get().(*scan)
	defer r.scratch.Put(s)
	words.Runs(t, func(from, to int) { s.run(t, from, to, explain, emit) })
	s.reader.Release()
}

// scan is the state of one pass over one text.
type scan struct {
	model  *words.Model
	reader *words.Reader
	chain  words.Chain
	keys   [words.Features]uint64
	labels []words.Label
	active []bool // by word of a run
	spans  []words.Span
}

// run reads one run of words: the stretches of it that may hold a name or an
// address, each by itself, for between them nothing is.
func (s *scan) run(t *fold.Text, from, to int, explain bool, emit func(rule.Candidate)) {
	s.reader.Split(t, from, to)
	n := len(s.reader.Tokens)
	if s.active = mark(s.reader.Tokens, s.active[:0]); s.active == nil {
		return
	}
	s.reader.Prepare()
	for i := 0; i < n; {
		if !s.active[i] {
			i++
			continue
		}
		first := i
		for i < n && s.active[i] {
			i++
		}
		s.stretch(t, first, i, explain, emit)
	}
}

// stretch reads the words from first to end.
func (s *scan) stretch(t *fold.Text, first, end int, explain bool, emit func(rule.Candidate)) {
	ks, n := s.reader.Tokens, end-first
	s.chain.Resize(n)
	for i := range n {
		s.reader.Keys(first+i, &s.keys)
		s.model.Sum(&s.keys, &s.chain.Units[i])
	}
	if cap(s.labels) < n {
		s.labels = make([]words.Label, 2*n)
	}
	s.chain.Best(s.labels[:n])
	s.spans = words.Spans(s.labels[:n], s.spans[:0])
	for i := range s.spans {
		s.spans[i].Start += first
		s.spans[i].End += first
	}
	summed := false
	begin, past := s.bounds()
	for n, sp := range s.spans {
		if sp.Of != words.Person && sp.Of != words.Address || t.Seen&fold.Placeholder != 0 && redacted(t, ks, sp) {
			continue
		}
		if sp = trim(ks, sp); sp.Start == sp.End {
			continue
		}
		reach := sp.End
		if sp.Of == words.Address {
			reach = withPlace(ks, sp)
		}
		if !summed {
			s.chain.SumFor(begin-first, past-1-first)
			summed = true
		}
		c := rule.Candidate{Start: ks[sp.Start].Start, End: ks[sp.End-1].End}
		p := 1.0
		for i := sp.Start; i < sp.End; i++ {
			p = min(p, s.chain.Touched(i-first, sp.Of))
		}
		if explain {
			c.Evidence = []string{fmt.Sprintf("learnt from labelled text: probability %.2f", p)}
		}
		if sp.Of == words.Person {
			c.Type, c.Rule, c.Confidence = rule.PersonName, RulePerson, min(highest, p)
			c.Rejected = refusePerson(t, ks, sp, p)
			c.Canonical = name.Canonical(t, c.Start, c.End)
		} else {
			c.Type, c.Rule, c.Confidence = rule.Address, RuleAddress, p
			if p > 0.5 {
				c.Confidence = 0.8 + 0.1*p
			}
			c.Rejected = s.refuseAddress(n)
			if last := ks[sp.End-1]; t.Rune(last.Start) == '.' && sp.End-sp.Start > 1 && ks[sp.End-2].Kind == words.Letters && !letter(t.Rune(c.End+1)) && t.Rune(c.End) != ',' {
				c.End = ks[sp.End-2].End // the sentence's stop
			}
			if reach > sp.End {
				c.End = ks[reach-1].End
			}
			c.Canonical = address.Canonical(t, c.Start, c.End)
		}
		c.Confidence = math.Round(c.Confidence*1000) / 1000
		if c.Rejected == "" || explain {
			emit(c)
		}
	}
}

// bounds are the first word of the spans that may count, and the word past them.
func (s *scan) bounds() (begin, past int) {
	begin = -1
	for _, sp := range s.spans {
		if sp.Of == words.Person || sp.Of == words.Address {
			if past = sp.End; begin < 0 {
				begin = sp.Start
			}
		}
	}
	return begin, past
}

// trim takes marks off the ends of a span, and off a name the words of a role
// before it, which are in lower case: employee Brandon Lee.
func trim(ks []words.Token, sp words.Span) words.Span {
	for sp.Start < sp.End && ks[sp.Start].Kind == words.Mark {
		sp.Start++
	}
	for sp.Start < sp.End && ks[sp.End-1].Kind == words.Mark && ks[sp.End-1].Shape != words.FullStop {
		sp.End--
	}
	for sp.Of == words.Person && sp.End-sp.Start > 1 && ks[sp.Start].Shape == words.Lower && ks[sp.Start].Class&words.Everyday != 0 && ks[sp.Start+1].Capital() {
		sp.Start++
	}
	return sp
}

// withPlace returns the word past the place that a comma joins to an address
// which has a comma itself: Flat 3, 27 Caine Road, Hong Kong. One without is the
// street alone, in a record that has its city in another field.
func withPlace(ks []words.Token, sp words.Span) int {
	const comma = words.FullStop + 1
	commas := 0
	for _, k := range ks[sp.Start:sp.End] {
		if k.Shape == comma {
			commas++
		}
	}
	i := sp.End
	if commas == 0 || i+1 >= len(ks) || ks[i].Shape != comma {
		return sp.End
	}
	for i++; i < len(ks) && i-sp.End < 4 && ks[i].Gap == words.Blank && ks[i].Capital() && (ks[i].Class&words.Place != 0 || ks[i].Word == hong || ks[i].Word == kong); {
		i++
	}
	if i == sp.End+1 {
		return sp.End
	}
	return i
}

// redacted says that a placeholder lies in a span.
func redacted(t *fold.Text, ks []words.Token, sp words.Span) bool {
	for i := ks[sp.Start].Start; i < ks[sp.End-1].End; i++ {
		if t.Is(i, fold.Placeholder) {
			return true
		}
	}
	return false
}

// near is how many words may lie between a number and the street that it belongs to.
const near = 12

// longestPostcode is of those that are written in one piece, EC1A1BB and the like.
const longestPostcode = 8

// refuseAddress says why span n is no address, or nothing: a number alone
// counts only beside a part of an address that has words, and letters and
// digits in turn without a gap are a code.
func (s *scan) refuseAddress(n int) string {
	worded := func(sp words.Span) bool {
		for _, k := range s.reader.Tokens[sp.Start:sp.End] {
			if k.Kind == words.Letters {
				return true
			}
		}
		return false
	}
	sp := s.spans[n]
	if s.coded(sp) {
		return "a code of letters and digits"
	}
	if worded(sp) {
		return ""
	}
	for _, step := range [2]int{-1, 1} {
		for k := n + step; k >= 0 && k < len(s.spans); k += step {
			o := s.spans[k]
			if max(o.Start-sp.End, sp.Start-o.End) > near {
				break
			}
			if o.Of == words.Address && worded(o) {
				return ""
			}
		}
	}
	return "a number alone"
}

// coded says that a span is one piece of letters and digits, longer than a postcode.
func (s *scan) coded(sp words.Span) bool {
	ks := s.reader.Tokens[sp.Start:sp.End]
	for i, k := range ks {
		if k.Kind == words.Mark || i > 0 && k.Gap != words.Joined {
			return false
		}
	}
	return len(ks) > 2 && ks[len(ks)-1].End-ks[0].Start > longestPostcode
}

// refusePerson says why a span is no name, or nothing.
func refusePerson(t *fold.Text, ks []words.Token, sp words.Span, p float64) string {
	letters, capital, known, everyday := 0, false, false, true
	for _, k := range ks[sp.Start:sp.End] {
		if k.Kind == words.Digits {
			return "a number in it"
		}
		if k.Kind == words.Letters {
			letters += k.End - k.Start
			capital = capital || k.Shape != words.Lower
			known = known || k.Class&(words.Given|words.Family) != 0 && k.Class&words.Everyday == 0
			everyday = everyday && k.Class&words.Everyday != 0
		}
	}
	if follows(ks, sp.Start, hong, kong) || follows(ks, sp.Start-1, hong, kong) {
		return "a place whose words are surnames too"
	}
	a, b := ks[sp.Start].Start, ks[sp.End-1].End
	switch {
	case letters < 2:
		return "too short for a name"
	case !capital && (everyday || !known && p < sureOfUnknown):
		return "lower case, and no name that is known"
	case handled(t.Rune(a - 1)), t.Rune(b) == '@' || t.Rune(b) == '_', t.Rune(b) == '.' && letter(t.Rune(b+1)):
		return "part of a handle or an address on the net"
	}
	return ""
}

// hong and kong are words that are surnames too.
var hong, kong = words.Hash("hong"), words.Hash("kong")

// follows says that word i is a and the next one b.
func follows(ks []words.Token, i int, a, b uint64) bool {
	return i >= 0 && i+1 < len(ks) && ks[i].Word == a && ks[i+1].Word == b
}

// handled are the marks that join a word to a handle, a tag or a path.
func handled(r rune) bool {
	return r == '@' || r == '_' || r == '#' || r == '/' || r == '.' || r == '\\'
}

func letter(r rune) bool { return r|0x20 >= 'a' && r|0x20 <= 'z' }
