package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"

	"qingting/ingest/erase"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// checkpointFlags name a checkpoint of the ledger that was kept elsewhere.
type checkpointFlags struct {
	Checkpoint string `placeholder:"FILE" help:"A checkpoint of the ledger that was kept elsewhere: the file \"checkpoint\" of an audit export, what audit verify --keep wrote, or a witness's state. A ledger that is older, or another, is a back-up that was restored."`
}

// check compares the ledger with the checkpoint, when one is given.
func (f checkpointFlags) check(ctx context.Context, st *streams, keys audit.Keys) error {
	if f.Checkpoint == "" {
		return nil
	}
	seen, err := readCheckpoint(keys, f.Checkpoint)
	if err != nil {
		return fmt.Errorf("--checkpoint: %w", err)
	}
	switch err := ledger.Check(ctx, st.js, seen); {
	case errors.Is(err, ledger.ErrOlder):
		return fmt.Errorf("%w: a back-up was restored, and what was erased since would come back. "+
			"Stop the server and run \"qingting audit restore EXPORT\" with the newest export of the ledger", err)
	case errors.Is(err, audit.ErrForked), errors.Is(err, ledger.ErrGap):
		return fmt.Errorf("%w. A server ran on a back-up that was restored, or the ledger was rewritten: restore the back-up once more, "+
			"run \"qingting audit restore EXPORT\", and only then start", err)
	default:
		return err
	}
}

type auditRestoreCmd struct {
	custodyFlags
	Dir    string `arg:"" placeholder:"EXPORT" help:"Directory that audit export wrote, after the back-up was made."`
	Key    string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
	Reason string `required:"" help:"Why; written to the ledger."`
}

// Help says what a restoration does.
func (c *auditRestoreCmd) Help() string {
	return `For a data directory that was restored from a back-up, before any server starts on it: gives its ledger the entries back
that were written after the back-up was made, byte for byte, from an export that holds. At its next start the server
does again what they say: it erases, restricts and frees. Changes nothing when a server has written to the ledger since
the back-up was restored, for then there are two histories: restore the back-up once more. With --nats, no server may
run, and it takes the rights of an administrator.`
}

// Run verifies the export and gives the entries back.
func (c *auditRestoreCmd) Run(ctx context.Context, con *console) error {
	keys, err := c.keys(c.Key)
	if err != nil {
		return err
	}
	export := os.DirFS(c.Dir)
	report, err := audit.Verify(export, audit.VerifyOptions{Keys: keys})
	if err != nil {
		return fmt.Errorf("%s: %w", c.Dir, err)
	}
	if !report.OK() {
		return fmt.Errorf("%s does not hold (%s): \"qingting audit verify\" tells what is wrong with it", c.Dir, report.Faults[0].Text)
	}
	clean, err := ledgerCleaner()
	if err != nil {
		return err
	}
	st, err := openServerStreams(ctx, con, c.custodyFlags)
	if err != nil {
		return err
	}
	defer st.close()
	had, added, err := ledger.Restore(ctx, st.js, audit.Leaves(export, report.Size))
	if err != nil {
		return err
	}
	if added == 0 {
		fmt.Fprintf(con.Err, "The ledger has all %d entries of the export: nothing was to be restored.\n", report.Size)
		return nil
	}
	if _, err := ledger.Append(ctx, st.js, audit.Entry{
		Actor: systemUser(), Role: "local", Action: audit.ActionSetting, Object: "stream:FEEDBACK_AUDIT", Outcome: "restored",
		Reason: clean(c.Reason), Counts: map[string]int{"had": int(had), "added": int(added)},
	}); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "The back-up's ledger had %d entries; %d were given back. The next start erases, restricts, frees and refuses again what they say.\n", had, added)
	return tellLost(con, audit.Leaves(export, report.Size), had)
}

// tellLost says what the entries alone do not bring back: the ledger has that it
// was done, and not with what.
func tellLost(con *console, leaves func(func([]byte, error) bool), after int64) error {
	var withdrawn, settings, users []int64
	index := int64(-1)
	for leaf, err := range leaves {
		if err != nil {
			return err
		}
		if index++; index < after {
			continue
		}
		e, err := audit.ParseEntry(bytes.Clone(leaf))
		if err != nil {
			continue // of a newer version
		}
		switch {
		case e.Action == audit.ActionRestrict && e.Outcome == erase.ReasonWithdrawn && e.Withdrawn == nil: // of an older server
			withdrawn = append(withdrawn, index)
		case e.Action == audit.ActionUser:
			users = append(users, index)
		case e.Action == audit.ActionSetting, e.Action == audit.ActionSource, e.Action == audit.ActionKey && e.Outcome == "":
			settings = append(settings, index)
		}
	}
	for _, lost := range []struct {
		what    string
		entries []int64
	}{
		{"Consent that was withdrawn since must be withdrawn again", withdrawn},
		{"Users that were changed since must be changed again", users},
		{"Settings, sources and officers that were changed since must be changed again", settings},
	} {
		if len(lost.entries) > 0 {
			fmt.Fprintf(con.Err, "%s: ledger entries %v.\n", lost.what, lost.entries)
		}
	}
	return nil
}
