package follow

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
)

// Cluster is one cluster of a new fit.
type Cluster struct {
	Name      string             // what it would be called
	Terms     map[string]float64 // weights of its words and phrases, above 0
	Documents []string           // ids
}

// Fit is a clustering of the documents of some time.
type Fit struct {
	Clusters []Cluster
	Others   []string // ids of documents that are in no cluster
	// Period says in which period a document falls, such as "2026-W12"; nil
	// counts nothing. A fit replaces the counts of the periods it has documents
	// of, so it should hold whole periods.
	Period func(document string) string
	// Terms returns what a document says, for dealing out themes that were split;
	// it may be nil when none was.
	Terms func(document string) []string
}

// Kind says what happened to a theme.
type Kind string

// The kinds of event.
const (
	New       Kind = "new"
	Continued Kind = "continued"
	Grown     Kind = "grown"
	Shrunk    Kind = "shrunk"
	Returned  Kind = "returned" // gone before, or dismissed and now twice as large
	Split     Kind = "split"    // With: what split off from ID
	Merged    Kind = "merged"   // With: what ID holds now that was another's
	Vanished  Kind = "gone"     // With: what holds its documents now, if anything does
)

// Event is something that happened to a theme between two fits.
type Event struct {
	Kind   Kind     `json:"kind"`
	ID     string   `json:"id"`
	Name   string   `json:"name"`
	With   []string `json:"with,omitempty"`
	Before int      `json:"before"` // documents in the fit before
	After  int      `json:"after"`
}

// View is a theme as the present fit shows it.
type View struct {
	ID        string   `json:"id"`
	Name      string   `json:"name"`
	Status    Status   `json:"status"`
	Promoted  string   `json:"promoted,omitempty"`
	Size      int      `json:"size"`
	Clusters  []int    `json:"clusters"` // of the fit, that it holds all or part of
	Documents []string `json:"-"`
}

// Result is what a fit means for the themes: the largest first; dismissed ones
// are in it with their status.
type Result struct {
	Themes []View  `json:"themes"`
	Events []Event `json:"events"`
}

const (
	memory       = 12   // fits that a theme which is gone is remembered for
	maxPeriods   = 520  // kept of a theme, the latest
	splitBack    = 0.5  // of a new cluster's known documents came from the theme it split off from
	leastKnown   = 0.2  // of a new cluster's documents must be known to say where it came from
	leastPresent = 5    // documents of a theme's sample must be in the fit to say where it went
	mergeShare   = 0.5  // of a theme's documents went to the cluster it was merged into
	growth       = 1.25 // of its share of all documents, from which a theme has grown
	sureGrowth   = 1.96 // and the least z of the difference of shares
)

// part is a cluster, or the share of one that a part of a split theme gets.
type part struct {
	cluster   int
	documents []string
	theme     *Theme
}

// Update matches a fit with the themes, brings the state up to date and says
// what happened. On an error the state is as before.
func (s *State) Update(f Fit) (Result, error) {
	where, total, err := s.where(f)
	if err != nil {
		return Result{}, err
	}
	before := map[string]int{}
	for _, t := range s.Themes {
		before[t.ID] = s.size(t.ID)
	}
	was := map[string]Status{}
	for _, t := range s.Themes {
		was[t.ID] = t.Status
	}
	m := s.match(f, where)
	oldTotal := s.Total
	s.Fits++
	s.Total = total
	events := s.divide(f, m)
	var parts []part
	for j := range f.Clusters {
		parts = append(parts, s.deal(f, j, m.theme[j])...)
	}
	for i := range parts {
		s.renew(f, &parts[i])
	}
	s.Others = sampleOf(f.Others)
	for _, t := range s.Themes {
		if s.Fits-t.Last > memory {
			t.Sample, t.Terms = Sample{Hashes: []string{}}, map[string]float64{}
		}
	}
	r := Result{Events: events}
	r.Themes = s.views(parts)
	r.Events = append(r.Events, s.changes(before, was, oldTotal, m)...)
	r.Events = slices.DeleteFunc(r.Events, func(e Event) bool {
		t := s.Theme(e.ID)
		return t.Into != "" || t.Status == Dismissed
	})
	for i := range r.Events {
		r.Events[i].Name = s.Theme(r.Events[i].ID).Name
	}
	slices.SortStableFunc(r.Events, func(a, b Event) int {
		return cmp.Or(cmp.Compare(b.After, a.After), cmp.Compare(b.Before, a.Before))
	})
	return r, nil
}

// where maps the hash of each document to its cluster, -1 for none.
func (s *State) where(f Fit) (map[string]int, int, error) {
	if f.Terms == nil && slices.ContainsFunc(s.Themes, func(t *Theme) bool { return t.Split }) {
		return nil, 0, errors.New("a theme has been split: the fit must say which terms a document has")
	}
	where := map[string]int{}
	enter := func(documents []string, j int) error {
		for _, d := range documents {
			h := sampleHash(d)
			if _, ok := where[h]; ok {
				return fmt.Errorf("a document is twice in the fit, the second time in cluster %d", j)
			}
			where[h] = j
		}
		return nil
	}
	for j := range f.Clusters {
		if err := enter(f.Clusters[j].Documents, j); err != nil {
			return nil, 0, err
		}
	}
	err := enter(f.Others, -1)
	return where, len(where), err
}

// matching is which cluster is which theme.
type matching struct {
	themes []*Theme // that could be matched
	of     []int    // theme → cluster, -1 for none
	theme  []*Theme // cluster → theme; nil is new
	flow   flow
}

