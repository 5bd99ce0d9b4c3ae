package search

import (
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/blevesearch/bleve/v2"
	"github.com/blevesearch/bleve/v2/analysis"
	"github.com/blevesearch/bleve/v2/analysis/lang/cjk"
	"github.com/blevesearch/bleve/v2/index/scorch"

	"qingting/internal/document"
)

// writer makes up feedback of about 100 characters: words drawn with Zipf's
// law from a vocabulary of real and of made-up words, in short clauses.
type writer struct {
	rand  *rand.Rand
	zipf  *rand.Zipf
	vocab []string
}

func newWriter(seed uint64) *writer {
	r := rand.New(rand.NewPCG(seed, 1))
	vocab := append([]string{}, plainWords...)
	vocab = append(vocab, "的", "了", "我", "是", "不", "很", "都", "也", "就", "在", "有", "说", "一直", "没有", "怎么", "已经", "还是", "5G", "APP", "wifi")
	for len(vocab) < 30_000 {
		word := make([]rune, 1+r.IntN(3))
		for i := range word {
			// Characters, too, are unevenly frequent.
			word[i] = '一' + rune(float64(6000)*r.Float64()*r.Float64()*r.Float64())
		}
		vocab = append(vocab, string(word))
	}
	return &writer{rand: r, zipf: rand.NewZipf(r, 1.08, 3, uint64(len(vocab)-1)), vocab: vocab}
}

func (w *writer) text(characters int) string {
	var b strings.Builder
	for n, clause := 0, 0; n < characters; {
		word := w.vocab[w.zipf.Uint64()]
		b.WriteString(word)
		n += len([]rune(word))
		if clause++; clause > 6 && w.rand.IntN(3) == 0 {
			b.WriteString("，")
			n, clause = n+1, 0
		}
	}
	return b.String()
}

func (w *writer) doc(i int) *document.Document {
	pick := func(values ...string) string { return values[w.rand.IntN(len(values))] }
	rating := float64(1 + w.rand.IntN(5))
	start := w.rand.IntN(80)
	tag := func(id string) []document.Tag {
		return []document.Tag{{ID: id, Score: 0.5 + float64(w.rand.IntN(50))/100, Polarity: -0.5, Evidence: []document.Span{{Start: start, End: start + 4}}}}
	}
	at := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC).Add(time.Duration(w.rand.IntN(180*86400)) * time.Second)
	return &document.Document{
		Schema: document.Schema, Record: fmt.Sprintf("%016x%010x", w.rand.Uint64(), i), Month: at.Format("200601"),
		Source: "bench", Channel: pick("电话", "微信", "APP", "营业厅", "网站"), Region: fmt.Sprintf("地区%d", w.rand.IntN(30)),
		Product: pick("畅享套餐", "家庭宽带", "校园卡", "云电视"), Time: at, Intake: at.Add(time.Second), Rating: &rating,
		Customer: fmt.Sprintf("c%08x", w.rand.IntN(50_000)), Text: w.text(100),
		Redactions: []document.Redaction{{Start: start, End: start + 5, Type: pick("MOBILE", "PERSON_NAME", "ADDRESS"), Action: "tag", Rule: "mobile.cn", Confidence: 0.98}},
		Policy:     "9f86d081884c7d65", Engine: "engine/1", Epoch: "e20260101000000",
		Annotation: document.Annotation{
			Language: "zh", Themes: tag(pick("network.speed", "billing.charge", "service.attitude", "broadband.fault")),
			Dimensions: tag(pick("network", "billing", "service")), PainPoints: tag(pick("slow", "overcharged", "rude")),
			Sentiment: document.Polarity{Label: pick("negative", "neutral", "positive"), Score: -0.4},
			Keywords:  []string{w.vocab[w.rand.IntN(900)], w.vocab[w.rand.IntN(900)]}, Taxonomy: "t1", Lexicon: "l1",
		},
	}
}

// cpu is the processor time this process has used, all threads.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		panic(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func dirSize(dir string) (size int64) {
	_ = filepath.WalkDir(dir, func(_ string, e fs.DirEntry, err error) error {
		if err == nil && !e.IsDir() {
			if info, err := e.Info(); err == nil {
				size += info.Size()
			}
		}
		return nil
	})
	return size
}

