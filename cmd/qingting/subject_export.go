package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/govern"
	"qingting/internal/document"
	"qingting/internal/secrets"
	"qingting/privacy/rule"
	"qingting/privacy/vault/unseal"
)

type subjectExportCmd struct {
	personFlags
	officerFlags
	custodyFlags
	Output       string `short:"o" required:"" placeholder:"DIR" help:"Directory to write; a name that ends in .zip is one file."`
	Shared       bool   `help:"Also records that nothing but a name, an address or the like points to. They may be another person's: look at them first."`
	Organisation string `placeholder:"NAME" help:"Who answers, as it stands at the head of the package."`
	Approval     string `placeholder:"ID" help:"What a second person granted, where the rules ask for one: approve ask --for subject-export."`
	Contact      string `placeholder:"TEXT" help:"Whom the person may turn to."`
}

// Help says what the package holds.
func (c *subjectExportCmd) Help() string {
	return `Each record is released as with reveal, with an entry in the ledger, and opened here. The package has a page to read and
print, in Chinese and English, and the same as JSON. Of each text, the person's own values are opened: those that were
given, and the customer fields of records whose customer they are. Other people's stay masked. The package is personal
data in the clear: hand it over safely and delete it.`
}

// dossier is the package, as data.json has it. It is personal data.
type dossier struct {
	Schema       string             `json:"schema"` // qingting.subject/1
	Made         time.Time          `json:"made"`
	Case         string             `json:"case,omitempty"`
	Organisation string             `json:"organisation,omitempty"`
	Contact      string             `json:"contact,omitempty"`
	Sources      []govern.Source    `json:"sources"`                // of the records, as the register has them
	Unregistered []string           `json:"unregistered,omitempty"` // of the records, and not in the register
	Kept         map[string]float64 `json:"kept_days"`              // by what; 0 is without end
	Types        []string           `json:"types"`
	Records      []heldRecord       `json:"records"`
	Ledger       []int64            `json:"ledger_entries"` // of find, of the package, and of each release
}

type heldRecord struct {
	Record     string            `json:"record"`
	Time       time.Time         `json:"time"`
	Received   time.Time         `json:"received"`
	Source     string            `json:"source,omitempty"`
	Channel    string            `json:"channel,omitempty"`
	Region     string            `json:"region,omitempty"`
	Product    string            `json:"product,omitempty"`
	Rating     *float64          `json:"rating,omitempty"`
	Restricted bool              `json:"restricted,omitempty"`
	Text       string            `json:"text"`
	Attributes map[string]string `json:"attributes,omitempty"`
	Customer   map[string]string `json:"customer,omitempty"`
	Masked     int               `json:"others_values_masked"`
	Expired    bool              `json:"sealed_values_expired,omitempty"`
	Themes     []string          `json:"themes,omitempty"`
	Sentiment  string            `json:"sentiment,omitempty"`
}

// Run gathers what is held and writes the package.
func (c *subjectExportCmd) Run(ctx context.Context, con *console) error {
	if _, err := os.Lstat(c.Output); err == nil {
		return fmt.Errorf("%s exists and will not be overwritten: choose another name", c.Output)
	}
	req, err := c.personFlags.request(con, c.officerFlags.request())
	if err != nil {
		return err
	}
	ids, err := secrets.LoadIdentities(c.Identity, func() ([]byte, error) {
		return passphrase(con, c.PassphraseFile, "Passphrase of "+c.Identity)
	})
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	answer, err := client.Find(ctx, req)
	if err != nil {
		return err
	}
	records := slices.DeleteFunc(slices.Clone(answer.Records), func(r custody.PersonRecord) bool { return r.Shared && !c.Shared })
	if n := len(answer.Records) - len(records); n > 0 {
		fmt.Fprintf(con.Err, "%d records that only a name, an address or the like points to were left out; --shared takes them in.\n", n)
	}
	out := dossier{
		Schema: "qingting.subject/1", Made: time.Now().UTC().Truncate(time.Second), Case: c.Case,
		Organisation: c.Organisation, Contact: c.Contact, Kept: make(map[string]float64), Ledger: []int64{answer.Entry},
	}
	for name, age := range answer.Kept {
		out.Kept[keptNames[name]] = age.Hours() / 24
	}
	// The ledger has the export before anything is opened.
	handed := req
	handed.Approval = c.Approval
	handed.Identifiers, handed.Tokens, handed.Records = nil, answer.Tokens, recordIDs(records)
	entry, err := client.HandOver(ctx, handed)
	if err != nil {
		return err
	}
	out.Ledger = append(out.Ledger, entry)
	opener := unseal.NewOpener(epochSource{client}, ids...)
	defer opener.Close()
	mine := newOwn(req.Identifiers)
	all := make([]opened, 0, len(records))
	for _, r := range records {
		o, entry, err := c.open(ctx, client, opener, r.Record)
		if err != nil {
			return err
		}
		if entry >= 0 {
			out.Ledger = append(out.Ledger, entry)
		}
		mine.learn(o)
		all = append(all, o)
	}
	for i, o := range all {
		h, err := mine.record(o)
		if err != nil {
			return fmt.Errorf("record %s: %w", records[i].Record, err)
		}
		h.Restricted = records[i].Restricted
		out.Records = append(out.Records, h)
		out.Types = append(out.Types, records[i].Types...)
	}
	slices.Sort(out.Types)
	out.Types = slices.Compact(out.Types)
	if err := out.register(answer.Register); err != nil {
		return err
	}
	if err := out.write(c.Output); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "Wrote %d records to %s; ledger entry %d. It is personal data in the clear: hand it over safely, and delete it.\n",
		len(out.Records), c.Output, entry)
	return nil
}

