package govern

import (
	"context"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"

	"qingting/ingest/settings"
)

// Mode says what becomes of feedback whose source is not in the register.
type Mode string

// The modes.
const (
	Refuse Mode = "refuse"
	Accept Mode = "accept" // it is taken like any other
)

// Gate knows which sources may send feedback. It is safe for concurrent use.
type Gate struct {
	settings *settings.Settings
	mode     Mode
	log      *slog.Logger
	register atomic.Pointer[Register]
}

// NewGate reads the register. When it cannot be read there is no Gate: nothing
// is taken in on a guess.
func NewGate(ctx context.Context, s *settings.Settings, mode Mode, log *slog.Logger) (*Gate, error) {
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	g := &Gate{settings: s, mode: mode, log: log}
	return g, g.read(ctx)
}

func (g *Gate) read(ctx context.Context) error {
	v, err := g.settings.Get(ctx, settings.Sources)
	if err != nil {
		return fmt.Errorf("register of sources: %w", err)
	}
	r, err := ParseRegister(v.Data)
	if err != nil {
		return err
	}
	g.register.Store(r)
	return nil
}

// Register is the register as it was last read.
func (g *Gate) Register() *Register { return g.register.Load() }

// watchAgain is the pause before the register is watched anew.
const watchAgain = 5 * time.Second

// Run follows the register until ctx ends. A version that cannot be read is
// told in the log, and the one before it goes on counting.
func (g *Gate) Run(ctx context.Context) error {
	for ctx.Err() == nil {
		for v, err := range g.settings.Watch(ctx, settings.Sources) {
			if err != nil {
				g.log.Error("following the register of sources", "error", err)
				break
			}
			r, err := ParseRegister(v.Data)
			if err != nil {
				g.log.Error("the register of sources cannot be read; the one before it counts", "error", err)
				continue
			}
			g.register.Store(r)
		}
		select {
		case <-time.After(watchAgain):
		case <-ctx.Done():
		}
	}
	return nil
}

// Admits reports whether a source may send feedback. A source that is not known
// is looked up once more in the bucket, so that what was just registered is
// known; an error there is the broker's, and says nothing of the source.
func (g *Gate) Admits(ctx context.Context, source string) (bool, error) {
	if _, ok := g.register.Load().Find(source); ok {
		return true, nil
	}
	if g.mode == Accept {
		return true, nil
	}
	if err := g.read(ctx); err != nil {
		return false, err
	}
	_, ok := g.register.Load().Find(source)
	return ok, nil
}
