package search

import (
	"context"
	"crypto/sha256"
	"encoding/json"
	"fmt"

	"qingting/internal/document"
)

// Digest is a fingerprint of all that a document says.
type Digest [16]byte

// DigestOf takes it of what the index keeps of a document. Times count as
// moments, and empty lists as none.
func DigestOf(d *document.Document) (Digest, error) {
	same := *d
	same.Time, same.Intake = same.Time.UTC(), same.Intake.UTC()
	data, err := json.Marshal(&same)
	if err != nil {
		return Digest{}, err
	}
	sum := sha256.Sum256(data)
	return Digest(sum[:16]), nil
}

// Difference is how an index and its stream differ, by records.
type Difference struct {
	Missing []string // in the stream alone
	Extra   []string // in the index alone
	Changed []string // in both, and not the same
}

// None reports whether they agree.
func (d Difference) None() bool { return len(d.Missing)+len(d.Extra)+len(d.Changed) == 0 }

// Compare compares the stored documents with the latest version of each record
// in the stream, whose digests want has.
func (ix *Index) Compare(ctx context.Context, want map[string]Digest) (diff Difference, err error) {
	seen := make(map[string]bool, len(want))
	for d, err := range ix.Stored(ctx) {
		if err != nil {
			return diff, err
		}
		digest, ok := want[d.Record]
		found, err := DigestOf(d)
		switch {
		case err != nil:
			return diff, err
		case !ok || seen[d.Record]: // a record twice is one too many
			diff.Extra = append(diff.Extra, d.Record)
		case digest != found:
			diff.Changed = append(diff.Changed, d.Record)
		}
		seen[d.Record] = true
	}
	for record := range want {
		if !seen[record] {
			diff.Missing = append(diff.Missing, record)
		}
	}
	return diff, nil
}

// Verify compares every file of the index with its checksum and reads a document
// of each shard. What is not as it was written is ErrDamaged, and named. It takes
// as long as it takes to read the index.
func (ix *Index) Verify(ctx context.Context) (err error) {
	defer ix.recoverDamage(&err)
	g, err := ix.enter()
	if err != nil {
		return err
	}
	defer ix.leave(g)
	if err := g.verify(ctx); err != nil {
		return err
	}
	if err := g.probe(ix.store); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrDamaged, g.dir, err)
	}
	return nil
}
