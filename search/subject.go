package search

import (
	"context"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"
)

// OfSubject returns the records whose document has any of the tokens of a
// person, with the document's sequence in the stream, and the sequence up to
// which the index knows. It is for custody: no query can ask it.
func (ix *Index) OfSubject(ctx context.Context, tokens []string) (records map[string]uint64, at uint64, err error) {
	records = make(map[string]uint64)
	at = ix.Checkpoint() // before the snapshot, so that nothing falls between
	err = ix.eachPart(func(p part) (bool, error) {
		bodies, err := newBodyReader(p.reader)
		if err != nil {
			return false, err
		}
		for _, token := range tokens {
			err := eachWithTerm(ctx, p.reader, fieldSubject, token, func(internal index.IndexInternalID, id string) error {
				entry, err := bodies.read(internal)
				if err != nil {
					return err
				}
				_, seq, _, err := ix.store.head(entry)
				if err != nil {
					return fmt.Errorf("%w: %s: %w", ErrDamaged, ix.dir, err)
				}
				records[id] = seq
				return nil
			})
			if err != nil {
				return false, err
			}
		}
		return true, nil
	})
	if err != nil {
		return nil, 0, fmt.Errorf("searching a subject: %w", err)
	}
	return records, at, nil
}

// eachWithTerm visits the documents that have a term in a field.
func eachWithTerm(ctx context.Context, reader index.IndexReader, field, term string, visit func(internal index.IndexInternalID, id string) error) (err error) {
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
		if err := visit(found.ID, id); err != nil {
			return err
		}
	}
}
