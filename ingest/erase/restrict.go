package erase

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// Restrict keeps records and takes them out of use: search, statistics, exports.
// It returns the index of the ledger entry, and how many it was done to.
func (e *Eraser) Restrict(ctx context.Context, o Order, records []string) (entry int64, n int, err error) {
	if entry, err = e.announce(ctx, o, audit.ActionRestrict, records); err != nil {
		return 0, 0, fmt.Errorf("nothing was restricted: %w", err)
	}
	for _, r := range records {
		if err := e.Marks.put(ctx, kindRestricted, r, nil); err != nil {
			return entry, 0, e.failed(ctx, o, audit.ActionRestrict, err)
		}
	}
	if n, err = e.again(ctx, records, true); err != nil {
		return entry, n, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, n, nil
}

// Free undoes Restrict.
func (e *Eraser) Free(ctx context.Context, o Order, records []string) (entry int64, n int, err error) {
	records = slices.DeleteFunc(slices.Clone(records), func(r string) bool { return !e.Marks.Restricted(r) })
	entryOf := o.entry(audit.ActionRestrict)
	entryOf.Outcome, entryOf.Counts = "freed", map[string]int{"records": len(records)}
	// The freed documents come to the stream once more: sealed like any.
	if entryOf.Documents, err = e.hashes(ctx, records); err != nil {
		return 0, 0, err
	}
	if entry, err = ledger.Append(ctx, e.JS, entryOf); err != nil {
		return 0, 0, fmt.Errorf("nothing was freed: %w", err)
	}
	for _, r := range records {
		if err := e.Marks.remove(ctx, kindRestricted, r); err != nil {
			return entry, 0, e.failed(ctx, o, audit.ActionRestrict, err)
		}
	}
	if n, err = e.again(ctx, records, false); err != nil {
		return entry, n, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, n, nil
}

// newest finds the newest version of each record, and the sequences of all.
func (e *Eraser) newest(ctx context.Context, records []string) (latest map[string]message, all map[string][]uint64, err error) {
	wanted := newTokenSet(records)
	latest, all = make(map[string]message), make(map[string][]uint64)
	_, err = e.scan(ctx, 0, func(m message) {
		switch {
		case !wanted[m.record]:
		case m.erased:
			delete(latest, m.record)
		default:
			latest[m.record] = m
			all[m.record] = append(all[m.record], m.seq)
		}
	})
	return latest, all, err
}

func (e *Eraser) hashes(ctx context.Context, records []string) (list []audit.Sealed, err error) {
	latest, _, err := e.newest(ctx, records)
	if err != nil {
		return nil, err
	}
	for _, r := range records {
		if m, ok := latest[r]; ok {
			sum := sha256.Sum256(m.data)
			list = append(list, audit.Sealed{Record: r, Hash: sum[:]})
		}
	}
	if len(list) > entryRecords/2 {
		return nil, fmt.Errorf("%d records, at most %d can be freed at a time", len(list), entryRecords/2)
	}
	return list, nil
}

// again publishes the newest version of each record once more, restricted or
// free, and deletes those before it beyond recovery: who reads the stream from
// its beginning must not come upon one.
func (e *Eraser) again(ctx context.Context, records []string, restricted bool) (n int, err error) {
	latest, all, err := e.newest(ctx, records)
	if err != nil {
		return 0, err
	}
	var last uint64
	var older []uint64
	for _, r := range records {
		m, ok := latest[r]
		if !ok {
			continue
		}
		older = append(older, all[r]...)
		if m.marked == restricted { // as it should be
			older = slices.DeleteFunc(older, func(seq uint64) bool { return seq == m.seq })
			n++
			continue
		}
		msg := nats.NewMsg(ingest.DocsSubject(r))
		msg.Data = m.data
		if restricted {
			msg.Header.Set(document.RestrictedHeader, r)
		}
		ack, err := e.JS.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamDocs))
		if err != nil {
			return n, fmt.Errorf("publishing record %s: %w", r, err)
		}
		last = max(last, ack.Sequence)
		n++
	}
	if err := e.overwrite(ctx, ingest.StreamDocs, older); err != nil {
		return n, err
	}
	if last > 0 {
		return n, e.cleanIndex(ctx, last, new(Proof))
	}
	return n, nil
}

// Withdraw notes that a person's consent to sources is withdrawn; no sources
// means all. What comes of them from then on is refused.
func (e *Eraser) Withdraw(ctx context.Context, o Order, tokens, sources []string) (entry int64, err error) {
	if len(tokens) == 0 {
		return 0, errors.New("whose consent is withdrawn is missing")
	}
	withdrawn := o.entry(audit.ActionRestrict)
	withdrawn.Outcome = ReasonWithdrawn
	withdrawn.Counts = map[string]int{"tokens": len(tokens), "sources": len(sources)}
	if entry, err = ledger.Append(ctx, e.JS, withdrawn); err != nil {
		return 0, fmt.Errorf("nothing was withdrawn: %w", err)
	}
	if err := e.Marks.withdraw(ctx, tokens, sources); err != nil {
		return entry, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, nil
}
