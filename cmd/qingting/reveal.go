package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

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
	Actor          string `help:"What you call yourself, beside the user you connect as, which is the one that counts (default: the user of this machine)."`
}

func (f officerFlags) request() custody.Request {
	actor := f.Actor
	if actor == "" {
		actor = systemUser()
	}
	return custody.Request{Actor: actor, Reason: f.Reason, Ticket: f.Ticket}
}

type revealCmd struct {
	officerFlags
	custodyFlags
	Record   string `arg:"" help:"Record id, as search and the documents show it."`
	Purpose  string `required:"" help:"What for: complaint, repair, verify, subject, regulator, court, incident or review."`
	Approval string `placeholder:"ID" help:"What a second person granted, where the rules ask for one: see approve."`
	Only     string `placeholder:"TYPE" help:"Show only the values of this type, such as MOBILE, and not the text; the ledger says so."`
	JSON     bool   `name:"json" help:"Print JSON."`
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
	req.Record, req.Purpose, req.Approval, req.Field = c.Record, c.Purpose, c.Approval, c.Only
	rel, err := client.Record(ctx, req)
	if err != nil {
		return err
	}
	opener := unseal.NewOpener(epochSource{client}, ids...)
	defer opener.Close()
	rec, err := openRelease(ctx, opener, rel)
	if err != nil {
		return err
	}
	out := revealed{Record: rel.Record, Entry: rel.Entry, Values: rec.values()}
	if c.Only != "" {
		out.Values = slices.DeleteFunc(out.Values, func(v unseal.Disclosed) bool { return v.Type != c.Only })
	} else if out.Text, err = rec.text(); err != nil {
		return fmt.Errorf("record %s: its document and its sealed values do not fit: %w", rel.Record, err)
	}
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		return enc.Encode(out)
	}
	fmt.Fprintf(con.Err, "Record %s, released to %s as ledger entry %d.\n", out.Record, rel.Actor, out.Entry)
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
