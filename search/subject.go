package search

import (
	"context"
	"encoding/binary"
	"fmt"

	index "github.com/blevesearch/bleve_index_api"
)

// OfSubject returns the records whose document has any of the tokens of a
// person, with the document's sequence in the stream, and the sequence up to
// which the index knows. It is for custody: no query can ask it.
func (ix *Index) OfSubject(ctx context.Context, tokens []string) (records map[string]uint64, at uint64, err error) {
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
	bodies, err := newBodyReader(reader)
	if err != nil {
		return nil, 0, err
	}
	records = make(map[string]uint64)
	for _, token := range tokens {
		err := eachWithTerm(ctx, reader, fieldSubject, token, func(internal index.IndexInternalID, id string) error {
			body, err := bodies.read(internal)
			if err != nil {
				return err
			}
			seq, n := binary.Uvarint(body)
			if n <= 0 {
				return fmt.Errorf("%w: %s: a record has no sequence", ErrDamaged, ix.dir)
			}
			records[id] = seq
			return nil
		})
		if err != nil {
			return nil, 0, fmt.Errorf("searching a subject: %w", err)
		}
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
