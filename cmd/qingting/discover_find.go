package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"runtime/debug"
	"strconv"

	"qingting/ingest/custody"
	"qingting/textmining/discover"
	"qingting/textmining/discover/follow"
	"qingting/textmining/discover/radar"
	"qingting/textmining/segment"
)

// discoverFindCmd finds themes.
type discoverFindCmd struct {
	File string `arg:"" optional:"" help:"JSONL with \"text\" a line, and \"id\", \"title\", \"customer\" and \"time\" or \"date\" where they are known; - is standard input, as is no file without --data and --nats."`
	storedPlace
	storedFlags
	clusterFlags
	Time     string `placeholder:"FIELD" help:"Of a file: the field with the time; - is none."`
	Customer string `placeholder:"FIELD" help:"Of a file: the field with the customer's pseudonym."`
	State    string `placeholder:"FILE" help:"Of a file: follow the themes in this file, made when it is missing, so that they keep their ids and changes are told."`
	Assign   bool   `help:"Write the cluster of each text instead: {\"id\",\"cluster\",\"margin\",\"weak\"}, with --state and \"theme\"; -1 is none."`
	Save     string `placeholder:"FILE" help:"Keep the model in this file, to assign later texts with."`
	Model    string `placeholder:"FILE" help:"Assign by the model in this file and find no clusters anew; needs --assign."`
	English  bool   `name:"en" help:"Write the report in English."`
	JSON     bool   `name:"json" help:"Write one JSON object with the clusters."`
}

func (c *discoverFindCmd) Help() string {
	return `Each theme has an id that it keeps from run to run, a name, phrases and a quote, all of them from what its texts say, and a
stability: how often two of its texts stay together over the eight clusterings that the result joins. From 80 % on it is
certified (✔). Clusters whose texts have no phrase in common come last, as not yet a theme. A text is weak (弱) when its
cluster is less than three times as likely as the next. It has none when it is empty, or when none of its words stands in
any other text.

The same texts, options and seed give the same clusters. Give a file redacted text: run "qingting redact" first.`
}

// certified is the stability from which a cluster is marked as stable.
const certified = radar.Firm

// Run finds and prints.
func (c *discoverFindCmd) Run(ctx context.Context, con *console) error {
	if err := c.check(); err != nil {
		return err
	}
	if c.given() {
		return c.ofStored(ctx, con)
	}
	if c.File == "" {
		if onTerminal(con.In) {
			return usagef("name a file, or say whose documents: --nats URL of a running server, --data DIR of a stopped one")
		}
		c.File = "-"
	}
	// Of large files, half of the heap would be what nobody needs any more.
	defer debug.SetGCPercent(debug.SetGCPercent(40))
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	seg, err := segmenterWith(c.Lexicon)
	if err != nil {
		return err
	}
	state := new(follow.State)
	if c.State != "" {
		if state, err = readState(c.State); err != nil {
			return err
		}
	}
	if c.Model != "" {
		return c.assignKnown(ctx, con, in, seg, state)
	}
	return c.ofFile(ctx, con, in, seg, state)
}

func (c *discoverFindCmd) check() error {
	if err := c.clusterFlags.check(); err != nil {
		return err
	}
	if c.Days < 0 {
		return usagef("--days cannot be negative")
	}
	if c.Model != "" && !c.Assign {
		return usagef("--model assigns texts to known clusters: add --assign")
	}
	if !c.given() {
		if c.Days > 0 || c.All {
			return usagef("--days and --all are of what is stored: give --data or --nats, or leave them out")
		}
		return nil
	}
	if c.File != "" {
		return usagef("give a file, or --data or --nats, not both")
	}
	if c.Assign || c.Save != "" || c.State != "" || c.Time != "" || c.Customer != "" {
		return usagef("--assign, --save, --state, --time and --customer are of files; what is stored keeps its themes in the settings")
	}
	return nil
}

// ofStored has the service look at what is stored.
func (c *discoverFindCmd) ofStored(ctx context.Context, con *console) error {
	options, err := json.Marshal(c.options(c.storedFlags))
	if err != nil {
		return err
	}
	var found radar.Found
	r := custody.DiscoverOrder{Action: custody.DiscoverFind, Request: custody.Request{Actor: systemUser()}, Options: options}
	if err := c.order(ctx, con, r, &found); err != nil {
		return err
	}
	return c.write(con, &found)
}

