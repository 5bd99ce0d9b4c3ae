package web

import (
	"context"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"
)

// DeskSamples draws samples of documents, and says how far each is.
type DeskSamples interface {
	Samples(ctx context.Context) ([]SampleState, error) // the newest first
	Sample(ctx context.Context, id string) (SampleDetail, error)
	Draw(ctx context.Context, d SampleDraw) (id string, err error)
	// Settle takes out what was missed and still stands in the texts, and says in
	// how many documents.
	Settle(ctx context.Context, id, reason string) (int, error)
}

// SampleState is a sample and what its review says so far.
type SampleState struct {
	ID              string    `json:"id"`
	Drawn           time.Time `json:"drawn"`
	Documents       int       `json:"documents"`
	Judged          int       `json:"judged"`
	Gone            int       `json:"gone"`
	Second          int       `json:"second"`
	Twice           int       `json:"twice"`
	Undecided       int       `json:"undecided"`
	Population      int       `json:"population"`
	From            string    `json:"from"`
	To              string    `json:"to"`
	Channel         string    `json:"channel"`
	Seed            string    `json:"seed"`
	Hidden          int       `json:"hidden"`
	Misses          int       `json:"misses"`
	MissedDocuments int       `json:"missed_documents"`
	Target          float64   `json:"target"`
	Confidence      float64   `json:"confidence"`
	Upper           float64   `json:"upper"`
	Reach           float64   `json:"reach"`
	Seen            float64   `json:"seen"`    // Upper is the exact bound on the share of documents with a miss; Seen its estimate
	AtMost          int       `json:"at_most"` // documents, by Upper
	Met             bool      `json:"met"`
	Complete        bool      `json:"complete"`
	More            int       `json:"more"` // documents more that would show the target; -1 none would
	Recall          float64   `json:"recall"`
	Entry           int64     `json:"entry"` // of the draw
}

// Left is how many documents nobody has judged.
func (s SampleState) Left() int { return max(0, s.Documents-s.Judged-s.Gone) }

// SampleDetail is a sample with all that its page shows.
type SampleDetail struct {
	SampleState
	Strata   []SampleStratum  `json:"strata"`
	LeftOut  []SampleCount    `json:"left_out"` // by reason
	Missed   []SampleEstimate `json:"missed"`
	False    []SampleEstimate `json:"false"` // FalseAll is of any type
	FalseAll SampleEstimate   `json:"false_all"`
	Gaps     []SampleGap      `json:"gaps"`
	Open     []string         `json:"open"`      // records that nobody has judged
	SecondOf []string         `json:"second_of"` // records that a second reviewer shall see, and who asks has not
	Differ   []string         `json:"differ"`    // records on which two reviewers differ
	Versions []VersionCount   `json:"versions"`
}

// SampleStratum is a value of a dimension: how much of it there is, and was drawn.
type SampleStratum struct {
	Dimension  string `json:"dimension"`
	Value      string `json:"value"`
	Population int    `json:"population"`
	Size       int    `json:"size"`
}

// SampleCount is a number under a name.
type SampleCount struct {
	Name  string `json:"name"`
	Count int    `json:"count"`
}

// SampleEstimate is what the sample says of one kind of mistake.
type SampleEstimate struct {
	Type      string  `json:"type"`
	Documents int     `json:"documents"`
	Judged    int     `json:"judged"`
	Places    int     `json:"places"`
	Upper     float64 `json:"upper"`
	AtMost    int     `json:"at_most"`
}

// SampleGap is what was missed, by what it looks like, never what it is.
type SampleGap struct {
	Type  string `json:"type"`
	Shape string `json:"shape"`
	Cues  string `json:"cues"`
	Times int    `json:"times"`
}

// SampleDraw asks for a sample.
type SampleDraw struct {
	Reason     string  `json:"reason"`
	Ticket     string  `json:"ticket,omitempty"`
	Seed       string  `json:"seed,omitempty"`
	From       string  `json:"from,omitempty"`
	To         string  `json:"to,omitempty"`
	Channel    string  `json:"channel,omitempty"`
	Size       int     `json:"size,omitempty"` // 0 is what the target needs
	Target     float64 `json:"target"`
	Confidence float64 `json:"confidence"`       // shares
	Second     float64 `json:"second,omitempty"` // share; negative is none
}

