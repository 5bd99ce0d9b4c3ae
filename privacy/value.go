package privacy

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"

	"qingting/privacy/rule"
)

// Value is a value taken out of a text, which must be sealed. It hides what it
// holds from fmt, log/slog and encoding/json; [Value.Open] is the one way to it.
type Value struct {
	Type rule.Type
	// Start and End are the place of what stands for it in the redacted text,
	// in code points, end exclusive; equal when it was dropped.
	Start, End int

	// A closure: where fmt cannot call Format, in an unexported field, it looks
	// through pointers but never into a function.
	secret func() (plain, canonical string)
}

// NewValue makes a Value out of its parts, as a vault that was opened has them.
func NewValue(t rule.Type, start, end int, plain, canonical string) Value {
	return Value{t, start, end, func() (string, string) { return plain, canonical }}
}

// Open returns the value as it was written and in its canonical form: personal
// data, for whoever seals it.
func (v Value) Open() (plain, canonical string) {
	if v.secret == nil {
		return "", ""
	}
	return v.secret()
}

// String says what kind of value this is and where, never the value.
func (v Value) String() string {
	return fmt.Sprintf("%s[%d:%d] hidden", v.Type, v.Start, v.End)
}

// GoString hides the value from %#v.
func (v Value) GoString() string { return v.String() }

// Format hides the value from every verb of fmt.
func (v Value) Format(s fmt.State, _ rune) { io.WriteString(s, v.String()) }

// LogValue hides the value from log/slog.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.String()) }

// MarshalJSON writes the type and the place, never the value.
func (v Value) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type  rule.Type `json:"type"`
		Start int       `json:"start"`
		End   int       `json:"end"`
	}{v.Type, v.Start, v.End})
}
