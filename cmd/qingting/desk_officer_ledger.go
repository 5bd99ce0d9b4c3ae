package main

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"time"

	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/web"
)

// deskLedger is the ledger as the desk reads it. It follows the ledger whenever it is
// asked: of each entry it keeps the hashes of the tree and what filters look at,
// about 200 bytes.
type deskLedger struct {
	node *node
	keys string // file of the verifier keys

	mu    sync.Mutex // guards what follows; held while the ledger is followed
	tree  audit.Tree
	heads []ledgerHead
	words map[string]string // one copy of each

	check    sync.Mutex // guards what follows
	checking bool
	last     *web.LedgerCheck
}

// ledgerHead is what filters look at.
type ledgerHead struct {
	at                            int64 // nanoseconds since 1970
	action, actor, object, record string
}

// checkTime bounds a verification of the whole ledger.
const checkTime = 10 * time.Minute

// follow reads what came since. The caller holds mu.
func (d *deskLedger) follow(ctx context.Context, client *custody.Client) error {
	if d.words == nil {
		d.words = map[string]string{}
	}
	once := func(w string) string {
		if have, ok := d.words[w]; ok {
			return have
		}
		if len(d.words) < 100_000 {
			d.words[w] = w
		}
		return w
	}
	for leaf, err := range client.Entries(ctx, d.tree.Size()) {
		if err != nil {
			return deskRefusal(err)
		}
		e, err := audit.ParseEntry(leaf)
		if err != nil { // it is listed all the same, and verification tells of it
			e = audit.Entry{}
		}
		if _, err := d.tree.Append(leaf); err != nil {
			return err
		}
		d.heads = append(d.heads, ledgerHead{e.Time.UnixNano(), once(string(e.Action)), once(e.Actor), once(e.Object), e.Record})
	}
	return nil
}

func (h ledgerHead) matches(q web.LedgerQuery) bool {
	return (q.Action == "" || h.action == q.Action) && (q.Actor == "" || h.actor == q.Actor) && (q.Object == "" || h.object == q.Object) &&
		(q.Record == "" || h.record == q.Record) && (q.Since.IsZero() || h.at >= q.Since.UnixNano()) && (q.Until.IsZero() || h.at < q.Until.UnixNano())
}

// Entries gives entries that match, the newest first. By record, those that are
// about it alone; the intake of a document is found by its proof (audit prove).
func (d *deskLedger) Entries(ctx context.Context, q web.LedgerQuery) (page web.LedgerPage, err error) {
	client := d.node.deskClient(ctx)
	found, err := d.find(ctx, client, q, &page)
	if err != nil {
		return page, err
	}
	signed, err := d.signed(ctx, client)
	if err != nil {
		return page, err
	}
	for len(found) > 0 { // stretches without a gap are read at once
		n := 1
		for n < len(found) && found[n] == found[n-1]-1 {
			n++
		}
		first := found[n-1]
		leaves, err := d.leaves(ctx, client, first, n)
		if err != nil {
			return page, err
		}
		for i := range slices.Backward(leaves) {
			e, err := d.entry(first+int64(i), leaves[i], signed)
			if err != nil {
				return page, err
			}
			page.Entries = append(page.Entries, e)
		}
		found = found[n:]
	}
	return page, nil
}

// find lists the indexes of entries that match, the newest first, and the actions
// that come up.
func (d *deskLedger) find(ctx context.Context, client *custody.Client, q web.LedgerQuery, page *web.LedgerPage) (found []int64, err error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.follow(ctx, client); err != nil {
		return nil, err
	}
	before := int64(len(d.heads))
	if q.Before > 0 {
		before = min(before, q.Before)
	}
	for i, h := range slices.Backward(d.heads[:before]) {
		if !h.matches(q) {
			continue
		}
		if len(found) == q.Size {
			page.More = true
			break
		}
		found = append(found, int64(i))
	}
	seen := map[string]bool{}
	for _, h := range d.heads {
		if !seen[h.action] && h.action != "" {
			seen[h.action] = true
			page.Actions = append(page.Actions, h.action)
		}
	}
	slices.Sort(page.Actions)
	return found, nil
}

// leaves reads n entries from one on.
func (d *deskLedger) leaves(ctx context.Context, client *custody.Client, from int64, n int) (all [][]byte, err error) {
	for len(all) < n {
		part, err := client.EntriesAt(ctx, from+int64(len(all)), n-len(all))
		if err != nil {
			return nil, deskRefusal(err)
		}
		if len(part) == 0 {
			return nil, noSuchEntry()
		}
		all = append(all, part...)
	}
	return all, nil
}

func noSuchEntry() error {
	return &web.DeskRefusal{ZH: "台账中没有这个条目。", EN: "The ledger has no such entry.", Kind: web.RefusedMissing}
}

