package web

import (
	"context"
	"io"
	"net/http"
	"slices"
	"strconv"
	"time"

	"qingting/web/chart"
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
	At         time.Time        `json:"at"`
	Version    string           `json:"version"`
	Started    time.Time        `json:"started"`
	Parts      []OperatedPart   `json:"parts"`
	Intake     OperatedIntake   `json:"intake"`
	Index      OperatedIndex    `json:"index"`
	Dead       []DeadCount      `json:"dead_letters"`
	Stages     []OperatedStage  `json:"stages"`
	Streams    []OperatedStream `json:"streams"`
	Memory     OperatedMemory   `json:"memory"`
	Goroutines int              `json:"goroutines"`
	Samples    []OperatedSample `json:"samples"` // oldest first, once in ten seconds
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
	Processed uint64  `json:"processed"`  // by this process since it started
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

// OperatedStage is how long something takes, in milliseconds, since the start.
type OperatedStage struct {
	Name  string  `json:"name"`
	Count uint64  `json:"count"`
	P50   float64 `json:"p50_ms"`
	P90   float64 `json:"p90_ms"`
	P99   float64 `json:"p99_ms"`
}

// OperatedStream is a stream and its size.
type OperatedStream struct {
	Name     string `json:"name"`
	Messages uint64 `json:"messages"`
	Bytes    uint64 `json:"bytes"`
	Most     int64  `json:"most"` // bytes it may have; 0 for no limit
}

// OperatedMemory is what this process uses, in bytes.
type OperatedMemory struct {
	Heap uint64 `json:"heap"`
	Held uint64 `json:"held"` // from the system
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
	Uptime  string
	Rows    []partRow
	Figures []*figure
	Dead    []deadRow
	Timed   []stageRow
	Stored  []streamRow
	Heap    string
	Held    string
	Indexed string // size of the index
	Rate    string
}

type partRow struct{ Name, State, Mark string }

type deadRow struct{ Name, N string }

type stageRow struct{ Name, Count, P50, P90, P99 string }

type streamRow struct {
	Name, Messages, Bytes, Most string
}

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
		Heap: bytesOf(o.Memory.Heap), Held: bytesOf(o.Memory.Held), Indexed: bytesOf(uint64(max(0, o.Index.Bytes))), Rate: decimal(o.Intake.PerMinute),
	}
	for _, p := range o.Parts {
		page.Rows = append(page.Rows, partRow{partName(p.Name).in(lang), p.says().in(lang), p.State})
	}
	for _, d := range o.Dead {
		page.Dead = append(page.Dead, deadRow{deadName(d.Reason).in(lang), thousands(int(d.N))})
	}
	for _, t := range o.Stages {
		page.Timed = append(page.Timed, stageRow{stageName(t.Name).in(lang), thousands(int(t.Count)), millis(t.P50), millis(t.P90), millis(t.P99)})
	}
	for _, t := range o.Streams {
		row := streamRow{t.Name, thousands(int(t.Messages)), bytesOf(t.Bytes), say{"不限", "no limit"}.in(lang)}
		if t.Most > 0 {
			row.Most = bytesOf(uint64(t.Most))
		}
		page.Stored = append(page.Stored, row)
	}
	for _, d := range samplesDrawn(o.Samples, lang) {
		if f := figureOf(page.scope, d, ""); f != nil {
			page.Figures = append(page.Figures, f)
		}
	}
	return answer{"operations", page, http.StatusOK}, nil
}

// drawnSamples is how many points a chart of the last hours has at most.
const drawnSamples = 120