// sampleRow is a sample on the page.
type sampleRow struct {
	SampleState
	At, Link, Bound, Aim, Scope string
	All                         string  // documents of the population
	Share                       float64 // judged, 0 to 100
	Open                        int
}

func percentText(share float64) string { return strconv.FormatFloat(100*share, 'f', 2, 64) + "%" }

func sampleRowOf(x SampleState, l language) sampleRow {
	row := sampleRow{
		SampleState: x, At: moment(x.Drawn), Link: "/desk/review/" + url.PathEscape(x.ID) + "?lang=" + string(l),
		Bound: percentText(x.Upper), Aim: percentText(x.Target), Open: x.Left(), All: thousands(x.Population),
	}
	if x.Documents > 0 {
		row.Share = float64(1000*(x.Judged+x.Gone)/x.Documents) / 10
	}
	if x.Judged == 0 {
		row.Bound = unknown
	}
	var parts []string
	if x.Channel != "" {
		parts = append(parts, x.Channel)
	}
	if x.From != "" || x.To != "" {
		parts = append(parts, x.From+"–"+x.To)
	}
	row.Scope = strings.Join(parts, " · ")
	return row
}

type samplesPage struct {
	Head     deskHead
	Rows     []sampleRow
	Draw     map[string]string // what was typed
	Channels []choice
}

func (s *server) deskSamples(r *http.Request, lang language) (answer, error) {
	return s.samplesPageOf(r, lang, nil, nil)
}

// samplesPageOf is the page of samples, with what was typed and why it was refused.
func (s *server) samplesPageOf(r *http.Request, lang language, typed map[string]string, why *httpError) (answer, error) {
	list, err := s.cfg.Desk.Samples.Samples(r.Context())
	if err != nil {
		return answer{}, deskError(err)
	}
	page := samplesPage{Head: s.deskHeadOf(r, lang, "/desk/review"), Draw: typed, Channels: []choice{{"", say{"全部", "All"}.in(lang)}}}
	if page.Draw == nil {
		page.Draw = map[string]string{"target": "1", "confidence": "95", "second": "20"}
	}
	for _, x := range list {
		page.Rows = append(page.Rows, sampleRowOf(x, lang))
	}
	for _, c := range s.cfg.Statistics.Values(maxChoices).Channels {
		if c != "" && linkable(c) {
			page.Channels = append(page.Channels, choice{c, s.valueName(lang, "channel", c)})
		}
	}
	status := http.StatusOK
	if why != nil {
		page.Head.Note, page.Head.Bad, status = why.text.in(lang), true, why.status
	}
	return answer{"desk_samples", page, status}, nil
}

var monthShape = regexp.MustCompile(`^([0-9]{4}(0[1-9]|1[0-2]))?$`)

const (
	mostReason = 500  // code points
	maxSample  = 5000 // documents: what one message of NATS carries
)

