package radar

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"qingting/textmining/discover"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/name"
	"qingting/textmining/segment"
)

// termsKept is how many phrases of a cluster it is known by in the next run.
const termsKept = 50

// Find clusters docs, matches the clusters with the themes of state, and brings
// that up to date. Its errors are those of discover.Fit, and documents whose
// state cannot be copied.
func Find(ctx context.Context, docs []Document, o Options, state *follow.State) (*Found, error) {
	if o.Segmenter == nil {
		return nil, errors.New("discovery needs a segmenter")
	}
	o = o.filled()
	if o.Trends && o.Clusters == 0 {
		o.Clusters = Fine(len(docs))
	}
	next, err := copied(state)
	if err != nil {
		return nil, err
	}
	res, err := fit(ctx, docs, o)
	if err != nil {
		return nil, err
	}
	f := newFound(docs, res, o)
	w := &work{Found: f, o: o, docs: docs, ids: ids(docs), state: next, before: remember(next)}
	w.name(res.Assign)
	update, err := next.Update(w.fit())
	if err != nil {
		return nil, fmt.Errorf("following the clusters: %w", err)
	}
	next.Model = ""
	next.Day(w.day(f.To))
	w.deal(update.Themes)
	for i := range update.Themes {
		w.show(i, update)
	}
	for c, id := range w.of {
		if id != "" {
			t := next.Theme(id)
			t.Clusters = append(t.Clusters, c)
		}
	}
	w.events(update.Events)
	w.order()
	w.prune()
	f.named = w.named
	*state = *next
	return f, nil
}

// prune has the state forget what was long ago.
func (w *work) prune() {
	if w.To.IsZero() {
		w.state.Prune("", "")
		return
	}
	before := func(days int) string { return w.day(w.To.AddDate(0, 0, -days)) }
	w.state.Prune(before(w.o.Keep), before(w.o.Forget))
}

// fit clusters docs. Where the number of clusters is to be found, those of fewer
// than K customers are none.
func fit(ctx context.Context, docs []Document, o Options) (*discover.Result, error) {
	d := discover.Options{
		Segmenter: o.Segmenter, K: o.Clusters, MinSize: o.MinSize, Sample: o.Sample, Runs: o.Runs, Seed: o.Seed, Progress: o.Progress,
	}
	if o.Clusters == 0 {
		d.MinCustomers = o.K
	}
	return discover.Fit(ctx, inputs(docs), d)
}

func copied(s *follow.State) (*follow.State, error) {
	data, err := s.Encode()
	if err != nil {
		return nil, err
	}
	return follow.Parse(data)
}

// work is a report being made.
type work struct {
	*Found
	o      Options
	docs   []Document
	ids    []string
	state  *follow.State
	before map[string]follow.Theme // themes as the run before left them
	named  []name.Document
	said   map[int]name.Cluster // number → what it says
	themes [][]int              // theme → places of its documents, as follow lists them
	days   *calendar
}

// remember keeps what is told of a theme that changes.
func remember(s *follow.State) map[string]follow.Theme {
	out := make(map[string]follow.Theme, len(s.Themes))
	for _, t := range s.Themes {
		out[t.ID] = *t
	}
	return out
}

func newFound(docs []Document, res *discover.Result, o Options) *Found {
	f := &Found{
		Documents: len(docs), Fitted: res.Fitted, Distinct: res.Distinct, Opinion: math.Round(10*res.Opinion) / 10, None: res.None, K: o.K, Seed: o.Seed, Lexicon: o.Segmenter.Version(),
		Themes: []Theme{}, Loose: []Theme{}, Events: []Event{}, result: res,
	}
	who := newPeople()
	for i, d := range docs {
		who.add(d.Customer)
		if res.Assign[i] != discover.None && res.Margin[i] < discover.WeakMargin {
			f.Weak++
		}
		switch {
		case d.Time.IsZero():
			f.Undated++
			continue
		case f.From.IsZero() || d.Time.Before(f.From):
			f.From = d.Time
		}
		if d.Time.After(f.To) {
			f.To = d.Time
		}
	}
	f.Customers = who.n
	return f
}

