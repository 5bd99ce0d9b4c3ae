package audit

import (
	"crypto/rand"
	"io/fs"
	mathrand "math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// memory copies an export into memory, to change it.
func memory(t testing.TB, dir string) fstest.MapFS {
	t.Helper()
	files := fstest.MapFS{}
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(dir, path)
		files[filepath.ToSlash(name)] = &fstest.MapFile{Data: data}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func clone(files fstest.MapFS) fstest.MapFS {
	c := fstest.MapFS{}
	for name, f := range files {
		c[name] = &fstest.MapFile{Data: slices.Clone(f.Data)}
	}
	return c
}

// rewrite puts other entries into an export, and leaves the rest.
func rewrite(t testing.TB, files fstest.MapFS, leaves [][]byte, hashesToo bool) {
	t.Helper()
	for name := range files {
		if strings.HasPrefix(name, "tile/entries/") || hashesToo && strings.HasPrefix(name, "tile/") {
			delete(files, name)
		}
	}
	var tree Tree
	for _, leaf := range leaves {
		if _, err := tree.Append(leaf); err != nil {
			t.Fatal(err)
		}
	}
	for e := range tilesAt(-1, int64(len(leaves))) {
		var data []byte
		for i := range e.width {
			data, _ = appendLeaf(data, leaves[int(e.index)*tileWidth+i])
		}
		files[e.path()] = &fstest.MapFile{Data: data}
	}
	for level := 0; hashesToo && level < levels(tree.Size()); level++ {
		for h := range tilesAt(level, tree.Size()) {
			data, err := hashTile(h, &tree)
			if err != nil {
				t.Fatal(err)
			}
			files[h.path()] = &fstest.MapFile{Data: data}
		}
	}
}

// names says that a fault concerns an entry.
func names(r Report, i int, kinds ...FaultKind) bool {
	return slices.ContainsFunc(r.Faults, func(f Fault) bool {
		return slices.Contains(kinds, f.Kind) && f.First <= int64(i) && int64(i) <= f.Last
	})
}

// TestTampering changes an export in a thousand random ways: each is found, and
// the entry named.
func TestTampering(t *testing.T) {
	t.Parallel()
	const entries = 1500
	l := newLog(t, "log.example")
	for range 6 {
		l.grow(t, entries/6, "a")
		l.sign(t)
	}
	whole := memory(t, l.export(t))
	keys := l.keys(t)
	check := func(files fstest.MapFS, seen ...SignedCheckpoint) Report {
		t.Helper()
		r, err := Verify(files, VerifyOptions{Keys: keys, Seen: seen})
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	if r := check(whole); !r.OK() {
		t.Fatalf("nothing was changed: %+v", r.Faults)
	}
	// Another log under the same key: what a dishonest server would sign.
	fork := newLog(t, "log.example")
	fork.signer = l.signer
	fork.grow(t, 700, "a")
	fork.grow(t, entries-700, "b")
	fork.sign(t)
	forked := memory(t, fork.export(t))

	random := mathrand.New(mathrand.NewPCG(1, 2))
	for run := range 1000 {
		files, leaves := clone(whole), slices.Clone(l.leaves)
		i := random.IntN(entries)
		hashesToo := random.IntN(2) == 0 // the attacker mends the tiles as well
		switch run % 6 {
		case 0: // flip a bit of an entry
			leaf := slices.Clone(leaves[i])
			leaf[random.IntN(len(leaf))] ^= 1 << random.IntN(8)
			leaves[i] = leaf
			rewrite(t, files, leaves, hashesToo)
			if r := check(files); !names(r, i, Altered) {
				t.Errorf("run %d: entry %d altered, tiles too %v: %+v", run, i, hashesToo, r.Faults)
			}
		case 1: // drop an entry
			rewrite(t, files, slices.Delete(leaves, i, i+1), hashesToo)
			want := []FaultKind{Dropped, Altered, Truncated}
			if !hashesToo {
				want = []FaultKind{Dropped}
				if i == entries-1 {
					want = []FaultKind{Truncated}
				}
			}
			if r := check(files); !names(r, i, want...) {
				t.Errorf("run %d: entry %d dropped, tiles too %v: %+v", run, i, hashesToo, r.Faults)
			}
		case 2: // swap two
			j := (i + 1 + random.IntN(entries-1)) % entries
			leaves[i], leaves[j] = leaves[j], leaves[i]
			rewrite(t, files, leaves, hashesToo)
			if hashesToo {
				if r := check(files); !names(r, min(i, j), Altered) {
					t.Errorf("run %d: entries %d and %d swapped, tiles too: %+v", run, i, j, r.Faults)
				}
			} else if r := check(files); !names(r, i, Moved) || !names(r, j, Moved) {
				t.Errorf("run %d: entries %d and %d swapped: %+v", run, i, j, r.Faults)
			}
		case 3: // truncate
			rewrite(t, files, leaves[:i], hashesToo)
			if r := check(files); !names(r, i, Truncated) || !names(r, entries-1, Truncated) {
				t.Errorf("run %d: truncated to %d, tiles too %v: %+v", run, i, hashesToo, r.Faults)
			}
		case 4: // show another history, to one who has a checkpoint of the first
			seen := l.signed[3+random.IntN(3)]
			if r := check(clone(forked), seen); !slices.ContainsFunc(r.Faults, func(f Fault) bool {
				return f.Kind == Forked || f.Kind == Altered && f.First <= 700 && 700 <= f.Last
			}) {
				t.Errorf("run %d: fork not found: %+v", run, r.Faults)
			}
		case 5: // flip a bit of any file
			all := slices.Sorted(func(yield func(string) bool) {
				for name := range files {
					if !yield(name) {
						return
					}
				}
			})
			name := all[random.IntN(len(all))]
			data := files[name].Data
			data[random.IntN(len(data))] ^= 1 << random.IntN(8)
			if r, err := Verify(files, VerifyOptions{Keys: keys}); err == nil && r.OK() {
				t.Errorf("run %d: a bit of %s flipped: not found", run, name)
			}
		}
	}
}

// TestRolledBack shows an old state of a log, whole in itself: only who has seen
// more can tell.
func TestRolledBack(t *testing.T) {
	t.Parallel()
	l := newLog(t, "log.example")
	l.grow(t, 100, "a")
	l.sign(t)
	old := l.export(t)
	l.grow(t, 50, "a")
	later := l.sign(t)
	r, err := Verify(os.DirFS(old), VerifyOptions{Keys: l.keys(t)})
	if err != nil || !r.OK() {
		t.Fatalf("%+v, %v", r, err)
	}
	r, err = Verify(os.DirFS(old), VerifyOptions{Keys: l.keys(t), Seen: []SignedCheckpoint{later}})
	if err != nil || !names(r, 100, Truncated) || !names(r, 149, Truncated) {
		t.Errorf("%+v, %v", r, err)
	}
}

func BenchmarkVerify(b *testing.B) {
	const entries = 100_000
	l := newLog(b, "log.example")
	l.grow(b, entries, "a")
	l.sign(b)
	dir := l.export(b)
	for b.Loop() {
		r, err := Verify(os.DirFS(dir), VerifyOptions{Keys: l.keys(b)})
		if err != nil || !r.OK() {
			b.Fatal(err, r)
		}
	}
	b.ReportMetric(entries*float64(b.N)/b.Elapsed().Seconds(), "entries/s")
}

func FuzzOpen(f *testing.F) {
	l := newLog(f, "log.example")
	l.grow(f, 3, "a")
	f.Add(l.sign(f).Note)
	keys := l.keys(f)
	_, verifier, err := NewWitnessKey(rand.Reader, "witness.example")
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, msg []byte) {
		if s, err := keys.Open(msg); err == nil && s.Size != 3 {
			t.Errorf("opened a checkpoint of %d", s.Size)
		}
		_, _ = ParseKeys(string(msg) + "\n" + verifier)
		_, _ = ParseProof(msg)
		_, _ = ParseEntry(msg)
		splitLeaves(msg)
	})
}
