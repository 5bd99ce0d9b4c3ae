package govern

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/internal/document"
	"qingting/privacy/audit"
)

// The outcomes of retention entries in the ledger.
const (
	OutcomeAnnounced = "announced" // follows at once; nothing was deleted yet
	OutcomeDone      = "done"      // counts are of what was deleted
	OutcomeNothing   = "nothing had expired"

	outcomeBroken = "broken off; the next run goes on"
)

// Who has a run made, and why. Neither holds personal data.
type Who struct{ Actor, Role, Reason, Ticket string }

// Report is what a run found and did.
type Report struct {
	Time    time.Time `json:"time"`
	DryRun  bool      `json:"dry_run,omitempty"`
	Rules   string    `json:"rules,omitempty"` // hash of the retention setting; empty when there is none
	Vault   Tally     `json:"vault"`
	Docs    Tally     `json:"docs"`
	Keys    int       `json:"keys"`           // of epochs, under which nothing is sealed any more
	Held    int       `json:"held,omitempty"` // restricted records, which stay
	Entries []int64   `json:"entries,omitempty"`
}

// carryOut deletes what a plan lists, the ledger first.
func carryOut(ctx context.Context, js jetstream.JetStream, p *plan, r *Report, who Who) error {
	for stream, t := range map[string]Tally{ingest.StreamVault: p.vault, ingest.StreamDocs: p.docs} {
		if t.Records == 0 {
			continue
		}
		if err := r.enter(ctx, js, who, stream, t, OutcomeAnnounced); err != nil {
			return err
		}
	}
	var done plan
	err := p.delete(ctx, js, &done)
	r.Vault, r.Docs = done.vault, done.docs
	outcome := OutcomeDone
	if err != nil {
		outcome = outcomeBroken
	}
	for stream, t := range map[string]Tally{ingest.StreamVault: done.vault, ingest.StreamDocs: done.docs} {
		if t.Records > 0 || err != nil && (stream == ingest.StreamVault && p.vault.Records > 0 || stream == ingest.StreamDocs && p.docs.Records > 0) {
			err = errors.Join(err, r.enter(context.WithoutCancel(ctx), js, who, stream, t, outcome))
		}
	}
	return err
}

// maxSources is how many sources one entry of the ledger counts by name.
const maxSources = 400

// enter writes an entry of a run to the ledger.
func (r *Report) enter(ctx context.Context, js jetstream.JetStream, who Who, stream string, t Tally, outcome string) error {
	e := audit.Entry{
		Actor: who.Actor, Role: who.Role, Reason: who.Reason, Ticket: who.Ticket,
		Action: audit.ActionRetention, Object: "retention", Outcome: outcome,
		Counts: map[string]int{"records": t.Records},
	}
	if stream != "" {
		e.Object = "stream:" + stream
	}
	if !t.From.IsZero() {
		e.Before, e.After = t.From.UTC().Format(time.RFC3339), t.To.UTC().Format(time.RFC3339)
	}
	for i, s := range slices.Sorted(maps.Keys(t.Sources)) {
		if i >= maxSources {
			e.Counts["source:…"] += t.Sources[s]
			continue
		}
		e.Counts["source:"+s] = t.Sources[s]
	}
	for typ, n := range t.Types {
		e.Counts["type:"+typ] = n
	}
	if r.Rules != "" {
		e.Purpose = "rules " + r.Rules
	}
	index, err := ledger.Append(ctx, js, e)
	if err != nil {
		return fmt.Errorf("nothing more is deleted: %w", err)
	}
	r.Entries = append(r.Entries, index)
	return nil
}

// delete carries a plan out and counts what it did.
func (p *plan) delete(ctx context.Context, js jetstream.JetStream, done *plan) error {
	vault, err := js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	versions, err := p.versions(ctx, js)
	if err != nil {
		return err
	}
	docs, err := js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	for _, record := range slices.Sorted(maps.Keys(p.records)) {
		e := p.records[record]
		if e.vault {
			if err := deleteSealed(ctx, vault, record); err != nil {
				return err
			}
			done.vault.add(e.source, e.types, e.intake)
		}
		if e.docs {
			if err := forget(ctx, js, docs, record, e.gone, versions[record]); err != nil {
				return err
			}
			done.docs.add(e.source, e.types, e.intake)
		}
	}
	for _, seq := range p.orphans {
		if _, err := ingest.SecureDelete(ctx, vault, seq); err != nil {
			return err
		}
		done.vault.add("\u2014", nil, p.vault.From)
	}
	return nil
}

// versions finds every version of the documents that go.
func (p *plan) versions(ctx context.Context, js jetstream.JetStream) (map[string][]uint64, error) {
	if p.docs.Records == 0 {
		return nil, nil
	}
	all := make(map[string][]uint64)
	for m, err := range ingest.Messages(ctx, js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			return nil, err
		}
		if m.Header.Get(document.ErasedHeader) != "" {
			continue
		}
		if d, err := document.Parse(m.Data); err == nil && p.records[d.Record].docs {
			all[d.Record] = append(all[d.Record], m.Sequence)
		}
	}
	return all, nil
}

// deleteSealed deletes all that the vault has of a record, beyond recovery:
// the sealed values, in whatever month, and their additions.
func deleteSealed(ctx context.Context, vault jetstream.Stream, record string) error {
	for from := uint64(1); ; {
		msg, err := vault.GetMsg(ctx, from, jetstream.WithGetMsgSubject(ingest.VaultSubject("*", record)))
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err != nil {
			return fmt.Errorf("reading the vault: %w", err)
		}
		if _, err := ingest.SecureDelete(ctx, vault, msg.Sequence); err != nil {
			return err
		}
		from = msg.Sequence + 1
	}
}

// forget tells every reader of the documents to forget a record, and deletes
// its versions beyond recovery.
func forget(ctx context.Context, js jetstream.JetStream, docs jetstream.Stream, record string, told bool, versions []uint64) error {
	if !told {
		msg := nats.NewMsg(ingest.DocsSubject(record))
		msg.Header.Set(document.ErasedHeader, record)
		if _, err := js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamDocs)); err != nil {
			return fmt.Errorf("telling the readers of documents: %w", err)
		}
	}
	for _, seq := range versions {
		if _, err := ingest.SecureDelete(ctx, docs, seq); err != nil {
			return err
		}
	}
	return nil
}
