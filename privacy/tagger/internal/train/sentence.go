package main

import (
	"qingting/privacy/fold"
	"qingting/privacy/tagger/internal/sequence"
)

// sentence is one sentence ready to be learnt or judged.
type sentence struct {
	gold []sequence.Label
	free []uint16 // by unit, the labels besides gold that are as right; nil when there are none
	keys []uint32 // [sequence.Features] dense feature numbers a unit, 0 for none
	set  set
	fold int
}

// eachSentence reads the sentences of a row with their labels.
func eachSentence(r row, do func(t *fold.Text, from, to int, gold []sequence.Label, free []uint16)) {
	t := fold.New(r.text)
	sequence.Sentences(t, func(from, to int) {
		gold := make([]sequence.Label, to-from)
		var free []uint16
		for _, s := range r.spans {
			a, b := -1, -1
			for i := from; i < to; i++ {
				u := t.Units[i]
				if int(u.Off) >= s.from && int(u.End) <= s.to {
					if a < 0 {
						a = i
					}
					b = i + 1
				}
			}
			if s.maybe && a >= 0 {
				if free == nil {
					free = make([]uint16, to-from)
				}
				for i := a; i < b; i++ {
					free[i-from] = sequence.Mask(s.kind)
				}
				continue
			}
			if a >= 0 && int(t.Units[a].Off) == s.from && int(t.Units[b-1].End) == s.to {
				sequence.Mark(gold[a-from:b-from], 0, b-a, s.kind)
			}
		}
		do(t, from, to, gold, free)
	})
}

// dictionary numbers the features that are met often enough, from 1.
type dictionary struct {
	number map[uint64]uint32
	keys   []uint64 // by number
}

const (
	minCount   = 2
	countSlots = 1 << 27
)

// number counts the features of the rows to train on and numbers the frequent ones.
func number(rows []row) *dictionary {
	counts := make([]uint8, countSlots)
	eachKey(rows, 2, func(k uint64) {
		if c := &counts[k>>37]; *c < 255 {
			*c++
		}
	})
	d := &dictionary{number: map[uint64]uint32{}, keys: []uint64{0}}
	eachKey(rows, 2, func(k uint64) {
		if counts[k>>37] >= minCount && d.number[k] == 0 {
			d.number[k] = uint32(len(d.keys))
			d.keys = append(d.keys, k)
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
			rd.Read(t, from, to)
			rd.Rest(t, from, to)
			for i := range rd.Len() {
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
			rd.Read(t, from, to)
			rd.Rest(t, from, to)
			for i := range rd.Len() {
				rd.Keys(i, &keys)
				for _, k := range keys {
					s.keys = append(s.keys, d.number[k])
				}
			}
			out = append(out, s)
		})
	}
	return out
}
