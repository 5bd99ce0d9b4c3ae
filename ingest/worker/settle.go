package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// errNoAck is a stream that stays silent.
var errNoAck = errors.New("no acknowledgement by a stream")

// waitForOther is how long a version of a record waits for another.
const waitForOther = 50 * time.Millisecond

// send publishes the sealed record of a message and queues the rest.
func (w *Worker) send(ctx context.Context, l *lane, t taken, out Outcome) {
	s := settlement{taken: t, lane: l, out: out, began: time.Now()}
	if out.Keyed {
		switch l.enter(out.Record, t.in.Sequence) {
		case late: // its effects would be undone, so they need not be
			if w.ack(t) {
				w.processed.Add(1)
			}
			return
		case wait:
			w.hands.spare(t)
			w.handBack(t, waitForOther)
			return
		}
	}
	if out.Sealed != nil {
		msg := nats.NewMsg(ingest.VaultSubject(out.Month, out.Record))
		msg.Data = out.Sealed.Data
		if out.Keyed {
			// Refused when any month has an entry of this record: then store
			// looks closer, and otherwise it need not look at all.
			msg.Header.Set(jetstream.ExpectedLastSubjSeqHeader, "0")
			msg.Header.Set(jetstream.ExpectedLastSubjSeqSubjHeader, ingest.VaultSubject("*", out.Record))
		}
		var err error
		if s.vault, err = w.js.PublishMsgAsync(msg, jetstream.WithExpectStream(ingest.StreamVault)); err != nil {
			w.fail(ctx, s, fmt.Errorf("publishing to the vault: %w", err))
			return
		}
	}
	l.sealed <- s
}

// fail is failed for a message that has entered its lane.
func (w *Worker) fail(ctx context.Context, s settlement, err error) {
	if s.out.Keyed {
		s.lane.leave(s.out.Record, s.in.Sequence, false)
	}
	w.failed(ctx, s.taken, err)
}

// store passes on each message once the vault has its sealed values.
func (w *Worker) store(ctx context.Context, l *lane, to chan<- settlement) {
	for s := range l.sealed {
		_, err := await(s.vault)
		if known(err) {
			err = w.replace(ctx, s.out)
		}
		if err != nil {
			w.fail(ctx, s, fmt.Errorf("storing sealed values: %w", err))
			continue
		}
		to <- s
	}
}

// finish acknowledges each message whose effects are durable.
func (w *Worker) finish(ctx context.Context, l *lane) {
	for s := range l.stored {
		seq, err := await(s.docs)
		if err == nil && s.out.Keyed && s.out.Sealed == nil {
			err = w.sweep(ctx, s.out.Record, 0)
		}
		if err == nil && w.pipeline.Erased != nil && w.pipeline.Erased(s.out.Record) {
			// Erased between its processing and now: it is taken back, and the
			// message, which comes again, refused.
			if err = w.takeBack(ctx, s.out.Record, seq); err == nil {
				err = errErased
			}
		}
		if err != nil {
			w.fail(ctx, s, fmt.Errorf("storing the document: %w", err))
			continue
		}
		if s.out.Keyed {
			l.leave(s.out.Record, s.in.Sequence, true)
		}
		w.pipeline.stages.publish.Add(time.Since(s.began))
		if w.ack(s.taken) {
			w.processed.Add(1)
		}
	}
}

// errErased is a record that was erased while it was processed.
var errErased = errors.New("the record was erased meanwhile")

// takeBack deletes beyond recovery what was just stored of a record.
func (w *Worker) takeBack(ctx context.Context, record string, seq uint64) error {
	if err := w.sweep(ctx, record, 0); err != nil {
		return err
	}
	docs, err := w.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	msg := nats.NewMsg(ingest.DocsSubject(record))
	msg.Header.Set(document.ErasedHeader, record)
	if _, err := w.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamDocs)); err != nil {
		return fmt.Errorf("publishing a tombstone: %w", err)
	}
	_, err = ingest.SecureDelete(ctx, docs, seq)
	return err
}

// await returns when a publish is acknowledged, with its sequence, or refused;
// nil needs no wait.
func await(ack jetstream.PubAckFuture) (seq uint64, err error) {
	if ack == nil {
		return 0, nil
	}
	timeout := time.NewTimer(publishAckMax)
	defer timeout.Stop()
	select {
	case ok := <-ack.Ok():
		return ok.Sequence, nil
	case err := <-ack.Err():
		return 0, err
	case <-timeout.C:
		return 0, errNoAck
	}
}

// The codes by which a stream says that a subject has a message already, or
// has one on its way.
const (
	codeWrongLast     = 10071
	codeWrongLastSoon = 10164
)

func known(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == codeWrongLast || api.ErrorCode == codeWrongLastSoon)
}

// replace stores the sealed values of a record that may have some already, and
// removes those.
func (w *Worker) replace(ctx context.Context, out Outcome) error {
	ack, err := w.js.Publish(ctx, ingest.VaultSubject(out.Month, out.Record), out.Sealed.Data,
		jetstream.WithExpectStream(ingest.StreamVault))
	if err != nil {
		return err
	}
	return w.sweep(ctx, out.Record, ack.Sequence)
}

// sweep deletes beyond recovery what the vault holds of a record, in whatever
// month, but for the message keep.
func (w *Worker) sweep(ctx context.Context, record string, keep uint64) error {
	vault, err := w.vault(ctx)
	if err != nil {
		return err
	}
	subject := ingest.VaultSubject("*", record)
	if keep == 0 {
		// The usual case, nothing there, is found out faster by subject.
		if _, err := vault.GetLastMsgForSubject(ctx, subject); errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		} else if err != nil {
			return fmt.Errorf("looking for older sealed values: %w", err)
		}
	}
	for from := uint64(1); ; {
		msg, err := vault.GetMsg(ctx, from, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("looking for older sealed values: %w", err)
		}
		from = msg.Sequence + 1
		if msg.Sequence == keep {
			continue
		}
		if _, err := ingest.SecureDelete(ctx, vault, msg.Sequence); err != nil {
			return fmt.Errorf("older sealed values: %w", err)
		}
	}
}

// vault is a handle on the vault's stream, asked for once.
func (w *Worker) vault(ctx context.Context) (jetstream.Stream, error) {
	if s := w.vaultStream.Load(); s != nil {
		return *s, nil
	}
	s, err := w.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	w.vaultStream.Store(&s)
	return s, nil
}
