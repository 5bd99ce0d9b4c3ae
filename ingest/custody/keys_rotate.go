package custody

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
)

// What the ledger calls the ends of a rotation.
const (
	rotationBegun = "rotation begun"
	rotationEnded = "rotation ended"
)

// rotationTime bounds how long after its entry a rotation may go on.
const rotationTime = 24 * time.Hour

// Rotation is one run in which epoch keys are sealed to the present officers.
type Rotation struct {
	Entry    int64          `json:"entry"` // the ledger's, from 0
	Officers vault.Register `json:"officers"`
	Epochs   int            `json:"epochs"` // all there are
	Left     int            `json:"left"`   // those sealed to another set
}

// begin writes the entry of a rotation.
func (s *Service) begin(ctx context.Context, r Request) (Rotation, error) {
	if err := r.check(); err != nil {
		return Rotation{}, err
	}
	o, err := s.officers(ctx, struct{}{})
	if err != nil {
		return Rotation{}, err
	}
	if err := s.mend(ctx, time.Now()); err != nil {
		return Rotation{}, err
	}
	rot := Rotation{Officers: o.Register}
	set := o.Register.Set()
	digest, err := s.digest(ctx, func(e ingest.StoredEpoch) {
		rot.Epochs++
		if e.Set != set {
			rot.Left++
		}
	})
	if err != nil {
		return Rotation{}, err
	}
	rot.Entry, err = ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: audit.ActionKey, Object: "officers:" + set.Hash(), Outcome: rotationBegun,
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Before: digest,
		Counts: map[string]int{"epochs": rot.Epochs, "left": rot.Left},
	})
	return rot, err
}

// digest says in what state the envelopes are: over lines of epoch and SHA-256
// of its envelope, in the order of the epochs' ids.
func (s *Service) digest(ctx context.Context, each func(ingest.StoredEpoch)) (string, error) {
	var lines []string
	for e, err := range ingest.Epochs(ctx, s.js, 0) {
		if err != nil {
			return "", err
		}
		each(e)
		lines = append(lines, fmt.Sprintf("%s %x\n", e.Epoch, sha256.Sum256(e.Data)))
	}
	slices.Sort(lines)
	sum := sha256.Sum256([]byte(strings.Join(lines, "")))
	return hex.EncodeToString(sum[:16]), nil
}

// Rewrapped is an epoch's envelope for the present officers, in the place of the
// one at Sequence.
type Rewrapped struct {
	Epoch    string `json:"epoch"`
	Sequence uint64 `json:"sequence"`
	Data     []byte `json:"data"`
}

type rewrapRequest struct {
	Request
	Rotation  int64       `json:"rotation"` // entry
	Set       vault.Set   `json:"set"`
	Envelopes []Rewrapped `json:"envelopes"`
}

// rewrap replaces envelopes; it answers with the epochs whose envelope was not
// the one at Sequence any more, and stays as it is.
//
// No instant leaves an epoch without an envelope: the new ones are stored
// together under a subject of their own first. No old one outlives it: the
// stream would drop it for the new one of its subject, but leave its bytes in
// the file, so it is overwritten before.
func (s *Service) rewrap(ctx context.Context, r rewrapRequest) ([]string, error) {
	o, err := s.rotating(ctx, r)
	if err != nil {
		return nil, err
	}
	keys, err := s.js.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamKeys, err)
	}
	changed := []string{}
	staged := staging{Set: o.Register.Set()}
	for _, n := range r.Envelopes {
		if err := vault.CheckEnvelope(n.Data, o.Register); err != nil {
			return nil, err
		}
		msg, err := keys.GetMsg(ctx, n.Sequence)
		if errors.Is(err, jetstream.ErrMsgNotFound) || err == nil && msg.Subject != ingest.KeySubject(n.Epoch) {
			changed = append(changed, n.Epoch)
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("reading %s: %w", ingest.StreamKeys, err)
		}
		staged.Envelopes = append(staged.Envelopes, stagedEnvelope{n, ingest.EpochBorn(msg.Header, msg.Time)})
	}
	lost, err := s.replace(ctx, keys, staged)
	return append(changed, lost...), err
}

