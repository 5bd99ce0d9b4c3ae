package worker

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"
)

// keyCheckName is where the consumer remembers the record key of its workers.
const keyCheckName = "qingting.record-key"

// ErrRecordKey says that other workers derive record ids with another key.
var ErrRecordKey = errors.New("the record key is not that of the workers before")

// consumer makes the consumer that all workers share, or takes the one there is.
func (w *Worker) consumer(ctx context.Context, stream jetstream.Stream) (jetstream.Consumer, error) {
	cfg := jetstream.ConsumerConfig{
		Durable:       consumerName,
		Description:   "redacts, seals and annotates feedback",
		AckPolicy:     jetstream.AckExplicitPolicy,
		AckWait:       w.cfg.AckWait,
		MaxDeliver:    -1, // the worker itself gives up, and parks what it gives up on
		MaxAckPending: maxUnsettled + 4*pullMessages,
	}
	if w.cfg.RecordKeyCheck != "" {
		cfg.Metadata = map[string]string{keyCheckName: w.cfg.RecordKeyCheck}
	}
	c, err := stream.CreateConsumer(ctx, cfg)
	if !errors.Is(err, jetstream.ErrConsumerExists) {
		if err != nil {
			return nil, fmt.Errorf("worker: consumer %s: %w", consumerName, err)
		}
		return c, nil
	}
	if c, err = stream.Consumer(ctx, consumerName); err != nil {
		return nil, fmt.Errorf("worker: consumer %s: %w", consumerName, err)
	}
	have := c.CachedInfo().Config.Metadata[keyCheckName]
	if have != "" && have != w.cfg.RecordKeyCheck && !w.cfg.NewRecordKey {
		return nil, fmt.Errorf("worker: %w: feedback that is delivered or published again would become a second record; "+
			"give all workers the same secrets directory, and after a loss restore its record.key", ErrRecordKey)
	}
	if c, err = stream.UpdateConsumer(ctx, cfg); err != nil {
		return nil, fmt.Errorf("worker: consumer %s: %w", consumerName, err)
	}
	return c, nil
}
