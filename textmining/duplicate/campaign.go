package duplicate

import (
	"cmp"
	"slices"
	"time"
)

// Document is one text with who said it and when.
type Document struct {
	ID       uint64
	Text     string    // redacted
	Customer string    // pseudonym; empty when unknown
	Time     time.Time // zero when unknown
}

// Kind says what a group of near-duplicates looks like.
type Kind string

// The kinds.
const (
	Campaign Kind = "campaign" // many customers, the same text, within days
	Repeat   Kind = "repeat"   // one customer, again and again
	Copies   Kind = "copies"   // neither, or the customers are not known
)

// Rules say what makes a campaign.
type Rules struct {
	Customers int           // different customers at least; 0 means 5
	Within    time.Duration // in a stretch of time so long; 0 means 7 days
}

const (
	defaultCustomers = 5
	defaultWithin    = 7 * 24 * time.Hour
	// repeated is the share of the documents from which one customer makes a Repeat.
	repeated = .8
)

// Summary is what a group is.
type Summary struct {
	Group     Group     `json:"group"`
	Kind      Kind      `json:"kind"`
	Size      int       `json:"size"`      // documents
	Customers int       `json:"customers"` // different ones that are known
	Texts     int       `json:"texts"`     // different ones
	First     time.Time `json:"first,omitzero"`
	Last      time.Time `json:"last,omitzero"`
	// Peak is the most different customers within Rules.Within, which began at PeakFrom.
	Peak     int       `json:"peak"`
	PeakFrom time.Time `json:"peak_from,omitzero"`
	Template string    `json:"template"` // what the texts share, … for what varies
}

// Survey summarises the groups of two documents and more, the largest first.
// group gives the group of a document, as Index.Group does; documents without
// one are left out. Documents whose time is unknown count in no Peak, but when
// none of a group has a time, all of it counts as one stretch.
func Survey(documents []Document, group func(id uint64) Group, r Rules) []Summary {
	if r.Customers <= 0 {
		r.Customers = defaultCustomers
	}
	if r.Within <= 0 {
		r.Within = defaultWithin
	}
	groups := map[Group][]*Document{}
	for i := range documents {
		if g := group(documents[i].ID); g != 0 {
			groups[g] = append(groups[g], &documents[i])
		}
	}
	var all []Summary
	for g, of := range groups {
		if len(of) > 1 {
			all = append(all, summarise(g, of, r))
		}
	}
	slices.SortFunc(all, func(a, b Summary) int {
		return cmp.Or(cmp.Compare(b.Size, a.Size), cmp.Compare(a.Group, b.Group))
	})
	return all
}

func summarise(g Group, of []*Document, r Rules) Summary {
	slices.SortFunc(of, func(a, b *Document) int { return cmp.Or(a.Time.Compare(b.Time), cmp.Compare(a.ID, b.ID)) })
	s := Summary{Group: g, Kind: Copies, Size: len(of)}
	customers, texts := map[string]int{}, map[string]struct{}{}
	most := 0
	for _, d := range of {
		texts[d.Text] = struct{}{}
		if d.Customer != "" {
			customers[d.Customer]++
			most = max(most, customers[d.Customer])
		}
		if !d.Time.IsZero() {
			if s.First.IsZero() {
				s.First = d.Time
			}
			s.Last = d.Time
		}
	}
	s.Customers, s.Texts = len(customers), len(texts)
	s.Peak, s.PeakFrom = peak(of, r.Within, s.First.IsZero())
	switch {
	case s.Peak >= r.Customers:
		s.Kind = Campaign
	case most > 1 && float64(most) >= repeated*float64(len(of)):
		s.Kind = Repeat
	}
	s.Template = Template(sample(of), 0)
	return s
}

// peak slides a window over the documents, which are in the order of their time.
func peak(of []*Document, within time.Duration, timeless bool) (most int, from time.Time) {
	in := map[string]int{}
	first := 0
	for _, d := range of {
		if d.Customer == "" || d.Time.IsZero() && !timeless {
			continue
		}
		in[d.Customer]++
		for ; d.Time.Sub(of[first].Time) > within; first++ {
			gone := of[first]
			if gone.Customer == "" || gone.Time.IsZero() {
				continue
			}
			if in[gone.Customer]--; in[gone.Customer] == 0 {
				delete(in, gone.Customer)
			}
		}
		if len(in) > most {
			most, from = len(in), of[first].Time
		}
	}
	return most, from
}

// sample picks texts for a template: evenly over the documents, those of
// different customers first.
func sample(of []*Document) []string {
	const enough = 24
	var texts []string
	seen := map[string]struct{}{}
	take := func(again bool) {
		step := max(1, len(of)/enough)
		for i := 0; i < len(of) && len(texts) < enough; i += step {
			c := of[i].Customer
			if _, twice := seen[c]; c != "" && twice != again {
				continue
			}
			if c == "" && again {
				continue
			}
			seen[c] = struct{}{}
			texts = append(texts, of[i].Text)
		}
	}
	take(false)
	if len(texts) < 2 {
		texts = texts[:0]
		clear(seen)
		for i := range of {
			if len(texts) == enough {
				break
			}
			texts = append(texts, of[i].Text)
		}
	}
	return texts
}
