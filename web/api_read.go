package web

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/document"
	"qingting/search"
	"qingting/textmining/statistics"
)

// mostBody bounds the body of a request that asks or decides something, in bytes.
const mostBody = 64 << 10

// readBody reads a body of at most most bytes.
func readBody(r *http.Request, most int) ([]byte, error) {
	data, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	var late interface{ Timeout() bool }
	switch {
	case errors.As(err, &late) && late.Timeout():
		return nil, &httpError{http.StatusRequestTimeout, say{"请求体来得太慢，已停止。", "The body came too slowly, and reading was stopped."}}
	case err != nil:
		return nil, &httpError{http.StatusBadRequest, say{"请求体没有读完。", "The body broke off."}}
	case len(data) > most:
		return nil, &httpError{http.StatusRequestEntityTooLarge, say{
			fmt.Sprintf("请求体不得超过 %d KB。", most>>10), fmt.Sprintf("The body must be of at most %d KB.", most>>10),
		}}
	}
	return data, nil
}

// decodeBody reads a JSON object, of known members alone.
func decodeBody(r *http.Request, most int, into any) error {
	data, err := readBody(r, most)
	if err != nil {
		return err
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err = dec.Decode(into); err == nil {
		err = nothingMore(dec)
	}
	if err == nil {
		return nil
	}
	wrong := fieldError{In: "body", Detail: say{"不是所要的 JSON 对象。", "It is not the JSON object that is wanted."}.in(languageOf(r, english))}
	var typ *json.UnmarshalTypeError
	if errors.As(err, &typ) {
		wrong.Name = typ.Field
	} else if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		wrong.Name = clip(strings.Trim(name, `"`))
	}
	return &fault{&httpError{http.StatusBadRequest, say{"请求体不是所要的 JSON 对象。", "The body is not the JSON object that is wanted."}}, "invalid-parameter", []fieldError{wrong}}
}

// nothingMore says that something stands behind a value.
func nothingMore(dec *json.Decoder) error {
	if _, err := dec.Token(); !errors.Is(err, io.EOF) {
		return errors.New("more than one value")
	}
	return nil
}

// searchBody is the body of a search: the parameters of GET.
type searchBody struct {
	Q         string   `json:"q,omitempty"`
	Days      int      `json:"days,omitempty"`
	Since     string   `json:"since,omitempty"`
	Until     string   `json:"until,omitempty"`
	Sort      string   `json:"sort,omitempty"`
	Size      int      `json:"size,omitempty"`
	From      int      `json:"from,omitempty"`
	After     string   `json:"after,omitempty"`
	Collapse  string   `json:"collapse,omitempty"`
	Multi     string   `json:"multi,omitempty"`
	Histogram string   `json:"histogram,omitempty"`
	Theme     []string `json:"theme,omitempty"`
	PainPoint []string `json:"painpoint,omitempty"`
	Dimension []string `json:"dimension,omitempty"`
	Sentiment []string `json:"sentiment,omitempty"`
	Risk      []string `json:"risk,omitempty"`
	Channel   []string `json:"channel,omitempty"`
	Region    []string `json:"region,omitempty"`
	Product   []string `json:"product,omitempty"`
	Source    []string `json:"source,omitempty"`
	Language  []string `json:"language,omitempty"`
	PII       []string `json:"pii,omitempty"`
	Grade     []string `json:"grade,omitempty"`
	Day       []string `json:"day,omitempty"`
}

// apiSearchBody answers a search whose parameters are members of a JSON object.
func (s *server) apiSearchBody(r *http.Request) (any, error) {
	data, err := readBody(r, mostBody)
	if err != nil {
		return nil, err
	}
	asked, err := searchValues(data, languageOf(r, english))
	if err != nil {
		return nil, err
	}
	if err := checkParams(pageParams(), asked, "body", languageOf(r, english)); err != nil {
		return nil, err
	}
	lang := r.URL.Query().Get("lang")
	r = r.Clone(r.Context())
	if lang != "" {
		asked.Set("lang", lang)
	}
	r.URL.RawQuery = asked.Encode()
	return s.apiSearch(r)
}

// searchValues takes the members of a JSON object for parameters.
func searchValues(data []byte, lang language) (url.Values, error) {
	bad := func(name string) error {
		return &fault{
			&httpError{http.StatusBadRequest, say{"请求体应为 JSON 对象，成员为文本、数字或文本数组。", "The body must be a JSON object whose members are strings, numbers or arrays of strings."}},
			"invalid-parameter",
			[]fieldError{{Name: clip(name), In: "body", Detail: say{"不是文本、数字或文本数组。", "It is no string, number or array of strings."}.in(lang)}},
		}
	}
	var doc map[string]any
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if !utf8.Valid(data) || dec.Decode(&doc) != nil || doc == nil || nothingMore(dec) != nil {
		return nil, bad("")
	}
	q := url.Values{}
	for name, v := range doc {
		all, many := v.([]any)
		if !many {
			all = []any{v}
		}
		for _, one := range all {
			switch one := one.(type) {
			case string:
				q.Add(name, one)
			case json.Number:
				q.Add(name, one.String())
			default:
				return nil, bad(name)
			}
		}
	}
	return q, nil
}

