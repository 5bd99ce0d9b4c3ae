package review

import (
	"bytes"
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Schema names the version of a sample's JSON form.
const Schema = "qingting.review/1"

// Band says how sure detection was of the least sure thing that it took out of
// a document.
type Band string

// The bands.
const (
	None Band = "none" // nothing was found
	Low  Band = "low"  // below 0.7
	Mid  Band = "mid"  // below 0.9
	High Band = "high"
)

// Bands are all bands, in order.
var Bands = []Band{None, Low, Mid, High}

// BandOf is the band of the confidence of the least sure finding.
func BandOf(confidence float64) Band {
	switch {
	case confidence < 0.7:
		return Low
	case confidence < 0.9:
		return Mid
	}
	return High
}

// Unit is a document of the population. It holds no personal data.
type Unit struct {
	Record  string
	Version [6]byte // what the SHA-256 of the document begins with
	Seq     uint64  // of the document's message
	Band    Band
	Types   []string // of what was taken out, sorted, each once
	Channel string
	Month   string // yyyymm
}

// Plan says what to draw. Zero values mean the defaults.
type Plan struct {
	ID         string    // of the sample
	Seed       string    // what the draw depends on; required
	Time       time.Time // of the draw
	Size       int       // documents; or, when 0, what Target needs
	Target     float64   // share of documents with a miss that shall be shown; default 0.01
	Confidence float64   // default 0.95
	Floor      int       // of each band at least so many, as far as there are; default 15
	Second     float64   // share for a second reviewer; default 0.2; negative is none
}

func (p Plan) withDefaults() Plan {
	if p.Target == 0 {
		p.Target = 0.01
	}
	if p.Confidence == 0 {
		p.Confidence = 0.95
	}
	if p.Floor == 0 {
		p.Floor = 15
	}
	if p.Second == 0 {
		p.Second = 0.2
	}
	p.Second = max(p.Second, 0)
	return p
}

func (p Plan) check() error {
	switch {
	case p.Seed == "":
		return errors.New("a sample needs a seed")
	case p.Size < 0 || p.Size > MaxSize:
		return fmt.Errorf("the size of a sample is 1 to %d", MaxSize)
	case p.Target < 0 || p.Target >= 1:
		return errors.New("the target is a share between 0 and 1, such as 0.01")
	case p.Confidence < 0.5 || p.Confidence >= 1:
		return errors.New("the confidence is a share from 0.5 to below 1, such as 0.95")
	case p.Second > 1:
		return errors.New("the share of the second reviewer is 1 at most")
	}
	return nil
}

// MaxSize is the largest sample: what one message of NATS carries.
const MaxSize = 5000

// Sample is what was drawn. Its JSON is what is kept.
type Sample struct {
	Schema     string    `json:"schema"`
	ID         string    `json:"id"`
	Time       time.Time `json:"time"`
	Seed       string    `json:"seed"`
	Target     float64   `json:"target"`
	Confidence float64   `json:"confidence"`
	Scope      Scope     `json:"scope"`
	Population int       `json:"population"`
	// Digest is the SHA-256 of the population, records and versions in order: the
	// same population and seed give the same sample.
	Digest   string         `json:"population_sha256"`
	Left     map[string]int `json:"left_out,omitempty"` // documents that were not in the population, by reason
	Versions []Version      `json:"versions,omitempty"`
	Cells    []Cell         `json:"cells"`
	Strata   []Stratum      `json:"strata"` // the margins of the tree
	Items    []Item         `json:"items"`  // in random order
}

// Scope narrows the population.
type Scope struct {
	From    string `json:"from,omitempty"` // first month, yyyymm
	To      string `json:"to,omitempty"`   // last month
	Channel string `json:"channel,omitempty"`
}

// Version is what documents of the population were made with.
type Version struct {
	Policy    string `json:"policy"`
	Engine    string `json:"engine"`
	Taxonomy  string `json:"taxonomy"`
	Documents int    `json:"documents"`
}

// Cell is a part of the population in which every document has the same chance
// to be drawn: all the bands of which a proportional sample holds enough, or one
// band that is sampled more densely.
type Cell struct {
	Bands      []Band         `json:"bands"`
	Population int            `json:"population"`
	Size       int            `json:"size"`
	Alpha      float64        `json:"alpha"` // its share of the error
	Found      map[string]int `json:"found"` // documents of the population by type taken out
}

// Stratum is a value of one dimension of the tree.
type Stratum struct {
	Dimension  string `json:"dimension"` // "band", "type", "channel", "month"
	Value      string `json:"value"`     // type "" is a document in which nothing was found
	Population int    `json:"population"`
	Size       int    `json:"size"`
}

// Item is a document of the sample.
type Item struct {
	Record  string   `json:"record"`
	Version string   `json:"version"` // what the SHA-256 of the document begins with
	Seq     uint64   `json:"seq"`     // of the document's message when it was drawn
	Cell    int      `json:"cell"`
	Types   []string `json:"types,omitempty"`
	Second  bool     `json:"second,omitempty"` // a second reviewer shall see it
}

// Draw draws a sample. It sorts units.
func Draw(units []Unit, p Plan) (*Sample, error) {
	p = p.withDefaults()
	if err := p.check(); err != nil {
		return nil, err
	}
	if len(units) == 0 {
		return nil, errors.New("there are no documents to draw from")
	}
	slices.SortFunc(units, func(a, b Unit) int { return strings.Compare(a.Record, b.Record) })
	s := &Sample{
		Schema: Schema, ID: p.ID, Time: p.Time.UTC().Truncate(time.Second), Seed: p.Seed, Target: p.Target, Confidence: p.Confidence,
		Population: len(units), Digest: digest(units), Cells: plan(units, p),
	}
	rng := rand.New(rand.NewChaCha8(sha256.Sum256([]byte("qingting sample\x00" + p.Seed))))
	for i, c := range s.Cells {
		var members []int
		for j := range units {
			if slices.Contains(c.Bands, units[j].Band) {
				members = append(members, j)
			}
		}
		for _, j := range pivotal(units, members, c.Size, rng) {
			u := units[j]
			s.Items = append(s.Items, Item{Record: u.Record, Version: hex.EncodeToString(u.Version[:]), Seq: u.Seq, Cell: i, Types: u.Types})
		}
	}
	slices.SortFunc(s.Items, func(a, b Item) int { return strings.Compare(a.Record, b.Record) })
	rng.Shuffle(len(s.Items), func(i, j int) { s.Items[i], s.Items[j] = s.Items[j], s.Items[i] })
	// The order is random, so every k-th is a random share.
	for i := range s.Items {
		s.Items[i].Second = int(float64(i+1)*p.Second) > int(float64(i)*p.Second)
	}
	s.Strata = strata(units, s.Items)
	return s, nil
}

func digest(units []Unit) string {
	h := sha256.New()
	for _, u := range units {
		fmt.Fprintf(h, "%s %x\n", u.Record, u.Version)
	}
	return hex.EncodeToString(h.Sum(nil))
}

// Encode is the form that is kept.
func (s *Sample) Encode() ([]byte, error) { return json.Marshal(s) }

var shapeID = regexp.MustCompile(`^[0-9]{8}-[a-z]{4}$`)

// ValidID says whether a sample may be called so: 20261122-kqzm.
func ValidID(id string) bool { return shapeID.MatchString(id) }

// NewID names a sample that is drawn at a time, by 4 letters.
func NewID(at time.Time, letters string) string { return at.UTC().Format("20060102") + "-" + letters }

// Parse reads what Encode wrote.
func Parse(data []byte) (*Sample, error) {
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.DisallowUnknownFields()
	var s Sample
	if err := dec.Decode(&s); err != nil || s.Schema != Schema {
		return nil, errors.New("malformed sample")
	}
	for _, i := range s.Items {
		if i.Cell < 0 || i.Cell >= len(s.Cells) {
			return nil, errors.New("malformed sample: an item of no cell")
		}
	}
	return &s, nil
}

// Item finds an item by its record.
func (s *Sample) Item(record string) (Item, bool) {
	i := slices.IndexFunc(s.Items, func(i Item) bool { return i.Record == record })
	if i < 0 {
		return Item{}, false
	}
	return s.Items[i], true
}

// strata are the margins of population and sample.
func strata(units []Unit, items []Item) (list []Stratum) {
	type key struct{ dimension, value string }
	at := make(map[key]int)
	drawn := make(map[string]bool, len(items))
	for _, i := range items {
		drawn[i.Record] = true
	}
	for _, u := range units {
		keys := []key{{"band", string(u.Band)}, {"channel", u.Channel}, {"month", u.Month}}
		for _, t := range u.Types {
			keys = append(keys, key{"type", t})
		}
		if len(u.Types) == 0 {
			keys = append(keys, key{"type", ""})
		}
		for _, k := range keys {
			i, ok := at[k]
			if !ok {
				i = len(list)
				at[k] = i
				list = append(list, Stratum{Dimension: k.dimension, Value: k.value})
			}
			list[i].Population++
			if drawn[u.Record] {
				list[i].Size++
			}
		}
	}
	rank := func(s Stratum) int { return slices.Index(Bands, Band(s.Value)) }
	slices.SortFunc(list, func(a, b Stratum) int {
		return cmp.Or(strings.Compare(a.Dimension, b.Dimension), cmp.Compare(rank(a), rank(b)), strings.Compare(a.Value, b.Value))
	})
	return list
}
