package subject

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Kind is what a person asks for.
type Kind string

// The kinds of cases: the rights of PIPL 44 to 47 and 15, and complaints.
const (
	Access   Kind = "access"   // to know what is held (PIPL 45)
	Copy     Kind = "copy"     // to have it, also to take elsewhere (PIPL 45)
	Correct  Kind = "correct"  // PIPL 46
	Restrict Kind = "restrict" // PIPL 44; GDPR 18
	Withdraw Kind = "withdraw" // consent (PIPL 15)
	Erase    Kind = "erase"    // PIPL 47
	Complain Kind = "complain" // MIIT Order 24 art. 12
)

// Kinds lists the kinds.
func Kinds() []Kind {
	return []Kind{Access, Copy, Correct, Restrict, Withdraw, Erase, Complain}
}

// The clocks, in days. A complaint is answered within fifteen (MIIT Order 24 art.
// 12), a request within thirty (PIPL 50 wants it timely, GB/T 35273-2020 8.7
// says thirty days). Each may be extended once, by as much again, with the reason
// on record.
const (
	complaintDays = 15
	requestDays   = 30
	// warnDays is how early a case that is due warns.
	warnDays = 5
)

func (k Kind) days() int {
	if k == Complain {
		return complaintDays
	}
	return requestDays
}

// CaseSchema names the version of a case's JSON form.
const CaseSchema = "qingting.request/1"

// Case is one request of a person, from its coming to its answer. It holds no
// identifier: tokens stand for the person, and notes are redacted before they
// come here.
type Case struct {
	Schema    string     `json:"schema"`
	ID        string     `json:"id"` // R-…
	Kind      Kind       `json:"kind"`
	Opened    time.Time  `json:"opened"`
	Due       time.Time  `json:"due"`
	Channel   string     `json:"channel,omitempty"` // by which it came: hotline, letter, app
	Tokens    []string   `json:"tokens,omitempty"`
	Identity  *Identity  `json:"identity,omitempty"`
	Extension *Extension `json:"extension,omitempty"`
	Steps     []Step     `json:"steps"`
	Closing   *Closing   `json:"closing,omitempty"`
}

// Identity says how it was checked that who asks is who they say.
type Identity struct {
	At  time.Time `json:"at"`
	By  string    `json:"by"`  // who checked
	How string    `json:"how"` // in words, without any number
}

// Extension is the one time that the clock was moved.
type Extension struct {
	At    time.Time `json:"at"`
	By    string    `json:"by"`
	Until time.Time `json:"until"`
	Why   string    `json:"why"`
}

// Step is something that was done.
type Step struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	What string    `json:"what"`
}

// Closing is how a case ended.
type Closing struct {
	At      time.Time `json:"at"`
	By      string    `json:"by"`
	Outcome string    `json:"outcome"`           // one of Outcomes
	Refusal string    `json:"refusal,omitempty"` // code of a Refusal, when refused in whole or part
	Note    string    `json:"note,omitempty"`
}

// The outcomes of a case.
const (
	Done      = "done"
	Partly    = "partly"    // with a Refusal for the rest
	Refused   = "refused"   // with a Refusal
	Abandoned = "abandoned" // by who asked
)

// Outcomes lists the outcomes.
func Outcomes() []string { return []string{Done, Partly, Refused, Abandoned} }

var validCase = regexp.MustCompile(`^R-[A-Z2-7]{8}$`)

// ValidCase reports whether id has the form of a case's.
func ValidCase(id string) bool { return validCase.MatchString(id) }

// NewCaseID makes an id out of random bytes, of which it takes five.
func NewCaseID(rand io.Reader) (string, error) {
	var raw [5]byte
	if _, err := io.ReadFull(rand, raw[:]); err != nil {
		return "", err
	}
	return "R-" + upper.EncodeToString(raw[:]), nil
}

// Open opens a case at a time, which is when the request came in.
func Open(id string, k Kind, at time.Time, by, channel string, tokens []string) (*Case, error) {
	if !slices.Contains(Kinds(), k) {
		return nil, fmt.Errorf("there is no kind %q of request: %s", k, kindList())
	}
	if !ValidCase(id) {
		return nil, errors.New("not the id of a request")
	}
	for _, t := range tokens {
		if !ValidToken(t) {
			return nil, errors.New("malformed token")
		}
	}
	at = at.UTC().Truncate(time.Second)
	return &Case{
		Schema: CaseSchema, ID: id, Kind: k, Opened: at, Due: at.AddDate(0, 0, k.days()), Channel: channel,
		Tokens: tokens, Steps: []Step{{at, by, "opened"}},
	}, nil
}

