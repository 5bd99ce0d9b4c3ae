package main

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"github.com/schollz/progressbar/v3"
	"golang.org/x/term"
)

// shownRefusals is how many refused lines a summary lists.
const shownRefusals = 20

// refusedLine is a line of the file that was not published.
type refusedLine struct {
	Line   int    `json:"line"`
	Reason string `json:"reason"` // without content of the line
}

// publishReport counts what became of the lines. It is safe for concurrent use.
type publishReport struct {
	mu       sync.Mutex
	Accepted int           `json:"accepted"`
	Refused  int           `json:"refused"`
	First    []refusedLine `json:"refusals"` // the first of them
	Notes    []string      `json:"notes"`
	Seconds  float64       `json:"seconds"`

	started time.Time
	file    *os.File
	out     *bufio.Writer
	fault   error
}

// newPublishReport starts a report; path, when not empty, gets every refusal.
func newPublishReport(path string) (*publishReport, error) {
	r := &publishReport{started: time.Now(), First: []refusedLine{}, Notes: []string{}}
	if path == "" {
		return r, nil
	}
	f, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_TRUNC, 0o600)
	if err != nil {
		return nil, fmt.Errorf("file for refused lines: %w", err)
	}
	r.file, r.out = f, bufio.NewWriter(f)
	return r, nil
}

func (r *publishReport) accept() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Accepted++
}

func (r *publishReport) refuse(line int, reason string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.Refused++
	if len(r.First) < shownRefusals {
		r.First = append(r.First, refusedLine{line, reason})
	}
	if r.out != nil {
		if err := json.NewEncoder(r.out).Encode(refusedLine{line, reason}); err != nil && r.fault == nil {
			r.fault = err
		}
	}
}

// print writes the summary.
func (r *publishReport) print(w io.Writer, asJSON bool) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	took := time.Since(r.started)
	r.Seconds = took.Seconds()
	if asJSON {
		enc := json.NewEncoder(w)
		enc.SetEscapeHTML(false)
		return enc.Encode(r)
	}
	out := bufio.NewWriter(w)
	fmt.Fprintf(out, "accepted %d, refused %d\n", r.Accepted, r.Refused)
	for _, l := range r.First {
		fmt.Fprintf(out, "  line %d: %s\n", l.Line, l.Reason)
	}
	if more := r.Refused - len(r.First); more > 0 {
		fmt.Fprintf(out, "  and %d more; --refused FILE lists them all\n", more)
	}
	for _, n := range r.Notes {
		fmt.Fprintf(out, "note: %s\n", n)
	}
	return out.Flush()
}

// close finishes the file of refused lines.
func (r *publishReport) close() error {
	if r.file == nil {
		return nil
	}
	if err := errors.Join(r.fault, r.out.Flush(), r.file.Close()); err != nil {
		return fmt.Errorf("file for refused lines: %w", err)
	}
	return nil
}

// publishBar is a progress bar on a terminal, and nothing anywhere else.
type publishBar struct {
	out  *os.File
	bar  *progressbar.ProgressBar
	last time.Time
}

func newPublishBar(w io.Writer) *publishBar {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return &publishBar{}
	}
	return &publishBar{out: f}
}

// show moves the bar to done bytes of total, 0 when the size is not known.
func (p *publishBar) show(done, total int64) {
	if p.out == nil || time.Since(p.last) < 100*time.Millisecond {
		return
	}
	p.last = time.Now()
	if p.bar == nil {
		if total == 0 {
			total = -1 // a spinner
		}
		p.bar = progressbar.NewOptions64(total, progressbar.OptionSetWriter(p.out), progressbar.OptionShowBytes(true),
			progressbar.OptionSetWidth(30), progressbar.OptionClearOnFinish(), progressbar.OptionSetDescription("publishing"))
	}
	// A bar that cannot be drawn must not stop the work.
	_ = p.bar.Set64(done)
}

func (p *publishBar) done() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}
