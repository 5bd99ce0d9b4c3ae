package custody

import (
	"errors"
	"fmt"

	"qingting/ingest/amend"
	"qingting/ingest/govern"
	"qingting/ingest/ledger"
)

// Code names why a request was refused. Codes are stable: a page has texts for
// them in its reader's language.
type Code string

// The codes.
const (
	CodeUnproven    Code = "unproven"         // NATS does not say who asks
	CodeForbidden   Code = "forbidden"        // the user is unknown, disabled, or lacks the role
	CodeMalformed   Code = "malformed"        // not a request of this service
	CodeActor       Code = "actor"            // what one calls oneself cannot stand in the ledger
	CodeReason      Code = "reason-missing"   //
	CodePurpose     Code = "purpose"          // missing, or none of the list
	CodeRecord      Code = "record-id"        // not the id of a record
	CodeMissing     Code = "unknown"          // there is nothing of that id
	CodeNothing     Code = "nothing-sealed"   // the vault has nothing of the record
	CodeNeeded      Code = "approval-needed"  // a second person must agree
	CodeNoApproval  Code = "approval-unknown" // there is none of that id
	CodeUndecided   Code = "approval-open"    // nobody decided yet
	CodeRefused     Code = "approval-refused" // a second person said no
	CodeUsed        Code = "approval-used"    // it was for once
	CodeBegun       Code = "approval-begun"   // it is being used just now
	CodeExpired     Code = "approval-expired" // it came too late, or was asked for too long ago
	CodeOthers      Code = "approval-others"  // it was given to another
	CodeElse        Code = "approval-else"    // it is for something else
	CodeSelf        Code = "approval-self"    // who asks does not approve
	CodePerson      Code = "approval-person"  // the register does not say that they are two
	CodeDecided     Code = "approval-decided" // somebody decided already
	CodeNoSettings  Code = "no-settings"      // this server keeps none
	CodeLedger      Code = "ledger"           // the ledger cannot be written: nothing was done
	CodeUnreachable Code = "unreachable"      // no server answers
	CodeBusy        Code = "busy"             // another one of the kind has not ended
	CodeNotOpened   Code = "not-opened"       // at the officer's: no identity given opens it
	CodeFailed      Code = "failed"           // anything else
)

// Codes are all of them.
var Codes = []Code{
	CodeUnproven, CodeForbidden, CodeMalformed, CodeActor, CodeReason, CodePurpose, CodeRecord, CodeMissing, CodeNothing, CodeNeeded, CodeNoApproval,
	CodeUndecided, CodeRefused, CodeUsed, CodeBegun, CodeExpired, CodeOthers, CodeElse, CodeSelf, CodePerson, CodeDecided, CodeNoSettings, CodeLedger, CodeUnreachable, CodeBusy, CodeNotOpened, CodeFailed,
}

// codeHeader carries the code of a refusal beside the text.
const codeHeader = "Qingting-Refusal"

// Refusal is why something was not done. Its text holds no personal data.
type Refusal struct {
	Code  Code
	Text  string
	Cause error // what it came of, if anything
}

func (r *Refusal) Error() string { return r.Text }

func (r *Refusal) Unwrap() error { return r.Cause }

func refusal(code Code, format string, args ...any) error {
	return &Refusal{Code: code, Text: fmt.Sprintf(format, args...)}
}

// CodeOf is the code of a refusal, and CodeFailed of any other error.
func CodeOf(err error) Code {
	var r *Refusal
	switch {
	case errors.As(err, &r):
		return r.Code
	case errors.Is(err, errNoSample):
		return CodeMissing
	case errors.Is(err, ledger.ErrNotWritten):
		return CodeLedger
	case errors.Is(err, govern.ErrUnderWay), errors.Is(err, amend.ErrUnderWay):
		return CodeBusy
	}
	return CodeFailed
}
