package web

import (
	"context"
	"io"
	"net/http"
	"strings"
	"time"
)

// Operator looks at how the server runs. It is safe for concurrent use, and tells counts
// and names of parts alone.
type Operator interface {
	Look(ctx context.Context) (Operations, error)
	// Ready is nil when the streams answer and the index has caught up; else it says
	// what is missing.
	Ready(ctx context.Context) error
}

// Operations is how the server runs.
type Operations struct {
	At      time.Time        `json:"at"`
	Version string           `json:"version"`
	Started time.Time        `json:"started"`
	Parts   []OperatedPart   `json:"parts"`
	Intake  OperatedIntake   `json:"intake"`
	Index   OperatedIndex    `json:"index"`
	Dead    []DeadCount      `json:"dead_letters"`
	Stages  []OperatedStage  `json:"stages"`
	Streams []OperatedStream `json:"streams"`
	// Processes are this one first, then the others that have told how they run.
	Processes []OperatedProcess `json:"processes"`
	Samples   []OperatedSample  `json:"samples"` // oldest first, once in ten seconds
}

// The states of a part.
const (
	PartWell   = "well"
	PartBehind = "behind"
	PartDown   = "down"
	PartOff    = "off" // another process plays it
)

// OperatedPart is a part of the server: what it is, and how it is.
type OperatedPart struct {
	Name  string `json:"name"`  // streams, intake, worker, index, statistics
	State string `json:"state"` // well, behind, down or off
	N     uint64 `json:"n"`     // messages or documents to go
}

// OperatedIntake is what comes in.
type OperatedIntake struct {
	Published uint64  `json:"published"`  // ever, as the stream counts
	Waiting   uint64  `json:"waiting"`    // in the queue
	PerMinute float64 `json:"per_minute"` // of the last five minutes
	Processed uint64  `json:"processed"`  // by the processes of Operations.Processes since their starts
	Retried   uint64  `json:"retried"`
}

// OperatedIndex is how far the index is.
type OperatedIndex struct {
	Documents uint64 `json:"documents"`
	Sequence  uint64 `json:"sequence"` // of the documents stream, that it holds
	Last      uint64 `json:"last"`     // of the stream
	Bytes     int64  `json:"bytes"`
	Rebuild   string `json:"rebuild,omitempty"` // why it is made anew
}

// DeadCount is how many messages were parked for a reason and are still there.
type DeadCount struct {
	Reason string `json:"reason"`
	N      uint64 `json:"n"`
}

// OperatedStage is how long something takes, in milliseconds, since the start: of all
// processes together where they play a part of it, else of this one.
type OperatedStage struct {
	Name   string          `json:"name"`
	Count  uint64          `json:"count"`
	P50    float64         `json:"p50_ms"` // these three are at most a fifth more than exact
	P95    float64         `json:"p95_ms"`
	P99    float64         `json:"p99_ms"`
	Sum    float64         `json:"sum_ms"`
	Bounds []OperatedBound `json:"-"` // for the metrics
}

// OperatedBound is how many took no longer than Most.
type OperatedBound struct {
	Most  time.Duration
	Count uint64
}

// OperatedStream is a stream and its size.
type OperatedStream struct {
	Name     string `json:"name"`
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	Most     int64  `json:"most"` // bytes it may have; 0 for no limit
}

// OperatedProcess is one process of the server. Sizes are in bytes.
type OperatedProcess struct {
	Name       string    `json:"name"`  // drawn at its start
	Roles      []string  `json:"roles"` // ingest, index, web
	Version    string    `json:"version"`
	Started    time.Time `json:"started"`
	Processed  uint64    `json:"processed"` // messages that have become documents
	Retried    uint64    `json:"retried"`   // deliveries that were handed back
	Heap       uint64    `json:"heap"`
	Held       uint64    `json:"held"` // memory from the system
	Goroutines int       `json:"goroutines"`
	Disk       uint64    `json:"disk"` // where its data directory is; 0 is not known
	Free       uint64    `json:"disk_free"`
}

// OperatedSample is a moment.
type OperatedSample struct {
	At        time.Time `json:"at"`
	Published uint64    `json:"published"` // ever
	Waiting   uint64    `json:"waiting"`
	Lag       uint64    `json:"lag"` // documents that the index has not
	Dead      uint64    `json:"dead"`
	Heap      uint64    `json:"heap"`
}

// readyWithin bounds the look at whether the server is ready.
const readyWithin = 3 * time.Second

// ready is nil when the server can answer for everything it has.
func (s *server) ready(ctx context.Context) error {
	if s.cfg.Operator == nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, readyWithin)
	defer cancel()
	return s.cfg.Operator.Ready(ctx)
}

