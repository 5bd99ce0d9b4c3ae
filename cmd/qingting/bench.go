package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/ingest"
	"qingting/internal/corpus"
	"qingting/internal/document"
)

type benchCmd struct {
	Items     int    `default:"20000" help:"Items of the built-in corpus to measure with (default ${default})."`
	Rounds    int    `default:"3" help:"Rounds of the whole path and of bare Bleve, in turn; the median counts (default ${default})."`
	Longer    int    `placeholder:"N" help:"Leave out items of fewer than N characters."`
	Documents int    `placeholder:"N" help:"Measure the search instead: index N documents made of the built-in corpus, ask for them, and print documents a second, size, memory and what searches take."`
	Markdown  string `placeholder:"FILE" help:"Write the result as a Markdown page."`
	JSON      bool   `name:"json" help:"Print JSON."`
}

func (c *benchCmd) Help() string {
	return `Times each stage alone on one goroutine, then the whole path: published over NATS, redacted, sealed, annotated,
stored and indexed. Beside it, in the same run and in turn, Bleve indexes the same redacted documents through its
own API, with the same analysis. Seconds depend on the machine; the ratio says what the privacy and the mining cost.
--documents N measures the search instead.`
}

// measurement is one stage: what it did, in how long.
type measurement struct {
	Stage     string  `json:"stage"`
	Documents int     `json:"documents"`
	Bytes     int64   `json:"bytes"` // of text, UTF-8
	Seconds   float64 `json:"seconds"`
}

func (m measurement) perSecond() float64 { return float64(m.Documents) / m.Seconds }
func (m measurement) megabytes() float64 { return float64(m.Bytes) / 1e6 / m.Seconds }
func (m measurement) micros() float64    { return m.Seconds * 1e6 / float64(m.Documents) }
func median(rounds []measurement) measurement {
	slices.SortFunc(rounds, func(a, b measurement) int { return int((a.Seconds - b.Seconds) * 1e9) })
	return rounds[len(rounds)/2]
}

// benchResult is what bench prints.
type benchResult struct {
	Items      int           `json:"items"`
	Characters float64       `json:"characters_per_item"`
	Processors int           `json:"processors"`
	Go         string        `json:"go"`
	Started    float64       `json:"start_seconds"` // until the server takes feedback, dictionary loaded
	First      float64       `json:"first_document_seconds"`
	Memory     uint64        `json:"peak_resident_bytes"`
	Stages     []measurement `json:"stages"`
	Detection  []detectSpeed `json:"detection"`
	Whole      measurement   `json:"whole_path"`
	Bare       measurement   `json:"bare_bleve"`
	Ratio      float64       `json:"ratio"`
}

// Run measures and prints.
func (c *benchCmd) Run(ctx context.Context, con *console) error {
	switch {
	case c.Documents != 0 && c.Documents < 100:
		return usagef("--documents must be at least 100")
	case c.Documents > 0 && (c.Markdown != "" || c.Longer > 0):
		return usagef("--documents goes with --json alone")
	case c.Documents > 0:
		return c.searches(ctx, con)
	}
	if c.Items < 100 || c.Rounds < 1 {
		return usagef("bench needs at least 100 items and one round")
	}
	items := corpus.Generate(1, corpus.Options{Items: c.Items})
	items = slices.DeleteFunc(items, func(it corpus.Item) bool { return utf8.RuneCountInString(it.Text) < c.Longer })
	if len(items) == 0 {
		return usagef("no item has %d characters", c.Longer)
	}
	res := benchResult{Items: len(items), Processors: runtime.GOMAXPROCS(0), Go: runtime.Version()}
	size := int64(0)
	for _, it := range items {
		size += int64(len(it.Text))
		res.Characters += float64(utf8.RuneCountInString(it.Text)) / float64(len(items))
	}
	var docs []*document.Document
	var whole, bare []measurement
	for round := range c.Rounds {
		fmt.Fprintf(con.Err, "round %d of %d: the whole path", round+1, c.Rounds)
		run, err := c.whole(ctx, con, items)
		if err != nil {
			return err
		}
		if round == 0 {
			docs, res.Started, res.First = run.docs, run.started, run.first
			res.Memory = peakResident()
		}
		whole = append(whole, measurement{"whole path", len(items), size, run.seconds})
		fmt.Fprintln(con.Err, ", bare Bleve")
		seconds, err := bareBleve(ctx, docs)
		if err != nil {
			return err
		}
		bare = append(bare, measurement{"bare Bleve", len(items), size, seconds})
	}
	res.Whole, res.Bare = median(whole), median(bare)
	res.Ratio = res.Whole.perSecond() / res.Bare.perSecond()
	var err error
	if res.Stages, err = benchStages(ctx, con, items, docs, size); err != nil {
		return err
	}
	if res.Detection, err = benchDetect(ctx, con, items); err != nil {
		return err
	}
	if c.Markdown != "" {
		if err := os.WriteFile(c.Markdown, []byte(res.markdown()), 0o644); err != nil {
			return err
		}
		fmt.Fprintf(con.Err, "wrote %s\n", c.Markdown)
	}
	if c.JSON {
		return json.NewEncoder(con.Out).Encode(res)
	}
	_, err = io.WriteString(con.Out, res.table())
	return err
}

