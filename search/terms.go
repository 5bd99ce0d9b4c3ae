package search

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"unicode/utf8"

	index "github.com/blevesearch/bleve_index_api"
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
		if err := eachFrequent(ctx, p.reader, counts); err != nil {
			return nil, fmt.Errorf("reading the index: %w", err)
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

// eachFrequent adds up the words of a reader: Chinese from the segmenter's, and
// English as it was written and not its stems, which no one types.
func eachFrequent(ctx context.Context, r index.IndexReader, counts map[fieldTerm]int) error {
	read := func(field string, dict index.FieldDict, err error, fit func(string) bool) error {
		if err != nil {
			return err
		}
		for n := 0; ; n++ {
			entry, err := dict.Next()
			if err == nil && n%4096 == 0 {
				err = ctx.Err()
			}
			if err != nil || entry == nil {
				if also := dict.Close(); err == nil {
					err = also
				}
				return err
			}
			if fit(entry.Term) {
				counts[fieldTerm{field, entry.Term}] += int(entry.Count)
			}
		}
	}
	dict, err := r.FieldDict(fieldWords)
	if err := read(fieldWords, dict, err, func(term string) bool {
		return startsCJK(term) && utf8.RuneCountInString(term) > 1
	}); err != nil {
		return err
	}
	dict, err = r.FieldDictRange(fieldGrams, []byte("a"), []byte("{"))
	return read(fieldGrams, dict, err, func(term string) bool {
		for i := range len(term) {
			if !isLower(term[i]) {
				return false
			}
		}
		return len(term) > 2
	})
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
