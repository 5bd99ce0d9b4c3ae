package main

import (
	"bufio"
	"bytes"
	"cmp"
	"container/heap"
	"context"
	"crypto/sha256"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"

	"qingting/internal/document"
	"qingting/textmining/insight"
	"qingting/textmining/taxonomy"
)

// checkedLine is a text of a sample: what it complains of in truth is for people
// to say.
type checkedLine struct {
	ID     string    `json:"id"`
	Text   string    `json:"text,omitempty"`
	Themes *[]string `json:"themes"` // nil as long as nobody has said
}

// drawn is a document in a sample: those of the lowest hashes are drawn, so that
// no order of arrival matters, and a replaced document has one chance.
type drawn struct {
	hash [sha256.Size]byte
	checkedLine
}

// sampler keeps the lowest hashes, the highest of them on top.
type sampler []drawn

func (s sampler) Len() int           { return len(s) }
func (s sampler) Less(i, j int) bool { return bytes.Compare(s[i].hash[:], s[j].hash[:]) > 0 }
func (s sampler) Swap(i, j int)      { s[i], s[j] = s[j], s[i] }
func (s *sampler) Push(x any)        { *s = append(*s, x.(drawn)) }
func (s *sampler) Pop() any {
	last := (*s)[len(*s)-1]
	*s = (*s)[:len(*s)-1]
	return last
}

func (s *sampler) take(n int, d *document.Document) {
	one := drawn{sha256.Sum256([]byte("drivers\x00" + d.Record)), checkedLine{ID: d.Record, Text: d.Text}}
	full := len(*s) == n
	if full && bytes.Compare(one.hash[:], (*s)[0].hash[:]) > 0 {
		return
	}
	if i := slices.IndexFunc(*s, func(o drawn) bool { return o.hash == one.hash }); i >= 0 {
		(*s)[i] = one
		return
	}
	if full {
		heap.Pop(s)
	}
	heap.Push(s, one)
}

// maxSample is more than anybody reads.
const maxSample = 10_000

// sample writes texts drawn at random.
func (c *driversCmd) sample(ctx context.Context, con *console) error {
	if c.Sample > maxSample {
		return usagef("--sample is at most %d", maxSample)
	}
	var s sampler
	if err := c.each(ctx, con, nil, func(d *document.Document) {
		if (c.Channel == "" || c.Channel == d.Channel) && (c.Region == "" || c.Region == d.Region) && (c.Product == "" || c.Product == d.Product) {
			s.take(c.Sample, d)
		}
	}); err != nil {
		return err
	}
	if len(s) == 0 {
		return errors.New("there are no documents to draw from")
	}
	slices.SortFunc(s, func(a, b drawn) int { return cmp.Compare(a.ID, b.ID) })
	w := bufio.NewWriter(con.Out)
	for _, d := range s {
		line, err := json.Marshal(d.checkedLine)
		if err != nil {
			return err
		}
		w.Write(append(line, '\n'))
	}
	return w.Flush()
}

// checked reads a sample that people have gone through.
func (c *driversCmd) checked(con *console) ([]insight.Checked, error) {
	if c.Checked == "" {
		return nil, nil
	}
	tax, err := taxonomy.Load(c.Taxonomy)
	if err != nil {
		return nil, err
	}
	in, err := openInput(c.Checked, con)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	var out []insight.Checked
	known := map[string]bool{}
	r := bufio.NewReaderSize(in, batchBytes)
	for n := 1; ; n++ {
		line, long, err := readLine(r)
		if errors.Is(err, io.EOF) && len(line) == 0 && !long {
			break
		}
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, fmt.Errorf("%s: %w", c.Checked, err)
		}
		if len(line) == 0 && !long {
			continue
		}
		// Files of one's own may number their lines, or carry more fields.
		var said struct {
			ID     json.RawMessage `json:"id"`
			Themes *[]string       `json:"themes"`
		}
		if long || json.Unmarshal(line, &said) != nil || len(said.ID) == 0 {
			return nil, fmt.Errorf("%s: line %d is no checked text; each line must be {\"id\":…,\"themes\":[…]}", c.Checked, n)
		}
		if said.Themes == nil {
			continue
		}
		one := insight.Checked{Record: plainValue(said.ID), Themes: *said.Themes}
		if known[one.Record] {
			return nil, fmt.Errorf("%s: line %d is of a text that an earlier line is of", c.Checked, n)
		}
		known[one.Record] = true
		for _, id := range one.Themes {
			if e := tax.Entry(id); e == nil {
				return nil, fmt.Errorf("%s: line %d names a theme that the taxonomy does not have; \"qingting themes\" lists the ids", c.Checked, n)
			}
		}
		out = append(out, one)
	}
	if len(out) == 0 {
		return nil, fmt.Errorf("%s: no line says what its text complains of; put ids of themes into \"themes\", [] for none", c.Checked)
	}
	return out, nil
}
