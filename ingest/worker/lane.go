package worker

import (
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
)

const (
	laneCount  = 16
	laneRecent = 4096 // records a lane remembers, and as many again before them
)

// lane carries the messages of its share of the records to the streams. Of
// versions of one record it lets in one at a time, and none that a later one
// has overtaken, in another goroutine or because it had to be tried again.
type lane struct {
	sealed chan settlement // the vault has been asked
	stored chan settlement // the documents stream has been asked

	mu             sync.Mutex
	recent, before map[string]version
}

// version is the latest message of a record that came this way.
type version struct {
	sequence uint64
	underway bool // not in the streams yet
}

// settlement is a message whose effects are on their way to the streams.
type settlement struct {
	taken
	lane  *lane
	out   Outcome
	began time.Time              // of its publishing
	vault jetstream.PubAckFuture // nil when nothing was sealed
	docs  jetstream.PubAckFuture
}

func newLanes() []*lane {
	lanes := make([]*lane, laneCount)
	for i := range lanes {
		lanes[i] = &lane{
			recent: make(map[string]version),
			sealed: make(chan settlement, maxUnsettled/laneCount),
			stored: make(chan settlement, maxUnsettled/laneCount),
		}
	}
	return lanes
}

// laneOf picks the lane of a record by its id, which is as good as random.
func laneOf(lanes []*lane, record string) *lane {
	return lanes[(int(record[0])*31+int(record[1]))%len(lanes)]
}

// entry is how a message may go on.
type entry int

const (
	enter entry = iota
	wait        // another version of the record is under way
	late        // a later version of the record is in the streams
)

// enter says whether a message of a record may go on, and if so notes it. Then
// leave must follow.
func (l *lane) enter(record string, sequence uint64) entry {
	l.mu.Lock()
	defer l.mu.Unlock()
	v, ok := l.recent[record]
	if !ok {
		v = l.before[record]
	}
	switch {
	case v.underway:
		return wait
	case v.sequence > sequence:
		return late
	}
	if len(l.recent) >= laneRecent {
		l.turn()
	}
	l.recent[record] = version{sequence, true}
	return enter
}

// turn forgets the older half of the versions, except those under way.
func (l *lane) turn() {
	recent := make(map[string]version)
	for record, v := range l.before {
		if _, again := l.recent[record]; v.underway && !again {
			recent[record] = v
		}
	}
	l.before, l.recent = l.recent, recent
}

// leave notes that a message is in the streams, or that it failed and they are
// open to any version again.
func (l *lane) leave(record string, sequence uint64, durable bool) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.before, record)
	if !durable {
		delete(l.recent, record)
		return
	}
	l.recent[record] = version{sequence: sequence}
}
