package vault

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"filippo.io/age"
)

// How long one epoch key may be used: whichever comes first.
const (
	MaxAge     = 10 * time.Minute
	MaxRecords = 4096
)

// ErrClosed is returned by Seal after Close.
var ErrClosed = errors.New("vault sealer is closed")

// EpochStore keeps epoch envelopes: without its envelope, no record of an
// epoch can ever be opened.
type EpochStore interface {
	// PutEpoch returns nil only once the envelope is durable. It is called
	// with a new id each time, never for two epochs at once.
	PutEpoch(ctx context.Context, e Envelope) error
}

// Envelope is the key of an epoch, sealed to the officers.
type Envelope struct {
	Epoch string // id
	Set   Set    // whom it is sealed to
	Data  []byte // an age file
}

// Sealer seals records to the officers' recipients. It is safe for concurrent
// use.
type Sealer struct {
	store      EpochStore
	maxAge     time.Duration
	maxRecords int
	ask        func(context.Context) ([]age.Recipient, error)

	// turn is held by the one goroutine that makes a new epoch; waiting for it
	// ends with the caller's context, as a mutex would not.
	turn chan struct{}

	mu         sync.Mutex
	recipients []age.Recipient // never written to, only replaced; nil when there are none to seal to
	generation int             // of recipients
	current    *epoch
	closed     bool
}

// Option changes a Sealer.
type Option func(*Sealer)

// WithMaxAge makes epochs end sooner than MaxAge; longer is refused.
func WithMaxAge(d time.Duration) Option { return func(s *Sealer) { s.maxAge = d } }

// WithMaxRecords makes epochs end sooner than MaxRecords; more is refused.
func WithMaxRecords(n int) Option { return func(s *Sealer) { s.maxRecords = n } }

// WithOfficers has ask say, before each new epoch, to whom it is sealed: nobody
// who has gone may open it, even when no word of that came. When ask fails,
// there is no new epoch.
func WithOfficers(ask func(context.Context) ([]age.Recipient, error)) Option {
	return func(s *Sealer) { s.ask = ask }
}

// NewSealer returns a Sealer for the recipients of the compliance officers. It
// fails at once when nothing could be sealed to them: no recipient, or a mix of
// post-quantum and classic ones, which age refuses.
func NewSealer(recipients []age.Recipient, store EpochStore, opts ...Option) (*Sealer, error) {
	if err := checkRecipients(recipients); err != nil {
		return nil, err
	}
	if store == nil {
		return nil, errors.New("vault needs an epoch store")
	}
	s := &Sealer{
		recipients: slices.Clone(recipients), store: store,
		maxAge: MaxAge, maxRecords: MaxRecords, turn: make(chan struct{}, 1),
	}
	for _, opt := range opts {
		opt(s)
	}
	if s.maxAge <= 0 || s.maxAge > MaxAge || s.maxRecords <= 0 || s.maxRecords > MaxRecords {
		return nil, fmt.Errorf("an epoch may last up to %v and %d records", MaxAge, MaxRecords)
	}
	return s, nil
}

// Seal returns r as an age file that only the officers can open, and the epoch
// whose envelope is already durable. When the store cannot take a new envelope,
// Seal fails, and so does every later call until the store recovers: the caller
// must not let the document proceed.
func (s *Sealer) Seal(ctx context.Context, r Record) (Sealed, error) {
	buf := plaintexts.Get().(*bytes.Buffer)
	defer func() {
		scrub(buf)
		plaintexts.Put(buf)
	}()
	if err := r.appendPlaintext(buf); err != nil {
		return Sealed{}, fmt.Errorf("seal record: %w", err)
	}
	e, err := s.acquire(ctx)
	if err != nil {
		return Sealed{}, fmt.Errorf("seal record: %w", err)
	}
	defer s.release(e)
	data, err := encrypt(buf.Bytes(), []age.Recipient{recordRecipient{e, r.ID}})
	if err != nil {
		return Sealed{}, fmt.Errorf("seal record: %w", err)
	}
	return Sealed{Epoch: e.id, Data: data}, nil
}

