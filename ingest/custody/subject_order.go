package custody

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// erasePerson erases the records of a person, or records that are named.
func (s *Service) erasePerson(ctx context.Context, r PersonRequest) (d PersonDone, err error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return d, err
	}
	who, records, err := s.meant(ctx, p, &r)
	if err != nil {
		return d, err
	}
	err = s.mayErase(ctx, r, who, len(records), func(approver string) (err error) {
		d, err = s.eraseRecords(ctx, p, r, who, records, approver)
		return err
	})
	return d, err
}

func (s *Service) eraseRecords(ctx context.Context, p *Subjects, r PersonRequest, who person, records []PersonRecord, approver string) (d PersonDone, err error) {
	d.Records = ids(records)
	o := s.order(r, who)
	o.Approver = approver
	proof, err := p.Eraser.Erase(ctx, o, d.Records)
	if err != nil {
		return d, err
	}
	d.Entry, d.Proof = proof.Entry, &proof
	d.Exports, err = s.exports(ctx, records)
	return d, err
}

// handOver enters that a person's records are given to them.
func (s *Service) handOver(ctx context.Context, r PersonRequest) (PersonDone, error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return PersonDone{}, err
	}
	who, err := p.who(&r)
	if err != nil {
		return PersonDone{}, err
	}
	o := s.order(r, who)
	var entry int64
	err = s.mayHandOver(ctx, r, who, func(approver string) (err error) {
		entry, err = ledger.Append(ctx, s.js, audit.Entry{
			Actor: o.Actor, Role: o.Role, Action: audit.ActionExport, Subject: o.Subject, Object: o.Object, Purpose: purposeSubject,
			Reason: o.Reason, Ticket: o.Ticket, Approver: approver, Counts: map[string]int{"records": len(r.Records)},
		})
		if err != nil {
			return fmt.Errorf("nothing was released: %w", err)
		}
		return nil
	})
	if err != nil {
		return PersonDone{}, err
	}
	return PersonDone{Entry: entry, Records: r.Records}, nil
}

// HandOver enters into the ledger that a person's records are given to them, and
// returns the entry's index. It must be there before anything is opened.
func (c *Client) HandOver(ctx context.Context, r PersonRequest) (int64, error) {
	var d PersonDone
	err := c.ask(ctx, subjectHand, r, &d)
	return d.Entry, err
}

// exports lists the ledger's entries of exports since the oldest record came in.
func (s *Service) exports(ctx context.Context, records []PersonRecord) (list []int64, err error) {
	if len(records) == 0 {
		return nil, nil
	}
	oldest := slices.MinFunc(records, func(a, b PersonRecord) int { return a.Intake.Compare(b.Intake) }).Intake
	marker := []byte(`"action":"` + string(audit.ActionExport) + `"`)
	index := int64(-1)
	for leaf, err := range ledger.Entries(ctx, s.js, 0) {
		if err != nil {
			return nil, err
		}
		index++
		if !bytes.Contains(leaf, marker) {
			continue
		}
		if e, err := audit.ParseEntry(leaf); err == nil && e.Action == audit.ActionExport && !e.Time.Before(oldest) {
			list = append(list, index)
		}
	}
	return list, nil
}

func (s *Service) restrictPerson(ctx context.Context, r PersonRequest) (d PersonDone, err error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return d, err
	}
	who, records, err := s.meant(ctx, p, &r)
	if err != nil {
		return d, err
	}
	d.Records = ids(records)
	d.Entry, _, err = p.Eraser.Restrict(ctx, s.order(r, who), d.Records)
	return d, err
}

func (s *Service) freePerson(ctx context.Context, r PersonRequest) (d PersonDone, err error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return d, err
	}
	who, records, err := s.meant(ctx, p, &r)
	if err != nil {
		return d, err
	}
	// Those whose freeing was broken off have no mark any more.
	for _, f := range records {
		if f.Restricted || p.Eraser.Marks.Restricted(f.Record) {
			d.Records = append(d.Records, f.Record)
		}
	}
	d.Entry, _, err = p.Eraser.Free(ctx, s.order(r, who), d.Records)
	return d, err
}

