package main

import (
	"context"
	"encoding/json"
	"fmt"
	"math"
	"strconv"
	"time"

	"qingting/textmining/discover"
	"qingting/textmining/learn"
	"qingting/textmining/segment"
)

// evalDiscoverCmd scores discovery against texts with one class each.
type evalDiscoverCmd struct {
	File  string `arg:"" help:"JSONL with a text and a label a line; - is standard input."`
	K     int    `short:"k" placeholder:"N" help:"Number of clusters; 0 lets them be counted. Not given, it is the number of labels." default:"-1"`
	Seeds int    `default:"5" placeholder:"N" help:"Run so many times, with seeds 1 to N (default ${default})."`
	labelledFlags
	JSON bool `name:"json" help:"Write the report as JSON."`
}

func (c *evalDiscoverCmd) Help() string {
	return `Rows with exactly one label are clustered and measured, others are left out and counted (--single is always on). NMI is the mutual
information of clusters and labels over the arithmetic mean of their entropies, purity the share of texts that have
the commonest label of their cluster. Run to run is the NMI between clusterings of different seeds, the mean over all
pairs, with the least. A text without a theme counts for neither NMI and as wrong in purity. Seconds are those of the
wall, a run; the memory is the peak of the whole process.`
}

// discoverRun is one run.
type discoverRun struct {
	Seed     uint64  `json:"seed"`
	Clusters int     `json:"clusters"`
	NMI      float64 `json:"nmi"`
	Purity   float64 `json:"purity"`
	None     float64 `json:"without_theme"` // share of the texts
	Weak     float64 `json:"weak"`          // share of the texts
	Seconds  float64 `json:"seconds"`
}

// discoverReport is the mean over the runs, and the runs.
type discoverReport struct {
	File      string        `json:"file"`
	Texts     int           `json:"texts"`
	Left      int           `json:"left_out"` // rows without exactly one label
	Labels    int           `json:"labels"`
	Mean      discoverRun   `json:"mean"`
	RunToRun  float64       `json:"run_to_run_nmi"`
	LeastPair float64       `json:"run_to_run_nmi_least"`
	PeakMB    float64       `json:"peak_mb"`
	Runs      []discoverRun `json:"runs"`
}

// Run measures and prints.
func (c *evalDiscoverCmd) Run(ctx context.Context, con *console) error {
	if c.Seeds < 1 {
		return usagef("--seeds must be at least 1")
	}
	if c.K < -1 {
		return usagef("-k cannot be negative")
	}
	c.Single = true
	set, err := c.read(c.File, con)
	if err != nil {
		return err
	}
	seg, err := segment.New()
	if err != nil {
		return err
	}
	docs, class, labels := labelledDocs(set.rows)
	r := discoverReport{File: c.File, Texts: len(docs), Left: set.leftOut, Labels: labels}
	set = labelledSet{}
	k := c.K
	if k < 0 {
		k = labels
	}
	var results [][]int
	for seed := range c.Seeds {
		run, assign, err := measureDiscovery(ctx, docs, class, discover.Options{Segmenter: seg, K: k, Seed: uint64(seed + 1)})
		if err != nil {
			return err
		}
		r.Runs = append(r.Runs, run)
		results = append(results, assign)
	}
	r.finish(results)
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return r.table(con)
}

// labelledDocs numbers the labels, of which each row has one.
func labelledDocs(rows []learn.Row) (docs []discover.Doc, class []int, labels int) {
	numbers := make(map[string]int)
	docs, class = make([]discover.Doc, len(rows)), make([]int, len(rows))
	for i, row := range rows {
		l := row.Labels[0]
		if _, ok := numbers[l]; !ok {
			numbers[l] = len(numbers)
		}
		docs[i].Text, class[i] = row.Text, numbers[l]
	}
	return docs, class, len(numbers)
}

func measureDiscovery(ctx context.Context, docs []discover.Doc, class []int, o discover.Options) (discoverRun, []int, error) {
	began := time.Now()
	res, err := discover.Fit(ctx, docs, o)
	if err != nil {
		return discoverRun{}, nil, err
	}
	run := discoverRun{
		Seed: o.Seed, Clusters: len(res.Clusters), Seconds: time.Since(began).Seconds(),
		NMI: discover.Agreement(res.Assign, class), Purity: discover.Purity(res.Assign, class),
		None: float64(res.None) / float64(len(docs)),
	}
	for _, cluster := range res.Clusters {
		run.Weak += float64(cluster.Weak) / float64(len(docs))
	}
	return run, res.Assign, nil
}

// finish fills in the means.
func (r *discoverReport) finish(results [][]int) {
	n := float64(len(r.Runs))
	clusters := 0.0
	for _, run := range r.Runs {
		clusters += float64(run.Clusters) / n
		r.Mean.NMI += run.NMI / n
		r.Mean.Purity += run.Purity / n
		r.Mean.None += run.None / n
		r.Mean.Weak += run.Weak / n
		r.Mean.Seconds += run.Seconds / n
	}
	r.Mean.Clusters = int(math.Round(clusters))
	r.LeastPair = 1
	pairs := 0
	for i := range results {
		for j := range i {
			a := discover.Agreement(results[i], results[j])
			r.RunToRun += a
			r.LeastPair = min(r.LeastPair, a)
			pairs++
		}
	}
	r.RunToRun /= float64(max(pairs, 1))
	if pairs == 0 {
		r.RunToRun = 1
	}
	r.PeakMB = peakMB()
}

func (r *discoverReport) table(con *console) error {
	rows := [][]string{{"SEED", "CLUSTERS", "NMI", "PURITY", "NONE %", "WEAK %", "SECONDS"}}
	line := func(name string, run discoverRun) {
		rows = append(rows, []string{
			name, strconv.Itoa(run.Clusters), fmt.Sprintf("%.3f", run.NMI), fmt.Sprintf("%.3f", run.Purity),
			fmt.Sprintf("%.1f", 100*run.None), fmt.Sprintf("%.1f", 100*run.Weak), fmt.Sprintf("%.1f", run.Seconds),
		})
	}
	for _, run := range r.Runs {
		line(strconv.FormatUint(run.Seed, 10), run)
	}
	line("mean", r.Mean)
	if err := alignRows(con.Out, rows); err != nil {
		return err
	}
	_, err := fmt.Fprintf(con.Out, "\nrun to run NMI  %.3f (least %.3f)\ntexts %d, labels %d, left out %d; peak memory %.0f MB\n",
		r.RunToRun, r.LeastPair, r.Texts, r.Labels, r.Left, r.PeakMB)
	return err
}
