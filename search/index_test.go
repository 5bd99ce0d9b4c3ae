package search

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"qingting/internal/document"
)

// plainSegmenter knows a few words and otherwise cuts single characters: enough
// of a segmenter to tell words from pairs.
type plainSegmenter struct{ version string }

var plainWords = []string{"流量", "网速", "套餐", "宽带", "客服", "话费", "信号", "投诉", "师傅", "安装", "掉线", "营业厅", "扣费", "态度", "退订", "漫游", "账单", "发票", "会员", "手机"}

func (s plainSegmenter) Version() string { return "plain" + s.version }

func (plainSegmenter) Tokens(text string, emit func(start, end int)) {
next:
	for i := 0; i < len(text); {
		for _, w := range plainWords {
			if strings.HasPrefix(text[i:], w) {
				emit(i, i+len(w))
				i += len(w)
				continue next
			}
		}
		_, n := utf8.DecodeRuneInString(text[i:])
		emit(i, i+n)
		i += n
	}
}

func doc(record, text string) *document.Document {
	return &document.Document{
		Schema: document.Schema, Record: record, Month: "202601", Text: text,
		Time: time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC), Policy: "p1", Engine: "e1",
	}
}

func open(t testing.TB, dir string) *Index {
	t.Helper()
	ix, err := Open(dir, Config{Segmenter: plainSegmenter{}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

// fill puts documents, one a text, with records r0, r1, …
func fill(t testing.TB, ix *Index, texts ...string) {
	t.Helper()
	var changes []Change
	for i, text := range texts {
		changes = append(changes, Change{Put: doc(fmt.Sprintf("r%d", i), text), Seq: uint64(i + 1)})
	}
	apply(t, ix, uint64(len(texts)), changes...)
}

func apply(t testing.TB, ix *Index, seq uint64, changes ...Change) {
	t.Helper()
	if err := ix.Apply(t.Context(), changes, seq); err != nil {
		t.Fatal(err)
	}
}

// records runs a query and returns the records found, separated by spaces.
func records(t testing.TB, ix *Index, text string) string {
	t.Helper()
	return recordsOf(t, ix, Query{Text: text, Size: 1000})
}

func recordsOf(t testing.TB, ix *Index, q Query) string {
	t.Helper()
	res, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("%q: %v", q.Text, err)
	}
	var out []string
	for _, h := range res.Hits {
		out = append(out, h.Document.Record)
	}
	return strings.Join(out, " ")
}

func TestApplyPutsReplacesAndDeletes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := open(t, dir)
	fill(t, ix, "网速太慢", "话费扣多了", "客服态度好")
	apply(t, ix, 5,
		Change{Put: doc("r0", "现在网速快了"), Seq: 4},
		Change{Delete: "r1", Seq: 5})
	if n, err := ix.Count(); err != nil || n != 2 {
		t.Fatalf("Count() = %d, %v, want 2", n, err)
	}
	for query, want := range map[string]string{"慢": "", "网速": "r0", "话费": "", "record:r1": "", "record:r2": "r2"} {
		if got := records(t, ix, query); got != want {
			t.Errorf("%q found %q, want %q", query, got, want)
		}
	}
	if got := ix.Checkpoint(); got != 5 {
		t.Errorf("Checkpoint() = %d, want 5", got)
	}
	if err := ix.Apply(t.Context(), nil, 4); err == nil {
		t.Error("Apply moved the checkpoint backwards")
	}
	// Within one batch the last change of a record counts.
	apply(t, ix, 8,
		Change{Put: doc("r9", "发票"), Seq: 6}, Change{Delete: "r9", Seq: 7},
		Change{Delete: "r2", Seq: 7}, Change{Put: doc("r2", "退订"), Seq: 8})
	if got := records(t, ix, "发票 OR 退订 OR 客服"); got != "r2" {
		t.Errorf("after changes of one record in one batch: %q, want r2", got)
	}
}

func TestReopenKeepsCheckpointAndDocuments(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := open(t, dir)
	if err := ix.Bind("docs@1"); err != nil {
		t.Fatal(err)
	}
	fill(t, ix, "网速太慢", "话费扣多了")
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	ix = open(t, dir)
	if err := ix.Bind("docs@1"); err != nil {
		t.Fatal(err)
	}
	if ix.Checkpoint() != 2 || records(t, ix, "网速") != "r0" {
		t.Errorf("reopened at %d with %q", ix.Checkpoint(), records(t, ix, "网速"))
	}
	if err := ix.Bind("docs@2"); !errors.Is(err, ErrRebuild) {
		t.Errorf("Bind to a stream created anew: %v, want ErrRebuild", err)
	}
}

func TestOpenNamesWhatIsWrong(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "index")
	ix := open(t, dir)
	fill(t, ix, "网速太慢", "话费扣多了")
	if _, err := Open(dir, Config{Segmenter: plainSegmenter{}}); !errors.Is(err, ErrInUse) {
		t.Errorf("second Open: %v, want ErrInUse", err)
	}
	if err := ix.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := ix.Search(t.Context(), Query{}); !errors.Is(err, ErrClosed) {
		t.Errorf("Search after Close: %v, want ErrClosed", err)
	}
	if _, err := Open(dir, Config{Segmenter: plainSegmenter{"2"}}); !errors.Is(err, ErrRebuild) {
		t.Errorf("another segmenter: %v, want ErrRebuild", err)
	}
	for name, harm := range map[string]func(t *testing.T, dir string){
		"no metadata": func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "index_meta.json")) },
		"no store":    func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "store")) },
		"no root":     func(t *testing.T, dir string) { remove(t, filepath.Join(dir, "store", "root.bolt")) },
		"no segments": func(t *testing.T, dir string) { eachSegment(t, dir, os.Remove) },
		"cut segments": func(t *testing.T, dir string) {
			eachSegment(t, dir, func(p string) error { return os.Truncate(p, 100) })
		},
		"empty segment": func(t *testing.T, dir string) { eachSegment(t, dir, func(p string) error { return os.Truncate(p, 0) }) },
		"junk": func(t *testing.T, dir string) {
			eachSegment(t, dir, func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("x", 500)), 0o600) })
		},
	} {
		t.Run(name, func(t *testing.T) {
			copied := filepath.Join(t.TempDir(), "index")
			if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
				t.Fatal(err)
			}
			harm(t, copied)
			ix, err := Open(copied, Config{Segmenter: plainSegmenter{}})
			if err == nil {
				ix.Close()
			}
			if !errors.Is(err, ErrDamaged) {
				t.Errorf("Open: %v, want ErrDamaged", err)
			}
		})
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.RemoveAll(path); err != nil {
		t.Fatal(err)
	}
}

func eachSegment(t *testing.T, dir string, harm func(string) error) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "store", "*.zap"))
	if err != nil || len(paths) == 0 {
		t.Fatalf("no segments in the index: %v", err)
	}
	for _, p := range paths {
		if err := harm(p); err != nil {
			t.Fatal(err)
		}
	}
}
