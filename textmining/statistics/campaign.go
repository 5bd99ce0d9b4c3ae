package statistics

import (
	"cmp"
	"math"
	"slices"
	"strings"
	"time"

	"qingting/textmining/duplicate"
)

// Campaign is a text that many customers sent within days, copied and pasted.
type Campaign struct {
	// Template is what the texts share, with … for what varies; "" when it is
	// not known of K customers.
	Template  string    `json:"template,omitempty"`
	Documents int       `json:"documents"`
	Customers int       `json:"customers"`
	First     time.Time `json:"first"` // day
	Last      time.Time `json:"last"`  // day
	Themes    []Name    `json:"themes,omitempty"`
}

// Name is what a label is called.
type Name struct {
	ID string `json:"id"`
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// campaignDays is how many days a campaign's customers speak up within.
const campaignDays = 7

// Campaigns lists the campaigns among what q covers: near-duplicates of which
// five customers and more, and K at least, sent one within seven days, and in
// these days half of them came: what is written alike all year is a form. Those
// of most customers come first; documents without a customer's pseudonym count as
// of one each. Themes are those that half of the documents carry, and K of the
// customers.
//
// Near-duplicates are looked for among the newest documents, see
// Config.Recent: a text that comes again after so many others is a new one.
func (s *Store) Campaigns(q Query) []Campaign {
	s.mu.RLock()
	defer s.mu.RUnlock()
	sc := s.resolve(q)
	_, sc.grouped = s.listen(sc)
	return s.campaigns(sc)
}

func (s *Store) campaigns(sc *scope) []Campaign {
	out := []Campaign{}
	least := max(sc.q.K, 5)
	all := ofMany(sc.grouped, least)
	slices.SortFunc(all, func(a, b grouped) int {
		return cmp.Or(cmp.Compare(a.group, b.group), cmp.Compare(a.day, b.day), cmp.Compare(a.number, b.number))
	})
	for len(all) > 0 {
		n := 1
		for n < len(all) && all[n].group == all[0].group {
			n++
		}
		of := all[:n]
		if all = all[n:]; n >= least && peaks(of, least) {
			out = append(out, s.campaign(sc, of))
		}
	}
	slices.SortStableFunc(out, func(a, b Campaign) int {
		return cmp.Or(cmp.Compare(b.Customers, a.Customers), a.First.Compare(b.First))
	})
	return out
}

// ofMany are the documents of groups of so many and more: most groups are of two.
func ofMany(all []grouped, least int) []grouped {
	last := duplicate.Group(0)
	for i := range all {
		last = max(last, all[i].group)
	}
	size := make([]uint8, last+1) // as far as it matters
	most := uint8(min(least, math.MaxUint8))
	for i := range all {
		if n := &size[all[i].group]; *n < most {
			*n++
		}
	}
	var out []grouped
	for i := range all {
		if size[all[i].group] == most {
			out = append(out, all[i])
		}
	}
	return out
}

// peaks reports that so many customers sent the text within days, and in these
// days half of it came; of is in order of day.
func peaks(of []grouped, least int) bool {
	in := map[uint32]int{}
	first := 0
	for i, c := range of {
		in[c.customer]++
		for ; c.day-of[first].day >= campaignDays; first++ {
			if in[of[first].customer]--; in[of[first].customer] == 0 {
				delete(in, of[first].customer)
			}
		}
		if len(in) >= least && 2*(i+1-first) >= len(of) {
			return true
		}
	}
	return false
}

func (s *Store) campaign(sc *scope, of []grouped) Campaign {
	people := map[uint32]bool{}
	for _, c := range of {
		people[c.customer] = true
	}
	c := Campaign{Documents: len(of), Customers: len(people), First: s.dateOf(int(of[0].day)), Last: s.dateOf(int(of[len(of)-1].day))}
	c.Template = s.template(of, sc.q.K)
	for id, l := range s.labels[Theme] {
		var carry cell
		for _, d := range of {
			if _, ok := l.find(d.number); ok {
				carry.add(d.customer, sc.q.K)
			}
		}
		if 2*carry.documents >= len(of) && !carry.exposes(sc.q.K) {
			c.Themes = append(c.Themes, Name{id, s.Name(id, "zh"), s.Name(id, "en")})
		}
	}
	slices.SortFunc(c.Themes, func(a, b Name) int { return cmp.Compare(a.ID, b.ID) })
	return c
}

// template is what the texts of a campaign share, in the texts of k customers at
// least. The text of the first document is not kept, for nothing was like it when it
// came: where one more is needed, only those parts are told that the index knows to
// stand in a document of another customer.
func (s *Store) template(of []grouped, k int) string {
	samples := s.near.texts[of[0].group]
	var texts []string // one of a customer
	for _, t := range samples {
		texts = append(texts, t.text)
	}
	if len(texts) >= k {
		return duplicate.Template(texts, k)
	}
	if len(texts) < k-1 || len(texts) == 0 || s.near.index == nil {
		return ""
	}
	parts := strings.Split(duplicate.Template(texts, len(texts)), slot)
	best, most := "", 0
	for _, d := range of {
		if slices.ContainsFunc(samples, func(t sample) bool { return t.customer == d.customer }) {
			continue
		}
		told, held := slices.Clone(parts), 0
		for i, part := range told {
			if n := len([]rune(part)); n >= leastPart && s.near.index.Holds(uint64(d.number), part) {
				held += n
			} else {
				told[i] = ""
			}
		}
		if held > most {
			best, most = join(told), held
		}
	}
	return best
}

const (
	slot      = "…"
	leastPart = 4 // characters: fewer could be put together of others
)

// join puts one slot between parts, however many of them are not told.
func join(parts []string) string {
	out := strings.Join(parts, slot)
	for strings.Contains(out, slot+slot) {
		out = strings.ReplaceAll(out, slot+slot, slot)
	}
	return out
}
