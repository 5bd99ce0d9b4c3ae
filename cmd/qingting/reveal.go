package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os/user"

	"qingting/ingest/custody"
	"qingting/internal/secrets"
	"qingting/privacy/vault/unseal"
)

// officerFlags say who asks, why, and with which identity.
type officerFlags struct {
	Identity       string `short:"i" required:"" placeholder:"FILE" help:"The officer's identity file; it is used here and never sent."`
	PassphraseFile string `placeholder:"FILE" help:"Read the passphrase from the first line of FILE; else from $$QINGTING_PASSPHRASE; else it is asked for."`
	Reason         string `required:"" help:"Why; written to the ledger before anything is released."`
	Ticket         string `help:"The case it belongs to."`
	Actor          string `help:"Who asks (default: the user of this machine)."`
}

func (f officerFlags) request() custody.Request {
	actor := f.Actor
	if actor == "" {
		if u, err := user.Current(); err == nil {
			actor = u.Username
		}
	}
	return custody.Request{Actor: actor, Reason: f.Reason, Ticket: f.Ticket}
}

type revealCmd struct {
	officerFlags
	custodyFlags
	Record string `arg:"" help:"Record id, as search and the documents show it."`
	JSON   bool   `name:"json" help:"Print JSON."`
}

// revealed is what reveal prints as JSON: personal data.
type revealed struct {
	Record string             `json:"record"`
	Entry  int64              `json:"audit_entry"`
	Text   string             `json:"text,omitempty"`
	Values []unseal.Disclosed `json:"values"`
}

// Run has the record released, opens it here and prints it.
func (c *revealCmd) Run(ctx context.Context, con *console) error {
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
	req := c.request()
	req.Record = c.Record
	rel, err := client.Record(ctx, req)
	if err != nil {
		return err
	}
	opener := unseal.NewOpener(epochSource{client}, ids...)
	defer opener.Close()
	rec, err := opener.Open(ctx, rel.Record, rel.Sealed)
	if err != nil {
		return fmt.Errorf("record %s: %w", rel.Record, err)
	}
	out := revealed{Record: rel.Record, Entry: rel.Entry, Values: unseal.Disclose(rec)}
	if rel.Document != nil {
		if out.Text, err = unseal.Restore(rel.Document.Text, "", rec); err != nil {
			return fmt.Errorf("record %s: its document and its sealed values do not fit: %w", rel.Record, err)
		}
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	fmt.Fprintf(con.Err, "Record %s, released to %s as ledger entry %d.\n", out.Record, req.Actor, out.Entry)
	if out.Text != "" {
		fmt.Fprintf(con.Out, "%s\n\n", out.Text)
	}
	for _, v := range out.Values {
		field := v.Field
		if field == "" {
			field = "text"
		}
		fmt.Fprintf(con.Out, "%-18s %-24s %s\n", v.Type, field, v.Value)
	}
	return nil
}

// epochSource fetches epoch keys through the custody service.
type epochSource struct{ client *custody.Client }

func (s epochSource) GetEpoch(ctx context.Context, id string) ([]byte, error) {
	envelope, err := s.client.Epoch(ctx, id)
	if errors.Is(err, custody.ErrNoEpoch) {
		return nil, unseal.ErrEpochMissing
	}
	return envelope, err
}
