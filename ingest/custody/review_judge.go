package custody

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"

	"qingting/ingest"
	"qingting/ingest/amend"
	"qingting/ingest/ledger"
	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/privacy/audit"
	"qingting/privacy/review"
	"qingting/privacy/rule"
)

// versionOf is how verdicts name a version of a document.
func versionOf(raw []byte) []byte {
	sum := sha256.Sum256(raw)
	return sum[:6]
}

// reviews is what the ledger says of reviews, as far as it was read: a
// projection, made anew by each process.
type reviews struct {
	mu      sync.Mutex
	next    int64
	entries []review.Indexed
}

// read takes in what the ledger has grown by, and returns all entries of
// samples and reviews. The caller must not change them.
func (r *reviews) read(ctx context.Context, s *Service) ([]review.Indexed, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	marker := []byte(`"object":"` + review.Object(""))
	for leaf, err := range ledger.Entries(ctx, s.js, r.next) {
		if err != nil {
			return nil, err
		}
		index := r.next
		r.next++
		if !bytes.Contains(leaf, marker) {
			continue
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil {
			return nil, fmt.Errorf("entry %d: %w", index, err)
		}
		r.entries = append(r.entries, review.Indexed{Index: index, Entry: e})
	}
	return r.entries[:len(r.entries):len(r.entries)], nil
}

// verdictsRequest asks for the entries of one sample, or of all.
type verdictsRequest struct {
	ID   string `json:"id,omitempty"`
	From int64  `json:"from"`
}

// verdictsAnswer is a page; Next is where the following begins, 0 after the last.
type verdictsAnswer struct {
	Entries []indexedEntry `json:"entries"`
	Next    int64          `json:"next,omitempty"`
}

type indexedEntry struct {
	Index int64       `json:"index"`
	Entry audit.Entry `json:"entry"`
}

// verdicts gives what the ledger says of reviews.
func (s *Service) verdicts(ctx context.Context, r verdictsRequest) (verdictsAnswer, error) {
	all, err := s.reviews.read(ctx, s)
	if err != nil {
		return verdictsAnswer{}, err
	}
	a, size := verdictsAnswer{Entries: []indexedEntry{}}, 0
	for _, e := range all {
		if e.Index < r.From || r.ID != "" && e.Object != review.Object(r.ID) {
			continue
		}
		if size >= readingPage {
			a.Next = e.Index
			break
		}
		a.Entries = append(a.Entries, indexedEntry{e.Index, e.Entry})
		size += 400 + 120*(len(e.Verdicts)+len(e.Counts))
	}
	return a, nil
}

// state is a sample as the ledger has it now.
func (s *Service) state(ctx context.Context, id string) (*review.State, error) {
	sample, err := s.readSample(ctx, id)
	if err != nil {
		return nil, err
	}
	entries, err := s.reviews.read(ctx, s)
	if err != nil {
		return nil, err
	}
	return sample.State(entries, access.Same), nil
}

// itemsRequest asks for documents of a sample. Without records it is only asked
// which of the sample's are gone.
type itemsRequest struct {
	Request
	ID      string   `json:"id"`
	Records []string `json:"records"`
	Bare    bool     `json:"bare,omitempty"` // without the documents
}

// ReviewItem is a document as a reviewer sees it.
type ReviewItem struct {
	Record   string             `json:"record"`
	Version  string             `json:"version,omitempty"` // for the verdict
	Gone     bool               `json:"gone,omitempty"`    // erased or restricted
	Mine     bool               `json:"mine,omitempty"`    // who asks has judged it
	Document *document.Document `json:"document,omitempty"`
}

// itemsPage is how many documents one request may ask for.
const itemsPage = 200

// items gives documents of a sample, as far as one answer bears.
func (s *Service) items(ctx context.Context, r itemsRequest) ([]ReviewItem, error) {
	if len(r.Records) > itemsPage {
		return nil, fmt.Errorf("at most %d documents a request", itemsPage)
	}
	st, err := s.state(ctx, r.ID)
	if err != nil {
		return nil, err
	}
	at := make(map[string]*review.Standing, len(st.Items))
	for i := range st.Items {
		at[st.Items[i].Record] = &st.Items[i]
	}
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	list, size := []ReviewItem{}, 0
	for _, record := range r.Records {
		item, ok := at[record]
		if !ok {
			return nil, errNotDrawn
		}
		d, raw, err := s.present(ctx, docs, item.Item)
		if err != nil {
			return nil, err
		}
		out := ReviewItem{Record: record, Gone: d == nil, Mine: readBy(item, r.Actor)}
		if d != nil {
			out.Version = hex.EncodeToString(versionOf(raw))
			if !r.Bare {
				out.Document = d
				size += len(raw)
			}
		}
		if list = append(list, out); size >= readingPage {
			break
		}
	}
	return list, nil
}

var errNotDrawn = errors.New("this record is not in the sample")

// Judgement is what a reviewer says of a document, all of it: what was taken out
// and is not named is right, what is not named was not missed.
type Judgement struct {
	Request
	ID       string          `json:"id"` // of the sample; the record is that of Request
	Version  string          `json:"version"`
	Verdicts []audit.Verdict `json:"verdicts"`
	// Second is a second reviewer's judgement: the first one cannot give it.
	Second bool `json:"second,omitempty"`
	// Decide settles a disagreement of two reviewers. Its verdicts are one of
	// theirs for each place; the version is the one they read.
	Decide bool `json:"decide,omitempty"`
	// Now redacts what was missed although a second reviewer shall see it.
	Now bool `json:"now,omitempty"`
}

// Judged is what became of a judgement.
type Judged struct {
	Entry int64 `json:"entry"` // index in the ledger, from 0
	// Missed is how many places were missed; Redacted that they are taken out
	// now, and Waiting that they will be when the second reviewer has seen them.
	Missed   int  `json:"missed"`
	Redacted bool `json:"redacted,omitempty"`
	Waiting  bool `json:"waiting,omitempty"`
	// Problem says why what was missed is not taken out although it should be;
	// the verdict is in the ledger.
	Problem string `json:"problem,omitempty"`
}

var errStale = errors.New("the document was changed meanwhile: look at it again")

// judge writes verdicts to the ledger, and has what was missed taken out.
func (s *Service) judge(ctx context.Context, r Judgement) (Judged, error) {
	if strings.TrimSpace(r.Reason) == "" { // the verdict is the reason
		r.Reason = "review"
	}
	if err := r.Request.check(); err != nil {
		return Judged{}, err
	}
	_, item, err := s.standing(ctx, r.ID, r.Record)
	if err != nil {
		return Judged{}, err
	}
	if r.Decide {
		verdicts, ok := item.Decided(r.Verdicts)
		if !ok || r.Version != item.Readings[0].Version {
			return Judged{}, errors.New("a decision is between two reviewers: it has for each place what one of them says")
		}
		entry, err := s.appendVerdicts(ctx, r, review.Decided, verdicts)
		return Judged{Entry: entry}, err
	}
	switch mine := readBy(item, r.Actor); {
	case len(item.Readings) == 2 && !mine:
		return Judged{}, errors.New("two reviewers have seen this document already")
	case r.Second && (mine || len(item.Readings) == 0):
		return Judged{}, errors.New("a second reviewer judges what another one has judged before")
	}
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return Judged{}, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	d, raw, err := s.present(ctx, docs, item.Item)
	switch {
	case err != nil:
		return Judged{}, err
	case d == nil:
		return Judged{}, errors.New("the document was erased or restricted meanwhile")
	case hex.EncodeToString(versionOf(raw)) != r.Version:
		return Judged{}, errStale
	}
	verdicts, err := review.Complete(d, r.Verdicts)
	if err != nil {
		return Judged{}, err
	}
	var done Judged
	if done.Entry, err = s.appendVerdicts(ctx, r, review.Reviewed, verdicts); err != nil {
		return done, err
	}
	for _, v := range verdicts {
		if v.Outcome == review.Missed {
			done.Missed++
		}
	}
	st, err := s.state(ctx, r.ID)
	if err == nil {
		done.Redacted, done.Waiting, err = s.takeOut(ctx, st, r.Record, r.Request, raw, r.Now)
	}
	if err != nil {
		done.Problem = "what was missed is not taken out yet, which \"qingting audit review --settle\" tries again: " + err.Error()
	}
	return done, nil
}

func (s *Service) appendVerdicts(ctx context.Context, r Judgement, outcome string, verdicts []audit.Verdict) (int64, error) {
	index, err := ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: audit.ActionReview, Object: review.Object(r.ID), Record: r.Record, Before: r.Version,
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Outcome: outcome, Verdicts: verdicts,
	})
	if err != nil {
		return 0, fmt.Errorf("nothing was judged: %w", err)
	}
	return index, nil
}

