package main

import (
	"context"
	"sync"
)

// progress is a sequence that only grows, and that others may wait for.
type progress struct {
	mu   sync.Mutex
	at   uint64
	grew chan struct{} // closed and replaced when at grows
}

func newProgress() *progress { return &progress{grew: make(chan struct{})} }

func (p *progress) reach(seq uint64) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if seq > p.at {
		p.at = seq
		close(p.grew)
		p.grew = make(chan struct{})
	}
}

// wait returns when the sequence has reached seq.
func (p *progress) wait(ctx context.Context, seq uint64) error {
	for {
		p.mu.Lock()
		at, grew := p.at, p.grew
		p.mu.Unlock()
		if at >= seq {
			return nil
		}
		select {
		case <-grew:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
