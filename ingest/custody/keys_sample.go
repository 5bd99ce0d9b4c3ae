package custody

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
	"qingting/privacy/vault"
)

// Sample is a sealed record of an epoch, drawn to see whether it opens.
type Sample struct {
	Epoch  string `json:"epoch"`
	Record string `json:"record,omitempty"` // what it is sealed as; empty when none was found
	Sealed []byte `json:"sealed,omitempty"`
	// Header says that Sealed is the header alone: where reveals may need a
	// second person, nobody has a record whole without one.
	Header bool `json:"header,omitempty"`
}

type sampleRequest struct {
	Request
	Epochs []ingest.StoredEpoch `json:"epochs"` // without their envelopes
}

const (
	// sampleSteps is how many records are looked at for one of an epoch.
	sampleSteps = 256
	// sampleSlack is how long after its epoch's end a record may be stored: it
	// was sealed before, and waited for the stream.
	sampleSlack = 5 * time.Minute
	// sampleMax is the largest record that is released for that.
	sampleMax = 64 << 10
	// samplePage is how many epochs one request may name.
	samplePage = 256
)

// sample releases one sealed record of each epoch, as far as one answer bears:
// at least of one, in the order asked for. Each has its entry first. It looks
// where the epoch's records were stored at first; what was corrected since may
// lie elsewhere.
func (s *Service) sample(ctx context.Context, r sampleRequest) ([]Sample, error) {
	if err := r.Request.check(); err != nil {
		return nil, err
	}
	if len(r.Epochs) > samplePage {
		return nil, fmt.Errorf("at most %d epochs a request", samplePage)
	}
	stream, err := s.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	rules, err := s.rules(ctx)
	if err != nil {
		return nil, err
	}
	draw := sampler{stream, stream.CachedInfo().State.FirstSeq, stream.CachedInfo().State.LastSeq}
	list, size := []Sample{}, 0
	for _, e := range r.Epochs {
		msg, as, err := draw.one(ctx, e)
		if err != nil {
			return nil, err
		}
		one := Sample{Epoch: e.Epoch}
		if msg != nil {
			_, record, _, _ := ingest.ParseVaultSubject(msg.Subject)
			_, err = ledger.Append(ctx, s.js, audit.Entry{
				Actor: r.Actor, Role: r.Role, Action: audit.ActionKey, Record: record, Object: "epoch:" + e.Epoch,
				Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket), Outcome: "checked whether it opens",
			})
			if err != nil {
				return nil, fmt.Errorf("nothing was released: %w", err)
			}
			one.Record, one.Sealed = as, msg.Data
			if rules.Approval != "never" || rules.SubjectExport {
				one.Header = true
				if one.Sealed, err = vault.HeaderOf(msg.Data); err != nil {
					return nil, fmt.Errorf("record %s: %w", record, err)
				}
			}
		}
		list = append(list, one)
		if size += len(one.Sealed); size >= readingPage {
			break
		}
	}
	return list, nil
}

// sampler draws records from the vault's stream.
type sampler struct {
	stream      jetstream.Stream
	first, last uint64
}

// next is the first message from a sequence on, nil when there is none.
func (d sampler) next(ctx context.Context, seq uint64) (*jetstream.RawStreamMsg, error) {
	msg, err := d.stream.GetMsg(ctx, max(seq, 1), jetstream.WithGetMsgSubject(ingest.VaultSubject("*", "*")))
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("reading the vault: %w", err)
	}
	return msg, nil
}

// one finds a record of an epoch, and what it is sealed as.
func (d sampler) one(ctx context.Context, e ingest.StoredEpoch) (*jetstream.RawStreamMsg, string, error) {
	from, to := e.Born.Add(-time.Minute), e.Born.Add(vault.MaxAge+sampleSlack)
	seq, err := d.at(ctx, from)
	if err != nil {
		return nil, "", err
	}
	for range sampleSteps {
		msg, err := d.next(ctx, seq)
		if err != nil || msg == nil || msg.Time.After(to) {
			return nil, "", err
		}
		if epoch, as, ok := vault.EpochOf(msg.Data); ok && epoch == e.Epoch && len(msg.Data) <= sampleMax {
			return msg, as, nil
		}
		seq = msg.Sequence + 1
	}
	return nil, "", nil
}

// at is a sequence from which on all messages are stored at t or later: the
// stream is in the order of time.
func (d sampler) at(ctx context.Context, t time.Time) (uint64, error) {
	low, high := d.first, d.last+1
	for low < high {
		mid := low + (high-low)/2
		msg, err := d.next(ctx, mid)
		if err != nil {
			return 0, err
		}
		if msg == nil || !msg.Time.Before(t) {
			high = mid
		} else {
			low = msg.Sequence + 1
		}
	}
	return low, nil
}

// Sample has one sealed record of each epoch released, where one is found. It
// asks as often as it must.
func (c *Client) Sample(ctx context.Context, r Request, epochs []ingest.StoredEpoch) ([]Sample, error) {
	epochs = slices.Clone(epochs)
	for i := range epochs {
		epochs[i].Data = nil
	}
	var all []Sample
	for len(epochs) > 0 {
		var page []Sample
		if err := c.ask(ctx, subjectSample, sampleRequest{Request: r, Epochs: epochs[:min(len(epochs), samplePage)]}, &page); err != nil {
			return nil, err
		}
		if len(page) == 0 {
			return nil, errors.New("the server's answer holds no sample")
		}
		all, epochs = append(all, page...), epochs[min(len(page), len(epochs)):]
	}
	return all, nil
}
