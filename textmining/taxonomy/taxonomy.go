package taxonomy

import "qingting/textmining/match"

// Format is the version of the file format this package reads.
const Format = 1

// Taxonomy is a parsed, checked taxonomy.
type Taxonomy struct {
	Format     int               `yaml:"format" json:"format"`
	Words      map[string]string `yaml:"words" json:"words"` // lists that cues name as <word>
	Dimensions []Entry           `yaml:"dimensions" json:"dimensions"`
	PainPoints []Entry           `yaml:"pain_points" json:"pain_points"`
	Themes     []Entry           `yaml:"themes" json:"themes"`
	Risks      []Entry           `yaml:"risks" json:"risks"`

	version string
	index   map[string]*Entry
}

// Entry is a dimension, pain point, theme or risk.
type Entry struct {
	ID         string   `yaml:"id" json:"id"`
	Dimensions []string `yaml:"dimensions" json:"dimensions,omitempty"`   // parents of a theme
	PainPoints []string `yaml:"pain_points" json:"pain_points,omitempty"` // parents of a theme
	// Polarity is what a cue of a theme means by itself: "complaint" (the
	// default), "neutral" or "praise".
	Polarity string `yaml:"polarity" json:"polarity,omitempty"`
	// Scope says where weak cues add up: in the whole "document" (the default)
	// or within one "clause".
	Scope string `yaml:"scope" json:"scope,omitempty"`
	// Alone marks a theme that is reported only when no other theme is.
	Alone bool `yaml:"alone" json:"alone,omitempty"`
	// Yields names themes that are nearer to the matter where both are heard: 网络不好
	// of a broadband line is no mobile data. Beside one of them only strong cues
	// make this theme a tag.
	Yields []string `yaml:"yields" json:"yields,omitempty"`
	ZH     Wording  `yaml:"zh" json:"zh"`
	EN     Wording  `yaml:"en" json:"en"`
}

// Wording is an entry in one language: its name, its definition and its cues.
type Wording struct {
	Name       string   `yaml:"name" json:"name"`
	Definition string   `yaml:"definition" json:"definition"`
	Strong     []string `yaml:"strong" json:"strong,omitempty"`
	Cues       []string `yaml:"cues" json:"cues,omitempty"`
	Weak       []string `yaml:"weak" json:"weak,omitempty"`
	Praise     []string `yaml:"praise" json:"praise,omitempty"`
	Except     []string `yaml:"except" json:"except,omitempty"`
}

// Polarities a theme may expect.
const (
	Complaint = "complaint"
	Neutral   = "neutral"
	Praise    = "praise"
)

// Scopes weak cues may have.
const (
	Clause   = "clause"
	Document = "document"
)

// Version returns the hash of the content, 16 hexadecimal digits.
func (t *Taxonomy) Version() string { return t.version }

// Entry returns the dimension, pain point, theme or risk of that id, or nil.
func (t *Taxonomy) Entry(id string) *Entry { return t.index[id] }

// Name returns the entry's name in language "zh" or "en", or the id itself
// when there is no such entry.
func (t *Taxonomy) Name(id, language string) string {
	e := t.index[id]
	switch {
	case e == nil:
		return id
	case language == "en":
		return e.EN.Name
	}
	return e.ZH.Name
}

// Cues returns the cues of e with owner as their owner and <word> lists
// written out.
func (t *Taxonomy) Cues(e *Entry, owner int) []match.Cue {
	var out []match.Cue
	for _, w := range []*Wording{&e.ZH, &e.EN} {
		for _, g := range w.groups() {
			for _, text := range g.texts {
				written, err := t.write(text)
				if err != nil {
					continue // refused by Parse, so it cannot happen here
				}
				out = append(out, match.Cue{Owner: owner, Kind: g.kind, Text: written})
			}
		}
	}
	return out
}

type group struct {
	field string
	kind  match.Kind
	texts []string
}

func (w *Wording) groups() [5]group {
	return [5]group{
		{"strong", match.Strong, w.Strong},
		{"cues", match.Plain, w.Cues},
		{"weak", match.Weak, w.Weak},
		{"praise", match.Praise, w.Praise},
		{"except", match.Except, w.Except},
	}
}
