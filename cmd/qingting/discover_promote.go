package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"os"
	"slices"
	"strconv"
	"strings"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/internal/secrets"
	"qingting/textmining"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/name"
	"qingting/textmining/discover/radar"
	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

// entryFlags describe the entry that a theme becomes.
type entryFlags struct {
	As         string   `placeholder:"ID" help:"Its id in the taxonomy: lower-case letters, digits, hyphens; that of the theme when not given." json:"as,omitempty"`
	ZH         string   `name:"zh" placeholder:"NAME" help:"Its Chinese name." json:"zh,omitempty"`
	EN         string   `name:"en" placeholder:"NAME" help:"Its English name." json:"en,omitempty"`
	Dimensions []string `placeholder:"ID" help:"Dimensions it belongs to." json:"dimensions,omitempty"`
	PainPoints []string `placeholder:"ID" help:"Pain points it belongs to." json:"pain_points,omitempty"`
}

// discoverPromoteCmd makes a theme one of the taxonomy.
type discoverPromoteCmd struct {
	storedPlace
	entryFlags
	ID     string `arg:"" help:"Theme, such as d-3."`
	On     string `placeholder:"FEEDBACK" help:"Of a file: the feedback it was found in, as for discover; - is standard input."`
	State  string `placeholder:"FILE" help:"Of a file: where the themes are kept."`
	Time   string `placeholder:"FIELD" help:"Of a file: the field with the time; - is none."`
	Author string `name:"customer" placeholder:"FIELD" help:"Of a file: the field with the customer's pseudonym."`
	Output string `short:"o" placeholder:"FILE" help:"Write the new taxonomy there, and put nothing in place. Required for a file."`
	Reason string `help:"Why; written to the ledger first. Required, but for a file."`
	Ticket string `help:"The case it belongs to."`
	Actor  string `help:"What you call yourself, beside the user you connect as."`
	JSON   bool   `name:"json" help:"Print the draft and the difference as JSON."`
}

func (c *discoverPromoteCmd) Help() string {
	return `Its cues are words and pairs of words that its customers say, measured by the matcher on all texts; the definition, and the name
in the other language, are yours to write. The entry goes to the end of the taxonomy, every other line of which stays as it is.

With a server or a data directory the new taxonomy goes into the settings, which count at once, the ledger first; "qingting
themes relabel" reads by it what is stored. With -o it goes to a file to be worked on, for "qingting themes apply FILE".`
}

// promotion is what promote says, and what the service is asked for.
type promotion struct {
	Theme     string      `json:"theme"`
	Entry     string      `json:"entry"`
	Cues      []draftCue  `json:"cues"`
	Customers int         `json:"customers"` // of the theme
	Covered   int         `json:"covered"`   // those of them in whose texts the entry is found
	Others    int         `json:"others"`    // other customers in whose texts it is found
	Diff      *diffReport `json:"diff"`
	Applied   bool        `json:"applied"`            // it is in the settings
	Taxonomy  string      `json:"taxonomy,omitempty"` // the file, when it is not
}

type draftCue struct {
	Text   string  `json:"text"`
	Kind   string  `json:"kind"` // strong, cues or weak
	Inside int     `json:"inside"`
	Others int     `json:"others"`
	Low    float64 `json:"precision_low"`
}

// promoteOptions are promote's part of an order.
type promoteOptions struct {
	entryFlags
	Taxonomy []byte `json:"taxonomy,omitempty"` // to be inserted in; none: the one in place
	Apply    bool   `json:"apply"`
}

// Run drafts, shows and puts in place.
func (c *discoverPromoteCmd) Run(ctx context.Context, con *console) error {
	if (c.State == "") != (c.On == "") {
		return usagef("give --state and --on together: the themes, and the feedback they were found in")
	}
	if c.State != "" && c.given() {
		return usagef("give --state and --on, or --data or --nats, not both")
	}
	if c.State != "" {
		return c.ofFile(ctx, con)
	}
	if strings.TrimSpace(c.Reason) == "" {
		return usagef("say why with --reason, for the ledger")
	}
	o := promoteOptions{entryFlags: c.entryFlags, Apply: c.Output == ""}
	if c.Taxonomy != "" {
		var err error
		if o.Taxonomy, err = os.ReadFile(c.Taxonomy); err != nil {
			return err
		}
	}
	options, err := json.Marshal(o)
	if err != nil {
		return err
	}
	var made promotion
	r := custody.DiscoverOrder{
		Request: officerFlags{Reason: c.Reason, Ticket: c.Ticket, Actor: c.Actor}.request(), Action: custody.DiscoverPromote, ID: c.ID, Name: c.ZH, Options: options,
	}
	if err := c.order(ctx, con, r, &made); err != nil {
		return err
	}
	return c.deliver(con, &made)
}

