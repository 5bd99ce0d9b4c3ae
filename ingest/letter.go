package ingest

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strconv"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/privacy/vault"
)

// Headers of a dead letter, in the clear for the operator: none holds content.
const (
	headerReason     = "Qingting-Reason"
	headerDetail     = "Qingting-Detail"
	headerSequence   = "Qingting-Sequence"
	headerReceived   = "Qingting-Received"
	headerSize       = "Qingting-Size"
	headerDeliveries = "Qingting-Deliveries"
)

// Letter is a message that could not be processed, whole: subject, headers and
// body are personal until shown otherwise. In FEEDBACK_DEAD it is sealed.
type Letter struct {
	Subject    string      `json:"subject"`
	Header     nats.Header `json:"header,omitempty"`
	Data       []byte      `json:"data"`
	Reason     string      `json:"reason"`
	Detail     string      `json:"detail,omitempty"`
	Sequence   uint64      `json:"sequence"`
	Received   time.Time   `json:"received"`
	Deliveries uint64      `json:"deliveries"`
}

// Park seals a letter to the officers and returns when FEEDBACK_DEAD has it.
// created is when the stream it came from was made: with the sequence it
// names the message, so that parking it twice at once keeps one.
func Park(ctx context.Context, js jetstream.JetStream, created time.Time, l Letter, officers []age.Recipient) error {
	plain, err := json.Marshal(l)
	if err != nil {
		return fmt.Errorf("encoding a dead letter: %w", err)
	}
	sealed, err := vault.SealDirect(officers, plain)
	if err != nil {
		return fmt.Errorf("sealing a dead letter: %w", err)
	}
	msg := nats.NewMsg(DeadSubject(l.Reason))
	msg.Data = sealed
	msg.Header.Set(headerReason, l.Reason)
	msg.Header.Set(headerDetail, l.Detail)
	msg.Header.Set(headerSequence, strconv.FormatUint(l.Sequence, 10))
	msg.Header.Set(headerReceived, l.Received.UTC().Format(time.RFC3339Nano))
	msg.Header.Set(headerSize, strconv.Itoa(len(l.Data)))
	msg.Header.Set(headerDeliveries, strconv.FormatUint(l.Deliveries, 10))
	_, err = js.PublishMsg(ctx, msg, jetstream.WithExpectStream(StreamDead),
		jetstream.WithMsgID(fmt.Sprintf("%x-%d", created.UnixNano(), l.Sequence)))
	if err != nil {
		return fmt.Errorf("storing a dead letter: %w", err)
	}
	return nil
}

// ParkedLetter is a dead letter as the operator sees it: why, when and how
// large, never what.
type ParkedLetter struct {
	ID         uint64    `json:"id"` // sequence in FEEDBACK_DEAD
	Reason     string    `json:"reason"`
	Detail     string    `json:"detail,omitempty"`
	Sequence   uint64    `json:"sequence"` // in FEEDBACK_IN
	Received   time.Time `json:"received"`
	Parked     time.Time `json:"parked"`
	Size       int       `json:"size"` // of the body, in bytes
	Deliveries uint64    `json:"deliveries"`

	sealed []byte
}

// Letters yields the dead letters in the order they were parked.
func Letters(ctx context.Context, js jetstream.JetStream) iter.Seq2[ParkedLetter, error] {
	return func(yield func(ParkedLetter, error) bool) {
		stream, err := js.Stream(ctx, StreamDead)
		if err != nil {
			yield(ParkedLetter{}, fmt.Errorf("stream %s: %w", StreamDead, err))
			return
		}
		state := stream.CachedInfo().State
		if state.Msgs == 0 {
			return
		}
		for seq := state.FirstSeq; seq <= state.LastSeq; {
			msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject("feedback.dead.*"))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return
			}
			if err != nil {
				yield(ParkedLetter{}, fmt.Errorf("reading dead letter %d: %w", seq, err))
				return
			}
			if !yield(parked(msg), nil) {
				return
			}
			seq = msg.Sequence + 1
		}
	}
}

func parked(msg *jetstream.RawStreamMsg) ParkedLetter {
	l := ParkedLetter{
		ID: msg.Sequence, Parked: msg.Time, sealed: msg.Data,
		Reason: msg.Header.Get(headerReason), Detail: msg.Header.Get(headerDetail),
	}
	// Headers of our own writing: a damaged one reads as zero.
	l.Sequence, _ = strconv.ParseUint(msg.Header.Get(headerSequence), 10, 64)
	l.Received, _ = time.Parse(time.RFC3339Nano, msg.Header.Get(headerReceived))
	l.Size, _ = strconv.Atoi(msg.Header.Get(headerSize))
	l.Deliveries, _ = strconv.ParseUint(msg.Header.Get(headerDeliveries), 10, 64)
	return l
}

// Sealed is the letter as an age file, for an officer to open.
func (l ParkedLetter) Sealed() []byte { return l.sealed }

// ParseLetter reads an opened letter.
func ParseLetter(plain []byte) (Letter, error) {
	var l Letter
	if err := json.Unmarshal(plain, &l); err != nil {
		return Letter{}, errors.New("malformed dead letter")
	}
	return l, nil
}

// Retry publishes an opened letter as it first came, and deletes the dead one
// beyond recovery once the stream has taken it.
func Retry(ctx context.Context, js jetstream.JetStream, id uint64, l Letter) error {
	msg := &nats.Msg{Subject: l.Subject, Data: l.Data, Header: nats.Header{}}
	for name, values := range l.Header {
		switch name {
		// Spoken to the stream, not to us: they would refuse or drop the retry.
		case jetstream.MsgIDHeader, jetstream.ExpectedLastSeqHeader, jetstream.ExpectedLastMsgIDHeader,
			jetstream.ExpectedLastSubjSeqHeader, jetstream.ExpectedStreamHeader:
		default:
			msg.Header[name] = values
		}
	}
	if _, err := js.PublishMsg(ctx, msg, jetstream.WithExpectStream(StreamIn)); err != nil {
		return fmt.Errorf("publishing dead letter %d again: %w", id, publishError(err))
	}
	stream, err := js.Stream(ctx, StreamDead)
	if err != nil {
		return fmt.Errorf("stream %s: %w", StreamDead, err)
	}
	if err := stream.SecureDeleteMsg(ctx, id); err != nil {
		return fmt.Errorf("dead letter %d was published again but could not be deleted: %w", id, err)
	}
	return nil
}
