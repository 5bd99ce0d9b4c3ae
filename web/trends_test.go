package web

import (
	"encoding/json"
	"net/http"
	"net/url"
	"testing"

	"qingting/textmining/statistics"
)

func TestTrends(t *testing.T) {
	h := newSite(t, feedback(600), nil)
	ask := func(v url.Values, status int) statistics.Trends {
		t.Helper()
		p := get(t, h, "/api/v1/trends?"+v.Encode())
		if p.status != status {
			t.Fatalf("%v: status %d, want %d: %s", v, p.status, status, p.body)
		}
		var out statistics.Trends
		if status == http.StatusOK {
			if err := json.Unmarshal([]byte(p.body), &out); err != nil {
				t.Fatal(err)
			}
		}
		return out
	}
	all := ask(nil, http.StatusOK)
	if all.Course == nil || all.Course.Documents.N == 0 || all.Report == nil || all.Comparison != nil || all.Heat != nil {
		t.Errorf("of all feedback: %+v", all)
	}
	for _, name := range []string{"hotline-wait", "robot-human", "智能化与人工的平衡"} {
		one := ask(url.Values{"label": {name}, "compare": {"previous"}, "by": {"channel"}}, http.StatusOK)
		if one.Course.ID == "" || one.Comparison == nil || len(one.Comparison.Lines) != 1 || one.Heat == nil || len(one.Heat.Rows) != 1 || one.Report != nil {
			t.Errorf("of %s: %+v", name, one)
		}
	}
	ask(url.Values{"label": {"none"}}, http.StatusNotFound)
	ask(url.Values{"by": {"mood"}}, http.StatusBadRequest)
	ask(url.Values{"compare": {"yesterday"}}, http.StatusBadRequest)
}
