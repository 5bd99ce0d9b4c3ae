package sequence

import (
	"bytes"
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
)

func TestSpansReadWhatMarkWrites(t *testing.T) {
	want := []Span{{0, 1, Person}, {1, 3, Person}, {4, 8, Address}, {8, 9, Place}, {9, 12, Organisation}}
	labels := make([]Label, 13)
	for _, s := range want {
		Mark(labels[s.Start:s.End], 0, s.End-s.Start, s.Kind)
	}
	if diff := cmp.Diff(want, Spans(labels, 0, nil)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	single := make([]Label, 1)
	Mark(single, 0, 1, Organisation)
	if single[0] != outside {
		t.Error("an organisation of one character is marked")
	}
}

func random(c *Chain, rnd *rand.Rand, n int) {
	c.Resize(n)
	for i := range c.Units {
		for y := range c.Units[i] {
			c.Units[i][y] = float32(rnd.NormFloat64() * 2)
		}
	}
}

// every calls do with each label sequence of n units that the chain allows.
func every(n int, do func([]Label)) {
	labels := make([]Label, n)
	var rec func(i int)
	rec = func(i int) {
		if i == n {
			if MayEnd(labels[n-1]) {
				do(labels)
			}
			return
		}
		for y := range Label(Labels) {
			if i == 0 && MayStart(y) || i > 0 && mayFollow(labels[i-1], y) {
				labels[i] = y
				rec(i + 1)
			}
		}
	}
	rec(0)
}

// TestChainAgreesWithEnumeration compares the best labels and the probabilities
// of spans with those found by trying everything.
func TestChainAgreesWithEnumeration(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	var trans Transitions
	for x := range trans {
		for y := range trans[x] {
			trans[x][y] = float32(rnd.NormFloat64())
		}
	}
	c := &Chain{Trans: &trans}
	c.Prepare()
	for range 5 {
		const n = 4
		random(c, rnd, n)
		total, top := 0.0, math.Inf(-1)
		var best [n]Label
		spans := map[Span]float64{}
		every(n, func(labels []Label) {
			score, last := 0.0, outside
			for i, y := range labels {
				score += float64(c.Units[i][y] + trans[last][y])
				last = y
			}
			if score > top {
				top = score
				copy(best[:], labels)
			}
			p := math.Exp(score)
			total += p
			for _, s := range Spans(labels, 0, nil) {
				spans[s] += p
			}
		})
		got := make([]Label, n)
		c.Best(got)
		if diff := cmp.Diff(best[:], got); diff != "" {
			t.Errorf("best labels (-want +got):\n%s", diff)
		}
		c.Sum()
		for s, p := range spans {
			if got, want := c.Share(s.Start, s.End, s.Kind), p/total; math.Abs(got-want) > 1e-4 {
				t.Errorf("%+v has probability %.6f, want %.6f", s, got, want)
			}
		}
	}
}

// TestOpenChain compares a part of a sentence, whose neighbours are not read,
// with trying everything that may stand there.
func TestOpenChain(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	var trans Transitions
	for x := range trans {
		for y := range trans[x] {
			trans[x][y] = float32(rnd.NormFloat64())
		}
	}
	c := &Chain{Trans: &trans, OpenStart: true, OpenEnd: true}
	c.Prepare()
	for range 20 {
		const n = 2
		random(c, rnd, n)
		total, top, name, rest := 0.0, math.Inf(-1), math.Inf(-1), math.Inf(-1)
		var best [n]Label
		var whole float64
		for x := range Label(Labels) {
			for y := range Label(Labels) {
				if !mayFollow(x, y) {
					continue
				}
				inner := float64(c.Units[0][x] + trans[x][y] + c.Units[1][y])
				if x == firstPerson {
					name = max(name, inner)
				} else {
					rest = max(rest, inner)
				}
				for _, before := range Edges[x] {
					score := inner + float64(trans[before][x])
					if score > top {
						top, best = score, [n]Label{x, y}
					}
					total += math.Exp(score)
					if x == firstPerson && parts[y] == end {
						whole += math.Exp(score)
					}
				}
			}
		}
		got := make([]Label, n)
		c.Best(got)
		if diff := cmp.Diff(best[:], got); diff != "" {
			t.Errorf("best labels (-want +got):\n%s", diff)
		}
		c.Sum()
		if got, want := c.Share(0, n, Person), whole/total; math.Abs(got-want) > 1e-4 {
			t.Errorf("a person has probability %.6f, want %.6f", got, want)
		}
		if got, want := float64(Opening((*[2]Scores)(c.Units), &trans)), name-rest; math.Abs(got-want) > 1e-4 {
			t.Errorf("a name leads by %.4f, want %.4f", got, want)
		}
	}
}

func TestSpansLeaveOutWhatIsCutOff(t *testing.T) {
	labels := make([]Label, 10)
	Mark(labels, 0, 3, Person)
	Mark(labels, 4, 6, Person)
	Mark(labels, 7, 10, Address)
	if diff := cmp.Diff([]Span{{3, 5, Person}}, Spans(labels[1:9], 0, nil)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func filled(t *testing.T) (*Model, [Features]uint64) {
	t.Helper()
	m := &Model{Table: *NewTable(0.5), Gate: Gate{Weights: make([]int8, GateCells), Early: -3, Least: -7, First: 0.25, Second: -1}}
	m.Gate.Weights[5] = -3
	var keys [Features]uint64
	for i := range keys {
		keys[i] = key(uint64(i+1), 7)
		w := Scores{0: float32(i), 8: -1, 14: 0.5}
		if !m.Put(keys[i], &w) {
			t.Fatal("no room for a feature")
		}
	}
	m.Trans[1][2], m.Logit[Person] = 3, [2]float32{1.5, -0.25}
	return m, keys
}

func TestTableSums(t *testing.T) {
	m, keys := filled(t)
	var got Scores
	m.Sum(&keys, &got)
	if want := (Scores{0: Features * (Features - 1) / 2, 8: -Features, 14: Features / 2.}); got != want {
		t.Errorf("sums %v, want %v", got, want)
	}
	for i := range keys {
		keys[i] = key(uint64(i+1), 8)
	}
	m.Sum(&keys, &got)
	if got != (Scores{}) {
		t.Errorf("unknown features weigh %v", got)
	}
}

func TestModelFile(t *testing.T) {
	m, _ := filled(t)
	file, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m, got, cmp.AllowUnexported(Table{}), cmp.AllowUnexported(Model{})); diff != "" {
		t.Error("a model differs after it was written and read")
	}
	again, err := got.Encode()
	if err != nil || !bytes.Equal(file, again) {
		t.Errorf("a model that was read is written differently: %v", err)
	}
	for _, bad := range [][]byte{nil, []byte("qtagger2"), file[:len(file)/2]} {
		if _, err := Decode(bad); err == nil {
			t.Errorf("%d bytes that are no model are read", len(bad))
		}
	}
}

func FuzzDecode(f *testing.F) {
	m := &Model{Table: *NewTable(0.5), Gate: Gate{Weights: make([]int8, GateCells)}}
	m.Put(key(1, 1), &Scores{1})
	file, err := m.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add([]byte{})
	f.Fuzz(func(t *testing.T, b []byte) { _, _ = Decode(b) })
}

func FuzzSentences(f *testing.F) {
	f.Add("张三。李四！\n王五")
	f.Add("⟦姓名⟧⟦姓名⟧，")
	f.Fuzz(func(t *testing.T, s string) {
		tx := fold.New(s)
		rd := NewReader()
		var keys [Features]uint64
		last := 0
		Sentences(tx, func(from, to int) {
			if from < last || from >= to || to > len(tx.Units) || to-from > MaxSentence {
				t.Fatalf("sentence %d to %d after %d of %d", from, to, last, len(tx.Units))
			}
			last = to
			rd.Begin(tx, from, to)
			rd.Prepare(from, to)
			for i := from; i < to; i++ {
				rd.Keys(i, &keys)
			}
		})
	})
}

// TestLatinWords sees that a run of Latin letters is one word with the signs on
// both sides as its neighbours.
func TestLatinWords(t *testing.T) {
	x := fold.New("罗琳(MaryAnn)和Mary")
	r := NewReader()
	r.Begin(x, 0, len(x.Units))
	r.Prepare(0, len(x.Units))
	first, last := 3, 9
	for i := first; i <= last; i++ {
		u := r.at(i)
		if int(u.start) != first || int(u.next) != last+1 || u.word != r.at(first).word || u.surname != r.at(first).surname {
			t.Fatalf("unit %d is of the word from %d to %d", i, u.start, u.next)
		}
		if before, behind := r.around(i); before != '(' || behind != ')' {
			t.Errorf("unit %d has %q before its word and %q behind", i, rune(before), rune(behind))
		}
	}
	if other := r.at(len(x.Units) - 1); other.word == r.at(first).word || other.surname == r.at(first).surname {
		t.Error("two words of different letters and capitals read alike")
	}
}
