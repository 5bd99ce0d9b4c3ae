package erase

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// Restrict keeps records and takes them out of use: search, statistics, exports.
// It returns the index of the first ledger entry, and how many it was done to.
// Broken off, it is done to the end by the same order once more.
func (e *Eraser) Restrict(ctx context.Context, o Order, records []string) (entry int64, n int, err error) {
	if entry, err = e.announce(ctx, o, audit.ActionRestrict, records); err != nil {
		return 0, 0, fmt.Errorf("nothing was restricted: %w", err)
	}
	if n, err = e.restrict(ctx, records); err != nil {
		return entry, n, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, n, nil
}

func (e *Eraser) restrict(ctx context.Context, records []string) (int, error) {
	err := each(ctx, StageMarking, records, func(ctx context.Context, r string) error {
		return e.Marks.put(ctx, kindRestricted, r, nil)
	})
	if err != nil {
		return 0, err
	}
	return e.again(ctx, records, true)
}

// outcomeFreed is what the ledger calls the undoing of a restriction.
const outcomeFreed = "freed"

// Free undoes Restrict, for those of the records that are restricted. Broken
// off, it is done to the end by the same order once more.
func (e *Eraser) Free(ctx context.Context, o Order, records []string) (entry int64, n int, err error) {
	latest, _, err := e.newest(ctx, records)
	if err != nil {
		return 0, 0, err
	}
	records = slices.DeleteFunc(slices.Clone(records), func(r string) bool {
		return !e.Marks.Restricted(r) && !latest[r].marked
	})
	// The freed documents come to the stream once more: sealed like any.
	for from := 0; from == 0 || from < len(records); from += freedRecords {
		part := o.entry(audit.ActionRestrict)
		part.Outcome, part.Counts = outcomeFreed, map[string]int{"records": len(records)}
		for _, r := range records[from:min(from+freedRecords, len(records))] {
			sealed := audit.Sealed{Record: r}
			if v, ok := latest[r]; ok {
				sealed.Hash = v.hash[:]
			}
			part.Documents = append(part.Documents, sealed)
		}
		index, err := ledger.Append(ctx, e.JS, part)
		if err != nil {
			return 0, 0, fmt.Errorf("nothing was freed: %w", err)
		}
		if from == 0 {
			entry = index
		}
	}
	if n, err = e.free(ctx, records); err != nil {
		return entry, n, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, n, nil
}

func (e *Eraser) free(ctx context.Context, records []string) (int, error) {
	err := each(ctx, StageMarking, records, func(ctx context.Context, r string) error {
		return e.Marks.remove(ctx, kindRestricted, r)
	})
	if err != nil {
		return 0, err
	}
	return e.again(ctx, records, false)
}

// freedRecords is how many records one ledger entry names with the hash of
// their document: what fits into audit.MaxEntry, with room.
const freedRecords = 400

// version is the newest version of a record's document.
type version struct {
	seq    uint64
	marked bool // it is restricted
	hash   [sha256.Size]byte
}

// newest finds the newest version of each record, and the sequences of all.
func (e *Eraser) newest(ctx context.Context, records []string) (latest map[string]version, all map[string][]uint64, err error) {
	wanted := newTokenSet(records)
	latest, all = make(map[string]version), make(map[string][]uint64)
	_, err = e.scan(ctx, 0, func(m message) {
		switch {
		case !wanted[m.record]:
		case m.erased:
			delete(latest, m.record)
		default:
			latest[m.record] = version{m.seq, m.marked, sha256.Sum256(m.data)}
			all[m.record] = append(all[m.record], m.seq)
		}
	})
	return latest, all, err
}

// again publishes the newest version of each record once more, restricted or
// free, and deletes those before it beyond recovery: who reads the stream from
// its beginning must not come upon one.
func (e *Eraser) again(ctx context.Context, records []string, restricted bool) (n int, err error) {
	docs, err := e.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	latest, all, err := e.newest(ctx, records)
	if err != nil {
		return 0, err
	}
	var older []uint64
	var wrong []string
	for _, r := range records {
		v, ok := latest[r]
		switch {
		case !ok:
			continue
		case v.marked == restricted: // as it should be
			older = append(older, slices.DeleteFunc(all[r], func(seq uint64) bool { return seq == v.seq })...)
			n++
		default:
			older = append(older, all[r]...)
			wrong = append(wrong, r)
		}
	}
	var last, done atomic.Uint64
	err = each(ctx, StageWriting, wrong, func(ctx context.Context, r string) error {
		old, err := docs.GetMsg(ctx, latest[r].seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil // replaced since, by who knew of the mark
		}
		if err != nil {
			return fmt.Errorf("reading record %s: %w", r, err)
		}
		msg := nats.NewMsg(ingest.DocsSubject(r))
		msg.Data = old.Data
		if restricted {
			msg.Header.Set(document.RestrictedHeader, r)
		}
		ack, err := e.JS.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamDocs))
		if err != nil {
			return fmt.Errorf("publishing record %s: %w", r, err)
		}
		for seen := last.Load(); seen < ack.Sequence && !last.CompareAndSwap(seen, ack.Sequence); seen = last.Load() {
		}
		done.Add(1)
		return nil
	})
	n += int(done.Load())
	if err != nil {
		return n, err
	}
	if err := e.overwrite(ctx, ingest.StreamDocs, older); err != nil {
		return n, err
	}
	if last.Load() > 0 {
		return n, e.cleanIndex(ctx, last.Load(), new(Proof))
	}
	return n, nil
}

// entryTokens is how many tokens of a person one ledger entry names.
const entryTokens = 800

// Withdraw notes that a person's consent to sources is withdrawn; no sources
// means all. What comes of them from then on is refused. The ledger has tokens and
// sources, so that a back-up from before is mended. Their names are in it for ever:
// the caller makes sure that they are nobody's personal data.
func (e *Eraser) Withdraw(ctx context.Context, o Order, tokens, sources []string) (entry int64, err error) {
	if len(tokens) == 0 {
		return 0, errors.New("whose consent is withdrawn is missing")
	}
	entry = -1
	for part := range slices.Chunk(tokens, entryTokens) {
		withdrawn := o.entry(audit.ActionRestrict)
		withdrawn.Outcome = ReasonWithdrawn
		withdrawn.Counts = map[string]int{"tokens": len(tokens), "sources": len(sources)}
		withdrawn.Withdrawn = &audit.Withdrawal{Tokens: part, Sources: sources}
		index, err := ledger.Append(ctx, e.JS, withdrawn)
		if err != nil {
			return 0, fmt.Errorf("nothing was withdrawn: %w", err)
		}
		if entry < 0 {
			entry = index
		}
	}
	if err := e.Marks.withdraw(ctx, tokens, sources); err != nil {
		return entry, e.failed(ctx, o, audit.ActionRestrict, err)
	}
	return entry, nil
}
