package main

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"

	"qingting/internal/document"
	"qingting/textmining"
	"qingting/textmining/segment"
)

// lexiconTryCmd says what words would change.
type lexiconTryCmd struct {
	File     string `arg:"" help:"Words to try, one a line."`
	On       string `required:"" placeholder:"FEEDBACK" help:"JSONL with \"text\" a line; - is standard input."`
	Lexicon  string `placeholder:"FILE" help:"Words that are in place already, beside the built-in ones."`
	Taxonomy string `placeholder:"FILE" help:"Tag by this taxonomy and not by the default one."`
	Top      int    `default:"20" help:"How many cuts to show (default ${default})."`
	JSON     bool   `name:"json" help:"Print the report as JSON."`
}

// impact is the report.
type impact struct {
	Documents int           `json:"documents"`
	Changed   int           `json:"documents_cut_otherwise"`
	Tagged    int           `json:"documents_tagged_otherwise"`
	Cuts      []cutChange   `json:"cuts"`
	Labels    []labelChange `json:"labels"`
	Unused    []string      `json:"words_not_found,omitempty"` // tried, and cut nowhere
	Lexicon   [2]string     `json:"lexicon"`                   // versions before and after
}

// cutChange is a stretch that is cut otherwise.
type cutChange struct {
	Before    string `json:"before"`
	After     string `json:"after"`
	Count     int    `json:"count"`
	Documents int    `json:"documents"`
	last      int
}

// labelChange is a theme, dimension or risk whose documents change.
type labelChange struct {
	ID     string `json:"id"`
	Before int    `json:"before"`
	After  int    `json:"after"`
	Gained int    `json:"gained"`
	Lost   int    `json:"lost"`
}

// Run reads the feedback by both lexicons.
func (c *lexiconTryCmd) Run(ctx context.Context, con *console) error {
	tried, err := os.ReadFile(c.File)
	if err != nil {
		return err
	}
	words, err := segment.Words(c.File, string(tried))
	if err != nil {
		return err
	}
	before, err := textmining.LoadAnnotator(c.Taxonomy, c.Lexicon)
	if err != nil {
		return err
	}
	after, err := textmining.Load(textmining.Sources{TaxonomyFile: c.Taxonomy, LexiconFile: c.Lexicon, Lexicon: tried})
	if err != nil {
		return err
	}
	in, err := openInput(c.On, con)
	if err != nil {
		return err
	}
	defer in.Close()
	t := trial{before: before, after: after, cuts: map[[2]string]*cutChange{}, labels: map[string]*labelChange{}, used: map[string]bool{}}
	refused := eachRow(ctx, in, con, func(row feedbackRow) error {
		t.read(row.Text)
		return nil
	})
	r := t.report(words, c.Top)
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		if err := enc.Encode(r); err != nil {
			return err
		}
	} else if err := r.print(con); err != nil {
		return err
	}
	return refused
}

// trial counts what changes.
type trial struct {
	before, after *textmining.Annotator
	n             int
	changed       int
	tagged        int
	cuts          map[[2]string]*cutChange
	labels        map[string]*labelChange
	used          map[string]bool // words that the texts are cut into afterwards, folded
	a, b          []segment.Token
}

func (t *trial) read(text string) {
	t.n++
	t.a = t.before.Segmenter().AppendTokens(t.a[:0], text)
	t.b = t.after.Segmenter().AppendTokens(t.b[:0], text)
	changed := false
	for _, tok := range t.b {
		if tok.Kind != segment.Space && tok.Kind != segment.Punct {
			t.used[segment.Fold(text[tok.Start:tok.End])] = true
		}
	}
	// Both cover the text: between two ends that both make, the cuts are alike or not.
	for i, j := 0, 0; i < len(t.a) && j < len(t.b); {
		fromA, fromB := i, j
		for t.a[i].End != t.b[j].End {
			if t.a[i].End < t.b[j].End {
				i++
			} else {
				j++
			}
		}
		i++
		j++
		if i-fromA == 1 && j-fromB == 1 {
			continue
		}
		changed = true
		key := [2]string{joinTokens(text, t.a[fromA:i]), joinTokens(text, t.b[fromB:j])}
		cut := t.cuts[key]
		if cut == nil {
			cut = &cutChange{Before: key[0], After: key[1]}
			t.cuts[key] = cut
		}
		cut.Count++
		if cut.last != t.n {
			cut.last = t.n
			cut.Documents++
		}
	}
	if changed {
		t.changed++
		t.tags(text)
		return
	}
	// Nothing that tagging sees has changed: what is in place counts for both.
	for id := range labelsOf(t.before.Annotate(text)) {
		l := t.label(id)
		l.Before++
		l.After++
	}
}

