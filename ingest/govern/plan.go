package govern

import (
	"context"
	"hash/maphash"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// Tally counts records that have expired. It holds no personal data.
type Tally struct {
	Records int            `json:"records"`
	Sources map[string]int `json:"sources,omitempty"`
	Types   map[string]int `json:"types,omitempty"` // records with a value of the type
	From    time.Time      `json:"from,omitzero"`   // earliest intake
	To      time.Time      `json:"to,omitzero"`     // latest intake
}

func (t *Tally) add(source string, types []string, intake time.Time) {
	if t.Sources == nil {
		t.Sources, t.Types = make(map[string]int), make(map[string]int)
	}
	t.Records++
	t.Sources[sourceName(source)]++
	for _, typ := range types {
		t.Types[typ]++
	}
	if t.From.IsZero() || intake.Before(t.From) {
		t.From = intake
	}
	if intake.After(t.To) {
		t.To = intake
	}
}

// plan is what is past its time.
type plan struct {
	records map[string]expired
	orphans []uint64 // sealed values without a document, by sequence
	vault   Tally
	docs    Tally
	held    int // restricted records, which stay
}

// expired is one record that is past one of its times.
type expired struct {
	source string
	types  []string
	intake time.Time
	vault  bool // its sealed values are, and they are there
	docs   bool // its document is
	gone   bool // a message said so already: what is left is to be deleted
}

// sealedAt is where the vault has a record.
type sealedAt struct {
	seq    uint64
	stored int64 // seconds
	seen   bool
}

// draw reads vault and documents, and says what is past its time now.
func draw(ctx context.Context, js jetstream.JetStream, rules Rules, now time.Time) (*plan, error) {
	seed := maphash.MakeSeed()
	sealed := make(map[uint64]sealedAt)
	for m, err := range ingest.Messages(ctx, js, ingest.StreamVault, ingest.Part{Headers: true}) {
		if err != nil {
			return nil, err
		}
		if _, record, _, ok := ingest.ParseVaultSubject(m.Subject); ok {
			sealed[maphash.String(seed, record)] = sealedAt{seq: m.Sequence, stored: m.Stored.Unix()}
		}
	}
	p := &plan{records: make(map[string]expired)}
	held := make(map[string]bool)
	for m, err := range ingest.Messages(ctx, js, ingest.StreamDocs, ingest.Part{}) {
		if err != nil {
			return nil, err
		}
		if record := m.Header.Get(document.ErasedHeader); record != "" {
			if e, ok := p.records[record]; ok {
				e.gone = true
				p.records[record] = e
			}
			continue
		}
		d, err := document.Parse(m.Data)
		if err != nil {
			continue // the indexer tells of it
		}
		key := maphash.String(seed, d.Record)
		at, inVault := sealed[key]
		if inVault && !at.seen {
			at.seen = true
			sealed[key] = at
		}
		if m.Header.Get(document.RestrictedHeader) != "" {
			held[d.Record] = true
			delete(p.records, d.Record)
			continue
		}
		delete(held, d.Record)
		e := expired{source: d.Source, types: typesOf(d), intake: d.Intake}
		e.docs = past(d.Intake, rules.Docs(d.Source, e.types), now)
		e.vault = inVault && (e.docs || past(d.Intake, rules.Vault(d.Source, e.types), now))
		if e.docs || e.vault {
			p.records[d.Record] = e
		} else {
			delete(p.records, d.Record) // a later version is younger
		}
	}
	p.held = len(held)
	for _, e := range p.records {
		if e.vault {
			p.vault.add(e.source, e.types, e.intake)
		}
		if e.docs {
			p.docs.add(e.source, e.types, e.intake)
		}
	}
	for _, at := range sealed {
		stored := time.Unix(at.stored, 0)
		if !at.seen && past(stored, rules.Longest(), now) {
			p.orphans = append(p.orphans, at.seq)
			p.vault.add("\u2014", nil, stored)
		}
	}
	slices.Sort(p.orphans)
	return p, nil
}

// takes reports whether the plan deletes what the vault has under a message.
func (p *plan) takes(m ingest.Message, record string) bool {
	if p.records[record].vault {
		return true
	}
	_, orphan := slices.BinarySearch(p.orphans, m.Sequence)
	return orphan
}

// typesOf are the types of what was taken out of a document, each once.
func typesOf(d *document.Document) (types []string) {
	for _, r := range d.Redactions {
		if !slices.Contains(types, r.Type) {
			types = append(types, r.Type)
		}
	}
	slices.Sort(types)
	return types
}