func (s *State) match(f Fit, where map[string]int) *matching {
	m := &matching{theme: make([]*Theme, len(f.Clusters))}
	for _, t := range s.Themes {
		if len(t.Terms) > 0 || len(t.Sample.Hashes) > 0 {
			m.themes = append(m.themes, t)
		}
	}
	m.flow = flows(m.themes, s.Others, where, len(f.Clusters))
	m.flow.family(m.themes)
	gain := make([][]float64, len(m.themes))
	terms := make([]map[string]float64, len(f.Clusters))
	for j := range terms {
		terms[j] = heaviest(f.Clusters[j].Terms)
	}
	for i, t := range m.themes {
		gain[i] = make([]float64, len(terms))
		for j := range terms {
			if l := m.flow.like(i, j, t, terms[j]); l >= minLike {
				gain[i][j] = l
			}
		}
	}
	m.of = assign(gain, len(terms))
	for i, j := range m.of {
		if j >= 0 {
			m.theme[j] = m.themes[i]
		}
	}
	return m
}

// divide gives new clusters their ids, and says which split off from what and
// what was merged.
func (s *State) divide(f Fit, m *matching) []Event {
	var events []Event
	split := map[string][]string{}
	for j := range f.Clusters {
		if m.theme[j] != nil {
			continue
		}
		t := s.add()
		m.theme[j] = t
		from := s.origin(f, m, j)
		if from == nil {
			continue
		}
		switch {
		case slices.ContainsFunc(s.Themes, func(o *Theme) bool { return o.Into == from.ID }):
			t.Into = from.ID // one for the analyst, wherever the line is drawn
			continue
		case from.Status == Dismissed:
			t.Status, t.Dismissed = Dismissed, max(1, len(f.Clusters[j].Documents))
		}
		split[from.ID] = append(split[from.ID], t.ID)
	}
	for _, id := range slices.Sorted(maps.Keys(split)) {
		events = append(events, Event{Kind: Split, ID: id, With: split[id]})
	}
	merged := map[string][]string{}
	for i, t := range m.themes {
		if m.of[i] >= 0 || t.Last < s.Fits-1 || m.flow.present[i] < leastPresent {
			continue
		}
		for j := range f.Clusters {
			into := s.Root(m.theme[j].ID)
			if m.flow.forward(i, j) >= mergeShare && m.theme[j].First < s.Fits && s.Root(t.ID) != into {
				merged[into.ID] = append(merged[into.ID], s.Root(t.ID).ID)
			}
		}
	}
	for _, id := range slices.Sorted(maps.Keys(merged)) {
		with := merged[id]
		slices.Sort(with)
		events = append(events, Event{Kind: Merged, ID: id, With: slices.Compact(with)})
	}
	return events
}

// origin is the theme, as it is shown, from which most known documents of
// cluster j came, or nil.
func (s *State) origin(f Fit, m *matching, j int) *Theme {
	shares := map[string]float64{}
	for i, t := range m.themes {
		if m.flow.moved[i][j] > 0 && t.Of == "" {
			shares[s.Root(t.ID).ID] += m.flow.back(i, j)
		}
	}
	if m.flow.from[j] < leastKnown*float64(len(f.Clusters[j].Documents)) {
		return nil // most of it was never seen before
	}
	for _, id := range slices.Sorted(maps.Keys(shares)) {
		if shares[id] > splitBack {
			return s.Theme(id)
		}
	}
	return nil
}

// deal gives the documents of cluster j to its theme, or to the parts of it.
func (s *State) deal(f Fit, j int, t *Theme) []part {
	documents := f.Clusters[j].Documents
	if !t.Split {
		return []part{{j, documents, t}}
	}
	var parts []part
	for _, p := range s.Themes {
		if p.Of == t.ID {
			parts = append(parts, part{cluster: j, theme: p})
		}
	}
	rest := part{cluster: j, theme: t}
	for _, d := range documents {
		best, at := 0, -1
		terms := f.Terms(d)
		for i := range parts {
			n := 0
			for _, term := range parts[i].theme.Parts {
				if slices.Contains(terms, term) {
					n++
				}
			}
			if n > best {
				best, at = n, i
			}
		}
		if at < 0 {
			rest.documents = append(rest.documents, d)
		} else {
			parts[at].documents = append(parts[at].documents, d)
		}
	}
	return slices.DeleteFunc(append(parts, rest), func(p part) bool { return len(p.documents) == 0 })
}

// renew brings a theme up to date with what it got of the fit. A part of a
// split theme may get documents from two clusters: its own and its parent's.
func (s *State) renew(f Fit, p *part) {
	t := p.theme
	first := t.Last != s.Fits || t.First == s.Fits && t.Size == 0
	sample := sampleOf(p.documents)
	if !first {
		sample.Hashes = append(sample.Hashes, t.Sample.Hashes...)
		slices.Sort(sample.Hashes)
		sample.Hashes = slices.Compact(sample.Hashes)
		sample.Hashes = sample.Hashes[:min(len(sample.Hashes), sampleSize)]
		sample.Size += t.Sample.Size
	}
	t.Sample, t.Size, t.Last = sample, sample.Size, s.Fits
	if c := &f.Clusters[p.cluster]; first && t.Of == "" { // a part keeps the terms it was made by
		t.Terms = heaviest(c.Terms)
		if !t.Named {
			t.Name = c.Name
		}
	}
	if f.Period == nil {
		return
	}
	counts := map[string]int{}
	for _, d := range p.documents {
		if period := f.Period(d); period != "" {
			counts[period]++
		}
	}
	for period, n := range counts {
		if first {
			t.Counts[period] = n
		} else {
			t.Counts[period] += n
		}
	}
	if extra := len(t.Counts) - maxPeriods; extra > 0 {
		for _, period := range slices.Sorted(maps.Keys(t.Counts))[:extra] {
			delete(t.Counts, period)
		}
	}
}
