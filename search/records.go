package search

import (
	"context"
	"fmt"
	"iter"
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

func (ix *Index) eachRecord(ctx context.Context, visit func(id string) bool) error {
	return ix.eachPart(func(p part) (bool, error) {
		all, err := p.reader.DocIDReaderAll()
		if err != nil {
			return false, err
		}
		defer all.Close()
		for {
			if ctx.Err() != nil {
				return false, ctx.Err()
			}
			internal, err := all.Next()
			if err != nil || internal == nil {
				return true, err
			}
			id, err := p.reader.ExternalID(internal)
			if err != nil {
				return false, err
			}
			if !visit(id) {
				return false, nil
			}
		}
	})
}

// eachPart visits the parts of one view until visit says no.
func (ix *Index) eachPart(visit func(p part) (goOn bool, err error)) (err error) {
	defer ix.recoverDamage(&err)
	s, err := ix.snapshot()
	if err != nil {
		return err
	}
	defer func() {
		if e := s.close(); err == nil {
			err = e
		}
	}()
	for _, p := range s.parts {
		goOn, err := visit(p)
		if err != nil {
			return fmt.Errorf("reading the index: %w", err)
		}
		if !goOn {
			return nil
		}
	}
	return nil
}
