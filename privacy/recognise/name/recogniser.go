package name

import (
	"cmp"
	"slices"
	"sync"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
	"qingting/privacy/internal/place"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Recogniser proposes PERSON_NAME candidates. It is immutable.
type Recogniser struct {
	lex     *lexicon.Lexicon
	vocab   *vocabulary
	latin   *latinTables
	places  *place.Gazetteer
	need    fold.Class // a text without any of these has nothing to find
	scratch sync.Pool  // *scan
}

var (
	_ rule.Recogniser = (*Recogniser)(nil)
	_ rule.Reminder   = (*Recogniser)(nil)
)

// New returns a recogniser. The first one of a process builds the tables.
func New() *Recogniser {
	r := &Recogniser{lex: lexicon.Shared(), latin: newLatinTables(), places: place.Shared(), need: recognise.Classes(Rules())}
	r.vocab = newVocabulary(r.lex)
	r.scratch.New = func() any { return &scan{rec: r, lat: lexicon.NewLattice(r.lex)} }
	return r
}

// Recognise implements [rule.Recogniser].
func (r *Recogniser) Recognise(t *fold.Text, explain bool, emit func(rule.Candidate)) {
	if t.Seen&r.need == 0 {
		return
	}
	s := r.scratch.Get().(*scan)
	defer r.scratch.Put(s)
	s.begin(t, explain)
	if t.Seen&fold.Han != 0 {
		s.chinese()
		s.dotted()
		s.minority()
		s.beside()
		s.joined()
	}
	if t.Seen&fold.Letter != 0 {
		s.latin()
	}
	s.flush(emit)
	s.t = nil
	s.lat.Release()
}

// proposal is a candidate on its way to the decision among its neighbours.
type proposal struct {
	start, end int
	rule       string
	confidence float64
	evidence   []string
	rejected   string
}

// scan is the state of one pass over one text.
type scan struct {
	rec       *Recogniser
	t         *fold.Text
	explain   bool
	lat       *lexicon.Lattice
	cues      []cue // by the unit at which a name may start
	lastCue   int
	proposals []proposal
	taken     []proposal
	owners    int      // names beside a number
	doubts    [][2]int // what else stands there
	numbers   [][2]int // long numbers, by place
	covered   []bool   // units that a name found so far takes
}

func (s *scan) begin(t *fold.Text, explain bool) {
	s.t, s.explain = t, explain
	s.cues = slices.Grow(s.cues[:0], len(t.Units)+1)[:len(t.Units)+1]
	clear(s.cues)
	s.lastCue, s.proposals = 0, s.proposals[:0]
	s.count()
}

func (s *scan) propose(p proposal) {
	if p.rejected != "" && !s.explain {
		return
	}
	s.proposals = append(s.proposals, p)
}

// flush emits what was accepted, the likeliest first where proposals overlap,
// and what was turned down.
func (s *scan) flush(emit func(rule.Candidate)) {
	slices.SortStableFunc(s.proposals, func(a, b proposal) int { return a.start - b.start })
	for from := 0; from < len(s.proposals); {
		to, reach := from+1, s.proposals[from].end
		for to < len(s.proposals) && s.proposals[to].start < reach {
			reach = max(reach, s.proposals[to].end)
			to++
		}
		s.settle(s.proposals[from:to], emit)
		from = to
	}
}

// settle decides among proposals that overlap one another: accepted before
// rejected, then by confidence, then the longer.
func (s *scan) settle(group []proposal, emit func(rule.Candidate)) {
	slices.SortStableFunc(group, func(a, b proposal) int {
		if (a.rejected == "") != (b.rejected == "") {
			if a.rejected == "" {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(b.confidence, a.confidence), (b.end-b.start)-(a.end-a.start))
	})
	taken := s.taken[:0]
	for _, p := range group {
		i := slices.IndexFunc(taken, func(q proposal) bool { return p.start < q.end && q.start < p.end })
		if i >= 0 {
			if !s.explain || taken[i].start == p.start && taken[i].end == p.end {
				continue
			}
			if p.rejected == "" {
				p.rejected = "a likelier reading overlaps: " + taken[i].rule
			}
		}
		if p.rejected == "" {
			taken = append(taken, p)
		}
		emit(rule.Candidate{
			Type: rule.PersonName, Start: p.start, End: p.end, Rule: p.rule, Confidence: p.confidence,
			Canonical: Canonical(s.t, p.start, p.end), Evidence: p.evidence, Rejected: p.rejected,
		})
	}
	s.taken = taken
}
