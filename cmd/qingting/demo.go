package main

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/ingest/alert"
	"qingting/ingest/broker"
	"qingting/ingest/govern"
	"qingting/ingest/settings"
	"qingting/internal/corpus"
	"qingting/internal/secrets"
	"qingting/textmining/statistics"
)

type demoCmd struct {
	Once  bool   `help:"Stop after the report."`
	Input string `placeholder:"FILE" help:"Feedback of your own (.jsonl, .csv, .tsv, .xlsx) instead of the built-in corpus."`
	JSON  bool   `name:"json" help:"Print the report as JSON."`
	Data  string `placeholder:"DIR" help:"Keep everything in this directory (default: a temporary one, deleted at the end)."`
	HTTP  string `name:"http" default:"127.0.0.1:8080" placeholder:"ADDR" help:"Where the pages are shown, without --once (default ${default})."`
	Items int    `default:"3200" help:"Items of the built-in corpus (default ${default})."`
	Seed  uint64 `default:"1" help:"Seed of the built-in corpus (default ${default})."`
	Days  int    `default:"30" help:"Days the report covers, up to the last feedback (default ${default})."`
}

func (c *demoCmd) Help() string {
	return `Starts everything in this process: a NATS server with encrypted streams, the worker that redacts, seals and
annotates, the search index and the statistics. Publishes feedback to it as any publisher would, over NATS, and prints
the pain points. The officer's key is made on the spot, beside the data and not in it.`
}

// Run plays the whole path once, and then shows the pages until ctx ends.
func (c *demoCmd) Run(ctx context.Context, con *console) (err error) {
	pages, err := pagesFlags{HTTP: c.HTTP, SignIn: signInLoopback, SessionIdle: time.Hour, SessionLife: time.Hour}.config()
	if err != nil {
		return err
	}
	dir := c.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "qingting-demo-"); err != nil {
			return err
		}
		defer os.RemoveAll(dir)
	}
	cfg, err := c.config(dir, con)
	if err != nil {
		return err
	}
	began := time.Now()
	n, err := newNode(ctx, cfg)
	if err != nil {
		return err
	}
	defer n.close()
	if c.Input == "" {
		if err := registerDemo(ctx, n.streams.settings); err != nil {
			return err
		}
	}
	running, stop := context.WithCancel(ctx)
	defer stop()
	ran := make(chan error, 1)
	go func() { ran <- n.run(running) }()

	published, err := c.publish(ctx, con, n.streams.publisherURL())
	if err != nil {
		return err
	}
	if err := n.caughtUp(ctx); err != nil {
		return err
	}
	counts := n.worker.Counts()
	fmt.Fprintf(con.Err, "%d published, %d redacted, sealed and indexed, %d dead letters, in %s.\n",
		published, counts.Processed, counts.Dead, time.Since(began).Round(10*time.Millisecond))
	if err := c.report(con, n); err != nil {
		return err
	}
	if !c.Once {
		all := true                                              // the corpus says little that no theme covers
		go func() { _ = n.lookout.ask(running, itself, &all) }() // which logs what fails
		fmt.Fprintf(con.Err, "\nPages: http://%s   Data: %s   Ctrl-C ends it.\n", c.HTTP, dir)
		if err := n.servePages(ctx, pages); err != nil {
			return err
		}
	}
	stop()
	return <-ran
}

