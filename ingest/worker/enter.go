package worker

import (
	"context"
	"crypto/sha256"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

const (
	// entryDocuments is how many documents one entry of the ledger seals: what
	// fits into audit.MaxEntry, with room.
	entryDocuments = 256
	// entryLinger is how long an entry waits for more documents.
	entryLinger = 2 * time.Millisecond
)

// enter seals documents into the ledger, in entries of many, and only then
// publishes them: what no entry tells of does not proceed. An entry may tell of
// a document that never came to the stream; its message is then taken again.
func (w *Worker) enter(ctx context.Context, from <-chan settlement) {
	batch := make([]settlement, 0, entryDocuments)
	for first := range from {
		batch = gather(append(batch[:0], first), from)
		err := w.seal(ctx, batch)
		for _, s := range batch {
			if err != nil {
				w.fail(ctx, s, err)
				continue
			}
			w.publish(ctx, s)
		}
		clear(batch)
	}
}

// publish sends a document off.
func (w *Worker) publish(ctx context.Context, s settlement) {
	var err error
	msg := nats.NewMsg(ingest.DocsSubject(s.out.Record))
	msg.Data = s.out.Doc
	if p := w.pipeline; p.Restricted != nil && p.Restricted(s.out.Record) {
		msg.Header.Set(document.RestrictedHeader, s.out.Record)
	}
	s.docs, err = w.js.PublishMsgAsync(msg, jetstream.WithExpectStream(ingest.StreamDocs))
	if err != nil {
		w.fail(ctx, s, fmt.Errorf("publishing the document: %w", err))
		return
	}
	s.lane.stored <- s
}

// gather adds what comes within the linger, as much as an entry holds.
func gather(batch []settlement, from <-chan settlement) []settlement {
	linger := time.NewTimer(entryLinger)
	defer linger.Stop()
	for len(batch) < entryDocuments {
		select {
		case d, ok := <-from:
			if !ok {
				return batch
			}
			batch = append(batch, d)
		case <-linger.C:
			return batch
		}
	}
	return batch
}

// seal writes the entry of a batch.
func (w *Worker) seal(ctx context.Context, batch []settlement) error {
	ctx, cancel := context.WithTimeout(ctx, publishAckMax)
	defer cancel()
	e := audit.Entry{Actor: actorServer, Action: audit.ActionIntake, Documents: make([]audit.Sealed, len(batch))}
	for i, s := range batch {
		sum := sha256.Sum256(s.out.Doc)
		e.Documents[i] = audit.Sealed{Record: s.out.Record, Hash: sum[:], Intake: s.in.Sequence}
	}
	if _, err := ledger.Append(ctx, w.js, e); err != nil {
		return fmt.Errorf("sealing documents: %w", err)
	}
	return nil
}

// actorServer is who does what nobody asked for.
const actorServer = "server"
