package alert

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
	"unicode"

	"qingting/textmining/statistics"
)

// Schema is the version of the format.
const Schema = "qingting.alert/1"

// State is where in its life an alert is.
type State string

// The states.
const (
	Open   State = "open"   // it began
	Grown  State = "grown"  // it is a class worse than last told
	Closed State = "closed" // it ended
)

// Kind is what was seen.
type Kind string

// The kinds. Readers pass over those they do not know.
const (
	Burst Kind = "burst" // days far above what is usual
	Drift Kind = "drift" // a slow change of level
	// NewCluster is a cluster that discovery found, no theme of the taxonomy, and
	// that grows: see Clusters.
	NewCluster Kind = "new-cluster"
)

// Severity is how bad a burst is. A drift is a Notice.
type Severity string

// The classes of severity; see severityOf.
const (
	Notice Severity = "notice"
	High   Severity = "high"
	Severe Severity = "severe"
)

// rank orders the classes.
func (s Severity) rank() int {
	switch s {
	case High:
		return 1
	case Severe:
		return 2
	}
	return 0
}

// Alert is one message: what is known of a burst or drift when it begins, grows
// or ends. Figures are withheld as in textmining/statistics.
type Alert struct {
	Schema    string   `json:"schema"`
	ID        string   `json:"id"` // the same from beginning to end
	State     State    `json:"state"`
	Kind      Kind     `json:"kind"`
	Severity  Severity `json:"severity"`
	Direction string   `json:"direction,omitempty"` // of a drift: up or down
	Theme     string   `json:"theme"`               // id
	ThemeKind string   `json:"theme_kind"`          // theme, painpoint, risk or cluster
	ZH        string   `json:"zh"`
	EN        string   `json:"en"`
	Since     Day      `json:"since"` // first day
	Day       Day      `json:"day"`   // last day so far; of a drift, the day it was sure

	Observed *statistics.Count `json:"observed,omitempty"` // pieces of all its days
	Expected *float64          `json:"expected,omitempty"` // that were to be expected
	Factor   *float64          `json:"factor,omitempty"`   // Observed ÷ Expected; none when either is withheld
	P        *float64          `json:"p_value,omitempty"`  // chance of its least likely day
	Shift    bool              `json:"shift,omitempty"`    // the level has stayed up
	Causes   []Cause           `json:"causes,omitempty"`

	K           int       `json:"k"`           // customers that a figure rests on at least
	Provisional bool      `json:"provisional"` // some of its days are not all in
	FalseAlarms float64   `json:"false_alarms_per_theme_year"`
	Taxonomy    string    `json:"taxonomy,omitempty"` // version
	At          time.Time `json:"at"`                 // when it was published
}

// Cause is a channel, region or product that the burst has more of than before.
type Cause = statistics.Cause

// Parse reads a message. One of another schema is an error.
func Parse(data []byte) (Alert, error) {
	var a Alert
	if err := json.Unmarshal(data, &a); err != nil {
		return Alert{}, fmt.Errorf("malformed alert: %w", err)
	}
	if a.Schema != Schema {
		return Alert{}, fmt.Errorf("an alert of schema %q, want %s", a.Schema, Schema)
	}
	if a.ID == "" || a.Theme == "" {
		return Alert{}, fmt.Errorf("malformed alert: it has no id or no theme")
	}
	return a, nil
}

// Subject is where alerts of a theme are published. What a subject cannot hold
// in its id reads as "_"; the message has the id itself.
func Subject(theme string) string {
	token := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' || r == '_' {
			return r
		}
		return '_'
	}, theme)
	if token == "" {
		token = "_"
	}
	return "feedback.alerts." + token
}

// subject is where a is published.
func (a *Alert) subject() string {
	if a.Kind == NewCluster {
		return "feedback.alerts.cluster." + strings.TrimPrefix(Subject(a.Theme), "feedback.alerts.")
	}
	return Subject(a.Theme)
}

// Day is a day of the statistics' location, counted from 1 January 1970. In JSON
// it reads "2026-11-22".
type Day int

// DayOf is the day that the clock of t's location shows.
func DayOf(t time.Time) Day {
	y, m, d := t.Date()
	return Day(time.Date(y, m, d, 0, 0, 0, 0, time.UTC).Unix() / 86400)
}

// In is the beginning of the day in a location.
func (d Day) In(l *time.Location) time.Time {
	u := time.Unix(int64(d)*86400, 0).UTC()
	return time.Date(u.Year(), u.Month(), u.Day(), 0, 0, 0, 0, l)
}

func (d Day) String() string { return d.In(time.UTC).Format(time.DateOnly) }

// MarshalText implements encoding.TextMarshaler.
func (d Day) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Day) UnmarshalText(text []byte) error {
	t, err := time.Parse(time.DateOnly, string(text))
	if err != nil {
		return fmt.Errorf("malformed day, want one such as 2026-11-22")
	}
	*d = DayOf(t)
	return nil
}
