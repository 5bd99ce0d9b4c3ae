package erase

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"golang.org/x/sync/errgroup"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// Order says who wants it, and why. It holds no personal data: reasons are
// redacted before they come here.
type Order struct {
	Actor, Role, Reason, Ticket, Approver string

	Subject string // the first of the person's tokens
	Object  string // "request:R-…"
	Purpose string
}

func (o Order) entry(action audit.Action) audit.Entry {
	return audit.Entry{
		Actor: o.Actor, Role: o.Role, Action: action, Reason: o.Reason, Ticket: o.Ticket, Approver: o.Approver,
		Subject: o.Subject, Object: o.Object, Purpose: o.Purpose,
	}
}

// Proof is what was done, and what a search afterwards found to be left.
type Proof struct {
	Entry     int64 `json:"entry"`     // index of the ledger entry that ordered it
	Done      int64 `json:"done"`      // index of the one that says what was done
	Records   int   `json:"records"`   // named by the order
	Documents int   `json:"documents"` // messages overwritten in the documents stream
	Sealed    int   `json:"sealed"`    // messages overwritten in the vault
	Left      int   `json:"left"`      // what is still there of it: 0
	// Index is "clean" when the index of the same process was looked at and its
	// files were rewritten, "elsewhere" when another process keeps it: that one
	// forgets the records as it reads their tombstones.
	Index string        `json:"index"`
	Took  time.Duration `json:"took_ns"`
}

const (
	// entryRecords is how many records one ledger entry names: what fits into
	// audit.MaxEntry, with room.
	entryRecords = 800
	// hands is how many deletions are under way at a time.
	hands = 8
	// pending is how many messages are published before one waits for their
	// acknowledgements: less than a client may have outstanding.
	pending = 256

	outcomeDone = "done"
)

// errLeft is an erasure after which something was there still.
var errLeft = errors.New("not everything is gone: something was written meanwhile; erase again")

// Erase forgets records everywhere, and checks that nothing is left of them.
// Nothing happens unless the ledger has the order.
func (e *Eraser) Erase(ctx context.Context, o Order, records []string) (Proof, error) {
	began := time.Now()
	p := Proof{Records: len(records)}
	var err error
	if p.Entry, err = e.announce(ctx, o, audit.ActionErase, records); err != nil {
		return p, fmt.Errorf("nothing was erased: %w", err)
	}
	if err := e.carryOut(ctx, records, &p); err != nil {
		return p, e.failed(ctx, o, audit.ActionErase, err)
	}
	done := o.entry(audit.ActionErase)
	done.Outcome = outcomeDone
	done.Counts = map[string]int{"records": p.Records, "documents": p.Documents, "sealed": p.Sealed, "left": p.Left}
	done.After = "index " + p.Index
	if p.Done, err = ledger.Append(ctx, e.JS, done); err != nil {
		return p, fmt.Errorf("it was erased, but the proof is not in the ledger: %w", err)
	}
	p.Took = time.Since(began)
	if p.Left > 0 {
		return p, errLeft
	}
	return p, nil
}

// announce writes the entries of an order, which name the records, and returns
// the first one's index.
func (e *Eraser) announce(ctx context.Context, o Order, action audit.Action, records []string) (first int64, err error) {
	for from := 0; from == 0 || from < len(records); from += entryRecords {
		part := records[from:min(from+entryRecords, len(records))]
		entry := o.entry(action)
		entry.Outcome = "ordered"
		entry.Counts = map[string]int{"records": len(records)}
		for _, r := range part {
			entry.Documents = append(entry.Documents, audit.Sealed{Record: r})
		}
		index, err := ledger.Append(ctx, e.JS, entry)
		if err != nil {
			return 0, err
		}
		if from == 0 {
			first = index
		}
	}
	return first, nil
}

// failed tells the ledger that an order was not carried out to its end.
func (e *Eraser) failed(ctx context.Context, o Order, action audit.Action, err error) error {
	entry := o.entry(audit.ActionFailure)
	entry.Outcome = string(action) + " was not carried out to its end"
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer cancel()
	if _, also := ledger.Append(ctx, e.JS, entry); also != nil {
		return errors.Join(err, also)
	}
	return err
}

// carryOut does what an order in the ledger says.
func (e *Eraser) carryOut(ctx context.Context, records []string, p *Proof) error {
	// First of all nothing new may come.
	if err := each(ctx, StageMarking, records, func(ctx context.Context, r string) error {
		return e.Marks.put(ctx, kindErased, r, nil)
	}); err != nil {
		return err
	}
	tombstone, err := e.bury(ctx, records)
	if err != nil {
		return err
	}
	sealed, err := e.shred(ctx, records)
	if err != nil {
		return err
	}
	p.Sealed += sealed
	if err := e.forgetLabels(ctx, records); err != nil {
		return err
	}
	wanted := newTokenSet(records)
	var gone []uint64
	last, err := e.scan(ctx, 0, func(m message) {
		if wanted[m.record] && !m.erased {
			gone = append(gone, m.seq)
		}
	})
	if err != nil {
		return err
	}
	if err := e.overwrite(ctx, ingest.StreamDocs, gone); err != nil {
		return err
	}
	p.Documents += len(gone)
	if err := e.cleanIndex(ctx, tombstone, p); err != nil {
		return err
	}
	return e.check(ctx, records, gone, last, p)
}

