package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"math"
	"os"
	"strconv"

	"golang.org/x/term"

	"qingting/textmining/discover"
	"qingting/textmining/discover/name"
	"qingting/textmining/segment"
)

// discoverCmd clusters a file.
type discoverCmd struct {
	File      string `arg:"" optional:"" default:"-" help:"JSONL with \"text\" a line, and \"id\", \"title\", \"customer\" and \"time\" where they are known; - is standard input."`
	K         int    `short:"k" placeholder:"N" help:"Number of clusters; 0, which is the default, lets them be counted."`
	MinSize   int    `placeholder:"N" help:"Dissolve clusters with fewer texts; 0 is 5 where clusters are counted, else 1."`
	Customers int    `default:"5" placeholder:"N" help:"Show words only that so many customers have said (default ${default})."`
	Seed      uint64 `default:"1" help:"Seed of everything random (default ${default})."`
	Sample    int    `default:"100000" placeholder:"N" help:"Fit on at most so many texts, spread over time, and assign the others (default ${default})."`
	Lexicon   string `placeholder:"FILE" help:"Further words for segmentation, one a line."`
	Assign    bool   `help:"Write the cluster of each text instead: {\"id\",\"cluster\",\"margin\",\"weak\"}; -1 is none."`
	Save      string `placeholder:"FILE" help:"Keep the model in this file, to assign later texts with."`
	Model     string `placeholder:"FILE" help:"Assign by the model in this file and find no clusters anew; needs --assign."`
	English   bool   `name:"en" help:"Write the report in English."`
	JSON      bool   `name:"json" help:"Write one JSON object with the clusters."`
}

func (c *discoverCmd) Help() string {
	return `Each cluster has a name, phrases and quotes, all of them from what its texts say, and a stability: how often two
of its texts stay together over the eight clusterings that the result joins. From 80 % on it is certified (✔).
A text is weak (弱) when its cluster is less than three times as likely as the next. A text has none when it is empty or
when none of its words stands in any other text.

The same file, options and seed give the same clusters. Give it redacted text: run "qingting redact" first.`
}

// certified is the stability from which a cluster is marked as stable.
const certified = 0.8

// discovered is a cluster as it is written.
type discovered struct {
	ID        int             `json:"id"`
	Name      string          `json:"name"` // "" when its words are withheld
	Size      int             `json:"size"`
	Share     float64         `json:"share"` // of all texts
	Distinct  int             `json:"distinct"`
	Weak      int             `json:"weak"`
	Stability float64         `json:"stability"`
	Certified bool            `json:"certified"`
	Customers int             `json:"customers"`
	Withheld  bool            `json:"withheld,omitempty"`
	Phrases   []name.Phrase   `json:"phrases,omitempty"`
	Quotes    []discoverQuote `json:"quotes,omitempty"`
}

type discoverQuote struct {
	ID   json.RawMessage `json:"id"`
	Text string          `json:"text"`
}

// discovery is the whole result.
type discovery struct {
	Texts    int          `json:"texts"`
	Fitted   int          `json:"fitted"`
	Distinct int          `json:"distinct"`
	None     int          `json:"without_cluster"`
	Weak     int          `json:"weak"`
	Seed     uint64       `json:"seed"`
	Lexicon  string       `json:"lexicon"`
	Clusters []discovered `json:"clusters"`
}

