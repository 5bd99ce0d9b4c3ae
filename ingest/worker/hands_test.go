package worker

import (
	"testing"
	"time"
)

// A delivery that was on its way while the message was acknowledged must be
// neither processed nor counted as one that killed the process.
func TestLateDeliveryOfAFinishedMessage(t *testing.T) {
	var h hands
	at := time.Date(2026, 3, 1, 8, 0, 0, 0, time.UTC)
	first := taken{in: Incoming{Sequence: 7, Received: at}, delivered: 60}
	if g := h.take(first); g != fresh {
		t.Fatalf("first delivery: %v", g)
	}
	if g := h.take(first); g != held {
		t.Errorf("second delivery, while the first is in hand: %v", g)
	}
	h.finish(first)
	if g := h.take(first); g != finished {
		t.Errorf("third delivery, after the end: %v", g)
	}
	again := first
	again.in.Received = at.Add(time.Hour) // the stream was made anew
	if g := h.take(again); g != fresh {
		t.Errorf("another message of the same sequence: %v", g)
	}
	h.finish(again)
	for i := range 3 * doneLimit {
		h.finish(taken{in: Incoming{Sequence: uint64(100 + i), Received: at}})
	}
	if n := len(h.done) + len(h.doneBefore); n > 2*doneLimit {
		t.Errorf("%d finished messages remembered, want at most %d", n, 2*doneLimit)
	}
}