// entry is a leaf as the desk shows it.
func (d *deskLedger) entry(index int64, leaf []byte, signed int64) (web.LedgerEntry, error) {
	d.mu.Lock()
	hash, err := d.tree.Leaf(index)
	d.mu.Unlock()
	if err != nil {
		return web.LedgerEntry{}, fmt.Errorf("entry %d: %w", index, err)
	}
	out := web.LedgerEntry{Index: index, Leaf: leaf, Hash: hex.EncodeToString(hash[:]), Covered: index < signed}
	e, err := audit.ParseEntry(leaf)
	if err != nil {
		out.Why = "unreadable"
		return out, nil
	}
	out.Time, out.Actor, out.Role, out.Action, out.About, out.Why = e.Time, e.Actor, e.Role, string(e.Action), about(e), why(e)
	out.Object, out.Outcome, out.Reason, out.Records, out.Epochs = e.Object, e.Outcome, e.Reason, e.Counts["records"], e.Counts["epochs"]
	if e.Action == audit.ActionRetention {
		out.From, out.To = e.Before, e.After
	}
	return out, nil
}

// Entry gives one entry.
func (d *deskLedger) Entry(ctx context.Context, index int64) (web.LedgerEntry, error) {
	client := d.node.deskClient(ctx)
	leaves, err := d.leaves(ctx, client, index, 1)
	if err != nil {
		return web.LedgerEntry{}, err
	}
	if err := d.caughtUp(ctx, client); err != nil {
		return web.LedgerEntry{}, err
	}
	signed, err := d.signed(ctx, client)
	if err != nil {
		return web.LedgerEntry{}, err
	}
	return d.entry(index, leaves[0], signed)
}

func (d *deskLedger) caughtUp(ctx context.Context, client *custody.Client) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.follow(ctx, client)
}

// newest is the newest checkpoint whose signatures hold; of size 0 without a key, or
// before the first.
func (d *deskLedger) newest(ctx context.Context, client *custody.Client) (audit.SignedCheckpoint, error) {
	if l := d.node.ledger; l != nil {
		if c := l.Latest(); c.Size > 0 {
			return c, nil
		}
	}
	keys, err := ledgerKeys(d.keys)
	if errors.Is(err, fs.ErrNotExist) {
		return audit.SignedCheckpoint{}, nil
	}
	if err != nil {
		return audit.SignedCheckpoint{}, err
	}
	all, err := client.Checkpoints(ctx, keys)
	return newest(all), deskRefusal(err)
}

func (d *deskLedger) signed(ctx context.Context, client *custody.Client) (int64, error) {
	c, err := d.newest(ctx, client)
	return c.Size, err
}

// Proof proves an entry, as audit check reads it.
func (d *deskLedger) Proof(ctx context.Context, index int64) ([]byte, error) {
	client := d.node.deskClient(ctx)
	leaves, err := d.leaves(ctx, client, index, 1)
	if err != nil {
		return nil, err
	}
	if err := d.caughtUp(ctx, client); err != nil {
		return nil, err
	}
	last, err := d.newest(ctx, client)
	if err != nil {
		return nil, err
	}
	if index >= last.Size {
		return nil, &web.DeskRefusal{ZH: "还没有签名的检查点覆盖这个条目；服务器每秒签名一次，请稍后再试。", EN: "No signed checkpoint covers this entry yet. A running server signs every second: try again."}
	}
	d.mu.Lock()
	proof, err := audit.Prove(&d.tree, index, leaves[0], last)
	d.mu.Unlock()
	if err != nil {
		return nil, err
	}
	data, err := json.Marshal(proven{Proof: proof})
	return append(data, '\n'), err
}

// State is where the ledger stands.
func (d *deskLedger) State(ctx context.Context) (out web.LedgerState, err error) {
	client := d.node.deskClient(ctx)
	d.mu.Lock()
	err = d.follow(ctx, client)
	out.Entries = d.tree.Size()
	d.mu.Unlock()
	if err != nil {
		return out, err
	}
	last, err := d.newest(ctx, client)
	if err != nil {
		return out, err
	}
	if _, err := ledgerKeys(d.keys); err != nil {
		out.NoKey = true
	}
	out.Signed, out.Origin, out.Witnesses = last.Size, last.Origin, witnessesOf(last)
	if last.Size > 0 {
		out.Root = hex.EncodeToString(last.Root[:])
	}
	d.check.Lock()
	defer d.check.Unlock()
	out.Checking = d.checking
	if d.last != nil {
		c := *d.last
		out.Check = &c
	}
	return out, nil
}

func witnessesOf(c audit.SignedCheckpoint) (list []web.LedgerWitness) {
	for _, w := range c.Witnesses {
		list = append(list, web.LedgerWitness{Name: w.Name, Time: w.Time})
	}
	return list
}

// soon is how long who asks for a verification waits for it.
const soon = 3 * time.Second
