package search

import (
	"context"
	"sync"

	"github.com/RoaringBitmap/roaring/v2"
	segment "github.com/blevesearch/scorch_segment_api/v2"
)

// memo keeps the documents of prefixes while one search works: they are found
// for matching, and again for ranking.
type memo struct {
	mu    sync.Mutex
	known map[memoKey]*roaring.Bitmap
}

type memoKey struct {
	segment segment.Segment
	query   prefixQuery
}

type memoContext struct{}

func withMemo(ctx context.Context) context.Context {
	return context.WithValue(ctx, memoContext{}, &memo{known: make(map[memoKey]*roaring.Bitmap)})
}

// remember returns what find found the first time.
func remember(ctx context.Context, key memoKey, find func() (*roaring.Bitmap, error)) (*roaring.Bitmap, error) {
	kept, ok := ctx.Value(memoContext{}).(*memo)
	if !ok {
		return find()
	}
	kept.mu.Lock()
	found := kept.known[key]
	kept.mu.Unlock()
	if found != nil {
		return found, nil
	}
	found, err := find()
	if err != nil {
		return nil, err
	}
	kept.mu.Lock()
	defer kept.mu.Unlock()
	kept.known[key] = found
	return found, nil
}