// samplesDrawn draws what came in and what lags.
func samplesDrawn(all []OperatedSample, lang language) (list []*chart.Drawing) {
	if len(all) < 3 {
		return nil
	}
	step := (len(all) + drawnSamples - 1) / drawnSamples
	var kept []OperatedSample
	for i := (len(all) - 1) % step; i < len(all); i += step {
		kept = append(kept, all[i])
	}
	if len(kept) < 3 {
		return nil
	}
	var labels []string
	var rate, waiting, lag, heap []chart.Value
	for i, s := range kept[1:] {
		before := kept[i]
		labels = append(labels, s.At.Format("15:04:05"))
		perMinute := 0.0
		if minutes := s.At.Sub(before.At).Minutes(); minutes > 0 && s.Published >= before.Published {
			perMinute = float64(s.Published-before.Published) / minutes
		}
		rate = append(rate, chart.Value{N: perMinute, Text: decimal(perMinute)})
		waiting = append(waiting, chart.Value{N: float64(s.Waiting), Text: thousands(int(s.Waiting))})
		lag = append(lag, chart.Value{N: float64(s.Lag), Text: thousands(int(s.Lag))})
		mib := float64(s.Heap) / (1 << 20)
		heap = append(heap, chart.Value{N: mib, Text: decimal(mib)})
	}
	draw := func(title say, series ...chart.Series) {
		list = append(list, chart.Line(chart.LineConfig{
			Title: title.in(lang), Summary: title.in(lang), Labels: labels, Series: series, LabelHead: say{"时刻", "Time"}.in(lang),
		}))
	}
	draw(say{"每分钟收到的反馈", "Feedback a minute"}, chart.Series{Name: say{"条/分", "a minute"}.in(lang), Values: rate})
	draw(say{"等待处理与等待索引", "Waiting to be processed, and to be indexed"},
		chart.Series{Name: say{"待处理", "to be processed"}.in(lang), Values: waiting}, chart.Series{Name: say{"待索引", "to be indexed"}.in(lang), Values: lag})
	draw(say{"内存（MiB）", "Memory (MiB)"}, chart.Series{Name: say{"堆", "heap"}.in(lang), Values: heap})
	return slices.DeleteFunc(list, func(d *chart.Drawing) bool { return d == nil })
}

func partName(id string) say {
	switch id {
	case "streams":
		return say{"消息流", "Streams"}
	case "intake":
		return say{"收取队列", "Queue"}
	case "worker":
		return say{"脱敏处理", "Redaction"}
	case "index":
		return say{"检索索引", "Search index"}
	case "statistics":
		return say{"统计", "Statistics"}
	}
	return say{id, id}
}

// says puts a part's state into words.
func (p OperatedPart) says() say {
	n := thousands(int(p.N))
	switch p.State {
	case PartWell:
		return say{"正常", "Well"}
	case PartBehind:
		return say{"落后 " + n + " 条", n + " behind"}
	case PartOff:
		return say{"由其他进程承担", "Another process plays it"}
	}
	return say{"不可用", "Down"}
}

func deadName(reason string) say {
	for _, known := range []struct {
		id   string
		name say
	}{
		{"malformed", say{"格式错误", "Malformed"}},
		{"oversize", say{"过大", "Too large"}},
		{"empty", say{"没有正文", "No text"}},
		{"invalid", say{"字段有误", "A field is wrong"}},
		{"encoding", say{"编码错误", "Encoding"}},
		{"sealed", say{"无法拆封", "Sealed to others"}},
		{"unsupported", say{"不支持的格式", "Not supported"}},
		{"unregistered", say{"来源未登记", "Source not registered"}},
		{"failed", say{"处理失败", "Processing failed"}},
		{"poison", say{"致使进程退出", "Ended the process"}},
	} {
		if known.id == reason {
			return known.name
		}
	}
	return say{reason, reason}
}

func stageName(id string) say {
	switch id {
	case "request":
		return say{"页面与接口的应答", "Answer of pages and API"}
	case "publish":
		return say{"经 HTTP 收取，至流确认", "Intake by HTTP, until the stream has it"}
	case "document":
		return say{"自收到至可检索", "From receipt to search"}
	}
	return say{id, id}
}

func millis(ms float64) string {
	if ms >= 1000 {
		return decimal(ms/1000) + " s"
	}
	if ms < 1 {
		return strconv.FormatFloat(ms, 'f', 2, 64) + " ms"
	}
	return decimal(ms) + " ms"
}

// bytesOf writes a size.
func bytesOf(n uint64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	x := float64(n)
	i := 0
	for x >= 1024 && i < len(units)-1 {
		x /= 1024
		i++
	}
	if i == 0 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return decimal(x) + " " + units[i]
}

// spanOf writes a time that has passed.
func spanOf(d time.Duration) say {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	n := strconv.Itoa
	switch {
	case days > 0:
		return say{n(days) + " 天 " + n(hours) + " 小时", n(days) + " d " + n(hours) + " h"}
	case hours > 0:
		return say{n(hours) + " 小时 " + n(minutes) + " 分", n(hours) + " h " + n(minutes) + " min"}
	}
	return say{n(minutes) + " 分 " + n(int(d.Seconds())%60) + " 秒", n(minutes) + " min " + n(int(d.Seconds())%60) + " s"}
}
