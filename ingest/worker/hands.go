package worker

import "sync"

// handsLimit is far above what a consumer lets one worker hold at a time; past
// it are only messages that other workers have finished.
const handsLimit = 1 << 16

// hands knows which messages the worker holds, and which deliveries do not
// speak against a message: those that came to an end here by the broker's
// fault. The zero value is ready.
type hands struct {
	mu sync.Mutex
	by map[uint64]hold // by sequence
}

type hold struct {
	held   bool
	spared uint64
}

// take notes that a delivery is in hand, or reports false when an earlier one
// of the same message still is.
func (h *hands) take(t taken) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.by[t.in.Sequence]
	if v.held {
		v.spared++
		h.by[t.in.Sequence] = v
		return false
	}
	v.held = true
	if h.by == nil {
		h.by = make(map[uint64]hold)
	}
	h.by[t.in.Sequence] = v
	if len(h.by) > handsLimit {
		for seq, v := range h.by {
			if !v.held {
				delete(h.by, seq)
			}
		}
	}
	return true
}

// count is how many deliveries of a message count.
func (h *hands) count(t taken) uint64 {
	h.mu.Lock()
	defer h.mu.Unlock()
	return t.delivered - min(t.delivered, h.by[t.in.Sequence].spared)
}

// spare notes that the delivery in hand does not count.
func (h *hands) spare(t taken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.by[t.in.Sequence]
	v.spared++
	h.by[t.in.Sequence] = v
}

// release notes that a message went back to the queue.
func (h *hands) release(t taken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	v := h.by[t.in.Sequence]
	if v.held = false; v.spared == 0 {
		delete(h.by, t.in.Sequence)
		return
	}
	h.by[t.in.Sequence] = v
}

// forget notes that a message is done.
func (h *hands) forget(t taken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.by, t.in.Sequence)
}
