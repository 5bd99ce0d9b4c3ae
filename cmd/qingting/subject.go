package main

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"time"

	"golang.org/x/term"

	"qingting/ingest/custody"
	"qingting/privacy"
	"qingting/privacy/detect"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

type subjectCmd struct {
	Find     subjectFindCmd     `cmd:"" help:"List the records of a person, without opening any."`
	Export   subjectExportCmd   `cmd:"" help:"Write a package of what is held about a person, for them."`
	Correct  subjectCorrectCmd  `cmd:"" help:"Publish a correction in the place of a record."`
	Restrict subjectRestrictCmd `cmd:"" help:"Keep a person's records, and take them out of search, statistics and exports."`
	Free     subjectFreeCmd     `cmd:"" help:"Undo restrict."`
	Withdraw subjectWithdrawCmd `cmd:"" help:"Note that consent is withdrawn: what came of it is restricted or erased, what comes is refused."`
	Erase    subjectEraseCmd    `cmd:"" help:"Erase a person's records everywhere, with a proof."`
	Rotate   subjectRotateCmd   `cmd:"" help:"Put a new key of subject tokens in front of the old ones."`
}

// personFlags say who is meant. Identifiers do not belong on the command line,
// which the shell keeps: they are asked for, or read from a file.
type personFlags struct {
	From       string   `placeholder:"FILE" help:"Read the person's identifiers from FILE, one a line; - is standard input. Else they are asked for."`
	Type       string   `placeholder:"TYPE" help:"What the identifiers are, such as MOBILE, WECHAT, CUSTOMER; a line may also say it, as TYPE=value. Else it is detected."`
	Identifier []string `arg:"" optional:"" help:"Identifiers. Taken only with --i-know-the-shell-keeps-this: better use --from or be asked."`
	Shell      bool     `name:"i-know-the-shell-keeps-this" help:"Take identifiers from the command line."`
	Case       string   `placeholder:"R-…" help:"The request it belongs to, of \"qingting requests\"."`
}

// personAskFlags say why, and where the server is.
type personAskFlags struct {
	reasonFlags
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// identifiers reads and recognises whom the person is.
func (f personFlags) identifiers(con *console) ([]subject.Identifier, error) {
	lines := f.Identifier
	switch {
	case len(lines) > 0 && !f.Shell:
		return nil, usagef("an identifier on the command line stays in the shell's history: leave it out to be asked, or give --from FILE")
	case len(lines) > 0:
	case f.From == "-":
		read, err := io.ReadAll(io.LimitReader(con.In, maxIdentifiers))
		if err != nil {
			return nil, fmt.Errorf("reading identifiers: %w", err)
		}
		lines = strings.Split(string(read), "\n")
	case f.From != "":
		read, err := os.ReadFile(f.From)
		if err != nil {
			return nil, fmt.Errorf("identifiers: %w", err)
		}
		lines = strings.Split(string(read), "\n")
	default:
		var err error
		if lines, err = askLines(con); err != nil {
			return nil, err
		}
	}
	r, err := newRecognition(f.Type)
	if err != nil {
		return nil, err
	}
	var all []subject.Identifier
	for n, line := range lines {
		if line = strings.TrimSpace(line); line == "" {
			continue
		}
		found, err := r.recognise(line)
		if err != nil {
			return nil, fmt.Errorf("identifier %d: %w", n+1, err)
		}
		all = append(all, found...)
	}
	if len(all) == 0 {
		return nil, usagef("no identifier was given")
	}
	return all, nil
}

const maxIdentifiers = 64 << 10 // bytes

// askLines asks at the terminal without echo, until an empty line.
func askLines(con *console) (lines []string, err error) {
	in, ok := con.In.(*os.File)
	if !ok {
		return nil, usagef("there is no terminal to ask for identifiers: give --from FILE, or --from - for standard input")
	}
	if !term.IsTerminal(int(in.Fd())) {
		return nil, usagef("standard input is no terminal: give --from - to read identifiers from it, or --from FILE")
	}
	fmt.Fprintln(con.Err, "Identifiers of the person, one a line, not shown; an empty line ends.")
	for {
		fmt.Fprint(con.Err, "> ")
		line, err := term.ReadPassword(int(in.Fd()))
		fmt.Fprintln(con.Err)
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("reading identifiers: %w", err)
		}
		if len(line) == 0 {
			return lines, nil
		}
		lines = append(lines, string(line))
	}
}