// deliver writes the file and the report.
func (c *discoverPromoteCmd) deliver(con *console, made *promotion) error {
	if c.Output != "" {
		if err := secrets.Replace(c.Output, []byte(made.Taxonomy)); err != nil {
			return err
		}
		made.Taxonomy = ""
	}
	if c.JSON {
		return printJSON(con.Out, made)
	}
	rows := [][]string{{"CUE", "KIND", "OF THE THEME", "OF OTHERS", "PRECISION AT LEAST %"}}
	for _, cue := range made.Cues {
		rows = append(rows, []string{cue.Text, cue.Kind, strconv.Itoa(cue.Inside), strconv.Itoa(cue.Others), fmt.Sprintf("%.0f", 100*cue.Low)})
	}
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "\n%s found in the texts of %d of %d customers of %s, and of %d others\n\n", made.Entry, made.Covered, made.Customers, made.Theme, made.Others)
	if err := made.Diff.write(con); err != nil {
		return err
	}
	if made.Applied {
		fmt.Fprintln(con.Err, "\nThe new taxonomy is in place. \"qingting themes relabel\" reads by it what is stored.")
	} else {
		fmt.Fprintf(con.Err, "\n%s has the new taxonomy: write names and definition, then \"qingting themes apply %s\".\n", c.Output, c.Output)
	}
	return nil
}

// ofFile promotes a theme that was found in a file.
func (c *discoverPromoteCmd) ofFile(ctx context.Context, con *console) error {
	if c.Output == "" {
		return usagef("say where the new taxonomy goes with -o FILE")
	}
	state, err := readState(c.State)
	if err != nil {
		return err
	}
	base, err := taxonomyData(c.Taxonomy)
	if err != nil {
		return err
	}
	in, err := openInput(c.On, con)
	if err != nil {
		return err
	}
	defer in.Close()
	docs, _, refused, err := readDiscovered(ctx, con, in, rowFields{Time: c.Time, Customer: c.Author})
	if err != nil {
		return err
	}
	all := make([]storedText, len(docs))
	for i, d := range docs {
		if all[i] = (storedText{d.ID, d.Text, d.Customer, d.Time, false}); d.ID == "" {
			all[i].record = fmt.Sprintf("line %d", i+1)
		}
	}
	load := func(data []byte) (*textmining.Annotator, error) {
		return textmining.Load(textmining.Sources{LexiconFile: c.Lexicon, Taxonomy: data})
	}
	made, grown, err := promote(ctx, c.ID, c.entryFlags, base, docs, all, state, load)
	if err != nil {
		return err
	}
	if err := state.Promote(c.ID, made.Entry); err != nil {
		return err
	}
	made.Taxonomy = string(grown)
	if err := c.deliver(con, made); err != nil {
		return err
	}
	if err := writeState(c.State, state); err != nil {
		return err
	}
	return refused
}

// taxonomyData reads a taxonomy file; none is the built-in one.
func taxonomyData(file string) ([]byte, error) {
	if file == "" {
		return taxonomy.DefaultYAML(), nil
	}
	return os.ReadFile(file)
}

// promote finds the theme again, drafts it and says what changes. State is only
// read.
func promote(ctx context.Context, id string, e entryFlags, base []byte, docs []radar.Document, all []storedText, state *follow.State, load func([]byte) (*textmining.Annotator, error)) (*promotion, []byte, error) {
	if state.Theme(id) == nil {
		return nil, nil, fmt.Errorf("there is no theme %q: see \"qingting discover list\"", id)
	}
	o, err := optionsOf(state)
	if err != nil {
		return nil, nil, err
	}
	before, err := load(base)
	if err != nil {
		return nil, nil, err
	}
	again, err := unpackedCopy(state)
	if err != nil {
		return nil, nil, err
	}
	o.Trends = false
	found, err := o.look(ctx, docs, o.radar(before.Segmenter()), again)
	if err != nil {
		return nil, nil, err
	}
	if e.As == "" {
		e.As = id
	}
	draft, err := found.Draft(id, name.DraftConfig{ID: e.As, ZH: e.ZH, EN: e.EN, Dimensions: e.Dimensions, PainPoints: e.PainPoints})
	if err != nil {
		return nil, nil, err
	}
	grown, err := taxonomy.Insert(base, draft.Entry)
	if err != nil {
		return nil, nil, err
	}
	after, err := load(grown)
	if err != nil {
		return nil, nil, err
	}
	made := &promotion{Theme: id, Entry: e.As, Cues: []draftCue{}, Customers: draft.Customers, Covered: draft.Covered, Others: draft.Others}
	for _, cue := range draft.Cues {
		made.Cues = append(made.Cues, draftCue{cue.Text, kindName(cue.Kind), cue.Inside, cue.Others, math.Round(cue.Low*1e4) / 1e4})
	}
	made.Diff = diffOf(before, after, all)
	return made, grown, nil
}

