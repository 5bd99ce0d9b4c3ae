package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/secrets"
	"qingting/privacy/subject"
)

// orderFlags say to which of the records found an order applies.
type orderFlags struct {
	personFlags
	personAskFlags
	Record []string `placeholder:"ID" help:"Only these of the person's records; may be repeated. Without identifiers: these records, whoever they are about."`
	Shared bool     `help:"Also records that nothing but a name, an address or the like points to. They may be another person's: look at them first."`
	Yes    bool     `short:"y" help:"Do not ask."`
}

// run asks for confirmation and gives the order.
func (f orderFlags) run(ctx context.Context, con *console, verb string, order func(*custody.Client, custody.PersonRequest) (custody.PersonDone, error)) error {
	req := custody.PersonRequest{Request: f.personAskFlags.request(), Case: f.Case}
	named := len(f.Record) > 0 && f.From == "" && len(f.Identifier) == 0
	if !named {
		var err error
		if req, err = f.personFlags.request(con, req.Request); err != nil {
			return err
		}
	}
	client, closeClient, err := f.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	req.Records, req.Shared = f.Record, f.Shared
	if named {
		if err := confirmed(con, f.Yes, fmt.Sprintf("%d records by their ids, whoever they are about?", len(f.Record))); err != nil {
			return err
		}
	} else if !f.Yes {
		a, err := client.Find(ctx, req)
		if err != nil {
			return err
		}
		if err := listRecords(con.Err, a.Records); err != nil {
			return err
		}
		if err := confirmed(con, false, strings.ToUpper(verb[:1])+verb[1:]+" these, but for what is perhaps another's unless --shared was given?"); err != nil {
			return err
		}
	}
	done, err := order(client, req)
	if err != nil {
		return err
	}
	if f.JSON {
		return printJSON(con.Out, done)
	}
	for _, r := range done.Records {
		fmt.Fprintln(con.Out, r)
	}
	fmt.Fprintf(con.Err, "%s: %d records, ledger entry %d.\n", verb, len(done.Records), done.Entry)
	if p := done.Proof; p != nil {
		fmt.Fprintf(con.Err, "Deleted beyond recovery: %d documents, %d sealed values; left: %d. Proof: ledger entry %d.\n", p.Documents, p.Sealed, p.Left, p.Done)
		if p.Index == "elsewhere" {
			fmt.Fprintln(con.Err, "The search index is kept by another process, which forgets these records as it reads the stream; of a stopped server, at its next start.")
		}
		fmt.Fprintln(con.Err, "Dead letters are sealed and cannot be searched: they expire. Back-ups expire with their keeper's promise.")
	}
	if len(done.Exports) > 0 {
		fmt.Fprintf(con.Err, "Exports that may hold them, and cannot be recalled: ledger entries %s.\n", strings.Trim(fmt.Sprint(done.Exports), "[]"))
	}
	return nil
}

type subjectEraseCmd struct {
	orderFlags
	Approval string `placeholder:"ID" help:"What a second person granted, where the rules ask for one: approve ask --for erase."`
}

// Run erases a person's records.
func (c *subjectEraseCmd) Run(ctx context.Context, con *console) error {
	return c.run(ctx, con, "erased", func(cl *custody.Client, r custody.PersonRequest) (custody.PersonDone, error) {
		r.Approval = c.Approval
		return cl.EraseSubject(ctx, r)
	})
}

type subjectRestrictCmd struct{ orderFlags }

// Run restricts a person's records.
func (c *subjectRestrictCmd) Run(ctx context.Context, con *console) error {
	return c.run(ctx, con, "restricted", func(cl *custody.Client, r custody.PersonRequest) (custody.PersonDone, error) {
		return cl.Restrict(ctx, r)
	})
}

type subjectFreeCmd struct{ orderFlags }

// Run frees a person's records.
func (c *subjectFreeCmd) Run(ctx context.Context, con *console) error {
	return c.run(ctx, con, "freed", func(cl *custody.Client, r custody.PersonRequest) (custody.PersonDone, error) {
		return cl.Free(ctx, r)
	})
}

