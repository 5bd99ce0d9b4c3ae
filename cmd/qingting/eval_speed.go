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

// How much text is timed, and for how long at least.
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

// measure redacts the texts again and again, one second and three rounds at
// least, and returns megabytes a second of the fastest round: other work on the
// machine makes rounds slower, nothing makes them faster. The caller has warmed
// everything up. It is 0 when there is nothing to measure.
func (s *speed) measure(ctx context.Context, r *privacy.Redactor) float64 {
	if s.bytes == 0 {
		return 0
	}
	passes := max(1, 64<<10/s.bytes) // a round is long enough for the clock
	best, total := 0.0, 0.0
	for round := 0; (round < 3 || total < speedSeconds) && ctx.Err() == nil; round++ {
		began := time.Now()
		for range passes {
			for _, text := range s.texts {
				r.Redact(text, began)
			}
		}
		took := time.Since(began).Seconds()
		total += took
		best = max(best, float64(passes*s.bytes)/1e6/took)
	}
	return best
}
