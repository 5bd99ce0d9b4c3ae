package search

import (
	"context"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"
)

// OfSubject returns the records whose document has any of the tokens of a
// person, each once, and the stream sequence up to which the index knows. It is
// for custody: no query can ask it.
func (ix *Index) OfSubject(ctx context.Context, tokens []string) (records []string, at uint64, err error) {
	if err := ix.acquire(); err != nil {
		return nil, 0, err
	}
	defer ix.use.RUnlock()
	at = ix.Checkpoint() // before the snapshot, so that nothing falls between
	advanced, err := ix.bleve.Advanced()
	if err != nil {
		return nil, 0, fmt.Errorf("searching a subject: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return nil, 0, fmt.Errorf("searching a subject: %w", err)
	}
	defer func() {
		if e := reader.Close(); err == nil && e != nil {
			err = e
		}
	}()
	seen := make(map[string]bool)
	for _, token := range tokens {
		err := eachWithTerm(ctx, reader, fieldSubject, token, func(id string) {
			if !seen[id] {
				seen[id] = true
				records = append(records, id)
			}
		})
		if err != nil {
			return nil, 0, fmt.Errorf("searching a subject: %w", err)
		}
	}
	return records, at, nil
}

// eachWithTerm visits the ids of the documents that have a term in a field.
func eachWithTerm(ctx context.Context, reader index.IndexReader, field, term string, visit func(id string)) (err error) {
	terms, err := reader.TermFieldReader(ctx, []byte(term), field, false, false, false)
	if err != nil {
		return err
	}
	defer func() {
		if e := terms.Close(); err == nil && e != nil {
			err = e
		}
	}()
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		found, err := terms.Next(nil)
		if err != nil || found == nil {
			return err
		}
		id, err := reader.ExternalID(found.ID)
		if err != nil {
			return err
		}
		visit(id)
	}
}
