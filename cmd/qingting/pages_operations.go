package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"runtime"
	"runtime/debug"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/worker"
	"qingting/internal/latency"
	"qingting/web"
)

// Of the figures that are kept: one in ten seconds, for six hours.
const (
	sampleEvery = 10 * time.Second
	sampleKept  = 6 * 60 * 6
	rateOver    = 5 * time.Minute
	behindAt    = 1000 // documents or messages: with fewer, a part is well
)

// operator tells how this process runs: counts and names of parts.
type operator struct {
	node    *node
	request latency.Histogram // answers of pages and API
	intake  latency.Histogram // intake by HTTP

	mu      sync.Mutex
	samples []web.OperatedSample // a ring once it is full, oldest first
	others  []processReport      // as they told last
}

func newOperator(n *node) *operator { return &operator{node: n} }

// run takes figures until ctx ends.
func (o *operator) run(ctx context.Context) {
	tick := time.NewTicker(sampleEvery)
	defer tick.Stop()
	for {
		others := o.node.askProcesses(ctx)
		o.mu.Lock()
		o.others = others
		o.mu.Unlock()
		if s, err := o.sample(ctx); err == nil {
			o.mu.Lock()
			if len(o.samples) == sampleKept {
				o.samples = slices.Delete(o.samples, 0, 1)
			}
			o.samples = append(o.samples, s)
			o.mu.Unlock()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

// names are the streams that this process may ask about.
func (o *operator) names() []string {
	if o.node.worker == nil && o.node.streams.broker == nil {
		return o.node.needs()
	}
	return []string{
		ingest.StreamIn, ingest.StreamDocs, ingest.StreamVault, ingest.StreamKeys, ingest.StreamDead, ingest.StreamAudit,
		ingest.StreamCheckpoints, ingest.StreamAlerts, ingest.StreamMatches,
	}
}

// states asks the streams how they stand.
func (o *operator) states(ctx context.Context) (map[string]*jetstream.StreamInfo, error) {
	ctx, cancel := context.WithTimeout(ctx, 5*time.Second)
	defer cancel()
	all := make(map[string]*jetstream.StreamInfo)
	for _, name := range o.names() {
		s, err := o.node.streams.js.Stream(ctx, name)
		if errors.Is(err, jetstream.ErrStreamNotFound) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("stream %s: %w", name, err)
		}
		all[name] = s.CachedInfo()
		if name == ingest.StreamDead {
			if all[name], err = s.Info(ctx, jetstream.WithSubjectFilter("feedback.dead.*")); err != nil {
				return nil, fmt.Errorf("stream %s: %w", name, err)
			}
		}
	}
	return all, nil
}

func (o *operator) sample(ctx context.Context) (web.OperatedSample, error) {
	all, err := o.states(ctx)
	if err != nil {
		return web.OperatedSample{}, err
	}
	return o.sampleOf(all), nil
}

func (o *operator) sampleOf(all map[string]*jetstream.StreamInfo) web.OperatedSample {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	s := web.OperatedSample{At: time.Now(), Heap: m.HeapAlloc}
	if in := all[ingest.StreamIn]; in != nil {
		s.Published, s.Waiting = in.State.LastSeq, in.State.Msgs
	}
	if docs := all[ingest.StreamDocs]; docs != nil && o.node.index != nil {
		s.Lag = docs.State.LastSeq - min(docs.State.LastSeq, o.node.index.Checkpoint())
	}
	if dead := all[ingest.StreamDead]; dead != nil {
		s.Dead = dead.State.Msgs
	}
	return s
}

// Look implements web.Operator.
func (o *operator) Look(ctx context.Context) (web.Operations, error) {
	o.mu.Lock()
	reports := append([]processReport{o.node.report()}, o.others...)
	o.mu.Unlock()
	out := web.Operations{Version: buildVersion(), Started: o.node.started, At: time.Now(), Dead: []web.DeadCount{}, Stages: o.stages(reports)}
	for _, r := range reports {
		out.Processes = append(out.Processes, r.Process)
	}
	all, err := o.states(ctx)
	now := o.sampleOf(all)
	o.mu.Lock()
	out.Samples = slices.Clone(o.samples)
	o.mu.Unlock()
	out.Parts = o.parts(all, err, now)
	if err != nil {
		return out, nil // that the streams are down is what there is to say
	}
	out.Intake = web.OperatedIntake{Published: now.Published, Waiting: now.Waiting, PerMinute: perMinute(out.Samples, now)}
	for _, p := range out.Processes {
		out.Intake.Processed += p.Processed
		out.Intake.Retried += p.Retried
	}
	for _, name := range o.names() {
		if info := all[name]; info != nil {
			out.Streams = append(out.Streams, web.OperatedStream{Name: name, Messages: info.State.Msgs, Bytes: info.State.Bytes, Most: max(0, info.Config.MaxBytes)})
		}
	}
	if dead := all[ingest.StreamDead]; dead != nil {
		for subject, n := range dead.State.Subjects {
			out.Dead = append(out.Dead, web.DeadCount{Reason: strings.TrimPrefix(subject, "feedback.dead."), N: n})
		}
		slices.SortFunc(out.Dead, func(a, b web.DeadCount) int {
			return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Reason, b.Reason))
		})
	}
	if o.node.index != nil {
		if st, err := o.node.index.Status(); err == nil {
			out.Index = web.OperatedIndex{Documents: st.Documents, Sequence: st.Checkpoint, Rebuild: st.Rebuild}
			for _, s := range st.Shards {
				out.Index.Bytes += s.Bytes
			}
		}
		if docs := all[ingest.StreamDocs]; docs != nil {
			out.Index.Last = docs.State.LastSeq
		}
	}
	return out, nil
}

