package textmining

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"sync"
	"unicode/utf8"

	"qingting/internal/document"
	"qingting/textmining/keyword"
	"qingting/textmining/learn"
	"qingting/textmining/match"
	"qingting/textmining/risk"
	"qingting/textmining/segment"
	"qingting/textmining/sentiment"
	"qingting/textmining/taxonomy"
	"qingting/textmining/theme"
)

// Config says what an Annotator is built from.
type Config struct {
	Segmenter *segment.Segmenter  // required
	Taxonomy  *taxonomy.Taxonomy  // nil means the built-in one
	Sentiment *sentiment.Analyzer // nil means the built-in one

	// Themes is a classifier whose labels are themes of the taxonomy, by id or
	// name; others are passed over. Nil: cues count alone.
	Themes *learn.Model
	// Tone judges how a text sounds as a whole. Nil: what the Analyzer hears.
	Tone *sentiment.Model
}

// Annotator annotates texts. It is immutable and safe for concurrent use.
type Annotator struct {
	segmenter *segment.Segmenter
	tax       *taxonomy.Taxonomy
	sentiment *sentiment.Analyzer
	set       *match.Set
	lexicon   string // version of words and tones together
	tagger    *theme.Tagger
	detector  *risk.Detector
	themes    *learn.Model
	labels    map[string]int // of themes → place in the taxonomy
	tone      *sentiment.Model
	model     string // versions of both
	scratch   sync.Pool
}

// maxKeywords is how many keywords a text gets at most.
const maxKeywords = 8

// scratch is the working memory of one annotation.
type scratch struct {
	match   match.Scratch
	weigher match.Weigher
	points  []int32
	tokens  []segment.Token
	clauses []sentiment.Clause
	learned learned
	tone    sentiment.Scratch
}

// New builds an Annotator. It fails when the configuration has no segmenter or
// a cue does not compile.
func New(c Config) (*Annotator, error) {
	if c.Segmenter == nil {
		return nil, errors.New("an annotator needs a segmenter")
	}
	if c.Taxonomy == nil {
		tax, err := taxonomy.Default()
		if err != nil {
			return nil, err
		}
		c.Taxonomy = tax
	}
	if c.Sentiment == nil {
		heard, err := sentiment.New()
		if err != nil {
			return nil, err
		}
		c.Sentiment = heard
	}
	a := &Annotator{sentiment: c.Sentiment, segmenter: c.Segmenter, tax: c.Taxonomy, tagger: theme.New(c.Taxonomy), detector: risk.New(c.Taxonomy)}
	set, err := match.Compile(append(a.tagger.Cues(0), a.detector.Cues(a.tagger.Owners())...))
	if err != nil {
		return nil, fmt.Errorf("taxonomy %s: %w", c.Taxonomy.Version(), err)
	}
	a.set = set
	a.lexicon = a.segmenter.Version() + "-" + a.sentiment.Version()
	if err := a.learn(c); err != nil {
		return nil, err
	}
	a.scratch.New = func() any {
		sc := new(scratch)
		sc.weigher.ClauseScope = func(owner int32) bool {
			if n := a.tagger.Owners(); int(owner) >= n {
				return a.detector.ClauseScope(int(owner) - n)
			}
			return a.tagger.ClauseScope(int(owner))
		}
		return sc
	}
	return a, nil
}

// Taxonomy returns what the Annotator knows about.
func (a *Annotator) Taxonomy() *taxonomy.Taxonomy { return a.tax }

