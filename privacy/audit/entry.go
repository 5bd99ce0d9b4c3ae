package audit

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// EntryVersion is the version of the JSON form of entries.
const EntryVersion = 1

// MaxEntry is the largest entry in bytes: what a tile of entries can hold
// (C2SP tlog-tiles, two bytes of length).
const MaxEntry = 1<<16 - 1

// Action is what was done.
type Action string

// The actions. What reads an old ledger must know every one there ever was:
// none is removed.
const (
	ActionIntake    Action = "intake"    // documents became durable: Documents
	ActionStart     Action = "start"     // a server began its work: After is what it runs on
	ActionPolicy    Action = "policy"    // the redaction policy changed
	ActionTaxonomy  Action = "taxonomy"  // taxonomy or lexicon changed
	ActionKey       Action = "key"       // an officer was added, retired or rotated
	ActionUser      Action = "user"      // a user or a role changed
	ActionSource    Action = "source"    // the source register changed
	ActionSetting   Action = "setting"   // another setting changed
	ActionReveal    Action = "reveal"    // sealed values of a record were released
	ActionApprove   Action = "approve"   // a second person agreed to a request
	ActionLetter    Action = "letter"    // a dead letter was released
	ActionRetry     Action = "retry"     // a dead letter went back to the queue
	ActionExport    Action = "export"    // documents left the system
	ActionFind      Action = "find"      // a subject was searched for
	ActionRequest   Action = "request"   // a subject's request was opened, moved on or closed
	ActionCorrect   Action = "correct"   // a record was corrected
	ActionRestrict  Action = "restrict"  // processing of a record was restricted, or freed again
	ActionErase     Action = "erase"     // a record was erased everywhere
	ActionReview    Action = "review"    // a verdict on a redaction
	ActionSample    Action = "sample"    // documents were drawn for review
	ActionReport    Action = "report"    // a report was signed
	ActionRescan    Action = "rescan"    // what is stored was redacted anew
	ActionRetention Action = "retention" // what had expired was deleted
	ActionFailure   Action = "failure"   // something that must not fail did
)

// Entry is one line of the ledger. It holds no personal data of customers:
// reasons are redacted before they come here.
type Entry struct {
	Version int       `json:"version"`
	Time    time.Time `json:"time"`
	Actor   string    `json:"actor"`          // a user name or role the organisation knows, or "server"
	Role    string    `json:"role,omitempty"` // the role in which the actor did it
	Action  Action    `json:"action"`

	Record  string `json:"record,omitempty"`
	Letter  uint64 `json:"letter,omitempty"`
	Subject string `json:"subject,omitempty"` // keyed token of a person, never an identifier
	Object  string `json:"object,omitempty"`  // what it concerns else: "source:app", "epoch:…", "request:…"
	Field   string `json:"field,omitempty"`   // of a record, when only that
	Before  string `json:"before,omitempty"`  // version or hash
	After   string `json:"after,omitempty"`

	Purpose  string `json:"purpose,omitempty"` // from the list of purposes
	Reason   string `json:"reason,omitempty"`
	Ticket   string `json:"ticket,omitempty"`
	Approver string `json:"approver,omitempty"`
	Outcome  string `json:"outcome,omitempty"` // of a verdict, a run, a request

	Counts    map[string]int `json:"counts,omitempty"` // by type of personal data, by stream, …
	Documents []Sealed       `json:"documents,omitempty"`
	Verdicts  []Verdict      `json:"verdicts,omitempty"` // of a review of Record
	Withdrawn *Withdrawal    `json:"withdrawn,omitempty"`
}

// Withdrawal is the consent that somebody withdrew: what refuses their feedback can
// be made again of it.
type Withdrawal struct {
	Tokens  []string `json:"tokens"`            // keyed, as Entry.Subject is
	Sources []string `json:"sources,omitempty"` // none: all
}

// Verdict is what a reviewer says of a place in a redacted document: where it is
// and what is wrong there, never what stands there.
type Verdict struct {
	Field   string   `json:"field,omitempty"` // "" is the text
	Start   int      `json:"start"`           // code points of the redacted field
	End     int      `json:"end"`
	Type    string   `json:"type"`            // as it was hidden; of a miss, what it is
	Outcome string   `json:"outcome"`         // see privacy/review
	As      string   `json:"as,omitempty"`    // the type it should have had
	Shape   string   `json:"shape,omitempty"` // of a miss: classes of characters, "digits:11"
	Cues    []string `json:"cues,omitempty"`  // of a miss: words near by, from a fixed list
}

// Sealed is one version of a document as the ledger knows it.
type Sealed struct {
	Record string `json:"record"`
	Hash   []byte `json:"sha256"`           // of the document's JSON
	Intake uint64 `json:"intake,omitempty"` // sequence of the message it was made from; 0 for one that was published again
}

// Encode returns the leaf: one line of JSON. Actor, action and time are
// required, the time is written in UTC.
func (e Entry) Encode() ([]byte, error) {
	switch {
	case e.Actor == "":
		return nil, errors.New("audit entry without an actor")
	case e.Action == "":
		return nil, errors.New("audit entry without an action")
	case e.Time.IsZero():
		return nil, errors.New("audit entry without a time")
	}
	e.Version, e.Time = EntryVersion, e.Time.UTC()
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(e); err != nil {
		return nil, fmt.Errorf("encoding an audit entry: %w", err)
	}
	leaf := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if len(leaf) > MaxEntry {
		return nil, fmt.Errorf("audit entry of %d bytes, at most %d", len(leaf), MaxEntry)
	}
	return leaf, nil
}

// ParseEntry reads a leaf. Members it does not know are left out; a version it
// does not know is an error.
func ParseEntry(leaf []byte) (Entry, error) {
	var e Entry
	if err := json.Unmarshal(leaf, &e); err != nil {
		return Entry{}, fmt.Errorf("malformed audit entry: %w", err)
	}
	if e.Version != EntryVersion {
		return Entry{}, fmt.Errorf("audit entry of version %d, want %d", e.Version, EntryVersion)
	}
	return e, nil
}
