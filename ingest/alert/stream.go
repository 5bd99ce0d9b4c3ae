package alert

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
)

// Stored is an alert with its sequence in FEEDBACK_ALERTS.
type Stored struct {
	Alert
	Sequence uint64
	Subject  string
}

// ErrNoAlerts says that nobody keeps alerts at the server asked.
var ErrNoAlerts = errors.New("the NATS server has no stream " + ingest.StreamAlerts + ": start a \"qingting serve\" of this version with it")

// Read yields the messages that were stored after the one with that sequence, 0
// for all, in order. It asks for one after the other (JetStream's direct get), so
// that one permission is enough: publish $JS.API.DIRECT.GET.FEEDBACK_ALERTS. A
// message that is no alert of this schema is passed over.
func Read(ctx context.Context, nc *nats.Conn, after uint64) iter.Seq2[Stored, error] {
	return func(yield func(Stored, error) bool) {
		for {
			s, ok, err := next(ctx, nc, after)
			if err != nil {
				yield(Stored{}, fmt.Errorf("reading %s: %w", ingest.StreamAlerts, err))
				return
			}
			if !ok {
				return
			}
			after = s.Sequence
			if s.Schema == "" {
				continue
			}
			if !yield(s, nil) {
				return
			}
		}
	}
}

// next is the first message after a sequence; false when there is none. One
// that cannot be read has no schema.
func next(ctx context.Context, nc *nats.Conn, after uint64) (Stored, bool, error) {
	ask := fmt.Appendf(nil, `{"seq":%d,"next_by_subj":%q}`, after+1, ingest.SubjectAlerts)
	ctx, cancel := context.WithTimeout(ctx, ingest.AckTimeout)
	defer cancel()
	m, err := nc.RequestWithContext(ctx, "$JS.API.DIRECT.GET."+ingest.StreamAlerts, ask)
	if errors.Is(err, nats.ErrNoResponders) {
		return Stored{}, false, ErrNoAlerts
	}
	if err != nil {
		return Stored{}, false, err
	}
	switch status := m.Header.Get("Status"); status {
	case "":
	case "404":
		return Stored{}, false, nil
	default:
		return Stored{}, false, fmt.Errorf("the server answers %s %s", status, m.Header.Get("Description"))
	}
	s := Stored{Subject: m.Header.Get(jetstream.SubjectHeader)}
	if s.Sequence, err = strconv.ParseUint(m.Header.Get(jetstream.SequenceHeader), 10, 64); err != nil || s.Sequence <= after {
		return Stored{}, false, errors.New("the server's answer has no sequence")
	}
	if a, err := Parse(m.Data); err == nil {
		s.Alert = a
	}
	return s, true, nil
}

// book is what was told, as the stream has it.
type book struct {
	last     uint64            // sequence read to
	told     map[string]Alert  // last message of each alert
	subjects map[string]uint64 // last sequence of each subject
}

func newBook() *book { return &book{told: map[string]Alert{}, subjects: map[string]uint64{}} }

// read brings the book up to the stream's end.
func (b *book) read(ctx context.Context, nc *nats.Conn) error {
	for {
		s, ok, err := next(ctx, nc, b.last)
		if err != nil {
			return fmt.Errorf("reading %s: %w", ingest.StreamAlerts, err)
		}
		if !ok {
			return nil
		}
		b.last = s.Sequence
		b.subjects[s.Subject] = s.Sequence
		if s.ID != "" {
			b.told[s.ID] = s.Alert
		}
	}
}

// errOutrun says that another process has told something of the theme meanwhile.
var errOutrun = errors.New("another process has told of this theme")

// publish stores a, when the theme's last message still is the one in the book.
func (b *book) publish(ctx context.Context, js jetstream.JetStream, a Alert) error {
	data, err := json.Marshal(a)
	if err != nil {
		return fmt.Errorf("alert %q: %w", a.ID, err)
	}
	subject := a.subject()
	ctx, cancel := context.WithTimeout(ctx, ingest.AckTimeout)
	defer cancel()
	ack, err := js.Publish(ctx, subject, data,
		jetstream.WithExpectStream(ingest.StreamAlerts),
		jetstream.WithMsgID(a.ID+"/"+string(a.State)+"/"+string(a.Severity)),
		jetstream.WithExpectLastSequencePerSubject(b.subjects[subject]))
	var refused *jetstream.APIError
	switch {
	case errors.As(err, &refused) && (refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence || refused.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant):
		return errOutrun
	case err != nil:
		return fmt.Errorf("publishing alert %q: %w", a.ID, err)
	case ack.Duplicate:
		return errOutrun
	}
	b.subjects[subject], b.told[a.ID] = ack.Sequence, a
	return nil
}
