package custody

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/nats-io/nats.go/micro"

	"qingting/ingest/erase"
	"qingting/internal/access"
)

// What reads all documents, or changes many, outlasts a request: the request
// begins a task and is answered at once, and who asked looks how far it is.
// What came of it is fetched by pages. A task lives in the process that does it,
// and goes on when nobody looks. When that process ends, the same request does
// the rest: every order may be given again.

// Progress is how far a task has come.
type Progress = erase.Progress

const (
	// tasksAtOnce bounds the tasks under way in a process.
	tasksAtOnce = 4
	// tasksKept is how long what came of a task waits to be fetched.
	tasksKept = 10 * time.Minute
	// tasksEnded bounds how many of those there are.
	tasksEnded = 64
)

// tasks are those of this process that are asked about on one subject. Make it
// with newTasks.
type tasks struct {
	prefix string // subject of looks

	mu   sync.Mutex
	byID map[string]*task
}

// newTasks are asked about below a prefix, which says who may.
func newTasks(prefix string) *tasks {
	return &tasks{prefix: prefix + "run." + strings.ToLower(rand.Text()), byID: make(map[string]*task)}
}

// task is one of them.
type task struct {
	actor access.Actor
	stop  context.CancelFunc

	mu       sync.Mutex
	progress Progress
	ended    time.Time // zero while it is under way
	page     func(from int) (part any, next int)
	err      error
}

// taskBegun says where to look.
type taskBegun struct {
	Subject string `json:"subject"`
	ID      string `json:"id"`
}

type taskLook struct {
	Request
	ID   string `json:"id"`
	From int    `json:"from,omitempty"` // of what came of it
	Stop bool   `json:"stop,omitempty"` // end it
	Done bool   `json:"done,omitempty"` // all was fetched
}

// taskState is how far a task is; Part is a page of what came of it.
type taskState[A any] struct {
	Progress Progress `json:"progress"`
	Ended    bool     `json:"ended,omitempty"`
	Part     A        `json:"part,omitempty"`
	Next     int      `json:"next,omitempty"` // where the next page begins; 0 after the last
}

// pages is what can be fetched in parts.
type pages[A any] interface {
	// page is what begins at an item, and where the next begins, 0 when none does.
	page(from int) (part A, next int)
}

// beginning answers a request by beginning it as one of a list of tasks.
func beginning[R any, A pages[A]](s *Service, list *tasks, do func(context.Context, R) (A, error)) micro.Handler {
	return answering(s, func(ctx context.Context, r R) (taskBegun, error) {
		actor := access.ActorOf(ctx)
		id, t, err := list.add(actor, s.cfg.Now())
		if err != nil {
			return taskBegun{}, err
		}
		work, done, err := s.jobs.begin()
		if err != nil {
			list.drop(id)
			return taskBegun{}, err
		}
		work, t.stop = context.WithCancel(work)
		work = erase.WithProgress(access.WithActor(work, actor), t.told)
		go func() {
			defer done()
			defer t.stop()
			answer, err := do(work, r)
			t.end(s.cfg.Now(), func(from int) (any, int) { return answer.page(from) }, err)
		}()
		return taskBegun{list.prefix, id}, nil
	})
}

// add makes room for a task.
func (l *tasks) add(actor access.Actor, now time.Time) (string, *task, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	running, ended := 0, 0
	oldest, since := "", now
	for id, t := range l.byID {
		at := t.endedAt()
		switch {
		case at.IsZero():
			running++
		case now.Sub(at) > tasksKept:
			delete(l.byID, id)
		default:
			if ended++; !at.After(since) {
				oldest, since = id, at
			}
		}
	}
	if running >= tasksAtOnce {
		return "", nil, fmt.Errorf("%d requests are being worked on: try again when one has ended", running)
	}
	if ended >= tasksEnded {
		delete(l.byID, oldest)
	}
	id, t := rand.Text(), &task{actor: actor}
	l.byID[id] = t
	return id, t, nil
}

func (l *tasks) drop(id string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	delete(l.byID, id)
}

var errNoTask = errors.New("what was begun is not known here any more: give the order again, it goes on with what is left")

// look tells who began a task how far it is.
func (l *tasks) look(ctx context.Context, r taskLook) (taskState[any], error) {
	l.mu.Lock()
	t := l.byID[r.ID]
	l.mu.Unlock()
	actor := access.ActorOf(ctx)
	if t == nil || t.actor.Name != actor.Name || t.actor.Role != actor.Role || r.From < 0 {
		return taskState[any]{}, errNoTask
	}
	if r.Stop {
		t.stop()
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	state := taskState[any]{Progress: t.progress, Ended: !t.ended.IsZero()}
	if !state.Ended {
		return state, nil
	}
	if t.err != nil || r.Done {
		l.drop(r.ID)
		return state, t.err
	}
	state.Part, state.Next = t.page(r.From)
	return state, nil
}

func (t *task) told(p Progress) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if p.Stage != t.progress.Stage || p.Done > t.progress.Done || p.Total != t.progress.Total {
		t.progress = p
	}
}

func (t *task) end(now time.Time, page func(int) (any, int), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.ended, t.page, t.err = now, page, err
}

func (t *task) endedAt() time.Time {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.ended
}

// The pauses between two looks at a task.
const (
	firstLook = 5 * time.Millisecond
	lastLook  = time.Second / 2
)

// WithProgress is a client that tells how far what it waits for has come. tell
// must return at once.
func (c *Client) WithProgress(tell func(Progress)) *Client {
	return &Client{send: c.send, tell: tell}
}

// do begins a task, waits for its end and gathers its pages. When ctx ends, the
// task goes on, unless it only reads: then it is stopped.
func do[A any](ctx context.Context, c *Client, subject string, who Request, r any, reads bool, add func(A)) error {
	var begun taskBegun
	if err := c.ask(ctx, subject, r, &begun); err != nil {
		return err
	}
	look := taskLook{Request: Request{Actor: who.Actor}, ID: begun.ID}
	for pause := firstLook; ; pause = min(2*pause, lastLook) {
		var state taskState[A]
		if err := c.ask(ctx, begun.Subject, look, &state); err != nil {
			return err
		}
		if c.tell != nil {
			c.tell(state.Progress)
		}
		if state.Ended {
			add(state.Part)
			if look.From = state.Next; look.From > 0 {
				pause = firstLook
				continue
			}
			look.Done = true
			return c.ask(ctx, begun.Subject, look, &state)
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
			if !reads {
				return fmt.Errorf("it goes on at the server: %w", ctx.Err())
			}
			look.Stop = true
			closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
			defer cancel()
			_ = c.ask(closing, begun.Subject, look, &state) // as a courtesy
			return ctx.Err()
		}
	}
}

// fitting is how many of the items fit into one answer, at least one: size is
// about what each takes in JSON, taken what is in the answer already.
func fitting[T any](items []T, taken int, size func(T) int) int {
	for i, item := range items {
		if taken += size(item); taken > readingPage && i > 0 {
			return i
		}
	}
	return len(items)
}
