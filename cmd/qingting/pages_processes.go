package main

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest/worker"
	"qingting/internal/latency"
	"qingting/web"
)

// subjectProcesses is where processes that serve pages ask the others how they run. No
// role of access.Table has it: it is between processes alone.
const subjectProcesses = "qingting.operate.processes"

const (
	// processesWithin is how long answers are waited for: how many there are is not known.
	processesWithin = 300 * time.Millisecond
	mostProcesses   = 64
	mostReport      = 64 << 10 // bytes
)

// processReport is how a process runs, as it tells another: counts and names of parts.
type processReport struct {
	Process web.OperatedProcess         `json:"process"`
	Stages  map[string]latency.Snapshot `json:"stages"`
}

// processName is what a process calls itself from its start on.
func processName() string { return strings.ToLower(rand.Text()[:8]) }

// tellProcesses has this process answer others that ask how it runs. There is nobody to
// ask where the streams are within the process.
func (s *node) tellProcesses() error {
	if s.cfg.nats.NATS == "" {
		return nil
	}
	_, err := s.streams.nc.Subscribe(subjectProcesses, func(m *nats.Msg) {
		data, err := json.Marshal(s.report())
		if err == nil {
			err = m.Respond(data)
		}
		if err != nil && !errors.Is(err, nats.ErrConnectionClosed) {
			s.cfg.log.Warn("telling how this process runs", "error", err)
		}
	})
	return err
}

// report is how this process runs.
func (s *node) report() processReport {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	p := web.OperatedProcess{
		Name: s.name, Roles: s.cfg.roles, Version: buildVersion(), Started: s.started,
		Heap: m.HeapAlloc, Held: m.Sys, Goroutines: runtime.NumGoroutine(),
	}
	p.Disk, p.Free = diskOf(s.cfg.data.Data)
	r := processReport{Process: p}
	if s.worker != nil {
		c := s.worker.Counts()
		r.Process.Processed, r.Process.Retried = c.Processed, c.Retried
		r.Stages = s.worker.Stages()
	}
	return r
}

// askProcesses are the reports of the other processes that answer in time.
func (s *node) askProcesses(ctx context.Context) (list []processReport) {
	nc := s.streams.nc
	if s.cfg.nats.NATS == "" {
		return nil
	}
	inbox := nc.NewInbox()
	answers, err := nc.SubscribeSync(inbox)
	if err != nil {
		return nil // closed, or it is about to be
	}
	defer func() { _ = answers.Unsubscribe() }() // likewise
	if err := nc.PublishRequest(subjectProcesses, inbox, nil); err != nil {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, processesWithin)
	defer cancel()
	for len(list) < mostProcesses {
		m, err := answers.NextMsgWithContext(ctx)
		if err != nil {
			break // the time is over
		}
		if r, ok := readReport(m.Data); ok && r.Process.Name != s.name {
			list = append(list, r)
		}
	}
	slices.SortFunc(list, func(a, b processReport) int { return strings.Compare(a.Process.Name, b.Process.Name) })
	return list
}

// readReport takes what another process says, as far as it is what one would say.
func readReport(data []byte) (r processReport, ok bool) {
	if len(data) == 0 || len(data) > mostReport || json.Unmarshal(data, &r) != nil {
		return processReport{}, false
	}
	for name := range r.Stages {
		if !slices.Contains(worker.StageNames[:], name) {
			delete(r.Stages, name)
		}
	}
	r.Process.Roles = slices.DeleteFunc(r.Process.Roles, func(role string) bool {
		return role != roleIngest && role != roleIndex && role != roleWeb
	})
	return r, r.Process.Name != ""
}