// rotating checks that the ledger has the rotation's beginning, and that it goes
// to the officers of now.
func (s *Service) rotating(ctx context.Context, r rewrapRequest) (Officers, error) {
	if err := r.Request.check(); err != nil {
		return Officers{}, err
	}
	errNone := errors.New("this rotation is not in the ledger: run \"qingting keys rotate\" again")
	if r.Rotation < 0 {
		return Officers{}, errNone
	}
	leaf, err := ledger.Entry(ctx, s.js, r.Rotation)
	if err != nil {
		return Officers{}, err
	}
	e, err := audit.ParseEntry(leaf)
	if err != nil || e.Action != audit.ActionKey || e.Outcome != rotationBegun || e.Actor != r.Actor || time.Since(e.Time) > rotationTime {
		return Officers{}, errNone
	}
	o, err := s.officers(ctx, struct{}{})
	if err != nil {
		return Officers{}, err
	}
	if set := o.Register.Set(); r.Set != set || e.Object != "officers:"+set.Hash() {
		return Officers{}, errors.New("the officers changed meanwhile: run \"qingting keys rotate\" again, it goes on where this one stopped")
	}
	return o, nil
}

// staging is what stands beside the epochs while their envelopes are replaced.
type staging struct {
	Set       vault.Set        `json:"set"`
	Envelopes []stagedEnvelope `json:"envelopes"`

	sequence uint64
	stored   time.Time
}

type stagedEnvelope struct {
	Rewrapped
	Born time.Time `json:"born"`
}

// replace swaps staged envelopes in; it returns the epochs that another was
// faster to replace, or to delete.
func (s *Service) replace(ctx context.Context, keys jetstream.Stream, st staging) (lost []string, err error) {
	if len(st.Envelopes) == 0 {
		return nil, nil
	}
	data, err := json.Marshal(st)
	if err != nil {
		return nil, fmt.Errorf("encoding envelopes: %w", err)
	}
	ack, err := s.js.Publish(ctx, ingest.StagedSubject(strings.ToLower(rand.Text())), data, jetstream.WithExpectStream(ingest.StreamKeys))
	if err != nil {
		return nil, fmt.Errorf("storing new envelopes: %w", err)
	}
	for _, e := range st.Envelopes {
		did, err := ingest.SecureDelete(ctx, keys, e.Sequence)
		if err != nil {
			return lost, fmt.Errorf("the old envelope of epoch %s: %w", e.Epoch, err)
		}
		if !did {
			lost = append(lost, e.Epoch)
			continue
		}
		if err := s.put(ctx, e, st.Set); err != nil {
			return lost, err
		}
	}
	if _, err := ingest.SecureDelete(ctx, keys, ack.Sequence); err != nil {
		return lost, fmt.Errorf("cleaning up after the new envelopes: %w", err)
	}
	return lost, nil
}

// put stores an envelope where there is none. That another did is no error:
// only mend can have, with the same envelope.
func (s *Service) put(ctx context.Context, e stagedEnvelope, set vault.Set) error {
	msg := nats.NewMsg(ingest.KeySubject(e.Epoch))
	msg.Data = e.Data
	msg.Header.Set(ingest.HeaderOfficers, string(set))
	msg.Header.Set(ingest.HeaderBorn, e.Born.UTC().Format(time.RFC3339Nano))
	_, err := s.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamKeys), jetstream.WithExpectLastSequencePerSubject(0))
	var api *jetstream.APIError
	if errors.As(err, &api) && api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence {
		return nil
	}
	if err != nil {
		return fmt.Errorf("storing the new envelope of epoch %s: %w", e.Epoch, err)
	}
	return nil
}

// stagedFor is how long staged envelopes may be somebody's who still works.
const stagedFor = requestTimeout + 5*time.Second

// mend ends what a process that was killed had begun: epochs whose old envelope
// is deleted get the new one. It fails while another rotation is at work.
func (s *Service) mend(ctx context.Context, now time.Time) error {
	keys, err := s.js.Stream(ctx, ingest.StreamKeys)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamKeys, err)
	}
	busy := false
	for st, err := range stagings(ctx, keys) {
		if err != nil {
			return err
		}
		for _, e := range st.Envelopes {
			_, err := keys.GetLastMsgForSubject(ctx, ingest.KeySubject(e.Epoch))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				err = s.put(ctx, e, st.Set)
			}
			if err != nil {
				return fmt.Errorf("mending epoch %s: %w", e.Epoch, err)
			}
		}
		if now.Sub(st.stored) < stagedFor {
			busy = true
			continue
		}
		if _, err := ingest.SecureDelete(ctx, keys, st.sequence); err != nil {
			return fmt.Errorf("cleaning up after a broken rotation: %w", err)
		}
	}
	if busy {
		return fmt.Errorf("another rotation is at work, or was broken off just now: try again in %v", stagedFor)
	}
	return nil
}

