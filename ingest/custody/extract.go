package custody

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"time"

	"qingting/ingest"
	"qingting/ingest/govern"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// The subjects by which documents leave: one entry in the ledger opens them,
// another says what became of it.
const (
	subjectExtract   = dataPrefix + "extract"
	subjectDocuments = dataPrefix + "documents"
	subjectExtracted = dataPrefix + "extracted"
)

// extractTime is how long an entry opens the documents for.
const extractTime = 24 * time.Hour

// Extract is a request for documents, redacted as they are.
type Extract struct {
	Request
	// Action is audit.ActionExport, or audit.ActionReport for a report that is
	// made of them.
	Action  audit.Action `json:"action"`
	Object  string       `json:"object"` // "breach", "export:csv"
	Query   string       `json:"query,omitempty"`
	Purpose string       `json:"purpose,omitempty"`
}

// Extraction is what an entry has opened.
type Extraction struct {
	Entry int64     `json:"entry"` // index in the ledger, from 0
	Last  uint64    `json:"last"`  // sequence of the last document then
	Actor string    `json:"actor"` // who was authenticated
	Time  time.Time `json:"time"`
	// What was said of it, as the ledger has it: redacted.
	Query   string `json:"query,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Ticket  string `json:"ticket,omitempty"`
	Purpose string `json:"purpose,omitempty"`
}

// extract writes the entry that opens the documents.
func (s *Service) extract(ctx context.Context, r Extract) (Extraction, error) {
	if r.Action != audit.ActionExport && r.Action != audit.ActionReport {
		return Extraction{}, errors.New("malformed request")
	}
	if err := r.Request.check(); err != nil {
		return Extraction{}, err
	}
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return Extraction{}, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	e := audit.Entry{
		Time: time.Now().UTC(), Actor: r.Actor, Role: r.Role, Action: r.Action, Object: s.cfg.Clean(r.Object), Purpose: s.cfg.Clean(r.Purpose),
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Outcome: "begun", Before: s.cfg.Clean(r.Query),
	}
	index, err := ledger.Append(ctx, s.js, e)
	if err != nil {
		return Extraction{}, fmt.Errorf("nothing left: %w", err)
	}
	return Extraction{
		Entry: index, Last: docs.CachedInfo().State.LastSeq, Actor: r.Actor, Time: e.Time,
		Query: e.Before, Reason: e.Reason, Ticket: e.Ticket, Purpose: e.Purpose,
	}, nil
}

// Extracted is what became of an extraction.
type Extracted struct {
	Request
	Entry   int64          `json:"entry"`
	Outcome string         `json:"outcome"`
	Hash    string         `json:"hash,omitempty"` // SHA-256 of the file, hexadecimal
	Counts  map[string]int `json:"counts,omitempty"`
}

// extracted writes the entry that closes an extraction.
func (s *Service) extracted(ctx context.Context, r Extracted) (Extraction, error) {
	opened, err := s.opened(ctx, r.Request, r.Entry)
	if err != nil {
		return Extraction{}, err
	}
	counts := make(map[string]int, len(r.Counts))
	for name, n := range r.Counts {
		counts[s.cfg.Clean(name)] += n
	}
	index, err := ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: opened.Action, Object: fmt.Sprintf("entry:%d", r.Entry), Reason: opened.Reason, Ticket: opened.Ticket,
		Outcome: s.cfg.Clean(r.Outcome), After: r.Hash, Counts: counts,
	})
	return Extraction{Entry: index, Actor: r.Actor}, err
}

// opened checks that an entry opens documents for who asks now.
func (s *Service) opened(ctx context.Context, r Request, index int64) (audit.Entry, error) {
	if index < 0 {
		return audit.Entry{}, errors.New("malformed request")
	}
	leaf, err := ledger.Entry(ctx, s.js, index)
	if err != nil {
		return audit.Entry{}, err
	}
	e, err := audit.ParseEntry(leaf)
	if err != nil {
		return audit.Entry{}, err
	}
	opens := (e.Action == audit.ActionExport || e.Action == audit.ActionReport) && e.Outcome == "begun"
	if !opens || e.Actor != r.Actor || time.Since(e.Time) > extractTime {
		return audit.Entry{}, fmt.Errorf("entry %d of the ledger does not open documents for you now: ask for them anew", index)
	}
	return e, nil
}

// documentsRequest asks for a page of documents.
type documentsRequest struct {
	Request
	Entry int64  `json:"entry"`
	From  uint64 `json:"from"` // sequence to begin at
}

// Stored is one message of the documents stream.
type Stored struct {
	Seq        uint64          `json:"seq"`
	Erased     string          `json:"erased,omitempty"` // a record to forget; then there is no Document
	Restricted bool            `json:"restricted,omitempty"`
	Document   json.RawMessage `json:"document,omitempty"`
}

// documents gives a page of documents, to whom an entry opened them.
func (s *Service) documents(ctx context.Context, r documentsRequest) ([]Stored, error) {
	if _, err := s.opened(ctx, r.Request, r.Entry); err != nil {
		return nil, err
	}
	page, size := []Stored{}, 0
	err := govern.EachDocument(ctx, s.js, r.From, func(m govern.Message) bool {
		stored := Stored{Seq: m.Seq, Erased: m.Header.Get(document.ErasedHeader), Restricted: m.Header.Get(document.RestrictedHeader) != ""}
		if stored.Erased == "" {
			if !json.Valid(m.Data) {
				return true // the indexer tells of it
			}
			stored.Document = m.Data
		}
		page = append(page, stored)
		size += len(m.Data) + 64
		return size < readingPage
	})
	return page, err
}

// Extract has the ledger open the documents.
func (c *Client) Extract(ctx context.Context, r Extract) (Extraction, error) {
	var x Extraction
	return x, c.ask(ctx, subjectExtract, r, &x)
}

// Extracted closes an extraction: counts, the hash of the file.
func (c *Client) Extracted(ctx context.Context, r Extracted) (Extraction, error) {
	var x Extraction
	return x, c.ask(ctx, subjectExtracted, r, &x)
}

// Documents reads what an extraction has opened, from the first document to the
// one that was the last then. Every version of a record comes, the last counts.
func (c *Client) Documents(ctx context.Context, r Request, x Extraction) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for from := uint64(1); from <= x.Last; {
			var page []Stored
			if err := c.ask(ctx, subjectDocuments, documentsRequest{r, x.Entry, from}, &page); err != nil {
				yield(Stored{}, err)
				return
			}
			if len(page) == 0 {
				return
			}
			for _, stored := range page {
				if stored.Seq > x.Last || !yield(stored, nil) {
					return
				}
			}
			from = page[len(page)-1].Seq + 1
		}
	}
}
