package insight

import (
	"math"
	"slices"

	"qingting/textmining/driver"
	"qingting/textmining/statistics"
)

// Options of both questions.
type Options struct {
	K        int  // fewest customers that anything rests on; 0 means 5
	Mentions bool // Drive: a theme counts wherever it is mentioned, not where it is complained of
	// PainPoints has Drive ask of pain points, not of themes.
	PainPoints bool
	// Checked are documents that somebody has read, drawn at random: how right tags
	// are is learnt from them, and effects are corrected by it.
	Checked []Checked
	Before  int  // Assess: days before the action that are looked at; 0 means 90
	After   int  // Assess: days after it; 0 means 60
	Slope   bool // Assess: the action may change the trend, too
}

func (o Options) withDefaults() Options {
	if o.K <= 0 {
		o.K = 5
	}
	if o.Before <= 0 {
		o.Before = 90
	}
	if o.After <= 0 {
		o.After = 60
	}
	return o
}

// Drivers is what moves the rating.
type Drivers struct {
	From string `json:"from"` // first day
	To   string `json:"to"`   // the day after the last
	K    int    `json:"k"`
	// Complaints says that a theme counts where it is complained of.
	Complaints bool `json:"complaints"`
	driver.Result
	Names     map[string]Name   `json:"names"`               // of the themes of Effects and Left
	Contrasts []driver.Contrast `json:"contrasts,omitempty"` // complaint and praise, where there is enough of both
	Unscaled  []string          `json:"unscaled,omitempty"`  // channels whose ratings are neither 1 to 5 nor 0 to 10; their ratings are left out
	Converted bool              `json:"converted,omitempty"` // some channels rate 1 to 5, others 0 to 10: the former are stretched
}

// Checked is a document with the themes that it complains of in truth (with
// Options.Mentions: speaks of).
type Checked struct {
	Record string
	Themes []string // ids; none when it complains of none
}

// trust is how much tags are trusted, see driver.Options.Trust: as if of each theme
// twenty texts had been read, and the tags been right as often as their scores say.
const trust = 20

// Name is what a theme is called.
type Name struct {
	ZH string `json:"zh"`
	EN string `json:"en"`
}

// Drive regresses the ratings of the documents that q covers on their themes,
// beside channel, region and product. Errors are those of driver.Analyse.
// What is said of a theme counts by the score of its tag.
func Drive(s *statistics.Store, q statistics.Query, o Options) (*Drivers, error) {
	o = o.withDefaults()
	kind := statistics.Theme
	if o.PainPoints {
		kind = statistics.PainPoint
	}
	rows := s.Observations(q, kind)
	out := &Drivers{From: rows.From.Format("2006-01-02"), To: rows.To.Format("2006-01-02"), K: o.K, Complaints: !o.Mentions, Names: map[string]Name{}}
	data := out.data(rows)
	for _, c := range o.Checked {
		if seen, here := s.Look(rows, kind, c.Record); here {
			data.Checks = append(data.Checks, out.check(rows, &seen, c.Themes))
		}
	}
	opts := driver.Options{K: o.K, Complaints: out.Complaints, Trust: trust}
	r, err := driver.Analyse(data, opts)
	if err != nil {
		return nil, err
	}
	out.Result = *r
	for _, e := range r.Effects {
		out.Names[e.Theme] = Name{s.Name(e.Theme, "zh"), s.Name(e.Theme, "en")}
	}
	for _, l := range r.Left {
		out.Names[l.Theme] = Name{s.Name(l.Theme, "zh"), s.Name(l.Theme, "en")}
	}
	if out.Contrasts, err = driver.PenaltyReward(data, opts); err != nil { // twice the columns may be too many
		out.Contrasts = nil
	}
	return out, nil
}

// data makes the rated observations a driver.Data, on one scale.
func (d *Drivers) data(rows *statistics.Observations) driver.Data {
	ratings := make([][]float64, len(rows.Channels))
	for r := range rows.All() {
		if !math.IsNaN(r.Rating) {
			ratings[r.Channel] = append(ratings[r.Channel], r.Rating)
		}
	}
	scales, usable := make([]driver.Scale, len(ratings)), make([]bool, len(ratings))
	out := driver.Data{Themes: rows.Themes, Scale: driver.Five, Controls: []driver.Control{
		{Name: "channel", Levels: len(rows.Channels)}, {Name: "region", Levels: len(rows.Regions)}, {Name: "product", Levels: len(rows.Products)},
	}}
	five := false
	for c, list := range ratings {
		if len(list) == 0 {
			continue
		}
		if scales[c], usable[c] = driver.ScaleOf(list); !usable[c] {
			d.Unscaled = append(d.Unscaled, rows.Channels[c])
			continue
		}
		if scales[c] == driver.Ten {
			out.Scale = driver.Ten
		} else {
			five = true
		}
	}
	d.Converted = five && out.Scale == driver.Ten
	for r := range rows.All() {
		if math.IsNaN(r.Rating) || !usable[r.Channel] {
			continue
		}
		row := read(&r, rows.Asks, d.Complaints)
		row.Rating, row.Customer, row.Levels = scales[r.Channel].Convert(r.Rating, out.Scale), r.Customer, []int{r.Channel, r.Region, r.Product}
		out.Rows = append(out.Rows, row)
	}
	return out
}

// check is a checked document as it was read, and as it is; a theme that no
// document is tagged with is told by nothing.
func (d *Drivers) check(rows *statistics.Observations, seen *statistics.Observation, themes []string) driver.Check {
	c := driver.Check{Row: read(seen, rows.Asks, d.Complaints)}
	for _, id := range themes {
		if theme, known := slices.BinarySearch(rows.Themes, id); known && !(d.Complaints && rows.Asks[theme]) {
			c.True = append(c.True, theme)
		}
	}
	return c
}

// read is what a document says of themes, and whether on the whole it complains.
// Where complaints count, its tone and each of its tags that has a polarity have
// a voice: with more for praise, or as many, a tag that complains is taken for a
// word of the praise, as 停机后一个电话就复机了 praises and names a fault. A
// question complains of nothing.
func read(r *statistics.Observation, asks []bool, complaints bool) driver.Row {
	var row driver.Row
	balance, complains := r.Tone, false
	for _, t := range r.Themes {
		m := driver.Mention{Theme: t.Theme, Polarity: t.Polarity, Value: t.Score}
		if asks[t.Theme] {
			m.Polarity = max(0, m.Polarity)
		}
		switch {
		case m.Polarity > 0:
			balance++
		case m.Polarity < 0:
			balance--
			complains = true
		}
		row.Mentions = append(row.Mentions, m)
	}
	if !complaints {
		return row
	}
	row.Praises = balance > 0
	row.Unsure = balance == 0 && complains
	row.Unknown = balance < 0 && !complains && !slices.ContainsFunc(r.Themes, func(t statistics.Said) bool { return asks[t.Theme] })
	if balance >= 0 {
		row.Mentions = slices.DeleteFunc(row.Mentions, func(m driver.Mention) bool { return m.Polarity < 0 })
	}
	return row
}
