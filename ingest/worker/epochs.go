package worker

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/privacy/vault"
)

// Epochs keeps epoch envelopes in FEEDBACK_KEYS. It implements vault.EpochStore.
type Epochs struct{ JS jetstream.JetStream }

// PutEpoch returns when the stream has acknowledged the envelope. An epoch
// that exists already is an error, never overwritten.
func (e Epochs) PutEpoch(ctx context.Context, env vault.Envelope) error {
	msg := nats.NewMsg(ingest.KeySubject(env.Epoch))
	msg.Data = env.Data
	msg.Header.Set(ingest.HeaderOfficers, string(env.Set))
	_, err := e.JS.PublishMsg(ctx, msg,
		jetstream.WithExpectStream(ingest.StreamKeys),
		jetstream.WithExpectLastSequencePerSubject(0))
	if err != nil {
		return fmt.Errorf("storing the key of epoch %s: %w", env.Epoch, err)
	}
	return nil
}
