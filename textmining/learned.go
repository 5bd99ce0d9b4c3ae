package textmining

import (
	"bytes"
	"cmp"
	"fmt"
	"os"
	"slices"

	"qingting/internal/document"
	"qingting/textmining/learn"
	"qingting/textmining/sentiment"
	"qingting/textmining/theme"
)

// explained is how many spans support a tag that no cue does.
const explained = 3

// learned is the working memory of the classifier.
type learned struct {
	scores, explain learn.Scratch
	said            theme.Learned
}

// learn takes the models in.
func (a *Annotator) learn(c Config) error {
	a.themes, a.tone = c.Themes, c.Tone
	if a.themes == nil && a.tone == nil {
		return nil
	}
	versions := [2]string{"none", "none"}
	if a.themes != nil {
		versions[0] = a.themes.Version()
		a.labels = map[string]int{}
		for _, label := range a.themes.Labels() {
			if at := a.tagger.Theme(label); at >= 0 {
				a.labels[label] = at
			}
		}
		if len(a.labels) == 0 {
			return fmt.Errorf("none of the %d labels of the model is a theme of taxonomy %s, by id or name: train it on themes", len(a.themes.Labels()), a.tax.Version())
		}
	}
	if a.tone != nil {
		versions[1] = a.tone.Version()
	}
	a.model = versions[0] + "-" + versions[1]
	return nil
}

// judge says how the text of sc sounds as a whole.
func (a *Annotator) judge(text string, sc *scratch) document.Polarity {
	if a.tone == nil {
		return sentiment.Overall(sc.clauses)
	}
	return a.tone.Judge(text, sc.tokens, sc.clauses, &sc.tone)
}

// ask has the classifier read the text of sc. The result is good until sc is
// used again.
func (a *Annotator) ask(text string, sc *scratch) *theme.Learned {
	if a.themes == nil {
		return nil
	}
	l := &sc.learned
	if l.said.Probability == nil {
		l.said.Probability = make([]float64, a.tagger.Themes())
	}
	clear(l.said.Probability)
	for _, s := range a.themes.ScoreTokens(text, sc.tokens, &l.scores) {
		// What its own threshold does not let pass is doubt, and raises nothing.
		if at, ok := a.labels[s.Label]; ok && s.Sure {
			l.said.Probability[at] = max(l.said.Probability[at], s.Probability)
		}
	}
	l.said.Explain = func(at int) []document.Span { return a.explain(text, sc, at) }
	return &l.said
}

// explain finds the words that speak for a theme.
func (a *Annotator) explain(text string, sc *scratch, at int) []document.Span {
	var out []document.Span
	for label, place := range a.labels {
		if place != at {
			continue
		}
		for _, s := range a.themes.ExplainTokens(text, sc.tokens, label, explained, &sc.learned.explain) {
			out = append(out, document.Span{Start: s.Start, End: s.End})
		}
	}
	slices.SortFunc(out, func(a, b document.Span) int { return cmp.Or(a.Start-b.Start, a.End-b.End) })
	return slices.Compact(out)
}

// models reads the models of the sources, for the segmenter of c.
func (s Sources) models(c *Config) error {
	data, err := modelData(s.Themes, s.ThemesFile)
	if err != nil {
		return fmt.Errorf("cannot read the model of themes: %w", err)
	}
	if len(data) > 0 {
		if c.Themes, err = learn.Read(bytes.NewReader(data), c.Segmenter); err != nil {
			return fmt.Errorf("model of themes: %w", err)
		}
	}
	if data, err = modelData(s.Tone, s.ToneFile); err != nil {
		return fmt.Errorf("cannot read the model of tone: %w", err)
	}
	if len(data) > 0 {
		if c.Tone, err = sentiment.ReadModel(bytes.NewReader(data), c.Segmenter); err != nil {
			return fmt.Errorf("model of tone: %w", err)
		}
	}
	return nil
}

func modelData(data []byte, file string) ([]byte, error) {
	if len(data) > 0 || file == "" {
		return data, nil
	}
	return os.ReadFile(file)
}
