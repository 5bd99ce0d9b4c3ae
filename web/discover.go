package web

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/search"
	"qingting/textmining/discover/radar"
)

// Discovery is where the themes come from that nobody has named, and where what
// is decided of them goes. It is safe for concurrent use.
type Discovery interface {
	// Found is what the last look found, as it stands by what was decided since,
	// and when that was. Nil: nobody has looked since the server started. The
	// caller changes nothing in it.
	Found(ctx context.Context) (found *radar.Found, at time.Time, err error)
	// Looking is since when a look is under way, or the zero time; then failed is
	// why the last one that was asked for did not end well, if it did not.
	Looking(ctx context.Context) (since time.Time, failed string)
	// Decide carries out a decision, the ledger first. Errors that are a person's
	// to mend are DecisionErrors. A look goes on when ctx ends before it.
	Decide(ctx context.Context, who access.Actor, d Decision) error
}

// Decision is what an analyst decides of discovered themes.
type Decision struct {
	Action string         `json:"action"`           // one of DecisionActions
	ID     string         `json:"id,omitempty"`     // theme, "d-3"; not of look
	With   []string       `json:"with,omitempty"`   // of merge: the others
	Name   string         `json:"name,omitempty"`   // of rename; of promote, the id in the taxonomy
	Parts  []DecisionPart `json:"parts,omitempty"`  // of split
	All    *bool          `json:"all,omitempty"`    // of look: at all feedback, or what no theme covers; null: as the last time
	Reason string         `json:"reason,omitempty"` // why, for the ledger; not of look
	Ticket string         `json:"ticket,omitempty"` // the case it belongs to
}

// DecisionPart is a part of a theme that is split.
type DecisionPart struct {
	Name  string   `json:"name"`
	Terms []string `json:"terms"` // that tell its documents from the others'
}

// DecisionActions are what can be decided. The action look is no decision: it
// looks anew.
var DecisionActions = []string{"look", "rename", "merge", "separate", "split", "dismiss", "restore", "promote"}

// DecisionError is why a decision was not carried out, in words for who made it.
type DecisionError struct{ Text string }

func (e *DecisionError) Error() string { return e.Text }

// Bounds of what is asked and sent.
const (
	discoverPage = 20
	mostDiscover = 100
	mostDecision = 16 << 10 // bytes
)

// discoverAnswer is a page of the themes found.
type discoverAnswer struct {
	At        time.Time     `json:"at,omitzero"` // of the look; none: nobody has looked yet
	Run       int           `json:"run"`
	K         int           `json:"k"`
	Documents int           `json:"documents"`
	Customers int           `json:"customers"`
	From      time.Time     `json:"from,omitzero"`
	To        time.Time     `json:"to,omitzero"`
	Withheld  int           `json:"withheld"` // clusters of fewer than k customers
	Total     int           `json:"total"`    // themes of the state asked for
	Offset    int           `json:"offset"`
	Themes    []foundTheme  `json:"themes"`
	Events    []radar.Event `json:"events"` // since the look before
}

// foundTheme is a theme, and how it stands.
type foundTheme struct {
	radar.Theme
	State string `json:"state"` // first: of the first look, which knows nothing to be new; new, grown, shrunk, returned, continued, dismissed, promoted; loose: its texts say nothing in common
}

// The states of themes.
var foundStates = []string{"first", "new", "grown", "shrunk", "returned", "continued", "promoted", "dismissed", "loose"}

// apiDiscover answers what the last look found: state= one or several of the
// states, else all but dismissed and loose ones; k= customers at least; from= and
// size= the page.
func (s *server) apiDiscover(r *http.Request) (any, error) {
	if s.cfg.Discovery == nil {
		return nil, errNoDiscovery
	}
	q := r.URL.Query()
	number := func(name string, or, least, most int) (int, error) {
		v := q.Get(name)
		if v == "" {
			return or, nil
		}
		n, err := strconv.Atoi(v)
		if err != nil || n < least || n > most {
			return 0, &httpError{http.StatusBadRequest, say{
				fmt.Sprintf("%s 应为 %d 到 %d 之间的整数。", name, least, most), fmt.Sprintf("%s must be a whole number from %d to %d.", name, least, most),
			}}
		}
		return n, nil
	}
	from, err := number("from", 0, 0, 10_000)
	if err != nil {
		return nil, err
	}
	size, err := number("size", discoverPage, 1, mostDiscover)
	if err != nil {
		return nil, err
	}
	k, err := number("k", 0, 1, 1_000_000)
	if err != nil {
		return nil, err
	}
	states := q["state"]
	for _, state := range states {
		if !slices.Contains(foundStates, state) {
			all := strings.Join(foundStates, ", ")
			return nil, &httpError{http.StatusBadRequest, say{"state 应为以下之一：" + all + "。", "state must be one of " + all + "."}}
		}
	}
	if len(states) == 0 {
		states = foundStates[:7]
	}
	found, at, err := s.cfg.Discovery.Found(r.Context())
	if err != nil {
		return nil, err
	}
	if found == nil {
		return discoverAnswer{K: max(k, 5), Themes: []foundTheme{}, Events: []radar.Event{}}, nil
	}
	a := discoverAnswer{
		At: at, Run: found.Run, K: max(k, found.K), Documents: found.Documents, Customers: found.Customers, From: found.From, To: found.To,
		Withheld: found.Withheld, Offset: from, Themes: []foundTheme{}, Events: append([]radar.Event{}, found.Events...),
	}
	var all []foundTheme
	for _, t := range standing(found) {
		switch {
		case t.Customers < a.K:
			a.Withheld++
		case slices.Contains(states, t.State):
			all = append(all, t)
		}
	}
	if a.K > found.K {
		a.Events = []radar.Event{} // their counts are of found.K customers
		for i := range all {
			all[i].Series, all[i].Alarm, all[i].Rising, all[i].Emerging = nil, nil, nil, nil
			all[i].Phrases = slices.DeleteFunc(slices.Clone(all[i].Phrases), func(p radar.Phrase) bool { return p.Customers < a.K })
		}
	}
	a.Total = len(all)
	all = all[min(from, len(all)):]
	a.Themes = append(a.Themes, all[:min(size, len(all))]...)
	return a, s.quotable(r.Context(), a.Themes)
}

