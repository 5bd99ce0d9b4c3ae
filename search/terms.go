package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/RoaringBitmap/roaring/v2"
	"github.com/blevesearch/bleve/v2/index/scorch"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// Word is a word of the corpus with how many documents have it.
type Word struct {
	Text      string
	Documents int
}

// Frequent returns the words that the most documents have, the most frequent
// first, limit of them at most and each of k customers at least: for
// completions. Words of one character, placeholders and figures are left out.
// It reads dictionaries and some postings, and is not for every request.
func (ix *Index) Frequent(ctx context.Context, k, limit int) (list []Word, err error) {
	s, err := ix.snapshot()
	if err != nil {
		return nil, err
	}
	defer func() {
		if e := s.close(); err == nil {
			err = e
		}
	}()
	counts := make(map[fieldTerm]int)
	for _, p := range s.parts {
		for _, one := range p.segments {
			if err := eachFrequent(ctx, one, counts); err != nil {
				return nil, fmt.Errorf("reading the index: %w", err)
			}
		}
	}
	terms := make([]fieldTerm, 0, len(counts))
	for t, n := range counts {
		if n >= k {
			terms = append(terms, t)
		}
	}
	slices.SortFunc(terms, func(a, b fieldTerm) int {
		return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a.term, b.term))
	})
	for _, t := range terms {
		if len(list) == limit {
			break
		}
		enough, err := s.manyCustomers(ctx, t, k)
		if err != nil {
			return nil, fmt.Errorf("reading the index: %w", err)
		}
		if enough {
			list = append(list, Word{t.term, counts[t]})
		}
	}
	return list, nil
}

// fieldTerm is a term of a field.
type fieldTerm struct{ field, term string }

// eachFrequent adds up the words of a segment: Chinese from the segmenter's, and
// English as it was written and not its stems, which no one types.
func eachFrequent(ctx context.Context, s *scorch.SegmentSnapshot, counts map[fieldTerm]int) error {
	add := func(field string) func(string, uint64) {
		return func(term string, n uint64) { counts[fieldTerm{field, term}] += int(n) }
	}
	if err := eachCounted(ctx, s.Segment(), s.Deleted(), fieldWords, nil, nil, isChineseWord, add(fieldWords)); err != nil {
		return err
	}
	return eachCounted(ctx, s.Segment(), s.Deleted(), fieldGrams, []byte("a"), []byte("{"), func(term string) bool {
		for i := range len(term) {
			if !isLower(term[i]) {
				return false
			}
		}
		return len(term) > 2
	}, add(fieldGrams))
}

func isChineseWord(term string) bool { return startsCJK(term) && utf8.RuneCountInString(term) > 1 }

// eachCounted visits the terms of a field from one on and before another, those
// that fit, with the number of documents that have them and are not deleted. It
// asks for the postings of each: the count that Bleve's dictionary gives is 1 after
// the first term of a merged segment that only one document has.
func eachCounted(ctx context.Context, s segment.Segment, deleted *roaring.Bitmap, field string, from, to []byte, fit func(string) bool, visit func(string, uint64)) error {
	dict, err := s.Dictionary(field)
	if err != nil {
		return err
	}
	terms := dict.AutomatonIterator(nil, from, to)
	var list segment.PostingsList
	for n := 0; ; n++ {
		entry, err := terms.Next()
		if err == nil && n%1024 == 0 {
			err = ctx.Err()
		}
		if err != nil || entry == nil {
			return err
		}
		if !fit(entry.Term) {
			continue
		}
		if list, err = dict.PostingsList([]byte(entry.Term), deleted, list); err != nil {
			return err
		}
		if count := list.Count(); count > 0 {
			visit(entry.Term, count)
		}
	}
}

// manyCustomers reports whether documents of k customers have a term; one whose
// customer is unknown counts as a customer of its own.
func (s *snapshot) manyCustomers(ctx context.Context, t fieldTerm, k int) (bool, error) {
	seen := make(map[string]bool)
	unknown := 0
	for _, p := range s.parts {
		values, err := p.reader.DocValueReader([]string{fieldCustomer})
		if err != nil {
			return false, err
		}
		postings, err := p.reader.TermFieldReader(ctx, []byte(t.term), t.field, false, false, false)
		if err != nil {
			return false, err
		}
		for unknown+len(seen) < k {
			found, err := postings.Next(nil)
			if err == nil && found != nil {
				known := false
				err = values.VisitDocValues(found.ID, func(_ string, customer []byte) {
					known = true
					seen[string(customer)] = true
				})
				if !known {
					unknown++
				}
			}
			if err != nil {
				_ = postings.Close() // the error being returned is the one that matters
				return false, err
			}
			if found == nil {
				break
			}
		}
		if err := postings.Close(); err != nil {
			return false, err
		}
	}
	return unknown+len(seen) >= k, nil
}

// Fields are the names that a query may call fields, in order.
func Fields() []string {
	names := make([]string, 0, len(fieldNames))
	for name := range fieldNames {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// Fold makes one of the ways to write the same text: width, letter case,
// traditional characters.
func Fold(text string) string { return foldText(validText(text)).text }
