package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"runtime"
	"slices"

	"filippo.io/age"
	"filippo.io/age/plugin"
	"github.com/schollz/progressbar/v3"
	"golang.org/x/sync/errgroup"
	"golang.org/x/term"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/internal/secrets"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

type keysRotateCmd struct {
	officerFlags
	custodyFlags
	JSON bool `name:"json" help:"Print what was done as JSON."`
}

// Help says more.
func (c *keysRotateCmd) Help() string {
	return `Every epoch key is opened here, sealed to the officers of the register, and stored in the place of the old one, which is
overwritten. Records stay as they are. Broken off, it goes on at the next run where it stopped: what is sealed to the
present officers is left alone.`
}

// Run seals every epoch key to the present officers.
func (c *keysRotateCmd) Run(ctx context.Context, con *console) error {
	ids, err := c.identities(con)
	if err != nil {
		return err
	}
	client, closeClient, err := c.client(ctx, con)
	if err != nil {
		return err
	}
	defer closeClient()
	r := rotation{client: client, request: c.request(), ids: ids, bar: con.Err}
	done, err := r.run(ctx)
	if err != nil {
		return fmt.Errorf("%w; %d epoch keys are done, and the next run goes on from there", err, done.Rewrapped)
	}
	if c.JSON {
		if err := json.NewEncoder(con.Out).Encode(done); err != nil {
			return err
		}
	}
	fmt.Fprintf(con.Err, "%d epoch keys were sealed to the %d officers of now; %d were before.\n", done.Rewrapped, len(r.to.Officers.Active()), done.Already)
	warnOfficers(con, r.to.Officers)
	if done.Unopened > 0 {
		return fmt.Errorf("%d epoch keys do not open with this identity and stay as they are: \"qingting keys check\" lists them, and another officer's identity may open them", done.Unopened)
	}
	return nil
}

// identities reads the officer's identity file.
func (f officerFlags) identities(con *console) ([]age.Identity, error) {
	return secrets.LoadIdentities(f.Identity, func() ([]byte, error) {
		return passphrase(con, f.PassphraseFile, "Passphrase of "+f.Identity)
	})
}

// rotation is one run.
type rotation struct {
	client  *custody.Client
	request custody.Request
	ids     []age.Identity
	bar     io.Writer

	to   custody.Rotation
	keys []age.Recipient
	own  bool // the identities are among the recipients: what is sealed can be tried
}

// rewrapBatch bounds a request with new envelopes, in bytes.
const rewrapBatch = 192 << 10

func (r *rotation) run(ctx context.Context) (done custody.Rotated, err error) {
	if r.to, err = r.client.BeginRotation(ctx, r.request); err != nil {
		return done, err
	}
	if r.keys, err = r.to.Officers.Recipients(); err != nil {
		return done, err
	}
	set := r.to.Officers.Set()
	if own, err := secrets.RecipientsOf(r.ids); err == nil { // a plugin does not tell
		r.own = slices.ContainsFunc(own, func(s string) bool { return set.Has(vault.Fingerprint(s)) })
	}
	done.Already = r.to.Epochs - r.to.Left
	bar := progressOf(r.bar, r.to.Left, "sealing epoch keys")
	defer func() { _ = bar.Finish() }()
	for after := uint64(0); ; {
		page, err := r.client.Envelopes(ctx, after, set)
		if err != nil {
			return done, err
		}
		if len(page) == 0 {
			break
		}
		after = page[len(page)-1].Sequence
		renewed, err := r.rewrap(ctx, page)
		if err != nil {
			return done, err
		}
		done.Unopened += len(page) - len(renewed)
		for batch := range batches(renewed) {
			changed, err := r.client.Rewrap(ctx, r.request, r.to, batch)
			if err != nil {
				return done, err
			}
			done.Rewrapped += len(batch) - len(changed)
			done.Already += len(changed)
			_ = bar.Add(len(batch))
		}
	}
	return done, r.client.EndRotation(ctx, r.request, r.to, done)
}

// rewrap opens envelopes and seals their keys anew; it leaves out those that do
// not open.
func (r *rotation) rewrap(ctx context.Context, page []ingest.StoredEpoch) ([]custody.Rewrapped, error) {
	out := make([]custody.Rewrapped, len(page))
	g, ctx := errgroup.WithContext(ctx)
	g.SetLimit(atOnce(r.ids, r.keys))
	for i, e := range page {
		g.Go(func() error {
			if ctx.Err() != nil {
				return ctx.Err()
			}
			key, err := openEpoch(e, r.ids)
			if err != nil {
				return nil // counted by its absence; keys check says why
			}
			defer key.Wipe()
			data, err := key.Rewrap(r.keys...)
			if err != nil {
				return err
			}
			if r.own { // the old envelope is about to go for good
				again, err := unseal.OpenEpoch(data, r.ids...)
				if err != nil || again.ID() != e.Epoch {
					return fmt.Errorf("epoch %s: what was sealed anew does not open", e.Epoch)
				}
				again.Wipe()
			}
			out[i] = custody.Rewrapped{Epoch: e.Epoch, Sequence: e.Sequence, Data: data}
			return nil
		})
	}
	err := g.Wait()
	return slices.DeleteFunc(out, func(w custody.Rewrapped) bool { return w.Data == nil }), err
}

// openEpoch opens an envelope and checks that it is that of its epoch. Wipe the
// key.
func openEpoch(e ingest.StoredEpoch, ids []age.Identity) (*unseal.Epoch, error) {
	key, err := unseal.OpenEpoch(e.Data, ids...)
	if err != nil {
		return nil, err
	}
	if key.ID() != e.Epoch {
		key.Wipe()
		return nil, fmt.Errorf("the envelope stored for it is that of another epoch: %w", unseal.ErrDamaged)
	}
	return key, nil
}

// atOnce is how many envelopes are worked on at a time: one where a plugin takes
// part, which may ask for a touch.
func atOnce(ids []age.Identity, keys []age.Recipient) int {
	for _, id := range ids {
		if _, ok := id.(*plugin.Identity); ok {
			return 1
		}
	}
	for _, k := range keys {
		if _, ok := k.(*plugin.Recipient); ok {
			return 1
		}
	}
	return runtime.GOMAXPROCS(0)
}

// batches cuts envelopes into what one request bears.
func batches(all []custody.Rewrapped) func(yield func([]custody.Rewrapped) bool) {
	return func(yield func([]custody.Rewrapped) bool) {
		for len(all) > 0 {
			n, size := 0, 0
			for n < len(all) && (n == 0 || size+len(all[n].Data) <= rewrapBatch) {
				size += len(all[n].Data)
				n++
			}
			if !yield(all[:n]) {
				return
			}
			all = all[n:]
		}
	}
}

// progressOf is a bar on a terminal, and silent elsewhere.
func progressOf(out io.Writer, total int, what string) *progressbar.ProgressBar {
	if f, ok := out.(*os.File); !ok || !term.IsTerminal(int(f.Fd())) {
		return progressbar.DefaultSilent(int64(total))
	}
	return progressbar.NewOptions(total, progressbar.OptionSetWriter(out), progressbar.OptionSetWidth(30),
		progressbar.OptionShowCount(), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription(what))
}
