package follow

import (
	"bytes"
	"encoding/json"
	"fmt"
	"regexp"

	"qingting/internal/strictjson"
)

// Format is the version of the state's form that this package reads and writes.
const Format = 1

// Status says how a theme stands.
type Status string

// The statuses.
const (
	Open      Status = "open"
	Dismissed Status = "dismissed" // the analyst does not want to see it
	Promoted  Status = "promoted"  // it is a theme of the taxonomy now
	Gone      Status = "gone"      // the last fit had nothing like it
)

// State is what is known of all themes. The zero value is ready.
type State struct {
	Format    int        `json:"format"`
	Next      int        `json:"next"` // number of the next id
	Fits      int        `json:"fits"`
	Total     int        `json:"total"` // documents of the last fit
	Themes    []*Theme   `json:"themes"`
	Others    Sample     `json:"others"` // documents of the last fit that no cluster held
	Decisions []Decision `json:"decisions"`
	// Options says how the last fit was made, for whoever makes the next.
	Options json.RawMessage `json:"options,omitempty"`
	Model   string          `json:"model,omitempty"` // what the last fit's clusters are assigned by: its hash, whoever keeps it sets it
}

// Theme is a cluster followed over time.
type Theme struct {
	ID     string `json:"id"`
	Name   string `json:"name"`
	Named  bool   `json:"named,omitempty"` // by the analyst: fits no longer rename it
	Status Status `json:"status"`
	Into   string `json:"into,omitempty"` // the theme it was merged into
	// Of is the theme this is a part of since that was split, and Parts the terms
	// by which documents are dealt to this part.
	Of        string             `json:"of,omitempty"`
	Parts     []string           `json:"parts,omitempty"`
	Split     bool               `json:"split,omitempty"`     // it has parts
	Dismissed int                `json:"dismissed,omitempty"` // its size when it was dismissed
	Promoted  string             `json:"promoted,omitempty"`  // id in the taxonomy
	First     int                `json:"first"`               // fit that first held it
	Last      int                `json:"last"`                // fit that last held it
	Size      int                `json:"size"`                // documents in that fit
	Seen      string             `json:"seen,omitempty"`      // day of the last fit that held it, see Day
	Born      string             `json:"born,omitempty"`      // day of the first
	Few       bool               `json:"few,omitempty"`       // of too few customers to be shown: whoever shows themes sets it
	Since     string             `json:"since,omitempty"`     // day since which it can be shown, likewise
	Clusters  []int              `json:"clusters,omitempty"`  // of the fit that last held it which are all its own, likewise
	Terms     map[string]float64 `json:"terms"`               // shares, the 50 heaviest
	Sample    Sample             `json:"sample"`
	Counts    map[string]int     `json:"counts"` // period → documents
}

// Sample stands for a set of documents: the smallest hashes of their ids, up to
// 256 (a bottom-k sketch, Cohen & Kaplan 2007), in rising order.
type Sample struct {
	Size   int      `json:"size"`
	Hashes []string `json:"hashes"` // 16 hexadecimal digits each
}

// Decision is something an analyst decided, kept for whoever asks why.
type Decision struct {
	Fit    int      `json:"fit"` // after which fit
	Action string   `json:"action"`
	ID     string   `json:"id"`
	With   []string `json:"with,omitempty"`
	Name   string   `json:"name,omitempty"`
}

var validID = regexp.MustCompile(`^d-[1-9][0-9]{0,8}$`)

// Parse reads a state. It refuses unknown fields, another format, a name given
// twice, and references to themes that are not there.
func Parse(data []byte) (*State, error) {
	if _, err := strictjson.Parse(data, 16); err != nil {
		return nil, fmt.Errorf("malformed state of discovery: %w", err)
	}
	s := new(State)
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	if err := dec.Decode(s); err != nil {
		return nil, fmt.Errorf("malformed state of discovery: %w", err)
	}
	if err := s.check(); err != nil {
		return nil, fmt.Errorf("malformed state of discovery: %w", err)
	}
	return s, nil
}

func (s *State) check() error {
	if s.Format != Format {
		return fmt.Errorf("its format is %d; this version reads format %d", s.Format, Format)
	}
	seen := map[string]*Theme{}
	for _, t := range s.Themes {
		if t == nil || !validID.MatchString(t.ID) || seen[t.ID] != nil {
			return fmt.Errorf("a theme has no id of its own")
		}
		seen[t.ID] = t
		var n int
		if fmt.Sscanf(t.ID, "d-%d", &n); n > s.Next {
			return fmt.Errorf("%s is beyond the last id given, d-%d", t.ID, s.Next)
		}
		switch t.Status {
		case Open, Dismissed, Promoted, Gone:
		default:
			return fmt.Errorf("%s has the unknown status %q", t.ID, t.Status)
		}
		for _, n := range t.Counts {
			if n < 0 {
				return fmt.Errorf("%s has a count below 0", t.ID)
			}
		}
	}
	for _, t := range s.Themes {
		at := t
		for steps := 0; at.Into != ""; steps++ {
			next := seen[at.Into]
			if next == nil || steps > len(s.Themes) {
				return fmt.Errorf("%s is merged into %q, which leads nowhere", t.ID, t.Into)
			}
			at = next
		}
		if t.Of != "" && (seen[t.Of] == nil || seen[t.Of].Of != "") {
			return fmt.Errorf("%s is part of %q, which has no parts", t.ID, t.Of)
		}
	}
	return nil
}

// Encode writes the state as JSON, the same for the same state.
func (s *State) Encode() ([]byte, error) {
	s.Format = Format
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	if err := enc.Encode(s); err != nil {
		return nil, fmt.Errorf("cannot write the state of discovery: %w", err)
	}
	return b.Bytes(), nil
}

// Theme returns the theme of that id, or nil.
func (s *State) Theme(id string) *Theme {
	for _, t := range s.Themes {
		if t.ID == id {
			return t
		}
	}
	return nil
}

// Root returns the theme under which id is shown: what it was merged into, or
// itself; nil when there is none.
func (s *State) Root(id string) *Theme {
	t := s.Theme(id)
	for t != nil && t.Into != "" {
		t = s.Theme(t.Into)
	}
	return t
}

// Counts returns the documents of a theme by period, those merged into it
// included.
func (s *State) Counts(id string) map[string]int {
	out := map[string]int{}
	for _, t := range s.Themes {
		if root := s.Root(t.ID); root != nil && root.ID == id {
			for p, n := range t.Counts {
				out[p] += n
			}
		}
	}
	return out
}

func (s *State) add() *Theme {
	s.Next++
	t := &Theme{ID: fmt.Sprintf("d-%d", s.Next), Status: Open, First: s.Fits, Counts: map[string]int{}}
	s.Themes = append(s.Themes, t)
	return t
}
