package ingest

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// SecureDelete deletes a message of a stream beyond recovery: its bytes are
// overwritten. It reports whether it was this call that did; false without an
// error is a message that had gone already, by another's hand or by its age,
// which is what was wanted.
func SecureDelete(ctx context.Context, stream jetstream.Stream, seq uint64) (did bool, err error) {
	err = stream.SecureDeleteMsg(ctx, seq)
	switch {
	case err == nil:
		return true, nil
	case errors.Is(err, jetstream.ErrMsgNotFound):
		return false, nil
	case errors.Is(err, jetstream.ErrMsgDeleteUnsuccessful):
		// That is the server's whole answer, whatever it failed for. Whether the
		// message is there tells one reason from the others.
		if _, look := stream.GetMsg(ctx, seq); errors.Is(look, jetstream.ErrMsgNotFound) {
			return false, nil
		}
	}
	return false, fmt.Errorf("deleting from %s: %w", stream.CachedInfo().Config.Name, err)
}