type subjectWithdrawCmd struct {
	orderFlags
	Source []string `placeholder:"NAME" help:"Sources that are meant; may be repeated (default: those that the register says rest on consent)."`
	Erase  bool     `help:"Erase the records of those sources, and do not only restrict them."`

	Approval string `placeholder:"ID" help:"With --erase: what a second person granted, where the rules ask for one: approve ask --for erase."`
}

// Run notes that consent is withdrawn.
func (c *subjectWithdrawCmd) Run(ctx context.Context, con *console) error {
	return c.run(ctx, con, "withdrawn", func(cl *custody.Client, r custody.PersonRequest) (custody.PersonDone, error) {
		r.Sources, r.Erase, r.Approval = c.Source, c.Erase, c.Approval
		return cl.Withdraw(ctx, r)
	})
}

type subjectCorrectCmd struct {
	personAskFlags
	Record string `arg:"" help:"Record id."`
	File   string `required:"" placeholder:"FILE" help:"The whole feedback as it should be, a JSON message as publishers send it, with the source and id that it was published with."`
	Case   string `placeholder:"R-…" help:"The request it belongs to."`
}

// Help says what a correction is.
func (c *subjectCorrectCmd) Help() string {
	return `A correction takes the place of what its source published under the same id: it is redacted, sealed and annotated
like any feedback, and the sealed values before it are deleted beyond recovery. Feedback without an id of its source
cannot be corrected so: erase it, and publish what is right.`
}

// Run publishes a correction.
func (c *subjectCorrectCmd) Run(ctx context.Context, con *console) error {
	data, err := os.ReadFile(c.File)
	if err != nil {
		return fmt.Errorf("correction: %w", err)
	}
	f, err := ingest.Decode("feedback.in.other", map[string][]string{"Content-Type": {"application/json"}}, data, nil, time.Now())
	if err != nil {
		return fmt.Errorf("correction %s: %w", c.File, err)
	}
	if f.ID == "" {
		return fmt.Errorf("correction %s: it has no id", c.File)
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r := custody.Correction{Request: c.request(), Feedback: data, Source: f.Source, ID: f.ID, Channel: f.Channel, Case: c.Case}
	r.Record = c.Record
	done, err := client.Correct(ctx, r)
	if err != nil {
		return err
	}
	if c.JSON {
		return printJSON(con.Out, done)
	}
	fmt.Fprintf(con.Err, "The correction of record %s is in the queue; ledger entry %d.\n", c.Record, done.Entry)
	return nil
}

type subjectRotateCmd struct{ dataFlags }

// Help says what a rotation does.
func (c *subjectRotateCmd) Help() string {
	return `Tokens are made under the first key of subject.key from the next start on, and found under all of them. Old keys stay:
sealed values can be tokenised anew only by who can open them, so drop a key when the documents made under it have
expired. Restart every process with the ingest role, each with the same file.`
}

// Run puts a new key in front. The file is replaced as a whole, or not at all.
func (c *subjectRotateCmd) Run(con *console) error {
	path := c.subjectKeyPath()
	old, err := secrets.ReadPrivate(path)
	if err != nil {
		return fmt.Errorf("subject keys: %w; the first start of \"qingting serve\" makes them", err)
	}
	defer clear(old)
	text := subjectKeyHead + subject.NewKeyText() + "\n" + strings.ReplaceAll(string(old), subjectKeyHead, "")
	keys, err := subject.ParseKeys(text)
	if err != nil {
		return fmt.Errorf("subject keys %s: %w", path, err)
	}
	next := path + ".new"
	if err := secrets.WriteNew(next, []byte(text)); err != nil {
		return errors.Join(err, fmt.Errorf("if %s is left from an interrupted rotation, remove it", next))
	}
	if err := os.Rename(next, path); err != nil {
		return fmt.Errorf("subject keys: %w", err)
	}
	for _, id := range keys.IDs() {
		fmt.Fprintln(con.Out, id)
	}
	fmt.Fprintln(con.Err, "The first one is new. Restart every process with the ingest role, each with the same file.")
	return nil
}
