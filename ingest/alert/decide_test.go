package alert

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/statistics"
)

// of is an alert of slow-data over some days.
func of(since, day Day, more ...any) Alert {
	a := Alert{Kind: Burst, Theme: "slow-data", ThemeKind: "theme", Severity: Notice, State: Open, Since: since, Day: day}
	for _, m := range more {
		switch m := m.(type) {
		case State:
			a.State = m
		case Severity:
			a.Severity = m
		case Kind:
			a.Kind = m
		case string:
			a.Direction = m
		case int:
			a.Observed = &statistics.Count{N: m}
		}
	}
	a.ID = a.identify()
	return a
}

func TestDecide(t *testing.T) {
	const today Day = 20000
	for name, c := range map[string]struct {
		told, seen []Alert
		want       []string // days since the first day, state, severity
	}{
		"nothing":                        {nil, nil, nil},
		"begins":                         {nil, []Alert{of(today, today)}, []string{"0 open notice"}},
		"too old":                        {nil, []Alert{of(today-5, today-3)}, nil},
		"two days ago":                   {nil, []Alert{of(today-5, today-2)}, []string{"5 open notice"}},
		"told":                           {[]Alert{of(today, today)}, []Alert{of(today, today)}, nil},
		"begins a day earlier":           {[]Alert{of(today, today)}, []Alert{of(today-1, today)}, nil},
		"goes on":                        {[]Alert{of(today-2, today-2)}, []Alert{of(today-2, today)}, nil},
		"worse":                          {[]Alert{of(today-2, today-2)}, []Alert{of(today-2, today, High)}, []string{"2 grown high"}},
		"worse by two":                   {[]Alert{of(today-2, today-2)}, []Alert{of(today-2, today, Severe)}, []string{"2 grown severe"}},
		"better":                         {[]Alert{of(today-2, today-2, Severe)}, []Alert{of(today-2, today, High)}, nil},
		"over":                           {[]Alert{of(today-4, today-4, High)}, []Alert{of(today-4, today-3)}, []string{"4 closed high"}},
		"over, out of sight":             {[]Alert{of(today-4, today-4)}, nil, []string{"4 closed notice"}},
		"out of sight for a day":         {[]Alert{of(today-1, today-1)}, nil, nil},
		"closed":                         {[]Alert{of(today-4, today-4, Closed)}, []Alert{of(today-4, today-4)}, nil},
		"closed, grew with late pieces":  {[]Alert{of(today-4, today-4, Closed)}, []Alert{of(today-4, today-4, Severe)}, nil},
		"another after it":               {[]Alert{of(today-6, today-4, Closed)}, []Alert{of(today-6, today-4), of(today, today)}, []string{"0 open notice"}},
		"one ends as another begins":     {[]Alert{of(today-6, today-4)}, []Alert{of(today-6, today-4), of(today, today)}, []string{"6 closed notice", "0 open notice"}},
		"a drift":                        {nil, []Alert{of(today-9, today-1, Drift, "up")}, []string{"9 open notice"}},
		"a drift goes on":                {[]Alert{of(today-29, today-20, Drift, "up")}, []Alert{of(today-9, today-1, Drift, "up")}, nil},
		"a drift is over":                {[]Alert{of(today-49, today-28, Drift, "up")}, nil, []string{"49 closed notice"}},
		"a drift is quiet":               {[]Alert{of(today-49, today-27, Drift, "up")}, nil, nil},
		"back again is another":          {[]Alert{of(today-29, today-20, Drift, "up")}, []Alert{of(today-9, today-1, Drift, "down")}, []string{"9 open notice"}},
		"a burst is no drift":            {[]Alert{of(today-9, today-1, Drift, "up")}, []Alert{of(today, today)}, []string{"0 open notice"}},
		"two of one, told as one burst":  {[]Alert{of(today-2, today)}, []Alert{of(today-2, today-2), of(today, today)}, nil},
		"one of two, told as two bursts": {[]Alert{of(today-2, today-2), of(today, today)}, []Alert{of(today-2, today)}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			told := map[string]Alert{}
			for _, a := range c.told {
				told[a.ID] = a
			}
			var got []string
			for _, a := range decide(told, c.seen, today, 3, 5) {
				got = append(got, fmt.Sprintf("%d %s %s", today-a.Since, a.State, a.Severity))
				if before, again := told[a.ID]; again == (a.State == Open) || again && before.Since < a.Since {
					t.Errorf("%s is told as %s", a.ID, a.State)
				}
			}
			if diff := cmp.Diff(c.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// Two messages of an alert do not tell, by their difference, of few.
func TestSteady(t *testing.T) {
	const today Day = 20000
	for n, want := range map[int]int{12: 12, 13: 12, 16: 12, 17: 17, 40: 40, 8: 12} {
		before := of(today, today, 12)
		after := of(today, today, Severe, n)
		after.Causes = []Cause{{Column: "region", Value: "A", Documents: statistics.Count{N: n}}}
		before.Causes = []Cause{{Column: "region", Value: "A", Documents: statistics.Count{N: 12}}}
		got := decide(map[string]Alert{before.ID: before}, []Alert{after}, today, 3, 5)
		if len(got) != 1 || got[0].Observed.N != want || got[0].Causes[0].Documents.N != want {
			t.Errorf("12 and then %d: %+v", n, got)
		}
	}
}

func TestSeverity(t *testing.T) {
	for _, c := range []struct {
		n        int
		expected float64
		want     Severity
	}{
		{6, 0.1, Notice}, {20, 0.1, Notice}, {21, 1, High}, {49, 1, High}, {51, 1, Severe}, {39, 20, Notice}, {40, 20, High}, {79, 20, High}, {80, 20, Severe}, {190, 100, Notice},
	} {
		if got := severityOf(statistics.Episode{Observed: statistics.Count{N: c.n}, Expected: c.expected}, 5); got != c.want {
			t.Errorf("%d where %v is expected: %s, want %s", c.n, c.expected, got, c.want)
		}
	}
	if got := severityOf(statistics.Episode{Observed: statistics.Count{Below: 5}, Expected: .1}, 5); got != Notice {
		t.Errorf("withheld: %s", got)
	}
}

// The end of a day comes between two checks.
func TestPause(t *testing.T) {
	w := &Watcher{eye: eye{statistics.New(statistics.Config{}), Config{}.withDefaults()}}
	zone := w.store.Location()
	for clock, want := range map[time.Time]time.Duration{
		time.Date(2026, 5, 20, 12, 0, 0, 0, zone):                                15 * time.Minute,
		time.Date(2026, 5, 20, 23, 50, 0, 0, zone):                               10*time.Minute + time.Second,
		time.Date(2026, 5, 20, 15, 59, 59, 0, time.UTC):                          2 * time.Second,
		time.Date(2026, 5, 21, 0, 0, 0, 0, zone):                                 15 * time.Minute,
		time.Date(2026, 12, 31, 23, 59, 59, 999_000_000, zone).Add(-time.Second): 2*time.Second + time.Millisecond,
	} {
		if got := w.pause(clock); got != want {
			t.Errorf("%s: %s, want %s", clock, got, want)
		}
	}
}
