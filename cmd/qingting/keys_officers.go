package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"qingting/ingest/custody"
	"qingting/privacy/vault"
)

type keysListCmd struct {
	custodyFlags
	All  bool `help:"Those who were retired, too."`
	JSON bool `name:"json" help:"Print JSON lines, with the recipients."`
}

// listedOfficer is an officer as keys list prints one.
type listedOfficer struct {
	vault.Officer
	Fingerprint string `json:"fingerprint"`
	Epochs      int    `json:"epochs"`  // those whose key is sealed to the officer
	Letters     int    `json:"letters"` // dead letters that are
}

// Run prints one line an officer.
func (c *keysListCmd) Run(ctx context.Context, con *console) error {
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Officers(ctx)
	if err != nil {
		return err
	}
	epochs, err := client.Epochs(ctx)
	if err != nil {
		return err
	}
	parked, err := client.LetterSets(ctx)
	if err != nil {
		return err
	}
	letters := keysOfLetters(parked, now.Register)
	opens, unknown := map[string]int{}, 0
	for _, e := range epochs {
		if e.Set == "" {
			unknown++
			continue
		}
		for print := range strings.SplitSeq(string(e.Set), ",") {
			opens[print]++
		}
	}
	var list []listedOfficer
	for _, o := range now.Register.Officers {
		if print := o.Fingerprint(); o.Active() || c.All || opens[print]+letters.opens[print] > 0 {
			list = append(list, listedOfficer{o, print, opens[print], letters.opens[print]})
		}
	}
	if err := c.print(con, list); err != nil {
		return err
	}
	fmt.Fprintf(con.Err, "%d epoch keys in all", len(epochs))
	if unknown > 0 {
		fmt.Fprintf(con.Err, "; of %d older ones it is not written to whom they are sealed, and \"qingting keys rotate\" settles it", unknown)
	}
	fmt.Fprintln(con.Err, ".")
	letters.tell(con)
	warnOfficers(con, now.Register)
	return nil
}

func (c *keysListCmd) print(con *console, list []listedOfficer) error {
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		for _, l := range list {
			if err := enc.Encode(l); err != nil {
				return err
			}
		}
		return nil
	}
	w := newGrid(con.Out)
	fmt.Fprintln(w, "NAME\tKIND\tSINCE\tRETIRED\tOPENS EPOCHS\tLETTERS\tFINGERPRINT")
	for _, l := range list {
		retired := "-"
		if l.Retired != nil {
			retired = l.Retired.Local().Format(time.DateTime)
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%s\t%d\t%d\t%s\n", l.Name, l.Kind, l.Added.Local().Format(time.DateTime), retired, l.Epochs, l.Letters, l.Fingerprint)
	}
	return w.Flush()
}

func warnOfficers(con *console, r vault.Register) {
	for _, w := range r.Warnings() {
		fmt.Fprintf(con.Err, "warning: %s\n", w)
	}
}

type keysAddCmd struct {
	reasonFlags
	custodyFlags
	Name          string   `arg:"" help:"Name of the officer, as the register and the ledger show it."`
	Recipient     string   `xor:"recipient" required:"" placeholder:"R" help:"The recipient that \"qingting keys new\" printed (age1…), that of an age plugin, or an SSH public key."`
	RecipientFile string   `xor:"recipient" required:"" placeholder:"FILE" help:"File with that one line."`
	Recovery      bool     `help:"A recovery key, which is kept locked away."`
	Replace       []string `placeholder:"NAME" help:"Retire this one at the same moment; may be repeated. So a house changes from one kind of key to another, which cannot be mixed."`
}

// Run adds an officer.
func (c *keysAddCmd) Run(ctx context.Context, con *console) error {
	text := c.Recipient
	if c.RecipientFile != "" {
		content, err := os.ReadFile(c.RecipientFile)
		if err != nil {
			return fmt.Errorf("--recipient-file: %w", err)
		}
		text = strings.TrimSpace(string(content))
	}
	o := vault.Officer{Name: c.Name, Recipient: text, Kind: vault.KindOfficer}
	if c.Recovery {
		o.Kind = vault.KindRecovery
	}
	return changeOfficers(ctx, con, c.custodyFlags, c.request(), vault.Change{Add: []vault.Officer{o}, Retire: c.Replace})
}

type keysRetireCmd struct {
	reasonFlags
	custodyFlags
	Name []string `arg:"" help:"Names of the officers, as keys list shows them."`
}

// Run retires officers.
func (c *keysRetireCmd) Run(ctx context.Context, con *console) error {
	return changeOfficers(ctx, con, c.custodyFlags, c.request(), vault.Change{Retire: c.Name})
}

// changeOfficers has the register changed and says what remains to be done.
func changeOfficers(ctx context.Context, con *console, where custodyFlags, req custody.Request, change vault.Change) error {
	client, closeClient, err := where.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	now, err := client.Officers(ctx)
	if err != nil {
		return err
	}
	next, err := client.ChangeOfficers(ctx, req, change, now)
	if err != nil {
		return err
	}
	epochs, err := client.Epochs(ctx)
	if err != nil {
		return errors.Join(errors.New("the register was changed"), err)
	}
	left := 0
	for _, e := range epochs {
		if e.Set != next.Register.Set() {
			left++
		}
	}
	for _, o := range change.Add {
		fmt.Fprintf(con.Err, "%s was added: what is sealed from now on is sealed to it too.\n", o.Name)
	}
	for _, name := range change.Retire {
		fmt.Fprintf(con.Err, "%s was retired: nothing is sealed to it from now on.\n", name)
	}
	if left > 0 {
		fmt.Fprintf(con.Err, "%d of %d epoch keys are sealed to the officers of before. An officer runs \"qingting keys rotate\" to seal them to those of now.\n", left, len(epochs))
	}
	if len(change.Retire) > 0 {
		letters, err := client.LetterSets(ctx)
		if err != nil {
			return errors.Join(errors.New("the register was changed"), err)
		}
		keysOfLetters(letters, next.Register).tell(con)
	}
	warnOfficers(con, next.Register)
	return nil
}
