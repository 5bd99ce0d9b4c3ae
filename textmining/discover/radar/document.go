package radar

import (
	"crypto/sha256"
	"encoding/hex"
	"strconv"
	"time"

	"qingting/textmining/discover"
	"qingting/textmining/segment"
)

// Document is a redacted text.
type Document struct {
	// ID is what it is followed by from run to run: the record. Without one, or
	// with that of another, its text, customer and time stand in.
	ID       string
	Text     string
	Customer string    // pseudonym; "" is somebody else than anybody else
	Time     time.Time // zero: not known
}

// Options says how to look. Only the Segmenter is required.
type Options struct {
	Segmenter *segment.Segmenter
	Clusters  int    // how many; 0: as many as are found, with Trends Fine
	MinSize   int    // as discover.Options has it
	Sample    int    // likewise
	Runs      int    // likewise
	Seed      uint64 // likewise
	K         int    // customers who must have said what is shown; 0: 5
	Phrases   int    // most of a theme; 0: 6
	Quotes    int    // most of a theme; 0: 3
	Trends    bool   // look for bursts of each theme, too, and put what is hot first
	Keep      int    // days of counts that the state keeps; 0: 400
	Forget    int    // days after which a theme that no run held is forgotten; 0: 90
	// Zone is where a day begins; nil is UTC.
	Zone *time.Location
	// Progress, when set, is told after each step how many of all are done.
	Progress func(done, all int)
}

func (o Options) filled() Options {
	if o.K <= 0 {
		o.K = 5
	}
	if o.Phrases <= 0 {
		o.Phrases = 6
	}
	if o.Quotes <= 0 {
		o.Quotes = 3
	}
	if o.Keep <= 0 {
		o.Keep = 400
	}
	if o.Forget <= 0 {
		o.Forget = 90
	}
	if o.Zone == nil {
		o.Zone = time.UTC
	}
	return o
}

// ids gives each document an id of its own.
func ids(docs []Document) []string {
	out := make([]string, len(docs))
	seen := make(map[string]int, len(docs))
	for i, d := range docs {
		id := d.ID
		if _, twice := seen[id]; id == "" || twice {
			sum := sha256.Sum256([]byte(d.ID + "\x00" + d.Text + "\x00" + d.Customer + "\x00" + d.Time.UTC().Format(time.RFC3339Nano)))
			id = "#" + hex.EncodeToString(sum[:12])
		}
		if n := seen[id]; n > 0 {
			out[i] = id + "#" + strconv.Itoa(n)
		} else {
			out[i] = id
		}
		seen[id]++
	}
	return out
}

// inputs are the documents as discover takes them.
func inputs(docs []Document) []discover.Doc {
	out := make([]discover.Doc, len(docs))
	for i, d := range docs {
		out[i] = discover.Doc{Text: d.Text, Time: d.Time, Customer: d.Customer}
	}
	return out
}
