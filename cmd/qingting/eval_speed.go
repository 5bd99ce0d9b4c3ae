package main

import (
	"context"
	"time"

	"qingting/privacy"
)

// speed measures redaction on one goroutine.
type speed struct {
	texts []string
	bytes int
}

// How much text is timed, and for how many seconds at least.
const (
	speedBytes   = 1 << 20
	speedSeconds = 1.0
)

// keep remembers texts to time, up to speedBytes of them.
func (s *speed) keep(text string) {
	if len(text) > 0 && (s.bytes == 0 || s.bytes+len(text) <= speedBytes) {
		s.texts = append(s.texts, text)
		s.bytes += len(text)
	}
}

// measure redacts the texts again and again until one second of processor time
// has passed, garbage collection included, and returns megabytes a second of
// it: other work on the machine does not count. The caller has warmed
// everything up. It is 0 when there is nothing to measure.
func (s *speed) measure(ctx context.Context, r *privacy.Redactor) float64 {
	if s.bytes == 0 {
		return 0
	}
	at := time.Now()
	began, done := cpuTime(), 0
	for {
		for _, text := range s.texts {
			r.Redact(text, at)
			done += len(text)
		}
		if took := (cpuTime() - began).Seconds(); took >= speedSeconds || ctx.Err() != nil {
			return float64(done) / 1e6 / max(took, 1e-9)
		}
	}
}
