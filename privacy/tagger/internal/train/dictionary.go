package main

import (
	"qingting/privacy/fold"
	"qingting/privacy/tagger/internal/sequence"
)

// dictionary numbers the features that are met often enough, from 1.
type dictionary struct {
	keys  []uint64 // by number
	slots []uint32 // numbers by hash; 0 is free, and their count is a power of two
}

const (
	minCount   = 2
	countSlots = 1 << 27
)

func newDictionary() *dictionary { return &dictionary{keys: []uint64{0}, slots: make([]uint32, 1<<10)} }

// slot is where the number of a feature is, or would be.
func (d *dictionary) slot(key uint64) *uint32 {
	mask := uint64(len(d.slots) - 1)
	i := key * 0x9E3779B97F4A7C15 >> 20 & mask
	for d.slots[i] != 0 && d.keys[d.slots[i]] != key {
		i = (i + 1) & mask
	}
	return &d.slots[i]
}

// of is the number of a feature, 0 for one that is not known.
func (d *dictionary) of(key uint64) uint32 { return *d.slot(key) }

// add numbers a feature, if it has no number yet.
func (d *dictionary) add(key uint64) {
	s := d.slot(key)
	if *s != 0 {
		return
	}
	*s = uint32(len(d.keys))
	d.keys = append(d.keys, key)
	if 2*len(d.keys) > len(d.slots) {
		d.slots = make([]uint32, 2*len(d.slots))
		for n := 1; n < len(d.keys); n++ {
			*d.slot(d.keys[n]) = uint32(n)
		}
	}
}

// number counts the features of the rows to train on and numbers the frequent ones.
func number(rows []row) *dictionary {
	counts := make([]uint8, countSlots)
	eachKey(rows, 2, func(k uint64) {
		if c := &counts[k>>37]; *c < 255 {
			*c++
		}
	})
	d := newDictionary()
	eachKey(rows, 2, func(k uint64) {
		if counts[k>>37] >= minCount {
			d.add(k)
		}
	})
	return d
}

// eachKey calls do for each feature of the rows of the folds from first on.
func eachKey(rows []row, first int, do func(uint64)) {
	rd := sequence.NewReader()
	var keys [sequence.Features]uint64
	for _, r := range rows {
		if r.fold < first {
			continue
		}
		eachSentence(r, func(t *fold.Text, from, to int, _ []sequence.Label, _ []uint16) {
			rd.Begin(t, from, to)
			rd.Prepare(from, to)
			for i := from; i < to; i++ {
				rd.Keys(i, &keys)
				for _, k := range keys {
					do(k)
				}
			}
		})
	}
}

// sentences reads rows with their features numbered.
func (d *dictionary) sentences(rows []row) []sentence {
	rd := sequence.NewReader()
	var keys [sequence.Features]uint64
	var out []sentence
	for _, r := range rows {
		eachSentence(r, func(t *fold.Text, from, to int, gold []sequence.Label, free []uint16) {
			s := sentence{gold: gold, free: free, set: r.set, fold: r.fold, keys: make([]uint32, 0, (to-from)*sequence.Features)}
			rd.Begin(t, from, to)
			rd.Prepare(from, to)
			for i := from; i < to; i++ {
				rd.Keys(i, &keys)
				for _, k := range keys {
					s.keys = append(s.keys, d.of(k))
				}
			}
			out = append(out, s)
		})
	}
	return out
}
