package radar

import (
	"cmp"
	"fmt"
	"time"

	"qingting/textmining/discover"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/name"
)

// LeastScore is the score that the name of a cluster must exceed to be shown as
// that of a theme: below it, what its customers say has no phrase in common.
// Firm clusters, which nearly always stay together, have only told it in
// different words.
const (
	LeastScore = 0.05
	Firm       = 0.8
)

// Found is a report.
type Found struct {
	Documents int       `json:"documents"`
	Customers int       `json:"customers"`
	From      time.Time `json:"from,omitzero"` // of the earliest document with a time
	To        time.Time `json:"to,omitzero"`   // of the latest
	Undated   int       `json:"undated,omitempty"`
	Fitted    int       `json:"fitted"`          // documents that clusters were found on
	Distinct  int       `json:"distinct"`        // different ones among them
	Opinion   float64   `json:"gsdmm,omitempty"` // on how many clusters there are, see discover.Result
	None      int       `json:"without_cluster"` // documents
	Weak      int       `json:"weak"`            // documents that fit another cluster nearly as well
	K         int       `json:"k"`
	Seed      uint64    `json:"seed"`
	Lexicon   string    `json:"lexicon"`
	All       bool      `json:"all"` // documents that themes cover are among them, as who asked says
	Run       int       `json:"run"` // of those that the state knows, from 1

	Themes    []Theme `json:"themes"`              // the largest first; with Options.Trends, those that burst first
	Loose     []Theme `json:"loose"`               // whose names say too little
	Dismissed []Theme `json:"dismissed,omitempty"` // by an analyst, and not twice as large since
	Withheld  int     `json:"withheld"`            // clusters of fewer than K customers
	Events    []Event `json:"events"`              // since the run before

	result *discover.Result
	named  []name.Document
	of     []string // cluster → id of the theme that it is, "" when it is withheld or dealt out
}

// Theme is a cluster as it is shown: several where they were merged.
type Theme struct {
	ID        string        `json:"id"` // "d-3", the same in every run
	Name      string        `json:"name"`
	Status    follow.Status `json:"status"`
	Promoted  string        `json:"promoted,omitempty"` // id in the taxonomy
	Change    follow.Kind   `json:"change,omitempty"`   // since the run before
	Before    *int          `json:"before,omitempty"`   // documents in the run before; left out when there was none, or they were too few to show
	Clusters  []int         `json:"clusters"`           // numbers in this run
	Size      int           `json:"size"`               // documents
	Share     float64       `json:"share"`              // of all documents
	Distinct  int           `json:"distinct"`
	Weak      int           `json:"weak"`
	Customers int           `json:"customers"`
	Stability float64       `json:"stability"`          // 0 to 1, see discover.Cluster
	Score     float64       `json:"score"`              // of the name, 0 to 1, see package name
	Composed  bool          `json:"composed,omitempty"` // the name is two words or phrases, side by side
	Since     string        `json:"since,omitempty"`    // day by which K customers had spoken of it, in any run
	Phrases   []name.Phrase `json:"phrases,omitempty"`  // the best first
	Quotes    []Quote       `json:"quotes,omitempty"`   // the most central first
	Series    []Point       `json:"series,omitempty"`   // of the days looked at
	Rising    *Rising       `json:"rising,omitempty"`   // it grows, by the dates of its documents
	Emerging  *Rising       `json:"emerging,omitempty"` // it is new, and grows; never of a first run
	Alarm     *Alarm        `json:"alarm,omitempty"`    // its bursts, with Options.Trends

	documents []int // places in the input
}

// Phrase is a key phrase: see package name.
type Phrase = name.Phrase

// Quote is a piece of a document.
type Quote struct {
	ID   string `json:"id,omitempty"` // of the document
	Text string `json:"text"`
}

// Event is what happened to a theme since the run before. A count is left out
// when there was nothing to count, and when it is of fewer than K customers.
type Event struct {
	Kind   follow.Kind `json:"kind"`
	ID     string      `json:"id"`
	Name   string      `json:"name,omitempty"`
	With   []string    `json:"with,omitempty"`
	Before *int        `json:"before,omitempty"`
	After  *int        `json:"after,omitempty"`
}

// Model is what the clusters were found by; it assigns later documents.
func (f *Found) Model() *discover.Model { return f.result.Model }

// Assigned is the cluster of each document, in their order, and its margin: see
// discover.Result.
func (f *Found) Assigned() (cluster []int, margin []float32) { return f.result.Assign, f.result.Margin }

// Draft drafts an entry of a taxonomy from a theme of the report: see
// name.NewDraft. Its errors are those, and an id that is not in the report.
func (f *Found) Draft(id string, cfg name.DraftConfig) (name.Draft, error) {
	for _, list := range [][]Theme{f.Themes, f.Loose, f.Dismissed} {
		for _, t := range list {
			if t.ID != id {
				continue
			}
			for i := range f.named {
				f.named[i].Cluster = 0
			}
			for _, i := range t.documents {
				f.named[i].Cluster = 1
			}
			cfg.K, cfg.ZH, cfg.EN = f.K, cmp.Or(cfg.ZH, t.Name), cmp.Or(cfg.EN, t.Name)
			return name.NewDraft(f.named, 1, cfg)
		}
	}
	return name.Draft{}, fmt.Errorf("this run has no theme %q to draft from", id)
}

// ThemeOf is the id of the theme that a cluster belongs to; "" when the cluster
// is −1, or dealt out among several themes.
func (f *Found) ThemeOf(cluster int) string {
	if cluster < 0 || cluster >= len(f.of) {
		return ""
	}
	return f.of[cluster]
}