// sampleDrawOf reads the form of a sample.
func sampleDrawOf(form url.Values) (d SampleDraw, typed map[string]string, why *httpError) {
	typed = map[string]string{}
	for _, name := range []string{"reason", "ticket", "seed", "from", "to", "channel", "size", "target", "confidence", "second"} {
		typed[name] = strings.TrimSpace(form.Get(name))
	}
	bad := func(zh, en string) (SampleDraw, map[string]string, *httpError) {
		return d, typed, &httpError{http.StatusUnprocessableEntity, say{zh, en}}
	}
	d = SampleDraw{Reason: typed["reason"], Ticket: typed["ticket"], Seed: typed["seed"], From: typed["from"], To: typed["to"], Channel: typed["channel"]}
	switch {
	case d.Reason == "":
		return bad("请写明抽样的理由，它会记入台账。", "Say why the sample is drawn: it goes to the ledger.")
	case len([]rune(d.Reason)) > mostReason:
		return bad("理由太长（最多 500 个字符）。", "The reason is too long (at most 500 characters).")
	case !linkable(d.Ticket) || !linkable(d.Seed) || !linkable(d.Channel):
		return bad("有一项太长（最多 200 个字符）。", "One of these is too long (at most 200 characters).")
	case !monthShape.MatchString(d.From) || !monthShape.MatchString(d.To):
		return bad("月份应写作 202601。", "A month is written as 202601.")
	}
	if typed["size"] != "" {
		n, err := strconv.Atoi(typed["size"])
		if err != nil || n < 1 || n > maxSample {
			return bad("份数应为 1 到 5000 之间的整数，或留空。", "The size is a whole number from 1 to 5000, or empty.")
		}
		d.Size = n
	}
	for name, to := range map[string]*float64{"target": &d.Target, "confidence": &d.Confidence, "second": &d.Second} {
		x, err := strconv.ParseFloat(typed[name], 64)
		if err != nil || !(x >= 0 && x <= 100) {
			return bad("百分比应为 0 到 100 之间的数。", "A percentage is a number from 0 to 100.")
		}
		*to = x / 100
	}
	switch {
	case d.Target <= 0 || d.Target >= 1:
		return bad("目标应大于 0、小于 100%。", "The target lies between 0 and 100%.")
	case d.Confidence < 0.5 || d.Confidence >= 1:
		return bad("置信水平应不低于 50%、小于 100%。", "The confidence is at least 50% and below 100%.")
	case d.Second == 0:
		d.Second = -1 // none, and not what is usual
	}
	return d, typed, nil
}

func (s *server) drawSample(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	d, typed, why := sampleDrawOf(r.PostForm)
	if why == nil {
		id, err := s.cfg.Desk.Samples.Draw(r.Context(), d)
		if err == nil {
			return to(w, r, "/desk/review/"+url.PathEscape(id), "done", "drawn")
		}
		if why = refusedOf(err); why == nil {
			return answer{}, err
		}
	}
	return s.samplesPageOf(r, lang, typed, why)
}

// refusedOf is what was refused, nil when something broke.
func refusedOf(err error) *httpError {
	if known, ok := deskError(err).(*httpError); ok { //nolint:errorlint // deskError returns it bare
		return known
	}
	return nil
}

// samplePage is one sample.
type samplePage struct {
	Head                      deskHead
	Row                       sampleRow
	Detail                    SampleDetail
	Bands, Channels           []stratumRow
	Types                     [][]stratumRow   // in columns of typesInColumn at most
	Missed, False             [2][]estimateRow // those with places, and those without
	FalseAll                  estimateRow
	Gaps                      []gapRow
	Next, SecondURL, Decide   string
	Opens, Seconds, Differs   int
	ReachText, Sure, Estimate string
	RecallText, EntryURL      string
	Report                    string
	Settle                    bool
	ID                        string
	LeftOut                   []SampleCount
}

// typesInColumn is how many types one column of the page takes.
const typesInColumn = 12

type stratumRow struct {
	Name             string
	Population, Size string
}

type estimateRow struct {
	Name, Documents, Places, Bound, AtMost string
}

type gapRow struct {
	Name, Shape, Cues, Times string
}

var bandNames = map[string]say{
	"none": {"未发现任何个人信息", "nothing found"}, "low": {"置信度低于 0.7", "confidence below 0.7"}, "mid": {"置信度 0.7 至 0.9", "confidence 0.7 to 0.9"}, "high": {"置信度 0.9 以上", "confidence 0.9 and more"},
}

func (s *server) estimateRowOf(e SampleEstimate, l language) estimateRow {
	return estimateRow{s.valueName(l, "pii", e.Type), thousands(e.Documents) + " / " + thousands(e.Judged), thousands(e.Places), percentText(e.Upper), thousands(e.AtMost)}
}

// without is 1 of a type of which nothing was found, 0 of another.
func without(e SampleEstimate) int {
	if e.Documents+e.Places == 0 {
		return 1
	}
	return 0
}

