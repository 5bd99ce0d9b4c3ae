package custody

import (
	"context"
	"fmt"
	"strings"
	"time"

	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// The subjects by which rows of search results are taken out of the pages. Whoever
// may save searches may: the pages show the rows anyway, without what Take leaves
// to officers.
const (
	subjectTake  = savedPrefix + "take"
	subjectTaken = savedPrefix + "taken"
)

// MostTaken is how many rows leave the pages at once; more is an officer's to
// export, see Extract.
const MostTaken = 1000

// takenFromPages is the selection of an entry that opens no documents: the rows are
// those that the pages have.
const takenFromPages = "pages"

// Take says that rows of what a search found are to leave by the pages.
type Take struct {
	Request
	Format  string `json:"format"` // csv, jsonl or xlsx
	Query   string `json:"query,omitempty"`
	Purpose string `json:"for,omitempty"`
	Rows    int    `json:"rows"` // at most
}

// take writes the entry without which nothing leaves. The number above which the
// rules ask for a second person counts here, too.
func (s *Service) take(ctx context.Context, r Take) (Extraction, error) {
	if err := r.Request.check(); err != nil {
		return Extraction{}, err
	}
	if r.Rows < 1 || r.Rows > MostTaken || r.Format != "csv" && r.Format != "jsonl" && r.Format != "xlsx" {
		return Extraction{}, errMalformed
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return Extraction{}, err
	}
	if above(r.Rows, rules.ExportAbove) {
		return Extraction{}, refusal(CodeNeeded, "an export of more than %d documents needs a second person: narrow the search, or have an officer ask for it with \"qingting approve ask --for export QUERY\"", *rules.ExportAbove)
	}
	e := audit.Entry{
		Time: time.Now().UTC(), Actor: r.Actor, Role: r.Role, Action: audit.ActionExport, Object: "pages:" + r.Format, Purpose: s.cfg.Clean(r.Purpose),
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Outcome: "begun", Before: s.cfg.Clean(r.Query), After: takenFromPages,
		Counts: map[string]int{"rows": r.Rows},
	}
	index, err := ledger.Append(ctx, s.js, e)
	if err != nil {
		return Extraction{}, fmt.Errorf("nothing left: %w", err)
	}
	return Extraction{Entry: index, Actor: r.Actor, Time: e.Time, Query: e.Before, Reason: e.Reason, Ticket: e.Ticket, Purpose: e.Purpose}, nil
}

// taken writes the entry with what left: counts, and the hash of the file.
func (s *Service) taken(ctx context.Context, r Extracted) (Extraction, error) {
	e, err := s.opened(ctx, r.Request, r.Entry)
	if err != nil {
		return Extraction{}, err
	}
	if !strings.HasPrefix(e.Object, "pages:") {
		return Extraction{}, errMalformed
	}
	return s.extracted(ctx, r)
}

// Take has the ledger say that rows are to leave by the pages; nothing may before.
func (c *Client) Take(ctx context.Context, r Take) (Extraction, error) {
	var x Extraction
	return x, c.ask(ctx, subjectTake, r, &x)
}

// Taken says what has become of it, before the file leaves.
func (c *Client) Taken(ctx context.Context, r Extracted) (Extraction, error) {
	var x Extraction
	return x, c.ask(ctx, subjectTaken, r, &x)
}
