package custody

import (
	"context"
	"errors"
	"sync"
)

// jobs are what goes on after its request was answered, until the service ends.
// The zero value is ready.
type jobs struct {
	mu      sync.Mutex
	stopped bool
	cancels map[int]context.CancelFunc
	next    int
	running sync.WaitGroup
}

// begin gives a job its context, and what it calls in the end, once.
func (j *jobs) begin() (context.Context, func(), error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	if j.stopped {
		return nil, nil, errors.New("the server is stopping")
	}
	ctx, cancel := context.WithCancel(context.Background())
	if j.cancels == nil {
		j.cancels = make(map[int]context.CancelFunc)
	}
	id := j.next
	j.next++
	j.cancels[id] = cancel
	j.running.Add(1)
	return ctx, func() {
		j.mu.Lock()
		delete(j.cancels, id)
		j.mu.Unlock()
		cancel()
		j.running.Done()
	}, nil
}

// stop ends every job and waits.
func (j *jobs) stop() {
	j.mu.Lock()
	j.stopped = true
	for _, cancel := range j.cancels {
		cancel()
	}
	j.mu.Unlock()
	j.running.Wait()
}
