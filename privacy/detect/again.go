package detect

import (
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// again lets the recognisers look for more of what was found.
func (d *Detector) again(t *fold.Text, w *table) {
	for _, r := range d.recognisers {
		reminder, ok := r.(rule.Reminder)
		if !ok || !slices.ContainsFunc(w.winners, func(i int32) bool { return w.cands[i].Type == rule.PersonName }) {
			continue
		}
		known := make([]rule.Candidate, len(w.winners))
		for k, i := range w.winners {
			known[k] = w.cands[i]
		}
		reminder.Again(t, known, func(c rule.Candidate) {
			if c.Confidence >= d.thresholdOf(c.Type) {
				w.winners = append(w.winners, int32(len(w.cands)))
				w.cands = append(w.cands, c)
			}
		})
		slices.SortFunc(w.winners, func(a, b int32) int { return w.cands[a].Start - w.cands[b].Start })
	}
}
