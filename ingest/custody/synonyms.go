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
	st, err := settings.Open(ctx, s.js)
	if err != nil {
		return Governed{}, err
	}
	v, err := st.Get(ctx, settings.Synonyms)
	return Governed{v.Data, v.Revision, v.Changed, v.Hash()}, err
}

// changeSynonyms sets the whole file, or takes it back, after the ledger has how
// many groups there are. Data of no bytes bring the built-in ones back.
func (s *Service) changeSynonyms(ctx context.Context, r lexiconRequest) (Governed, error) {
	if err := r.Request.check(); err != nil {
		return Governed{}, err
	}
	st, err := settings.Open(ctx, s.js)
	if err != nil {
		return Governed{}, err
	}
	change := settings.Change{
		Actor: r.Actor, Role: r.Role, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Object: "synonyms",
	}
	if len(r.Data) == 0 {
		if err := st.Delete(ctx, settings.Synonyms, r.Revision, change); err != nil {
			return Governed{}, err
		}
		v, err := st.Get(ctx, settings.Synonyms)
		return Governed{v.Data, v.Revision, v.Changed, v.Hash()}, err
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
	v, err := st.Put(ctx, settings.Synonyms, r.Data, r.Revision, change)
	return Governed{v.Data, v.Revision, v.Changed, v.Hash()}, err
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
