package theme

import (
	"slices"

	"qingting/internal/document"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

// Learned is what a classifier says of a text.
type Learned struct {
	// Probability gives the probability of each theme, by its place among the
	// themes of the taxonomy; 0 of one that the classifier does not know.
	Probability []float64
	// Explain returns the code points of the text that speak most for a theme.
	Explain func(theme int) []document.Span
}

// How cues and a classifier become one score. Cues alone count as before: a
// classifier never takes a tag away, so that what cues are right about stays.
const (
	agree = 0.5 // how much of the classifier's word counts beside that of cues
	// aloneFrom is the probability from which a classifier gives a tag to a text
	// that cues say nothing of. A text that they have tagged gets no other: there
	// they are right more often than a classifier that is as sure as can be.
	aloneFrom = 0.80
	// unproven is what a tag without a cue scores at most.
	unproven = 0.80
)

// Theme is the place of a theme by its id or one of its names, -1 when there is
// none: for the labels of a classifier.
func (t *Tagger) Theme(label string) int {
	for i, e := range t.owners[:t.themes] {
		if label == e.ID || label == e.ZH.Name || label == e.EN.Name {
			return i
		}
	}
	return -1
}

// Themes is how many themes there are.
func (t *Tagger) Themes() int { return t.themes }

// confirmed is the score of a cue's tag with what a classifier says of it.
func (l *Learned) confirmed(owner int, score float64) float64 {
	if l == nil || owner >= len(l.Probability) {
		return score
	}
	return 1 - (1-score)*(1-agree*l.Probability[owner])
}

// unheard are the tags of a classifier for a text of which no cue says anything;
// tone is how the whole text sounds.
func (t *Tagger) unheard(l *Learned, cued bool, tone float64) []document.Tag {
	if l == nil || cued {
		return nil
	}
	var out []document.Tag
	for i, p := range l.Probability {
		if i >= t.themes || p < aloneFrom {
			continue
		}
		spans := l.Explain(i)
		if len(spans) == 0 {
			continue // no tag without evidence
		}
		entry := t.owners[i]
		out = append(out, document.Tag{ID: entry.ID, Score: round(min(p, unproven)), Polarity: round(supposed(entry, tone)), Evidence: spans})
	}
	if len(out) > 1 {
		out = slices.DeleteFunc(out, func(tag document.Tag) bool { return t.tax.Entry(tag.ID).Alone })
	}
	return out
}

// supposed is the polarity of a tag without a cue: how the text sounds, and what
// the theme expects where it sounds of nothing.
func supposed(entry *taxonomy.Entry, tone float64) float64 {
	if tone != 0 {
		return tone
	}
	switch entry.Polarity {
	case taxonomy.Neutral:
		return 0
	case taxonomy.Praise:
		return match.Threshold
	}
	return -match.Threshold
}
