package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"

	"qingting/internal/secrets"
	"qingting/privacy/audit"
)

type auditVerifyCmd struct {
	Dir       string   `arg:"" placeholder:"DIR" help:"Directory that audit export wrote."`
	Key       string   `required:"" placeholder:"FILE" help:"Verifier key of the ledger, and those of witnesses, one a line. Get it from the officer or auditor, not with the export."`
	Seen      []string `placeholder:"FILE" help:"Checkpoint seen before, from an earlier --keep or from somebody else: finds a history that was rewritten and signed again."`
	Keep      string   `placeholder:"FILE" help:"Write the newest checkpoint to FILE for the next time; is also read first, when it is there."`
	Witnesses int      `placeholder:"N" help:"How many witnesses must have cosigned the newest checkpoint."`
	JSON      bool     `name:"json" help:"Print the report as JSON."`
}

// Run verifies an export and prints what it found: exit code 1 when anything
// is wrong.
func (c *auditVerifyCmd) Run(con *console) error {
	keys, err := ledgerKeys(c.Key)
	if err != nil {
		return err
	}
	opts := audit.VerifyOptions{Keys: keys, Witnesses: c.Witnesses}
	seen := c.Seen
	if c.Keep != "" {
		if _, err := os.Stat(c.Keep); err == nil {
			seen = append(seen, c.Keep)
		}
	}
	for _, path := range seen {
		s, err := readCheckpoint(keys, path)
		if err != nil {
			return err
		}
		opts.Seen = append(opts.Seen, s)
	}
	report, err := audit.Verify(os.DirFS(c.Dir), opts)
	if err != nil {
		return fmt.Errorf("%s: %w", c.Dir, err)
	}
	if err := c.print(con, report); err != nil {
		return err
	}
	if !report.OK() {
		return fmt.Errorf("the ledger does not hold: %d faults", len(report.Faults))
	}
	if c.Keep != "" {
		return keepCheckpoint(filepath.Join(c.Dir, "checkpoint"), c.Keep)
	}
	return nil
}

func (c *auditVerifyCmd) print(con *console, r audit.Report) error {
	if c.JSON {
		r.Faults = slices.Insert([]audit.Fault{}, 0, r.Faults...) // a list also when there are none
		r.Witnesses = slices.Insert([]string{}, 0, r.Witnesses...)
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	fmt.Fprintf(con.Out, "ledger       %s\n", r.Origin)
	fmt.Fprintf(con.Out, "entries      %d signed, %d behind the newest checkpoint\n", r.Size, r.Unsigned)
	fmt.Fprintf(con.Out, "checkpoints  %d, signatures hold\n", r.Checkpoints)
	fmt.Fprintf(con.Out, "witnesses    %d\n", len(r.Witnesses))
	for _, name := range r.Witnesses {
		fmt.Fprintf(con.Out, "             %s\n", name)
	}
	if r.OK() {
		fmt.Fprintln(con.Out, "Every entry is what was signed.")
		return nil
	}
	for _, f := range r.Faults {
		fmt.Fprintf(con.Out, "%-12s %s\n", f.Kind, f.Text)
	}
	return nil
}

// readCheckpoint reads a checkpoint and checks its signatures.
func readCheckpoint(keys audit.Keys, path string) (audit.SignedCheckpoint, error) {
	note, err := os.ReadFile(path)
	if err != nil {
		return audit.SignedCheckpoint{}, fmt.Errorf("checkpoint: %w", err)
	}
	s, err := keys.Open(note)
	if err != nil {
		return audit.SignedCheckpoint{}, fmt.Errorf("checkpoint %s: %w", path, err)
	}
	return s, nil
}

// keepCheckpoint copies a checkpoint, over an older one.
func keepCheckpoint(from, to string) error {
	note, err := os.ReadFile(from)
	if err != nil {
		return fmt.Errorf("keeping the checkpoint: %w", err)
	}
	if err := secrets.Replace(to, note); err != nil {
		return fmt.Errorf("keeping the checkpoint: %w", err)
	}
	return nil
}

// keys reads the verifier keys from a file, or from the server's secrets.
func (f custodyFlags) keys(path string) (audit.Keys, error) {
	if path == "" {
		path = filepath.Join(f.secretsDir(), ledgerPubFile)
	}
	keys, err := ledgerKeys(path)
	if errors.Is(err, fs.ErrNotExist) {
		return audit.Keys{}, fmt.Errorf("%w: give --key FILE; \"qingting audit key\" prints it on the server", err)
	}
	return keys, err
}
