package source

import (
	"fmt"
	"slices"
	"sort"
)

// maxNotes bounds how many different notes are kept: the rows of a JSON file
// may each bring columns of their own.
const maxNotes = 100

// notes counts what was left out, by sentence.
type notes struct {
	said  []string // of the file as a whole
	count map[string]int
	other int
}

// say notes something of the file as a whole.
func (n *notes) say(format string, args ...any) {
	if len(n.said) < maxNotes {
		n.said = append(n.said, fmt.Sprintf(format, args...))
	}
}

// add notes something of one row.
func (n *notes) add(format string, args ...any) {
	s := fmt.Sprintf(format, args...)
	if _, known := n.count[s]; !known && len(n.count) >= maxNotes {
		n.other++
		return
	}
	if n.count == nil {
		n.count = make(map[string]int)
	}
	n.count[s]++
}

func (n *notes) lines() []string {
	out := make([]string, 0, len(n.count))
	for s, c := range n.count {
		rows := "rows"
		if c == 1 {
			rows = "row"
		}
		out = append(out, fmt.Sprintf("%s (%d %s)", s, c, rows))
	}
	sort.Strings(out)
	out = slices.Insert(out, 0, n.said...)
	if n.other > 0 {
		out = append(out, fmt.Sprintf("and %d more like these", n.other))
	}
	return out
}
