// Package document is the schema of FEEDBACK_DOCS: one redacted, annotated
// piece of feedback, as plain JSON.
//
// It is the contract between the ingest worker, which writes documents, and
// everything derived from them: the index, the statistics, the web pages and
// other people's sinks. It imports nothing of ours. A Document never holds
// personal data: every string in it has been through redaction.
//
// Offsets in a Document are Unicode code points into Text, end exclusive.
package document

import (
	"encoding/json"
	"fmt"
	"time"
)

// Schema names the current version of the JSON form.
const Schema = "qingting.document/1"

// ErasedHeader is the header of a message in the documents stream that names a
// record to forget; its body is ignored. It goes out on the record's own
// subject, after which the record's documents can be removed from the stream.
const ErasedHeader = "Qingting-Erased"

// RestrictedHeader is the header of a message in the documents stream whose
// body is a document that is kept and not to be used: readers forget the record
// that the header names, as they do with ErasedHeader, until its document comes
// without it.
const RestrictedHeader = "Qingting-Restricted"

// Forgotten is the record that the headers of a message say to forget, or "".
// get is the Get method of the message's header.
func Forgotten(get func(name string) string) string {
	if record := get(ErasedHeader); record != "" {
		return record
	}
	return get(RestrictedHeader)
}

// AmendedHeader is the header of a message in the documents stream whose
// document had personal data taken out after it was stored. It lists the
// sequences of the versions it replaces, with commas: they hold that data in
// the clear and are deleted beyond recovery. What was made from them, an index,
// must forget them beyond recovery, too.
const AmendedHeader = "Qingting-Amended"

// Document is one redacted, annotated piece of feedback.
type Document struct {
	Schema string `json:"schema"`
	// Record is the stable id: the same feedback, redelivered or published
	// again, has the same Record.
	Record string `json:"record"`
	// Month is the vault's subject token: the yyyymm of Time in UTC, or 000000
	// when the publisher gave an id and no time.
	Month string `json:"month"`

	Source  string    `json:"source,omitempty"`
	Channel string    `json:"channel,omitempty"`
	Region  string    `json:"region,omitempty"`
	Product string    `json:"product,omitempty"`
	Time    time.Time `json:"time"`     // when the customer spoke
	Intake  time.Time `json:"received"` // when the stream took it
	Rating  *float64  `json:"rating,omitempty"`

	// Customer is the pseudonym of the customer, or empty when unknown.
	Customer string `json:"customer,omitempty"`
	// Subjects are keyed tokens of whom the feedback identifies, sorted, by
	// which a person's records are found. They have no period: they are for
	// custody, and shown to no analyst.
	Subjects []string `json:"subjects,omitempty"`

	Text       string            `json:"text"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Redactions []Redaction       `json:"redactions,omitempty"`

	Policy string `json:"policy"`          // version (hash) of the policy applied
	Engine string `json:"engine"`          // version of the detection engine
	Epoch  string `json:"epoch,omitempty"` // vault epoch; empty when nothing was sealed
	// Parts are the additions to the sealed values, first to last: what was
	// taken out of the document after it was stored. See docs/formats/vault.md.
	Parts []Part `json:"parts,omitempty"`

	// Grade is how sensitive the feedback was before redaction, 1 to 4, and
	// GradeReasons says by which codes of privacy/grade; 0 in documents of
	// before there were grades.
	Grade        int      `json:"grade,omitempty"`
	GradeReasons []string `json:"grade_reasons,omitempty"`

	Annotation
}

// Part names an addition to the sealed values of a record.
type Part struct {
	ID    string `json:"id"`    // unique within the record
	Epoch string `json:"epoch"` // vault epoch
}

// Annotation is what text mining says of a Document's Text.
type Annotation struct {
	Language   string   `json:"language,omitempty"` // "zh", "en", or "" when neither
	Themes     []Tag    `json:"themes,omitempty"`
	Dimensions []Tag    `json:"dimensions,omitempty"`
	PainPoints []Tag    `json:"pain_points,omitempty"`
	Risks      []Tag    `json:"risks,omitempty"`
	Sentiment  Polarity `json:"sentiment"`
	Keywords   []string `json:"keywords,omitempty"`
	Taxonomy   string   `json:"taxonomy,omitempty"` // version (hash)
	Lexicon    string   `json:"lexicon,omitempty"`  // version (hash)
	Model      string   `json:"model,omitempty"`    // versions (hashes) of what was learnt, of themes and of tone; none for neither
}

// Tag is a label with its score and the text that supports it.
type Tag struct {
	ID       string  `json:"id"`
	Score    float64 `json:"score"`              // 0 to 1
	Polarity float64 `json:"polarity,omitempty"` // -1 complaint to 1 praise
	Evidence []Span  `json:"evidence,omitempty"`
}

// Span is a range of code points in Text, end exclusive.
type Span struct {
	Start int `json:"start"`
	End   int `json:"end"`
}

// Polarity is the sentiment of a text: Label is "positive", "neutral" or
// "negative", Score runs from -1 to 1.
type Polarity struct {
	Label string  `json:"label"`
	Score float64 `json:"score"`
}

// Redaction is one value taken out. It says where and why, never what.
type Redaction struct {
	Field      string  `json:"field,omitempty"` // "" is text; else "customer.phone", "attributes.note"
	Start      int     `json:"start"`           // of the replacement, in the redacted field
	End        int     `json:"end"`
	Type       string  `json:"type"`   // MOBILE, ID_CARD, …
	Action     string  `json:"action"` // tag, pseudonym, mask, generalise, drop
	Rule       string  `json:"rule"`
	Confidence float64 `json:"confidence"`
}

// Parse reads the JSON form of a Document and refuses versions it does not know.
func Parse(data []byte) (*Document, error) {
	var d Document
	if err := json.Unmarshal(data, &d); err != nil {
		return nil, fmt.Errorf("malformed document: %w", err)
	}
	if d.Schema != Schema {
		return nil, fmt.Errorf("unknown document schema %q, want %q", d.Schema, Schema)
	}
	if d.Record == "" {
		return nil, fmt.Errorf("malformed document: no record id")
	}
	return &d, nil
}