// config makes an officer, and a node with a loopback listener.
func (c *demoCmd) config(dir string, con *console) (nodeConfig, error) {
	officer := filepath.Join(dir, "officer")
	if err := os.MkdirAll(officer, 0o700); err != nil {
		return nodeConfig{}, err
	}
	key, pub := filepath.Join(officer, "officer.key"), filepath.Join(officer, "officer.pub")
	if _, err := os.Stat(pub); err != nil {
		recipient, err := secrets.NewUnprotectedIdentity(key)
		if err != nil {
			return nodeConfig{}, err
		}
		if err := secrets.WriteNew(pub, []byte(recipient+"\n")); err != nil {
			return nodeConfig{}, err
		}
	}
	sources := govern.Refuse
	if c.Input != "" {
		sources = govern.Accept // whatever the file names
	}
	var alerts *alert.Config
	if !c.Once { // who stays may publish more
		alerts = new(alert.Config)
	}
	officers, err := secrets.ReadRecipients(pub)
	return nodeConfig{
		alerts:   alerts,
		data:     dataFlags{Data: filepath.Join(dir, "data")},
		roles:    []string{roleIngest, roleIndex},
		officers: officers,
		demo:     true,
		sources:  sources,
		broker:   broker.Config{Listen: "127.0.0.1:0"},
		log:      slog.New(slog.NewTextHandler(con.Err, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}, err
}

// registerDemo puts the source of the built-in corpus into the register.
func registerDemo(ctx context.Context, s *settings.Settings) error {
	now, err := s.Get(ctx, settings.Sources)
	if err != nil {
		return err
	}
	register, err := govern.ParseRegister(now.Data)
	if err != nil {
		return err
	}
	register.Set(govern.Source{
		Name: demoSource, Purposes: []string{"演示 demonstration"}, Bases: []string{"contract"},
		Notice:     govern.Notice{Text: "虚构的反馈，不涉及真实的人。 Invented feedback of nobody.", Date: "2026-01-01"},
		Categories: []string{"MOBILE", "PERSON_NAME", "ADDRESS"}, Retention: govern.Days{Vault: 180}, Stored: "localhost", Contact: "demo",
	})
	data, err := register.Encode()
	if err != nil {
		return err
	}
	_, err = s.Put(ctx, settings.Sources, data, now.Revision, settings.Change{Actor: "demo", Object: "source:" + demoSource, Reason: "demonstration"})
	return err
}

// demoSource names the built-in corpus.
const demoSource = "demo"

// publish sends the corpus, or the input file, over a connection that has a
// publisher's rights and no others. It returns how many messages were taken.
func (c *demoCmd) publish(ctx context.Context, con *console, url string) (int, error) {
	if c.Input != "" {
		file := publishCmd{File: c.Input, natsFlags: natsFlags{NATS: url}, Wait: time.Minute}
		report, err := file.publish(ctx, con)
		if err != nil {
			return 0, err
		}
		defer report.close() // it writes no file
		return report.Accepted, report.print(con.Err, false)
	}
	nc, err := nats.Connect(url, nats.Name("qingting demo publisher"))
	if err != nil {
		return 0, fmt.Errorf("connecting as a publisher: %w", err)
	}
	defer nc.Close()
	js, err := ingest.JetStream(nc)
	if err != nil {
		return 0, err
	}
	p, err := ingest.NewPublisher(js, ingest.PublisherOptions{})
	if err != nil {
		return 0, err
	}
	defer p.Close()
	now := time.Now().UTC()
	items := corpus.Generate(c.Seed, corpus.Options{Items: c.Items, End: time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, time.UTC)})
	for _, it := range items {
		if err := p.Publish(ctx, itemFeedback(it), nil); err != nil {
			return 0, err
		}
	}
	return len(items), p.Flush(ctx)
}

// itemFeedback is an item of the corpus as its publisher would send it.
func itemFeedback(it corpus.Item) ingest.Feedback {
	return ingest.Feedback{
		ID: it.ID, Source: demoSource, Text: it.Text, Channel: it.Channel, Time: it.Time, Region: it.Region,
		Product: it.Product, Rating: it.Rating, Customer: it.Customer, Attributes: it.Attributes,
	}
}

func (c *demoCmd) report(con *console, n *node) error {
	r := n.stats.Report(statistics.Query{Days: c.Days, TopN: -1})
	if c.JSON {
		enc := json.NewEncoder(con.Out)
		enc.SetEscapeHTML(false)
		enc.SetIndent("", "  ")
		return enc.Encode(r)
	}
	return writeReport(con.Out, r, reportOptionsFor(con.Out))
}
