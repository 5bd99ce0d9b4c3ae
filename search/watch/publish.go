package watch

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/saved"
)

// marker is a message that says how far all searches have come, on a subject of
// its own, of which the stream keeps the last: so a restart need not look at what
// nothing was found in.
type marker struct {
	Schema   string            `json:"schema"`
	Through  uint64            `json:"through"`
	Searches map[string]uint64 `json:"searches"` // those it holds for, with their After
}

const (
	markerSchema = "qingting.match-progress/1"
	markerName   = "_progress"
)

// mark reads the marker.
func (w *Watcher) mark(ctx context.Context) (m marker, err error) {
	msg, _, err := directGet(ctx, w.nc, w.cfg.Stream, fmt.Appendf(nil, `{"last_by_subj":%q}`, w.cfg.Prefix+markerName))
	if err != nil {
		return m, fmt.Errorf("reading %s: %w", w.cfg.Stream, err)
	}
	if msg == nil || json.Unmarshal(msg.Data, &m) != nil || m.Schema != markerSchema {
		return marker{}, nil
	}
	return m, nil
}

// resume finds out how far a search has come.
func (w *Watcher) resume(ctx context.Context, s saved.Search, m marker) (*watched, error) {
	state := &watched{after: s.After, through: s.After}
	if after, ok := m.Searches[s.ID]; ok && after == s.After {
		state.through = max(state.through, m.Through)
	}
	return state, w.catchUp(ctx, s, state)
}

// catchUp reads the last message of a search.
func (w *Watcher) catchUp(ctx context.Context, s saved.Search, state *watched) error {
	msg, seq, err := directGet(ctx, w.nc, w.cfg.Stream, fmt.Appendf(nil, `{"last_by_subj":%q}`, w.cfg.Prefix+s.ID))
	if err != nil {
		return fmt.Errorf("reading %s: %w", w.cfg.Stream, err)
	}
	if msg == nil {
		return nil
	}
	state.last = seq
	if last, ok := parse(msg.Data); ok {
		state.through = max(state.through, last.Through)
	}
	return nil
}

// errOutrun says that another process has told of this search.
var errOutrun = errors.New("another process has told of this search")

// flush publishes what was found, and then how far it has come.
func (w *Watcher) flush(ctx context.Context, ready func(context.Context, uint64) error) error {
	pending := false
	for _, s := range w.watched {
		pending = pending || len(s.pending) > 0
	}
	if pending {
		if err := ready(ctx, w.at); err != nil {
			return err
		}
	}
	for _, s := range w.searches {
		state := w.watched[s.ID]
		if err := w.tell(ctx, s, state); err != nil {
			return err
		}
		state.through = max(state.through, w.at)
	}
	if now := w.cfg.Now(); w.at > w.marked && (pending || now.Sub(w.markedAt) >= markEvery) {
		if err := w.setMark(ctx); err != nil {
			return err
		}
		w.marked, w.markedAt = w.at, now
	}
	return nil
}

// tell publishes the matches of one search, unless another process has.
func (w *Watcher) tell(ctx context.Context, s saved.Search, state *watched) error {
	for range outruns {
		state.pending = slices.DeleteFunc(state.pending, func(f found) bool { return f.seq <= state.through })
		if len(state.pending) == 0 {
			return nil
		}
		err := w.publish(ctx, s, state)
		if err == nil {
			state.pending = nil
			return nil
		}
		if !errors.Is(err, errOutrun) {
			return err
		}
		if err := w.catchUp(ctx, s, state); err != nil {
			return err
		}
	}
	return fmt.Errorf("search %s: %w, again and again", s.ID, errOutrun)
}

func (w *Watcher) publish(ctx context.Context, s saved.Search, state *watched) error {
	m := Match{
		Schema: Schema, Search: s.ID, Name: s.Name, Documents: len(state.pending), K: w.cfg.K,
		From: state.through, Through: w.at, At: w.cfg.Now().UTC(),
	}
	customers := make(map[string]bool)
	for _, f := range state.pending {
		if f.customer == "" {
			m.Customers.N++
		}
		customers[f.customer] = true
		if len(m.Records) < maxRecords {
			m.Records = append(m.Records, f.record)
		} else {
			m.More++
		}
	}
	delete(customers, "")
	if m.Customers.N += len(customers); m.Customers.N < w.cfg.K {
		m.Customers = Customers{Below: w.cfg.K}
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	ack, err := w.js.Publish(ctx, w.cfg.Prefix+s.ID, data, jetstream.WithExpectStream(w.cfg.Stream),
		jetstream.WithMsgID(fmt.Sprintf("%s/%d/%d", s.ID, s.After, m.Through)), jetstream.WithExpectLastSequencePerSubject(state.last))
	var refused *jetstream.APIError
	switch {
	case errors.As(err, &refused) && (refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant):
		return errOutrun
	case err != nil:
		return fmt.Errorf("publishing matches of search %s: %w", s.ID, err)
	case ack.Duplicate:
		return errOutrun
	}
	state.last = ack.Sequence
	w.cfg.Log.Info("matches", "search", s.ID, "documents", m.Documents)
	return nil
}

// setMark writes the marker in place of the one before.
func (w *Watcher) setMark(ctx context.Context) error {
	m := marker{Schema: markerSchema, Through: w.at, Searches: make(map[string]uint64)}
	for id, s := range w.watched {
		m.Searches[id] = s.after
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	msg := nats.NewMsg(w.cfg.Prefix + markerName)
	msg.Data = data
	msg.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	ctx, cancel := context.WithTimeout(ctx, askTimeout)
	defer cancel()
	if _, err := w.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(w.cfg.Stream)); err != nil {
		return fmt.Errorf("publishing to %s: %w", w.cfg.Stream, err)
	}
	return nil
}

// recent remembers the last matches, so that a document that is stored twice,
// one soon after the other, is told once.
type recent struct {
	seed maphash.Seed
	seqs map[uint64]uint64 // of search and record: the sequence it was told for
	ring []uint64
	at   int
}

const recentMatches = 1 << 15

// has says that a match was seen before under another sequence, and notes it.
func (r *recent) has(search, record string, seq uint64) bool {
	if r.seqs == nil {
		r.seed, r.seqs, r.ring = maphash.MakeSeed(), make(map[uint64]uint64), make([]uint64, 0, recentMatches)
	}
	key := maphash.String(r.seed, search+"/"+record)
	if known, ok := r.seqs[key]; ok {
		return known != seq
	}
	r.seqs[key] = seq
	if len(r.ring) < recentMatches {
		r.ring = append(r.ring, key)
		return false
	}
	delete(r.seqs, r.ring[r.at])
	r.ring[r.at] = key
	r.at = (r.at + 1) % recentMatches
	return false
}