var errNoDiscovery = &httpError{http.StatusNotImplemented, say{
	"这个进程不查找新主题：请访问同时承担 ingest 角色的进程。", "This process does not look for themes: ask one that has the ingest role, too.",
}}

// standing lists all themes with their states.
func standing(f *radar.Found) (all []foundTheme) {
	for _, t := range f.Themes {
		state := string(t.Change)
		switch {
		case t.Status == "promoted":
			state = "promoted"
		case state == "" && f.Run == 1:
			state = "first"
		case !slices.Contains(foundStates, state):
			state = "continued"
		}
		all = append(all, foundTheme{t, state})
	}
	for _, t := range f.Loose {
		all = append(all, foundTheme{t, "loose"})
	}
	for _, t := range f.Dismissed {
		all = append(all, foundTheme{t, "dismissed"})
	}
	return all
}

// quotable takes the quotes out whose documents are gone, restricted or other
// than they were: what is searched is what may be shown.
func (s *server) quotable(ctx context.Context, themes []foundTheme) error {
	var records []string
	for _, t := range themes {
		for _, q := range t.Quotes {
			records = append(records, q.ID)
		}
	}
	if len(records) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, s.cfg.Timeout)
	defer cancel()
	stand := make(map[string]string, len(records))
	for some := range slices.Chunk(records, mostDiscover) {
		res, err := s.cfg.Index.Search(ctx, search.Query{Filters: []search.Filter{{Field: "record", Values: some}}, Size: len(some)})
		if err != nil {
			return err
		}
		for _, h := range res.Hits {
			stand[h.Document.Record] = h.Document.Text
		}
	}
	for i := range themes {
		themes[i].Quotes = slices.DeleteFunc(slices.Clone(themes[i].Quotes), func(q radar.Quote) bool {
			return q.Text == "" || !strings.Contains(stand[q.ID], q.Text)
		})
	}
	return nil
}

// apiDecide takes a decision: a JSON object, see Decision.
func (s *server) apiDecide(r *http.Request) (any, error) {
	if s.cfg.Discovery == nil {
		return nil, errNoDiscovery
	}
	bad := func(zh, en string) (any, error) { return nil, &httpError{http.StatusBadRequest, say{zh, en}} }
	var d Decision
	body, err := io.ReadAll(io.LimitReader(r.Body, mostDecision+1))
	if err != nil || len(body) > mostDecision || json.Unmarshal(body, &d) != nil {
		return bad("请求应为一个 JSON 对象，不超过 16 KB。", "The request must be a JSON object of at most 16 KB.")
	}
	d.Reason = strings.TrimSpace(d.Reason)
	actions := strings.Join(DecisionActions, ", ")
	switch {
	case !slices.Contains(DecisionActions, d.Action):
		return bad("action 应为以下之一："+actions+"。", "action must be one of "+actions+".")
	case d.Action != "look" && d.ID == "":
		return bad("请在 id 中给出主题，如 d-3。", "Give the theme in id, such as d-3.")
	case d.Action != "look" && d.Reason == "":
		return bad("请在 reason 中说明原因，它会写入台账。", "Say why in reason: the ledger keeps it.")
	case utf8.RuneCountInString(d.Name) > maxValue || utf8.RuneCountInString(d.Reason) > 10*maxValue:
		return bad("name 或 reason 太长。", "name or reason is too long.")
	}
	who := access.ActorOf(r.Context())
	err = s.cfg.Discovery.Decide(r.Context(), who, d)
	var why *DecisionError
	if errors.As(err, &why) {
		return nil, &httpError{http.StatusConflict, say{"未能执行：" + inChinese(why.Text), "This could not be done: " + why.Text}}
	}
	if err != nil {
		return nil, err
	}
	return decidedAnswer{d}, nil
}