func readBy(item *review.Standing, actor string) bool {
	return slices.ContainsFunc(item.Readings, func(o review.Reading) bool { return access.Same(o.Reviewer, actor) })
}

// standing is an item of a sample as it stands.
func (s *Service) standing(ctx context.Context, id, record string) (*review.State, *review.Standing, error) {
	st, err := s.state(ctx, id)
	if err != nil {
		return nil, nil, err
	}
	i := slices.IndexFunc(st.Items, func(i review.Standing) bool { return i.Record == record })
	if i < 0 {
		return nil, nil, errNotDrawn
	}
	return st, &st.Items[i], nil
}

// takeOut redacts what was missed in this version of a document. While a second
// reviewer is to see it, it waits: they could not miss what is no more there.
func (s *Service) takeOut(ctx context.Context, st *review.State, record string, r Request, raw []byte, now bool) (redacted, waiting bool, err error) {
	i := slices.IndexFunc(st.Items, func(i review.Standing) bool { return i.Record == record })
	item := &st.Items[i]
	version := hex.EncodeToString(versionOf(raw))
	var spans []amend.Span
	for _, reading := range item.Readings {
		for _, v := range reading.Verdicts {
			span := amend.Span{Field: v.Field, Start: v.Start, End: v.End, Type: rule.Type(v.Type)}
			if v.Outcome == review.Missed && reading.Version == version && !slices.Contains(spans, span) {
				spans = append(spans, span)
			}
		}
	}
	switch {
	case len(spans) == 0:
		return false, false, nil
	case item.Second && len(item.Readings) < 2 && !now:
		return false, true, nil
	case s.cfg.Amend == nil:
		return false, false, errors.New("this process does not redact: ask the running server")
	}
	sum := sha256.Sum256(raw)
	_, err = s.cfg.Amend.Amend(ctx, record, amend.Order{
		Action: audit.ActionReview, Actor: r.Actor, Role: r.Role, Object: review.Object(st.Sample.ID),
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Spans: spans, Version: sum[:],
	})
	return err == nil, false, err
}

// settleRequest asks to take out what was missed and still stands there, in one
// record. All is also of documents that a second reviewer shall see.
type settleRequest struct {
	Request
	ID  string `json:"id"`
	All bool   `json:"all,omitempty"`
}

// settle takes out of a document what was missed and could not be taken out.
func (s *Service) settle(ctx context.Context, r settleRequest) (Judged, error) {
	if err := r.Request.check(); err != nil {
		return Judged{}, err
	}
	st, item, err := s.standing(ctx, r.ID, r.Record)
	if err != nil {
		return Judged{}, err
	}
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return Judged{}, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	d, raw, err := s.present(ctx, docs, item.Item)
	if err != nil || d == nil {
		return Judged{}, err
	}
	var done Judged
	done.Redacted, done.Waiting, err = s.takeOut(ctx, st, r.Record, r.Request, raw, r.All)
	return done, err
}