func kindList() string {
	var names []string
	for _, k := range Kinds() {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

var errClosed = errors.New("the request is closed: open another one")

// Note records that something was done.
func (c *Case) Note(at time.Time, by, what string) error {
	if c.Closing != nil {
		return errClosed
	}
	if strings.TrimSpace(what) == "" {
		return errors.New("a note without words")
	}
	c.step(at, by, what)
	return nil
}

func (c *Case) step(at time.Time, by, what string) {
	c.Steps = append(c.Steps, Step{at.UTC().Truncate(time.Second), by, what})
}

// Identify records how the person's identity was checked.
func (c *Case) Identify(at time.Time, by, how string) error {
	if c.Closing != nil {
		return errClosed
	}
	if strings.TrimSpace(how) == "" {
		return errors.New("how the identity was checked is missing")
	}
	c.Identity = &Identity{at.UTC().Truncate(time.Second), by, how}
	c.step(at, by, "identity checked")
	return nil
}

// Extend moves the due date, once, while it has not passed, by at most as many
// days as there were.
func (c *Case) Extend(at time.Time, by string, days int, why string) error {
	switch {
	case c.Closing != nil:
		return errClosed
	case c.Extension != nil:
		return errors.New("the request was extended already: once is all there is")
	case at.After(c.Due):
		return errors.New("the request is overdue: it cannot be extended any more, answer it")
	case days < 1 || days > c.Kind.days():
		return fmt.Errorf("an extension by %d days: want 1 to %d", days, c.Kind.days())
	case strings.TrimSpace(why) == "":
		return errors.New("an extension wants a reason, which the person is told")
	}
	c.Due = c.Due.AddDate(0, 0, days)
	c.Extension = &Extension{at.UTC().Truncate(time.Second), by, c.Due, why}
	c.step(at, by, fmt.Sprintf("extended by %d days", days))
	return nil
}

// Close ends a case. What is done for a person wants a checked identity, but for
// complaints; a refusal wants a reason from the list (PIPL 50).
func (c *Case) Close(at time.Time, by, outcome, refusal, note string) error {
	_, known := RefusalOf(refusal)
	switch {
	case c.Closing != nil:
		return errClosed
	case !slices.Contains(Outcomes(), outcome):
		return fmt.Errorf("there is no outcome %q: %s", outcome, strings.Join(Outcomes(), ", "))
	case (outcome == Refused || outcome == Partly) && !known:
		return fmt.Errorf("a refusal wants its reason: one of %s", strings.Join(refusalCodes(), ", "))
	case (outcome == Done || outcome == Abandoned) && refusal != "":
		return fmt.Errorf("outcome %q has no reason to refuse", outcome)
	case (outcome == Done || outcome == Partly) && c.Kind != Complain && c.Identity == nil:
		return errors.New("nobody has checked the person's identity: record it first, with \"requests note --identity\"")
	}
	c.Closing = &Closing{at.UTC().Truncate(time.Second), by, outcome, refusal, note}
	c.step(at, by, "closed: "+outcome)
	return nil
}

// Urgency says where a case stands on its clock.
type Urgency string

// The urgencies, the worst first.
const (
	Overdue Urgency = "overdue"
	DueSoon Urgency = "due soon" // within five days
	Running Urgency = "running"
	Closed  Urgency = "closed"
	Late    Urgency = "closed late"
)

// Urgency says where the case stands at a time.
func (c *Case) Urgency(now time.Time) Urgency {
	switch {
	case c.Closing != nil && c.Closing.At.After(c.Due):
		return Late
	case c.Closing != nil:
		return Closed
	case now.After(c.Due):
		return Overdue
	case !now.Before(c.Due.AddDate(0, 0, -warnDays)):
		return DueSoon
	}
	return Running
}

// Sort puts open cases first, those that are due first at the front, and then
// the closed, the last one first.
func Sort(cases []*Case) {
	slices.SortFunc(cases, func(a, b *Case) int {
		switch {
		case a.Closing == nil && b.Closing == nil:
			return a.Due.Compare(b.Due)
		case a.Closing == nil:
			return -1
		case b.Closing == nil:
			return 1
		}
		return b.Closing.At.Compare(a.Closing.At)
	})
}

// ParseCase reads the JSON form of a case.
func ParseCase(data []byte) (*Case, error) {
	var c Case
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&c); err != nil {
		return nil, errors.New("malformed request")
	}
	if c.Schema != CaseSchema || !ValidCase(c.ID) {
		return nil, errors.New("malformed request: another version, or no id")
	}
	return &c, nil
}
