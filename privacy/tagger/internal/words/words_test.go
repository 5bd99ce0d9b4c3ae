package words

import (
	"math"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/fold"
)

func TestSplit(t *testing.T) {
	text := "O'Neil’s bill: Jean-Luc, 12B MAIN st.\nJo"
	ft := fold.New(text)
	l := NewLexicon(map[uint64]Class{Hash("jo"): Given})
	type piece struct {
		Text  string
		Gap   Gap
		Class Class
	}
	var got []piece
	for _, k := range l.Split(nil, ft, 0, len(ft.Units)) {
		a, b := ft.Span(k.Start, k.End)
		got = append(got, piece{text[a:b], k.Gap, k.Class})
	}
	want := []piece{
		{"O'Neil", Line, 0},
		{"’", Joined, 0},
		{"s", Joined, 0},
		{"bill", Blank, 0},
		{":", Joined, 0},
		{"Jean-Luc", Blank, 0},
		{",", Joined, 0},
		{"12", Blank, 0},
		{"B", Joined, 0},
		{"MAIN", Blank, 0},
		{"st", Blank, 0},
		{".", Joined, 0},
		{"Jo", Line, Given},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestRunsCoverLongText: every letter of a text without Han lies in one run.
func TestRunsCoverLongText(t *testing.T) {
	rnd := rand.New(rand.NewPCG(1, 2))
	for range 50 {
		var text []byte
		for range rnd.IntN(9000) {
			text = append(text, "abc de. \n"[rnd.IntN(9)])
		}
		ft := fold.New(string(text) + "x")
		at := 0
		Runs(ft, func(from, to int) {
			if from != at || to <= from || to-from > longestRun {
				t.Fatalf("run %d to %d behind %d", from, to, at)
			}
			at = to
		})
		if at != len(ft.Units) {
			t.Fatalf("runs end at %d of %d", at, len(ft.Units))
		}
	}
}

// TestFile: what Encode wrote Decode reads, to the last weight.
func TestFile(t *testing.T) {
	rnd := rand.New(rand.NewPCG(3, 4))
	of := map[uint64]Class{}
	for range 500 {
		of[rnd.Uint64()] = Class(1 + rnd.IntN(255))
	}
	m := &Model{Table: NewTable(1.0 / 32), Lexicon: NewLexicon(of)}
	for range 1000 {
		var w Scores
		for y := 1; y < Labels; y++ {
			w[y] = float32(rnd.NormFloat64())
		}
		m.Put(rnd.Uint64(), &w)
	}
	m.Trans[1][2] = 0.5
	file, err := m.Encode()
	if err != nil {
		t.Fatal(err)
	}
	got, err := Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(m.cells, got.cells) + cmp.Diff(m.marks, got.marks) + cmp.Diff(m.Trans, got.Trans); diff != "" {
		t.Error(diff)
	}
	for h, c := range of {
		if got.Lexicon.Of(h) != c {
			t.Fatalf("class %d of a word became %d", c, got.Lexicon.Of(h))
		}
	}
}

// FuzzDecode: a broken file is refused and never panics.
func FuzzDecode(f *testing.F) {
	m := &Model{Table: NewTable(1), Lexicon: NewLexicon(map[uint64]Class{1 << 60: Given})}
	m.Put(1<<50+7, &Scores{0, 1, 2})
	file, err := m.Encode()
	if err != nil {
		f.Fatal(err)
	}
	f.Add(file)
	f.Add(file[:len(file)/2])
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = Decode(b) })
}

// TestChainAgainstAllLabellings compares decoding with trying everything.
func TestChainAgainstAllLabellings(t *testing.T) {
	rnd := rand.New(rand.NewPCG(5, 6))
	const n = 4
	for range 20 {
		c := &Chain{Trans: new(Transitions)}
		for x := range c.Trans {
			for y := range c.Trans[x] {
				c.Trans[x][y] = float32(rnd.NormFloat64())
			}
		}
		c.Prepare()
		c.Resize(n)
		for i := range c.Units {
			for y := range c.Units[i] {
				c.Units[i][y] = float32(2 * rnd.NormFloat64())
			}
		}
		var best, labels [n]Label
		top, z := math.Inf(-1), 0.0
		var share [n][Labels]float64
		var walk func(i int, s float64)
		walk = func(i int, s float64) {
			if i == n {
				if s > top {
					top, best = s, labels
				}
				z += math.Exp(s)
				for k, y := range labels {
					share[k][y] += math.Exp(s)
				}
				return
			}
			last := Label(0)
			if i > 0 {
				last = labels[i-1]
			}
			for y := range Label(Labels) {
				if follows(last, y) {
					labels[i] = y
					walk(i+1, s+float64(c.Units[i][y]+c.Trans[last][y]))
				}
			}
		}
		walk(0, 0)
		var got [n]Label
		c.Best(got[:])
		if got != best {
			t.Errorf("labels %v, want %v", got, best)
		}
		c.Sum()
		for i := range n {
			var m Scores
			c.Marginals(i, &m)
			for y, p := range m {
				if want := share[i][y] / z; math.Abs(float64(p)-want) > 1e-4 {
					t.Fatalf("p of label %d of word %d is %v, want %v", y, i, p, want)
				}
			}
		}
	}
}