// SetRecipients makes others the officers. The current epoch ends at once: no
// Seal that begins after it returns uses a key that the former officers have.
// The same ones as before change nothing. Where nothing can be sealed to the
// new ones, that is an error, and nothing is sealed to anybody until a later
// call is good.
func (s *Sealer) SetRecipients(recipients []age.Recipient) error {
	if set := SetOf(recipients); set != "" && set == SetOf(s.Recipients()) {
		return nil
	}
	recipients = slices.Clone(recipients)
	err := checkRecipients(recipients)
	if err != nil {
		recipients = nil
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.recipients = recipients
	s.generation++
	s.retire(s.current)
	return err
}

// Recipients are the present officers'. The caller must not write to the slice.
func (s *Sealer) Recipients() []age.Recipient {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.recipients
}

// Close ends the current epoch and overwrites its key. Seals under way finish.
func (s *Sealer) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.closed = true
	s.retire(s.current)
	return nil
}

// plaintexts are scratch buffers, overwritten before they go back. A buffer
// that grew during encoding leaves its smaller self to the garbage collector.
var plaintexts = sync.Pool{New: func() any { return bytes.NewBuffer(make([]byte, 0, 4096)) }}

// scrub empties a buffer and overwrites all it ever held.
func scrub(buf *bytes.Buffer) {
	buf.Reset()
	clear(buf.AvailableBuffer()[:buf.Available()])
}

// acquire returns an epoch with room for one more record; release it after.
func (s *Sealer) acquire(ctx context.Context) (*epoch, error) {
	for {
		if e, err := s.take(); e != nil || err != nil {
			return e, err
		}
		select {
		case s.turn <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		}
		err := s.renew(ctx)
		<-s.turn
		if err != nil {
			return nil, err
		}
	}
}

// take counts one record on the current epoch, or returns nil when it is over.
func (s *Sealer) take() (*epoch, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, ErrClosed
	}
	e := s.current
	if !s.usable(e) {
		s.retire(e)
		return nil, nil
	}
	e.sealed++
	e.users++
	return e, nil
}

func (s *Sealer) usable(e *epoch) bool {
	return e != nil && e.sealed < s.maxRecords && time.Now().Before(e.expires)
}

func (s *Sealer) release(e *epoch) {
	s.mu.Lock()
	defer s.mu.Unlock()
	e.users--
	if e.retired && e.users == 0 {
		e.wipe()
	}
}

// retire ends e, whose key goes as soon as nobody uses it. s.mu is held.
func (s *Sealer) retire(e *epoch) {
	if e == nil || e.retired {
		return
	}
	e.retired = true
	e.timer.Stop()
	if s.current == e {
		s.current = nil
	}
	if e.users == 0 {
		e.wipe()
	}
}

// renew puts a new epoch in place, once its envelope is durable. s.turn is held.
func (s *Sealer) renew(ctx context.Context) error {
	s.mu.Lock()
	done := s.closed || s.usable(s.current) // another caller was faster
	s.mu.Unlock()
	if done {
		return nil
	}
	if s.ask != nil {
		recipients, err := s.ask(ctx)
		if err == nil {
			err = s.SetRecipients(recipients)
		}
		if err != nil {
			return fmt.Errorf("new epoch: who are the officers: %w", err)
		}
	}
	s.mu.Lock()
	recipients, generation := s.recipients, s.generation
	s.mu.Unlock()
	if len(recipients) == 0 {
		return errNoRecipients
	}
	born := time.Now() // the age of a key includes the time its envelope took
	e, envelope, err := newEpoch(recipients, born)
	if err != nil {
		return fmt.Errorf("new epoch: %w", err)
	}
	if err := s.store.PutEpoch(ctx, Envelope{Epoch: e.id, Set: SetOf(recipients), Data: envelope}); err != nil {
		e.wipe()
		return fmt.Errorf("store epoch %s: %w", e.id, err)
	}
	e.expires = born.Add(s.maxAge)

	s.mu.Lock()
	defer s.mu.Unlock()
	if s.generation != generation {
		e.wipe() // the officers changed meanwhile: nothing was sealed under it
		return nil
	}
	s.current = e
	// Without traffic nobody would notice that the key is too old.
	e.timer = time.AfterFunc(time.Until(e.expires), func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.retire(e)
	})
	if s.closed {
		s.retire(e)
	}
	return nil
}
