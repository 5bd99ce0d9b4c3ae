package erase

import (
	"context"
	"encoding/base32"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/privacy/subject"
)

// Bucket holds what was decided about records and persons, one key each.
const Bucket = "FEEDBACK_MARKS"

// The reasons of dead letters that come of a mark.
const (
	ReasonErased    = "erased"            // the record was erased: it does not come back
	ReasonWithdrawn = "consent-withdrawn" // a person withdrew consent for that source
)

// The kinds of keys: kind.name.
const (
	kindErased     = "erased"     // erased.<record>
	kindRestricted = "restricted" // restricted.<record>
	kindWithdrawn  = "withdrawn"  // withdrawn.<token>: the sources, as JSON; none means all
	keyMended      = "mended"     // how far Mend has looked
)

// Marks is the bucket, and all of it in memory: sixteen bytes a record. It
// follows what other processes write. It is safe for concurrent use.
type Marks struct {
	kv      jetstream.KeyValue
	watcher jetstream.KeyWatcher
	cancel  context.CancelFunc // ends the watch
	stop    chan struct{}      // closed by Close
	done    chan struct{}

	mu         sync.RWMutex
	erased     map[[16]byte]struct{}
	restricted map[[16]byte]struct{}
	withdrawn  map[string][]string
}

// OpenMarks makes the bucket when it is missing, reads it whole, and follows it
// until Close.
func OpenMarks(ctx context.Context, js jetstream.JetStream, replicas int) (*Marks, error) {
	kv, err := js.KeyValue(ctx, Bucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		kv, err = js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
			Bucket: Bucket, Description: "records that were erased or restricted, and consent that was withdrawn",
			History: 1, Storage: jetstream.FileStorage, Replicas: max(1, replicas),
		})
	}
	if err != nil {
		return nil, fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	// Not bound to ctx, which may be that of the start alone.
	watching, cancel := context.WithCancel(context.WithoutCancel(ctx))
	watcher, err := kv.WatchAll(watching)
	if err != nil {
		cancel()
		return nil, fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	m := &Marks{
		kv: kv, watcher: watcher, cancel: cancel, stop: make(chan struct{}), done: make(chan struct{}),
		erased: make(map[[16]byte]struct{}), restricted: make(map[[16]byte]struct{}), withdrawn: make(map[string][]string),
	}
	for {
		select {
		case e, ok := <-watcher.Updates():
			if !ok {
				cancel()
				return nil, fmt.Errorf("bucket %s: the watch ended", Bucket)
			}
			if e == nil { // all that there was
				go m.follow()
				return m, nil
			}
			m.take(e)
		case <-ctx.Done():
			cancel()
			return nil, ctx.Err()
		}
	}
}

func (m *Marks) follow() {
	defer close(m.done)
	for {
		select {
		case e, ok := <-m.watcher.Updates():
			if !ok {
				return
			}
			if e != nil {
				m.take(e)
			}
		case <-m.stop:
			return
		}
	}
}

// Close stops following. It is called once. It does not wait for a server that
// may be away to hear of it.
func (m *Marks) Close() {
	m.cancel()
	close(m.stop)
	<-m.done
}

// take applies one key to the memory.
func (m *Marks) take(e jetstream.KeyValueEntry) {
	m.apply(e.Key(), e.Value(), e.Operation() == jetstream.KeyValuePut)
}

func (m *Marks) apply(key string, value []byte, present bool) {
	kind, name, _ := strings.Cut(key, ".")
	m.mu.Lock()
	defer m.mu.Unlock()
	switch kind {
	case kindErased:
		setMark(m.erased, name, present)
	case kindRestricted:
		setMark(m.restricted, name, present)
	case kindWithdrawn:
		var sources []string
		if present && json.Unmarshal(value, &sources) == nil {
			m.withdrawn[name] = sources
		} else {
			delete(m.withdrawn, name)
		}
	}
}

func setMark(set map[[16]byte]struct{}, record string, present bool) {
	id, ok := compact(record)
	switch {
	case !ok:
	case present:
		set[id] = struct{}{}
	default:
		delete(set, id)
	}
}

var recordEncoding = base32.NewEncoding("abcdefghijklmnopqrstuvwxyz234567").WithPadding(base32.NoPadding)

// compact is the record id in the bytes it stands for.
func compact(record string) (id [16]byte, ok bool) {
	raw, err := recordEncoding.DecodeString(record)
	if err != nil || len(raw) != len(id) {
		return id, false
	}
	return [16]byte(raw), true
}

// Erased reports whether a record was erased.
func (m *Marks) Erased(record string) bool { return m.has(m.erased, record) }

// Restricted reports whether a record is kept and not to be used.
func (m *Marks) Restricted(record string) bool { return m.has(m.restricted, record) }

func (m *Marks) has(set map[[16]byte]struct{}, record string) bool {
	id, ok := compact(record)
	m.mu.RLock()
	defer m.mu.RUnlock()
	_, in := set[id]
	return ok && in
}

func (m *Marks) records(set map[[16]byte]struct{}) []string {
	m.mu.RLock()
	defer m.mu.RUnlock()
	list := make([]string, 0, len(set))
	for id := range set {
		list = append(list, recordEncoding.EncodeToString(id[:]))
	}
	slices.Sort(list)
	return list
}

// Refuse says why a record may not be taken in, or "". tokens gives the tokens
// of whom it identifies, under every key; it is asked only when it matters.
func (m *Marks) Refuse(record, source string, tokens func() []string) string {
	if m.Erased(record) {
		return ReasonErased
	}
	m.mu.RLock()
	defer m.mu.RUnlock()
	if len(m.withdrawn) == 0 {
		return ""
	}
	for _, t := range tokens() {
		sources, ok := m.withdrawn[t]
		if ok && (len(sources) == 0 || slices.Contains(sources, source)) {
			return ReasonWithdrawn
		}
	}
	return ""
}

// put writes a mark; this process knows it when put returns.
func (m *Marks) put(ctx context.Context, kind, name string, value []byte) error {
	key := kind + "." + name
	if _, err := m.kv.Put(ctx, key, value); err != nil {
		return fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	m.apply(key, value, true)
	return nil
}

func (m *Marks) remove(ctx context.Context, kind, name string) error {
	key := kind + "." + name
	if err := m.kv.Delete(ctx, key); err != nil {
		return fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	m.apply(key, nil, false)
	return nil
}

// withdraw notes that the persons of the tokens refuse sources; none means all.
// Sources that were refused before stay so.
func (m *Marks) withdraw(ctx context.Context, tokens, sources []string) error {
	for _, t := range tokens {
		if !subject.ValidToken(t) {
			return errors.New("malformed token")
		}
		m.mu.RLock()
		before, known := m.withdrawn[t]
		m.mu.RUnlock()
		joined := slices.Clone(sources)
		switch {
		case known && len(before) == 0, len(sources) == 0:
			joined = nil
		case known:
			joined = append(joined, before...)
		}
		slices.Sort(joined)
		value, err := json.Marshal(slices.Compact(joined))
		if err != nil {
			return err
		}
		if err := m.put(ctx, kindWithdrawn, t, value); err != nil {
			return err
		}
	}
	return nil
}
