package web

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"qingting/internal/document"
)

// The pages over 100,000 documents of 20,000 customers.
func BenchmarkPages(b *testing.B) {
	docs := feedback(100_000)
	for i, d := range docs {
		d.Customer = fmt.Sprint(i * 7919 % 20_000)
		d.Region = fmt.Sprint("region ", i%31)
		d.Themes = append(d.Themes, document.Tag{ID: fmt.Sprint("theme", i%30), Score: 0.8, Polarity: -0.5})
		if i%50 == 0 {
			d.Text = "宽带断网三天，" + d.Text
		}
	}
	h := newSite(b, docs, nil)
	for name, target := range map[string]string{
		"overview": "/", "overview-narrow": "/?channel=app&region=region+7", "overview-all": "/?days=3660",
		"theme": "/theme/theme7", "theme-narrow": "/theme/theme7?channel=app&region=region+7", "compare": "/compare?days=90",
		"search-all": "/search", "search-rare": "/search?q=" + url.QueryEscape("断网"), "search-common": "/search?q=" + url.QueryEscape("扣费"),
		"search-narrow": "/search?theme=theme7&days=30&channel=app",
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				w := httptest.NewRecorder()
				r := httptest.NewRequestWithContext(b.Context(), http.MethodGet, target, nil)
				r.RemoteAddr = "127.0.0.1:50000"
				h.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					b.Fatalf("%s: status %d", target, w.Code)
				}
			}
		})
	}
}