// wholeRun is one run of the whole path.
type wholeRun struct {
	started, first, seconds float64
	docs                    []*document.Document
}

// whole publishes the items to a fresh server and waits until the last one is
// in the index and the statistics.
func (c *benchCmd) whole(ctx context.Context, con *console, items []corpus.Item) (run wholeRun, err error) {
	dir, err := os.MkdirTemp("", "qingting-bench-")
	if err != nil {
		return run, err
	}
	defer os.RemoveAll(dir)
	var demo demoCmd
	cfg, err := demo.config(dir, con)
	if err != nil {
		return run, err
	}
	cfg.log = slog.New(slog.NewTextHandler(con.Err, nil))
	began := time.Now()
	n, err := newNode(ctx, cfg)
	if err != nil {
		return run, err
	}
	defer n.close()
	if err := registerDemo(ctx, n.streams.settings); err != nil {
		return run, err
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ran := make(chan error, 1)
	go func() { ran <- n.run(running) }()
	run.started = time.Since(began).Seconds()

	p, err := ingest.NewPublisher(n.streams.js, ingest.PublisherOptions{})
	if err != nil {
		return run, err
	}
	defer p.Close()
	first := itemFeedback(items[0])
	if err := p.Send(ctx, first); err != nil {
		return run, err
	}
	if err := n.caughtUp(ctx); err != nil {
		return run, err
	}
	run.first = time.Since(began).Seconds()

	began = time.Now()
	for _, it := range items[1:] {
		if err := p.Publish(ctx, itemFeedback(it), nil); err != nil {
			return run, err
		}
	}
	if err := p.Flush(ctx); err != nil {
		return run, err
	}
	if err := n.caughtUp(ctx); err != nil {
		return run, err
	}
	run.seconds = time.Since(began).Seconds()
	if dead := n.worker.Counts().Dead; dead > 0 {
		return run, fmt.Errorf("%d items became dead letters", dead)
	}
	var malformed error
	err = n.streams.eachDocument(ctx, func(d *document.Document) { run.docs = append(run.docs, d) },
		func(_ uint64, err error) { malformed = err })
	if err = errors.Join(err, malformed); err != nil {
		return run, err
	}
	stop()
	return run, <-ran
}

// peakResident is the most memory the process has held, in bytes, or 0 where
// the system does not say.
func peakResident() uint64 { return resident("VmHWM:") }

// resident is what the system says of the memory of the process, in bytes, or 0.
func resident(field string) uint64 {
	status, err := os.ReadFile(filepath.FromSlash("/proc/self/status"))
	if err != nil {
		return 0
	}
	_, rest, _ := strings.Cut(string(status), field)
	var kb uint64
	if _, err := fmt.Sscan(rest, &kb); err != nil {
		return 0
	}
	return kb << 10
}
