package search

import (
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/internal/document"
)

// mark is one part of a query as a highlighter sees it. A text is marked where
// the phrase stands; where the phrase stands nowhere, each of words and grams.
type mark struct {
	phrase phrase
	words  map[string]bool
	grams  map[string]bool
	prefix string // marks each word that begins so
}

func setOf(terms []string) map[string]bool {
	set := make(map[string]bool, len(terms))
	for _, t := range terms {
		set[t] = true
	}
	return set
}

// Fragment is a stretch of a document's text around what matched.
type Fragment struct {
	Text string `json:"text"`
	// Start is where Text begins in the document's text, in code points.
	Start int `json:"start"`
	// Marks are what matched, in code points of Text, in order and apart.
	Marks []document.Span `json:"marks,omitempty"`
}

// highlight finds, by analysing text again, what of it the query matched: byte
// ranges of text, in order, that neither overlap nor touch.
func (a *analyzer) highlight(text string, marks []mark) []document.Span {
	if len(marks) == 0 {
		return nil
	}
	f := a.fold(text)
	grams := a.grams(nil, f.text)
	var words []token
	var found []document.Span
	add := func(start, end int) {
		start, end = f.span(start, end)
		found = append(found, document.Span{Start: start, End: end})
	}
	for _, m := range marks {
		whole := false
		if len(m.phrase.places) > 0 || m.phrase.edge != "" {
			for i := range grams {
				n := m.phrase.match(grams[i:])
				if n == 0 {
					continue
				}
				whole = true
				end := grams[i+n-1].end
				if m.phrase.edge != "" {
					end = grams[i+n-1].start + len(m.phrase.edge)
				}
				add(grams[i].start, end)
			}
		}
		if whole && len(m.grams) != 1 {
			continue
		}
		for _, g := range grams {
			if m.grams[g.term] || m.prefix != "" && strings.HasPrefix(g.term, m.prefix) {
				add(g.start, g.end)
			}
		}
		if len(m.words) == 0 {
			continue
		}
		if words == nil {
			words = a.words(nil, f.text)
		}
		for _, w := range words {
			if m.words[w.term] {
				add(w.start, w.end)
			}
		}
	}
	return mergeSpans(found)
}

func mergeSpans(spans []document.Span) []document.Span {
	slices.SortFunc(spans, func(a, b document.Span) int {
		if a.Start != b.Start {
			return a.Start - b.Start
		}
		return a.End - b.End
	})
	out := spans[:0]
	for _, s := range spans {
		if n := len(out); n > 0 && s.Start <= out[n-1].End {
			out[n-1].End = max(out[n-1].End, s.End)
			continue
		}
		out = append(out, s)
	}
	return out
}

// fragments cuts text around the marks: at most count stretches of about size
// code points, those with the most matched text first chosen, in text order.
// Without marks it is the beginning of the text. Placeholders stay whole.
func fragments(text string, marks []document.Span, size, count int) []Fragment {
	text = validText(text) // the marks are of the valid text already
	runes := runeOffsets(text)
	total := len(runes) - 1
	spans := codePoints(runes, marks)
	if len(spans) == 0 {
		end := snapEnd(text, runes, min(size, total))
		return []Fragment{{Text: text[:runes[end]]}}
	}
	type window struct{ start, end, weight int }
	var windows []window
	for i := 0; i < len(spans); {
		w := window{start: spans[i].Start}
		limit := w.start + size
		j := i
		for j < len(spans) && (j == i || spans[j].End <= limit) {
			w.end = spans[j].End
			w.weight += spans[j].End - spans[j].Start
			j++
		}
		i = j
		windows = append(windows, w)
	}
	slices.SortStableFunc(windows, func(a, b window) int { return b.weight - a.weight })
	windows = windows[:min(count, len(windows))]
	slices.SortFunc(windows, func(a, b window) int { return a.start - b.start })
	var out []Fragment
	previous := 0
	for i, w := range windows {
		spare := max(0, size-(w.end-w.start))
		start := max(previous, w.start-spare/2)
		end := min(total, start+max(size, w.end-start))
		if end == total {
			start = max(previous, min(start, total-size))
		}
		if i+1 < len(windows) {
			end = max(w.end, min(end, windows[i+1].start))
		}
		start, end = snapStart(text, runes, start, previous), snapEnd(text, runes, end)
		previous = end
		fragment := Fragment{Text: text[runes[start]:runes[end]], Start: start}
		for _, s := range spans {
			if s.Start >= start && s.End <= end {
				fragment.Marks = append(fragment.Marks, document.Span{Start: s.Start - start, End: s.End - start})
			}
		}
		out = append(out, fragment)
	}
	return out
}

// runeOffsets returns the byte offset of each code point of text, and its length.
func runeOffsets(text string) []int {
	offsets := make([]int, 0, utf8.RuneCountInString(text)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	return append(offsets, len(text))
}

// codePoints turns byte ranges into ranges of code points.
func codePoints(runes []int, spans []document.Span) []document.Span {
	out := make([]document.Span, len(spans))
	for i, s := range spans {
		out[i].Start, _ = slices.BinarySearch(runes, s.Start)
		out[i].End, _ = slices.BinarySearch(runes, s.End)
	}
	return out
}

// snapStart moves a cut that falls inside a placeholder to its beginning.
func snapStart(text string, runes []int, at, least int) int {
	if start, _, ok := tagAround(text, runes, at); ok && start >= least {
		return start
	}
	return at
}

// snapEnd moves a cut that falls inside a placeholder behind it.
func snapEnd(text string, runes []int, at int) int {
	if _, end, ok := tagAround(text, runes, at); ok {
		return end
	}
	return at
}

// tagAround returns the code points of the placeholder that a cut at at divides.
func tagAround(text string, runes []int, at int) (start, end int, ok bool) {
	offset := runes[at]
	from := max(0, offset-maxTag)
	for from < len(text) && !utf8.RuneStart(text[from]) {
		from++
	}
	open := strings.LastIndex(text[from:offset], "⟦")
	if open < 0 {
		return 0, 0, false
	}
	open += from
	n := tagEnd(text[open:])
	if n == 0 || open+n <= offset {
		return 0, 0, false
	}
	start, _ = slices.BinarySearch(runes, open)
	end, _ = slices.BinarySearch(runes, open+n)
	return start, end, true
}
