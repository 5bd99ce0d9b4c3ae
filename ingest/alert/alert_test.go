package alert_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/nats-io/nats.go"
	"go.uber.org/goleak"

	"qingting/ingest"
	"qingting/ingest/alert"
	"qingting/ingest/broker"
	"qingting/ingest/ingesttest"
	"qingting/internal/document"
	"qingting/textmining/statistics"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var zone = time.FixedZone("UTC+8", 8*60*60)

// noon is the clock of most tests.
var noon = time.Date(2026, time.May, 20, 12, 0, 0, 0, zone)

// scene is a store with everyday feedback, a broker, and a clock.
type scene struct {
	t     *testing.T
	nc    *nats.Conn
	store *statistics.Store
	now   time.Time
	next  int
}

func newScene(t *testing.T) *scene {
	t.Helper()
	nc, js := ingesttest.Connect(t, ingesttest.Start(t, broker.Config{}))
	if err := ingest.Streams(t.Context(), js, ingest.StreamLimits{}, ingest.StreamAlerts); err != nil {
		t.Fatal(err)
	}
	s := &scene{t: t, nc: nc, store: statistics.New(statistics.Config{}), now: noon}
	s.everyday(100)
	return s
}

// everyday enters so many days of feedback up to yesterday, three themes, no
// news; and of today, two of them.
func (s *scene) everyday(days int) {
	r := rand.New(rand.NewPCG(7, 7))
	for ago := days; ago > 0; ago-- {
		for _, theme := range []string{"dropped-calls", "bill-shock", "slow-data"} {
			s.add(theme, ago, 3+r.IntN(4), 0)
		}
	}
	s.add("dropped-calls", 0, 5, 0)
	s.add("bill-shock", 0, 4, 0)
}

// add enters documents of a theme so many days ago, each of another customer, or
// of so many customers.
func (s *scene) add(theme string, ago, n, customers int) {
	for i := range n {
		s.next++
		who := s.next
		if customers > 0 {
			who = -1 - i%customers
		}
		at := s.now.AddDate(0, 0, -ago)
		s.store.Put(&document.Document{
			Record: fmt.Sprint(s.next), Time: at, Customer: fmt.Sprint("c", who), Region: []string{"浙江", "广东"}[i%2],
			Annotation: document.Annotation{Themes: []document.Tag{{ID: theme, Polarity: -1}}},
		})
	}
}

// watch makes a watcher as a process that starts now would.
func (s *scene) watch(c alert.Config) *alert.Watcher {
	s.t.Helper()
	c.Now = func() time.Time { return s.now }
	w, err := alert.New(s.nc, s.store, c)
	if err != nil {
		s.t.Fatal(err)
	}
	return w
}

func (s *scene) check(w *alert.Watcher) {
	s.t.Helper()
	if _, err := w.Check(s.t.Context()); err != nil {
		s.t.Fatal(err)
	}
}

// stored is what the stream holds: id, state and severity of each message.
func (s *scene) stored() (list []string) {
	s.t.Helper()
	for a, err := range alert.Read(s.t.Context(), s.nc, 0) {
		if err != nil {
			s.t.Fatal(err)
		}
		list = append(list, fmt.Sprintf("%s %s %s", a.ID, a.State, a.Severity))
	}
	return list
}

func (s *scene) expect(when string, want ...string) {
	s.t.Helper()
	if diff := cmp.Diff(want, s.stored()); diff != "" {
		s.t.Errorf("%s (-want +got):\n%s", when, diff)
	}
}

// The life of an alert: it begins once, whoever looks and however often, grows,
// and ends.
func TestLife(t *testing.T) {
	s := newScene(t)
	first, second := s.watch(alert.Config{}), s.watch(alert.Config{})
	s.check(first)
	s.expect("all is quiet")

	s.add("slow-data", 0, 22, 0)
	s.check(first)
	const id = "theme/slow-data/burst/2026-05-20"
	began := id + " open notice"
	s.expect("a burst", began)
	s.check(first)
	s.check(second)
	s.check(s.watch(alert.Config{}))
	s.expect("again, another process, a restart", began)

	s.add("slow-data", 0, 100, 0)
	s.check(second)
	grown := id + " grown severe"
	s.expect("more of it", began, grown)
	s.check(first)
	s.expect("the first process looks", began, grown)

	for range 3 {
		s.now = s.now.AddDate(0, 0, 1)
		for _, theme := range []string{"dropped-calls", "bill-shock", "slow-data"} {
			s.add(theme, 0, 4, 0)
		}
		s.check(first)
		s.check(s.watch(alert.Config{}))
	}
	s.expect("three days later", began, grown, id+" closed severe")
	s.now = s.now.AddDate(0, 0, 1)
	s.check(first)
	s.expect("closed is closed", began, grown, id+" closed severe")
}

// Two processes that look at once publish once.
func TestTwoAtOnce(t *testing.T) {
	s := newScene(t)
	s.add("slow-data", 0, 40, 0)
	const processes = 4
	errs := make(chan error, processes)
	for range processes {
		w := s.watch(alert.Config{})
		go func() {
			_, err := w.Check(t.Context())
			errs <- err
		}()
	}
	for range processes {
		if err := <-errs; err != nil {
			t.Error(err)
		}
	}
	s.expect("four processes", "theme/slow-data/burst/2026-05-20 open high")
}

