// Package theme says what a text is about: themes of a taxonomy with their
// scores and the spans that support them, rolled up to dimensions of
// satisfaction and to pain points.
//
// A Tagger does not scan: it weighs what one pass of package match over the
// text has found, so that themes, dimensions and risks share that pass.
//
//	tagger := theme.New(tax)
//	set, err := match.Compile(tagger.Cues(0))
//	tags := tagger.Tag(reading)
//
// Guarantees: the same reading gives the same tags, in order of score and then
// of id; every theme has evidence; a text that reaches no theme has none, which
// is the honest "other". A Tagger is immutable and safe for concurrent use.
// It learns nothing: what it knows stands in the taxonomy. What a classifier
// says (Reading.Learned) raises the scores of tags that cues give, and adds one
// to a text of which they say nothing, where it is sure and can say by which words;
// it takes none away.
package theme

import (
	"cmp"
	"math"
	"slices"

	"qingting/internal/document"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

// Tagger weighs cues into tags.
type Tagger struct {
	tax     *taxonomy.Taxonomy
	owners  []*taxonomy.Entry // themes, then dimensions, then pain points
	themes  int
	parents map[string]int // dimension or pain point → owner
}

// Reading is a text as one pass has read it.
type Reading struct {
	Evidence []match.Evidence // of this Tagger's owners, numbered from 0
	// Sentiment returns how the text from byte start to end sounds, -1 to 1; 0
	// when nothing speaks. A nil Sentiment hears nothing.
	Sentiment func(start, end int) float64
	// Point turns a byte offset into one of code points.
	Point func(offset int) int
	// Learned is what a classifier says; nil: there is none, and cues count alone.
	// Tone is how the whole text sounds, -1 to 1, for tags that no cue supports.
	Learned *Learned
	Tone    float64
}

// Tags is what a text is about.
type Tags struct {
	Themes, Dimensions, PainPoints []document.Tag
}

const (
	maxThemes   = 8   // tags a text may carry
	maxSpans    = 6   // evidence of a rolled-up tag
	parentShare = 0.9 // of a theme's score that its parents take over
)

// New returns a Tagger for the themes, dimensions and pain points of tax.
func New(tax *taxonomy.Taxonomy) *Tagger {
	t := &Tagger{tax: tax, themes: len(tax.Themes), parents: map[string]int{}}
	for _, list := range [][]taxonomy.Entry{tax.Themes, tax.Dimensions, tax.PainPoints} {
		for i := range list {
			if len(t.owners) >= t.themes {
				t.parents[list[i].ID] = len(t.owners)
			}
			t.owners = append(t.owners, &list[i])
		}
	}
	return t
}

// Owners returns how many owners Cues numbers.
func (t *Tagger) Owners() int { return len(t.owners) }

// Cues returns the cues of all owners, numbered from base.
func (t *Tagger) Cues(base int) []match.Cue {
	var out []match.Cue
	for i, e := range t.owners {
		out = append(out, t.tax.Cues(e, base+i)...)
	}
	return out
}

// ClauseScope reports whether weak cues of an owner add up within a clause only.
func (t *Tagger) ClauseScope(owner int) bool { return t.owners[owner].Scope == taxonomy.Clause }

// Tag weighs a reading.
func (t *Tagger) Tag(r Reading) Tags {
	var (
		tags    Tags
		found   []document.Tag
		parents = map[int]*rollup{}
	)
	cued := false
	others := slices.ContainsFunc(r.Evidence, func(e match.Evidence) bool {
		return int(e.Owner) < t.themes && !t.owners[e.Owner].Alone && !t.asked(r.Evidence, &e)
	})
	for i := range r.Evidence {
		e := &r.Evidence[i]
		entry := t.owners[e.Owner]
		tag := document.Tag{ID: entry.ID, Score: round(r.Learned.confirmed(int(e.Owner), e.Score)), Polarity: round(polarity(entry, e, r.Sentiment))}
		for _, s := range e.Spans {
			tag.Evidence = append(tag.Evidence, document.Span{Start: r.Point(s.Start), End: r.Point(s.End)})
		}
		if int(e.Owner) >= t.themes {
			add(parents, int(e.Owner), tag, 1)
			continue
		}
		cued = true // also by what is left out here: a classifier does not bring it back
		if entry.Alone && (others || tag.Polarity <= vexed) || t.asked(r.Evidence, e) || t.yields(r.Evidence, e) {
			continue
		}
		found = append(found, tag)
		t.rollUp(parents, entry, tag)
	}
	for _, tag := range t.unheard(r.Learned, cued, r.Tone) {
		found = append(found, tag)
		t.rollUp(parents, t.tax.Entry(tag.ID), tag)
	}
	sortTags(found)
	tags.Themes = found[:min(len(found), maxThemes):min(len(found), maxThemes)]
	for owner, p := range parents {
		tag := p.tag(t.owners[owner].ID)
		if owner < t.themes+len(t.tax.Dimensions) {
			tags.Dimensions = append(tags.Dimensions, tag)
		} else {
			tags.PainPoints = append(tags.PainPoints, tag)
		}
	}
	sortTags(tags.Dimensions)
	sortTags(tags.PainPoints)
	return tags
}

// vexed is the tone from which a question is rhetorical, and a complaint of what
// it does not name.
const vexed = -0.9

// asked reports a theme that is no more than named, in a clause that surely asks:
// 国际漫游怎么开通 is a question about roaming and no complaint of it.
func (t *Tagger) asked(evidence []match.Evidence, e *match.Evidence) bool {
	if t.owners[e.Owner].Alone || e.Kind != match.Plain && e.Kind != match.Weak {
		return false
	}
	return slices.ContainsFunc(evidence, func(q match.Evidence) bool {
		return int(q.Owner) < t.themes && t.owners[q.Owner].Alone && q.Kind == match.Strong && q.Clause == e.Clause
	})
}

// yields reports a theme without a strong cue beside one that it gives way to.
func (t *Tagger) yields(evidence []match.Evidence, e *match.Evidence) bool {
	to := t.owners[e.Owner].Yields
	return len(to) > 0 && e.Kind != match.Strong && slices.ContainsFunc(evidence, func(o match.Evidence) bool {
		return int(o.Owner) < t.themes && slices.Contains(to, t.owners[o.Owner].ID)
	})
}

// rollUp adds a theme's tag to its parents.
func (t *Tagger) rollUp(parents map[int]*rollup, entry *taxonomy.Entry, tag document.Tag) {
	for _, id := range entry.Dimensions {
		add(parents, t.parents[id], tag, parentShare)
	}
	if tag.Polarity < 0 { // praise is no pain
		for _, id := range entry.PainPoints {
			add(parents, t.parents[id], tag, parentShare)
		}
	}
}

// heardShare is how much the tone of the text weighs beside what a cue means by
// itself: a fault that is praised for being repaired is still a fault.
const heardShare = 0.25

// polarity joins what the cues mean by themselves with how their place sounds.
func polarity(entry *taxonomy.Entry, e *match.Evidence, sentiment func(start, end int) float64) float64 {
	heard := 0.0
	if sentiment != nil {
		heard = sentiment(e.Spans[0].Start, e.Spans[len(e.Spans)-1].End)
	}
	var base float64
	switch entry.Polarity {
	case taxonomy.Neutral:
		base = e.Praise
	case taxonomy.Praise:
		base = e.Score
	default:
		base = (e.Praise - e.Complaint) / (e.Praise + e.Complaint)
	}
	switch {
	case heard == 0:
		return base
	case base == 0:
		return heard
	}
	return (1-heardShare)*base + heardShare*heard
}

// rollup gathers the tags under a parent.
type rollup struct {
	doubt, polarity, weight float64
	spans                   []document.Span
}

func add(parents map[int]*rollup, owner int, tag document.Tag, share float64) {
	p := parents[owner]
	if p == nil {
		p = &rollup{doubt: 1}
		parents[owner] = p
	}
	p.doubt *= 1 - tag.Score*share
	p.polarity += tag.Polarity * tag.Score
	p.weight += tag.Score
	for _, s := range tag.Evidence {
		if len(p.spans) < maxSpans && !slices.Contains(p.spans, s) {
			p.spans = append(p.spans, s)
		}
	}
}

func (p *rollup) tag(id string) document.Tag {
	slices.SortFunc(p.spans, func(a, b document.Span) int {
		return cmp.Or(cmp.Compare(a.Start, b.Start), cmp.Compare(a.End, b.End))
	})
	return document.Tag{ID: id, Score: round(1 - p.doubt), Polarity: round(p.polarity / p.weight), Evidence: p.spans}
}

func sortTags(tags []document.Tag) {
	slices.SortFunc(tags, func(a, b document.Tag) int {
		return cmp.Or(cmp.Compare(b.Score, a.Score), cmp.Compare(a.ID, b.ID))
	})
}

// round keeps three decimals, so that the JSON form is short and stable.
func round(x float64) float64 { return math.Round(x*1000) / 1000 }
