package erase

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"sync/atomic"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// Index is the search index of this process, when it has one.
type Index struct {
	// Find gives the records whose document has any of the tokens, with the
	// document's sequence in the stream, and how far the index has come.
	Find    func(ctx context.Context, tokens []string) (found map[string]uint64, at uint64, err error)
	WaitFor func(ctx context.Context, seq uint64) error
	Compact func(ctx context.Context) error
}

// Eraser finds, restricts and erases records. JS and Marks are required. It is
// safe for concurrent use, by several processes as well.
type Eraser struct {
	JS    jetstream.JetStream
	Marks *Marks
	Log   *slog.Logger

	index atomic.Pointer[Index]
}

// UseIndex hands in the index of this process; without, another process keeps it.
func (e *Eraser) UseIndex(ix *Index) { e.index.Store(ix) }

// Found is one record of a person. It holds no personal data.
type Found struct {
	Record     string    `json:"record"`
	Time       time.Time `json:"time"`
	Intake     time.Time `json:"received"`
	Source     string    `json:"source,omitempty"`
	Channel    string    `json:"channel,omitempty"`
	Types      []string  `json:"types"`   // of all that was taken out
	Matched    []string  `json:"matched"` // the tokens that the document has
	Restricted bool      `json:"restricted,omitempty"`
	Text       string    `json:"text,omitempty"` // redacted
	Seq        uint64    `json:"-"`
}

// Find lists the records that have any of the tokens, oldest first, by the
// index when there is one, and else by reading all documents. What the index
// does not know yet, and what it does not hold since it is restricted, is read
// from the stream.
func (e *Eraser) Find(ctx context.Context, tokens []string) ([]Found, error) {
	index := e.index.Load()
	if index == nil {
		return e.FindThoroughly(ctx, tokens)
	}
	known, at, err := index.Find(ctx, tokens)
	if err != nil {
		return nil, err
	}
	docs, err := e.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	set, found := newTokenSet(tokens), make(map[string]Found)
	take := func(m message) { set.take(found, m) }
	for record, seq := range known {
		msg, err := docs.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			continue // replaced since; the newer one follows
		}
		if err != nil {
			return nil, fmt.Errorf("reading record %s: %w", record, err)
		}
		if m, ok := read(seq, msg.Header, msg.Data); ok {
			take(m)
		}
	}
	if restricted := e.Marks.records(e.Marks.restricted); len(restricted) > 0 {
		if err := e.eachOf(ctx, docs, restricted, at, take); err != nil {
			return nil, err
		}
	}
	if _, err := e.scan(ctx, at, take); err != nil {
		return nil, err
	}
	return sorted(found), nil
}

// FindThoroughly reads every version of every document.
func (e *Eraser) FindThoroughly(ctx context.Context, tokens []string) ([]Found, error) {
	set, found := newTokenSet(tokens), make(map[string]Found)
	if _, err := e.scan(ctx, 0, func(m message) { set.take(found, m) }); err != nil {
		return nil, err
	}
	return sorted(found), nil
}

// Named lists those of the records that have a document, oldest first. It reads
// every document.
func (e *Eraser) Named(ctx context.Context, records []string) ([]Found, error) {
	wanted, found := newTokenSet(records), make(map[string]Found)
	_, err := e.scan(ctx, 0, func(m message) {
		switch {
		case !wanted[m.record]:
		case m.erased:
			delete(found, m.record)
		default:
			note(found, m, nil)
		}
	})
	if err != nil {
		return nil, err
	}
	return sorted(found), nil
}

// eachOf reads the versions of some records, up to a sequence.
func (e *Eraser) eachOf(ctx context.Context, docs jetstream.Stream, records []string, upTo uint64, visit func(message)) error {
	for _, record := range records {
		for seq := uint64(1); seq <= upTo; {
			msg, err := docs.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(ingest.DocsSubject(record)))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				break
			}
			if err != nil {
				return fmt.Errorf("reading record %s: %w", record, err)
			}
			if m, ok := read(msg.Sequence, msg.Header, msg.Data); ok && m.record == record && m.seq <= upTo {
				visit(m)
			}
			seq = msg.Sequence + 1
		}
	}
	return nil
}

// take notes a message of a record that is looked for, or that it is erased. A
// version without any of the tokens does not undo an older one that has some:
// that one is stored as well.
func (s tokenSet) take(found map[string]Found, m message) {
	if m.erased {
		delete(found, m.record)
		return
	}
	if matched := s.in(m.data); len(matched) > 0 {
		note(found, m, matched)
	}
}

// note keeps what the newest version of a record says, and the tokens of all.
func note(found map[string]Found, m message, matched []string) {
	d, err := document.Parse(m.data)
	if err != nil {
		return
	}
	if before, ok := found[m.record]; ok {
		if before.Seq >= m.seq {
			return
		}
		matched = append(matched, before.Matched...)
		slices.Sort(matched)
		matched = slices.Compact(matched)
	}
	f := Found{
		Record: d.Record, Time: d.Time, Intake: d.Intake, Source: d.Source, Channel: d.Channel,
		Types: []string{}, Matched: matched, Restricted: m.marked, Text: d.Text, Seq: m.seq,
	}
	for _, r := range d.Redactions {
		if !slices.Contains(f.Types, r.Type) {
			f.Types = append(f.Types, r.Type)
		}
	}
	slices.Sort(f.Types)
	found[m.record] = f
}

func sorted(found map[string]Found) []Found {
	list := make([]Found, 0, len(found))
	for _, f := range found {
		list = append(list, f)
	}
	slices.SortFunc(list, func(a, b Found) int {
		if c := a.Time.Compare(b.Time); c != 0 {
			return c
		}
		return strings.Compare(a.Record, b.Record)
	})
	return list
}

func (e *Eraser) log() *slog.Logger {
	if e.Log == nil {
		return slog.New(slog.DiscardHandler)
	}
	return e.Log
}
