package amend

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
	"qingting/textmining"
)

// MaxParts is how many additions the sealed values of a record may have.
const MaxParts = 99

// maxAttempts is how often an amendment begins again because the document was
// corrected meanwhile.
const maxAttempts = 5

// Amender changes stored documents. All fields but Subjects are required. It is
// safe for concurrent use.
type Amender struct {
	JS        jetstream.JetStream
	Redactor  *privacy.Redactor
	Policy    *privacy.Policy
	Sealer    *vault.Sealer
	Annotator textmining.Reader
	Subjects  subject.Keys // of the tokens of whom a document identifies; none without
}

// Span is a place in a stored document that holds personal data, in code
// points of the stored field, end exclusive.
type Span struct {
	Field      string    `json:"field,omitempty"` // "" is the text; else "source", "channel", "region", "product", "attributes.note"
	Start      int       `json:"start"`
	End        int       `json:"end"`
	Type       rule.Type `json:"type"`
	Rule       string    `json:"rule,omitempty"` // who says so; default: the action of the order
	Confidence float64   `json:"-"`
}

// Order says what to take out of a document, who wants it and why. The reason
// is free of personal data: the caller has redacted it.
type Order struct {
	Action audit.Action // audit.ActionReview, audit.ActionRescan or audit.ActionTaxonomy
	Actor  string
	Role   string
	Object string // "review:…", "rescan:…", "relabel:…"
	Reason string
	Ticket string

	// Spans are taken out, and besides them whatever the present policy finds
	// anywhere in the document.
	Spans []Span
	// Version is the SHA-256 of the document that Spans were made for, as
	// stored. When another is the latest, Amend fails with ErrChanged. Required
	// with Spans.
	Version []byte
	// Stamp gives the document the present versions of policy and engine
	// although nothing in it changes.
	Stamp bool
	// Relabel reads the text anew, by the present taxonomy, lexicon and models,
	// although nothing else in the document changes.
	Relabel bool
}

// Outcome is what became of an order.
type Outcome struct {
	Record   string
	Changed  bool               // false when there was nothing to do
	Retagged bool               // the text was read anew, and otherwise than before
	Found    []Span             // what was taken out, by its place before
	Document *document.Document // the latest, amended or as it was
	Entry    int64              // index of the ledger entry, when Changed
	Part     string             // the addition, when something was sealed
	Sequence uint64             // of the new document in FEEDBACK_DOCS, when Changed
	Deleted  int                // older versions that were deleted
}

var (
	// ErrChanged says that a document is not the one the spans were made for.
	ErrChanged = errors.New("the document was changed meanwhile: look at it again")
	// ErrNoDocument says that a record has no document, or was erased.
	ErrNoDocument = errors.New("the record has no document: it never came, or it was erased")
)

// Version is how an Order names a stored document.
func Version(stored []byte) []byte {
	sum := sha256.Sum256(stored)
	return sum[:]
}

// Amend carries an order out. It is done when Amend returns nil; after an error
// it may be tried again.
func (a *Amender) Amend(ctx context.Context, record string, o Order) (Outcome, error) {
	if o.Actor == "" || o.Action == "" {
		return Outcome{}, errors.New("an amendment needs an actor and an action")
	}
	if len(o.Spans) > 0 && len(o.Version) == 0 {
		return Outcome{}, errors.New("spans need the version of the document that they are of")
	}
	shard, err := openShard(ctx, a.JS, record)
	if err != nil {
		return Outcome{}, err
	}
	if err := shard.read(ctx); err != nil {
		return Outcome{}, err
	}
	return a.amend(ctx, shard, o)
}

// amend carries an order out on what was read of a record.
func (a *Amender) amend(ctx context.Context, shard *shard, o Order) (Outcome, error) {
	for range maxAttempts {
		out, err := a.attempt(ctx, shard, o)
		if !errors.Is(err, errOvertaken) {
			return out, err
		}
	}
	return Outcome{}, fmt.Errorf("record %s: %w", shard.record, ErrChanged)
}

func (a *Amender) attempt(ctx context.Context, shard *shard, o Order) (Outcome, error) {
	out := Outcome{Record: shard.record}
	now := shard.latest
	if now == nil {
		return out, fmt.Errorf("record %s: %w", shard.record, ErrNoDocument)
	}
	if len(o.Version) > 0 && hex.EncodeToString(Version(now.raw)) != hex.EncodeToString(o.Version) {
		return out, fmt.Errorf("record %s: %w", shard.record, ErrChanged)
	}
	p, err := a.plan(now.doc, o)
	if err != nil {
		return out, fmt.Errorf("record %s: %w", shard.record, err)
	}
	out.Document, out.Found, out.Retagged = p.doc, p.found, p.relabelled
	if !p.changed && !p.relabelled && !(o.Stamp && p.restamps(now.doc)) {
		out.Document = now.doc
		return out, nil
	}
	var sealed vault.Sealed
	if len(p.values) > 0 {
		if len(now.doc.Parts) >= MaxParts {
			return out, fmt.Errorf("record %s has %d additions already", shard.record, MaxParts)
		}
		out.Part = newPart(len(now.doc.Parts) + 1)
		sealed, err = a.Sealer.Seal(ctx, vault.Record{ID: ingest.PartRecord(shard.record, out.Part), Values: p.values})
		if err != nil {
			return out, fmt.Errorf("sealing: %w", err)
		}
		p.doc.Parts = append(p.doc.Parts[:len(p.doc.Parts):len(p.doc.Parts)], document.Part{ID: out.Part, Epoch: sealed.Epoch})
	}
	doc, err := json.Marshal(p.doc)
	if err != nil {
		return out, fmt.Errorf("encoding the document: %w", err)
	}
	if out.Entry, err = ledger.Append(ctx, a.JS, o.entry(shard.record, now.raw, doc, p)); err != nil {
		return out, err
	}
	stored, err := a.storePart(ctx, now.doc.Month, shard.record, out.Part, sealed)
	if err != nil {
		return out, err
	}
	out.Sequence, err = shard.replace(ctx, doc, now)
	if errors.Is(err, errOvertaken) {
		return out, errors.Join(err, a.dropPart(ctx, stored))
	}
	if err != nil {
		return out, err
	}
	out.Changed = true
	out.Deleted, err = shard.deleteOlder(ctx)
	return out, err
}

// entry is what the ledger knows of an amendment before it happens.
func (o Order) entry(record string, before, after []byte, p plan) audit.Entry {
	hash := func(doc []byte) string { return hex.EncodeToString(Version(doc)[:6]) }
	e := audit.Entry{
		Time: time.Now(), Actor: o.Actor, Role: o.Role, Action: o.Action, Object: o.Object, Record: record,
		Before: hash(before), After: hash(after), Reason: o.Reason, Ticket: o.Ticket,
		Outcome: "amended", Documents: []audit.Sealed{{Record: record, Hash: Version(after)}},
	}
	if len(p.found) == 0 {
		e.Outcome = "stamped"
		if p.relabelled {
			e.Outcome = "relabelled"
		}
		return e
	}
	e.Counts = make(map[string]int)
	for _, s := range p.found {
		e.Counts[string(s.Type)]++
	}
	return e
}