// stages are those of all processes, in the order in which feedback passes them.
func (o *operator) stages(reports []processReport) (list []web.OperatedStage) {
	measured := map[string]latency.Snapshot{"request": o.request.Snapshot(), "intake": o.intake.Snapshot()}
	if o.node.counted != nil {
		measured["index"], measured["document"] = o.node.counted.writes.Snapshot(), o.node.counted.age.Snapshot()
	}
	for _, r := range reports {
		for name, s := range r.Stages {
			measured[name] = measured[name].Merge(s)
		}
	}
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	for _, name := range slices.Concat([]string{"intake"}, worker.StageNames[:], []string{"index", "document", "request"}) {
		snap := measured[name]
		s := snap.Summary()
		if s.Count == 0 {
			continue
		}
		stage := web.OperatedStage{Name: name, Count: s.Count, P50: ms(s.P50), P95: ms(s.P95), P99: ms(s.P99), Sum: ms(s.Sum)}
		for _, b := range snap.Bounds() {
			stage.Bounds = append(stage.Bounds, web.OperatedBound{Most: b.Most, Count: b.Count})
		}
		list = append(list, stage)
	}
	return list
}

// parts says how each part is.
func (o *operator) parts(all map[string]*jetstream.StreamInfo, err error, now web.OperatedSample) []web.OperatedPart {
	state := func(here, down bool, n uint64) string {
		switch {
		case !here:
			return web.PartOff
		case down:
			return web.PartDown
		case n > behindAt:
			return web.PartBehind
		}
		return web.PartWell
	}
	down := err != nil
	worker, index := o.node.worker != nil, o.node.index != nil
	answering, counted := true, true
	if index {
		st, err := o.node.index.Status()
		answering = err == nil && st.Answering
		select {
		case <-o.node.counted.done:
		default:
			counted = false
		}
	}
	statistics := state(index, down, 0)
	if index && !down && !counted {
		statistics = web.PartBehind
	}
	return []web.OperatedPart{
		{Name: "streams", State: state(true, down, 0)},
		{Name: "intake", State: state(down || all[ingest.StreamIn] != nil, down, now.Waiting), N: now.Waiting},
		{Name: "worker", State: state(worker, down, now.Waiting), N: now.Waiting},
		{Name: "index", State: state(index, down || !answering, now.Lag), N: now.Lag},
		{Name: "statistics", State: statistics, N: now.Lag},
	}
}

// perMinute is how much came in, of the last minutes.
func perMinute(samples []web.OperatedSample, now web.OperatedSample) float64 {
	for _, s := range samples {
		if d := now.At.Sub(s.At); d <= rateOver && d > 0 && now.Published >= s.Published {
			return float64(now.Published-s.Published) / d.Minutes()
		}
	}
	return 0
}

// Ready implements web.Operator.
func (o *operator) Ready(ctx context.Context) error {
	all, err := o.states(ctx)
	if err != nil {
		return err
	}
	if o.node.index == nil {
		return nil
	}
	st, err := o.node.index.Status()
	if err != nil {
		return err
	}
	if !st.Answering {
		return errors.New("the index is made anew")
	}
	if lag := o.sampleOf(all).Lag; lag > behindAt {
		return fmt.Errorf("the index is %d documents behind", lag)
	}
	select {
	case <-o.node.counted.done:
		return nil
	default:
		return errors.New("the statistics are being read")
	}
}

// buildVersion is the version of the module, or the revision it was built from.
func buildVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return "devel"
	}
	if v := info.Main.Version; v != "" && v != "(devel)" {
		return v
	}
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			return s.Value[:min(12, len(s.Value))]
		}
	}
	return "devel"
}