// ofFile looks at a file.
func (c *discoverFindCmd) ofFile(ctx context.Context, con *console, in io.Reader, seg *segment.Segmenter, state *follow.State) error {
	docs, ids, refused, err := readDiscovered(ctx, con, in, rowFields{Time: c.Time, Customer: c.Customer})
	if err != nil {
		return err
	}
	o := c.options(c.storedFlags)
	r := o.radar(seg)
	r.Progress = fitProgress(con)
	found, err := o.look(ctx, docs, r, state)
	if err != nil {
		return err
	}
	if c.Save != "" {
		if state.Model, err = saveModel(c.Save, found.Model()); err != nil {
			return err
		}
	}
	if c.State != "" {
		if err := writeState(c.State, state); err != nil {
			return err
		}
	}
	if c.Assign {
		err = c.writeAssigned(con, ids, found)
	} else {
		err = c.write(con, found)
	}
	if err != nil {
		return err
	}
	return refused
}

// readDiscovered reads the rows of a file, and their ids as they are written,
// or else their places; lines that are none are an error for the end.
func readDiscovered(ctx context.Context, con *console, in io.Reader, fields rowFields) (docs []radar.Document, ids []json.RawMessage, refused, err error) {
	refused = eachRowOf(ctx, in, con, fields, func(row feedbackRow) error {
		d := radar.Document{Text: row.Text, Customer: row.Customer, Time: row.Time}
		if row.ID == nil {
			row.ID = json.RawMessage(strconv.Itoa(len(docs) + 1))
		} else {
			d.ID = plainValue(row.ID)
		}
		docs, ids = append(docs, d), append(ids, row.ID)
		return nil
	})
	if ctx.Err() != nil {
		return nil, nil, nil, refused
	}
	return docs, ids, refused, nil
}

// assignedRow is a line of --assign.
type assignedRow struct {
	ID      json.RawMessage `json:"id"`
	Theme   string          `json:"theme,omitempty"`
	Cluster int             `json:"cluster"`
	Margin  float64         `json:"margin"`
	Weak    bool            `json:"weak,omitempty"`
}

func assigned(id json.RawMessage, theme string, cluster int, margin float32) assignedRow {
	return assignedRow{id, theme, cluster, math.Round(float64(margin)*1e4) / 1e4, cluster != discover.None && margin < discover.WeakMargin}
}

func (c *discoverFindCmd) writeAssigned(con *console, ids []json.RawMessage, found *radar.Found) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	clusters, margins := found.Assigned()
	for i, id := range ids {
		theme := ""
		if c.State != "" {
			theme = found.ThemeOf(clusters[i])
		}
		if err := enc.Encode(assigned(id, theme, clusters[i], margins[i])); err != nil {
			return err
		}
	}
	_, err := con.Out.Write(out.Bytes())
	return err
}

// assignKnown assigns texts as they come, by a model of before.
func (c *discoverFindCmd) assignKnown(ctx context.Context, con *console, in io.Reader, seg *segment.Segmenter, state *follow.State) error {
	model, hash, err := loadModel(c.Model, seg)
	if err != nil {
		return err
	}
	themes := make([]string, model.K())
	if c.State != "" {
		if state.Model != hash {
			return fmt.Errorf("%s is not the model of the last run that %s knows: make both in one run, with --save and --state", c.Model, c.State)
		}
		for _, t := range state.Themes {
			for _, n := range t.Clusters {
				if t.Last == state.Fits && n < len(themes) {
					themes[n] = t.ID
				}
			}
		}
	}
	return eachLine(ctx, in, con, func(n int, line []byte, out *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		var row feedbackRow
		if err := row.parse(n, line, rowFields{Time: "-"}); err != nil {
			return err
		}
		if row.ID == nil {
			row.ID = json.RawMessage(strconv.Itoa(n))
		}
		theme := ""
		cluster, margin := model.Assign(row.Text)
		if cluster != discover.None {
			theme = themes[cluster]
		}
		return json.NewEncoder(out).Encode(assigned(row.ID, theme, cluster, margin))
	})
}
