package statistics

import (
	"fmt"
	"math/rand/v2"
	"runtime"
	"syscall"
	"testing"
	"time"

	"qingting/internal/document"
)

// feedback invents documents of a year: of a third as many customers, two themes
// each on average, a rating for three in ten, texts of 30 to 90 characters, of
// which one in twenty is a copy of one of the last thousand.
func feedback(n int, see func(*document.Document)) {
	r := rand.New(rand.NewPCG(1, 2))
	channels := []string{"hotline", "app", "wechat", "store", "sms"}
	last := make([]string, 1000)
	text := make([]rune, 0, 90)
	for i := range n {
		d := doc(fmt.Sprintf("record-%08d-%016x", i, r.Uint64()), fmt.Sprintf("c%07d", r.IntN(n/3+1)), i*365/n)
		d.Channel = channels[r.IntN(5)]
		d.Region = fmt.Sprintf("region-%02d", r.IntN(31))
		text = text[:0]
		for range 30 + r.IntN(60) {
			text = append(text, rune(0x4e00+r.IntN(50)*r.IntN(50)))
		}
		d.Text = string(text)
		if r.IntN(20) == 0 && i > len(last) {
			d.Text = last[r.IntN(len(last))]
		}
		last[i%len(last)] = d.Text
		if r.IntN(10) < 3 {
			rating := float64(1 + r.IntN(5))
			d.Rating = &rating
		}
		for range 1 + r.IntN(3) {
			id := r.IntN(40) * r.IntN(40) / 40
			d.Themes = append(d.Themes, document.Tag{ID: fmt.Sprintf("theme-%02d", id), Score: 0.85, Polarity: -0.9})
			d.Dimensions = append(d.Dimensions, document.Tag{ID: fmt.Sprintf("dimension-%d", id%6), Score: 0.8, Polarity: -0.8})
			d.PainPoints = append(d.PainPoints, document.Tag{ID: fmt.Sprintf("pain-%d", id%6), Score: 0.8, Polarity: -0.8})
		}
		see(d)
	}
}

// BenchmarkMillion asks a store of a million documents of a year.
func BenchmarkMillion(b *testing.B) {
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	s := New(Config{})
	var put time.Duration
	feedback(1_000_000, func(d *document.Document) {
		began := time.Now()
		s.Put(d)
		put += time.Since(began)
	})
	runtime.GC()
	runtime.ReadMemStats(&after)
	year := Query{From: day0, To: day0.AddDate(0, 0, 366)}
	quarter := Query{Days: 91}
	last := Query{From: day0, To: day0.AddDate(0, 0, 182)}
	in := func(q Query, channel, region string) Query {
		q.Channel, q.Region = channel, region
		return q
	}
	for _, ask := range []struct {
		name string
		ask  func()
	}{
		{"report/month", func() { s.Report(Query{}) }},
		{"report/quarter", func() { s.Report(quarter) }},
		{"report/year", func() { s.Report(year) }},
		{"report/month-region", func() { s.Report(in(Query{}, "", "region-07")) }},
		{"report/year-region", func() { s.Report(in(year, "", "region-07")) }},
		{"report/year-channel", func() { s.Report(in(year, "app", "")) }},
		{"series/month", func() { _, _ = s.Series(Theme, "theme-00", Query{}) }},
		{"series/year", func() { _, _ = s.Series(Theme, "theme-00", year) }},
		{"compare/month", func() { s.Compare(Query{}, Query{From: s.End().AddDate(0, 0, -60), To: s.End().AddDate(0, 0, -30)}) }},
		{"compare/year", func() { s.Compare(year, last) }},
		{"heat/month", func() { s.Heat(Query{}, Theme, Region) }},
		{"heat/year", func() { s.Heat(year, Theme, Region) }},
	} {
		b.Run(ask.name, func(b *testing.B) {
			spent := cpu()
			for b.Loop() {
				ask.ask()
			}
			b.ReportMetric((cpu()-spent).Seconds()*1e3/float64(b.N), "cpu-ms/op")
		})
	}
	b.Run("memory", func(b *testing.B) {
		for b.Loop() {
			s.Len()
		}
		b.ReportMetric(float64(after.HeapAlloc-before.HeapAlloc)/1e6, "heap-B/doc")
		b.ReportMetric(put.Seconds()*1e3, "ns-put/doc")
	})
	runtime.KeepAlive(s)
}

// cpu is what this process has spent, which a busy machine leaves alone.
func cpu() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