func (s *server) deskSample(r *http.Request, lang language) (answer, error) {
	id := r.PathValue("sample")
	x, err := s.cfg.Desk.Samples.Sample(r.Context(), id)
	if err != nil {
		return answer{}, deskError(err)
	}
	page := samplePage{
		Head: s.deskHeadOf(r, lang, "/desk/review"), Row: sampleRowOf(x.SampleState, lang), Detail: x, ID: x.ID, LeftOut: x.LeftOut,
		Opens: len(x.Open), Seconds: len(x.SecondOf), Differs: len(x.Differ), Settle: x.Misses > 0,
		ReachText: percentText(x.Reach), Sure: strconv.FormatFloat(100*x.Confidence, 'f', -1, 64) + "%", Estimate: percentText(x.Seen), RecallText: percentText(x.Recall),
		FalseAll: s.estimateRowOf(x.FalseAll, lang),
		EntryURL: "/desk/ledger/" + strconv.FormatInt(x.Entry, 10) + "?lang=" + string(lang),
		Report:   "/desk/report?lang=" + string(lang) + "&sample=" + url.QueryEscape(x.ID),
	}
	var types []stratumRow
	for _, st := range x.Strata {
		row := stratumRow{st.Value, thousands(st.Population), thousands(st.Size)}
		switch st.Dimension {
		case "band":
			row.Name = nameIn(bandNames, st.Value, lang)
			page.Bands = append(page.Bands, row)
		case "type":
			if row.Name = s.valueName(lang, "pii", st.Value); st.Value == "" {
				row.Name = say{"未发现", "none"}.in(lang)
			}
			types = append(types, row)
		case "channel":
			row.Name = s.valueName(lang, "channel", st.Value)
			page.Channels = append(page.Channels, row)
		}
	}
	page.Types = slices.Collect(slices.Chunk(types, typesInColumn))
	for _, e := range x.Missed {
		at := without(e)
		page.Missed[at] = append(page.Missed[at], s.estimateRowOf(e, lang))
	}
	for _, e := range x.False {
		at := without(e)
		page.False[at] = append(page.False[at], s.estimateRowOf(e, lang))
	}
	for _, g := range x.Gaps {
		page.Gaps = append(page.Gaps, gapRow{s.valueName(lang, "pii", g.Type), g.Shape, g.Cues, thousands(g.Times)})
	}
	for _, way := range []struct {
		list []string
		mode string
		to   *string
	}{{x.Open, "", &page.Next}, {x.SecondOf, "second", &page.SecondURL}, {x.Differ, "decide", &page.Decide}} {
		if len(way.list) > 0 {
			*way.to = itemURL(x.ID, way.list[0], way.mode, lang)
		}
	}
	switch r.URL.Query().Get("done") {
	case "drawn":
		page.Head.Note = say{"样本已抽取，并已记入台账。", "The sample is drawn, and in the ledger."}.in(lang)
	case "end":
		page.Head.Note = say{"这一轮已没有待复核的文档。", "There is nothing left to judge in this round."}.in(lang)
	case "settled":
		page.Head.Note = say{"漏遮之处已在 " + number(r.URL.Query().Get("n")) + " 份文档中遮盖并封存。", "What was missed is taken out and sealed in " + number(r.URL.Query().Get("n")) + " documents."}.in(lang)
	}
	return answer{"desk_sample", page, http.StatusOK}, nil
}

// number is a number that came with a URL, "0" of anything else.
func number(text string) string {
	n, err := strconv.Atoi(text)
	if err != nil || n < 0 {
		return "0"
	}
	return thousands(n)
}

func (s *server) settleSample(w http.ResponseWriter, r *http.Request, _ language) (answer, error) {
	id := r.PathValue("sample")
	n, err := s.cfg.Desk.Samples.Settle(r.Context(), id, "review")
	if err != nil {
		return answer{}, deskError(err)
	}
	return to(w, r, "/desk/review/"+url.PathEscape(id), "done", "settled", "n", strconv.Itoa(n))
}