// Annotate reads text. Offsets in the result are code points of text.
func (a *Annotator) Annotate(text string) document.Annotation {
	sc := a.scratch.Get().(*scratch)
	defer a.scratch.Put(sc)
	sc.tokens = a.segmenter.AppendTokens(sc.tokens[:0], text)
	sc.index(text)
	evidence := sc.weigher.Weigh(a.set.Find(text, &sc.match))
	themes, risks := split(evidence, int32(a.tagger.Owners()))
	sc.clauses = a.sentiment.AppendClauses(sc.clauses[:0], text, sc.tokens)
	tone := a.judge(text, sc)
	tags := a.tagger.Tag(theme.Reading{
		Evidence: themes, Point: sc.point,
		Sentiment: func(start, end int) float64 { return sentiment.At(sc.clauses, start, end) },
		Learned:   a.ask(text, sc), Tone: tone.Score,
	})
	return document.Annotation{
		Language:   segment.Language(text),
		Themes:     tags.Themes,
		Dimensions: tags.Dimensions,
		PainPoints: tags.PainPoints,
		Risks:      a.detector.Flag(risks, sc.point),
		Sentiment:  tone,
		Keywords:   keyword.Top(text, sc.tokens, maxKeywords),
		Taxonomy:   a.tax.Version(),
		Lexicon:    a.lexicon,
		Model:      a.model,
	}
}

// split parts the evidence of themes from that of risks, numbered from first on,
// and numbers the latter from 0.
func split(evidence []match.Evidence, first int32) (themes, risks []match.Evidence) {
	n := len(evidence)
	for i := range evidence {
		if evidence[i].Owner >= first {
			n = min(n, i)
			evidence[i].Owner -= first
		}
	}
	return evidence[:n], evidence[n:]
}

// index notes for each byte of text the code point it belongs to.
func (sc *scratch) index(text string) {
	sc.points = sc.points[:0]
	n := int32(0)
	for i := 0; i < len(text); {
		_, size := utf8.DecodeRuneInString(text[i:])
		for range size {
			sc.points = append(sc.points, n)
		}
		n++
		i += size
	}
	sc.points = append(sc.points, n)
}

func (sc *scratch) point(offset int) int { return int(sc.points[offset]) }

// DefaultAnnotator builds an Annotator from what is built in. Building takes
// about a second; keep the result.
func DefaultAnnotator() (*Annotator, error) { return LoadAnnotator("", "") }

// LoadAnnotator builds an Annotator from a taxonomy file and a lexicon file of
// further words, one a line. An empty path means what is built in alone.
func LoadAnnotator(taxonomyFile, lexiconFile string) (*Annotator, error) {
	return Load(Sources{TaxonomyFile: taxonomyFile, LexiconFile: lexiconFile})
}

// Sources are where themes and words come from, beside what is built in.
type Sources struct {
	TaxonomyFile, LexiconFile string // paths; empty: what is built in
	// Taxonomy, when not empty, counts instead of the file. Lexicon holds words
	// that come on top of the file's.
	Taxonomy, Lexicon []byte
	// Models as learn.Model and sentiment.Model write them; what is here counts
	// instead of the file, and neither means none.
	ThemesFile, ToneFile string
	Themes, Tone         []byte
}

// Load builds an Annotator from what is built in and the sources.
func Load(s Sources) (*Annotator, error) {
	tax, err := s.taxonomy()
	if err != nil {
		return nil, err
	}
	seg, err := s.Segmenter()
	if err != nil {
		return nil, err
	}
	c := Config{Segmenter: seg, Taxonomy: tax}
	if err := s.models(&c); err != nil {
		return nil, err
	}
	return New(c)
}

func (s Sources) taxonomy() (*taxonomy.Taxonomy, error) {
	if len(s.Taxonomy) > 0 {
		return taxonomy.Parse(s.Taxonomy)
	}
	return taxonomy.Load(s.TaxonomyFile)
}

// Segmenter builds the segmenter of the sources alone.
func (s Sources) Segmenter() (*segment.Segmenter, error) {
	var options []segment.Option
	if s.LexiconFile != "" {
		f, err := os.Open(s.LexiconFile)
		if err != nil {
			return nil, fmt.Errorf("cannot read the lexicon: %w", err)
		}
		defer f.Close()
		options = append(options, segment.WithLexicon(s.LexiconFile, f))
	}
	if len(s.Lexicon) > 0 {
		options = append(options, segment.WithLexicon("settings", bytes.NewReader(s.Lexicon)))
	}
	return segment.New(options...)
}

// Segmenter returns what cuts the Annotator's words, so that the search index
// can cut them alike.
func (a *Annotator) Segmenter() *segment.Segmenter { return a.segmenter }
