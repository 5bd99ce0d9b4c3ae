package main

import (
	"context"
	"fmt"

	"qingting/privacy/audit"
)

type auditExportCmd struct {
	custodyFlags
	Dir string `arg:"" placeholder:"DIR" help:"Directory to create."`
	Key string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
}

// Run writes tiles and checkpoints. What no checkpoint covers yet is left out:
// a running server signs every second.
func (c *auditExportCmd) Run(ctx context.Context, con *console) error {
	keys, err := c.keys(c.Key)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	signed, err := client.Checkpoints(ctx, keys)
	if err != nil {
		return err
	}
	if err := audit.Export(c.Dir, client.Entries(ctx, 0), signed); err != nil {
		return err
	}
	last := newest(signed)
	fmt.Fprintf(con.Err, "Wrote %d entries of %s to %s. Verify them with:\n  qingting audit verify %s --key FILE\n", last.Size, last.Origin, c.Dir, c.Dir)
	return nil
}

func newest(signed []audit.SignedCheckpoint) audit.SignedCheckpoint {
	var last audit.SignedCheckpoint
	for _, s := range signed {
		if s.Size > last.Size {
			last = s
		}
	}
	return last
}