// people counts customers; those that are not known are all different.
type people struct {
	n    int
	seen map[string]bool
}

func newPeople() *people { return &people{seen: map[string]bool{}} }

func (p *people) add(customer string) {
	if customer == "" || !p.seen[customer] {
		p.n++
	}
	if customer != "" {
		p.seen[customer] = true
	}
}

// name says what the clusters of assign say.
func (w *work) name(assign []int) {
	if w.named == nil {
		w.named = make([]name.Document, len(w.docs))
		var all []segment.Token
		for i, d := range w.docs {
			from := len(all)
			all = w.o.Segmenter.AppendTokens(all, d.Text)
			w.named[i] = name.Document{Text: d.Text, Tokens: all[from:len(all):len(all)], Customer: d.Customer}
		}
	}
	for i := range w.named {
		w.named[i].Cluster = assign[i]
	}
	w.said = make(map[int]name.Cluster)
	for _, c := range name.Clusters(w.named, name.Config{K: w.o.K, Phrases: termsKept, Quotes: w.o.Quotes}) {
		w.said[c.Number] = c
	}
}

// fit is what follow is told of the clusters.
func (w *work) fit() follow.Fit {
	place := make(map[string]int, len(w.ids))
	for i, id := range w.ids {
		place[id] = i
	}
	fit := follow.Fit{
		Clusters: make([]follow.Cluster, len(w.result.Clusters)),
		Period:   func(id string) string { return w.day(w.docs[place[id]].Time) },
	}
	for n := range fit.Clusters {
		said := w.said[n]
		terms := make(map[string]float64, len(said.Phrases))
		for _, p := range said.Phrases {
			terms[p.Text] = p.Score
		}
		fit.Clusters[n] = follow.Cluster{Name: said.Name, Terms: terms}
	}
	for i, n := range w.result.Assign {
		if n == discover.None {
			fit.Others = append(fit.Others, w.ids[i])
			continue
		}
		fit.Clusters[n].Documents = append(fit.Clusters[n].Documents, w.ids[i])
	}
	var asked []string
	for _, t := range w.state.Themes {
		asked = append(asked, t.Parts...)
	}
	fit.Terms = func(id string) (has []string) {
		text := segment.Fold(w.docs[place[id]].Text)
		for _, t := range asked {
			if strings.Contains(text, segment.Fold(t)) {
				has = append(has, t)
			}
		}
		return has
	}
	return fit
}

func (w *work) day(at time.Time) string {
	if at.IsZero() {
		return ""
	}
	return at.In(w.o.Zone).Format(time.DateOnly)
}

// deal finds the documents of each theme; where those are not just those of a
// cluster, it says anew what they say.
func (w *work) deal(views []follow.View) {
	place := make(map[string]int, len(w.ids))
	for i, id := range w.ids {
		place[id] = i
	}
	w.themes = make([][]int, len(views))
	assign := make([]int, len(w.docs))
	for i := range assign {
		assign[i] = discover.None
	}
	otherwise := false
	for v := range views {
		for _, id := range views[v].Documents {
			i := place[id]
			w.themes[v] = append(w.themes[v], i)
			assign[i] = v
		}
		slices.Sort(w.themes[v])
		otherwise = otherwise || len(views[v].Clusters) != 1 || w.result.Clusters[views[v].Clusters[0]].Size != len(w.themes[v])
	}
	w.of = make([]string, len(w.result.Clusters))
	whole := make([]int, len(w.of))
	for v := range views {
		for _, c := range views[v].Clusters {
			whole[c]++
			w.of[c] = views[v].ID
		}
	}
	for c, n := range whole {
		if n != 1 {
			w.of[c] = ""
		}
	}
	if otherwise {
		w.name(assign)
		return
	}
	said := make(map[int]name.Cluster, len(views))
	for v := range views {
		said[v] = w.said[views[v].Clusters[0]]
	}
	w.said = said
}

