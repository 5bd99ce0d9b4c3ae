package erase

import (
	"bytes"
	"context"
	"fmt"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/internal/document"
)

// message is one message of the documents stream.
type message struct {
	seq    uint64
	record string // that it is of
	erased bool   // it is a tombstone
	marked bool   // it is restricted
	data   []byte
}

// scan reads the documents stream after a sequence to what is its last one now,
// which it returns. Messages that are no documents are passed over.
func (e *Eraser) scan(ctx context.Context, after uint64, visit func(message)) (last uint64, err error) {
	stream, err := e.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	if last = stream.CachedInfo().State.LastSeq; last <= after {
		return after, nil
	}
	n := 0
	for m, err := range ingest.Messages(ctx, e.JS, ingest.StreamDocs, ingest.Part{First: after + 1, Last: last}) {
		if err != nil {
			return 0, err
		}
		if d, ok := read(m.Sequence, m.Header, m.Data); ok {
			visit(d)
		}
		if n++; n%1024 == 0 {
			told(ctx, StageReading, int64(m.Sequence-after), int64(last-after))
		}
	}
	return last, nil
}

func read(seq uint64, h nats.Header, data []byte) (message, bool) {
	m := message{seq: seq, data: data}
	if m.record = h.Get(document.ErasedHeader); m.record != "" {
		m.erased = true
		return m, true
	}
	m.marked = h.Get(document.RestrictedHeader) != ""
	m.record = recordOf(data)
	return m, m.record != ""
}

// docHead is how every document of ours begins: the record follows, and need
// not be parsed for.
var docHead = []byte(`{"schema":"` + document.Schema + `","record":"`)

func recordOf(data []byte) string {
	if rest, ok := bytes.CutPrefix(data, docHead); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			return string(rest[:end])
		}
	}
	if d, err := document.Parse(data); err == nil {
		return d.Record
	}
	return ""
}

// tokenSet finds tokens in the JSON of documents.
type tokenSet map[string]bool

func newTokenSet(tokens []string) tokenSet {
	set := make(tokenSet, len(tokens))
	for _, t := range tokens {
		set[t] = true
	}
	return set
}

var subjectsHead = []byte(`"subjects":[`)

// in returns the tokens that a document has.
func (s tokenSet) in(data []byte) (found []string) {
	start := bytes.Index(data, subjectsHead)
	if start < 0 {
		return nil
	}
	list, _, _ := bytes.Cut(data[start+len(subjectsHead):], []byte("]"))
	for part := range bytes.SplitSeq(list, []byte(",")) {
		if t := string(bytes.Trim(part, `"`)); s[t] {
			found = append(found, t)
		}
	}
	return found
}
