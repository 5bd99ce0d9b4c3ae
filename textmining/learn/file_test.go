package learn

import (
	"bytes"
	"crypto/sha256"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func written(t testing.TB, m *Model) []byte {
	t.Helper()
	var file bytes.Buffer
	if _, err := m.WriteTo(&file); err != nil {
		t.Fatal(err)
	}
	return file.Bytes()
}

func TestReadGivesBackWhatWasWritten(t *testing.T) {
	for _, multi := range []bool{false, true} {
		m := trained(t, invented(120, 0.1, 1), Options{Multi: multi})
		file := written(t, m)
		back, err := Read(bytes.NewReader(file), testSegmenter(t))
		if err != nil {
			t.Fatal(err)
		}
		var a, b Scratch
		for _, row := range invented(50, 0, 3) {
			if diff := cmp.Diff(m.Scores(row.Text, &a), back.Scores(row.Text, &b)); diff != "" {
				t.Fatal(diff)
			}
		}
		if !bytes.Equal(file, written(t, back)) {
			t.Error("what was read is written otherwise")
		}
		if back.Multi() != multi || back.Rows() != 120 || back.Lexicon() != testSegmenter(t).Version() {
			t.Errorf("multi %v, rows %d, lexicon %s", back.Multi(), back.Rows(), back.Lexicon())
		}
	}
}

func TestReadRefusesDamage(t *testing.T) {
	file := written(t, trained(t, invented(60, 0.1, 1), Options{}))
	seg := testSegmenter(t)
	for i := 0; i < len(file); i += 1 + len(file)/200 {
		bad := slices.Clone(file)
		bad[i] ^= 0x20
		if _, err := Read(bytes.NewReader(bad), seg); err == nil {
			t.Errorf("a flipped bit in byte %d of %d is taken", i, len(file))
		}
		if _, err := Read(bytes.NewReader(file[:i]), seg); err == nil {
			t.Errorf("the first %d bytes of %d are taken", i, len(file))
		}
	}
	if _, err := Read(bytes.NewReader(append(slices.Clone(file), 0)), seg); err == nil {
		t.Error("a byte after the model is taken")
	}
}

// resealed gives a file a right checksum again, so that what is below is tried.
func resealed(file []byte) []byte {
	if len(file) < sha256.Size {
		return file
	}
	inside := slices.Clone(file[:len(file)-sha256.Size])
	sum := sha256.Sum256(inside)
	return append(inside, sum[:]...)
}

// Whatever is read neither panics nor makes a model that does.
func FuzzRead(f *testing.F) {
	m := trained(f, invented(40, 0.1, 1), Options{Entries: 40})
	f.Add(written(f, m))
	f.Add([]byte(magic))
	seg := testSegmenter(f)
	f.Fuzz(func(t *testing.T, file []byte) {
		m, err := Read(bytes.NewReader(resealed(file)), seg)
		if err != nil {
			return
		}
		var sc Scratch
		scores := m.Scores("宽带断网，话费 too high ⟦手机号⟧", &sc)
		if len(scores) != len(m.Labels()) {
			t.Errorf("%d scores for %d labels", len(scores), len(m.Labels()))
		}
		m.Explain("宽带断网", scores[0].Label, 3)
		if _, err := Read(bytes.NewReader(written(t, m)), seg); err != nil {
			t.Errorf("what was read is written and refused: %v", err)
		}
	})
}

// The body is tried on its own: behind checksum and compression no fuzzer gets.
func FuzzFill(f *testing.F) {
	m := trained(f, invented(40, 0.1, 1), Options{Entries: 40})
	f.Add(m.body(), m.first[1], m.first[2]-m.first[1], m.first[3]-m.first[2], len(m.entries))
	f.Fuzz(func(t *testing.T, body []byte, characters, words, pairs, entries int) {
		got := &Model{labels: m.labels, rows: m.rows}
		h := head{Features: [groups]int{characters, words, pairs}, Entries: entries}
		if err := got.fill(body, h); err != nil {
			return
		}
		if !bytes.Equal(got.body(), body) {
			// A number may be written longer than it need be; what it says is the same.
			again := &Model{labels: m.labels, rows: m.rows}
			if err := again.fill(got.body(), h); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(got.keys, again.keys); diff != "" {
				t.Fatal(diff)
			}
		}
		got.ready()
	})
}
