package govern

import (
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"qingting/privacy/rule"
)

// RetentionVersion is the version of the JSON form of the retention setting.
const RetentionVersion = 1

// maxDays bounds a retention: a century.
const maxDays = 36525

// Retention says how long sealed values and documents are kept, from intake.
type Retention struct {
	Version int     `json:"retention"`
	Vault   Periods `json:"vault"`
	Docs    Periods `json:"docs"`
}

// Periods are days: in general, by source instead, and at most by type of
// personal data. 0 is for ever, in Vault not allowed.
type Periods struct {
	Days    int            `json:"days"`
	Sources map[string]int `json:"sources,omitempty"`
	Types   map[string]int `json:"types,omitempty"`
}

// ParseRetention reads the setting and refuses one with a mistake.
func ParseRetention(data []byte) (*Retention, error) {
	var r Retention
	if err := strict(data, &r); err != nil {
		return nil, fmt.Errorf("malformed retention: %w", err)
	}
	if r.Version != RetentionVersion {
		return nil, fmt.Errorf("retention of version %d, want %d", r.Version, RetentionVersion)
	}
	if r.Vault.Days < 1 {
		return nil, fmt.Errorf("sealed values are not kept for ever (PIPL 19): give the vault 1 to %d days", maxDays)
	}
	for _, p := range []Periods{r.Vault, r.Docs} {
		if p.Days < 0 || p.Days > maxDays {
			return nil, fmt.Errorf("%d days: 0 to %d", p.Days, maxDays)
		}
		for s, days := range p.Sources {
			if days < 1 || days > maxDays {
				return nil, fmt.Errorf("source %q: %d days, want 1 to %d", s, days, maxDays)
			}
		}
		for t, days := range p.Types {
			if !rule.Type(t).Valid() {
				return nil, fmt.Errorf("%q is no type of personal data", t)
			}
			if days < 1 || days > maxDays {
				return nil, fmt.Errorf("type %s: %d days, want 1 to %d", t, days, maxDays)
			}
		}
	}
	return &r, nil
}

// Encode is the setting's JSON.
func (r *Retention) Encode() ([]byte, error) {
	out := *r
	out.Version = RetentionVersion
	return json.MarshalIndent(out, "", "  ")
}

// Rules are retention and register together.
type Rules struct {
	Retention Retention
	Register  *Register
}

// Vault is how many days the sealed values of a record are kept: those of its
// source, or else in general, and no longer than the register or any of its
// types says.
func (r Rules) Vault(source string, types []string) int {
	own := 0
	if s, ok := r.Register.Find(source); ok {
		own = s.Retention.Vault
	}
	return r.Retention.Vault.of(source, types, own)
}

// Docs is Vault for documents; 0 is for ever.
func (r Rules) Docs(source string, types []string) int {
	own := 0
	if s, ok := r.Register.Find(source); ok {
		own = s.Retention.Docs
	}
	return r.Retention.Docs.of(source, types, own)
}

func (p Periods) of(source string, types []string, own int) int {
	days := p.Days
	if d := p.Sources[sourceName(source)]; d > 0 {
		days = d
	}
	days = shorter(days, own)
	for _, t := range types {
		days = shorter(days, p.Types[t])
	}
	return days
}

// shorter is the lesser of two periods of which 0 says nothing.
func shorter(a, b int) int {
	if a == 0 || b > 0 && b < a {
		return b
	}
	return a
}

// Longest is the longest that any sealed value is kept, in days.
func (r Rules) Longest() int {
	longest := r.Vault("\x00", nil) // of a source that nothing is said of
	names := []string{}
	for name := range r.Retention.Vault.Sources {
		names = append(names, name)
	}
	for _, s := range r.Register.Sources {
		names = append(names, s.Name)
	}
	for _, name := range slices.Compact(slices.Sorted(slices.Values(names))) {
		longest = max(longest, r.Vault(name, nil))
	}
	return longest
}

// past reports whether days have gone by since t; never when days is 0.
func past(t time.Time, days int, now time.Time) bool {
	return days > 0 && !t.AddDate(0, 0, days).After(now)
}
