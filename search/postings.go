package search

import (
	"fmt"
	"sync"

	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// postingsCache keeps the postings of the terms of one search: they are asked
// for to match, to count how rare a term is, and to rank.
type postingsCache struct {
	mu    sync.Mutex
	dicts map[string][]segment.TermDictionary // by field and segment
	lists map[postingsKey][]segment.PostingsList
	found map[postingsKey]uint64
}

type postingsKey struct{ field, term string }

func newPostingsCache() *postingsCache {
	return &postingsCache{
		dicts: make(map[string][]segment.TermDictionary), lists: make(map[postingsKey][]segment.PostingsList), found: make(map[postingsKey]uint64),
	}
}

// postings returns the postings of a term by segment, nil where it is not.
func (p *part) postings(field, term string) ([]segment.PostingsList, error) {
	lists, _, err := p.cache.of(p, postingsKey{field, term})
	return lists, err
}

// of returns the postings, and how many documents they have.
func (c *postingsCache) of(p *part, key postingsKey) ([]segment.PostingsList, uint64, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if lists, ok := c.lists[key]; ok {
		return lists, c.found[key], nil
	}
	dicts := c.dicts[key.field]
	if dicts == nil {
		dicts = make([]segment.TermDictionary, len(p.segments))
		for i, s := range p.segments {
			var err error
			if dicts[i], err = s.Segment().Dictionary(key.field); err != nil {
				return nil, 0, fmt.Errorf("search index: %w", err)
			}
		}
		c.dicts[key.field] = dicts
	}
	lists := make([]segment.PostingsList, len(p.segments))
	found := uint64(0)
	for i, s := range p.segments {
		list, err := dicts[i].PostingsList([]byte(key.term), s.Deleted(), nil)
		if err != nil {
			return nil, 0, fmt.Errorf("search index: %w", err)
		}
		if n := list.Count(); n > 0 {
			lists[i] = list
			found += n
		}
	}
	c.lists[key], c.found[key] = lists, found
	return lists, found, nil
}

// documentsWith counts the documents that have a term.
func (s *snapshot) documentsWith(field, term string) (sum uint64, err error) {
	for i := range s.parts {
		_, n, err := s.parts[i].cache.of(&s.parts[i], postingsKey{field, term})
		if err != nil {
			return 0, err
		}
		sum += n
	}
	return sum, nil
}
