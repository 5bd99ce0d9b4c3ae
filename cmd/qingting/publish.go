package main

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"filippo.io/age"

	"qingting/ingest"
	"qingting/ingest/source"
)

// publishCmd reads feedback from a file and publishes it to FEEDBACK_IN.
type publishCmd struct {
	File string `arg:"" help:"File of feedback: .jsonl, .csv, .tsv or .xlsx; - for standard input."`

	natsFlags `group:"NATS"`

	Format     string   `placeholder:"FORMAT" enum:",jsonl,csv,tsv,xlsx" default:"" help:"Format: jsonl, csv, tsv or xlsx (default: by the name, else by the content)."`
	Encoding   string   `placeholder:"NAME" help:"Encoding: utf-8, gb18030, gbk, gb2312, big5, utf-16le or utf-16be (default: found out)."`
	Sheet      string   `placeholder:"NAME" help:"Sheet of a workbook (default: the first)."`
	Map        []string `placeholder:"FIELD=COLUMN" sep:"," help:"Which column holds a field: text, id, source, channel, time, region, product, rating, customer.NAME or attributes.NAME. Usual names are found without."`
	OnlyMapped bool     `help:"Leave out columns that no field takes, instead of keeping them as attributes."`
	TimeLayout string   `placeholder:"LAYOUT" help:"How times are written, as the time 2006-01-02 15:04:05 would be, such as 02/01/2006 15:04."`
	Channel    string   `placeholder:"NAME" help:"Channel of rows that name none."`
	Source     string   `placeholder:"NAME" help:"System that issues the ids, for rows that name none (default: stands for the file's name). Files of one system share records by id when they share this."`

	Recipient string        `placeholder:"AGE1…" help:"Seal each message to this recipient, the server's intake, or to the one in this file."`
	Wait      time.Duration `default:"1m" help:"How long to wait when the stream is full (default ${default})."`
	Refused   string        `placeholder:"FILE" help:"Write every refused line to this file, as JSON lines of line and reason."`
	DryRun    bool          `help:"Read and check the file, publish nothing."`
	JSON      bool          `name:"json" help:"Print the summary as JSON."`
}

// publishInFlight bounds the messages that await acknowledgement, and with it
// the memory of those that may have to be sent again.
const publishInFlight = 256

// Run publishes the file and prints a summary; refused lines are a failure.
func (c *publishCmd) Run(ctx context.Context, con *console) error {
	if c.NATS == "" && !c.DryRun {
		return usagef("say where to publish with --nats URL, such as --nats nats://127.0.0.1:4222, or only check with --dry-run")
	}
	if !c.DryRun {
		fmt.Fprintln(con.Err, "A server takes in what comes of registered sources alone. What it does not, it parks: a publisher is not told, \"qingting dead list\" shows it.")
	}
	report, err := c.publish(ctx, con)
	if report == nil {
		return err
	}
	if err := errors.Join(report.print(con.Out, c.JSON), report.close()); err != nil {
		return err
	}
	switch {
	case err != nil:
		return fmt.Errorf("publishing %s: %w", c.File, err)
	case report.Refused > 0:
		return fmt.Errorf("refused %d of the lines, accepted %d", report.Refused, report.Accepted)
	}
	return nil
}

// publish sends the file. The report says how far it came, also beside an
// error; without one, nothing was sent.
func (c *publishCmd) publish(ctx context.Context, con *console) (*publishReport, error) {
	opts, err := c.options()
	if err != nil {
		return nil, err
	}
	var in io.Reader
	if c.File == "-" {
		in = con.In
	}
	rows, err := source.Open(c.File, in, opts)
	if err != nil {
		return nil, fmt.Errorf("reading %s: %w", c.File, err)
	}
	defer rows.Close()
	report, err := newPublishReport(c.Refused)
	if err != nil {
		return nil, err
	}
	send, finish, err := c.sender(ctx, con, report)
	if err != nil {
		return nil, errors.Join(err, report.close())
	}
	bar := newPublishBar(con.Err)
	readErr := c.each(ctx, rows, report, bar, send)
	// What is on its way is worth waiting for, even after an interruption.
	if err := finish(); err != nil && readErr == nil {
		readErr = err
	}
	bar.done()
	report.Notes = rows.Notes()
	return report, readErr
}

func (c *publishCmd) options() (source.Options, error) {
	opts := source.Options{
		Format: source.Format(c.Format), Encoding: c.Encoding, Sheet: c.Sheet, OnlyMapped: c.OnlyMapped,
		TimeLayout: c.TimeLayout, Channel: c.Channel, Source: c.Source, Map: make(map[string]string),
	}
	if opts.Source == "" && c.File != "-" {
		opts.Source = fileSource(c.File)
	}
	for _, m := range c.Map {
		field, column, ok := strings.Cut(m, "=")
		if field, column = strings.TrimSpace(field), strings.TrimSpace(column); !ok || field == "" || column == "" {
			return opts, usagef("--map wants FIELD=COLUMN, such as text=内容")
		}
		if _, twice := opts.Map[field]; twice {
			return opts, usagef("--map names the field %q twice", field)
		}
		opts.Map[field] = column
	}
	return opts, nil
}

// fileSource stands for a file by its name: the same file published again is
// the same records, while two files that both number their rows from 1 are not.
// The name itself may be personal and does not show.
func fileSource(path string) string {
	sum := sha256.Sum256([]byte(filepath.Base(path)))
	name := []byte("file-")
	for _, b := range sum[:5] {
		name = append(name, 'a'+b>>4, 'a'+b&15)
	}
	return string(name)
}

var errPublishInterrupted = errors.New("interrupted: the lines after the last accepted one were not sent; publish the file again, and lines with an id are the same records")

