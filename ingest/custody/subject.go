package custody

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest"
	"qingting/ingest/erase"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

// The subjects by which the requests of persons are handled. Who may ask there
// is an officer. Identifiers travel in requests; they are tokenised, and neither
// stored nor logged.
const (
	personPrefix    = "qingting.subject."
	subjectFind     = personPrefix + "find"
	subjectErase    = personPrefix + "erase"
	subjectRestrict = personPrefix + "restrict"
	subjectFree     = personPrefix + "free"
	subjectWithdraw = personPrefix + "withdraw"
	subjectCorrect  = personPrefix + "correct"
	subjectHand     = personPrefix + "hand"
	subjectCase     = personPrefix + "case"
	subjectCases    = personPrefix + "cases"
)

// personTimeout bounds a request that reads all documents.
const personTimeout = 10 * time.Minute

// Subjects is what the service needs to handle the requests of persons.
type Subjects struct {
	Keys   subject.Keys
	Eraser *erase.Eraser
	// Consent names the sources whose feedback is processed on the ground of
	// consent. nil: none is known, and they must be named.
	Consent func(context.Context) ([]string, error)
	// Register is the register of sources as JSON, for the person to read; nil
	// or empty when there is none.
	Register func(context.Context) ([]byte, error)
	// Record is the id of the record of what a source calls by its own id.
	Record func(source, id string) string
}

var errNoSubjects = errors.New("this server does not handle the requests of persons: it has no subject key, or not the ingest role")

// PersonRequest says who is meant. Its JSON is personal data.
type PersonRequest struct {
	Request
	Identifiers []subject.Identifier `json:"identifiers,omitempty"`
	// Tokens stand for identifiers that were given before: a case keeps them.
	Tokens []string `json:"tokens,omitempty"`
	// Records narrows an order to some of what is found; without identifiers and
	// tokens it is what the order is about.
	Records []string `json:"records,omitempty"`
	// Shared includes records that only a name, an address or the like points
	// to: they may be another person's.
	Shared bool `json:"shared,omitempty"`
	// Sources, of Withdraw: the sources that are meant. None means those that
	// the register says rest on consent.
	Sources []string `json:"sources,omitempty"`
	// Erase, of Withdraw: erase the records, and do not only restrict them.
	Erase bool `json:"erase,omitempty"`
	// Text asks for the redacted texts, of Find.
	Text bool   `json:"text,omitempty"`
	Case string `json:"case,omitempty"` // R-…: the case it belongs to
}

// PersonRecord is one record found.
type PersonRecord struct {
	erase.Found
	By     []string `json:"by"`               // types of the identifiers that it was found by
	Shared bool     `json:"shared,omitempty"` // found by nothing but what several people share
}

// PersonAnswer is what was found. It holds no personal data.
type PersonAnswer struct {
	Entry   int64          `json:"entry"` // index of the ledger entry
	Tokens  []string       `json:"tokens"`
	Records []PersonRecord `json:"records"`
	// Kept is how long things are kept, by stream; 0 is without end.
	Kept     map[string]time.Duration `json:"kept_ns,omitempty"`
	Register []byte                   `json:"register,omitempty"` // of sources, JSON
}

// PersonDone is what became of an order.
type PersonDone struct {
	Entry   int64        `json:"entry"`
	Records []string     `json:"records"`
	Proof   *erase.Proof `json:"proof,omitempty"` // of an erasure
	Sources []string     `json:"sources,omitempty"`
	// Exports are ledger entries of exports that may hold the records: copies
	// that left cannot be recalled.
	Exports []int64 `json:"exports,omitempty"`
}

func (s *Service) personHandlers() map[string]micro.Handler {
	return map[string]micro.Handler{
		subjectFind:     beginning(s, s.tasks, s.findPerson),
		subjectErase:    beginning(s, s.tasks, s.erasePerson),
		subjectRestrict: beginning(s, s.tasks, s.restrictPerson),
		subjectFree:     beginning(s, s.tasks, s.freePerson),
		subjectWithdraw: beginning(s, s.tasks, s.withdrawPerson),
		s.tasks.prefix:  answering(s, s.tasks.look),
		subjectCorrect:  answering(s, s.correct),
		subjectHand:     answering(s, s.handOver),
		subjectCase:     answering(s, s.changeCase),
		subjectCases:    answering(s, s.listCases),
	}
}

