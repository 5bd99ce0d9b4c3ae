package ingest

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"sync"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrBackPressure says that the stream takes no more for now: it has reached
// its limit, or acknowledgements lag behind. Nothing of the message was kept;
// publish it again later.
var ErrBackPressure = errors.New("back-pressure: the feedback stream takes no more for now")

// ErrUnsure says that the server was lost before it acknowledged: the stream may
// have taken the message or not. Feedback with an id may be published again; it
// is the same record either way.
var ErrUnsure = errors.New("the server was lost before it acknowledged")

// ErrClosed is returned by a Publisher that was closed.
var ErrClosed = errors.New("publisher is closed")

// AckTimeout bounds the wait for one acknowledgement. A cluster whose stream
// has lost its leader drops messages in silence until there is a new one: only
// the time tells, and what has an id is then published again.
const AckTimeout = 10 * time.Second

// JetStream opens the JetStream context that publishers and workers share:
// with bounded publishes in flight and a bounded wait for each acknowledgement.
func JetStream(nc *nats.Conn) (jetstream.JetStream, error) {
	return jetstream.New(nc,
		jetstream.WithPublishAsyncMaxPending(16384),
		jetstream.WithPublishAsyncTimeout(AckTimeout))
}

// PublisherOptions are the choices of a Publisher.
type PublisherOptions struct {
	// MaxInFlight is how many messages may await acknowledgement; default 1,024.
	MaxInFlight int
	// Recipient, when set, has each message age-sealed to the ingest identity,
	// so that neither the network nor the stream sees it in the clear.
	Recipient age.Recipient
}

// Publisher sends feedback to FEEDBACK_IN. It is safe for concurrent use.
// Delivery is at least once; the record id makes a second delivery harmless.
type Publisher struct {
	js        jetstream.JetStream
	recipient age.Recipient
	idKey     [32]byte // keys message ids, so that they tell nothing of the content

	slots   chan struct{} // one for each message awaiting acknowledgement
	pending chan pending
	done    chan struct{} // closed when settle returns

	mu     sync.RWMutex // held for writing by Close, for reading by Publish
	closed bool

	failMu sync.Mutex
	failed int
	first  error
}

// pending is a message on its way, or a Flush waiting for those before it.
type pending struct {
	ack     jetstream.PubAckFuture
	settled func(error)
	flushed chan struct{}
}

// NewPublisher starts a Publisher. Close it.
func NewPublisher(js jetstream.JetStream, opts PublisherOptions) (*Publisher, error) {
	if opts.MaxInFlight == 0 {
		opts.MaxInFlight = 1024
	}
	if opts.MaxInFlight < 0 {
		return nil, fmt.Errorf("publisher: max in flight is %d, want a positive number", opts.MaxInFlight)
	}
	p := &Publisher{
		js:        js,
		recipient: opts.Recipient,
		slots:     make(chan struct{}, opts.MaxInFlight),
		pending:   make(chan pending, opts.MaxInFlight),
		done:      make(chan struct{}),
	}
	if _, err := rand.Read(p.idKey[:]); err != nil {
		return nil, fmt.Errorf("publisher: %w", err)
	}
	go p.settle()
	return p, nil
}

// Publish sends f and returns before it is acknowledged. When the stream has
// taken it, settled is called with nil, else with the error; it may be nil,
// then Flush reports what failed. settled must be quick and must not call p.
//
// Publish waits while MaxInFlight messages await acknowledgement; when ctx ends
// first it returns ErrBackPressure. An error means that f was not sent.
func (p *Publisher) Publish(ctx context.Context, f Feedback, settled func(error)) error {
	msg, err := p.message(f)
	if err != nil {
		return err
	}
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return fmt.Errorf("%w: %w", ErrBackPressure, ctx.Err())
	}
	p.mu.RLock()
	defer p.mu.RUnlock()
	if p.closed {
		<-p.slots
		return ErrClosed
	}
	ack, err := p.js.PublishMsgAsync(msg)
	if err != nil {
		<-p.slots
		return p.refused(err)
	}
	p.pending <- pending{ack: ack, settled: settled}
	return nil
}

