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
	return recordsOf(t, ix, Query{Text: text, Size: 1000, Strict: true})
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
	for name, harm := range damages(t) {
		t.Run(name, func(t *testing.T) {
			harmed := func() string {
				copied := filepath.Join(t.TempDir(), "index")
				if err := os.CopyFS(copied, os.DirFS(dir)); err != nil {
					t.Fatal(err)
				}
				harm(copied)
				return copied
			}
			copied := harmed()
			ix, err := Open(copied, Config{Segmenter: plainSegmenter{}})
			if err == nil {
				ix.Close()
			}
			if !errors.Is(err, ErrDamaged) {
				t.Fatalf("Open: %v, want ErrDamaged", err)
			}
			// A server opens it nevertheless, and says that it cannot answer yet.
			if ix, err = OpenServing(harmed(), Config{Segmenter: plainSegmenter{}}); err != nil {
				t.Fatal(err)
			}
			defer ix.Close()
			if _, err := ix.Search(t.Context(), Query{}); !errors.Is(err, ErrRebuilding) {
				t.Errorf("Search: %v, want ErrRebuilding", err)
			}
			if st, err := ix.Status(); err != nil || st.Rebuild == "" || st.Answering || st.Documents != 0 {
				t.Errorf("Status: %+v, %v", st, err)
			}
		})
	}
}

// damages are the ways in which the folder of an index can be harmed, each file
// of each kind removed, cut off, emptied, zeroed in its midst and overwritten.
func damages(t *testing.T) map[string]func(dir string) {
	shardFiles := filepath.Join(generationName+"*", shardName+"*")
	each := func(pattern string, harm func(path string) error) func(dir string) {
		return func(dir string) {
			paths, err := filepath.Glob(filepath.Join(dir, pattern))
			if err != nil || len(paths) == 0 {
				t.Fatalf("no %s in the index: %v", pattern, err)
			}
			for _, p := range paths {
				if err := harm(p); err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	ways := map[string]func(path string) error{
		"removed": os.RemoveAll,
		"emptied": func(p string) error { return os.Truncate(p, 0) },
		"cut off": func(p string) error {
			info, err := os.Stat(p)
			if err != nil {
				return err
			}
			return os.Truncate(p, info.Size()/2)
		},
		"zeroed": func(p string) error {
			data, err := os.ReadFile(p)
			if err != nil {
				return err
			}
			clear(data[len(data)/3 : 2*len(data)/3])
			return os.WriteFile(p, data, 0o600)
		},
		"overwritten": func(p string) error { return os.WriteFile(p, []byte(strings.Repeat("x", 5000)), 0o600) },
	}
	out := map[string]func(dir string){
		"generation removed": each(generationName+"*", os.RemoveAll),
		"shard removed":      each(shardFiles, os.RemoveAll),
		"store removed":      each(filepath.Join(shardFiles, "store"), os.RemoveAll),
	}
	for kind, pattern := range map[string]string{
		"current": fileCurrent, "manifest": filepath.Join(generationName+"*", fileManifest), "names": fileNames,
		"metadata": filepath.Join(shardFiles, "index_meta.json"), "root": filepath.Join(shardFiles, "store", "root.bolt"),
		"segment": filepath.Join(shardFiles, "store", "*.zap"),
	} {
		for way, harm := range ways {
			if kind == "current" && way == "cut off" {
				continue // half of it is no less a name
			}
			out[kind+" "+way] = each(pattern, harm)
		}
	}
	return out
}
