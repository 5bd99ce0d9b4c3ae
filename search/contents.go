package search

import (
	"context"
	"iter"

	"qingting/internal/document"
)

// Term is one entry of a field's dictionary.
type Term struct {
	Field, Text string
}

// Terms yields every entry of every dictionary of the index, those of deleted
// documents that no compaction has taken out among them, a shard and in it a
// field at a time: for looking at what the files hold. A term comes once for
// each shard that has it. The terms of rating and time are no text and are left
// out.
func (ix *Index) Terms(ctx context.Context) iter.Seq2[Term, error] {
	return func(yield func(Term, error) bool) {
		goOn := true
		err := ix.eachPart(func(p part) (bool, error) {
			fields, err := p.reader.Fields()
			if err != nil {
				return false, err
			}
			for _, field := range fields {
				if field == fieldRating || field == fieldTime || field == fieldBody {
					continue
				}
				dict, err := p.reader.FieldDict(field)
				if err != nil {
					return false, err
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
					return false, err
				}
			}
			return true, nil
		})
		if err != nil && goOn {
			yield(Term{}, err)
		}
	}
}

// Live reports whether a document that is not deleted has the term.
func (ix *Index) Live(ctx context.Context, t Term) (live bool, err error) {
	err = ix.eachPart(func(p part) (bool, error) {
		postings, err := p.reader.TermFieldReader(ctx, []byte(t.Text), t.Field, false, false, false)
		if err != nil {
			return false, err
		}
		first, err := postings.Next(nil)
		live = first != nil
		if also := postings.Close(); err == nil {
			err = also
		}
		return !live, err
	})
	return live, err
}

// Stored yields every document as the index has stored it.
func (ix *Index) Stored(ctx context.Context) iter.Seq2[*document.Document, error] {
	return func(yield func(*document.Document, error) bool) {
		goOn := true
		err := ix.eachEntry(ctx, func(entry []byte) (bool, error) {
			d, _, err := ix.store.unpack(entry)
			if err == nil {
				goOn = yield(d, nil)
			}
			return goOn, err
		})
		if err != nil && goOn {
			yield(nil, err)
		}
	}
}

// eachEntry visits every stored document until visit says no; an entry is good
// for one visit.
func (ix *Index) eachEntry(ctx context.Context, visit func(entry []byte) (goOn bool, err error)) error {
	return ix.eachPart(func(p part) (bool, error) {
		bodies, err := newBodyReader(p.reader)
		if err != nil {
			return false, err
		}
		all, err := p.reader.DocIDReaderAll()
		if err != nil {
			return false, err
		}
		defer all.Close()
		for {
			id, err := all.Next()
			if err == nil {
				err = ctx.Err()
			}
			if err != nil || id == nil {
				return true, err
			}
			entry, err := bodies.read(id)
			if err != nil {
				return false, err
			}
			if goOn, err := visit(entry); err != nil || !goOn {
				return false, err
			}
		}
	})
}