// indexAll indexes docs in batches and reports documents per processor second
// and the size of the index against that of the texts.
func indexAll(b *testing.B, docs []*document.Document, size int, put func(dir string) (apply func([]*document.Document), end func())) {
	b.Helper()
	bytes := 0
	for _, d := range docs {
		bytes += len(d.Text)
	}
	var spent time.Duration
	var disk int64
	for b.Loop() {
		dir := filepath.Join(b.TempDir(), "index")
		start := cpu()
		apply, end := put(dir)
		for i := 0; i < len(docs); i += size {
			apply(docs[i:min(i+size, len(docs))])
		}
		disk = dirSize(dir)
		end()
		spent += cpu() - start
	}
	b.ReportMetric(float64(len(docs)*b.N)/spent.Seconds(), "docs/cpu-s")
	b.ReportMetric(float64(disk)/float64(bytes), "size/text")
}

// benchDocs makes up n documents. Their texts are those of the file that
// QINGTING_TEXTS names, one a line, where it is set: made-up text has more
// different character pairs than people write.
func benchDocs(b *testing.B, n int) []*document.Document {
	b.Helper()
	w := newWriter(1)
	docs := make([]*document.Document, n)
	for i := range docs {
		docs[i] = w.doc(i)
	}
	if path := os.Getenv("QINGTING_TEXTS"); path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			b.Fatal(err)
		}
		texts := strings.Split(strings.TrimSpace(string(data)), "\n")
		for i := range docs {
			docs[i].Text = texts[i%len(texts)]
		}
	}
	return docs
}

func BenchmarkIndex(b *testing.B) {
	docs := benchDocs(b, 10_000)
	for _, size := range []int{500, 1000, 2000, 5000} {
		b.Run(fmt.Sprintf("qingting/batch=%d", size), func(b *testing.B) {
			indexAll(b, docs, size, func(dir string) (func([]*document.Document), func()) {
				ix, err := Open(dir, Config{Segmenter: benchSegmenter(b)})
				if err != nil {
					b.Fatal(err)
				}
				seq := uint64(0)
				return func(docs []*document.Document) {
						changes := make([]Change, len(docs))
						for i, d := range docs {
							seq++
							changes[i] = Change{Put: d, Seq: seq}
						}
						if err := ix.Apply(b.Context(), changes, seq); err != nil {
							b.Fatal(err)
						}
					}, func() {
						if err := ix.Close(); err != nil {
							b.Fatal(err)
						}
					}
			})
		})
	}
	// Bleve as its manual has it: a mapping of two text fields and the keywords,
	// the same segmenter behind an analyser, and the document stored.
	b.Run("bleve/batch=1000", func(b *testing.B) {
		indexAll(b, docs, 1000, func(dir string) (func([]*document.Document), func()) {
			m := newMapping()
			ix, err := bleve.NewUsing(dir, m, scorch.Name, scorch.Name, nil)
			if err != nil {
				b.Fatal(err)
			}
			return func(docs []*document.Document) {
					batch := ix.NewBatch()
					for _, d := range docs {
						rec := bareRecord(b, d)
						if err := batch.IndexAdvanced(rec); err != nil {
							b.Fatal(err)
						}
					}
					if err := ix.Batch(batch); err != nil {
						b.Fatal(err)
					}
				}, func() {
					if err := ix.Close(); err != nil {
						b.Fatal(err)
					}
				}
		})
	})
}

// bareAnalyzer gives Bleve our words through its own token stream.
type bareAnalyzer struct{ analyzer *analyzer }

func (a bareAnalyzer) Analyze(input []byte) analysis.TokenStream {
	text := string(input)
	tokens := a.analyzer.words(nil, text)
	out := make(analysis.TokenStream, len(tokens))
	for i, t := range tokens {
		out[i] = &analysis.Token{Term: []byte(t.term), Start: t.start, End: t.end, Position: t.pos}
	}
	return out
}

func cjkAnalyzer(b *testing.B) analysis.Analyzer {
	a, err := bleve.Config.Cache.AnalyzerNamed(cjk.AnalyzerName)
	if err != nil {
		b.Fatal(err)
	}
	return a
}
