package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/internal/document"
	"qingting/internal/saved"
	"qingting/textmining/discover/radar"
	"qingting/textmining/statistics"
)

// Feedback reaches the pages about finding by names, phrases, quotes, causes, queries
// and reasons: all of it is text there, whatever it says.
func TestHostileTextOfFinding(t *testing.T) {
	usual, some := 2.5, 9
	docs := feedback(6 * len(hostile))
	s, found := &shelf{}, &spotted{refuse: "refused"}
	var warned []Alert
	for i, evil := range hostile {
		for _, d := range docs[6*i : 6*i+6] {
			d.Text, d.Channel, d.Region = "扣费 "+evil, evil, evil
			d.Themes = []document.Tag{{ID: evil, Score: 1, Polarity: -1}}
		}
		id := fmt.Sprint(i)
		s.list = append(s.list, saved.Search{ID: "s" + id, Name: evil, Query: evil, Owner: "local", Alert: true, Filters: []saved.Filter{{Field: "channel", Values: []string{evil}}}})
		s.list = append(s.list, saved.Search{ID: "o" + id, Name: evil, Query: evil, Owner: evil})
		found.themes = append(found.themes, radar.Theme{
			ID: "d-" + id, Name: evil, Size: 40, Customers: 37, Since: evil, Promoted: evil, Change: "new",
			Phrases: []radar.Phrase{{Text: evil}}, Quotes: []radar.Quote{{ID: docs[6*i].Record, Text: docs[6*i].Text}},
			Series: []radar.Point{{From: "2026-03-01", Days: 1, Documents: &some}, {From: "2026-03-02", Days: 1, Documents: &some}},
		})
		for _, kind := range []string{"theme", "cluster", evil} {
			warned = append(warned, Alert{
				ID: evil, State: "open", Kind: "burst", Severity: evil, Theme: evil, ThemeKind: kind, ZH: evil, EN: evil, Since: "2026-03-01", Day: "2026-03-31",
				Observed: &statistics.Count{N: 40}, Expected: &usual, Causes: []statistics.Cause{{Column: "region", Value: evil, Lift: 3}, {Column: evil, Value: evil}},
			})
		}
	}
	h, n := editable(t, docs, func(cfg *Config) {
		cfg.Searches, cfg.Exports, cfg.Discovery = s, s, found
		cfg.AlertLog = func(context.Context, time.Time) ([]Alert, error) { return warned, nil }
	})
	lists := map[string]string{}
	for name, targets := range map[string][]string{"saved": {"/saved"}, "discover": {"/discover", "/discover?from=12"}, "alerts": {"/alerts"}} {
		for _, target := range targets {
			p := get(t, h, target)
			if p.status != http.StatusOK || len(p.body) > 600_000 {
				t.Errorf("%s: status %d, %d bytes", target, p.status, len(p.body))
			}
			lists[name] += p.text()
		}
	}
	for i, evil := range hostile {
		shown, q := htmlText(clip(evil)), url.QueryEscape(evil)
		for name, text := range lists {
			if !strings.Contains(text, shown) {
				t.Errorf("%s does not show %.60q", name, shown)
			}
		}
		for _, target := range []string{fmt.Sprint("/saved/s", i), "/documents/" + docs[6*i].Record, fmt.Sprint("/taxonomy/new?found=d-", i)} {
			p := get(t, h, target)
			if p.status != http.StatusOK || !strings.Contains(p.text(), shown) && !slices.Contains(fieldValues(p), oneLine(evil)) && !strings.Contains(p.text(), htmlText(evil)) {
				t.Errorf("%s: status %d, and does not show %.60q", target, p.status, shown)
			}
		}
		for _, target := range []string{"/export?q=" + q, "/taxonomy/new?found=" + q, "/alerts?state=" + q, "/discover?state=" + q, "/saved/" + url.PathEscape(evil), "/saved?done=" + q, "/compare?region=" + q} {
			if p := get(t, h, target); p.status >= 500 {
				t.Errorf("%.40s: status %d", target, p.status)
			}
		}
		// What is typed comes back as it was typed, and refusals are text.
		s.refuse, n.refuse, found.refuse = true, evil, evil
		for _, form := range [][]string{
			{"/saved?lang=zh", "name", evil, "query", evil, "alert", "on"},
			{"/saved/s1?lang=zh", "action", "edited", "name", evil, "query", evil},
			{"/export?q=%E6%89%A3%E8%B4%B9", "format", "csv", "reason", evil, "purpose", evil},
			{"/export?q=%E6%89%A3%E8%B4%B9", "format", evil, "reason", evil},
			{"/discover?state=dismissed", "action", "rename", "id", "d-1", "name", evil, "reason", evil},
			{"/discover?state=dismissed", "action", "split", "id", "d-1", "reason", evil, "part_name", evil, "part_terms", evil, "part_name", evil, "part_terms", evil},
			{"/discover?state=dismissed", "action", "merge", "id", evil, "with", evil, "reason", evil},
			{"/taxonomy/new", "revision", "3", "id", evil, "zh_name", evil, "en_name", evil, "zh_cues", evil, "dimension", evil, "from", evil, "action", "apply", "reason", evil},
			{"/actions", "title", evil, "date", "2026-03-01", "theme", evil, "reason", evil},
		} {
			if p := fill(t, h, form[0], form[1:]...); p.status < 400 || p.status >= 500 {
				t.Errorf("%s: status %d", form[0], p.status)
			}
		}
	}
	// A form that was refused stands on its card as it was typed.
	evil := hostile[0]
	p := fill(t, h, "/discover", "action", "rename", "id", "d-1", "name", evil, "reason", evil)
	if p.status != http.StatusUnprocessableEntity || !slices.Contains(fieldValues(p), evil) {
		t.Errorf("a refused form: status %d", p.status)
	}
}

// fieldValues are what the fields of a page hold, spaces made single.
func fieldValues(p *page) (list []string) {
	for _, v := range p.attrs("input", "value") {
		list = append(list, oneLine(v))
	}
	return list
}