// person is whom a request means: tokens, and of which types they are.
type person struct {
	tokens []string
	types  map[string]rule.Type // by token, of those that identifiers gave
	shared map[string]bool      // tokens of what several people share
}

// who tokenises the identifiers of a request. From here on nothing has them.
func (p *Subjects) who(r *PersonRequest) (person, error) {
	who := person{types: make(map[string]rule.Type), shared: make(map[string]bool)}
	for _, given := range r.Identifiers {
		if !subject.Identifies(given.Type) {
			continue
		}
		for _, id := range subject.Join([]subject.Identifier{given}) {
			for _, t := range p.Keys.All(id.Type, id.Value) {
				// A name is shared whatever it was taken for.
				shared := subject.Shared(given.Type)
				if _, known := who.types[t]; known {
					who.shared[t] = who.shared[t] && shared
					continue
				}
				who.tokens = append(who.tokens, t)
				who.types[t], who.shared[t] = id.Type, shared
			}
		}
	}
	r.Identifiers = nil
	for _, t := range r.Tokens {
		if !subject.ValidToken(t) {
			return who, errors.New("malformed token")
		}
		if !slices.Contains(who.tokens, t) {
			who.tokens = append(who.tokens, t)
		}
	}
	return who, nil
}

// found adds to the records by what they were found.
func (w person) found(list []erase.Found) []PersonRecord {
	out := make([]PersonRecord, 0, len(list))
	for _, f := range list {
		r := PersonRecord{Found: f, By: []string{}, Shared: true}
		for _, t := range f.Matched {
			r.Shared = r.Shared && w.shared[t]
			if typ, known := w.types[t]; known && !slices.Contains(r.By, string(typ)) {
				r.By = append(r.By, string(typ))
			}
		}
		slices.Sort(r.By)
		out = append(out, r)
	}
	return out
}

// checkPerson refuses a request that the ledger could not name.
func (s *Service) checkPerson(r *PersonRequest) (*Subjects, error) {
	switch {
	case s.cfg.Subjects == nil || s.cfg.Subjects.Keys.IsZero():
		return nil, errNoSubjects
	case r.Actor == "":
		return nil, errNoActor
	case strings.TrimSpace(r.Reason) == "":
		return nil, errNoReason
	case r.Case != "" && !subject.ValidCase(r.Case):
		return nil, errors.New("not the id of a request: R- and letters and digits, as \"qingting requests list\" shows it")
	}
	for _, id := range r.Records {
		if !validRecord(id) {
			return nil, errNotRecord
		}
	}
	return s.cfg.Subjects, nil
}

func (s *Service) order(r PersonRequest, who person) erase.Order {
	o := erase.Order{Actor: r.Actor, Role: r.Role, Reason: s.cfg.Clean(r.Reason), Ticket: s.cfg.Clean(r.Ticket)}
	if r.Case != "" {
		o.Object = "request:" + r.Case
	}
	if len(who.tokens) > 0 {
		o.Subject = who.tokens[0]
	}
	return o
}

// findPerson searches for a person. The ledger has it before the answer goes.
func (s *Service) findPerson(ctx context.Context, r PersonRequest) (a PersonAnswer, err error) {
	p, err := s.checkPerson(&r)
	if err != nil {
		return a, err
	}
	who, err := p.who(&r)
	if err != nil {
		return a, err
	}
	if len(who.tokens) == 0 {
		return a, errors.New("nothing that identifies a person was given")
	}
	list, err := p.Eraser.Find(ctx, who.tokens)
	if err != nil {
		return a, err
	}
	a.Records, a.Tokens = who.found(list), who.tokens
	if !r.Text {
		for i := range a.Records {
			a.Records[i].Text = ""
		}
	}
	if a.Kept, err = s.kept(ctx); err != nil {
		return a, err
	}
	if p.Register != nil {
		if a.Register, err = p.Register(ctx); err != nil {
			return a, err
		}
	}
	a.Entry, err = s.enterFind(ctx, s.order(r, who), len(list))
	return a, err
}