var keptNames = map[string]string{
	ingest.StreamVault: "sealed values", ingest.StreamDocs: "documents without personal data", ingest.StreamDead: "messages that could not be read",
}

func recordIDs(records []custody.PersonRecord) []string {
	list := make([]string, 0, len(records))
	for _, r := range records {
		list = append(list, r.Record)
	}
	return list
}

// open has a record released and opens it. When its sealed values are gone, the
// redacted document is what is held; then there is no entry.
func (c *subjectExportCmd) open(ctx context.Context, client *custody.Client, opener *unseal.Opener, record string) (opened, int64, error) {
	req := c.officerFlags.request()
	req.Record, req.Purpose, req.Approval = record, "subject", c.Approval
	rel, err := client.Record(ctx, req)
	if err != nil {
		if custody.CodeOf(err) != custody.CodeNothing {
			return opened{}, 0, err
		}
		raw, err := client.Document(ctx, record)
		if err != nil {
			return opened{}, 0, err
		}
		d, err := document.Parse(raw)
		return opened{document: d}, -1, err
	}
	o, err := openRelease(ctx, opener, rel)
	return o, rel.Entry, err
}

// record is what is held in one record, other people's values masked.
func (o own) record(r opened) (h heldRecord, err error) {
	d := r.document
	if d == nil {
		return h, fmt.Errorf("it has no document")
	}
	h = heldRecord{
		Record: d.Record, Time: d.Time, Received: d.Intake, Source: d.Source, Channel: d.Channel, Region: d.Region,
		Product: d.Product, Rating: d.Rating, Sentiment: d.Sentiment.Label, Expired: len(r.parts) == 0 && len(d.Redactions) > 0,
	}
	for _, t := range d.Themes {
		h.Themes = append(h.Themes, t.ID)
	}
	fields := map[string]*string{"": &h.Text, "source": &h.Source, "channel": &h.Channel, "region": &h.Region, "product": &h.Product}
	h.Text = d.Text
	if r.missing == 0 {
		for field, text := range fields {
			if *text, err = o.restore(*text, field, r.parts); err != nil {
				return h, err
			}
		}
	}
	if len(d.Attributes) > 0 {
		h.Attributes = maps.Clone(d.Attributes)
		for name, text := range d.Attributes {
			if r.missing > 0 {
				break
			}
			if h.Attributes[name], err = o.restore(text, "attributes."+name, r.parts); err != nil {
				return h, err
			}
		}
	}
	customer := o.customer(r)
	for _, part := range r.parts {
		for _, v := range part.Values {
			name, ok := strings.CutPrefix(v.Field, customerField)
			switch {
			case ok && customer:
				if h.Customer == nil {
					h.Customer = make(map[string]string)
				}
				for n := 2; ; n++ { // fields of the publisher's own have one name
					if _, taken := h.Customer[name]; !taken {
						break
					}
					name = fmt.Sprintf("%s %d", strings.TrimRight(name, " 0123456789"), n)
				}
				h.Customer[name] = v.Plain
			case !o.has(v):
				h.Masked++
			}
		}
	}
	return h, nil
}

// register adds what the register of sources says of the records' sources.
func (h *dossier) register(data []byte) error {
	register, err := govern.ParseRegister(data)
	if err != nil {
		return err
	}
	h.Sources = []govern.Source{}
	seen := make(map[string]bool)
	for _, r := range h.Records {
		if seen[r.Source] {
			continue
		}
		seen[r.Source] = true
		if s, ok := register.Find(r.Source); ok {
			h.Sources = append(h.Sources, *s)
		} else {
			h.Unregistered = append(h.Unregistered, r.Source)
		}
	}
	return nil
}

// labels are the types in Chinese and English, for the page.
func labels(types []string) (list [][2]string) {
	for _, t := range types {
		zh, en := rule.Labels(rule.Type(t))
		list = append(list, [2]string{zh, strings.ToLower(strings.ReplaceAll(en, "_", " "))})
	}
	return list
}

// write makes the directory, or the one file.
func (h *dossier) write(path string) error {
	files, err := h.files()
	if err != nil {
		return err
	}
	if strings.HasSuffix(path, ".zip") {
		return writeZip(path, files)
	}
	if err := newDir(path); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := secrets.WriteNew(filepath.Join(path, name), files[name]); err != nil {
			return fmt.Errorf("package: %w", err)
		}
	}
	return nil
}
