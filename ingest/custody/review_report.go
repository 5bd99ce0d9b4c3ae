package custody

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"

	"qingting/ingest/ledger"
	"qingting/internal/access"
	"qingting/privacy/audit"
	"qingting/privacy/review"
)

// ReportSigning has the ledger hold a report of a sample.
type ReportSigning struct {
	Request
	ID   string `json:"id"`
	Hash string `json:"sha256"` // of the report's file, hexadecimal
}

// ReportSigned is the entry that holds it.
type ReportSigned struct {
	Entry int64 `json:"entry"`
}

// report writes a report's hash to the ledger, with the figures as the ledger
// has them then.
func (s *Service) report(ctx context.Context, r ReportSigning) (ReportSigned, error) {
	if err := r.Request.check(); err != nil {
		return ReportSigned{}, err
	}
	if raw, err := hex.DecodeString(r.Hash); err != nil || len(raw) != 32 {
		return ReportSigned{}, errors.New("malformed hash of a report")
	}
	st, err := s.state(ctx, r.ID)
	if err != nil {
		return ReportSigned{}, err
	}
	p, res := st.Progress(), st.Result()
	index, err := ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: audit.ActionReport, Object: review.Object(r.ID), After: r.Hash,
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket),
		Outcome: fmt.Sprintf("upper bound of misses %.6f at %g, target %g", res.Missed.Upper, res.Confidence, res.Target),
		Counts:  map[string]int{"sample": p.Items, "judged": p.Judged, "documents with a miss": res.Missed.Documents},
	})
	if err != nil {
		return ReportSigned{}, fmt.Errorf("the report was not signed: %w", err)
	}
	return ReportSigned{index}, nil
}

// Draw has a sample drawn, and returns its id.
func (c *Client) Draw(ctx context.Context, d Draw) (string, error) {
	var id sampleID
	return id.ID, c.askWithin(ctx, personTimeout, subjectDraw, d, &id)
}

// Samples lists the ids of all samples, oldest first.
func (c *Client) Samples(ctx context.Context) ([]string, error) {
	var ids []string
	return ids, c.ask(ctx, subjectSamples, struct{}{}, &ids)
}

// Reviews gives the ledger's entries of samples and reviews: of one sample, or
// of all when id is empty.
func (c *Client) Reviews(ctx context.Context, id string) (all []review.Indexed, err error) {
	for from := int64(0); ; {
		var page verdictsAnswer
		if err := c.askWithin(ctx, personTimeout, subjectVerdict, verdictsRequest{id, from}, &page); err != nil {
			return nil, err
		}
		for _, e := range page.Entries {
			all = append(all, review.Indexed{Index: e.Index, Entry: e.Entry})
		}
		if from = page.Next; from == 0 {
			return all, nil
		}
	}
}

// Review gives a sample with what the ledger says of it. Documents that nobody
// has judged are looked for: which of them are gone.
func (c *Client) Review(ctx context.Context, id string) (*review.State, error) {
	st, err := c.Standing(ctx, id)
	if err != nil {
		return nil, err
	}
	var unseen []string
	for i := range st.Items {
		if !st.Items[i].Judged() {
			unseen = append(unseen, st.Items[i].Record)
		}
	}
	there, err := c.ReviewItems(ctx, Request{}, id, unseen, true)
	if err != nil {
		return nil, err
	}
	for i := range st.Items {
		st.Items[i].Gone = there[st.Items[i].Record].Gone
	}
	return st, nil
}

// Standing is Review without a look at which documents are gone.
func (c *Client) Standing(ctx context.Context, id string) (*review.State, error) {
	var data []byte
	if err := c.ask(ctx, subjectDrawn, sampleID{id}, &data); err != nil {
		return nil, err
	}
	sample, err := review.Parse(data)
	if err != nil {
		return nil, err
	}
	entries, err := c.Reviews(ctx, id)
	if err != nil {
		return nil, err
	}
	return sample.State(entries, access.Same), nil
}

// ReviewItems gives documents of a sample by their records; bare, only how they
// stand.
func (c *Client) ReviewItems(ctx context.Context, r Request, id string, records []string, bare bool) (map[string]ReviewItem, error) {
	all := make(map[string]ReviewItem, len(records))
	for len(records) > 0 {
		var page []ReviewItem
		ask := itemsRequest{Request: r, ID: id, Records: records[:min(len(records), itemsPage)], Bare: bare}
		if err := c.ask(ctx, subjectItems, ask, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 || len(page) > len(records) {
			return nil, errors.New("the server's answer holds no documents")
		}
		for _, item := range page {
			all[item.Record] = item
		}
		records = records[len(page):]
	}
	return all, nil
}

// Judge has verdicts on a document written to the ledger, and what was missed
// taken out.
func (c *Client) Judge(ctx context.Context, j Judgement) (Judged, error) {
	var done Judged
	return done, c.ask(ctx, subjectJudge, j, &done)
}

// Settle takes out of a record what was missed and still stands there; all is
// also what a second reviewer shall see yet.
func (c *Client) Settle(ctx context.Context, r Request, id string, all bool) (Judged, error) {
	var done Judged
	return done, c.ask(ctx, subjectSettle, settleRequest{r, id, all}, &done)
}

// SignReport has the ledger hold the hash of a report.
func (c *Client) SignReport(ctx context.Context, r ReportSigning) (ReportSigned, error) {
	var done ReportSigned
	return done, c.ask(ctx, subjectReport, r, &done)
}
