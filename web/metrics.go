package web

import (
	"log/slog"
	"net/http"
	"strconv"
	"strings"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"
)

// metrics are those that do not need a look: they count as things happen.
type metrics struct {
	registry *prometheus.Registry // of this server: nothing is kept in a global one
	answered *prometheus.CounterVec
}

func newMetrics() *metrics {
	m := &metrics{prometheus.NewRegistry(), prometheus.NewCounterVec(prometheus.CounterOpts{
		Name: "qingting_http_requests_total", Help: "Requests that this process answered, by route and status; no route is said of what was refused before one was found.",
	}, []string{"route", "code"})}
	m.registry.MustRegister(m.answered, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	return m
}

// count takes one answer.
func (m *metrics) count(route string, code int) {
	m.answered.WithLabelValues(route, strconv.Itoa(code)).Inc()
}

// metrics answers with what Operator tells: counts, sizes and times, by names of parts.
func (s *server) metrics(w http.ResponseWriter, r *http.Request) {
	if s.cfg.Operator == nil {
		s.refuse(w, r, errNoOperator)
		return
	}
	o, err := s.cfg.Operator.Look(r.Context())
	if err != nil {
		s.refuse(w, r, s.known(r, err))
		return
	}
	looked := prometheus.NewRegistry()
	looked.MustRegister(operationsCollector{o})
	promhttp.HandlerFor(prometheus.Gatherers{looked, s.told.registry}, promhttp.HandlerOpts{
		ErrorLog: metricsLog{s.cfg.Log}, ErrorHandling: promhttp.ContinueOnError, // what can be told is told
		DisableCompression: true, // compressed does it
	}).ServeHTTP(w, r)
}

// metricsLog takes what promhttp says goes wrong.
type metricsLog struct{ *slog.Logger }

func (l metricsLog) Println(v ...any) {
	for _, e := range v {
		if err, is := e.(error); is {
			l.Warn("a metric cannot be told", "error", err)
		}
	}
}

// operationsCollector hands over one look as metrics. It collects what was seen, and looks
// at nothing itself.
type operationsCollector struct{ Operations }

// Describe tells nothing beforehand: what there is depends on the look.
func (operationsCollector) Describe(chan<- *prometheus.Desc) {}

// family is a metric and the names of its labels.
type family struct {
	kind prometheus.ValueType
	desc *prometheus.Desc
}

func gauge(name, help string, labels ...string) family {
	return family{prometheus.GaugeValue, prometheus.NewDesc(name, help, labels, nil)}
}

func counter(name, help string, labels ...string) family {
	return family{prometheus.CounterValue, prometheus.NewDesc(name, help, labels, nil)}
}

// of is one value of it.
func (f family) of(v float64, labels ...string) prometheus.Metric {
	m, err := prometheus.NewConstMetric(f.desc, f.kind, v, valid(labels)...)
	if err != nil {
		return prometheus.NewInvalidMetric(f.desc, err)
	}
	return m
}

// valid makes values of labels what the format takes.
func valid(labels []string) []string {
	for i, l := range labels {
		labels[i] = strings.ToValidUTF8(l, "\uFFFD")
	}
	return labels
}

// Collect implements prometheus.Collector.
func (c operationsCollector) Collect(to chan<- prometheus.Metric) {
	to <- gauge("qingting_build_info", "The version that answers; always 1.", "version").of(1, c.Version)
	to <- gauge("qingting_start_time_seconds", "When the process that answers was started.").of(float64(c.Started.UnixMilli()) / 1000)
	up := gauge("qingting_part_up", "Whether a part of the server is well, or merely behind.", "part")
	for _, p := range c.Parts {
		if p.State != PartOff {
			to <- up.of(map[bool]float64{true: 1}[p.State != PartDown], p.Name)
		}
	}
	to <- counter("qingting_feedback_published_total", "Messages that FEEDBACK_IN has taken.").of(float64(c.Intake.Published))
	to <- gauge("qingting_feedback_waiting", "Messages in FEEDBACK_IN.").of(float64(c.Intake.Waiting))
	to <- gauge("qingting_index_documents", "Documents in the index of this process.").of(float64(c.Index.Documents))
	to <- gauge("qingting_index_bytes", "Size of that index.").of(float64(c.Index.Bytes))
	to <- gauge("qingting_index_lag_messages", "Messages of FEEDBACK_DOCS that it has not read.").of(float64(c.Index.Last - min(c.Index.Last, c.Index.Sequence)))
	dead := gauge("qingting_dead_letters", "Messages in FEEDBACK_DEAD, by reason.", "reason")
	for _, d := range c.Dead {
		to <- dead.of(float64(d.N), d.Reason)
	}
	c.streams(to)
	c.processes(to)
	c.stages(to)
}

func (c operationsCollector) streams(to chan<- prometheus.Metric) {
	messages := gauge("qingting_stream_messages", "Messages of a stream.", "stream")
	size := gauge("qingting_stream_bytes", "Size of a stream.", "stream")
	most := gauge("qingting_stream_limit_bytes", "Size that a stream may have, where it has a limit.", "stream")
	for _, t := range c.Streams {
		to <- messages.of(float64(t.Messages), t.Name)
		to <- size.of(float64(t.Bytes), t.Name)
		if t.Most > 0 {
			to <- most.of(float64(t.Most), t.Name)
		}
	}
}

func (c operationsCollector) processes(to chan<- prometheus.Metric) {
	for _, m := range []struct {
		family
		of func(OperatedProcess) float64
	}{
		{counter("qingting_process_feedback_processed_total", "Messages that a process has made documents.", "process"), func(p OperatedProcess) float64 { return float64(p.Processed) }},
		{counter("qingting_process_feedback_retried_total", "Deliveries that it handed back.", "process"), func(p OperatedProcess) float64 { return float64(p.Retried) }},
		{gauge("qingting_process_heap_bytes", "Memory that it uses.", "process"), func(p OperatedProcess) float64 { return float64(p.Heap) }},
		{gauge("qingting_process_held_bytes", "Memory that it has from the system.", "process"), func(p OperatedProcess) float64 { return float64(p.Held) }},
		{gauge("qingting_process_goroutines", "Goroutines.", "process"), func(p OperatedProcess) float64 { return float64(p.Goroutines) }},
		{gauge("qingting_process_disk_free_bytes", "Room where its data directory is; 0 is not known.", "process"), func(p OperatedProcess) float64 { return float64(p.Free) }},
	} {
		for _, p := range c.Processes {
			to <- m.family.of(m.of(p), p.Name)
		}
	}
}

func (c operationsCollector) stages(to chan<- prometheus.Metric) {
	desc := prometheus.NewDesc("qingting_stage_seconds", "How long the stages took that feedback passes.", []string{"stage"}, nil)
	for _, t := range c.Stages {
		buckets := make(map[float64]uint64, len(t.Bounds))
		for _, b := range t.Bounds {
			buckets[b.Most.Seconds()] = b.Count
		}
		m, err := prometheus.NewConstHistogram(desc, t.Count, t.Sum/1000, buckets, valid([]string{t.Name})...)
		if err != nil {
			m = prometheus.NewInvalidMetric(desc, err)
		}
		to <- m
	}
}
