package amend

import (
	"context"
	"crypto/rand"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/vault"
)

// newPart names an addition. The letters keep two that are made at the same
// time apart: neither overwrites the other, and the document tells which counts.
func newPart(n int) string {
	var b [8]byte
	rand.Read(b[:]) // never fails, crypto/rand crashes the process instead
	for i := range b {
		b[i] = 'a' + b[i]%26
	}
	return ingest.PartID(n, string(b[:]))
}

// storePart puts an addition into the vault and returns its sequence, 0 when
// there is none to store.
func (a *Amender) storePart(ctx context.Context, month, record, part string, sealed vault.Sealed) (uint64, error) {
	if part == "" {
		return 0, nil
	}
	ack, err := a.JS.Publish(ctx, ingest.VaultPartSubject(month, record, part), sealed.Data,
		jetstream.WithExpectStream(ingest.StreamVault), jetstream.WithExpectLastSequencePerSubject(0))
	if err != nil {
		return 0, fmt.Errorf("storing sealed values: %w", err)
	}
	return ack.Sequence, nil
}

// dropPart deletes an addition whose document was overtaken.
func (a *Amender) dropPart(ctx context.Context, seq uint64) error {
	if seq == 0 {
		return nil
	}
	s, err := a.JS.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	_, err = ingest.SecureDelete(ctx, s, seq)
	return err
}
