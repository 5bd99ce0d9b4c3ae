package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest/alert"
	"qingting/ingest/custody"
	"qingting/internal/access"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
	"qingting/web"
)

// lookout looks for themes every so often in the process that has the documents
// and the settings, tells of new ones that grow, and keeps the last report for the
// pages. It keeps a report, and no documents.
type lookout struct {
	desk  func(access.Actor) *custody.Client
	nc    *nats.Conn
	tell  bool // publish alerts
	every time.Duration
	log   *slog.Logger

	orders chan lookOrder // to run

	mu     sync.Mutex
	found  *radar.Found // not changed once it is here
	at     time.Time
	since  time.Time // when the look began that is under way
	failed string    // why the last one did not end well
}

// lookOrder is a look that somebody asked for.
type lookOrder struct {
	who  access.Actor
	all  *bool      // see look
	done chan error // takes one without waiting
}

// settling is how long after its start a process looks for the first time: others
// have more to do then.
const settling = 5 * time.Minute

// lookoutName is who the ledger says has looked.
const lookoutName = "discovery"

// itself is who looks when nobody asked.
var itself = access.Actor{Name: lookoutName, Role: access.Local}

// run looks until ctx ends, every so often and when it is asked. What fails is
// logged, and done the next time.
func (l *lookout) run(ctx context.Context) error {
	due := make(<-chan time.Time) // never
	if l.every > 0 {
		due = time.After(min(settling, l.every))
	}
	for {
		o := lookOrder{who: itself, done: make(chan error, 1)}
		select {
		case <-ctx.Done():
			return nil
		case <-due:
			due = time.After(l.every)
		case o = <-l.orders:
		}
		l.looks(time.Now(), nil)
		err := l.look(ctx, o.who, o.all)
		l.looks(time.Time{}, err)
		if err != nil && ctx.Err() == nil {
			l.log.Error("looking for themes that nobody has named", "error", err)
		}
		o.done <- err
	}
}

// looks notes that a look is under way, or how it ended.
func (l *lookout) looks(since time.Time, err error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.since, l.failed = since, ""; err != nil {
		l.failed = err.Error()
	}
}

// ask has run look, and waits until it has, or until ctx ends; then the look goes on.
func (l *lookout) ask(ctx context.Context, who access.Actor, all *bool) error {
	if since, _ := l.Looking(ctx); !since.IsZero() {
		return errors.New("themes are being looked for just now: try again when that has ended")
	}
	o := lookOrder{who, all, make(chan error, 1)}
	select {
	case l.orders <- o:
	case <-ctx.Done():
		return ctx.Err()
	}
	select {
	case err := <-o.done:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

// look finds themes the way that was last asked for; among all documents or only
// those that no theme covers, if all says so.
func (l *lookout) look(ctx context.Context, who access.Actor, all *bool) error {
	began := time.Now()
	found, order := new(radar.Found), custody.DiscoverOrder{Action: custody.DiscoverFind}
	if all != nil {
		options, err := json.Marshal(discoverOptions{Again: true, All: *all})
		if err != nil {
			return err
		}
		order.Options = options
	}
	if err := l.desk(who).Discover(ctx, order, found); err != nil {
		return err
	}
	l.mu.Lock()
	l.found, l.at = found, time.Now()
	l.mu.Unlock()
	l.log.Info("looked for themes", "documents", found.Documents, "themes", len(found.Themes), "took", time.Since(began).Round(time.Millisecond))
	if !l.tell {
		return nil
	}
	told, err := alert.Clusters(ctx, l.nc, growing(found), found.K, time.Now())
	for _, a := range told {
		l.log.Info("alert", "state", a.State, "kind", a.Kind, "theme", a.Theme, "since", a.Since)
	}
	return err
}

// growing are the new themes that grow.
func growing(found *radar.Found) (out []alert.Cluster) {
	for _, t := range slices.Concat(found.Themes, found.Loose) {
		e := t.Emerging
		if e == nil || t.Status != follow.Open {
			continue
		}
		from, err := time.Parse(time.DateOnly, e.From)
		to, err2 := time.Parse(time.DateOnly, e.To)
		if errors.Join(err, err2) != nil {
			continue // written by radar
		}
		out = append(out, alert.Cluster{ID: t.ID, Name: t.Name, Since: alert.DayOf(from), Day: alert.DayOf(to), Documents: e.Documents, Expected: e.Expected, P: e.P})
	}
	return out
}

// Found implements web.Discovery.
func (l *lookout) Found(context.Context) (*radar.Found, time.Time, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.found, l.at, nil
}

// Looking implements web.Discovery.
func (l *lookout) Looking(context.Context) (since time.Time, failed string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.since, l.failed
}

// Decide implements web.Discovery.
func (l *lookout) Decide(ctx context.Context, who access.Actor, d web.Decision) error {
	if d.Action == "look" {
		return asDecision(l.ask(ctx, who, d.All))
	}
	r := custody.DiscoverOrder{
		Request: custody.Request{Reason: d.Reason, Ticket: d.Ticket},
		Action:  d.Action, ID: d.ID, With: d.With, Name: d.Name,
	}
	for _, p := range d.Parts {
		r.Parts = append(r.Parts, custody.DiscoverPart{Name: p.Name, Terms: p.Terms})
	}
	if err := l.desk(who).Discover(ctx, r, new(json.RawMessage)); err != nil {
		return asDecision(err)
	}
	var kept keptThemes
	if err := l.desk(who).Discover(ctx, custody.DiscoverOrder{Action: custody.DiscoverList}, &kept); err != nil {
		return err
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.found != nil {
		l.found = decided(l.found, kept)
	}
	return nil
}

// asDecision says in words for who decided what was wrong.
func asDecision(err error) error {
	if err == nil || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) {
		return err
	}
	return &web.DecisionError{Text: err.Error()}
}

// decided is a report as it stands by what was decided after it: names, and what
// is out of sight. Themes that were merged go with the others; what they say and
// hold together, and the parts of those that were split, the next look tells.
func decided(found *radar.Found, kept keptThemes) *radar.Found {
	now := make(map[string]keptTheme, len(kept.Themes))
	for _, k := range kept.Themes {
		now[k.ID] = k
	}
	out := *found
	out.Themes, out.Loose, out.Dismissed = []radar.Theme{}, []radar.Theme{}, []radar.Theme{}
	put := func(list []radar.Theme, to *[]radar.Theme) {
		for _, t := range list {
			k, ok := now[t.ID]
			switch {
			case !ok || k.Into != "":
				continue
			case k.Status == follow.Dismissed:
				to := &out.Dismissed
				*to = append(*to, stand(t, k))
			case k.Named:
				out.Themes = append(out.Themes, stand(t, k))
			default:
				*to = append(*to, stand(t, k))
			}
		}
	}
	put(found.Themes, &out.Themes)
	put(found.Loose, &out.Loose)
	put(found.Dismissed, &out.Themes)
	return &out
}

func stand(t radar.Theme, k keptTheme) radar.Theme {
	t.Name, t.Status, t.Promoted = cmp.Or(k.Name, t.Name), k.Status, k.Promoted
	return t
}

// discovery is where the pages find themes: nil in a process that has no service
// to ask.
func (s *node) discovery() web.Discovery {
	if s.lookout == nil {
		return nil
	}
	return s.lookout
}

// addLookout has the process look for themes, and tell of new ones.
func (s *node) addLookout() {
	s.lookout = &lookout{
		desk: s.deskFor, nc: s.streams.nc, tell: s.cfg.alerts != nil, every: s.cfg.discoverEvery, log: s.cfg.log, orders: make(chan lookOrder),
	}
}
