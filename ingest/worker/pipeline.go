package worker

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"filippo.io/age"
	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/internal/document"
	"qingting/privacy"
	"qingting/privacy/grade"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
	"qingting/textmining"
)

// Pipeline turns one message into a document and a sealed record. The fields
// up to Annotator are required. It is safe for concurrent use.
type Pipeline struct {
	Records    *ingest.RecordIDs
	Redactor   *privacy.Redactor
	Policy     *privacy.Policy
	Pseudonyms *privacy.Pseudonymizer
	Sealer     *vault.Sealer
	Annotator  textmining.Reader
	Identities []age.Identity // open what publishers sealed to the ingest recipient
	// Subjects tokenise whom a document identifies, so that they can be found
	// again; without keys, documents have no tokens.
	Subjects subject.Keys
	// Sources says which sources may send feedback; nil lets all. An error is
	// the broker's fault, and the message is tried again.
	Sources interface {
		Admits(ctx context.Context, source string) (bool, error)
	}
	// Refuse says why a record may not be taken in, or ""; nil takes all.
	// subjects gives the tokens of whom it identifies, under every key.
	Refuse func(record, source string, subjects func() []string) (reason string)
	// Restricted reports whether a record is kept and not to be used, Erased
	// whether it was erased; nil: none is.
	Restricted, Erased func(record string) bool

	clean  cleanCache
	stages stages
}

func (p *Pipeline) check() error {
	if p.Records == nil || p.Redactor == nil || p.Policy == nil || p.Pseudonyms == nil || p.Sealer == nil || p.Annotator == nil {
		return errors.New("worker: the pipeline is incomplete")
	}
	return nil
}

// Incoming is one message of FEEDBACK_IN.
type Incoming struct {
	Subject  string
	Header   nats.Header
	Data     []byte
	Created  time.Time // when the stream was made
	Sequence uint64    // of the message in the stream
	Received time.Time // when the stream took it
}

// Outcome is what a message becomes: the document's JSON, and the sealed
// record when personal data was found.
type Outcome struct {
	Record string
	Month  string
	Keyed  bool // by an id of the publisher's: there may be earlier versions
	Doc    []byte
	Sealed *vault.Sealed
}

// Process decodes, redacts, seals and annotates one message. A *ingest.Refusal
// means that the message can never be processed; any other error may pass.
// Neither holds content of the message.
func (p *Pipeline) Process(ctx context.Context, in Incoming) (out Outcome, err error) {
	timed := watch{began: time.Now()}
	f, err := ingest.Decode(in.Subject, in.Header, in.Data, p.Identities, in.Received)
	if err != nil {
		return Outcome{}, err
	}
	timed.lap(&p.stages.decode, 0)
	if err := p.admit(ctx, f.Source, f.Time); err != nil {
		return Outcome{}, err
	}
	record := p.Records.OfSequence(in.Created, in.Sequence)
	month := ingest.Month(f.Time)
	if f.ID != "" {
		record = p.Records.OfSource(f.Source, f.ID)
		if f.Undated {
			month = ingest.Undated
		}
	}
	d := &document.Document{
		Schema: document.Schema,
		Record: record,
		Month:  month,
		Time:   f.Time,
		Intake: in.Received.UTC(),
		Rating: f.Rating,
		Policy: p.Policy.Version(),
		Engine: privacy.EngineVersion,
	}
	r := redaction{
		pipeline: p, doc: d, at: f.Time, subjects: p.Subjects.NewSet(),
		redactor: p.Redactor.Timed(func(took time.Duration) { timed.detect += took }),
	}
	timed.began = time.Now()
	d.Text = r.text("", f.Text)
	d.Source = r.category("source", f.Source)
	d.Channel = r.category("channel", f.Channel)
	d.Region = r.category("region", f.Region)
	d.Product = r.category("product", f.Product)
	r.attributes(f.Attributes)
	r.customer(f.Customer)
	timed.lap(&p.stages.redact, timed.detect)
	p.stages.detect.Add(timed.detect)
	d.Subjects = r.subjects.Sorted()
	if p.Refuse != nil {
		if reason := p.Refuse(record, d.Source, r.subjects.All); reason != "" {
			return Outcome{}, &ingest.Refusal{Reason: reason, Detail: "record " + record}
		}
	}
	if len(r.values) > 0 {
		timed.began = time.Now()
		sealed, err := p.Sealer.Seal(ctx, vault.Record{ID: record, Values: r.values})
		if err != nil {
			return Outcome{}, fmt.Errorf("sealing: %w", err)
		}
		timed.lap(&p.stages.seal, 0)
		d.Epoch = sealed.Epoch
		out.Sealed = &sealed
	}
	g := grade.Of(r.facts())
	d.Grade, d.GradeReasons = g.Level, g.Reasons
	timed.began = time.Now()
	d.Annotation = p.Annotator.Annotate(d.Text)
	timed.lap(&p.stages.annotate, 0)
	out.Record, out.Month, out.Keyed = record, d.Month, f.ID != ""
	if out.Doc, err = json.Marshal(d); err != nil {
		return Outcome{}, fmt.Errorf("encoding the document: %w", err)
	}
	return out, nil
}

// admit refuses feedback of a source that is not registered. The source is
// named when it holds no personal data, for the officer who is to register it.
func (p *Pipeline) admit(ctx context.Context, source string, at time.Time) error {
	if p.Sources == nil {
		return nil
	}
	ok, err := p.Sources.Admits(ctx, source)
	switch {
	case err != nil:
		return fmt.Errorf("asking for the register of sources: %w", err)
	case ok:
		return nil
	}
	detail := "it names no source, and none of the name \"default\" is registered"
	if source != "" {
		detail = "its source is not registered"
		if len(source) <= 100 && len(p.Redactor.Redact(source, at).Values) == 0 {
			detail = fmt.Sprintf("source %q is not registered", source)
		}
	}
	return &ingest.Refusal{Reason: ingest.ReasonUnregistered, Detail: detail}
}

