package web

import (
	"bytes"
	"net/http"
	"strconv"
	"strings"
)

// expositionKind is the text format of Prometheus, which OpenMetrics scrapers read, too.
const expositionKind = "text/plain; version=0.0.4; charset=utf-8"

// exposition writes metrics in that format.
type exposition struct{ bytes.Buffer }

// family begins a metric: what follows with add is of it.
func (e *exposition) family(name, kind, help string) {
	e.WriteString("# HELP " + name + " " + help + "\n# TYPE " + name + " " + kind + "\n")
}

// labelEscaper writes the value of a label between quotes.
var labelEscaper = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`)

// add writes one value; labels are names and values in turn.
func (e *exposition) add(name string, v float64, labels ...string) {
	e.WriteString(name)
	for i := 0; i+1 < len(labels); i += 2 {
		e.WriteString(map[bool]string{true: "{", false: ","}[i == 0] + labels[i] + `="` + labelEscaper.Replace(strings.ToValidUTF8(labels[i+1], "\uFFFD")) + `"`)
	}
	if len(labels) > 0 {
		e.WriteByte('}')
	}
	e.WriteString(" " + strconv.FormatFloat(v, 'g', -1, 64) + "\n")
}

// one is a metric with one value.
func (e *exposition) one(name, kind, help string, v float64) {
	e.family(name, kind, help)
	e.add(name, v)
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
	e := expositionOf(o)
	w.Header().Set("Content-Type", expositionKind)
	_, _ = e.WriteTo(w) // the reader is gone
}

func expositionOf(o Operations) *exposition {
	e := &exposition{}
	e.family("qingting_build_info", "gauge", "The version that answers; always 1.")
	e.add("qingting_build_info", 1, "version", o.Version)
	e.one("qingting_start_time_seconds", "gauge", "When the process that answers was started.", float64(o.Started.UnixMilli())/1000)
	e.family("qingting_part_up", "gauge", "Whether a part of the server is well, or merely behind.")
	for _, p := range o.Parts {
		if p.State != PartOff {
			e.add("qingting_part_up", map[bool]float64{true: 1}[p.State != PartDown], "part", p.Name)
		}
	}
	e.one("qingting_feedback_published_total", "counter", "Messages that FEEDBACK_IN has taken.", float64(o.Intake.Published))
	e.one("qingting_feedback_waiting", "gauge", "Messages in FEEDBACK_IN.", float64(o.Intake.Waiting))
	e.one("qingting_index_documents", "gauge", "Documents in the index of this process.", float64(o.Index.Documents))
	e.one("qingting_index_bytes", "gauge", "Size of that index.", float64(o.Index.Bytes))
	e.one("qingting_index_lag_messages", "gauge", "Messages of FEEDBACK_DOCS that it has not read.", float64(o.Index.Last-min(o.Index.Last, o.Index.Sequence)))
	e.family("qingting_dead_letters", "gauge", "Messages in FEEDBACK_DEAD, by reason.")
	for _, d := range o.Dead {
		e.add("qingting_dead_letters", float64(d.N), "reason", d.Reason)
	}
	e.streams(o.Streams)
	e.processes(o.Processes)
	e.stages(o.Stages)
	return e
}

func (e *exposition) streams(all []OperatedStream) {
	e.family("qingting_stream_messages", "gauge", "Messages of a stream.")
	for _, t := range all {
		e.add("qingting_stream_messages", float64(t.Messages), "stream", t.Name)
	}
	e.family("qingting_stream_bytes", "gauge", "Size of a stream.")
	for _, t := range all {
		e.add("qingting_stream_bytes", float64(t.Bytes), "stream", t.Name)
	}
	e.family("qingting_stream_limit_bytes", "gauge", "Size that a stream may have, where it has a limit.")
	for _, t := range all {
		if t.Most > 0 {
			e.add("qingting_stream_limit_bytes", float64(t.Most), "stream", t.Name)
		}
	}
}

func (e *exposition) processes(all []OperatedProcess) {
	for _, m := range []struct {
		name, kind, help string
		of               func(OperatedProcess) float64
	}{
		{"qingting_process_feedback_processed_total", "counter", "Messages that a process has made documents.", func(p OperatedProcess) float64 { return float64(p.Processed) }},
		{"qingting_process_feedback_retried_total", "counter", "Deliveries that it handed back.", func(p OperatedProcess) float64 { return float64(p.Retried) }},
		{"qingting_process_heap_bytes", "gauge", "Memory that it uses.", func(p OperatedProcess) float64 { return float64(p.Heap) }},
		{"qingting_process_held_bytes", "gauge", "Memory that it has from the system.", func(p OperatedProcess) float64 { return float64(p.Held) }},
		{"qingting_process_goroutines", "gauge", "Goroutines.", func(p OperatedProcess) float64 { return float64(p.Goroutines) }},
		{"qingting_process_disk_free_bytes", "gauge", "Room where its data directory is; 0 is not known.", func(p OperatedProcess) float64 { return float64(p.Free) }},
	} {
		e.family(m.name, m.kind, m.help)
		for _, p := range all {
			e.add(m.name, m.of(p), "process", p.Name)
		}
	}
}

func (e *exposition) stages(all []OperatedStage) {
	const name = "qingting_stage_seconds"
	e.family(name, "histogram", "How long the stages took that feedback passes.")
	for _, t := range all {
		for _, b := range t.Bounds {
			e.add(name+"_bucket", float64(b.Count), "stage", t.Name, "le", strconv.FormatFloat(b.Most.Seconds(), 'g', 6, 64))
		}
		e.add(name+"_bucket", float64(t.Count), "stage", t.Name, "le", "+Inf")
		e.add(name+"_sum", t.Sum/1000, "stage", t.Name)
		e.add(name+"_count", float64(t.Count), "stage", t.Name)
	}
}
