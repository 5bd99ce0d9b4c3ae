package statistics

import (
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/document"
	"qingting/textmining/duplicate"
)

// candidate is a quote with its quality for one label.
type candidate struct {
	*quote
	quality float64
}

// quote is a redacted text that may stand for labels.
type quote struct {
	row    uint32
	record string
	text   string
	time   time.Time
	set    duplicate.Set // once it stands for a label
	read   bool
}

// candidate quotes a label keeps for each week.
const perWeek = 6

// Texts of this many characters make the best quotes.
const idealFrom, idealTo, longest = 18, 110, 400

func newQuote(d *document.Document, row uint32) *quote {
	return &quote{row: row, record: d.Record, text: d.Text, time: d.Time}
}

// praised is how well praise stands for a label, against a complaint.
const praised = 0.5

// quality says how well text stands for a label that it carries as tag; 0 is
// not at all.
func quality(text string, tag document.Tag) float64 {
	score := tag.Score
	if tag.Polarity > 0 {
		score *= praised
	}
	n := utf8.RuneCountInString(text)
	if n < 6 || n > longest {
		return 0
	}
	length := 1.0
	switch {
	case n < idealFrom:
		length = float64(n) / idealFrom
	case n > idealTo:
		length = math.Sqrt(idealTo / float64(n))
	}
	holes := float64(strings.Count(text, "⟦")) * 6 / float64(n)
	return score * length * max(0.2, 1-holes)
}

// offer lets q stand for l in a week when it is better than what is there.
func (l *label) offer(week uint16, q *quote, quality float64) {
	if quality == 0 {
		return
	}
	list := l.quotes[week]
	worst := 0
	for i := range list {
		if list[i].quality < list[worst].quality {
			worst = i
		}
	}
	if len(list) == perWeek && quality <= list[worst].quality {
		return
	}
	if !q.read {
		q.set, q.read = duplicate.Read(q.text), true
	}
	entry := candidate{q, quality}
	for i, other := range list {
		if q.set.Near(other.set) {
			if quality > other.quality {
				list[i] = entry
			}
			return
		}
	}
	if len(list) < perWeek {
		l.quotes[week] = append(list, entry)
		return
	}
	list[worst] = entry
}

// withdraw removes the quote of a row.
func (l *label) withdraw(week uint16, row uint32) {
	list := l.quotes[week]
	if i := slices.IndexFunc(list, func(c candidate) bool { return c.row == row }); i >= 0 {
		l.quotes[week] = slices.Delete(list, i, i+1)
	}
}
