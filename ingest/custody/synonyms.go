package custody

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"qingting/ingest/settings"
	"qingting/search/synonym"
)

// The subjects by which the synonyms of searches are kept: who keeps the lexicon
// does.
const (
	subjectSynonyms      = lexiconPrefix + "synonyms"
	subjectSynonymChange = lexiconPrefix + "synonyms.change"
)

// synonyms gives them as they are; no data are the built-in ones.
func (s *Service) synonyms(ctx context.Context, _ struct{}) (Governed, error) {
	return s.version(ctx, settings.Synonyms)
}

// changeSynonyms sets the whole file, or takes it back, after the ledger has how
// many groups there are. Data of no bytes bring the built-in ones back.
func (s *Service) changeSynonyms(ctx context.Context, r lexiconRequest) (Governed, error) {
	if err := r.Request.check(); err != nil {
		return Governed{}, err
	}
	change := s.changeOf(r.Request, "synonyms")
	if len(r.Data) == 0 {
		st, err := s.settings()
		if err != nil {
			return Governed{}, err
		}
		if err := st.Delete(ctx, settings.Synonyms, r.Revision, change); err != nil {
			return Governed{}, err
		}
		return s.version(ctx, settings.Synonyms)
	}
	set, err := synonym.Parse("synonyms", string(r.Data))
	if err != nil {
		return Governed{}, fmt.Errorf("the synonyms cannot be read: %w", err)
	}
	for _, rule := range set.Rules() {
		for _, term := range rule.Terms() {
			// It would stay here, beyond what erasure reaches.
			if s.cfg.Clean(term) != term {
				return Governed{}, errors.New("one of the terms reads as personal data, which synonyms must not hold: leave it out")
			}
		}
	}
	change.Counts = map[string]int{"groups": len(set.Rules())}
	return s.setVersion(ctx, settings.Synonyms, r.Data, r.Revision, change)
}

// Synonyms reads the synonyms of the settings; without data there are none, and
// the built-in ones count.
func (c *Client) Synonyms(ctx context.Context) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectSynonyms, struct{}{}, &g)
}

// ChangeSynonyms sets them when the present ones are those of revision; without
// data the built-in ones count again.
func (c *Client) ChangeSynonyms(ctx context.Context, r Request, data []byte, revision uint64) (Governed, error) {
	var g Governed
	return g, c.ask(ctx, subjectSynonymChange, lexiconRequest{r, bytes.Clone(data), revision}, &g)
}