func (s *Service) enterFind(ctx context.Context, o erase.Order, n int) (int64, error) {
	index, err := ledger.Append(ctx, s.js, audit.Entry{
		Actor: o.Actor, Role: o.Role, Action: audit.ActionFind, Subject: o.Subject, Object: o.Object,
		Reason: o.Reason, Ticket: o.Ticket, Counts: map[string]int{"records": n},
	})
	if err != nil {
		return 0, fmt.Errorf("nothing was released: %w", err)
	}
	return index, nil
}

// kept is the age at which the streams drop things.
func (s *Service) kept(ctx context.Context) (map[string]time.Duration, error) {
	ages := make(map[string]time.Duration)
	for _, name := range []string{ingest.StreamVault, ingest.StreamDocs, ingest.StreamDead} {
		stream, err := s.js.Stream(ctx, name)
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", name, err)
		}
		ages[name] = stream.CachedInfo().Config.MaxAge
	}
	return ages, nil
}

// page is a part of what was found; what stands once stands in the first.
func (a PersonAnswer) page(from int) (PersonAnswer, int) {
	rest, once := a.Records[min(from, len(a.Records)):], 0
	if from > 0 {
		a.Tokens, a.Kept, a.Register = nil, nil, nil
	} else {
		once = 2*len(a.Register) + 64*len(a.Tokens)
	}
	n := fitting(rest, once, func(r PersonRecord) int { return len(r.Text)*3/2 + 64*len(r.Matched) + 512 })
	a.Records = rest[:n]
	if n == len(rest) {
		return a, 0
	}
	return a, from + n
}

// page is a part of what an order was done to: the records, and after them the
// exports.
func (d PersonDone) page(from int) (PersonDone, int) {
	all := len(d.Records) + len(d.Exports)
	records := d.Records[min(from, len(d.Records)):]
	exports := d.Exports[min(max(0, from-len(d.Records)), len(d.Exports)):]
	if from > 0 {
		d.Sources = nil
	}
	taken := 256 * len(d.Sources)
	n := fitting(records, taken, func(id string) int { return len(id) + 3 })
	d.Records, d.Exports = records[:n], nil
	if n == len(records) {
		for _, id := range d.Records {
			taken += len(id) + 3
		}
		d.Exports = exports[:fitting(exports, taken, func(int64) int { return 20 })]
	}
	next := from + len(d.Records) + len(d.Exports)
	if next >= all {
		return d, 0
	}
	return d, next
}

// Find searches for a person. It waits as long as ctx lets it.
func (c *Client) Find(ctx context.Context, r PersonRequest) (a PersonAnswer, err error) {
	first := true
	err = do(ctx, c, subjectFind, r.Request, r, true, func(part PersonAnswer) {
		if first {
			a, first = part, false
			return
		}
		a.Records = append(a.Records, part.Records...)
	})
	return a, err
}

// EraseSubject erases a person's records.
func (c *Client) EraseSubject(ctx context.Context, r PersonRequest) (PersonDone, error) {
	return c.order(ctx, subjectErase, r)
}

// Restrict keeps a person's records and takes them out of use.
func (c *Client) Restrict(ctx context.Context, r PersonRequest) (PersonDone, error) {
	return c.order(ctx, subjectRestrict, r)
}

// Free undoes Restrict.
func (c *Client) Free(ctx context.Context, r PersonRequest) (PersonDone, error) {
	return c.order(ctx, subjectFree, r)
}

// Withdraw notes that consent is withdrawn, and restricts or erases what came of it.
func (c *Client) Withdraw(ctx context.Context, r PersonRequest) (PersonDone, error) {
	return c.order(ctx, subjectWithdraw, r)
}

// order gives an order and waits as long as ctx lets it; after that, the order
// goes on. It may be given again.
func (c *Client) order(ctx context.Context, subject string, r PersonRequest) (d PersonDone, err error) {
	first := true
	err = do(ctx, c, subject, r.Request, r, false, func(part PersonDone) {
		if first {
			d, first = part, false
			return
		}
		d.Records, d.Exports = append(d.Records, part.Records...), append(d.Exports, part.Exports...)
	})
	return d, err
}