func kindName(k match.Kind) string {
	switch k {
	case match.Strong:
		return "strong"
	case match.Plain:
		return "cues"
	}
	return "weak"
}

// diffOf tags texts by two taxonomies.
func diffOf(before, after *textmining.Annotator, all []storedText) *diffReport {
	d := newThemesDiff(before.Taxonomy(), after.Taxonomy(), 3, "none")
	for i, t := range all {
		row := feedbackRow{Line: i + 1, ID: json.RawMessage(strconv.Quote(t.record)), Time: t.time}
		d.add(row, tagged(before.Annotate(t.text)), tagged(after.Annotate(t.text)))
	}
	return d.report()
}

func unpackedCopy(s *follow.State) (*follow.State, error) {
	data, err := s.Encode()
	if err != nil {
		return nil, err
	}
	return follow.Parse(data)
}

// promote makes a theme of what is stored one of the taxonomy. An order without
// options, as the pages give it, marks it as the theme of the taxonomy that it names,
// and leaves the taxonomy as it is.
func (d discoverer) promote(ctx context.Context, r custody.DiscoverOrder, state *follow.State) (out custody.DiscoverOutcome, err error) {
	if r.Options == nil {
		return d.mark(ctx, r, state)
	}
	var o promoteOptions
	if json.Unmarshal(r.Options, &o) != nil {
		return out, errors.New("malformed request")
	}
	how, err := optionsOf(state)
	if err != nil {
		return out, err
	}
	base, revision, err := d.taxonomy(ctx)
	if err != nil {
		return out, err
	}
	if o.Taxonomy != nil {
		base = o.Taxonomy
	}
	all, err := d.stored(ctx, how.Days)
	if err != nil {
		return out, err
	}
	made, grown, err := promote(ctx, r.ID, o.entryFlags, base, radarOf(all, how.All), all, state, d.vocabulary.with)
	if err != nil {
		return out, err
	}
	made.Diff.withhold(serverK)
	out.Answer = made
	if !o.Apply {
		made.Taxonomy = string(grown)
		return out, nil
	}
	made.Applied = true
	if err := state.Promote(r.ID, made.Entry); err != nil {
		return out, err
	}
	out.Taxonomy, out.TaxonomyRevision = grown, revision
	out.State, err = packState(state)
	return out, err
}

// taxonomy is the file in place, and its revision in the settings.
func (d discoverer) taxonomy(ctx context.Context) ([]byte, uint64, error) {
	now, err := d.streams.settings.Get(ctx, settings.Taxonomy)
	if err != nil || len(now.Data) > 0 {
		return now.Data, now.Revision, err
	}
	data, err := taxonomyData(d.vocabulary.sources.TaxonomyFile)
	return data, now.Revision, err
}

// mark notes a theme as one that the taxonomy has.
func (d discoverer) mark(ctx context.Context, r custody.DiscoverOrder, state *follow.State) (out custody.DiscoverOutcome, err error) {
	data, _, err := d.taxonomy(ctx)
	if err != nil {
		return out, err
	}
	tax, err := taxonomy.Parse(data)
	if err != nil {
		return out, err
	}
	if !slices.ContainsFunc(tax.Themes, func(e taxonomy.Entry) bool { return e.ID == r.Name }) {
		return out, fmt.Errorf("the taxonomy in place has no theme %q: add it first", r.Name)
	}
	if err := state.Promote(r.ID, r.Name); err != nil {
		return out, err
	}
	out.Answer = themesKept(state)
	out.State, err = packState(state)
	return out, err
}

// withhold leaves out the themes that so few texts change of.
func (r *diffReport) withhold(k int) {
	r.Themes = slices.DeleteFunc(r.Themes, func(t diffTheme) bool { return t.Gained+t.Lost < k })
}

// with builds an Annotator of another taxonomy beside the one that works.
func (v *vocabulary) with(taxonomy []byte) (*textmining.Annotator, error) {
	v.mu.Lock()
	next := v.sources
	v.mu.Unlock()
	next.Taxonomy = bytes.Clone(taxonomy)
	return textmining.Load(next)
}
