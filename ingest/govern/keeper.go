package govern

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/settings"
)

// KeeperConfig tunes a Keeper. The zero value is fit for use.
type KeeperConfig struct {
	Every time.Duration    // between two runs; default a day
	Look  time.Duration    // between two looks whether one is due; default 5 min
	Now   func() time.Time // default time.Now
	Log   *slog.Logger
}

// Keeper deletes what is past its time. Any number of processes may run one:
// one of them at a time acts. It is safe for concurrent use.
type Keeper struct {
	js       jetstream.JetStream
	settings *settings.Settings
	cfg      KeeperConfig
}

// NewKeeper returns a Keeper.
func NewKeeper(js jetstream.JetStream, s *settings.Settings, cfg KeeperConfig) *Keeper {
	if cfg.Every == 0 {
		cfg.Every = 24 * time.Hour
	}
	if cfg.Look == 0 {
		cfg.Look = 5 * time.Minute
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	return &Keeper{js, s, cfg}
}

// actorServer is who runs daily.
const actorServer = "server"

// Run has a run made once a day until ctx ends. A run that fails is told in the
// log and tried again at the next look.
func (k *Keeper) Run(ctx context.Context) error {
	for {
		err := k.daily(ctx)
		if err != nil && ctx.Err() == nil && !errors.Is(err, ErrUnderWay) {
			k.cfg.Log.Error("retention", "error", err)
		}
		select {
		case <-time.After(k.cfg.Look + rand.N(k.cfg.Look/4+1)):
		case <-ctx.Done():
			return nil
		}
	}
}

func (k *Keeper) daily(ctx context.Context) error {
	l, err := openLeases(ctx, k.js)
	if err != nil {
		return err
	}
	at, err := l.get(ctx)
	if err != nil || k.cfg.Now().Before(at.Last.Add(k.cfg.Every)) {
		return err
	}
	held, err := l.take(ctx, at, k.cfg.Now())
	if err != nil {
		return err
	}
	r, err := k.hold(ctx, l, held, Who{Actor: actorServer, Reason: "daily run"}, false, true)
	if err == nil && r.Vault.Records+r.Docs.Records > 0 {
		k.cfg.Log.Info("deleted what was past its time", "sealed", r.Vault.Records, "documents", r.Docs.Records)
	}
	return err
}

// Begin starts a run on somebody's word and returns its id at once; Result tells
// when it has ended. With dryRun it only counts. The run ends early with ctx.
func (k *Keeper) Begin(ctx context.Context, who Who, dryRun bool, done func()) (id string, err error) {
	l, err := openLeases(ctx, k.js)
	if err != nil {
		return "", err
	}
	at, err := l.get(ctx)
	if err != nil {
		return "", err
	}
	held, err := l.take(ctx, at, k.cfg.Now())
	if err != nil {
		return "", err
	}
	go func() {
		defer done()
		if _, err := k.hold(ctx, l, held, who, dryRun, false); err != nil {
			k.cfg.Log.Error("retention", "error", err)
		}
	}()
	return held.Holder, nil
}

// Result is the report of the run with this id, and whether it has ended. A run
// that was overtaken by a later one is an error.
func (k *Keeper) Result(ctx context.Context, id string) (r *Report, ended bool, err error) {
	l, err := openLeases(ctx, k.js)
	if err != nil {
		return nil, false, err
	}
	at, err := l.get(ctx)
	switch {
	case err != nil:
		return nil, false, err
	case at.Run == id && at.Error != "":
		return nil, true, errors.New(at.Error)
	case at.Run == id:
		return at.Report, true, nil
	case at.Holder != id:
		return nil, true, errors.New("the run did not end as it should, or another has run since: see \"qingting retention proof\"")
	case k.cfg.Now().After(at.Until):
		return nil, true, errors.New("the process that ran is gone: run again")
	}
	return nil, false, nil
}

// hold runs while it renews the lease, and leaves the report there.
func (k *Keeper) hold(ctx context.Context, l leases, held lease, who Who, dryRun, daily bool) (r *Report, err error) {
	work, cancel := context.WithCancel(ctx)
	renewed := make(chan lease, 1)
	go func() {
		defer func() { renewed <- held }()
		for {
			select {
			case <-time.After(leaseTime / 4):
			case <-work.Done():
				return
			}
			held.Until = k.cfg.Now().Add(leaseTime)
			if err := l.put(work, &held); err != nil {
				cancel() // another process may take over: nothing more is done here
				return
			}
		}
	}()
	r, err = k.once(work, who, dryRun)
	cancel()
	end := <-renewed
	end.Run, end.Report, end.Error, end.Holder, end.Until = end.Holder, r, "", "", time.Time{}
	if err != nil {
		end.Report, end.Error = nil, err.Error()
	} else if daily {
		end.Last = k.cfg.Now()
	}
	closing, stop := context.WithTimeout(context.WithoutCancel(ctx), 10*time.Second)
	defer stop()
	return r, errors.Join(err, l.put(closing, &end))
}

// once makes one run.
func (k *Keeper) once(ctx context.Context, who Who, dryRun bool) (*Report, error) {
	rules, hash, err := k.Rules(ctx)
	if err != nil {
		return nil, err
	}
	now := k.cfg.Now()
	p, err := draw(ctx, k.js, rules, now)
	if err != nil {
		return nil, err
	}
	r := &Report{Time: now.UTC(), DryRun: dryRun, Rules: hash, Vault: p.vault, Docs: p.docs, Held: p.held}
	if dryRun {
		keys, err := idle(ctx, k.js, now, p.takes)
		r.Keys = len(keys)
		return r, err
	}
	if err := carryOut(ctx, k.js, p, r, who); err != nil {
		return nil, err
	}
	// By what is there now, and not by what the plan says should be gone.
	keys, err := idle(ctx, k.js, now, func(ingest.Message, string) bool { return false })
	if err != nil {
		return nil, err
	}
	if r.Keys, err = r.dropKeys(ctx, k.js, keys, who); err != nil {
		return nil, err
	}
	if len(r.Entries) == 0 {
		if err := r.enter(ctx, k.js, who, "", Tally{}, OutcomeNothing); err != nil {
			return nil, err
		}
	}
	if hash != "" {
		err = k.bound(ctx, rules)
	}
	return r, err
}

// Rules are the rules in force, with the hash of the setting. Where none was
// made, the age of the vault's stream holds, and its hash is empty: then that
// stream drops what is old by itself, and nothing is left to delete here.
func (k *Keeper) Rules(ctx context.Context) (Rules, string, error) {
	v, err := k.settings.Get(ctx, settings.Sources)
	if err != nil {
		return Rules{}, "", err
	}
	register, err := ParseRegister(v.Data)
	if err != nil {
		return Rules{}, "", err
	}
	if v, err = k.settings.Get(ctx, settings.Retention); err != nil {
		return Rules{}, "", err
	}
	if v.Data != nil {
		r, err := ParseRetention(v.Data)
		if err != nil {
			return Rules{}, "", err
		}
		return Rules{*r, register}, v.Hash(), nil
	}
	vault, err := k.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return Rules{}, "", fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	const day = 24 * time.Hour
	days := int((vault.CachedInfo().Config.MaxAge + day - 1) / day) // 0, for ever, stays that
	return Rules{Retention{Version: RetentionVersion, Vault: Periods{Days: days}}, register}, "", nil
}

// grace is how much longer than the longest retention the stream itself keeps
// sealed values: long enough for a run to delete them first, with proof.
const grace = 2 * 24 * time.Hour

// bound has the vault's stream drop what no run has deleted in time.
func (k *Keeper) bound(ctx context.Context, rules Rules) error {
	stream, err := k.js.Stream(ctx, ingest.StreamVault)
	if err != nil {
		return fmt.Errorf("stream %s: %w", ingest.StreamVault, err)
	}
	cfg := stream.CachedInfo().Config
	want := time.Duration(rules.Longest())*24*time.Hour + grace
	if cfg.MaxAge == want {
		return nil
	}
	cfg.MaxAge = want
	if _, err := k.js.UpdateStream(ctx, cfg); err != nil {
		return fmt.Errorf("the age of stream %s: %w", ingest.StreamVault, err)
	}
	return nil
}
