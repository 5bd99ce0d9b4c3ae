package search

import (
	"context"
	"fmt"
	"iter"

	index "github.com/blevesearch/bleve_index_api"

	"qingting/internal/document"
)

// Term is one entry of a field's dictionary.
type Term struct {
	Field, Text string
}

// Terms yields every entry of every dictionary of the index, those of deleted
// documents that no compaction has taken out among them, and a field at a time:
// for looking at what the files hold. The terms of rating and time are no text
// and are left out.
func (ix *Index) Terms(ctx context.Context) iter.Seq2[Term, error] {
	return func(yield func(Term, error) bool) {
		goOn := true
		err := ix.read(func(r index.IndexReader) error {
			fields, err := r.Fields()
			if err != nil {
				return err
			}
			for _, field := range fields {
				if field == fieldRating || field == fieldTime || field == fieldBody {
					continue
				}
				dict, err := r.FieldDict(field)
				if err != nil {
					return err
				}
				entry, err := dict.Next()
				for ; err == nil && entry != nil && goOn && ctx.Err() == nil; entry, err = dict.Next() {
					goOn = yield(Term{field, entry.Term}, nil)
				}
				if also := dict.Close(); err == nil {
					err = also
				}
				if err == nil {
					err = ctx.Err()
				}
				if err != nil || !goOn {
					return err
				}
			}
			return nil
		})
		if err != nil && goOn {
			yield(Term{}, err)
		}
	}
}

// Live reports whether a document that is not deleted has the term.
func (ix *Index) Live(ctx context.Context, t Term) (live bool, err error) {
	err = ix.read(func(r index.IndexReader) error {
		postings, err := r.TermFieldReader(ctx, []byte(t.Text), t.Field, false, false, false)
		if err != nil {
			return err
		}
		first, err := postings.Next(nil)
		live = first != nil
		if also := postings.Close(); err == nil {
			err = also
		}
		return err
	})
	return live, err
}

// Stored yields every document as the index has stored it.
func (ix *Index) Stored(ctx context.Context) iter.Seq2[*document.Document, error] {
	return func(yield func(*document.Document, error) bool) {
		goOn := true
		err := ix.read(func(r index.IndexReader) error {
			bodies, err := newBodyReader(r)
			if err != nil {
				return err
			}
			all, err := r.DocIDReaderAll()
			if err != nil {
				return err
			}
			defer all.Close()
			for goOn {
				id, err := all.Next()
				if err == nil {
					err = ctx.Err()
				}
				if err != nil || id == nil {
					return err
				}
				body, err := bodies.read(id)
				if err != nil {
					return err
				}
				d, _, err := ix.store.unpack(body)
				if err != nil {
					return err
				}
				goOn = yield(d, nil)
			}
			return nil
		})
		if err != nil && goOn {
			yield(nil, err)
		}
	}
}

// read gives one snapshot of the index.
func (ix *Index) read(use func(index.IndexReader) error) (err error) {
	if err := ix.acquire(); err != nil {
		return err
	}
	defer ix.use.RUnlock()
	advanced, err := ix.bleve.Advanced()
	if err != nil {
		return fmt.Errorf("reading the index: %w", err)
	}
	reader, err := advanced.Reader()
	if err != nil {
		return fmt.Errorf("reading the index: %w", err)
	}
	defer func() {
		if e := reader.Close(); err == nil && e != nil {
			err = e
		}
	}()
	if err := use(reader); err != nil {
		return fmt.Errorf("reading the index: %w", err)
	}
	return nil
}
