package main

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/internal/secrets"
	"qingting/privacy/audit"
	"qingting/privacy/review"
	"qingting/privacy/review/paper"
)

type auditReportCmd struct {
	custodyFlags
	reviewReason
	Sample  string `arg:"" optional:"" help:"The sample that was reviewed."`
	Lang    string `default:"zh" enum:"zh,en" help:"Language: zh or en."`
	Out     string `short:"o" placeholder:"FILE" help:"File to write: .html or .pdf. FILE.proof is written beside it."`
	Interim bool   `help:"Report although the review is not complete; the report says so."`
	Key     string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
	Verify  string `placeholder:"FILE" help:"Check that a report is the one that the ledger holds, offline; needs --key and FILE.proof."`
}

// proofSuffix names the proof beside a report.
const proofSuffix = ".proof"

// Run writes a signed report, or verifies one.
func (c *auditReportCmd) Run(ctx context.Context, con *console) error {
	if c.Verify != "" {
		return c.verify(con)
	}
	format := filepath.Ext(c.Out)
	switch {
	case c.Sample == "":
		return usagef("say which sample to report on; \"qingting audit sample --list\" names them")
	case format != ".html" && format != ".pdf":
		return usagef("-o wants a file that ends in .html or .pdf")
	}
	for _, path := range []string{c.Out, c.Out + proofSuffix} {
		if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
			return fmt.Errorf("%s is there already: choose another name", path)
		}
	}
	keys, err := c.keys(c.Key)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	report, err := c.render(ctx, client, keys, format)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(report)
	signed, err := client.SignReport(ctx, custody.ReportSigning{Request: c.request(), ID: c.Sample, Hash: hex.EncodeToString(sum[:])})
	if err != nil {
		return err
	}
	if err := secrets.WriteNew(c.Out, report); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "Wrote %s; its hash is entry %d of the ledger.\n", c.Out, signed.Entry)
	proof, err := c.prove(ctx, client, keys, signed.Entry)
	if err != nil {
		return fmt.Errorf("the proof is still missing: %w.\nWhen the server runs: qingting audit prove --entry %d > %s", err, signed.Entry, c.Out+proofSuffix)
	}
	if err := secrets.WriteNew(c.Out+proofSuffix, proof); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "Hand it on with %s; whoever has the ledger's key verifies it with:\n  qingting audit report --verify %s --key ledger.pub\n", c.Out+proofSuffix, c.Out)
	return nil
}

// render makes the report.
func (c *auditReportCmd) render(ctx context.Context, client *custody.Client, keys audit.Keys, format string) ([]byte, error) {
	st, err := client.Review(ctx, c.Sample)
	if err != nil {
		return nil, err
	}
	p := st.Progress()
	switch {
	case c.Interim:
	case !p.Done():
		return nil, fmt.Errorf("%d of %d documents are not judged yet: \"qingting audit review %s\"; --interim reports nevertheless", p.Items-p.Judged-p.Gone, p.Items, c.Sample)
	case p.Undecided > 0:
		return nil, fmt.Errorf("two reviewers differ on %d documents: \"qingting audit review %s --decide\"; --interim reports nevertheless", p.Undecided, c.Sample)
	}
	entries, err := client.Reviews(ctx, c.Sample)
	if err != nil {
		return nil, err
	}
	signed, err := client.Checkpoints(ctx, keys)
	if err != nil {
		return nil, err
	}
	last := newest(signed)
	doc := st.Report(review.Facts{Lang: c.Lang, Time: time.Now(), Log: last.Origin, Checkpoint: last.Checkpoint, Gaps: review.Gaps(entries)})
	var out bytes.Buffer
	err = map[string]func(*paper.Document) error{
		".html": func(d *paper.Document) error { return d.HTML(&out) },
		".pdf":  func(d *paper.Document) error { return d.PDF(&out) },
	}[format](doc)
	return out.Bytes(), err
}

// signingWait is how long a running server may take to sign an entry.
const signingWait = 15 * time.Second

// prove makes the proof of an entry as soon as a checkpoint covers it.
func (c *auditReportCmd) prove(ctx context.Context, client *custody.Client, keys audit.Keys, entry int64) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, signingWait)
	defer cancel()
	for {
		signed, err := client.Checkpoints(ctx, keys)
		if err != nil {
			return nil, err
		}
		if newest(signed).Size > entry {
			break
		}
		if c.NATS == "" {
			return nil, errors.New("no server runs that signs the ledger")
		}
		select {
		case <-time.After(200 * time.Millisecond):
		case <-ctx.Done():
			return nil, ctx.Err()
		}
	}
	proof, err := (&auditProveCmd{Entry: &entry}).prove(ctx, client, keys, nil)
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(proven{Proof: proof})
	return append(data, '\n'), err
}

// verify checks a report against its proof.
func (c *auditReportCmd) verify(con *console) error {
	if c.Key == "" {
		return usagef("--verify needs --key, the verifier key of the ledger: get it from the officer or auditor, not with the report")
	}
	keys, err := ledgerKeys(c.Key)
	if err != nil {
		return err
	}
	report, err := os.ReadFile(c.Verify)
	if err != nil {
		return err
	}
	data, err := os.ReadFile(c.Verify + proofSuffix)
	if err != nil {
		return fmt.Errorf("the proof that came with the report: %w", err)
	}
	p, err := audit.ParseProof(data)
	if err != nil {
		return err
	}
	e, at, err := p.Check(keys)
	if err != nil {
		return err
	}
	sum := sha256.Sum256(report)
	if e.Action != audit.ActionReport || !strings.HasPrefix(e.Object, review.Object("")) || e.After != hex.EncodeToString(sum[:]) {
		return errors.New("the ledger does not hold this report: it was changed, or the proof is of another")
	}
	fmt.Fprintf(con.Out, "This is the report of %s that %s signed on %s: entry %d of ledger %s, %s.\n",
		strings.TrimPrefix(e.Object, review.Object("")), e.Actor, e.Time.Format(time.RFC3339), p.Index, at.Origin, e.Outcome)
	return nil
}