// readyz answers whether requests should be sent here. That the process lives is
// /healthz. What is missing is for the log: anybody may ask.
func (s *server) readyz(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if err := s.ready(r.Context()); err != nil {
		s.cfg.Log.DebugContext(r.Context(), "not ready", "error", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		_, _ = io.WriteString(w, "not ready\n") // the reader is gone
		return
	}
	_, _ = io.WriteString(w, "ready\n")
}

var errNoOperator = &httpError{http.StatusNotImplemented, say{"这个进程不提供运行数据。", "This process does not tell how it runs."}}

func (s *server) apiOperations(r *http.Request) (any, error) {
	if s.cfg.Operator == nil {
		return nil, errNoOperator
	}
	return s.cfg.Operator.Look(r.Context())
}

// operationsPage shows how the server runs.
type operationsPage struct {
	scope
	Operations
	Uptime    string
	Rows      []partRow
	Figures   []*figure
	Letters   string // dead letters, in all
	Letter    []deadRow
	Timed     []stageRow
	Stored    []streamRow
	Running   []processRow
	StoredAll string // bytes of the streams
	Indexed   string // size of the index
	Disk      string // "" when it is not known
	Free      string
	Heap      string
	Rate      string
}

type partRow struct{ Name, State, Mark string }

type deadRow struct{ Name, N string }

type stageRow struct{ Name, Count, P50, P95, P99 string }

type streamRow struct {
	Name, Messages, Bytes, Most string
}

type processRow struct{ Name, Roles, Version, Up, Processed, Heap, Held, Free string }

func (s *server) operations(r *http.Request, lang language) (answer, error) {
	if s.cfg.Operator == nil {
		return answer{}, errNoOperator
	}
	o, err := s.cfg.Operator.Look(r.Context())
	if err != nil {
		return answer{}, err
	}
	page := operationsPage{
		scope: scope{Lang: lang, Days: defaultDays}, Operations: o, Uptime: spanOf(o.At.Sub(o.Started)).in(lang),
		Indexed: bytesOf(uint64(max(0, o.Index.Bytes))), Rate: decimal(o.Intake.PerMinute),
	}
	for _, p := range o.Parts {
		page.Rows = append(page.Rows, partRow{partName(p.Name).in(lang), p.says().in(lang), p.State})
	}
	dead := uint64(0)
	for _, d := range o.Dead {
		dead += d.N
		page.Letter = append(page.Letter, deadRow{deadName(d.Reason).in(lang), thousands(int(d.N))})
	}
	page.Letters = thousands(int(dead))
	for _, t := range o.Stages {
		page.Timed = append(page.Timed, stageRow{stageName(t.Name).in(lang), thousands(int(t.Count)), millis(t.P50), millis(t.P95), millis(t.P99)})
	}
	stored := uint64(0)
	for _, t := range o.Streams {
		stored += t.Bytes
		row := streamRow{t.Name, thousands(int(t.Messages)), bytesOf(t.Bytes), say{"不限", "no limit"}.in(lang)}
		if t.Most > 0 {
			row.Most = bytesOf(uint64(t.Most))
		}
		page.Stored = append(page.Stored, row)
	}
	page.StoredAll = bytesOf(stored)
	for i, p := range o.Processes {
		row := processRowOf(p, o.At, lang)
		if i == 0 {
			page.Heap, page.Free, page.Disk = row.Heap, row.Free, ""
			if p.Disk > 0 {
				page.Disk = bytesOf(p.Disk)
			}
		}
		page.Running = append(page.Running, row)
	}
	for _, d := range samplesDrawn(o.Samples, lang) {
		if f := figureOf(page.scope, d, ""); f != nil {
			page.Figures = append(page.Figures, f)
		}
	}
	return answer{"operations", page, http.StatusOK}, nil
}

// processRowOf says how a process runs.
func processRowOf(p OperatedProcess, now time.Time, lang language) processRow {
	row := processRow{
		Name: p.Name, Version: p.Version, Up: spanOf(now.Sub(p.Started)).in(lang), Processed: thousands(int(p.Processed)),
		Heap: bytesOf(p.Heap), Held: bytesOf(p.Held), Free: say{"未知", "unknown"}.in(lang),
	}
	var roles []string
	for _, role := range p.Roles {
		roles = append(roles, processRole(role).in(lang))
	}
	row.Roles = strings.Join(roles, say{"、", ", "}.in(lang))
	if p.Disk > 0 {
		row.Free = bytesOf(p.Free)
	}
	return row
}
