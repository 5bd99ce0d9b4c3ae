package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"time"

	"qingting/internal/secrets"
	"qingting/privacy/audit"
)

type auditWitnessKeyCmd struct {
	Name   string `arg:"" help:"The witness's name, one word, such as audit.example.org."`
	Output string `short:"o" default:"witness.key" placeholder:"FILE" help:"File to create for the secret key (default ${default})."`
}

// Run writes the secret key and prints the verifier key.
func (c *auditWitnessKeyCmd) Run(con *console) error {
	secret, verifier, err := audit.NewWitnessKey(rand.Reader, c.Name)
	if err != nil {
		return err
	}
	if err := secrets.WriteNew(c.Output, []byte(secret+"\n")); errors.Is(err, fs.ErrExist) {
		return existsError(c.Output)
	} else if err != nil {
		return err
	}
	fmt.Fprintln(con.Out, verifier)
	fmt.Fprintf(con.Err, "Wrote the secret key to %s. The line on standard output is public: add it to the file of keys that auditors give to --key.\n", c.Output)
	return nil
}

type auditWitnessCmd struct {
	custodyFlags
	Key        string `placeholder:"FILE" help:"Verifier key of the ledger (default: ledger.pub among the server's secrets)."`
	WitnessKey string `required:"" placeholder:"FILE" help:"The witness's secret key, from audit witness-key."`
	State      string `required:"" placeholder:"FILE" help:"Where the witness keeps the checkpoint it cosigned last."`
}

// Run reads the ledger, cosigns its newest checkpoint when it continues the one
// in the state file, and gives it to the server.
func (c *auditWitnessCmd) Run(ctx context.Context, con *console) error {
	keys, err := c.keys(c.Key)
	if err != nil {
		return err
	}
	secret, err := secrets.ReadPrivate(c.WitnessKey)
	if err != nil {
		return fmt.Errorf("--witness-key: %w", err)
	}
	defer clear(secret)
	witness, err := audit.ParseWitness(string(secret))
	if err != nil {
		return fmt.Errorf("--witness-key: %w", err)
	}
	var seen audit.SignedCheckpoint
	if _, err := os.Stat(c.State); err == nil {
		if seen, err = readCheckpoint(keys, c.State); err != nil {
			return fmt.Errorf("--state: %w", err)
		}
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
	next := newest(signed)
	if next.Size == 0 {
		return errors.New("no checkpoint was signed yet")
	}
	var tree audit.Tree
	for leaf, err := range client.Entries(ctx, 0) {
		if err != nil {
			return err
		}
		if _, err := tree.Append(leaf); err != nil {
			return err
		}
	}
	// Of its own reading, not by the server's word.
	if root, err := tree.Root(next.Size); err != nil || root != next.Root {
		return fmt.Errorf("%w: the entries are not those of its newest checkpoint", audit.ErrForked)
	}
	var proof []audit.Hash
	if seen.Size <= next.Size {
		if proof, err = tree.Consistency(seen.Size, next.Size); err != nil {
			return err
		}
	}
	note, err := witness.Cosign(seen.Checkpoint, next, proof, time.Now())
	if err != nil {
		return err
	}
	if err := secrets.Replace(c.State, note); err != nil {
		return fmt.Errorf("--state: %w", err)
	}
	if err := client.Cosign(ctx, note); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%s cosigned %d entries of %s.\n", witness.Name(), next.Size, next.Origin)
	return nil
}
