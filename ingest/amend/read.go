package amend

import (
	"bytes"
	"context"
	"fmt"
	"slices"

	"qingting/ingest"
	"qingting/internal/document"
)

// head is how every document of ours begins: its record need not be parsed for.
var head = []byte(`{"schema":"` + document.Schema + `","record":"`)

// recordOf is the record that a message is of, or empty.
func recordOf(m ingest.Message) (record string, erased bool) {
	if r := m.Header.Get(document.ErasedHeader); r != "" {
		return r, true
	}
	if rest, ok := bytes.CutPrefix(m.Data, head); ok {
		if end := bytes.IndexByte(rest, '"'); end >= 0 {
			return string(rest[:end]), false
		}
	}
	if d, err := document.Parse(m.Data); err == nil {
		return d.Record, false
	}
	return "", false
}

// Finish deletes what an amendment left that was interrupted: versions that the
// message of a newer one lists and that are there still. It reads the headers
// of all documents; call it once when a server starts.
func (a *Amender) Finish(ctx context.Context) (deleted int, err error) {
	docs, err := a.JS.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	var there, doomed []uint64
	for m, err := range ingest.Messages(ctx, a.JS, ingest.StreamDocs, ingest.Part{Headers: true}) {
		if err != nil {
			return 0, err
		}
		there = append(there, m.Sequence)
		if list := m.Header.Get(document.AmendedHeader); list != "" {
			doomed = append(doomed, parseSequences(list)...)
		}
	}
	for _, seq := range doomed {
		if _, ok := slices.BinarySearch(there, seq); !ok {
			continue
		}
		gone, err := ingest.SecureDelete(ctx, docs, seq)
		if err != nil {
			return deleted, fmt.Errorf("deleting an amended version: %w", err)
		}
		if gone {
			deleted++
		}
	}
	return deleted, nil
}
