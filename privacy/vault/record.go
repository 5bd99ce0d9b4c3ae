package vault

import (
	"bytes"
	"encoding/json"
	"fmt"
	"log/slog"
	"unicode/utf8"

	"qingting/privacy/vault/internal/wire"
)

// Record is what is sealed of one piece of feedback: the values taken out of
// it. It hides them from fmt, log/slog and encoding/json.
type Record struct {
	// ID is the record's stable id: 1 to 128 characters of printable ASCII
	// without space. It stays readable in the sealed form.
	ID     string
	Values []Value
}

// Value is one value taken out. Plain and Canonical are personal data; read
// the fields to use them, everything else hides them.
type Value struct {
	Type  string // MOBILE, ID_CARD, …
	Field string // "" is the text; else "customer.phone", "attributes.note"
	// Start and End are the place of the replacement in the redacted field,
	// in code points, end exclusive.
	Start, End int
	// Plain is the text that stood there, as it was written.
	Plain string
	// Canonical is the value in its canonical form, or empty when that is
	// Plain itself or not known.
	Canonical string
}

// Sealed is a record that only the officers can open.
type Sealed struct {
	Epoch string // id of the epoch key it was sealed under
	Data  []byte // an age file
}

// String says what kind of value this is, never the value.
func (v Value) String() string {
	return fmt.Sprintf("%s[%d:%d] sealed", v.Type, v.Start, v.End)
}

// Format implements fmt.Formatter, so that no verb prints the value.
func (v Value) Format(s fmt.State, _ rune) { fmt.Fprint(s, v.String()) }

// LogValue implements slog.LogValuer.
func (v Value) LogValue() slog.Value { return slog.StringValue(v.String()) }

// MarshalJSON writes the place and type of the value, never the value.
func (v Value) MarshalJSON() ([]byte, error) {
	return json.Marshal(struct {
		Type  string `json:"type"`
		Field string `json:"field,omitempty"`
		Start int    `json:"start"`
		End   int    `json:"end"`
	}{v.Type, v.Field, v.Start, v.End})
}

// String gives the record's id and how many values it has.
func (r Record) String() string {
	return fmt.Sprintf("record %s, %d values sealed", r.ID, len(r.Values))
}

// LogValue implements slog.LogValuer.
func (r Record) LogValue() slog.Value { return slog.StringValue(r.String()) }

// appendPlaintext writes the padded plaintext form, the one place where values
// leave their hiding.
func (r *Record) appendPlaintext(buf *bytes.Buffer) error {
	if err := wire.CheckID(r.ID); err != nil {
		return fmt.Errorf("record id: %w", err)
	}
	out := wire.Record{Schema: wire.RecordSchema, Record: r.ID, Values: make([]wire.Value, len(r.Values))}
	for i := range r.Values {
		v := &r.Values[i]
		// JSON would replace what is not UTF-8, and a vault that alters what
		// it keeps has lost it.
		if !utf8.ValidString(v.Plain) || !utf8.ValidString(v.Canonical) || !utf8.ValidString(v.Field) {
			return fmt.Errorf("value %d is not valid UTF-8", i)
		}
		if v.Type == "" || v.Start < 0 || v.End < v.Start {
			return fmt.Errorf("value %d has no type or a reversed span", i)
		}
		out.Values[i] = wire.Value{Type: v.Type, Field: v.Field, Start: v.Start, End: v.End, Value: v.Plain}
		if v.Canonical != v.Plain {
			out.Values[i].Canonical = v.Canonical
		}
	}
	return wire.AppendRecord(buf, &out)
}
