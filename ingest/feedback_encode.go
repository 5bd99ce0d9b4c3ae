package ingest

import (
	"bytes"
	"encoding/json"
	"time"

	"filippo.io/age"
)

// wire is the native JSON of a Feedback.
type wire struct {
	ID         string            `json:"id,omitempty"`
	Source     string            `json:"source,omitempty"`
	Text       string            `json:"text"`
	Channel    string            `json:"channel,omitempty"`
	Time       string            `json:"time,omitempty"`
	Region     string            `json:"region,omitempty"`
	Product    string            `json:"product,omitempty"`
	Rating     *float64          `json:"rating,omitempty"`
	Customer   map[string]string `json:"customer,omitempty"`
	Attributes map[string]string `json:"attributes,omitempty"`
}

// Encode returns the native JSON of f, for a message body. It holds f's
// content in the clear. What Decode would refuse, Encode refuses with the same
// *Refusal, so that a publisher hears of it first. A zero Time is left out,
// and that of an Undated Feedback: the time of receipt then counts.
func (f Feedback) Encode() ([]byte, error) {
	w := wire{
		ID: f.ID, Source: f.Source, Text: f.Text, Channel: f.Channel, Region: f.Region,
		Product: f.Product, Rating: f.Rating, Customer: f.Customer, Attributes: f.Attributes,
	}
	if !f.Time.IsZero() && !f.Undated {
		w.Time = f.Time.UTC().Format(time.RFC3339Nano)
	}
	var buf bytes.Buffer
	enc := json.NewEncoder(&buf)
	enc.SetEscapeHTML(false)
	if err := enc.Encode(w); err != nil {
		return nil, &Refusal{ReasonInvalid, "rating is not a finite number"}
	}
	data := bytes.TrimSuffix(buf.Bytes(), []byte("\n"))
	if r := f.check(data); r != nil {
		return nil, r
	}
	return data, nil
}

// check decodes what was encoded, so that there is one set of rules.
func (f Feedback) check(data []byte) error {
	for _, s := range []string{f.ID, f.Source, f.Text, f.Channel, f.Region, f.Product} {
		// encoding/json replaces broken UTF-8 without a word.
		if i := invalidUTF8([]byte(s)); i >= 0 {
			return &Refusal{ReasonEncoding, "a field is not UTF-8"}
		}
	}
	for _, pairs := range []map[string]string{f.Customer, f.Attributes} {
		for name, v := range pairs {
			if invalidUTF8([]byte(name)) >= 0 || invalidUTF8([]byte(v)) >= 0 {
				return &Refusal{ReasonEncoding, "a customer field or an attribute is not UTF-8"}
			}
		}
	}
	_, err := Decode("", nil, data, nil, time.Now())
	return err
}

// NewSealedPayload returns f as a message body only the holder of the
// recipient's identity can read: a binary age file around f's native JSON.
// Publish it with Content-Type application/age, or with none.
func NewSealedPayload(f Feedback, recipient age.Recipient) ([]byte, error) {
	plain, err := f.Encode()
	if err != nil {
		return nil, err
	}
	return sealFor(recipient, plain)
}