// documentAnswer is one piece of feedback, redacted.
type documentAnswer struct {
	Document *document.Document `json:"document"`
	Seq      uint64             `json:"seq"` // in the documents stream
}

func (s *server) apiDocument(r *http.Request) (any, error) {
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	record := r.PathValue("record")
	none := &httpError{http.StatusNotFound, say{"没有这条反馈。", "There is no such feedback."}}
	if !linkable(record) {
		return nil, none
	}
	res, err := s.cfg.Index.Search(ctx, search.Query{Filters: []search.Filter{{Field: "record", Values: []string{record}}}, Size: 1})
	if err != nil {
		return nil, err
	}
	if len(res.Hits) == 0 {
		return nil, none
	}
	return documentAnswer{res.Hits[0].Document, res.Hits[0].Seq}, nil
}

// themesAnswer lists labels.
type themesAnswer struct {
	From   time.Time    `json:"from"`
	To     time.Time    `json:"to"`
	K      int          `json:"k"`
	Labels []labelEntry `json:"labels"`
}

// labelEntry is a theme, a pain point, a dimension or a risk.
type labelEntry struct {
	Kind      string           `json:"kind"` // theme, painpoint, dimension or risk
	ID        string           `json:"id"`
	ZH        string           `json:"zh"`
	EN        string           `json:"en"`
	Documents statistics.Count `json:"documents"`
	Customers statistics.Count `json:"customers"`
}

func (s *server) apiThemes(r *http.Request) (any, error) {
	sc, err := scopeOf(r, english, defaultDays)
	if err != nil {
		return nil, err
	}
	q := reportQuery(sc)
	q.TopN = -1
	report := s.cfg.Statistics.Report(q)
	a := themesAnswer{From: report.From, To: report.To, K: report.K, Labels: []labelEntry{}}
	for _, part := range []struct {
		kind  string
		lines []statistics.Line
	}{{"theme", report.Themes}, {"painpoint", report.PainPoints}, {"dimension", report.Dimensions}, {"risk", report.Risks}} {
		for _, l := range part.lines {
			a.Labels = append(a.Labels, labelEntry{part.kind, l.ID, l.ZH, l.EN, l.Documents, l.Customers})
		}
	}
	return a, nil
}

// Alert is a burst or drift of a theme, as it was told last: docs/formats/alert.md.
type Alert struct {
	ID          string             `json:"id"`
	State       string             `json:"state"`
	Kind        string             `json:"kind"`
	Severity    string             `json:"severity"`
	Direction   string             `json:"direction,omitempty"`
	Theme       string             `json:"theme"`
	ThemeKind   string             `json:"theme_kind"`
	ZH          string             `json:"zh"`
	EN          string             `json:"en"`
	Since       string             `json:"since"`
	Day         string             `json:"day"`
	Observed    *statistics.Count  `json:"observed,omitempty"`
	Expected    *float64           `json:"expected,omitempty"`
	Factor      *float64           `json:"factor,omitempty"`
	P           *float64           `json:"p_value,omitempty"`
	Shift       bool               `json:"shift,omitempty"`
	Causes      []statistics.Cause `json:"causes,omitempty"`
	K           int                `json:"k"`
	Provisional bool               `json:"provisional"`
	At          time.Time          `json:"at"`
}

// alertsAnswer lists alerts.
type alertsAnswer struct {
	Alerts []Alert `json:"alerts"`
}

// alertDays is how far back alerts are listed when nothing is said.
const alertDays = 30

func (s *server) apiAlerts(r *http.Request) (any, error) {
	if s.cfg.AlertLog == nil {
		return nil, &httpError{http.StatusNotImplemented, say{"这个服务器不预警。", "This server gives no alerts."}}
	}
	q := r.URL.Query()
	days := alertDays
	if v := q.Get("days"); v != "" {
		_, _ = fmt.Sscan(v, &days) // the table has checked it
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	all, err := s.cfg.AlertLog(ctx, time.Now().AddDate(0, 0, -days))
	if err != nil {
		return nil, err
	}
	a := alertsAnswer{Alerts: []Alert{}}
	theme, states := q.Get("theme"), slices.DeleteFunc(q["state"], func(v string) bool { return v == "" })
	for _, one := range all {
		if (theme == "" || one.Theme == theme) && (len(states) == 0 || slices.Contains(states, one.State)) {
			a.Alerts = append(a.Alerts, one)
		}
	}
	slices.SortStableFunc(a.Alerts, func(x, y Alert) int { return y.At.Compare(x.At) })
	return a, nil
}

// healthAnswer is all that anybody may know.
type healthAnswer struct {
	Live  bool `json:"live"`
	Ready bool `json:"ready"`
}

func (s *server) apiHealth(r *http.Request) (any, error) {
	return healthAnswer{Live: true, Ready: s.ready(r.Context()) == nil}, nil
}
