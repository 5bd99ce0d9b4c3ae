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
