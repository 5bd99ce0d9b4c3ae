package statistics

import (
	"math/bits"
	"slices"

	"qingting/textmining/duplicate"
)

// voice is what a document is among others of the same scope and period.
type voice uint8

// The voices: it says something of its own, or is the first that says it; its
// customer said the same before; another did.
const (
	own voice = iota
	again
	copied
)

// voices are the three lines of a figure.
type voices [3]cell

// counts are the three as they may be shown of a figure that is itself shown as
// whole: none is small, and none can be taken from the whole.
func (v *voices) counts(whole Count, k int) (distinct, repeats, copies Count) {
	few := Count{Below: k}
	if whole.Withheld() {
		return few, few, few
	}
	counts := []Count{v[own].count(k), v[again].count(k), v[copied].count(k)}
	if _, open := complement(v[:], counts, k); open {
		return few, few, few
	}
	return counts[own], counts[again], counts[copied]
}

// heard are voices of rows, two bits each, so that a million of them stay in a
// processor's own memory.
type heard []uint8

func (h heard) set(i int, v voice) { h[i/4] |= uint8(v) << (i % 4 * 2) }

func (h heard) at(i int) voice { return voice(h[i/4] >> (i % 4 * 2) & 3) }

// grouped is a document of a period that is in a group.
type grouped struct {
	group    duplicate.Group
	number   uint32
	customer uint32
	day      uint16
}

// listen finds the documents in groups that lie in the period, and what voice
// they are, in order of entry: by number of row, from the scope's first on.
func (s *Store) listen(sc *scope) (heard, []grouped) {
	rows, _ := s.within(sc, nil)
	found := make([][]grouped, (len(rows)+block-1)/block)
	now := sc.offset(sc.from)
	parallel(len(found), func(b int) {
		for i := b * block; i < min(len(rows), (b+1)*block); i++ {
			if r, number := &rows[i], sc.first+i; r.has&hasGroup != 0 && sc.place(s, r, number) >= now {
				found[b] = append(found[b], grouped{s.near.of(number), uint32(number), r.customer, r.day})
			}
		}
	})
	all := slices.Concat(found...)
	is := make(heard, len(rows)/4+1)
	last := duplicate.Group(0)
	for i := range all {
		last = max(last, all[i].group)
	}
	spoke := make([]uint64, last/64+1)
	said := newTold(len(all))
	for i := range all {
		g := &all[i]
		word, bit := &spoke[g.group/64], uint64(1)<<(g.group%64)
		first := *word&bit == 0
		*word |= bit
		switch anew := said.add(g.group, g.customer); {
		case first:
		case anew:
			is.set(int(g.number)-sc.first, copied)
		default:
			is.set(int(g.number)-sc.first, again)
		}
	}
	return is, all
}

// told is a set of pairs of a group and a customer, at most half full.
type told []uint64 // 0 is empty; a power of two of them

func newTold(pairs int) told { return make(told, 1<<bits.Len(uint(2*pairs+1))) }

// add enters a pair and reports whether it is new. No group is 0.
func (t told) add(g duplicate.Group, customer uint32) bool {
	key, mask := uint64(g)<<32|uint64(customer), uint64(len(t)-1)
	for i := key * 0x9e3779b97f4a7c15 >> bits.LeadingZeros64(mask); ; i = (i + 1) & mask {
		switch t[i] {
		case key:
			return false
		case 0:
			t[i] = key
			return true
		}
	}
}
