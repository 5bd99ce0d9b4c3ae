package custody

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/settings"
	"qingting/textmining/segment"
)

// The subjects by which the words of segmentation are kept: analysts do.
const (
	lexiconPrefix        = "qingting.lexicon."
	subjectLexicon       = lexiconPrefix + "show"
	subjectLexiconChange = lexiconPrefix + "change"
)

func (s *Service) lexiconHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectLexicon:       answering(s, s.lexicon),
		subjectLexiconChange: answering(s, s.changeLexicon),
		subjectSynonyms:      answering(s, s.synonyms),
		subjectSynonymChange: answering(s, s.changeSynonyms),
	}
}

// lexicon gives the words as they are.
func (s *Service) lexicon(ctx context.Context, _ struct{}) (Governed, error) {
	return s.version(ctx, settings.Lexicon)
}

// lexiconRequest sets the words when the present ones are those of Revision.
type lexiconRequest struct {
	Request
	Data     []byte `json:"data"`
	Revision uint64 `json:"revision"`
}

// changeLexicon changes the words, after the ledger has how many came and went.
func (s *Service) changeLexicon(ctx context.Context, r lexiconRequest) (Governed, error) {
	if err := r.Request.check(); err != nil {
		return Governed{}, err
	}
	now, err := s.version(ctx, settings.Lexicon)
	if err != nil {
		return Governed{}, err
	}
	before, err := wordSet(now.Data)
	if err != nil {
		return Governed{}, err
	}
	after, err := wordSet(r.Data)
	if err != nil {
		return Governed{}, err
	}
	counts := map[string]int{"words": len(after)}
	for w := range before {
		if !after[w] {
			counts["removed"]++
		}
	}
	for _, w := range slices.Sorted(maps.Keys(after)) {
		if before[w] {
			continue
		}
		// A term that reads as somebody's name or number would stay here, and in
		// every index, beyond what erasure reaches.
		if s.cfg.Clean(w) != w {
			return Governed{}, errors.New("one of the new words reads as personal data, which a lexicon must not hold: leave it out")
		}
		counts["added"]++
	}
	change := s.changeOf(r.Request, "lexicon")
	change.Counts = counts
	return s.setVersion(ctx, settings.Lexicon, r.Data, r.Revision, change)
}

func wordSet(lexicon []byte) (map[string]bool, error) {
	words, err := segment.Words("lexicon", string(lexicon))
	if err != nil {
		return nil, fmt.Errorf("the words cannot be read: %w", err)
	}
	set := make(map[string]bool, len(words))
	for _, w := range words {
		set[w] = true
	}
	return set, nil
}

// Lexicon reads the words of segmentation: lines as segment.WithLexicon takes them.
func (c *Client) Lexicon(ctx context.Context) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectLexicon, struct{}{}, &g)
}

// ChangeLexicon sets the words when the present ones are those of revision.
func (c *Client) ChangeLexicon(ctx context.Context, r Request, data []byte, revision uint64) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectLexiconChange, lexiconRequest{r, bytes.Clone(data), revision}, &g)
}
