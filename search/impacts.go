package search

import (
	"cmp"
	"context"
	"fmt"
	"math"
	"slices"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// What is kept of impacts.
const (
	impactsWorth = 1 << 14  // postings of a term in a segment: fewer are read as quickly
	impactsBytes = 64 << 20 // in all
	impactsDue   = 256      // asked for and not read yet
	impactsFirst = 48       // words of a new segment that are read before anybody asks
)

// impacts are what the documents of a segment that have a term score by it,
// before its weight, in the order of their numbers, deleted ones too. They never
// change, for the segment does not.
type impacts struct {
	docs   *roaring.Bitmap // lies in the segment's file: good while the segment is open
	values []float32
	used   uint64 // when, by the cache's clock
}

// newImpacts reads them; nil of a term with fewer postings than least.
func newImpacts(ctx context.Context, key impactKey, least uint64) (*impacts, error) {
	dict, err := key.segment.Dictionary(key.field)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	list, err := dict.PostingsList([]byte(key.term), nil, nil)
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	if list.Count() < least {
		return nil, nil
	}
	it := list.Iterator(true, true, false, nil)
	inner, ok := it.(segment.OptimizablePostingsIterator)
	if !ok || inner.ActualBitmap() == nil {
		return nil, nil
	}
	im := &impacts{docs: inner.ActualBitmap(), values: make([]float32, 0, list.Count())}
	p, err := it.Next()
	for ; err == nil && p != nil; p, err = it.Next() {
		if len(im.values)%batch == 0 && ctx.Err() != nil {
			return nil, ctx.Err()
		}
		im.values = append(im.values, impact(p))
	}
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	return im, nil
}

// add adds the impacts on docs to into, and counts these. The buffers are for
// numbers of documents.
func (im *impacts) add(weight float32, docs *roaring.Bitmap, into []float32, counts []uint16, has, want []uint32) {
	values, all, among := im.values, im.docs.ManyIterator(), docs.ManyIterator()
	n, i := among.NextMany(want), 0
	for k := all.NextMany(has); k > 0 && n > 0; k = all.NextMany(has) {
		if has[k-1] < want[i] {
			values = values[k:]
			continue
		}
		for j, doc := range has[:k] {
			for want[i] < doc {
				if i++; i < n {
					continue
				}
				if n, i = among.NextMany(want), 0; n == 0 {
					return
				}
			}
			if want[i] != doc {
				continue
			}
			into[doc] += weight * values[j]
			if counts != nil {
				counts[doc]++
			}
		}
		values = values[k:]
	}
}

// impact is √tf · 1/√length, as Bleve has it, out of tables where they are small.
func impact(p segment.Posting) float32 {
	tf := p.Frequency()
	if exact, ok := p.(interface{ NormUint64() uint64 }); ok {
		if length := exact.NormUint64(); tf < uint64(len(roots)) && length < uint64(len(norms)) {
			return float32(roots[tf] * norms[length])
		}
	}
	return float32(math.Sqrt(float64(tf)) * p.Norm())
}

// roots are the square roots of frequencies, and norms one by those of lengths,
// rounded as Bleve does.
var roots, norms = func() (r [64]float64, n [4096]float64) {
	for i := range r {
		r[i] = math.Sqrt(float64(i))
	}
	for i := range n {
		n[i] = float64(float32(1 / math.Sqrt(float64(i))))
	}
	return r, n
}()

// impactKey is a term in a segment.
type impactKey struct {
	segment     segment.Segment
	field, term string
}

// impactCache keeps the impacts of frequent terms: they are few, are asked for
// often, and take longest to read. They are read beside the searches, of each new
// segment those of its most frequent words and then what is asked for; what was
// not asked for longest makes room. Its zero value is ready; it is safe for
// concurrent use.
type impactCache struct {
	mu    sync.Mutex
	known map[impactKey]*impacts
	due   map[impactKey]bool
	begun map[segment.Segment]bool // their frequent words were looked for
	bytes int
	clock uint64

	worth uint64 // instead of impactsWorth, when not 0
	most  int    // instead of impactsBytes, when not 0
}

func (ic *impactCache) least() uint64 { return cmp.Or(ic.worth, impactsWorth) }
func (ic *impactCache) room() int     { return cmp.Or(ic.most, impactsBytes) }

// of returns the impacts of a term with so many postings; nil where they are not
// kept, or not yet. The caller holds a snapshot that has the segment.
func (ic *impactCache) of(key impactKey, postings uint64) *impacts {
	if postings < ic.least() {
		return nil
	}
	ic.mu.Lock()
	defer ic.mu.Unlock()
	if im := ic.known[key]; im != nil {
		ic.clock++
		im.used = ic.clock
		return im
	}
	ic.ask(key)
	return nil
}

func (ic *impactCache) ask(key impactKey) {
	if len(ic.due) < impactsDue {
		if ic.due == nil {
			ic.due = make(map[impactKey]bool)
		}
		ic.due[key] = true
	}
}

// begin asks for what the most frequent words of a segment need, once.
func (ic *impactCache) begin(ctx context.Context, s segment.Segment) error {
	ic.mu.Lock()
	begun := ic.begun[s]
	ic.mu.Unlock()
	if begun || s.Count() < ic.least() {
		return nil
	}
	words, err := frequentWords(ctx, s, ic.least())
	if err != nil {
		return err
	}
	ic.mu.Lock()
	defer ic.mu.Unlock()
	if ic.begun == nil {
		ic.begun = make(map[segment.Segment]bool)
	}
	ic.begun[s] = true
	for _, w := range words {
		ic.ask(impactKey{s, fieldWords, w})
		runes := []rune(w)
		for i := range len(runes) - 1 {
			ic.ask(impactKey{s, fieldGrams, string(runes[i : i+2])})
		}
	}
	return nil
}

// frequentWords are the Chinese words of two characters or more whose impacts
// are worth keeping, the most frequent ones.
func frequentWords(ctx context.Context, s segment.Segment, least uint64) ([]string, error) {
	counts := make(map[string]uint64)
	var words []string
	err := eachCounted(ctx, s, nil, fieldWords, nil, nil, isChineseWord, func(term string, n uint64) {
		if n >= least {
			counts[term] = n
			words = append(words, term)
		}
	})
	if err != nil {
		return nil, fmt.Errorf("search index: %w", err)
	}
	slices.SortFunc(words, func(a, b string) int { return cmp.Or(cmp.Compare(counts[b], counts[a]), cmp.Compare(a, b)) })
	return words[:min(len(words), impactsFirst)], nil
}

// read reads what was asked for, and what is new, of the segments of a view.
func (ic *impactCache) read(ctx context.Context, s *snapshot) error {
	live := s.live()
	for one := range live {
		if err := ic.begin(ctx, one); err != nil {
			return err
		}
	}
	ic.mu.Lock()
	due := ic.due
	ic.due = nil
	ic.mu.Unlock()
	for key := range due {
		if !live[key.segment] {
			continue
		}
		im, err := newImpacts(ctx, key, ic.least())
		if err != nil {
			return err
		}
		if im != nil && 4*len(im.values) <= ic.room() {
			ic.put(key, im)
		}
	}
	return nil
}

// put keeps impacts, and lets go of others when there are too many.
func (ic *impactCache) put(key impactKey, im *impacts) {
	ic.mu.Lock()
	defer ic.mu.Unlock()
	if ic.known == nil {
		ic.known = make(map[impactKey]*impacts)
	}
	ic.drop(key)
	ic.clock++
	im.used = ic.clock
	ic.known[key] = im
	for ic.bytes += 4 * len(im.values); ic.bytes > ic.room(); {
		oldest := key
		for other, of := range ic.known {
			if of.used < ic.known[oldest].used {
				oldest = other
			}
		}
		ic.drop(oldest)
	}
}

func (ic *impactCache) drop(key impactKey) {
	if im := ic.known[key]; im != nil {
		ic.bytes -= 4 * len(im.values)
		delete(ic.known, key)
	}
}

// keep drops the impacts of segments that are not live.
func (ic *impactCache) keep(live map[segment.Segment]bool) {
	ic.mu.Lock()
	defer ic.mu.Unlock()
	for key := range ic.known {
		if !live[key.segment] {
			ic.drop(key)
		}
	}
	for one := range ic.begun {
		if !live[one] {
			delete(ic.begun, one)
		}
	}
}