// bury publishes a tombstone of each record, and returns the last one's
// sequence.
func (e *Eraser) bury(ctx context.Context, records []string) (last uint64, err error) {
	for part := range slices.Chunk(records, pending) {
		acks := make([]jetstream.PubAckFuture, 0, len(part))
		for _, r := range part {
			msg := nats.NewMsg(ingest.DocsSubject(r))
			msg.Header.Set(document.ErasedHeader, r)
			ack, err := e.JS.PublishMsgAsync(msg, jetstream.WithExpectStream(ingest.StreamDocs))
			if err != nil {
				return 0, fmt.Errorf("publishing a tombstone: %w", err)
			}
			acks = append(acks, ack)
		}
		for _, ack := range acks {
			seq, err := await(ctx, ack)
			if err != nil {
				return 0, fmt.Errorf("publishing a tombstone: %w", err)
			}
			last = max(last, seq)
		}
	}
	return last, nil
}

func await(ctx context.Context, ack jetstream.PubAckFuture) (uint64, error) {
	select {
	case ok := <-ack.Ok():
		return ok.Sequence, nil
	case err := <-ack.Err():
		return 0, err
	case <-ctx.Done():
		return 0, ctx.Err()
	}
}

// shred overwrites all that the vault holds of records, additions among it.
func (e *Eraser) shred(ctx context.Context, records []string) (int, error) {
	vault, err := e.JS.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	var count atomic.Int64
	err = each(ctx, StageErasing, records, func(ctx context.Context, r string) error {
		for {
			msg, err := vault.GetLastMsgForSubject(ctx, ingest.VaultSubject("*", r))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return nil
			}
			if err != nil {
				return fmt.Errorf("looking for sealed values: %w", err)
			}
			did, err := ingest.SecureDelete(ctx, vault, msg.Sequence)
			if err != nil {
				return err
			}
			if did {
				count.Add(1)
			}
		}
	})
	return int(count.Load()), err
}

// overwrite deletes messages of a stream beyond recovery.
func (e *Eraser) overwrite(ctx context.Context, name string, seqs []uint64) error {
	stream, err := e.JS.Stream(ctx, name)
	if err != nil {
		return fmt.Errorf("stream %s: %w", name, err)
	}
	return each(ctx, StageErasing, seqs, func(ctx context.Context, seq uint64) error {
		_, err := ingest.SecureDelete(ctx, stream, seq)
		return err
	})
}

// each does something with every item, some at a time, until one fails.
func each[T any](ctx context.Context, stage Stage, items []T, do func(context.Context, T) error) error {
	var done atomic.Int64
	g, work := errgroup.WithContext(ctx)
	g.SetLimit(hands)
	for _, item := range items {
		if work.Err() != nil {
			break
		}
		g.Go(func() error {
			if err := do(work, item); err != nil {
				return err
			}
			told(ctx, stage, done.Add(1), int64(len(items)))
			return nil
		})
	}
	if err := g.Wait(); err != nil {
		return err
	}
	return ctx.Err()
}

// cleanIndex waits until the index of this process, when it has one, has
// forgotten what came up to a sequence, and rewrites its files.
func (e *Eraser) cleanIndex(ctx context.Context, seq uint64, p *Proof) error {
	p.Index = "elsewhere"
	index := e.index.Load()
	if index == nil {
		return nil
	}
	told(ctx, StageIndex, 0, 0)
	if err := index.WaitFor(ctx, seq); err != nil {
		return fmt.Errorf("waiting for the index: %w", err)
	}
	if err := index.Compact(ctx); err != nil {
		return err
	}
	p.Index = "clean"
	return nil
}

// check looks for what is left of records: by the sequences that were deleted,
// among what came since, and in the vault.
func (e *Eraser) check(ctx context.Context, records []string, gone []uint64, last uint64, p *Proof) error {
	docs, err := e.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	vault, err := e.JS.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	var left atomic.Int64
	absent := func(err error) error {
		if err == nil {
			left.Add(1)
		}
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		return err
	}
	err = each(ctx, StageChecking, gone, func(ctx context.Context, seq uint64) error {
		_, err := docs.GetMsg(ctx, seq)
		return absent(err)
	})
	if err == nil {
		err = each(ctx, StageChecking, records, func(ctx context.Context, r string) error {
			_, err := vault.GetLastMsgForSubject(ctx, ingest.VaultSubject("*", r))
			return absent(err)
		})
	}
	if err == nil {
		var labelled []string
		if labelled, err = e.labelled(ctx, records); err == nil {
			left.Add(int64(len(labelled)))
		}
	}
	if err != nil {
		return fmt.Errorf("looking for what is left: %w", err)
	}
	wanted := newTokenSet(records)
	if _, err := e.scan(ctx, last, func(m message) {
		if wanted[m.record] && !m.erased {
			left.Add(1)
		}
	}); err != nil {
		return err
	}
	p.Left = int(left.Load())
	return nil
}