func joinTokens(text string, tokens []segment.Token) string {
	parts := make([]string, len(tokens))
	for i, t := range tokens {
		parts[i] = segment.Fold(text[t.Start:t.End])
	}
	return strings.Join(parts, "|")
}

// tags compares the labels of one text.
func (t *trial) tags(text string) {
	was, is := labelsOf(t.before.Annotate(text)), labelsOf(t.after.Annotate(text))
	otherwise := false
	for id := range was {
		l := t.label(id)
		l.Before++
		if !is[id] {
			l.Lost++
			otherwise = true
		}
	}
	for id := range is {
		l := t.label(id)
		l.After++
		if !was[id] {
			l.Gained++
			otherwise = true
		}
	}
	if otherwise {
		t.tagged++
	}
}

func (t *trial) label(id string) *labelChange {
	l := t.labels[id]
	if l == nil {
		l = &labelChange{ID: id}
		t.labels[id] = l
	}
	return l
}

// labelsOf are the labels of an annotation, and its tone.
func labelsOf(a document.Annotation) map[string]bool {
	set := map[string]bool{"sentiment:" + a.Sentiment.Label: true}
	for _, tags := range [...][]document.Tag{a.Themes, a.PainPoints, a.Dimensions} {
		for _, tag := range tags {
			set[tag.ID] = true
		}
	}
	for _, tag := range a.Risks {
		set["risk:"+tag.ID] = true
	}
	return set
}

func (t *trial) report(words []string, top int) impact {
	r := impact{
		Documents: t.n, Changed: t.changed, Tagged: t.tagged, Cuts: []cutChange{}, Labels: []labelChange{},
		Lexicon: [2]string{t.before.Segmenter().Version(), t.after.Segmenter().Version()},
	}
	for _, cut := range t.cuts {
		r.Cuts = append(r.Cuts, *cut)
	}
	slices.SortFunc(r.Cuts, func(a, b cutChange) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), strings.Compare(a.Before, b.Before), strings.Compare(a.After, b.After))
	})
	r.Cuts = r.Cuts[:min(len(r.Cuts), max(top, 0))]
	for _, l := range t.labels {
		if l.Gained+l.Lost > 0 {
			r.Labels = append(r.Labels, *l)
		}
	}
	slices.SortFunc(r.Labels, func(a, b labelChange) int {
		return cmp.Or(cmp.Compare(b.Gained+b.Lost, a.Gained+a.Lost), strings.Compare(a.ID, b.ID))
	})
	for _, w := range words {
		if !t.used[w] && !slices.Contains(r.Unused, w) {
			r.Unused = append(r.Unused, w)
		}
	}
	return r
}

func (r impact) print(con *console) error {
	if len(r.Cuts) > 0 {
		rows := [][]string{{"COUNT", "DOCUMENTS", "CUT NOW", "CUT THEN"}}
		for _, cut := range r.Cuts {
			rows = append(rows, []string{strconv.Itoa(cut.Count), strconv.Itoa(cut.Documents), clip(cut.Before, 40), clip(cut.After, 40)})
		}
		if err := alignRows(con.Out, rows); err != nil {
			return err
		}
	}
	if len(r.Labels) > 0 {
		rows := [][]string{{"LABEL", "NOW", "THEN", "GAINED", "LOST"}}
		for _, l := range r.Labels {
			rows = append(rows, []string{l.ID, strconv.Itoa(l.Before), strconv.Itoa(l.After), strconv.Itoa(l.Gained), strconv.Itoa(l.Lost)})
		}
		fmt.Fprintln(con.Out)
		if err := alignRows(con.Out, rows); err != nil {
			return err
		}
	}
	if len(r.Unused) > 0 {
		fmt.Fprintf(con.Err, "%d words are found nowhere as words: %s\n", len(r.Unused), clip(strings.Join(r.Unused, " "), 100))
	}
	fmt.Fprintf(con.Err, "%d of %d documents are cut otherwise, %d of them tagged otherwise.\n", r.Changed, r.Documents, r.Tagged)
	return nil
}
