package search

import (
	"context"
	"fmt"
	"iter"

	index "github.com/blevesearch/bleve_index_api"
)

// Records yields the record id of each document in the index, in no
// particular order, from one snapshot. It is for checking the index against
// its stream.
func (ix *Index) Records(ctx context.Context) iter.Seq2[string, error] {
	return func(yield func(string, error) bool) {
		err := ix.eachRecord(ctx, func(id string) bool { return yield(id, nil) })
		if err != nil {
			yield("", err)
		}
	}
}

func (ix *Index) eachRecord(ctx context.Context, visit func(id string) bool) (err error) {
	if err := ix.acquire(); err != nil {
		return err
	}
	defer ix.use.RUnlock()
	advanced, err := ix.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("listing the index: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return fmt.Errorf("listing the index: %w", err)
	}
	defer func() {
		if e := reader.Close(); err == nil && e != nil {
			err = e
		}
	}()
	all, err := reader.DocIDReaderAll()
	if err != nil {
		return fmt.Errorf("listing the index: %w", err)
	}
	defer all.Close()
	for {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		var internal index.IndexInternalID
		if internal, err = all.Next(); err != nil || internal == nil {
			return err
		}
		id, err := reader.ExternalID(internal)
		if err != nil {
			return fmt.Errorf("listing the index: %w", err)
		}
		if !visit(id) {
			return nil
		}
	}
}
