package amend

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// errOvertaken says that a record has a later document than the one that was read.
var errOvertaken = errors.New("overtaken by a later document")

// stored is one document message of a record.
type stored struct {
	seq        uint64
	doc        *document.Document
	raw        []byte
	restricted bool
}

// shard is what FEEDBACK_DOCS holds of a record, as far as it was read.
type shard struct {
	js      jetstream.JetStream
	docs    jetstream.Stream
	record  string
	subject string

	last   uint64  // sequence up to which the shard was read
	latest *stored // nil when there is none, or it was erased
	older  []uint64
}

func openShard(ctx context.Context, js jetstream.JetStream, record string) (*shard, error) {
	docs, err := js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	return &shard{js: js, docs: docs, record: record, subject: ingest.DocsSubject(record)}, nil
}

// read takes in what the shard has after what was read. It reports errOvertaken
// when that is a document of the record, or its erasure.
func (s *shard) read(ctx context.Context) error {
	before := s.latest
	for {
		msg, err := s.docs.GetMsg(ctx, s.last+1, jetstream.WithGetMsgSubject(s.subject))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			break
		}
		if err != nil {
			return fmt.Errorf("reading %s: %w", ingest.StreamDocs, err)
		}
		s.take(msg.Sequence, msg.Header, msg.Data)
	}
	if before != nil && s.latest != before {
		return errOvertaken
	}
	return nil
}

// take notes one message of the shard.
func (s *shard) take(seq uint64, header nats.Header, data []byte) {
	s.last = seq
	if header.Get(document.ErasedHeader) == s.record {
		s.latest, s.older = nil, nil // whoever erases deletes what there was
		return
	}
	if !bytes.Contains(data, []byte(s.record)) {
		return // most are of other records: not worth parsing
	}
	d, err := document.Parse(data)
	if err != nil || d.Record != s.record {
		return
	}
	if s.latest != nil {
		s.older = append(s.older, s.latest.seq)
	}
	s.latest = &stored{seq, d, data, header.Get(document.RestrictedHeader) != ""}
}

// The codes by which a stream says that a subject has a later message, or one
// on its way.
const (
	codeWrongLast     = 10071
	codeWrongLastSoon = 10164
)

// maxTries is how often a document is offered to a shard in which nothing new
// is to be seen.
const maxTries = 20

// replace publishes a document in place of the latest, unless there is a later
// one: then it is errOvertaken.
func (s *shard) replace(ctx context.Context, doc []byte, now *stored) (uint64, error) {
	older := append(s.older[:len(s.older):len(s.older)], now.seq)
	for try := 1; ; try++ {
		msg := nats.NewMsg(s.subject)
		msg.Data = doc
		msg.Header.Set(document.AmendedHeader, sequences(older))
		if now.restricted {
			msg.Header.Set(document.RestrictedHeader, s.record)
		}
		ack, err := s.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamDocs),
			jetstream.WithExpectLastSequencePerSubject(s.last))
		if err == nil {
			s.older, s.last = older, ack.Sequence
			return ack.Sequence, nil
		}
		// Another document of the shard came first; or this one did, and only
		// its acknowledgement was lost.
		failed := fmt.Errorf("publishing the document: %w", err)
		at := s.last
		err = s.read(ctx)
		switch {
		case errors.Is(err, errOvertaken) && s.latest != nil && bytes.Equal(s.latest.raw, doc):
			return s.latest.seq, nil
		case err != nil:
			return 0, errors.Join(err, failed)
		case !wrongLast(failed):
			return 0, failed
		case s.last > at:
			try = 0
		case try == maxTries: // the last of the shard may be deleted
			s.last, s.latest, s.older = 0, nil, nil
			return 0, errors.Join(errOvertaken, s.read(ctx))
		}
		select {
		case <-time.After(time.Duration(try) * time.Millisecond):
		case <-ctx.Done():
			return 0, ctx.Err()
		}
	}
}

func wrongLast(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == codeWrongLast || api.ErrorCode == codeWrongLastSoon)
}

// deleteOlder deletes the versions before the latest beyond recovery.
func (s *shard) deleteOlder(ctx context.Context) (deleted int, err error) {
	for _, seq := range s.older {
		gone, err := ingest.SecureDelete(ctx, s.docs, seq)
		if err != nil {
			return deleted, fmt.Errorf("record %s was amended, but an older version of it could not be deleted, which the next start does: %w", s.record, err)
		}
		if gone {
			deleted++
		}
	}
	s.older = nil
	return deleted, nil
}

// sequences writes the value of document.AmendedHeader.
func sequences(list []uint64) string {
	text := make([]string, len(list))
	for i, seq := range list {
		text[i] = strconv.FormatUint(seq, 10)
	}
	return strings.Join(text, ",")
}

// parseSequences reads it; what is no number is skipped.
func parseSequences(text string) (list []uint64) {
	for part := range strings.SplitSeq(text, ",") {
		if seq, err := strconv.ParseUint(part, 10, 64); err == nil {
			list = append(list, seq)
		}
	}
	return list
}
