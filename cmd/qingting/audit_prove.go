package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"qingting/ingest/custody"
	"qingting/privacy/audit"
)

type auditProveCmd struct {
	custodyFlags
	Entry  *int64 `xor:"what" required:"" placeholder:"N" help:"Prove entry N, from 0."`
	Record string `xor:"what" required:"" help:"Prove the latest document of this record: a receipt."`
	Key    string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
}

// proven is what prove prints and check reads.
type proven struct {
	audit.Proof
	Document json.RawMessage `json:"document,omitempty"` // of a receipt, byte for byte
}

// Run makes the proof from the ledger as the server gives it, and checks it.
func (c *auditProveCmd) Run(ctx context.Context, con *console) error {
	keys, err := c.keys(c.Key)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	var out proven
	if c.Record != "" {
		if out.Document, err = client.Document(ctx, c.Record); err != nil {
			return err
		}
	}
	if out.Proof, err = c.prove(ctx, client, keys, out.Document); err != nil {
		return err
	}
	if err := out.verify(keys); err != nil {
		return fmt.Errorf("the ledger does not hold: %w; export and verify it", err)
	}
	enc := json.NewEncoder(con.Out)
	enc.SetEscapeHTML(false)
	return enc.Encode(out)
}

// prove reads the ledger, its whole tree, and looks for the entry.
func (c *auditProveCmd) prove(ctx context.Context, client *custody.Client, keys audit.Keys, doc []byte) (audit.Proof, error) {
	signed, err := client.Checkpoints(ctx, keys)
	if err != nil {
		return audit.Proof{}, err
	}
	last := newest(signed)
	var tree audit.Tree
	var leaf []byte
	index := int64(-1)
	for next, err := range client.Entries(ctx, 0) {
		if err != nil {
			return audit.Proof{}, err
		}
		i, err := tree.Append(next)
		if err != nil {
			return audit.Proof{}, err
		}
		if c.Entry != nil && *c.Entry == i || c.Record != "" && seals(next, doc) {
			index, leaf = i, next
		}
	}
	switch {
	case index < 0 && c.Record != "":
		return audit.Proof{}, fmt.Errorf("no entry of the ledger seals this document of record %s: it was changed in the stream", c.Record)
	case index < 0:
		return audit.Proof{}, fmt.Errorf("%w: entry %d of %d", audit.ErrBeyond, *c.Entry, tree.Size())
	case index >= last.Size:
		return audit.Proof{}, fmt.Errorf("entry %d is not covered by a checkpoint yet: a running server signs every second", index)
	}
	proof, err := audit.Prove(&tree, index, leaf, last)
	if err != nil || c.Record == "" {
		return proof, err
	}
	return audit.Receipt(proof, doc)
}

func seals(leaf, doc []byte) bool {
	if !bytes.Contains(leaf, []byte(`"documents"`)) {
		return false
	}
	_, err := audit.Receipt(audit.Proof{Leaf: leaf}, doc)
	return err == nil
}

func (p proven) verify(keys audit.Keys) error {
	var err error
	if p.Document != nil {
		_, _, err = p.CheckReceipt(keys, p.Document)
	} else {
		_, _, err = p.Check(keys)
	}
	return err
}

type auditCheckCmd struct {
	File string `arg:"" help:"Proof that audit prove printed; - is standard input."`
	Key  string `required:"" placeholder:"FILE" help:"Verifier key of the ledger."`
}

// Run checks a proof and says what is proven.
func (c *auditCheckCmd) Run(con *console) error {
	keys, err := ledgerKeys(c.Key)
	if err != nil {
		return err
	}
	in := con.In
	if c.File != "-" {
		file, err := os.Open(c.File)
		if err != nil {
			return err
		}
		defer file.Close()
		in = file
	}
	data, err := io.ReadAll(io.LimitReader(in, 8<<20))
	if err != nil {
		return fmt.Errorf("reading the proof: %w", err)
	}
	var p proven
	if err := json.Unmarshal(data, &p); err != nil {
		return errors.New("malformed proof: want the JSON that audit prove prints")
	}
	if err := p.verify(keys); err != nil {
		return err
	}
	e, at, err := p.Check(keys)
	if err != nil {
		return err
	}
	fmt.Fprintf(con.Out, "Entry %d of %d of ledger %s: %s by %s, %s.\n", p.Index, at.Size, at.Origin, e.Action, e.Actor, e.Time.Format(time.RFC3339))
	if p.Document != nil {
		fmt.Fprintln(con.Out, "It seals exactly this document; nothing of it was changed since.")
	}
	return nil
}
