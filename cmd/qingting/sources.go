package main

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"qingting/ingest/govern"
)

type sourcesCmd struct {
	Add    sourcesAddCmd    `cmd:"" help:"Register a source: from then on its feedback is taken in."`
	Change sourcesChangeCmd `cmd:"" help:"Change what the register says of a source: only what is given changes."`
	Remove sourcesRemoveCmd `cmd:"" help:"Take a source out of the register: its feedback is refused from then on."`
	List   sourcesListCmd   `cmd:"" help:"List the sources."`
	Show   sourcesShowCmd   `cmd:"" help:"Show all that the register says of a source."`
	Import sourcesImportCmd `cmd:"" help:"Register the sources of a JSON file, or change those that are there."`
	Lint   sourcesLintCmd   `cmd:"" help:"Say what an auditor would ask about, in the register or in a file."`
}

func (c *sourcesCmd) Help() string {
	var b strings.Builder
	b.WriteString("The register says of each system that sends feedback why it is processed and on what legal ground (PIPL 13, 17). Feedback of a\n" +
		"source that is not in it is refused: parked, sealed, as a dead letter, until it is registered and retried. Feedback that names\nno source belongs to the source \"default\".\n\nLegal bases:\n")
	for _, basis := range govern.Bases() {
		fmt.Fprintf(&b, "  %-10s %s, %s\n", basis.Code, basis.ZH, basis.EN)
	}
	return b.String()
}

// sourceFlags are what the register says of a source.
type sourceFlags struct {
	Purpose    []string `sep:"none" help:"Why its feedback is processed; may be repeated."`
	Basis      []string `help:"Legal basis, see above; may be repeated."`
	Notice     string   `help:"What the persons were told: a text, or an address that begins with http."`
	NoticeDate string   `placeholder:"2026-01-31" help:"Since when they are told so."`
	Category   []string `help:"Personal data that are expected: MOBILE, ADDRESS … or words; may be repeated."`
	Sensitive  *bool    `negatable:"" help:"Sensitive personal data are expected."`
	Consent    string   `enum:",given,separate,written,guardian" default:"" help:"How consent was given: given, separate, written, guardian."`
	VaultDays  *int     `placeholder:"N" help:"Sealed values are kept N days at most; 0: as retention says."`
	DocsDays   *int     `placeholder:"N" help:"Documents are kept N days at most; 0: as retention says."`
	Stored     string   `help:"Region or site where it is kept."`
	AbroadTo   string   `placeholder:"COUNTRY" help:"Where abroad it goes to; \"none\" takes it back."`
	AbroadWay  string   `enum:",assessment,certification,contract,law" default:"" help:"By which way of PIPL 38: assessment, certification, contract, law."`
	Contact    string   `help:"Who answers for it: a role or department, no person."`
	Processor  string   `help:"Who processes it on your behalf, if anybody."`
	Remark     string   `help:"Anything else."`
}

// apply changes what was given.
func (f sourceFlags) apply(s *govern.Source) {
	text := func(to *string, given string) {
		if given != "" {
			*to = given
		}
	}
	if len(f.Purpose) > 0 {
		s.Purposes = f.Purpose
	}
	if len(f.Basis) > 0 {
		s.Bases = f.Basis
	}
	if len(f.Category) > 0 {
		s.Categories = f.Category
	}
	if strings.HasPrefix(f.Notice, "http") {
		s.Notice.URL = f.Notice
	} else {
		text(&s.Notice.Text, f.Notice)
	}
	text(&s.Notice.Date, f.NoticeDate)
	if f.Sensitive != nil {
		s.Sensitive = *f.Sensitive
	}
	text(&s.Consent, f.Consent)
	if f.VaultDays != nil {
		s.Retention.Vault = *f.VaultDays
	}
	if f.DocsDays != nil {
		s.Retention.Docs = *f.DocsDays
	}
	text(&s.Stored, f.Stored)
	text(&s.Contact, f.Contact)
	text(&s.Processor, f.Processor)
	text(&s.Remark, f.Remark)
	switch {
	case f.AbroadTo == "none":
		s.Abroad = nil
	case f.AbroadTo != "" || f.AbroadWay != "":
		a := govern.Abroad{}
		if s.Abroad != nil {
			a = *s.Abroad
		}
		text(&a.To, f.AbroadTo)
		text(&a.Way, f.AbroadWay)
		s.Abroad = &a
	}
}

type sourcesAddCmd struct {
	reasonFlags
	custodyFlags
	sourceFlags
	Name string `arg:"" help:"Source as its feedback names it; \"default\" for feedback that names none."`
}

// Run registers a source.
func (c *sourcesAddCmd) Run(ctx context.Context, con *console) error {
	s := govern.Source{Name: c.Name}
	c.apply(&s)
	err := changeRegister(ctx, con, c.custodyFlags, c.reasonFlags, "source:"+c.Name, func(r *govern.Register) error {
		if _, ok := r.Find(c.Name); ok {
			return fmt.Errorf("source %q is registered already: \"qingting sources change\" changes it", c.Name)
		}
		r.Set(s)
		return nil
	})
	if err != nil {
		return err
	}
	tellProblems(con, s.Lint())
	fmt.Fprintf(con.Err, "Registered %s. What was refused of it goes back by \"qingting dead retry\".\n", c.Name)
	return nil
}

