package ingest

import (
	"errors"
	"fmt"
	"io"
	"log/slog"
	"time"
)

// Feedback is one piece of customer feedback as its publisher gave it: decoded
// and checked against Limits, not yet redacted.
//
// It holds personal data. It never shows its content through fmt, slog or
// encoding/json; Encode is the one way out. Do not put it in an unexported
// field of a struct that is printed: fmt then reads it past its methods.
type Feedback struct {
	ID     string // the publisher's own id, empty when it gave none
	Source string // the system that issues ID, empty when not named
	Text   string // what the customer said, never blank

	Channel string    // hotline, app, wechat, store …
	Time    time.Time // when the customer spoke, UTC; the time of receipt when not given
	Undated bool      // the publisher gave no time: Time is that of receipt
	Region  string
	Product string
	Rating  *float64 // 0 to 10, nil when not given

	Customer   map[string]string // who the customer is: personal by definition
	Attributes map[string]string // anything else, every value scanned like Text
}

// hidden is what fmt and slog see of a Feedback.
const hidden = "feedback(content hidden)"

// String hides the content.
func (f Feedback) String() string { return hidden }

// GoString hides the content from %#v.
func (f Feedback) GoString() string { return hidden }

// Format hides the content from every verb.
func (f Feedback) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, hidden) }

// LogValue hides the content from slog.
func (f Feedback) LogValue() slog.Value { return slog.StringValue(hidden) }

// MarshalJSON refuses, so that a Feedback inside a logged or stored structure
// is an error at once and not a leak: Encode is the deliberate way.
func (f Feedback) MarshalJSON() ([]byte, error) {
	return nil, errors.New("feedback holds personal data: encode it with Encode")
}