// each reads the rows and sends them. A refused line goes to the report.
func (c *publishCmd) each(ctx context.Context, rows *source.Reader, report *publishReport, bar *publishBar, send func(source.Row) error) error {
	for {
		if ctx.Err() != nil {
			return errPublishInterrupted
		}
		row, err := rows.Next()
		var refused *source.LineError
		switch {
		case errors.Is(err, io.EOF):
			return nil
		case errors.As(err, &refused):
			report.refuse(refused.Line, refused.Reason)
		case err != nil:
			return err
		default:
			if err := send(row); err != nil && ctx.Err() != nil {
				return errPublishInterrupted // and not what waiting in vain looks like
			} else if err != nil {
				return err
			}
		}
		bar.show(rows.Progress())
	}
}

// sender returns what sends a row and what waits for the rows on their way.
func (c *publishCmd) sender(ctx context.Context, con *console, report *publishReport) (send func(source.Row) error, finish func() error, err error) {
	if c.DryRun {
		return func(row source.Row) error { report.accept(); return nil }, func() error { return nil }, nil
	}
	opts := ingest.PublisherOptions{MaxInFlight: publishInFlight}
	if c.Recipient != "" {
		if opts.Recipient, err = intakeRecipient(c.Recipient); err != nil {
			return nil, nil, err
		}
	}
	watch := watchByEye(con)
	nc, err := c.connect(ctx, watch, publisherInbox)
	if err != nil {
		return nil, nil, err
	}
	js, err := ingest.JetStream(nc)
	if err != nil {
		nc.Close()
		return nil, nil, err
	}
	p, err := ingest.NewPublisher(js, opts)
	if err != nil {
		nc.Close()
		return nil, nil, err
	}
	s := &rowSender{publisher: p, report: report, wait: c.Wait}
	sending, cancel := context.WithCancel(ctx)
	stop := watch.trouble.cancel(cancel)
	send = func(row source.Row) error { return watch.trouble.or(s.send(sending, row)) }
	finish = func() error {
		defer nc.Close()
		defer stop()
		return watch.trouble.guard(context.WithoutCancel(ctx), func(context.Context) error {
			defer p.Close()
			return s.finish(sending)
		})
	}
	return send, finish, nil
}

// intakeRecipient reads the recipient that messages are sealed to.
func intakeRecipient(s string) (age.Recipient, error) {
	if !strings.HasPrefix(s, "age1") {
		content, err := os.ReadFile(s)
		if err != nil {
			return nil, fmt.Errorf("recipient: %w", err)
		}
		s = string(content)
	}
	found, err := age.ParseRecipients(strings.NewReader(s))
	if err != nil || len(found) != 1 {
		return nil, usagef("--recipient wants one age recipient, age1…, or a file that holds one")
	}
	return found[0], nil
}

// rowSender publishes rows and sends again what the stream had no room for.
type rowSender struct {
	publisher *ingest.Publisher
	report    *publishReport
	wait      time.Duration

	mu    sync.Mutex
	again []source.Row // at most as many as may be in flight
}

func (s *rowSender) send(ctx context.Context, row source.Row) error {
	if err := s.publish(ctx, row); err != nil {
		return err
	}
	return s.resend(ctx)
}

// publish hands one row on. A row the publisher itself refuses is reported;
// only what stops every row is an error.
func (s *rowSender) publish(ctx context.Context, row source.Row) error {
	err := s.publisher.Publish(ctx, row.Feedback, func(err error) { s.settled(row, err) })
	var refused *ingest.Refusal
	if errors.As(err, &refused) {
		s.report.refuse(row.Line, refused.Error())
		return nil
	}
	return err
}

func (s *rowSender) settled(row source.Row, err error) {
	switch {
	case err == nil:
		s.report.accept()
	case errors.Is(err, ingest.ErrBackPressure), row.Feedback.ID != "" && errors.Is(err, ingest.ErrUnsure):
		s.mu.Lock()
		s.again = append(s.again, row)
		s.mu.Unlock()
	default:
		s.report.refuse(row.Line, "not taken by the stream: "+err.Error())
	}
}

func (s *rowSender) waiting() []source.Row {
	s.mu.Lock()
	defer s.mu.Unlock()
	rows := s.again
	s.again = nil
	return rows
}

// resend publishes again what found the stream full or gone, ever more slowly, until
// nothing is left or the wait has been long enough.
func (s *rowSender) resend(ctx context.Context) error {
	rows := s.waiting()
	deadline := time.Now().Add(s.wait)
	for pause := 50 * time.Millisecond; len(rows) > 0; pause = min(2*pause, 2*time.Second) {
		left := len(rows)
		if time.Now().After(deadline) || ctx.Err() != nil {
			for _, row := range rows {
				s.report.refuse(row.Line, "not taken: the stream was full or out of reach; publish the line again")
			}
			return fmt.Errorf("%w: the stream stayed full or out of reach for %s; start a worker, or wait longer with --wait", ingest.ErrBackPressure, s.wait)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			continue
		}
		for _, row := range rows {
			if err := s.publish(ctx, row); err != nil {
				return err
			}
		}
		if err := s.publisher.Flush(ctx); err != nil {
			return err
		}
		if rows = s.waiting(); len(rows) < left { // there is progress
			deadline, pause = time.Now().Add(s.wait), 50*time.Millisecond
		}
	}
	return nil
}

// finish waits until every row is settled. After an interruption the rows on
// their way still get the time an acknowledgement may take, and must: a row that
// is not settled would be neither accepted nor refused.
func (s *rowSender) finish(ctx context.Context) error {
	flush, stop := context.WithTimeout(context.WithoutCancel(ctx), 2*ingest.AckTimeout)
	defer stop()
	if err := s.publisher.Flush(flush); err != nil {
		return err
	}
	return s.resend(ctx)
}
