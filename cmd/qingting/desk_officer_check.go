package main

import (
	"context"
	"slices"
	"time"

	"qingting/ingest/custody"
	"qingting/privacy/audit"
	"qingting/web"
)

// Check begins to verify the whole ledger, one at a time, and waits a moment for it.
func (d *deskLedger) Check(ctx context.Context) error {
	keys, err := ledgerKeys(d.keys)
	if err != nil {
		return &web.DeskRefusal{ZH: "本机没有台账的验证公钥，无法核验。", EN: "The ledger's verifier key is not on this machine: nothing can be verified."}
	}
	d.check.Lock()
	busy := d.checking
	d.checking = true
	d.check.Unlock()
	if busy {
		return nil
	}
	client, done := d.node.deskClient(ctx), make(chan struct{})
	go func() {
		defer close(done)
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), checkTime)
		defer cancel()
		found := d.verify(ctx, client, keys)
		d.check.Lock()
		defer d.check.Unlock()
		d.checking, d.last = false, found
	}()
	select {
	case <-done:
	case <-time.After(soon):
	case <-ctx.Done():
	}
	return nil
}

// verify reads the whole ledger anew, and holds it against what the desk has read.
func (d *deskLedger) verify(ctx context.Context, client *custody.Client, keys audit.Keys) *web.LedgerCheck {
	d.mu.Lock()
	known := d.tree.Size()
	var root audit.Hash
	var err error
	if known > 0 {
		root, err = d.tree.Root(known)
	}
	d.mu.Unlock()
	if err != nil {
		known = 0
	}
	return verifyLedger(ctx, client, keys, known, root)
}

// verifyLedger reads the whole ledger anew: every entry must parse, every signed
// checkpoint must be of the tree of these entries, and so must what the desk has
// read before. root is of the first known entries.
func verifyLedger(ctx context.Context, client *custody.Client, keys audit.Keys, known int64, root audit.Hash) *web.LedgerCheck {
	var tree audit.Tree
	began := time.Now()
	c := &web.LedgerCheck{At: began}
	fault := func(zh, en string, first, last int64) {
		if len(c.Faults) < 50 {
			c.Faults = append(c.Faults, web.LedgerFault{ZH: zh, EN: en, First: first, Last: last})
		}
	}
	defer func() { c.Took = time.Since(began) }()
	// The checkpoints first: what is signed after that is of entries that are read too.
	signed, err := client.Checkpoints(ctx, keys)
	if err != nil {
		fault("检查点读不出，或有不可信的签名", "the checkpoints cannot be read, or one is signed by a key that is not trusted", -1, -1)
		return c
	}
	for leaf, err := range client.Entries(ctx, 0) {
		if err != nil {
			fault("条目没有读全", "the entries could not be read to the end", tree.Size(), tree.Size())
			return c
		}
		i, err := tree.Append(leaf)
		if err != nil {
			fault("条目无法计入", "an entry cannot be hashed", tree.Size(), tree.Size())
			return c
		}
		if _, err := audit.ParseEntry(leaf); err != nil {
			fault("不是台账条目", "not an entry of the ledger", i, i)
		}
	}
	c.Entries, c.Checkpoints = tree.Size(), len(signed)
	good := int64(0) // entries up to the last checkpoint that holds
	slices.SortStableFunc(signed, func(a, b audit.SignedCheckpoint) int { return int(a.Size - b.Size) })
	for _, s := range signed {
		if s.Size > tree.Size() {
			fault("已签名的条目不见了", "entries that were signed are gone", tree.Size(), s.Size-1)
			continue
		}
		got, err := tree.Root(s.Size)
		if err != nil || got != s.Root {
			fault("条目与签名不符", "entries are not what was signed", good, s.Size-1)
			continue
		}
		good = max(good, s.Size)
	}
	c.Signed = good
	if len(signed) > 0 {
		c.Witnesses = witnessesOf(signed[len(signed)-1])
	}
	if len(signed) == 0 && tree.Size() > 0 {
		fault("还没有签名的检查点", "no checkpoint was signed yet", -1, -1)
	}
	if known > 0 {
		if got, err := tree.Root(known); known > tree.Size() || err != nil || got != root {
			fault("台账与先前读到的不一致：历史被改写", "the ledger is not the one that was read before: its history was rewritten", 0, known-1)
		}
	}
	return c
}