// stagings yields what stands beside the epochs: usually nothing.
func stagings(ctx context.Context, keys jetstream.Stream) iter.Seq2[staging, error] {
	return func(yield func(staging, error) bool) {
		for seq := uint64(1); ; {
			msg, err := keys.GetMsg(ctx, seq, jetstream.WithGetMsgSubject(ingest.KeySubject("*")))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				return
			}
			if err != nil {
				yield(staging{}, fmt.Errorf("reading %s: %w", ingest.StreamKeys, err))
				return
			}
			seq = msg.Sequence + 1
			if !ingest.IsStaged(msg.Subject) {
				continue
			}
			st := staging{sequence: msg.Sequence, stored: msg.Time}
			if err := json.Unmarshal(msg.Data, &st); err != nil {
				yield(staging{}, errors.New("new envelopes of a broken rotation cannot be read"))
				return
			}
			if !yield(st, nil) {
				return
			}
		}
	}
}

// staged looks for an epoch's envelope among those of broken rotations; nil when
// there is none.
func (s *Service) staged(ctx context.Context, keys jetstream.Stream, epoch string) (envelope []byte, err error) {
	for st, err := range stagings(ctx, keys) {
		if err != nil {
			return nil, err
		}
		for _, e := range st.Envelopes {
			if e.Epoch == epoch {
				envelope = e.Data
			}
		}
	}
	return envelope, nil
}

// Rotated says what a rotation did.
type Rotated struct {
	Rewrapped int `json:"rewrapped"`
	Already   int `json:"already"`  // sealed to the present officers before
	Unopened  int `json:"unopened"` // the officer's identity opens them not
}

type endRequest struct {
	Request
	Rotation int64   `json:"rotation"`
	Rotated  Rotated `json:"rotated"`
}

// end writes the last entry of a rotation.
func (s *Service) end(ctx context.Context, r endRequest) (Rotated, error) {
	if err := r.Request.check(); err != nil {
		return Rotated{}, err
	}
	o, err := s.officers(ctx, struct{}{})
	if err != nil {
		return Rotated{}, err
	}
	set, left, all := o.Register.Set(), 0, 0
	digest, err := s.digest(ctx, func(e ingest.StoredEpoch) {
		all++
		if e.Set != set {
			left++
		}
	})
	if err != nil {
		return Rotated{}, err
	}
	_, err = ledger.Append(ctx, s.js, audit.Entry{
		Actor: r.Actor, Role: r.Role, Action: audit.ActionKey, Object: "officers:" + set.Hash(), Outcome: rotationEnded,
		Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), After: digest,
		Counts: map[string]int{
			"epochs": all, "left": left, "begun": int(r.Rotation),
			"rewrapped": r.Rotated.Rewrapped, "already": r.Rotated.Already, "unopened": r.Rotated.Unopened,
		},
	})
	return r.Rotated, err
}

// BeginRotation begins to seal epoch keys to the present officers.
func (c *Client) BeginRotation(ctx context.Context, r Request) (Rotation, error) {
	var rot Rotation
	return rot, c.ask(ctx, subjectBegin, r, &rot)
}

// Rewrap hands new envelopes in, sealed to the officers of the rotation. It
// returns the epochs whose envelope was changed by another meanwhile.
func (c *Client) Rewrap(ctx context.Context, r Request, rot Rotation, envelopes []Rewrapped) ([]string, error) {
	var changed []string
	return changed, c.ask(ctx, subjectRewrap, rewrapRequest{
		Request: r, Rotation: rot.Entry, Set: rot.Officers.Set(), Envelopes: envelopes,
	}, &changed)
}

// EndRotation says in the ledger how a rotation ended.
func (c *Client) EndRotation(ctx context.Context, r Request, rot Rotation, done Rotated) error {
	return c.ask(ctx, subjectEnd, endRequest{Request: r, Rotation: rot.Entry, Rotated: done}, &Rotated{})
}