// redaction gathers what is taken out of one message.
type redaction struct {
	pipeline *Pipeline
	redactor *privacy.Redactor // the pipeline's, and its detection is timed
	doc      *document.Document
	at       time.Time
	values   []vault.Value
	subjects *subject.Set
}

// text redacts one field of free text.
func (r *redaction) text(field, text string) string {
	if text == "" {
		return ""
	}
	res := r.redactor.Redact(text, r.at)
	r.take(field, res)
	return res.Text
}

// category redacts a field that usually holds one of a few words; words known
// to be clean are not looked at again.
func (r *redaction) category(field, word string) string {
	if word == "" || r.pipeline.clean.has(word) {
		return word
	}
	n := len(r.values)
	redacted := r.text(field, word)
	if len(r.values) == n && redacted == word {
		r.pipeline.clean.add(word)
	}
	return redacted
}

// attributes redacts names and values. A name that holds personal data is
// replaced by its place in the sorted order.
func (r *redaction) attributes(attrs map[string]string) {
	if len(attrs) == 0 {
		return
	}
	r.doc.Attributes = make(map[string]string, len(attrs))
	for i, name := range slices.Sorted(maps.Keys(attrs)) {
		safe := name
		if !r.pipeline.clean.has(name) {
			if res := r.redactor.Redact(name, r.at); len(res.Values) > 0 || res.Text != name {
				safe = "attribute" + strconv.Itoa(i+1)
			} else {
				r.pipeline.clean.add(name)
			}
		}
		r.doc.Attributes[safe] = r.text("attributes."+safe, attrs[name])
	}
}

// take records what a redaction took out.
func (r *redaction) take(field string, res privacy.Result) {
	for _, s := range res.Spans {
		r.doc.Redactions = append(r.doc.Redactions, document.Redaction{
			Field: field, Start: s.Start, End: s.End, Type: string(s.Type),
			Action: string(s.Action), Rule: s.Rule, Confidence: s.Confidence,
		})
	}
	for _, v := range res.Values {
		plain, canonical := v.Open()
		r.values = append(r.values, vault.Value{
			Type: string(v.Type), Field: field, Start: v.Start, End: v.End,
			Plain: plain, Canonical: canonical,
		})
		if canonical == "" {
			canonical = plain
		}
		r.subjects.Add(v.Type, canonical)
	}
}

// facts are what the sensitivity of the feedback is judged by: also the values
// themselves, while they are here.
func (r *redaction) facts() grade.Facts {
	f := grade.FactsOf(r.doc)
	for _, name := range slices.Sorted(maps.Keys(r.doc.Attributes)) {
		f.Text += "\n" + r.doc.Attributes[name]
	}
	for _, v := range r.values {
		f.Child = f.Child || grade.Child(rule.Type(v.Type), v.Canonical, r.at)
	}
	return f
}

// customerTypes maps the usual field names of a customer to their types, in
// the order in which they identify a person best.
var customerTypes = []struct {
	field string
	typ   rule.Type
}{
	{"phone", rule.Mobile},
	{"mobile", rule.Mobile},
	{"id", rule.Customer},
	{"account", rule.BroadbandAccount},
	{"id_card", rule.IDCard},
	{"email", rule.Email},
	{"wechat", rule.WeChat},
	{"qq", rule.QQ},
	{"landline", rule.Landline},
	{"bank_card", rule.BankCard},
	{"passport", rule.Passport},
	{"name", rule.PersonName},
	{"address", rule.Address},
	{"birthday", rule.DOB},
}

// customer seals every field of the customer, whatever it holds, and leaves a
// pseudonym: personal by definition, so nothing of it enters the document.
func (r *redaction) customer(fields map[string]string) {
	for _, name := range slices.Sorted(maps.Keys(fields)) {
		if fields[name] == "" {
			continue
		}
		typ := rule.Customer
		for _, c := range customerTypes {
			if c.field == name {
				typ = c.typ
			}
		}
		// An unusual name was chosen by the publisher: keep it out of the document.
		field := "customer." + name
		if typ == rule.Customer && name != "id" {
			field = "customer.other"
		}
		r.values = append(r.values, vault.Value{
			Type: string(typ), Field: field, Plain: fields[name],
			Canonical: privacy.Canonical(typ, fields[name]),
		})
		r.identify(typ, fields[name])
		r.doc.Redactions = append(r.doc.Redactions, document.Redaction{
			Field: field, Type: string(typ), Action: string(privacy.Drop), Rule: "customer.field", Confidence: 1,
		})
	}
	for _, c := range customerTypes {
		if v := fields[c.field]; v != "" {
			r.doc.Customer = r.pipeline.Pseudonyms.Token(c.typ, privacy.Canonical(c.typ, v),
				r.pipeline.Policy.Period().At(r.at))
			return
		}
	}
}

// identify adds the tokens of a customer's field: as the type that its name
// says, and, when it says none, as what detection takes the value for.
func (r *redaction) identify(typ rule.Type, value string) {
	r.subjects.Add(typ, value)
	if typ != rule.Customer || r.pipeline.Subjects.IsZero() {
		return
	}
	for _, v := range r.redactor.Redact(value, r.at).Values {
		plain, canonical := v.Open()
		if canonical == "" {
			canonical = plain
		}
		r.subjects.Add(v.Type, canonical)
	}
}
