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

	done, doneBefore map[message]struct{} // finished lately
}

// message names a message of the stream, also when the stream is made anew.
type message struct {
	sequence uint64
	received int64
}

func (t taken) message() message { return message{t.in.Sequence, t.in.Received.UnixNano()} }

// doneLimit is how many finished messages are remembered, and as many before
// them: more than can be delivered again while their acknowledgement is on its way.
const doneLimit = 8192

// grip says how a delivery stands to what the worker holds already.
type grip int

const (
	fresh    grip = iota
	held          // an earlier delivery is in hand: that one goes on
	finished      // an earlier delivery is done, its acknowledgement came late
)

type hold struct {
	held   bool
	spared uint64
}

// take notes that a delivery is in hand, when it is fresh.
func (h *hands) take(t taken) grip {
	h.mu.Lock()
	defer h.mu.Unlock()
	if _, ok := h.done[t.message()]; ok {
		return finished
	}
	if _, ok := h.doneBefore[t.message()]; ok {
		return finished
	}
	v := h.by[t.in.Sequence]
	if v.held {
		v.spared++
		h.by[t.in.Sequence] = v
		return held
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
	return fresh
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

// finish notes that a message is done.
func (h *hands) finish(t taken) {
	h.mu.Lock()
	defer h.mu.Unlock()
	delete(h.by, t.in.Sequence)
	if h.done == nil || len(h.done) >= doneLimit {
		h.done, h.doneBefore = make(map[message]struct{}), h.done
	}
	h.done[t.message()] = struct{}{}
}