func TestNothingToTell(t *testing.T) {
	for name, c := range map[string]struct {
		cfg  alert.Config
		feed func(*scene)
	}{
		"quiet":   {feed: func(*scene) {}},
		"under k": {feed: func(s *scene) { s.add("slow-data", 0, 60, 4) }},
		"a busy day of all": {feed: func(s *scene) {
			s.add("slow-data", 0, 9, 0)
			s.add("dropped-calls", 0, 9, 0)
			s.add("bill-shock", 0, 9, 0)
		}},
		"last year's":         {feed: func(s *scene) { s.add("slow-data", 40, 60, 0) }},
		"four days ago":       {feed: func(s *scene) { s.add("slow-data", 4, 60, 0) }},
		"not watched":         {cfg: alert.Config{Themes: []string{"bill-shock"}}, feed: func(s *scene) { s.add("slow-data", 0, 60, 0) }},
		"too few":             {cfg: alert.Config{Least: 50}, feed: func(s *scene) { s.add("slow-data", 0, 30, 0) }},
		"not unlikely enough": {cfg: alert.Config{FalseAlarms: 1e-12}, feed: func(s *scene) { s.add("slow-data", 0, 16, 0) }},
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			c.feed(s)
			s.check(s.watch(c.cfg))
			s.expect(name)
		})
	}
}

// What the last cases leave out is told without their limits.
func TestLimitsAreTheCause(t *testing.T) {
	for name, feed := range map[string]func(*scene){
		"k customers":  func(s *scene) { s.add("slow-data", 0, 60, 5) },
		"two days ago": func(s *scene) { s.add("slow-data", 2, 60, 0) },
		"thirty":       func(s *scene) { s.add("slow-data", 0, 30, 0) },
		"sixteen":      func(s *scene) { s.add("slow-data", 0, 20, 0) },
	} {
		t.Run(name, func(t *testing.T) {
			s := newScene(t)
			feed(s)
			s.check(s.watch(alert.Config{}))
			if got := s.stored(); len(got) != 1 {
				t.Errorf("%d alerts, want one: %v", len(got), got)
			}
		})
	}
}

// A slow drift is told once, though it goes on.
func TestDrift(t *testing.T) {
	s := newScene(t)
	w := s.watch(alert.Config{})
	for day := range 40 {
		s.now = s.now.AddDate(0, 0, 1)
		for _, theme := range []string{"dropped-calls", "bill-shock"} {
			s.add(theme, 1, 3+day%4, 0)
		}
		s.add("slow-data", 1, 6+day%4, 0)
		s.check(w)
	}
	ups := 0
	for a, err := range alert.Read(t.Context(), s.nc, 0) {
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("%s %s", a.ID, a.State)
		if a.Kind == alert.Drift && a.Theme == "slow-data" && a.Direction == "up" && a.State == alert.Open {
			ups++
		}
	}
	if ups != 1 {
		t.Errorf("the drift was told %d times, want once", ups)
	}
}

// The message as a subscriber gets it.
func TestMessage(t *testing.T) {
	s := newScene(t)
	sub, err := s.nc.SubscribeSync("feedback.alerts.>")
	if err != nil {
		t.Fatal(err)
	}
	s.add("slow-data", 0, 40, 0)
	s.check(s.watch(alert.Config{}))
	m, err := sub.NextMsg(10 * time.Second)
	if err != nil {
		t.Fatal(err)
	}
	if m.Subject != "feedback.alerts.slow-data" {
		t.Errorf("published on %s", m.Subject)
	}
	a, err := alert.Parse(m.Data)
	if err != nil {
		t.Fatal(err)
	}
	if a.Observed == nil || a.Observed.N != 40 || a.Factor == nil || *a.Factor < 5 || !a.Provisional || a.K != 5 || a.FalseAlarms != 1 || !a.At.Equal(noon) {
		t.Errorf("%s", m.Data)
	}
	var raw map[string]any
	if err := json.Unmarshal(m.Data, &raw); err != nil {
		t.Fatal(err)
	}
	if raw["since"] != "2026-05-20" || raw["schema"] != alert.Schema {
		t.Errorf("%s", m.Data)
	}
}

func TestRun(t *testing.T) {
	s := newScene(t)
	s.add("slow-data", 0, 40, 0)
	sub, err := s.nc.SubscribeSync("feedback.alerts.>")
	if err != nil {
		t.Fatal(err)
	}
	ctx, stop := context.WithCancel(t.Context())
	asked := 0
	ready := func(context.Context) error {
		if asked++; asked == 1 {
			return fmt.Errorf("not yet")
		}
		return nil
	}
	ran := make(chan error, 1)
	go func() { ran <- s.watch(alert.Config{Every: time.Millisecond}).Run(ctx, ready) }()
	if _, err := sub.NextMsg(10 * time.Second); err != nil {
		t.Error(err)
	}
	stop()
	if err := <-ran; err != nil {
		t.Error(err)
	}
	if asked < 2 {
		t.Errorf("asked %d times whether the statistics are ready", asked)
	}
}

func TestParse(t *testing.T) {
	for _, bad := range []string{``, `{}`, `{"schema":"qingting.alert/2","id":"a","theme":"b"}`, `{"schema":"qingting.alert/1"}`, `{"schema":"qingting.alert/1","id":"a","theme":"b","since":"x"}`} {
		if _, err := alert.Parse([]byte(bad)); err == nil {
			t.Errorf("taken: %s", bad)
		}
	}
	for theme, want := range map[string]string{"slow-data": "slow-data", "a.b": "a_b", "a b>*": "a_b__", "": "_", "退费": "退费"} {
		if got := alert.Subject(theme); got != "feedback.alerts."+want {
			t.Errorf("%q: %s", theme, got)
		}
	}
	if _, err := alert.New(nil, nil, alert.Config{FalseAlarms: 53}); err == nil {
		t.Error("53 false alarms a year are taken")
	}
}