// show makes the line of theme v.
func (w *work) show(v int, update follow.Result) {
	view, said, docs := update.Themes[v], w.said[v], w.themes[v]
	kept := w.state.Theme(view.ID)
	kept.Clusters = nil
	if !kept.Named {
		kept.Name = said.Name
	}
	if kept.Few = said.Withheld || said.Customers < w.o.K; kept.Few {
		w.Withheld++
		for _, c := range view.Clusters {
			w.of[c] = ""
		}
		return
	}
	if since := w.since(docs); since != "" && (kept.Since == "" || since < kept.Since) {
		kept.Since = since
	}
	t := Theme{
		ID: view.ID, Name: kept.Name, Status: view.Status, Promoted: view.Promoted, Clusters: view.Clusters, Size: len(docs),
		Share: round4(float64(len(docs)) / float64(max(1, len(w.docs)))), Customers: said.Customers, Score: round4(said.Score), Composed: said.Composed && !kept.Named,
		Since: kept.Since, Phrases: said.Phrases[:min(len(said.Phrases), w.o.Phrases)], documents: docs,
	}
	texts := make(map[string]bool, len(docs))
	for _, i := range docs {
		texts[w.docs[i].Text] = true
		if w.result.Margin[i] < discover.WeakMargin {
			t.Weak++
		}
	}
	t.Distinct, t.Series, t.Rising = len(texts), w.series(docs), w.rising(docs)
	if w.fresh(kept.Born) {
		t.Emerging = t.Rising
	}
	size := 0
	for _, c := range view.Clusters {
		t.Stability += w.result.Clusters[c].Stability * float64(w.result.Clusters[c].Size)
		size += w.result.Clusters[c].Size
	}
	t.Stability = round4(t.Stability / float64(max(1, size)))
	for _, q := range said.Quotes {
		d := w.docs[q.Document]
		t.Quotes = append(t.Quotes, Quote{d.ID, strings.TrimSpace(d.Text[q.Start:q.End])})
	}
	if w.o.Trends {
		t.Alarm = w.alarm(docs)
	}
	switch {
	case view.Status == follow.Dismissed:
		w.Dismissed = append(w.Dismissed, t)
	case kept.Named || view.Status == follow.Promoted || t.Score > LeastScore || t.Name != "" && t.Stability >= Firm:
		w.Themes = append(w.Themes, t)
	default:
		w.Loose = append(w.Loose, t)
	}
}

// since is the day by which K customers had spoken.
func (w *work) since(docs []int) string {
	dated := slices.DeleteFunc(slices.Clone(docs), func(i int) bool { return w.docs[i].Time.IsZero() })
	slices.SortStableFunc(dated, func(a, b int) int { return w.docs[a].Time.Compare(w.docs[b].Time) })
	who := newPeople()
	for _, i := range dated {
		if who.add(w.docs[i].Customer); who.n >= w.o.K {
			return w.day(w.docs[i].Time)
		}
	}
	return ""
}

// order puts the largest themes first; where trends are asked for, the hottest.
func (w *work) order() {
	for _, list := range [][]Theme{w.Themes, w.Loose, w.Dismissed} {
		slices.SortStableFunc(list, func(a, b Theme) int {
			if w.o.Trends {
				if c := cmp.Compare(b.heat(), a.heat()); c != 0 {
					return c
				}
			}
			return cmp.Compare(b.Size, a.Size)
		})
	}
}

// heat is how many people speak of one and the same matter: the customers, and
// those beyond what was expected again where it burst, times how much of the theme
// is one matter. An issue, other than a subject, is told alike by all: its texts
// stay together in every clustering (two of them in one and a third with them:
// stability, squared), and they share the words of its name (the score, of which
// the root is taken for it is a product of two shares).
func (t *Theme) heat() float64 {
	return (float64(t.Customers) + t.Alarm.excess()) * t.Stability * t.Stability * math.Sqrt(t.Score)
}

// Fine is a number of clusters at which single events come apart from the
// subjects they belong to: one for every 35 documents, 8 to 200.
func Fine(documents int) int { return min(200, max(8, documents/35)) }

func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }
