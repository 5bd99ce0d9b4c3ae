package newword

import (
	"slices"
	"strings"

	"qingting/textmining/segment"
)

// contextRunes bounds what is shown of a clause.
const contextRunes = 60

// contexts gives each term clauses in which it stands, of different customers,
// in the order of a hash, so that the same ones are shown whatever the order of
// the documents.
func (m *Miner) contexts(terms []Term) {
	if len(terms) == 0 {
		return
	}
	order := make([]int, len(m.documents))
	for i := range order {
		order[i] = i
	}
	slices.SortFunc(order, func(a, b int) int {
		if m.documents[a].hash < m.documents[b].hash {
			return -1
		}
		return 1
	})
	begin := map[rune][]int{} // terms by their first character
	for i, t := range terms {
		r := []rune(t.Text)[0]
		begin[r] = append(begin[r], i)
	}
	customers := make([]map[string]struct{}, len(terms))
	missing := len(terms)
	for _, i := range order {
		if missing == 0 {
			return
		}
		d := &m.documents[i]
		for span := range segment.Clauses(d.Text) {
			clause := d.Text[span.Start:span.End]
			folded := segment.Fold(clause)
			for at, r := range folded {
				for _, k := range begin[r] {
					t := &terms[k]
					if len(t.Contexts) == m.config.Contexts || !strings.HasPrefix(folded[at:], t.Text) {
						continue
					}
					if customers[k] == nil {
						customers[k] = map[string]struct{}{}
					}
					shown := clip(clause, []rune(folded[:at]), len([]rune(t.Text)))
					if _, twice := customers[k][d.Customer]; twice && d.Customer != "" || slices.Contains(t.Contexts, shown) {
						continue
					}
					customers[k][d.Customer] = struct{}{}
					if t.Contexts = append(t.Contexts, shown); len(t.Contexts) == m.config.Contexts {
						missing--
					}
				}
			}
		}
	}
}

// clip shortens a clause to contextRunes around a term of n characters after
// before. Folding keeps the number of characters.
func clip(clause string, before []rune, n int) string {
	runes := []rune(clause)
	if len(runes) <= contextRunes {
		return clause
	}
	from := max(0, len(before)-(contextRunes-n)/2)
	to := min(len(runes), from+contextRunes)
	out := string(runes[from:to])
	if from > 0 {
		out = "…" + out
	}
	if to < len(runes) {
		out += "…"
	}
	return out
}
