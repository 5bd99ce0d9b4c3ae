package erase

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/ledger"
	"qingting/privacy/audit"
)

// mended is up to where Mend has seen that orders were carried out, and the
// streams it saw: others, or shorter ones, came from a back-up.
type mended struct {
	Entry int64     `json:"entry"` // index of the next ledger entry to look at
	Docs  streamEnd `json:"docs"`
	Vault streamEnd `json:"vault"`
}

type streamEnd struct {
	Created time.Time `json:"created"`
	Seq     uint64    `json:"seq"`
}

// follows reports whether s may be what later became of before.
func (s streamEnd) follows(before streamEnd) bool {
	return s.Created.Equal(before.Created) && s.Seq >= before.Seq
}

func (e *Eraser) end(ctx context.Context, name string) (streamEnd, error) {
	stream, err := e.JS.Stream(ctx, name)
	if err != nil {
		return streamEnd{}, fmt.Errorf("stream %s: %w", name, err)
	}
	info := stream.CachedInfo()
	return streamEnd{info.Created.UTC(), info.State.LastSeq}, nil
}

// noteMended says that every order before a ledger entry was carried out.
func (e *Eraser) noteMended(ctx context.Context, entry int64) (err error) {
	m := mended{Entry: entry}
	if m.Docs, err = e.end(ctx, ingest.StreamDocs); err != nil {
		return err
	}
	if m.Vault, err = e.end(ctx, ingest.StreamVault); err != nil {
		return err
	}
	data, err := json.Marshal(m)
	if err != nil {
		return err
	}
	if _, err := e.Marks.kv.Put(ctx, keyMended, data); err != nil {
		return fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	return nil
}

func (e *Eraser) lastMended(ctx context.Context) (m mended, err error) {
	entry, err := e.Marks.kv.Get(ctx, keyMended)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return m, nil
	}
	if err != nil {
		return m, fmt.Errorf("bucket %s: %w", Bucket, err)
	}
	if err := json.Unmarshal(entry.Value(), &m); err != nil {
		return mended{}, nil // look at everything
	}
	return m, nil
}

// Mend is for the start of a server: it compares what the ledger says was
// erased, restricted or withdrawn with what is there, and does again what was
// interrupted, or what an older back-up brought back. It returns how many records
// had to be looked at again. It reads what the ledger has new since the last time;
// no order notes itself as carried out, for another that began before it may have
// been cut off.
func (e *Eraser) Mend(ctx context.Context) (records int, err error) {
	before, err := e.lastMended(ctx)
	if err != nil {
		return 0, err
	}
	docs, err := e.end(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, err
	}
	vault, err := e.end(ctx, ingest.StreamVault)
	if err != nil {
		return 0, err
	}
	restored := !docs.follows(before.Docs) || !vault.follows(before.Vault)
	if restored {
		before.Entry = 0
	}
	orders, err := e.ordered(ctx, before.Entry)
	if err != nil {
		return 0, err
	}
	for _, w := range orders.withdrawn {
		if err := e.Marks.withdraw(ctx, w.Tokens, w.Sources); err != nil {
			return 0, err
		}
	}
	erased, next := orders.erased, orders.next
	var restricted, freed []string
	for r, is := range orders.restricted {
		if is {
			restricted = append(restricted, r)
		} else {
			freed = append(freed, r)
		}
	}
	if restored {
		erased = append(erased, e.Marks.records(e.Marks.erased)...)
		for _, r := range e.Marks.records(e.Marks.restricted) {
			if _, ordered := orders.restricted[r]; !ordered {
				restricted = append(restricted, r)
			}
		}
	}
	slices.Sort(erased)
	erased = slices.Compact(erased)
	if len(erased) > 0 {
		again, err := e.present(ctx, erased)
		if err != nil {
			return 0, err
		}
		for _, r := range erased { // the marks may be those of the back-up
			if !e.Marks.Erased(r) {
				if err := e.Marks.put(ctx, kindErased, r, nil); err != nil {
					return 0, err
				}
			}
		}
		if len(again) > 0 {
			e.log().Warn("erasing again what an interrupted erasure or a restored back-up left", "records", len(again))
			if _, err := e.Erase(ctx, Order{Actor: "server", Reason: "interrupted erasure or restored back-up"}, again); err != nil {
				return 0, err
			}
			records = len(again)
		} else if err := e.cleanIndex(ctx, docs.Seq, new(Proof)); err != nil {
			return 0, err // it may have been the cleaning that was interrupted
		}
	}
	if len(restricted) > 0 {
		if _, err := e.restrict(ctx, restricted); err != nil {
			return 0, err
		}
	}
	if len(freed) > 0 {
		if _, err := e.free(ctx, freed); err != nil {
			return 0, err
		}
	}
	return records, e.noteMended(ctx, next)
}

// orders are what the ledger says is to be done.
type orders struct {
	erased     []string
	restricted map[string]bool // by record, the last word: false is freed again
	withdrawn  []audit.Withdrawal
	next       int64 // index of the next entry
}

// ordered reads what the ledger's entries of erasure and of restriction name.
func (e *Eraser) ordered(ctx context.Context, from int64) (o orders, err error) {
	o = orders{restricted: make(map[string]bool), next: from}
	erase := []byte(`"action":"` + string(audit.ActionErase) + `"`)
	restrict := []byte(`"action":"` + string(audit.ActionRestrict) + `"`)
	for leaf, err := range ledger.Entries(ctx, e.JS, from) {
		if err != nil {
			return o, err
		}
		o.next++
		if !bytes.Contains(leaf, erase) && !bytes.Contains(leaf, restrict) {
			continue
		}
		entry, err := audit.ParseEntry(leaf)
		if err != nil {
			continue
		}
		records := make([]string, 0, len(entry.Documents)+1)
		if entry.Record != "" {
			records = append(records, entry.Record)
		}
		for _, d := range entry.Documents {
			records = append(records, d.Record)
		}
		switch entry.Action {
		case audit.ActionErase:
			o.erased = append(o.erased, records...)
		case audit.ActionRestrict:
			if entry.Withdrawn != nil {
				o.withdrawn = append(o.withdrawn, *entry.Withdrawn)
			}
			for _, r := range records {
				o.restricted[r] = entry.Outcome != outcomeFreed
			}
		}
	}
	return o, nil
}

// present finds those of the records of which anything is there.
func (e *Eraser) present(ctx context.Context, records []string) ([]string, error) {
	latest, all, err := e.newest(ctx, records)
	if err != nil {
		return nil, err
	}
	vault, err := e.JS.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return nil, fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	labelled, err := e.labelled(ctx, records)
	if err != nil {
		return nil, err
	}
	var there []string
	for _, r := range records {
		_, document := latest[r]
		if !document && len(all[r]) == 0 && !slices.Contains(labelled, r) {
			_, err := vault.GetLastMsgForSubject(ctx, ingest.VaultSubject("*", r))
			if errors.Is(err, jetstream.ErrMsgNotFound) {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("reading the vault: %w", err)
			}
		}
		there = append(there, r)
	}
	return there, nil
}
