package main

import (
	"context"
	"fmt"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// opened is a release in the clear: personal data.
type opened struct {
	parts    []vault.Record     // the base, empty when nothing is left of it, and the additions
	document *document.Document // nil when there is none
	missing  int                // additions that the vault lacks
}

// openRelease opens all that was released of a record.
func openRelease(ctx context.Context, o *unseal.Opener, rel custody.Release) (opened, error) {
	out := opened{document: rel.Document, missing: rel.Missing, parts: make([]vault.Record, 1, 1+len(rel.Parts))}
	if len(rel.Sealed) > 0 {
		var err error
		if out.parts[0], err = o.Open(ctx, rel.Record, rel.Sealed); err != nil {
			return opened{}, fmt.Errorf("record %s: %w", rel.Record, err)
		}
	}
	for _, p := range rel.Parts {
		r, err := o.Open(ctx, ingest.PartRecord(rel.Record, p.ID), p.Sealed)
		if err != nil {
			return opened{}, fmt.Errorf("record %s, addition %s: %w", rel.Record, p.ID, err)
		}
		out.parts = append(out.parts, r)
	}
	return out, nil
}

// values are all values, in the order in which they were taken out.
func (o opened) values() []unseal.Disclosed {
	all := []unseal.Disclosed{}
	for _, r := range o.parts {
		all = append(all, unseal.Disclose(r)...)
	}
	return all
}

// text is the text as the customer wrote it, or empty without a document.
func (o opened) text() (string, error) {
	switch {
	case o.document == nil:
		return "", nil
	case o.missing > 0:
		return "", fmt.Errorf("%d additions to its sealed values are gone, so that the text cannot be put together: they have expired", o.missing)
	}
	return unseal.RestoreParts(o.document.Text, "", o.parts)
}
