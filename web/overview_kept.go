package web

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"
)

// keeper holds what takes long to work out, such as what moves the rating: what is
// there is given at once, and worked out anew behind when documents have come in
// since, or an hour has passed. It is safe for concurrent use.
type keeper struct {
	mu     sync.Mutex
	items  map[string]*keptItem
	flight singleflight.Group
}

// keptItem is one result.
type keptItem struct {
	value any
	err   error
	size  int // documents there were
	at    time.Time
	used  time.Time
}

const (
	mostKept = 400
	keptFor  = time.Hour
	// keptAtLeast is how long a result counts whatever comes in: a stream of feedback
	// would have it worked out without end.
	keptAtLeast = 20 * time.Second
)

// kept is what make says of a key: now, when it is not known yet; what it said
// before, else, and then it is asked again behind.
func kept[T any](s *server, key string, make func() (T, error)) (T, error) {
	value, known, err := keptWithin(s, key, 0, make)
	_ = known // without a limit it always is
	return value, err
}

// soonWait is how long a page waits for what takes long.
const soonWait = 120 * time.Millisecond

// soon is kept for what a page can do without: false when it is not known yet and
// takes longer than soonWait. It is worked out behind all the same.
func soon[T any](s *server, key string, make func() (T, error)) (value T, known bool, err error) {
	return keptWithin(s, key, soonWait, make)
}

func keptWithin[T any](s *server, key string, wait time.Duration, make func() (T, error)) (value T, known bool, err error) {
	k, size, now := &s.keeper, s.cfg.Statistics.Len(), time.Now()
	k.mu.Lock()
	item := k.items[key]
	if item != nil {
		item.used = now
	}
	k.mu.Unlock()
	work := func() (any, error) {
		value, err := make()
		k.put(key, &keptItem{value: value, err: err, size: size, at: now, used: now})
		return value, err
	}
	if item != nil && size >= item.size && now.Sub(item.at) < 24*keptFor { // what was erased counts no more
		if age := now.Sub(item.at); age > keptFor || size != item.size && age > keptAtLeast {
			k.flight.DoChan(key, work)
		}
		value, _ = item.value.(T)
		return value, true, item.err
	}
	result := k.flight.DoChan(key, work)
	var late <-chan time.Time
	if wait > 0 {
		timer := time.NewTimer(wait)
		defer timer.Stop()
		late = timer.C
	}
	select {
	case r := <-result:
		value, _ = r.Val.(T)
		return value, true, r.Err
	case <-late:
		return value, false, nil
	}
}

// keptAs is the key of what is worked out of a scope, in any language.
func (sc scope) keptAs(what string, more ...any) string {
	sc.Lang, sc.Compare = "", ""
	return what + "\x00" + sc.places().url("") + "\x00" + fmt.Sprint(more...)
}

// put keeps an item, in the place of the one used longest ago when there are many.
func (k *keeper) put(key string, item *keptItem) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.items == nil {
		k.items = make(map[string]*keptItem)
	}
	k.items[key] = item
	for len(k.items) > mostKept {
		oldest := ""
		for name, i := range k.items {
			if oldest == "" || i.used.Before(k.items[oldest].used) {
				oldest = name
			}
		}
		delete(k.items, oldest)
	}
}