// withdrawPerson notes that consent is withdrawn, so that nothing more comes of
// those sources, and then restricts or erases what came.
func (s *Service) withdrawPerson(ctx context.Context, r PersonRequest) (d PersonDone, err error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return d, err
	}
	if d.Sources = r.Sources; len(d.Sources) == 0 {
		if p.Consent == nil {
			return d, errors.New("there is no register of sources that says which rest on consent: name them with --source")
		}
		if d.Sources, err = p.Consent(ctx); err != nil {
			return d, err
		}
		if len(d.Sources) == 0 {
			return d, errors.New("no source in the register rests on consent: name them with --source")
		}
	}
	for _, source := range d.Sources {
		if s.cfg.Clean(source) != source {
			return d, errors.New("the name of a source reads as personal data, which the ledger does not keep: name the sources as the register has them")
		}
	}
	who, records, err := s.meant(ctx, p, &r)
	if err != nil {
		return d, err
	}
	if len(who.tokens) == 0 {
		return d, errors.New("nothing that identifies a person was given")
	}
	// A name is shared: of a namesake, nothing may be refused.
	var own []string
	for _, t := range who.tokens {
		if r.Shared || !who.shared[t] {
			own = append(own, t)
		}
	}
	if len(own) == 0 {
		return d, errors.New("a name, an address or the like alone does not say whose consent it is: give a number or an account")
	}
	records = slices.DeleteFunc(records, func(f PersonRecord) bool { return !slices.Contains(d.Sources, f.Source) })
	if r.Erase {
		sources := d.Sources
		err = s.mayErase(ctx, r, who, len(records), func(approver string) (err error) {
			if _, err = p.Eraser.Withdraw(ctx, s.order(r, who), own, sources); err != nil {
				return err
			}
			d, err = s.eraseRecords(ctx, p, r, who, records, approver)
			return err
		})
		d.Sources = sources
		return d, err
	}
	if d.Entry, err = p.Eraser.Withdraw(ctx, s.order(r, who), own, d.Sources); err != nil {
		return d, err
	}
	d.Records = ids(records)
	d.Entry, _, err = p.Eraser.Restrict(ctx, s.order(r, who), d.Records)
	return d, err
}

// Correction is feedback that takes the place of what its source published
// under the same id before. Its JSON is personal data.
type Correction struct {
	Request
	Feedback json.RawMessage `json:"feedback"` // a native message, see docs/formats/feedback.md
	Source   string          `json:"source"`
	ID       string          `json:"id"`      // the source's own
	Channel  string          `json:"channel"` // whose subject it is published to
	Case     string          `json:"case,omitempty"`
}

// Corrected says what a correction was published as.
type Corrected struct {
	Entry    int64  `json:"entry"`
	Sequence uint64 `json:"sequence"`
}

// correct publishes a correction of a record, after the ledger has it.
func (s *Service) correct(ctx context.Context, r Correction) (c Corrected, err error) {
	pr := PersonRequest{Request: r.Request, Case: r.Case, Records: []string{r.Record}}
	p, err := s.checkPerson(&pr)
	if err != nil {
		return c, err
	}
	if p.Record == nil || p.Record(r.Source, r.ID) != r.Record {
		return c, errors.New("this source and id are not those of the record: give the ones that it was published with")
	}
	if p.Eraser.Marks.Erased(r.Record) {
		return c, fmt.Errorf("record %s was erased", r.Record)
	}
	o := s.order(pr, person{})
	if c.Entry, err = ledger.Append(ctx, s.js, audit.Entry{
		Actor: o.Actor, Role: o.Role, Action: audit.ActionCorrect, Record: r.Record, Object: o.Object, Reason: o.Reason, Ticket: o.Ticket,
	}); err != nil {
		return c, fmt.Errorf("nothing was corrected: %w", err)
	}
	msg := &nats.Msg{Subject: ingest.InSubject(r.Channel), Data: r.Feedback, Header: nats.Header{"Content-Type": {"application/json"}}}
	ack, err := s.js.PublishMsg(ctx, msg, jetstream.WithExpectStream(ingest.StreamIn))
	if err != nil {
		return c, fmt.Errorf("publishing the correction: %w", err)
	}
	c.Sequence = ack.Sequence
	return c, nil
}

// Correct publishes a correction of a record.
func (c *Client) Correct(ctx context.Context, r Correction) (done Corrected, err error) {
	err = c.ask(ctx, subjectCorrect, r, &done)
	return done, err
}
