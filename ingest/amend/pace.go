package amend

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

type stream = jetstream.Stream

// recordKey is a record id as a key without pointers: millions are held.
type recordKey [26]byte

func keyOf(record string) (k recordKey) {
	copy(k[:], record)
	return k
}

// catalogue is which documents there are, by record.
type catalogue struct {
	latest map[recordKey]uint64   // sequence of the latest; none for what was erased
	older  map[recordKey][]uint64 // those before it; most records have none
	shards map[string]uint64      // the last sequence of each shard, as far as is known
}

// readCatalogue reads the documents up to a sequence.
func readCatalogue(ctx context.Context, js jetstream.JetStream, last uint64) (*catalogue, error) {
	c := &catalogue{make(map[recordKey]uint64), make(map[recordKey][]uint64), make(map[string]uint64)}
	for m, err := range ingest.Messages(ctx, js, ingest.StreamDocs, ingest.Part{Last: last}) {
		if err != nil {
			return nil, err
		}
		c.note(m)
	}
	return c, nil
}

func (c *catalogue) note(m ingest.Message) {
	c.shards[m.Subject] = m.Sequence
	record, erased := recordOf(m)
	k := keyOf(record)
	switch {
	case erased:
		delete(c.latest, k)
		delete(c.older, k)
	case record != "":
		if before, ok := c.latest[k]; ok {
			c.older[k] = append(c.older[k], before)
		}
		c.latest[k] = m.Sequence
	}
}

// catchUp takes in what came to a shard since.
func (c *catalogue) catchUp(ctx context.Context, docs stream, subject string) error {
	for {
		msg, err := docs.GetMsg(ctx, c.shards[subject]+1, jetstream.WithGetMsgSubject(subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		c.note(ingest.Message{Subject: subject, Sequence: msg.Sequence, Header: msg.Header, Data: msg.Data})
	}
}

// pace keeps to a number of documents a second, without catching up on what a
// pause has cost.
type pace struct {
	each time.Duration // 0 is no limit
	next time.Time
}

func newPace(rate float64) *pace {
	p := &pace{}
	if rate > 0 {
		p.each = time.Duration(float64(time.Second) / rate)
	}
	return p
}

func (p *pace) wait(ctx context.Context) error {
	if p.each == 0 {
		return ctx.Err()
	}
	now := time.Now()
	if p.next.Before(now.Add(-100 * time.Millisecond)) {
		p.next = now
	}
	if d := p.next.Sub(now); d > 0 {
		select {
		case <-time.After(d):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	p.next = p.next.Add(p.each)
	return ctx.Err()
}

// yieldEvery is after how many documents a run looks whether intake is busy.
const yieldEvery = 256

// yield waits while more messages than it may wait for intake.
func (r *Run) yield(ctx context.Context) error {
	if p := r.Progress(); r.cfg.Dry || (p.Read+p.Present)%yieldEvery != 0 {
		return nil
	}
	in, err := r.amender.JS.Stream(ctx, ingest.StreamIn)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamIn, err)
	}
	for wait := in.CachedInfo().State.Msgs > r.cfg.Busy; wait; {
		select {
		case <-time.After(time.Second):
		case <-ctx.Done():
			return ctx.Err()
		}
		info, err := in.Info(ctx)
		if err != nil {
			return fmt.Errorf("stream %s: %w", ingest.StreamIn, err)
		}
		wait = info.State.Msgs > r.cfg.Busy
	}
	return nil
}
