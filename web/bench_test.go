package web

import (
	"fmt"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"qingting/internal/document"
)

// documentsVariable says of how many documents BenchmarkPages is; 20,000 without it.
const documentsVariable = "QINGTING_DOCUMENTS"

// spokenOf are what documents of the benchmark are made of: every text has some of
// them, and few texts are alike.
var spokenOf = []string{
	"乱扣费", "转人工也没有人管", "宽带断网三天", "套餐退不了", "营业厅排队两个小时", "信号只有一格", "账单看不懂", "客服态度差", "退费一直没到", "说好的回电没有打",
	"流量用完被限速", "师傅预约了没有来", "积分过期没有通知", "老人不会用", "短信收不到", "携号转网被拦着", "合约期没有说清", "网速达不到", "机器人答非所问", "投诉了没有下文",
}

// year invents n documents of a year, of a third as many customers: 40 themes, some far
// more frequent, one or two a document; 31 regions; a rating for three in ten.
func year(n int) []*document.Document {
	r := rand.New(rand.NewPCG(1, 2))
	docs := make([]*document.Document, n)
	for i := range docs {
		at := i * 365 / n
		d := &document.Document{
			Schema: document.Schema, Record: fmt.Sprintf("r%08d%08x", i, r.Uint32()), Month: "202603", Source: "demo", Policy: "p", Engine: "e",
			Channel: []string{"hotline", "app", "wechat", "store", "survey"}[r.IntN(5)], Region: fmt.Sprint("region ", r.IntN(31)), Product: []string{"mobile", "broadband", "5g"}[r.IntN(3)],
			Time: lastDay.AddDate(0, 0, at-364), Customer: fmt.Sprint("c", r.IntN(n/3+1)),
			Annotation: document.Annotation{Language: "zh", Sentiment: document.Polarity{Label: []string{"negative", "negative", "neutral", "positive"}[r.IntN(4)], Score: -0.5}},
		}
		for range 2 + r.IntN(4) {
			d.Text += spokenOf[r.IntN(len(spokenOf))] + string(rune(0x4e00+r.IntN(2000))) + string(rune(0x4e00+r.IntN(2000))) + "，"
		}
		if r.IntN(10) < 3 {
			rating := float64(1 + r.IntN(10))
			d.Rating = &rating
		}
		for range 1 + r.IntN(2) {
			id := r.IntN(40) * r.IntN(40) / 40
			d.Themes = append(d.Themes, document.Tag{ID: fmt.Sprint("theme", id), Score: 0.8, Polarity: -0.5})
			d.PainPoints = []document.Tag{{ID: fmt.Sprint("pain", id%6), Score: 0.8, Polarity: -0.5}}
			d.Dimensions = []document.Tag{{ID: fmt.Sprint("dimension", id%6), Score: 0.8, Polarity: -0.5}}
		}
		if r.IntN(20) == 0 {
			d.Risks = []document.Tag{{ID: "churn", Score: 0.9}}
		}
		docs[i] = d
	}
	return docs
}

// cpu is what this process has spent, which a busy machine leaves alone.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// forget drops what is kept of some kinds, as it is when it is out of date.
func (k *keeper) forget(kinds ...string) {
	k.mu.Lock()
	defer k.mu.Unlock()
	maps.DeleteFunc(k.items, func(key string, _ *keptItem) bool {
		kind, _, _ := strings.Cut(key, "\x00")
		return slices.Contains(kinds, kind)
	})
}

// The pages over documents of a year: each asked again and again, as it is when nothing
// has come in since ("known"), and with a new document before each request ("new"),
// which has its figures counted anew.
//
//	QINGTING_DOCUMENTS=1000000 go test ./web -run '^$' -bench Pages -benchtime 100x -timeout 1h
func BenchmarkPages(b *testing.B) {
	n := 20_000
	if v := os.Getenv(documentsVariable); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1000 {
			b.Fatalf("%s must be a number from 1000", documentsVariable)
		}
	}
	docs := year(n)
	var cfg Config
	newSite(b, docs, func(c *Config) { cfg = *c })
	s, h, err := build(cfg)
	if err != nil {
		b.Fatal(err)
	}
	for _, p := range []struct{ name, target string }{
		{"overview", "/"},
		{"overview-narrow", "/?channel=app&region=region+7"},
		{"overview-year", "/?days=365"},
		{"theme", "/theme/theme7"},
		{"theme-frequent", "/theme/theme0"},
		{"theme-narrow", "/theme/theme7?channel=app&region=region+7"},
		{"compare", "/compare?days=90"},
		{"search-all", "/search"},
		{"search-rare", "/search?q=" + url.QueryEscape("积分过期 老人不会用")},
		{"search-common", "/search?q=" + url.QueryEscape("扣费")},
		{"search-narrow", "/search?theme=theme7&days=30&channel=app"},
		{"document", "/documents/" + docs[n/2].Record},
	} {
		for _, kind := range []string{"known", "new"} {
			b.Run(p.name+"/"+kind, func(b *testing.B) {
				ask := func() time.Duration {
					w := httptest.NewRecorder()
					r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, p.target, nil)
					r.RemoteAddr = "127.0.0.1:50000"
					began := time.Now()
					h.ServeHTTP(w, r)
					took := time.Since(began)
					if w.Code != http.StatusOK {
						b.Fatalf("%s: status %d", p.target, w.Code)
					}
					if w.Body.Len() > 150_000 {
						b.Errorf("%s: %d bytes", p.target, w.Body.Len())
					}
					return took
				}
				ask()
				var all []time.Duration
				spent := cpu()
				for b.Loop() {
					if kind == "new" {
						d := *docs[len(all)%n]
						d.Record = fmt.Sprint("new", b.Name(), len(all))
						cfg.Statistics.Put(&d)
						s.keeper.forget("report", "heat", "values")
					}
					all = append(all, ask())
				}
				b.ReportMetric((cpu()-spent).Seconds()*1e3/float64(len(all)), "cpu-ms/op")
				slices.Sort(all)
				ms := func(of float64) float64 { return float64(all[int(of*float64(len(all)-1))].Microseconds()) / 1000 }
				b.ReportMetric(ms(0.5), "p50-ms")
				b.ReportMetric(ms(0.95), "p95-ms")
			})
		}
	}
}
