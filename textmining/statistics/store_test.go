package statistics

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"testing"
	"time"

	"qingting/internal/document"
)

var day0 = time.Date(2026, 3, 2, 4, 0, 0, 0, time.UTC) // a Monday noon at UTC+8

// doc invents a document.
func doc(record, customer string, day int, themes ...string) *document.Document {
	d := &document.Document{Record: record, Customer: customer, Time: day0.AddDate(0, 0, day), Text: "第" + record + "号客户说账单看不懂，扣费说不清楚", Channel: "hotline", Region: "杭州"}
	for _, t := range themes {
		d.Themes = append(d.Themes, document.Tag{ID: t, Score: 0.9, Polarity: -1})
	}
	return d
}

func million(n int) *Store {
	s := New(Config{})
	r := rand.New(rand.NewPCG(1, 2))
	channels := []string{"hotline", "app", "wechat", "store", "sms"}
	for i := range n {
		d := doc(fmt.Sprintf("record-%08d-%016x", i, r.Uint64()), fmt.Sprintf("c%07d", r.IntN(n/3+1)), i*365/n)
		d.Channel = channels[r.IntN(5)]
		d.Region = fmt.Sprintf("region-%02d", r.IntN(31))
		for range 1 + r.IntN(3) {
			id := r.IntN(40) * r.IntN(40) / 40
			d.Themes = append(d.Themes, document.Tag{ID: fmt.Sprintf("theme-%02d", id), Score: 0.85, Polarity: -0.9})
			d.Dimensions = append(d.Dimensions, document.Tag{ID: fmt.Sprintf("dimension-%d", id%6), Score: 0.8, Polarity: -0.8})
			d.PainPoints = append(d.PainPoints, document.Tag{ID: fmt.Sprintf("pain-%d", id%6), Score: 0.8, Polarity: -0.8})
		}
		s.Put(d)
	}
	return s
}

func BenchmarkReportMillion(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	start := time.Now()
	s := million(1_000_000)
	put := time.Since(start)
	runtime.GC()
	runtime.ReadMemStats(&after)
	for _, q := range []struct {
		name string
		q    Query
	}{{"month", Query{}}, {"year", Query{From: day0, To: day0.AddDate(0, 0, 366)}}, {"region", Query{Region: "region-07"}}} {
		b.Run(q.name, func(b *testing.B) {
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-MB")
			b.ReportMetric(put.Seconds(), "put-s")
			for b.Loop() {
				s.Report(q.q)
			}
			b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-MB")
			b.ReportMetric(put.Seconds()*1e3, "ns-put/doc")
		})
	}
	runtime.KeepAlive(s)
}
