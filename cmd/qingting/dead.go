package main

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"qingting/ingest"
	"qingting/internal/secrets"
	"qingting/privacy/vault/unseal"
)

type deadCmd struct {
	List  deadListCmd  `cmd:"" help:"List what could not be processed, and why."`
	Retry deadRetryCmd `cmd:"" help:"Put dead letters back into the queue; needs an officer's identity."`
}

type deadListCmd struct {
	custodyFlags
	JSON bool `name:"json" help:"Print JSON lines."`
}

// Run prints one line a letter: its content stays sealed.
func (c *deadListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	letters, err := client.Letters(ctx)
	if err != nil {
		return err
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		for _, l := range letters {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	if len(letters) == 0 {
		fmt.Fprintln(con.Err, "No dead letters.")
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "ID\tPARKED\tREASON\tBYTES\tDETAIL")
	for _, l := range letters {
		fmt.Fprintf(w, "%d\t%s\t%s\t%d\t%s\n", l.ID, l.Parked.Local().Format(time.DateTime), l.Reason, l.Size, l.Detail)
	}
	return w.Flush()
}

type deadRetryCmd struct {
	officerFlags
	custodyFlags
	ID []uint64 `arg:"" help:"Numbers of the dead letters, as dead list shows them."`
}

// Run opens each letter here and gives it back to the queue.
func (c *deadRetryCmd) Run(ctx context.Context, con *console) error {
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
	for _, id := range c.ID {
		req := c.request()
		req.Letter = id
		sealed, err := client.Letter(ctx, req)
		if err != nil {
			return err
		}
		plain, err := unseal.OpenDirect(sealed, ids...)
		if err != nil {
			return fmt.Errorf("dead letter %d: %w", id, err)
		}
		letter, err := ingest.ParseLetter(plain)
		if err != nil {
			return fmt.Errorf("dead letter %d: %w", id, err)
		}
		if err := client.Retry(ctx, req, letter); err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "Dead letter %d is back in the queue.\n", id)
	}
	return nil
}