type sourcesChangeCmd struct {
	reasonFlags
	custodyFlags
	sourceFlags
	Name string `arg:"" help:"Source, as sources list shows it."`
}

// Run changes an entry.
func (c *sourcesChangeCmd) Run(ctx context.Context, con *console) error {
	var after govern.Source
	err := changeRegister(ctx, con, c.custodyFlags, c.reasonFlags, "source:"+c.Name, func(r *govern.Register) error {
		s, ok := r.Find(c.Name)
		if !ok {
			return errNoSource(c.Name)
		}
		c.apply(s)
		after = *s
		return nil
	})
	if err == nil {
		tellProblems(con, after.Lint())
	}
	return err
}

func errNoSource(name string) error {
	return fmt.Errorf("source %q is not registered: see \"qingting sources list\"", name)
}

type sourcesRemoveCmd struct {
	reasonFlags
	custodyFlags
	Name string `arg:"" help:"Source, as sources list shows it."`
}

// Run takes an entry out.
func (c *sourcesRemoveCmd) Run(ctx context.Context, con *console) error {
	return changeRegister(ctx, con, c.custodyFlags, c.reasonFlags, "source:"+c.Name, func(r *govern.Register) error {
		if !r.Remove(c.Name) {
			return errNoSource(c.Name)
		}
		return nil
	})
}

type sourcesImportCmd struct {
	reasonFlags
	custodyFlags
	File string `arg:"" help:"JSON as sources list --json prints it."`
}

// Run sets every source of the file.
func (c *sourcesImportCmd) Run(ctx context.Context, con *console) error {
	file, err := readSources(c.File)
	if err != nil {
		return err
	}
	names := make([]string, len(file.Sources))
	for i, s := range file.Sources {
		names[i] = s.Name
	}
	slices.Sort(names)
	err = changeRegister(ctx, con, c.custodyFlags, c.reasonFlags, "source:"+strings.Join(names, ","), func(r *govern.Register) error {
		for _, s := range file.Sources {
			r.Set(s)
		}
		return nil
	})
	if err != nil {
		return err
	}
	tellProblems(con, file.Lint())
	fmt.Fprintf(con.Err, "%d sources are registered as the file says.\n", len(names))
	return nil
}

type sourcesListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print the register as JSON."`
}

// Run prints one line a source.
func (c *sourcesListCmd) Run(ctx context.Context, con *console) error {
	r, err := c.register(ctx, con)
	if err != nil {
		return err
	}
	if c.JSON {
		data, err := r.Encode()
		if err != nil {
			return err
		}
		_, err = fmt.Fprintf(con.Out, "%s\n", data)
		return err
	}
	if len(r.Sources) == 0 {
		fmt.Fprintln(con.Err, "No sources are registered: add one with \"qingting sources add\".")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "SOURCE\tBASIS\tVAULT\tDOCS\tSENSITIVE\tABROAD\tPURPOSE")
	for _, s := range r.Sources {
		abroad := "no"
		if s.Abroad != nil {
			abroad = s.Abroad.To
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", s.Name, strings.Join(s.Bases, ","), daysOf(s.Retention.Vault), daysOf(s.Retention.Docs),
			map[bool]string{true: "yes", false: "no"}[s.Sensitive], abroad, strings.Join(s.Purposes, "; "))
	}
	return w.Flush()
}

func daysOf(n int) string {
	if n == 0 {
		return "-"
	}
	return fmt.Sprintf("%d d", n)
}

// register reads the register as an auditor may.
func (f custodyFlags) register(ctx context.Context, con *console) (*govern.Register, error) {
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return nil, err
	}
	defer closeClient()
	r, _, err := readRegister(ctx, client)
	return r, err
}

type sourcesShowCmd struct {
	custodyFlags
	Name string `arg:"" help:"Source, as sources list shows it."`
}

// Run prints an entry as JSON.
func (c *sourcesShowCmd) Run(ctx context.Context, con *console) error {
	r, err := c.register(ctx, con)
	if err != nil {
		return err
	}
	s, ok := r.Find(c.Name)
	if !ok {
		return errNoSource(c.Name)
	}
	enc := json.NewEncoder(con.Out)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	return enc.Encode(s)
}

type sourcesLintCmd struct {
	custodyFlags
	File string `arg:"" optional:"" help:"JSON file to look at instead of the register."`
	JSON bool   `name:"json" help:"Print JSON lines."`
}

// Run prints problems; exit code 1 when anything is wrong.
func (c *sourcesLintCmd) Run(ctx context.Context, con *console) error {
	var r *govern.Register
	var err error
	if c.File != "" {
		r, err = readSources(c.File)
	} else {
		r, err = c.register(ctx, con)
	}
	if err != nil {
		return err
	}
	all := r.Lint()
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		for _, p := range all {
			if err := enc.Encode(p); err != nil {
				return err
			}
		}
	} else {
		tellProblems(con, all)
	}
	if len(all) > 0 {
		return fmt.Errorf("%d points to settle", len(all))
	}
	return nil
}
