package ingest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"maps"
	"slices"
	"strconv"
	"strings"
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
//
// Its JSON holds header, as the lines NATS carries, and data as base64: both
// may be any bytes, and must come back as they were.
type Letter struct {
	Subject    string      `json:"subject"`
	Header     HeaderBlock `json:"header,omitempty"`
	Data       []byte      `json:"data"`
	Reason     string      `json:"reason"`
	Detail     string      `json:"detail,omitempty"`
	Sequence   uint64      `json:"sequence"`
	Received   time.Time   `json:"received"`
	Deliveries uint64      `json:"deliveries"`
}

// HeaderBlock is the headers of a message, encoded as NATS carries them.
type HeaderBlock nats.Header

const headerLine = "NATS/1.0\r\n"

// MarshalText returns the base64 of the header lines.
func (h HeaderBlock) MarshalText() ([]byte, error) {
	block := []byte(headerLine)
	for _, name := range slices.Sorted(maps.Keys(h)) {
		for _, v := range h[name] {
			block = append(append(append(append(block, name...), ": "...), v...), "\r\n"...)
		}
	}
	return base64.StdEncoding.AppendEncode(nil, append(block, "\r\n"...)), nil
}

// UnmarshalText reads what MarshalText wrote.
func (h *HeaderBlock) UnmarshalText(text []byte) error {
	block, err := base64.StdEncoding.AppendDecode(nil, text)
	if err != nil {
		return errMalformedLetter
	}
	header, err := nats.DecodeHeadersMsg(block)
	if err != nil {
		return errMalformedLetter
	}
	if len(header) > 0 {
		*h = HeaderBlock(header)
	}
	return nil
}

var errMalformedLetter = errors.New("malformed dead letter")

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
	// Where it is known: of recipients that do not tell their text it is not.
	if set := vault.SetOf(officers); set != "" {
		msg.Header.Set(HeaderOfficers, string(set))
	}
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
	Officers   vault.Set `json:"officers,omitempty"` // to whom it is sealed, when that is known
}

// Letters yields the dead letters after the one with the given ID, in the
// order they were parked; 0 yields all.
func Letters(ctx context.Context, js jetstream.JetStream, after uint64) iter.Seq2[ParkedLetter, error] {
	return func(yield func(ParkedLetter, error) bool) {
		stream, err := js.Stream(ctx, StreamDead)
		if err != nil {
			yield(ParkedLetter{}, fmt.Errorf("stream %s: %w", StreamDead, err))
			return
		}
		state := stream.CachedInfo().State
		for seq := max(state.FirstSeq, after+1); state.Msgs > 0 && seq <= state.LastSeq; {
			msg, err := stream.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(DeadSubject("*")))
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

// ErrNoLetter says that there is no dead letter of that ID.
var ErrNoLetter = errors.New("there is no such dead letter: see \"qingting dead list\"")

// SealedLetter is a dead letter as an age file, for an officer to open.
func SealedLetter(ctx context.Context, js jetstream.JetStream, id uint64) ([]byte, error) {
	stream, err := js.Stream(ctx, StreamDead)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", StreamDead, err)
	}
	if id == 0 {
		return nil, ErrNoLetter
	}
	msg, err := stream.GetMsg(ctx, id)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, ErrNoLetter
	}
	if err != nil {
		return nil, fmt.Errorf("reading dead letter %d: %w", id, err)
	}
	return msg.Data, nil
}

func parked(msg *jetstream.RawStreamMsg) ParkedLetter {
	l := ParkedLetter{
		ID: msg.Sequence, Parked: msg.Time,
		Reason: msg.Header.Get(headerReason), Detail: msg.Header.Get(headerDetail),
		Officers: vault.Set(msg.Header.Get(HeaderOfficers)),
	}
	// Headers of our own writing: a damaged one reads as zero.
	l.Sequence, _ = strconv.ParseUint(msg.Header.Get(headerSequence), 10, 64)
	l.Received, _ = time.Parse(time.RFC3339Nano, msg.Header.Get(headerReceived))
	l.Size, _ = strconv.Atoi(msg.Header.Get(headerSize))
	l.Deliveries, _ = strconv.ParseUint(msg.Header.Get(headerDeliveries), 10, 64)
	return l
}

// ParseLetter reads an opened letter.
func ParseLetter(plain []byte) (Letter, error) {
	var l Letter
	if err := json.Unmarshal(plain, &l); err != nil {
		return Letter{}, errMalformedLetter // the error of encoding/json may quote it
	}
	return l, nil
}

// Retry publishes an opened letter as it first came, and deletes the dead one
// beyond recovery once the stream has taken it. Tried again within minutes,
// after the deletion failed, it publishes nothing twice.
func Retry(ctx context.Context, js jetstream.JetStream, id uint64, l Letter) error {
	if _, err := SealedLetter(ctx, js, id); err != nil {
		return err
	}
	msg := &nats.Msg{Subject: l.Subject, Data: l.Data, Header: nats.Header{}}
	for name, values := range l.Header {
		// Those are spoken to the stream, not to us, and for the first time.
		if len(name) < len(natsPrefix) || !strings.EqualFold(name[:len(natsPrefix)], natsPrefix) {
			msg.Header[name] = values
		}
	}
	_, err := js.PublishMsg(ctx, msg, jetstream.WithExpectStream(StreamIn), jetstream.WithMsgID(fmt.Sprintf("dead-%d", id)))
	if err != nil {
		return fmt.Errorf("publishing dead letter %d again: %w", id, publishError(err))
	}
	stream, err := js.Stream(ctx, StreamDead)
	if err != nil {
		return fmt.Errorf("stream %s: %w", StreamDead, err)
	}
	if _, err := SecureDelete(ctx, stream, id); err != nil {
		return fmt.Errorf("dead letter %d was published again but could not be deleted: %w", id, err)
	}
	return nil
}

// natsPrefix begins the headers of NATS itself.
const natsPrefix = "Nats-"
