package custody

import (
	"context"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/internal/document"
)

// Part is an addition to the sealed values of a record: what was taken out of
// its document after it was stored.
type Part struct {
	ID     string `json:"id"`
	Sealed []byte `json:"sealed"` // an age file, of the record id ingest.PartRecord
}

// release reads what the vault holds of a record and its latest document. Of
// the additions, those count that the document names, in its order; without a
// document, all.
func (s *Service) release(ctx context.Context, vault jetstream.Stream, record string) (Release, error) {
	rel := Release{Record: record}
	sealed, err := ingest.VaultParts(ctx, vault, record)
	if err != nil {
		return rel, err
	}
	if len(sealed) == 0 {
		return rel, refusal(CodeNothing, "record %s has nothing sealed: it held no personal data, or it was erased or has expired", record)
	}
	if rel.Document, _, err = latest(ctx, s.js, record); err != nil {
		return rel, err
	}
	parts := make(map[string][]byte)
	var all []document.Part
	for _, p := range sealed {
		if p.ID == "" {
			rel.Sealed = p.Data // the last one: a correction that is under way leaves two
			continue
		}
		parts[p.ID] = p.Data
		all = append(all, document.Part{ID: p.ID})
	}
	if rel.Document != nil {
		all = rel.Document.Parts
	}
	for _, p := range all {
		data, ok := parts[p.ID]
		if !ok {
			rel.Missing++
			continue
		}
		rel.Parts = append(rel.Parts, Part{p.ID, data})
	}
	return rel, nil
}
