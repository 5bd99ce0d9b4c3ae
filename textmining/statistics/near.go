package statistics

import (
	"slices"

	"qingting/internal/document"
	"qingting/textmining/duplicate"
)

// near knows which documents nearly repeat another. The index of their texts
// holds the newest; what group a document is of is kept for all.
type near struct {
	index  *duplicate.Index // by number of row; nil looks for none
	group  []duplicate.Group
	joined map[duplicate.Group]duplicate.Group // groups that belong to an older one
	// texts of each group of two and more, of different customers, for its
	// template: the first documents after the first.
	texts map[duplicate.Group][]sample
	met   []uint32 // rows to be marked, while a document is entered
}

// sample is a text of a group.
type sample struct {
	number   uint32
	customer uint32
	text     string
}

// mostSamples of a group are kept, each of at most so many characters.
const (
	mostSamples   = 12
	longestSample = 400
)

// defaultRecent documents are looked at for near-duplicates.
const defaultRecent = 100_000

// nearBands a text is looked up by, and nearEnough is the Jaccard index from
// which it says the same: who pastes a text changes little of it, and from 0.5
// on, two customers who complain of one thing in few words seem to copy.
const (
	nearBands  = 16
	nearEnough = .7
)

func newNear(recent int) *near {
	n := &near{joined: map[duplicate.Group]duplicate.Group{}, texts: map[duplicate.Group][]sample{}}
	if recent == 0 {
		recent = defaultRecent
	}
	if recent > 0 {
		n.index = duplicate.New(duplicate.Config{Max: recent, Bands: nearBands, Threshold: nearEnough, Follow: n})
	}
	return n
}

// Met implements duplicate.Follower.
func (n *near) Met(id uint64) { n.met = append(n.met, uint32(id)) }

// Joined implements duplicate.Follower.
func (n *near) Joined(group, older duplicate.Group) {
	n.joined[group] = older
	for _, s := range n.texts[group] {
		n.keep(older, s)
	}
	delete(n.texts, group)
}

// Parted implements duplicate.Follower.
func (n *near) Parted(id uint64, group duplicate.Group) {
	was := n.of(int(id))
	n.group[id] = group
	if i := slices.IndexFunc(n.texts[was], func(s sample) bool { return uint64(s.number) == id }); i >= 0 {
		n.keep(group, n.texts[was][i])
		n.texts[was] = slices.Delete(n.texts[was], i, i+1)
	}
}

// of is the group of a row; 0 is none.
func (n *near) of(number int) duplicate.Group {
	g := n.group[number]
	for {
		older, ok := n.joined[g]
		if !ok {
			return g
		}
		g = older
	}
}

// keep takes a text in for the template of a group.
func (n *near) keep(g duplicate.Group, s sample) {
	texts := n.texts[g]
	if len(texts) < mostSamples && !slices.ContainsFunc(texts, func(o sample) bool { return o.customer == s.customer }) {
		n.texts[g] = append(texts, s)
	}
}

// put looks what d is like, and reports whether it is like another.
func (n *near) put(number uint32, customer uint32, d *document.Document) (found bool) {
	n.met = n.met[:0]
	g := duplicate.Group(0)
	if n.index != nil {
		g = n.index.Add(uint64(number), d.Text)
	}
	n.group = append(n.group, g)
	if found = slices.Contains(n.met, number); found {
		n.keep(n.of(int(number)), sample{number, customer, clip(d.Text, longestSample)})
	}
	return found
}

// clip is the beginning of a text, so many characters of it.
func clip(text string, most int) string {
	for i := range text {
		if most--; most < 0 {
			return text[:i]
		}
	}
	return text
}

// drop forgets a row.
func (n *near) drop(number uint32) {
	g := n.of(int(number))
	if i := slices.IndexFunc(n.texts[g], func(s sample) bool { return s.number == number }); i >= 0 {
		if n.texts[g] = slices.Delete(n.texts[g], i, i+1); len(n.texts[g]) == 0 {
			delete(n.texts, g)
		}
	}
	if n.index != nil {
		n.index.Forget(uint64(number))
	}
	n.group[number] = 0
}

// compact follows the rows to their new numbers, one less than those given; 0 is
// gone.
func (n *near) compact(renumber, people []uint32, rows int) {
	if n.index != nil {
		n.index.Rename(func(id uint64) uint64 { return uint64(renumber[id] - 1) })
	}
	for i, to := range renumber {
		if to > 0 {
			n.group[to-1] = n.of(i)
		}
	}
	n.group = n.group[:rows]
	n.joined = map[duplicate.Group]duplicate.Group{}
	for _, texts := range n.texts {
		for i := range texts {
			texts[i].number, texts[i].customer = renumber[texts[i].number]-1, people[texts[i].customer]-1
		}
	}
}

// mark notes at all that is counted of a row that it is in a group.
func (s *Store) mark(number uint32) {
	if s.rows[number].day == gone || s.rows[number].has&hasGroup != 0 {
		return
	}
	s.rows[number].has |= hasGroup
	s.shelves.group(int(number))
	for _, labels := range s.labels {
		for _, l := range labels {
			if at, ok := l.find(number); ok {
				l.rows[at].has |= hasGroup
				l.shelves.group(at)
			}
		}
	}
}