// Send publishes f and returns when the stream has taken it.
func (p *Publisher) Send(ctx context.Context, f Feedback) error {
	result := make(chan error, 1)
	if err := p.Publish(ctx, f, func(err error) { result <- err }); err != nil {
		return err
	}
	select {
	case err := <-result:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Flush waits until everything published before it is settled. It returns an
// error when messages whose settled was nil failed since the last Flush.
func (p *Publisher) Flush(ctx context.Context) error {
	p.mu.RLock()
	if p.closed {
		p.mu.RUnlock()
		return ErrClosed
	}
	flushed := make(chan struct{})
	select {
	case p.pending <- pending{flushed: flushed}:
		p.mu.RUnlock()
	case <-ctx.Done():
		p.mu.RUnlock()
		return ctx.Err()
	}
	select {
	case <-flushed:
	case <-ctx.Done():
		return ctx.Err()
	}
	p.failMu.Lock()
	defer p.failMu.Unlock()
	n, first := p.failed, p.first
	p.failed, p.first = 0, nil
	if n > 0 {
		return fmt.Errorf("%d messages were not taken, the first because: %w", n, first)
	}
	return nil
}

// Close waits for what is on its way and stops the Publisher.
func (p *Publisher) Close() {
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		close(p.pending)
	}
	p.mu.Unlock()
	<-p.done
}

// settle collects acknowledgements in the order of publishing.
func (p *Publisher) settle() {
	defer close(p.done)
	for w := range p.pending {
		if w.flushed != nil {
			close(w.flushed)
			continue
		}
		err := p.wait(w.ack)
		<-p.slots
		if w.settled != nil {
			w.settled(err)
			continue
		}
		if err != nil {
			p.failMu.Lock()
			if p.failed++; p.first == nil {
				p.first = err
			}
			p.failMu.Unlock()
		}
	}
}

// wait returns when a publish is acknowledged or refused. The JetStream
// context bounds the time.
func (p *Publisher) wait(ack jetstream.PubAckFuture) error {
	select {
	case <-ack.Ok():
		return nil
	case err := <-ack.Err():
		return p.refused(err)
	}
}

// refused says why a message was not taken.
func (p *Publisher) refused(err error) error {
	if nobody(err) && p.js.Conn().ConnectedClusterName() != "" {
		return fmt.Errorf("%w: no server of the cluster leads the stream now, or none was made: is \"qingting serve\" running with it? (%w)", ErrBackPressure, err)
	}
	return publishError(err)
}

// nobody says that no stream listens.
func nobody(err error) bool {
	return errors.Is(err, jetstream.ErrNoStreamResponse) || errors.Is(err, nats.ErrNoResponders)
}

// streamFull are the codes by which JetStream refuses a message for space:
// maximum messages, bytes, or messages per subject; storage exhausted.
const (
	codeStoreFailed      = 10077
	codeStorageExceeded  = 10047
	codeResourceExceeded = 10023
)

func publishError(err error) error {
	var api *jetstream.APIError
	if errors.As(err, &api) {
		switch api.ErrorCode {
		case codeStoreFailed, codeStorageExceeded, codeResourceExceeded:
			return fmt.Errorf("%w (%s)", ErrBackPressure, api.Description)
		}
	}
	if errors.Is(err, jetstream.ErrTooManyStalledMsgs) {
		return fmt.Errorf("%w: %w", ErrBackPressure, err)
	}
	if errors.Is(err, nats.ErrDisconnected) || errors.Is(err, jetstream.ErrAsyncPublishTimeout) {
		return fmt.Errorf("%w: %w", ErrUnsure, err)
	}
	if nobody(err) {
		return fmt.Errorf("no stream takes feedback on this server: start \"qingting serve\" with it first (%w)", err)
	}
	if errors.Is(err, nats.ErrMaxPayload) {
		return fmt.Errorf("the message is larger than the server takes: %w", err)
	}
	return err
}

// message encodes f, and seals it when there is a recipient. The message id
// makes a publisher's retry within two minutes harmless; it covers the content,
// so that a correction under the same id is not taken for a retry.
func (p *Publisher) message(f Feedback) (*nats.Msg, error) {
	data, err := f.Encode()
	if err != nil {
		return nil, err
	}
	msg := nats.NewMsg(InSubject(f.Channel))
	msg.Header.Set("Content-Type", "application/json")
	if f.ID != "" {
		mac := hmac.New(sha256.New, p.idKey[:])
		mac.Write(data)
		msg.Header.Set(jetstream.MsgIDHeader, hex.EncodeToString(mac.Sum(nil)[:16]))
	}
	if p.recipient != nil {
		if data, err = sealFor(p.recipient, data); err != nil {
			return nil, err
		}
		msg.Header.Set("Content-Type", "application/age")
	}
	msg.Data = data
	return msg, nil
}

func sealFor(to age.Recipient, data []byte) ([]byte, error) {
	var out bytes.Buffer
	w, err := age.Encrypt(&out, to)
	if err != nil {
		return nil, fmt.Errorf("sealing the message: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return nil, fmt.Errorf("sealing the message: %w", err)
	}
	if err := w.Close(); err != nil {
		return nil, fmt.Errorf("sealing the message: %w", err)
	}
	return out.Bytes(), nil
}
