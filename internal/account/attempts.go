package account

import (
	"context"
	"errors"
	"fmt"
	"math/bits"
	"net/netip"
	"time"
)

// kind is what attempts are counted by.
type kind string

const (
	kindUser    kind = "user"
	kindAddress kind = "address"
)

// lockout is how attempts of a kind are slowed down: from the n-th on, each waits
// twice as long as the one before, up to a most, until nothing failed for a while.
type lockout struct {
	from        int
	first, most time.Duration
	forget      time.Duration
}

var lockouts = map[kind]lockout{
	kindUser:    {from: 5, first: 30 * time.Second, most: 15 * time.Minute, forget: 24 * time.Hour},
	kindAddress: {from: 20, first: 30 * time.Second, most: time.Hour, forget: time.Hour},
}

// wait is the time after the n-th attempt.
func (l lockout) wait(n int) time.Duration {
	if n < l.from {
		return 0
	}
	return min(l.first<<min(n-l.from, 20), l.most)
}

// attempts are those of one account or address.
type attempts struct {
	N     int       `json:"n"`
	Last  time.Time `json:"last"`
	Until time.Time `json:"until,omitzero"`
}

// LockedError is of an attempt that comes too early. It is the same for names
// that nobody has.
type LockedError struct{ Wait time.Duration }

func (e *LockedError) Error() string {
	return fmt.Sprintf("too many failed attempts: try again in %s", e.Wait.Round(time.Second))
}

// attemptsKey hides what was typed: somebody may type a password for a name.
func attemptsKey(k kind, who string) string { return "tries." + hashed(string(k) + " " + who)[:32] }

// AddressOf is an address as attempts are counted by: of IPv6 its /64, which is one
// subscriber's.
func AddressOf(a netip.Addr) string {
	a = a.Unmap().WithZone("")
	if a.Is6() {
		p, err := a.Prefix(64)
		if err == nil {
			return p.String()
		}
	}
	return a.String()
}

// attempt counts an attempt before it is made, so that many at once cannot each
// be the first; giveBack and forget take it back when it succeeds.
func (s *Service) attempt(ctx context.Context, k kind, who string) error {
	key, l := attemptsKey(k, who), lockouts[k]
	for range 4 * tries {
		var a attempts
		rev, err := get(ctx, s.store.sessions, key, &a)
		if err != nil {
			return err
		}
		now := s.now()
		if now.Before(a.Until) {
			return &LockedError{Wait: a.Until.Sub(now)}
		}
		if now.Sub(a.Last) > l.forget {
			a = attempts{}
		}
		a.N, a.Last, a.Until = a.N+1, now, time.Time{}
		if w := l.wait(a.N); w > 0 {
			a.Until = now.Add(w)
		}
		if _, err = put(ctx, s.store.sessions, key, a, rev); err == nil {
			return nil
		}
		if !errors.Is(err, errChanged) {
			return err
		}
	}
	return ErrBusy // others attempt the same at once
}

// failed reads how many attempts on an account have failed, this one included.
func (s *Service) failed(ctx context.Context, k kind, who string) (a attempts) {
	_, _ = get(ctx, s.store.sessions, attemptsKey(k, who), &a) // it is for the log only
	return a
}

// forget forgets the attempts on an account after one that succeeded.
func (s *Service) forget(ctx context.Context, who string) {
	s.settle(ctx, kindUser, who, true)
}

// giveBack takes back an attempt that succeeded and does not make others free: from
// an address, whose owner may have one account and guess at others, and the
// password before a code. Without it, who was guessed at had to wait between the two.
func (s *Service) giveBack(ctx context.Context, k kind, who string) {
	s.settle(ctx, k, who, false)
}

func (s *Service) settle(ctx context.Context, k kind, who string, all bool) {
	key := attemptsKey(k, who)
	for range tries {
		var a attempts
		rev, err := get(ctx, s.store.sessions, key, &a)
		if err != nil || rev == 0 {
			return
		}
		if all {
			err = take(ctx, s.store.sessions, key, rev)
		} else {
			a.N, a.Until = max(0, a.N-1), time.Time{}
			_, err = put(ctx, s.store.sessions, key, a, rev)
		}
		if !errors.Is(err, errChanged) {
			return
		}
	}
}

// tell logs failures, ever more seldom, and has a lock-out in the ledger.
func (s *Service) tell(ctx context.Context, at Attempt, known bool) {
	a := s.failed(ctx, kindUser, at.Name)
	name := "?" // what was typed may be anything
	user, err := s.user(ctx, at.Name)
	if known && err == nil {
		name = user.Name
	}
	if n := s.failed(ctx, kindAddress, at.From).N; bits.OnesCount(uint(a.N)) == 1 || n > 1 && bits.OnesCount(uint(n)) == 1 {
		s.cfg.Log.WarnContext(ctx, "sign-in failed", "user", name, "from", at.From, "attempts_on_user", a.N, "attempts_from_address", n)
	}
	if l := lockouts[kindUser]; a.N == l.from && name != "?" {
		if err := s.audit(ctx, Event{User: user, What: "locked out for a while", Count: a.N}); err != nil {
			s.cfg.Log.ErrorContext(ctx, "a lock-out is not in the ledger", "user", name, "error", err)
		}
	}
}
