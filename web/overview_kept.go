package web

import (
	"fmt"
	"sync"
	"time"

	"golang.org/x/sync/singleflight"

	"qingting/textmining/statistics"
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
	value            any
	err              error
	entered, removed uint64 // documents, by then
	at               time.Time
	used             time.Time
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
	value, _, err := begin(s, key, make).get(nil) // without a deadline it is always known
	return value, err
}

// freshFor is how far a figure may be behind what comes in: without it, a stream of
// feedback would have it counted anew at every request.
const freshFor = 2 * time.Second

// fresh is kept for figures that are always as they stand, but for freshFor.
func fresh[T any](s *server, key string, make func() T) T {
	k := &s.keeper
	entered, removed := s.cfg.Statistics.Changes()
	k.mu.Lock()
	item := k.items[key]
	if age := time.Duration(0); item != nil {
		if age = time.Since(item.at); removed != item.removed || age > keptFor || entered != item.entered && age > freshFor {
			delete(k.items, key)
		}
	}
	k.mu.Unlock()
	value, _ := kept(s, key, func() (T, error) { return make(), nil }) // it does not fail
	return value
}

// report is what the statistics say of a query. The caller changes nothing in it.
func (s *server) report(q statistics.Query) statistics.Report {
	return fresh(s, fmt.Sprintf("report\x00%#v", q), func() statistics.Report { return s.cfg.Statistics.Report(q) })
}

// heat is where labels of a kind come up. The caller changes nothing in it.
func (s *server) heat(q statistics.Query, kind statistics.Kind, column statistics.Column) statistics.Heat {
	return fresh(s, fmt.Sprintf("heat\x00%#v\x00%d\x00%d", q, kind, column), func() statistics.Heat { return s.cfg.Statistics.Heat(q, kind, column) })
}

// values are the channels, regions and products that there are, maxChoices and one
// more at most. The caller changes nothing in it.
func (s *server) values() statistics.Values {
	return fresh(s, "values", func() statistics.Values { return s.cfg.Statistics.Values(maxChoices + 1) })
}

// soonWait is how long a page waits, all in all, for what takes long.
const soonWait = 120 * time.Millisecond

// pending is a result that is being worked out, or known already.
type pending[T any] struct {
	item *keptItem // nil while it is not known
	work <-chan singleflight.Result
}

// begin has a key worked out when it is not known, and returns at once: what a page
// needs of this kind is begun together, and then waited for once.
func begin[T any](s *server, key string, make func() (T, error)) pending[T] {
	k, now := &s.keeper, time.Now()
	entered, removed := s.cfg.Statistics.Changes()
	k.mu.Lock()
	item := k.items[key]
	if item != nil {
		item.used = now
	}
	k.mu.Unlock()
	flight := fmt.Sprint(key, "\x00", removed) // what began before something was erased is not waited for
	work := func() (any, error) {
		value, err := make()
		k.put(key, &keptItem{value: value, err: err, entered: entered, removed: removed, at: now, used: now})
		return value, err
	}
	if item != nil && removed == item.removed && now.Sub(item.at) < 24*keptFor { // what was erased counts no more
		if age := now.Sub(item.at); age > keptFor || entered != item.entered && age > keptAtLeast {
			k.flight.DoChan(flight, work)
		}
		return pending[T]{item: item}
	}
	return pending[T]{work: k.flight.DoChan(flight, work)}
}

// get waits until the result is known or late is closed; a nil late waits without
// end. When it is not known, it is worked out behind all the same.
func (p pending[T]) get(late <-chan struct{}) (value T, known bool, err error) {
	if p.item != nil {
		value, _ = p.item.value.(T)
		return value, true, p.item.err
	}
	select {
	case r := <-p.work:
		value, _ = r.Val.(T)
		return value, true, r.Err
	default:
	}
	select {
	case r := <-p.work:
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
