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
	for i, evil := range hostile {
		t.Run(fmt.Sprint(i), func(t *testing.T) {
			docs := feedback(12)
			for n, d := range docs {
				d.Text, d.Channel, d.Region = "扣费 "+evil, evil, evil
				d.Themes = []document.Tag{{ID: evil, Score: 1, Polarity: -1}}
				d.Record = fmt.Sprint("record", n)
			}
			s := &shelf{list: saved.List{
				{ID: "s1", Name: evil, Query: evil, Owner: "local", Alert: true, Filters: []saved.Filter{{Field: "channel", Values: []string{evil}}}},
				{ID: "s2", Name: evil, Query: evil, Owner: evil},
			}}
			found := &spotted{refuse: evil}
			for n := range 3 {
				found.themes = append(found.themes, radar.Theme{
					ID: fmt.Sprint("d-", n), Name: evil, Size: 40, Customers: 37, Since: evil, Promoted: evil, Change: "new",
					Phrases: []radar.Phrase{{Text: evil}}, Quotes: []radar.Quote{{ID: "record1", Text: "扣费 " + evil}},
					Series: []radar.Point{{From: "2026-03-01", Days: 1, Documents: &some}, {From: "2026-03-02", Days: 1, Documents: &some}},
				})
			}
			h, n := editable(t, docs, func(cfg *Config) {
				cfg.Searches, cfg.Exports, cfg.Discovery = s, s, found
				cfg.AlertLog = func(context.Context, time.Time) ([]Alert, error) {
					var list []Alert
					for _, kind := range []string{"theme", "cluster", evil} {
						list = append(list, Alert{
							ID: evil, State: "open", Kind: "burst", Severity: evil, Theme: evil, ThemeKind: kind, ZH: evil, EN: evil, Since: "2026-03-01", Day: "2026-03-31",
							Observed: &statistics.Count{N: 40}, Expected: &usual, Causes: []statistics.Cause{{Column: "region", Value: evil, Lift: 3}, {Column: evil, Value: evil}},
						})
					}
					return list, nil
				}
			})
			q := url.QueryEscape(evil)
			shown := htmlText(clip(evil))
			for _, target := range []string{"/saved", "/saved/s1", "/discover", "/alerts", "/taxonomy/new?found=d-1", "/documents/record1", "/"} {
				p := get(t, h, target)
				if p.status != http.StatusOK || !strings.Contains(p.text(), shown) && !slices.Contains(fieldValues(p), oneLine(evil)) && !strings.Contains(p.text(), htmlText(literalCue(evil))) {
					t.Errorf("%s: status %d, and does not show %.60q", target, p.status, shown)
				}
				if len(p.body) > 400_000 {
					t.Errorf("%s: %d bytes", target, len(p.body))
				}
			}
			for _, target := range []string{"/export?q=" + q, "/export?q=%E6%89%A3%E8%B4%B9&channel=" + q, "/taxonomy/new?found=" + q, "/alerts?state=" + q, "/discover?state=" + q, "/saved/" + url.PathEscape(evil), "/saved?done=" + q, "/compare?region=" + q} {
				if p := get(t, h, target); p.status >= 500 {
					t.Errorf("%.40s: status %d", target, p.status)
				}
			}
			// What is typed comes back as it was typed, and refusals are text.
			s.refuse = true
			n.refuse = evil
			for _, form := range [][]string{
				{"/saved?lang=zh", "name", evil, "query", evil, "alert", "on"},
				{"/saved/s1?lang=zh", "action", "edited", "name", evil, "query", evil},
				{"/export?q=%E6%89%A3%E8%B4%B9", "format", "csv", "reason", evil, "purpose", evil},
				{"/export?q=%E6%89%A3%E8%B4%B9", "format", evil, "reason", evil},
				{"/discover", "action", "rename", "id", "d-1", "name", evil, "reason", evil},
				{"/discover", "action", "split", "id", "d-1", "reason", evil, "part_name", evil, "part_terms", evil, "part_name", evil, "part_terms", evil},
				{"/discover", "action", "merge", "id", evil, "with", evil, "reason", evil},
				{"/discover", "action", "promote", "id", "d-1", "name", evil, "reason", evil},
				{"/taxonomy/new", "revision", "3", "id", evil, "zh_name", evil, "en_name", evil, "zh_cues", evil, "dimension", evil, "from", evil, "action", "apply", "reason", evil},
				{"/actions", "title", evil, "date", "2026-03-01", "theme", evil, "reason", evil},
			} {
				if p := fill(t, h, form[0], form[1:]...); p.status < 400 || p.status >= 500 {
					t.Errorf("%s: status %d", form[0], p.status)
				}
			}
		})
	}
}

// fieldValues are what the fields of a page hold, spaces made single.
func fieldValues(p *page) (list []string) {
	for _, v := range p.attrs("input", "value") {
		list = append(list, oneLine(v))
	}
	return list
}
