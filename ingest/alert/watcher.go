package alert

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/textmining/statistics"
)

// Config says what is watched. The zero value is fit for use.
type Config struct {
	Every       time.Duration    // between checks; 0 is 15 minutes
	Days        int              // a burst begins an alert when its last day is among so many, today one of them; 0 is 3
	FalseAlarms float64          // that chance may raise a theme and year, at most MostFalseAlarms; 0 is 1
	K           int              // customers that a figure rests on at least; 0 is 5
	Least       int              // documents of a burst at least; 0 is K
	Themes      []string         // ids of those that are watched; none is all
	Now         func() time.Time // nil is time.Now
	Log         *slog.Logger     // nil discards
}

// MostFalseAlarms is the most that can be asked for: one a theme and week.
const MostFalseAlarms = 52

func (c Config) withDefaults() Config {
	c.Every = cmp.Or(c.Every, 15*time.Minute)
	c.Days = cmp.Or(c.Days, 3)
	c.K = cmp.Or(c.K, 5)
	c.Least = cmp.Or(c.Least, c.K)
	if c.FalseAlarms == 0 {
		c.FalseAlarms = 1
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return c
}

// Watcher watches the statistics of one process.
type Watcher struct {
	eye
	nc   *nats.Conn
	js   jetstream.JetStream
	book *book

	drifted Day     // day that drifts were looked for last
	slow    []Alert // that were found then
}

// New prepares to watch a Store; nothing happens before Run or Check.
func New(nc *nats.Conn, store *statistics.Store, c Config) (*Watcher, error) {
	c = c.withDefaults()
	if c.FalseAlarms < 0 || c.FalseAlarms > MostFalseAlarms {
		return nil, fmt.Errorf("%v false alarms a theme and year: give a number above 0 and at most %d", c.FalseAlarms, MostFalseAlarms)
	}
	js, err := ingest.JetStream(nc)
	if err != nil {
		return nil, fmt.Errorf("jetstream: %w", err)
	}
	return &Watcher{eye: eye{store, c}, nc: nc, js: js}, nil
}

// Run checks when ready returns for the first time, then every Config.Every and
// when a day ends, each time after ready: it returns when the statistics hold
// what the documents stream held. A check that fails is logged, and the next one
// makes up for it. Run returns nil when ctx ends.
func (w *Watcher) Run(ctx context.Context, ready func(context.Context) error) error {
	for ctx.Err() == nil {
		err := ready(ctx)
		if err == nil {
			_, err = w.Check(ctx)
		}
		if err != nil && ctx.Err() == nil {
			w.cfg.Log.Error("looking for bursts and drifts", "error", err)
		}
		select {
		case <-time.After(w.pause(w.cfg.Now())):
		case <-ctx.Done():
		}
	}
	return nil
}

// pause is the time to the next check: Every, or a moment past midnight.
func (w *Watcher) pause(now time.Time) time.Duration {
	l := w.store.Location()
	midnight := (DayOf(now.In(l)) + 1).In(l)
	return min(w.cfg.Every, midnight.Sub(now)+time.Second)
}

// outruns is how often a check begins anew because another process published.
const outruns = 5

// Check looks once and publishes what there is to tell, which it returns. Not to
// be called while another Check or Run of the Watcher is under way.
func (w *Watcher) Check(ctx context.Context) (told []Alert, err error) {
	for range outruns {
		if w.book == nil {
			w.book = newBook()
		}
		if err := w.book.read(ctx, w.nc); err != nil {
			return told, err
		}
		err = nil
		for _, a := range w.look() {
			if err = w.book.publish(ctx, w.js, a); err != nil {
				break
			}
			told = append(told, a)
			w.cfg.Log.Info("alert", "state", a.State, "kind", a.Kind, "theme", a.Theme, "severity", a.Severity, "since", a.Since)
		}
		if !errors.Is(err, errOutrun) {
			return told, err
		}
		w.book = nil // read it all again
	}
	return told, err
}

// look is what there is to tell now.
func (w *Watcher) look() []Alert {
	now := w.cfg.Now()
	today := DayOf(now.In(w.store.Location()))
	var others []subject // whose alerts are not closed
	for _, a := range w.book.told {
		if a.State == Closed {
			continue
		}
		for _, k := range watched {
			if k.String() == a.ThemeKind {
				others = append(others, subject{k, a.Theme})
			}
		}
	}
	seen := w.bursts(now, others)
	if w.drifted != today { // of whole days: once a day is enough
		w.drifted, w.slow = today, w.drifts(now, others, seen)
	}
	tell := decide(w.book.told, append(seen, w.slow...), today, w.cfg.Days, w.cfg.K)
	for i := range tell {
		tell[i].At = now.UTC().Truncate(time.Second)
	}
	return tell
}
