package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"qingting/internal/mark"
)

// TestInsightAPI asks for drivers and for what an action changed.
func TestInsightAPI(t *testing.T) {
	site := newSite(t, feedback(2000), func(c *Config) {
		c.Marks = func(context.Context) (mark.List, error) {
			return mark.List{{ID: "m1", Title: "新账单", Date: "2026-03-10", Themes: []string{"hotline-wait"}, Place: mark.Place{Region: "广东"}}}, nil
		}
	})
	for _, c := range []struct {
		path   string
		status int
		want   string
	}{
		{"drivers", http.StatusUnprocessableEntity, "Too few customers"}, // 37 of them rate
		{"drivers?days=0", http.StatusBadRequest, "days must be"},
		{"interventions", http.StatusOK, `"id":"m1"`},
		{"assessment?id=m1", http.StatusOK, `"verdict":`},
		{"assessment?id=m1&before=20&after=10", http.StatusOK, `"control":"elsewhere"`},
		{"assessment?id=m9", http.StatusNotFound, "no action"},
		{"assessment?date=2026-03-10&theme=hotline-wait", http.StatusOK, `"control":"none"`},
		{"assessment?date=2026-03-10", http.StatusBadRequest, "Give date"},
		{"assessment?date=x&theme=t", http.StatusBadRequest, "date must be a date"},
		{"assessment?date=2027-03-10&theme=hotline-wait", http.StatusUnprocessableEntity, "no feedback"},
		{"assessment?date=2026-03-10&theme=hotline-wait&before=x", http.StatusBadRequest, "before must be"},
		{"assessment?date=2026-03-10&region=" + url.QueryEscape("广东") + "&control_region=" + url.QueryEscape("浙江"), http.StatusOK, `"control":"place"`},
	} {
		r := httptest.NewRequest(http.MethodGet, "http://127.0.0.1/api/v1/"+c.path, nil)
		r.RemoteAddr = "127.0.0.1:5000"
		w := httptest.NewRecorder()
		site.ServeHTTP(w, r)
		if w.Code != c.status || !strings.Contains(w.Body.String(), c.want) {
			t.Errorf("%s: %d %.300s, want %d and %s", c.path, w.Code, w.Body.String(), c.status, c.want)
		}
	}
}
