package ledger

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"iter"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/audit"
)

// ErrOlder is a ledger that lacks what a checkpoint proves to have been there:
// it comes from a back-up.
var ErrOlder = errors.New("the ledger is older than the checkpoint")

// Check compares the ledger with a checkpoint that was kept elsewhere, whose
// signature was checked. One that lacks entries is ErrOlder, one with another
// history audit.ErrForked.
func Check(ctx context.Context, js jetstream.JetStream, seen audit.SignedCheckpoint) error {
	var tree audit.Tree
	for leaf, err := range Entries(ctx, js, 0) {
		if err != nil {
			return err
		}
		if tree.Size() == seen.Size {
			break
		}
		if _, err := tree.Append(leaf); err != nil {
			return err
		}
	}
	if tree.Size() < seen.Size {
		return fmt.Errorf("%w: it has %d entries, and %d were signed", ErrOlder, tree.Size(), seen.Size)
	}
	root, err := tree.Root(seen.Size)
	if err != nil {
		return err
	}
	if root != seen.Root {
		return fmt.Errorf("%w: its first %d entries are not those that the checkpoint signs", audit.ErrForked, seen.Size)
	}
	return nil
}

// Restore gives a ledger that comes from a back-up the entries back that it
// lacks, byte for byte from a verified export: from then on it is the ledger of
// which the export's checkpoints speak. It returns how many there were and how
// many were added.
//
// A ledger that has gone its own way since is audit.ErrForked, and stays as it
// is: what it says and the export says cannot both be kept. Nothing else may
// write meanwhile; if something does, that is an error.
func Restore(ctx context.Context, js jetstream.JetStream, export iter.Seq2[[]byte, error]) (had, added int64, err error) {
	next, stop := iter.Pull2(export)
	defer stop()
	for leaf, err := range Entries(ctx, js, 0) {
		if err != nil {
			return had, 0, err
		}
		theirs, err, ok := next()
		if err != nil {
			return had, 0, err
		}
		if !ok {
			return had, 0, nil // it has all of the export, and more
		}
		if !bytes.Equal(leaf, theirs) {
			return had, 0, fmt.Errorf("%w: from entry %d on the ledger is another than the export: "+
				"something was written to it after the back-up was restored. Restore the back-up once more", audit.ErrForked, had)
		}
		had++
	}
	for {
		leaf, err, ok := next()
		if err != nil || !ok {
			return had, added, err
		}
		msg := nats.NewMsg(ingest.SubjectAudit)
		msg.Data = leaf
		_, err = js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamAudit),
			jetstream.WithExpectLastSequence(uint64(had+added)))
		if err != nil {
			return had, added, fmt.Errorf("giving entry %d back: %w", had+added, err)
		}
		added++
	}
}
