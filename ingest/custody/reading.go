package custody

import (
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// The subjects by which the ledger is read. Who may ask there is an auditor:
// nothing sealed is released, and entries and documents hold no personal data.
const (
	auditPrefix        = "qingting.audit."
	subjectEntries     = auditPrefix + "entries"
	subjectCheckpoints = auditPrefix + "checkpoints"
	subjectCosign      = auditPrefix + "cosign"
	subjectDocument    = auditPrefix + "document"
)

// readingPage is how many bytes one answer holds at least before it ends: less
// than half of what a NATS server takes by default, for JSON makes more of it.
const readingPage = 256 << 10

// pageRequest asks for what follows.
type pageRequest struct {
	From int64 `json:"from"`           // index of an entry, or place of a checkpoint, from 0
	Most int   `json:"most,omitempty"` // of entries, when fewer are wanted than an answer bears
}

// entries gives a page of the ledger.
func (s *Service) entries(ctx context.Context, r pageRequest) ([][]byte, error) {
	if r.From < 0 {
		return nil, errMalformed
	}
	page, size := [][]byte{}, 0
	for leaf, err := range ledger.Entries(ctx, s.js, r.From) {
		if err != nil {
			return nil, err
		}
		page = append(page, leaf)
		if size += len(leaf); size >= readingPage || len(page) == r.Most {
			break
		}
	}
	return page, nil
}

// checkpoints gives a page of signed checkpoints, as notes.
func (s *Service) checkpoints(ctx context.Context, r pageRequest) ([][]byte, error) {
	if r.From < 0 {
		return nil, errMalformed
	}
	page, size := [][]byte{}, 0
	for note, err := range ledger.Notes(ctx, s.js, r.From) {
		if err != nil {
			return nil, err
		}
		page = append(page, note)
		if size += len(note); size >= readingPage {
			break
		}
	}
	return page, nil
}

// maxNote bounds a cosigned checkpoint: a dozen of witnesses.
const maxNote = 8 << 10

// cosign takes a checkpoint with a witness's signature in.
func (s *Service) cosign(ctx context.Context, note []byte) (struct{}, error) {
	if len(note) > maxNote {
		return struct{}{}, errors.New("the note is too long for a checkpoint")
	}
	if _, err := s.cfg.Keys.Open(note); err != nil {
		return struct{}{}, fmt.Errorf("not a checkpoint of this ledger: %w", err)
	}
	_, err := s.js.Publish(ctx, ingest.SubjectCheckpoints, note, jetstream.WithExpectStream(ingest.StreamCheckpoints))
	if err != nil {
		return struct{}{}, fmt.Errorf("storing the checkpoint: %w", err)
	}
	return struct{}{}, nil
}

// documentRequest asks for the redacted document of a record.
type documentRequest struct {
	Record string `json:"record"`
}

// document gives the bytes of a record's latest document, which a receipt is of.
func (s *Service) document(ctx context.Context, r documentRequest) ([]byte, error) {
	if !validRecord(r.Record) {
		return nil, errNotRecord
	}
	_, raw, err := latest(ctx, s.js, r.Record)
	if err == nil && raw == nil {
		return nil, fmt.Errorf("record %s has no document: it never came, or it was erased", r.Record)
	}
	return raw, err
}

// Document fetches the bytes of a record's latest document.
func (c *Client) Document(ctx context.Context, record string) ([]byte, error) {
	var raw []byte
	return raw, c.ask(ctx, subjectDocument, documentRequest{record}, &raw)
}

// Entries reads the ledger from an index on.
func (c *Client) Entries(ctx context.Context, from int64) iter.Seq2[[]byte, error] {
	return c.pages(ctx, subjectEntries, from)
}

// EntriesAt reads a few entries from an index on: most of them, or fewer.
func (c *Client) EntriesAt(ctx context.Context, from int64, most int) ([][]byte, error) {
	var page [][]byte
	return page, c.ask(ctx, subjectEntries, pageRequest{from, most}, &page)
}

// Checkpoints reads every signed checkpoint. Those that keys do not trust are an error.
func (c *Client) Checkpoints(ctx context.Context, keys audit.Keys) ([]audit.SignedCheckpoint, error) {
	var all []audit.SignedCheckpoint
	for note, err := range c.pages(ctx, subjectCheckpoints, 0) {
		if err != nil {
			return nil, err
		}
		s, err := keys.Open(note)
		if err != nil {
			return nil, fmt.Errorf("checkpoint %d: %w", len(all), err)
		}
		all = append(all, s)
	}
	return all, nil
}

// Cosign gives a checkpoint with a witness's signature to the server.
func (c *Client) Cosign(ctx context.Context, note []byte) error {
	return c.ask(ctx, subjectCosign, note, &struct{}{})
}

func (c *Client) pages(ctx context.Context, subject string, from int64) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		for {
			var page [][]byte
			if err := c.ask(ctx, subject, pageRequest{From: from}, &page); err != nil {
				yield(nil, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, item := range page {
				if !yield(item, nil) {
					return
				}
			}
			from += int64(len(page))
		}
	}
}