// recognition says what an identifier is.
type recognition struct {
	detector *detect.Detector
	given    rule.Type
}

func newRecognition(typ string) (recognition, error) {
	t := rule.Type(strings.ToUpper(typ))
	if typ != "" && !t.Valid() {
		return recognition{}, usagef("--type %q is no type of personal data, such as MOBILE, ID_CARD or WECHAT", typ)
	}
	d, err := privacy.NewDetector(privacy.DefaultPolicy())
	return recognition{d, t}, err
}

// recognise normalises one line in any disguise: by the type that is given, as
// TYPE=value or by the flag, or by what detection takes it for. No error repeats
// the line.
func (r recognition) recognise(line string) ([]subject.Identifier, error) {
	typ, value := r.given, line
	if name, rest, ok := strings.Cut(line, "="); ok && rule.Type(strings.ToUpper(name)).Valid() {
		typ, value = rule.Type(strings.ToUpper(name)), strings.TrimSpace(rest)
	}
	if typ != "" && !subject.Identifies(typ) {
		return nil, usagef("a value of type %s alone identifies nobody", typ)
	}
	source := privacy.Sanitise(value)
	var found []subject.Identifier
	for _, d := range r.detector.Detect(source) {
		canonical := d.Canonical
		if canonical == "" {
			canonical = source[d.Start:d.End]
		}
		id := subject.Identifier{Type: d.Type, Value: canonical}
		if (typ == "" || d.Type == typ) && subject.Identifies(d.Type) && !slices.Contains(found, id) {
			found = append(found, id)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	if typ == "" {
		return nil, usagef("detection does not know what it is: say so with --type, or write TYPE=value")
	}
	return []subject.Identifier{{Type: typ, Value: privacy.Canonical(typ, source)}}, nil
}

// ask reads the identifiers and connects.
func (f personFlags) request(con *console, r custody.Request) (custody.PersonRequest, error) {
	ids, err := f.identifiers(con)
	return custody.PersonRequest{Request: r, Identifiers: ids, Case: f.Case}, err
}

type subjectFindCmd struct {
	personFlags
	personAskFlags
	Text bool `help:"Show the redacted texts as well."`
}

// Run lists the records of a person.
func (c *subjectFindCmd) Run(ctx context.Context, con *console) error {
	req, err := c.personFlags.request(con, c.personAskFlags.request())
	if err != nil {
		return err
	}
	req.Text = c.Text
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	a, err := client.Find(ctx, req)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, a)
	}
	fmt.Fprintf(con.Err, "%d records; ledger entry %d.\n", len(a.Records), a.Entry)
	if len(a.Records) == 0 {
		return nil
	}
	return listRecords(con.Out, a.Records)
}

func listRecords(out io.Writer, records []custody.PersonRecord) error {
	w := newGrid(out)
	fmt.Fprintln(w, "RECORD\tTIME\tSOURCE\tCHANNEL\tFOUND BY\tTYPES\t")
	for _, r := range records {
		notes := ""
		if r.Shared {
			notes = "perhaps another's"
		}
		if r.Restricted {
			notes = strings.TrimPrefix(notes+", restricted", ", ")
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Record, r.Time.Local().Format(time.DateTime), r.Source, r.Channel,
			strings.Join(r.By, " "), strings.Join(r.Types, " "), notes)
	}
	if err := w.Flush(); err != nil {
		return err
	}
	for _, r := range records {
		if r.Text != "" {
			fmt.Fprintf(out, "\n%s\n%s\n", r.Record, r.Text)
		}
	}
	return nil
}

func printJSON(out io.Writer, v any) error {
	enc := json.NewEncoder(out)
	enc.SetEscapeHTML(false)
	return enc.Encode(v)
}

// confirmed asks before something that cannot be undone.
func confirmed(con *console, yes bool, question string) error {
	if yes {
		return nil
	}
	in, ok := con.In.(*os.File)
	if !ok || !term.IsTerminal(int(in.Fd())) {
		return usagef("there is no terminal to confirm at: give --yes")
	}
	fmt.Fprintf(con.Err, "%s Type yes: ", question)
	answer, err := bufio.NewReader(in).ReadString('\n')
	if err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("reading the answer: %w", err)
	}
	if strings.TrimSpace(answer) != "yes" {
		return errors.New("nothing was done")
	}
	return nil
}