// Run clusters and prints.
func (c *discoverCmd) Run(ctx context.Context, con *console) error {
	if c.K < 0 || c.MinSize < 0 || c.Customers < 1 || c.Sample < 1 {
		return usagef("-k and --min-size cannot be negative, --customers and --sample must be at least 1")
	}
	if c.Model != "" && !c.Assign {
		return usagef("--model assigns texts to known clusters: add --assign")
	}
	in, err := openInput(c.File, con)
	if err != nil {
		return err
	}
	defer in.Close()
	opts, err := lexiconOption(c.Lexicon)
	if err != nil {
		return err
	}
	seg, err := segment.New(opts...)
	if err != nil {
		return err
	}
	if c.Model != "" {
		return c.assignKnown(ctx, con, in, seg)
	}
	var rows []feedbackRow
	var docs []discover.Doc
	refused := eachRow(ctx, in, con, func(row feedbackRow) error {
		if row.ID == nil {
			row.ID = json.RawMessage(strconv.Itoa(len(rows) + 1)) // its place among the rows
		}
		rows = append(rows, row)
		docs = append(docs, discover.Doc{Text: row.Text, Time: row.Time})
		return nil
	})
	if ctx.Err() != nil {
		return refused
	}
	res, err := discover.Fit(ctx, docs, discover.Options{
		Segmenter: seg, K: c.K, Seed: c.Seed, MinSize: c.MinSize, Sample: c.Sample, Progress: fitProgress(con),
	})
	if err != nil {
		return err
	}
	if c.Save != "" {
		if err := saveModel(c.Save, res.Model); err != nil {
			return err
		}
	}
	if c.Assign {
		err = writeAssigned(con, rows, res)
	} else {
		err = c.write(con, describeClusters(c, seg, rows, res))
	}
	if err != nil {
		return err
	}
	return refused
}

func fitProgress(con *console) func(done, all int) {
	f, ok := con.Err.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return nil
	}
	return func(done, all int) {
		if done == all {
			fmt.Fprint(f, "\r\033[K")
			return
		}
		fmt.Fprintf(f, "\r\033[Kclustering: step %d of %d", done, all)
	}
}

// assignedRow is a line of --assign.
type assignedRow struct {
	ID      json.RawMessage `json:"id"`
	Cluster int             `json:"cluster"`
	Margin  float64         `json:"margin"`
	Weak    bool            `json:"weak,omitempty"`
}

func assigned(id json.RawMessage, cluster int, margin float32) assignedRow {
	return assignedRow{id, cluster, math.Round(float64(margin)*1e4) / 1e4, cluster != discover.None && margin < discover.WeakMargin}
}

func writeAssigned(con *console, rows []feedbackRow, res *discover.Result) error {
	var out bytes.Buffer
	enc := json.NewEncoder(&out)
	for i, row := range rows {
		if err := enc.Encode(assigned(row.ID, res.Assign[i], res.Margin[i])); err != nil {
			return err
		}
	}
	_, err := con.Out.Write(out.Bytes())
	return err
}

// describeClusters joins what the fit and the names say.
func describeClusters(c *discoverCmd, seg *segment.Segmenter, rows []feedbackRow, res *discover.Result) discovery {
	documents := make([]name.Document, len(rows))
	for i, row := range rows {
		documents[i] = name.Document{Text: row.Text, Tokens: seg.AppendTokens(nil, row.Text), Customer: row.Customer, Cluster: res.Assign[i]}
	}
	named := make(map[int]name.Cluster)
	for _, n := range name.Clusters(documents, name.Config{K: c.Customers, Phrases: 6, Quotes: 3}) {
		named[n.Number] = n
	}
	d := discovery{Texts: len(rows), Fitted: res.Fitted, Distinct: res.Distinct, None: res.None, Seed: c.Seed, Lexicon: seg.Version(), Clusters: []discovered{}}
	for _, cluster := range res.Clusters {
		n := named[cluster.ID]
		out := discovered{
			ID: cluster.ID, Name: n.Name, Size: cluster.Size, Share: round4(float64(cluster.Size) / float64(max(1, len(rows)))),
			Distinct: cluster.Distinct, Weak: cluster.Weak, Stability: round4(cluster.Stability), Certified: cluster.Stability >= certified,
			Customers: n.Customers, Withheld: n.Withheld, Phrases: n.Phrases,
		}
		for _, q := range n.Quotes {
			out.Quotes = append(out.Quotes, discoverQuote{rows[q.Document].ID, rows[q.Document].Text[q.Start:q.End]})
		}
		d.Weak += cluster.Weak
		d.Clusters = append(d.Clusters, out)
	}
	return d
}

func round4(x float64) float64 { return math.Round(x*1e4) / 1e4 }
