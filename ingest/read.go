package ingest

import (
	"context"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/internal/document"
)

// ReadDocuments reads FEEDBACK_DOCS from its first message to sequence upTo,
// or to the last there is, and calls take for each document, in order. A record
// may come more than once, the last one counts; erased and restricted ones are
// passed over. Messages that are no documents are passed to malformed, by their
// sequence, and skipped. It fails when ctx ends first.
func ReadDocuments(ctx context.Context, js jetstream.JetStream, upTo uint64, take func(*document.Document), malformed func(seq uint64, err error)) error {
	return ReadKept(ctx, js, upTo, func(d *document.Document, restricted bool) {
		if !restricted {
			take(d)
		}
	}, malformed)
}

// ReadKept is ReadDocuments, and gives restricted documents as well: for who
// looks after what is stored, and not at what it says.
func ReadKept(ctx context.Context, js jetstream.JetStream, upTo uint64, take func(d *document.Document, restricted bool), malformed func(seq uint64, err error)) error {
	if upTo == 0 {
		return nil
	}
	for m, err := range Messages(ctx, js, StreamDocs, Part{Last: upTo}) {
		switch {
		case err != nil:
			return err
		case m.Header.Get(document.ErasedHeader) != "":
			continue
		}
		if d, err := document.Parse(m.Data); err != nil {
			malformed(m.Sequence, err)
		} else {
			take(d, m.Header.Get(document.RestrictedHeader) != "")
		}
	}
	return nil
}
