package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"filippo.io/age"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/privacy/vault/unseal"
)

type keysCheckCmd struct {
	officerFlags
	custodyFlags
	JSON bool `name:"json" help:"Print JSON."`
}

// Help says more.
func (c *keysCheckCmd) Help() string {
	return `Opens every epoch key with the identity, and one record of each epoch, and throws both away: nothing that was sealed is
printed. Epochs that do not open are listed on standard output, and the exit code is 1. Each record that is released
for it has an entry in the ledger. An epoch without a record there is none to try: it was erased, has expired, or
was corrected since. Where the rules ask a second person before a record is revealed (qingting approve rules), only
the record's header is released: it proves that the key opens, not that what follows is whole.`
}

// keysReport is what keys check found.
type keysReport struct {
	Epochs  int           `json:"epochs"`  // all there are
	Opened  int           `json:"opened"`  // whose key opened
	Records int           `json:"records"` // that opened, one of an epoch
	Headers int           `json:"headers"` // of Records, those tried by their header alone
	Failed  []failedEpoch `json:"failed"`
}

// failedEpoch is an epoch that does not open, or a record of it.
type failedEpoch struct {
	Epoch  string `json:"epoch"`
	Record string `json:"record,omitempty"`
	Why    string `json:"why"`
}

// Run checks every epoch.
func (c *keysCheckCmd) Run(ctx context.Context, con *console) error {
	ids, err := c.identities(con)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	all, err := client.Epochs(ctx)
	if err != nil {
		return err
	}
	report := keysReport{Epochs: len(all), Failed: []failedEpoch{}}
	bar := progressOf(con.Err, len(all), "opening epoch keys")
	for after := uint64(0); ; {
		page, err := client.Envelopes(ctx, after, "")
		if err != nil {
			return err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Sequence
		if err := report.check(ctx, client, c.request(), page, ids); err != nil {
			return err
		}
		_ = bar.Add(len(page))
	}
	_ = bar.Finish()
	if err := report.print(con, c.JSON); err != nil {
		return err
	}
	now, err := client.Officers(ctx)
	if err != nil {
		return err
	}
	letters, err := client.LetterSets(ctx)
	if err != nil {
		return err
	}
	keysOfLetters(letters, now.Register).tell(con)
	if n := len(report.Failed); n > 0 {
		return fmt.Errorf("%d of %d epochs do not open with this identity", n, report.Epochs)
	}
	return nil
}

// check opens a page of epochs, and a record of each.
func (r *keysReport) check(ctx context.Context, client *custody.Client, req custody.Request, page []ingest.StoredEpoch, ids []age.Identity) error {
	keys := make(map[string]*unseal.Epoch, len(page))
	defer func() {
		for _, k := range keys {
			k.Wipe()
		}
	}()
	var opened []ingest.StoredEpoch
	for _, e := range page {
		key, err := openEpoch(e, ids)
		if err != nil {
			r.Failed = append(r.Failed, failedEpoch{Epoch: e.Epoch, Why: whyClosed(err)})
			continue
		}
		keys[e.Epoch] = key
		opened = append(opened, e)
	}
	r.Opened += len(opened)
	samples, err := client.Sample(ctx, req, opened)
	if err != nil {
		return err
	}
	for _, s := range samples {
		key := keys[s.Epoch]
		if s.Record == "" || key == nil {
			continue
		}
		record, err := tryRecord(key, s)
		switch {
		case err != nil:
			r.Failed = append(r.Failed, failedEpoch{s.Epoch, s.Record, whyClosed(err)})
		case record != s.Record:
			r.Failed = append(r.Failed, failedEpoch{s.Epoch, s.Record, "it is another record than it says"})
		default:
			r.Records++
			if s.Header {
				r.Headers++
			}
		}
	}
	return nil
}

// tryRecord opens a sample and says which record it is.
func tryRecord(key *unseal.Epoch, s custody.Sample) (record string, err error) {
	if s.Header {
		return key.OpenHeader(s.Sealed)
	}
	rec, err := key.Open(s.Sealed)
	return rec.ID, err
}

// whyClosed says in a few words why something does not open.
func whyClosed(err error) string {
	switch {
	case errors.Is(err, unseal.ErrNoIdentity):
		return "sealed to other officers"
	case errors.Is(err, unseal.ErrDamaged):
		return "damaged or altered"
	}
	return err.Error()
}

func (r *keysReport) print(con *console, asJSON bool) error {
	if asJSON {
		return json.NewEncoder(con.Out).Encode(r)
	}
	for _, f := range r.Failed {
		if f.Record != "" {
			fmt.Fprintf(con.Out, "%s record %s: %s\n", f.Epoch, f.Record, f.Why)
		} else {
			fmt.Fprintf(con.Out, "%s: %s\n", f.Epoch, f.Why)
		}
	}
	fmt.Fprintf(con.Err, "%d of %d epoch keys open with this identity, and so does a record of %d of them.\n", r.Opened, r.Epochs, r.Records)
	if r.Headers > 0 {
		fmt.Fprintf(con.Err, "%d records were tried by their header alone: the rules ask a second person before a record leaves.\n", r.Headers)
	}
	return nil
}
