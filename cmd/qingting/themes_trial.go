package main

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"qingting/privacy/score"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
	"qingting/textmining/theme"
)

// cueTrial counts what each cue of a taxonomy hits.
type cueTrial struct {
	tax     *taxonomy.Taxonomy
	set     *match.Set
	cues    []lintCue // in the order in which the set has them
	right   []int     // cue → labelled texts that it hits rightly
	judged  []int     // cue → labelled texts that it hits
	scratch match.Scratch

	documents, covered, labelled int
	languages                    map[string]int
	byTheme                      map[string]int
	byPair                       map[[2]string]int
	gold                         map[string]bool // themes that rows are labelled with
	unknown                      map[string]bool
	names                        map[string]string // id or name of a theme → id
}

// leastTogether is how many texts a theme needs to be said to come always with
// another, togetherFrom in what share of them.
const (
	leastTogether = 5
	togetherFrom  = 0.9
	leastLanguage = 0.02 // of the texts must be in a language to say that its cues never hit
)

func newCueTrial(tax *taxonomy.Taxonomy) (*cueTrial, error) {
	t := &cueTrial{tax: tax, languages: map[string]int{}, byTheme: map[string]int{}, byPair: map[[2]string]int{}, gold: map[string]bool{}, unknown: map[string]bool{}, names: map[string]string{}}
	tagger := theme.New(tax)
	compiled := tagger.Cues(0)
	lists := [][]taxonomy.Entry{tax.Themes, tax.Dimensions, tax.PainPoints, tax.Risks}
	for i := range tax.Risks {
		compiled = append(compiled, tax.Cues(&tax.Risks[i], tagger.Owners()+i)...)
	}
	for _, list := range lists {
		for i := range list {
			t.enter(&list[i])
		}
	}
	for i := range tax.Themes {
		e := &tax.Themes[i]
		for _, name := range []string{e.EN.Name, e.ZH.Name, e.ID} { // an id wins over a name
			t.names[strings.ToLower(name)] = e.ID
		}
	}
	var err error
	if t.set, err = match.Compile(compiled); err != nil {
		return nil, err
	}
	t.right, t.judged = make([]int, len(t.cues)), make([]int, len(t.cues))
	return t, nil
}

// enter lists the cues of an entry as the file has them, in the order of
// taxonomy.Cues.
func (t *cueTrial) enter(e *taxonomy.Entry) {
	for _, w := range []struct {
		language string
		*taxonomy.Wording
	}{{"zh", &e.ZH}, {"en", &e.EN}} {
		for _, g := range []struct {
			field string
			texts []string
		}{{"strong", w.Strong}, {"cues", w.Cues}, {"weak", w.Weak}, {"praise", w.Praise}, {"except", w.Except}} {
			for _, text := range g.texts {
				t.cues = append(t.cues, lintCue{Entry: e.ID, Language: w.language, Field: g.field, Text: text})
			}
		}
	}
}

// add counts a text, its language and the themes it was tagged with.
func (t *cueTrial) add(row feedbackRow, language string, themes []string) {
	t.documents++
	t.languages[language]++
	if len(themes) > 0 {
		t.covered++
	}
	themes = slices.Sorted(slices.Values(themes))
	for i, a := range themes {
		t.byTheme[a]++
		for _, b := range themes[i+1:] {
			t.byPair[[2]string{a, b}]++
		}
	}
	var gold []string
	if row.Labelled {
		t.labelled++
		for _, l := range row.Labels {
			id, ok := t.names[strings.ToLower(l)]
			if !ok {
				t.unknown[l] = true
				continue
			}
			t.gold[id] = true
			gold = append(gold, id)
		}
	}
	seen := map[int32]bool{}
	for _, f := range t.set.Find(row.Text, &t.scratch) {
		if f.Denied || int(f.Cue) >= len(t.cues) || seen[f.Cue] {
			continue
		}
		seen[f.Cue] = true
		c := &t.cues[f.Cue]
		c.Documents++
		if row.Labelled {
			t.judged[f.Cue]++
			if slices.Contains(gold, c.Entry) {
				t.right[f.Cue]++
			}
		}
	}
}

// report sums up; a cue that hits the share broad of the texts hits everything.
func (t *cueTrial) report(broad float64) *lintTrial {
	r := &lintTrial{
		Documents: t.documents, Covered: score.Share(t.covered, t.documents), Labelled: t.labelled,
		Never: []lintCue{}, Broad: []lintCue{}, Silent: []string{}, Together: []lintPair{}, Precision: []lintPrecision{},
		UnknownLabels: slices.Sorted(maps.Keys(t.unknown)),
	}
	for i, c := range t.cues {
		switch {
		case c.Field == "except":
			continue // it is heard where it silences, and counts nothing
		case c.Documents == 0 && float64(t.languages[c.Language]) < leastLanguage*float64(t.documents):
			continue // there was nothing that it could have hit
		case c.Documents == 0:
			r.Never = append(r.Never, c)
		case float64(c.Documents) >= broad*float64(t.documents):
			r.Broad = append(r.Broad, c)
		}
		if t.gold[c.Entry] && t.judged[i] > 0 {
			r.Precision = append(r.Precision, lintPrecision{c, score.Share(t.right[i], t.judged[i])})
		}
	}
	slices.SortStableFunc(r.Broad, func(a, b lintCue) int { return cmp.Compare(b.Documents, a.Documents) })
	// The worst are those of which it is sure that they are bad.
	slices.SortStableFunc(r.Precision, func(a, b lintPrecision) int {
		return cmp.Or(cmp.Compare(a.Right.High, b.Right.High), cmp.Compare(b.Right.Total, a.Right.Total))
	})
	for i := range t.tax.Themes {
		if id := t.tax.Themes[i].ID; t.byTheme[id] == 0 {
			r.Silent = append(r.Silent, id)
		}
	}
	for pair, both := range t.byPair {
		a, b := t.byTheme[pair[0]], t.byTheme[pair[1]]
		if least := min(a, b); least >= leastTogether && float64(both) >= togetherFrom*float64(least) {
			r.Together = append(r.Together, lintPair{pair[0], pair[1], both, a - both, b - both})
		}
	}
	slices.SortFunc(r.Together, func(a, b lintPair) int {
		return cmp.Or(cmp.Compare(b.Both, a.Both), cmp.Compare(a.A, b.A), cmp.Compare(a.B, b.B))
	})
	return r
}
