package custody

import (
	"context"
	"encoding/json"
	"fmt"
	"iter"
	"time"

	"qingting/ingest"
	"qingting/ingest/ledger"
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
	Object  string       `json:"object"`          // "breach", "export:csv"
	Query   string       `json:"query,omitempty"` // of an export: what it finds is all that leaves
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

	exact string // the query as it was asked
}

// extract writes the entry that opens the documents.
func (s *Service) extract(ctx context.Context, r Extract) (Extraction, error) {
	if r.Action != audit.ActionExport && r.Action != audit.ActionReport {
		return Extraction{}, errMalformed
	}
	if err := r.Request.check(); err != nil {
		return Extraction{}, err
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), countTimeout)
	defer cancel()
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return Extraction{}, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	e := audit.Entry{
		Time: time.Now().UTC(), Actor: r.Actor, Role: r.Role, Action: r.Action, Object: s.cfg.Clean(r.Object), Purpose: s.cfg.Clean(r.Purpose),
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Outcome: "begun", Before: s.cfg.Clean(r.Query),
	}
	var index int64
	enter := func(approver string) (err error) {
		e.Approver = approver
		if index, err = ledger.Append(ctx, s.js, e); err != nil {
			return fmt.Errorf("nothing left: %w", err)
		}
		return nil
	}
	if r.Action == audit.ActionExport {
		e.After = s.selection(r.Query)
		err = s.mayExport(ctx, r, enter)
	} else {
		err = enter("")
	}
	if err != nil {
		return Extraction{}, err
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
		return audit.Entry{}, errMalformed
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
	From  uint64 `json:"from"`            // sequence to begin at
	Query string `json:"query,omitempty"` // of an export, as it was asked
	Heads bool   `json:"heads,omitempty"` // records and sequences, no documents
}

// Stored is one message of the documents stream.
type Stored struct {
	Seq        uint64          `json:"seq"`
	Record     string          `json:"record,omitempty"` // of Heads
	Erased     string          `json:"erased,omitempty"` // a record to forget; then there is no Document
	Restricted bool            `json:"restricted,omitempty"`
	Document   json.RawMessage `json:"document,omitempty"`
}

// documentsPage is a part of what was asked for.
type documentsPage struct {
	Stored []Stored `json:"stored"`
	Next   uint64   `json:"next"` // sequence to go on at
	End    bool     `json:"end"`
	size   int
}

// documents gives a page of documents, to whom an entry opened them: of an
// export, those that its query finds.
func (s *Service) documents(ctx context.Context, r documentsRequest) (documentsPage, error) {
	e, err := s.opened(ctx, r.Request, r.Entry)
	if err != nil {
		return documentsPage{}, err
	}
	if e.Action == audit.ActionExport && !s.isSelection(e.After, r.Query) {
		return documentsPage{}, fmt.Errorf("entry %d of the ledger opens documents for another query: ask for them anew", r.Entry)
	}
	return s.page(ctx, e, r)
}

// Extract has the ledger open the documents.
func (c *Client) Extract(ctx context.Context, r Extract) (Extraction, error) {
	var x Extraction
	err := c.askWithin(ctx, countTimeout, subjectExtract, r, &x)
	if x.exact = r.Query; r.Action != audit.ActionExport {
		x.exact = ""
	}
	return x, err
}

// Extracted closes an extraction: counts, the hash of the file.
func (c *Client) Extracted(ctx context.Context, r Extracted) (Extraction, error) {
	var x Extraction
	return x, c.ask(ctx, subjectExtracted, r, &x)
}

// Documents reads what an extraction has opened, from the first document to the
// one that was the last then. Every version of a record comes, the last counts:
// see Heads.
func (c *Client) Documents(ctx context.Context, r Request, x Extraction) iter.Seq2[Stored, error] {
	return c.documents(ctx, x, documentsRequest{Request: r, Entry: x.Entry, Query: x.exact})
}

// Heads lists every version of every record, and what was erased, without
// the documents.
func (c *Client) Heads(ctx context.Context, r Request, x Extraction) iter.Seq2[Stored, error] {
	return c.documents(ctx, x, documentsRequest{Request: r, Entry: x.Entry, Query: x.exact, Heads: true})
}

func (c *Client) documents(ctx context.Context, x Extraction, r documentsRequest) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for r.From = 1; r.From <= x.Last; {
			var page documentsPage
			if err := c.ask(ctx, subjectDocuments, r, &page); err != nil {
				yield(Stored{}, err)
				return
			}
			for _, stored := range page.Stored {
				if stored.Seq > x.Last || !yield(stored, nil) {
					return
				}
			}
			if page.End {
				return
			}
			r.From = page.Next
		}
	}
}
