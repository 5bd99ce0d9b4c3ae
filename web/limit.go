package web

import (
	"math"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"time"

	"qingting/internal/account"
)

// Rate is how often something may be done: Burst at once, and PerSecond in the
// long run.
type Rate struct {
	PerSecond float64
	Burst     int
}

// Limits are the rates of requests; zero ones are the defaults.
type Limits struct {
	Address Rate // of requests from one address that is no loopback one: 30 a second, 300 at once
	User    Rate // of requests of one user: 20 a second, 200 at once
	SignIn  Rate // of attempts to sign in from one address: ten a minute, ten at once
	Failure Rate // of wrong tokens from one address: ten a minute, ten at once
}

func (l Limits) orDefaults() Limits {
	for _, d := range []struct {
		rate *Rate
		to   Rate
	}{
		{&l.Address, Rate{30, 300}},
		{&l.User, Rate{20, 200}},
		{&l.SignIn, Rate{10.0 / 60, 10}},
		{&l.Failure, Rate{10.0 / 60, 10}},
	} {
		if *d.rate == (Rate{}) {
			*d.rate = d.to
		}
	}
	return l
}

const maxBuckets = 8192 // of each kind; of more, the fullest are forgotten

// buckets are token buckets by key. The zero value but for rate is ready for use.
type buckets struct {
	rate Rate
	now  func() time.Time // time.Now when nil

	mu sync.Mutex
	of map[string]bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func (b *buckets) clock() time.Time {
	if b.now != nil {
		return b.now()
	}
	return time.Now()
}

// fill is a bucket as it is now.
func (b *buckets) fill(key string, now time.Time) float64 {
	have, ok := b.of[key]
	if !ok {
		return float64(b.rate.Burst)
	}
	return min(float64(b.rate.Burst), have.left+b.rate.PerSecond*now.Sub(have.at).Seconds())
}

// wait is how long until one may be taken; 0 is now. Nothing is taken.
func (b *buckets) wait(key string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.until(b.fill(key, b.clock()))
}

func (b *buckets) until(left float64) time.Duration {
	if left >= 1 {
		return 0
	}
	return time.Duration((1 - left) / b.rate.PerSecond * float64(time.Second))
}

// take takes one when there is one, and says how long to wait when there is none.
func (b *buckets) take(key string) time.Duration {
	b.mu.Lock()
	defer b.mu.Unlock()
	now := b.clock()
	left := b.fill(key, now)
	if w := b.until(left); w > 0 {
		return w
	}
	if b.of == nil {
		b.of = make(map[string]bucket)
	}
	if len(b.of) >= maxBuckets {
		b.forget(now)
	}
	b.of[key] = bucket{left - 1, now}
	return 0
}

// forget drops buckets that are full again; when all are in use, those that are
// more than half full, and at last any: who comes from thousands of addresses at
// once is not stopped by counting them.
func (b *buckets) forget(now time.Time) {
	for _, least := range []float64{float64(b.rate.Burst), float64(b.rate.Burst) / 2, 0} {
		for key := range b.of {
			if b.fill(key, now) >= least {
				delete(b.of, key)
			}
		}
		if len(b.of) < maxBuckets {
			return
		}
	}
}

// limits are the buckets of a server.
type limits struct{ address, user, signIn, failure buckets }

func newLimits(l Limits) *limits {
	l = l.orDefaults()
	return &limits{address: buckets{rate: l.Address}, user: buckets{rate: l.User}, signIn: buckets{rate: l.SignIn}, failure: buckets{rate: l.Failure}}
}

// limited slows an address down. Who is on this machine is not: nobody can
// come from there but its users, and a proxy that is not trusted by name.
func (s *server) limited(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if addr := requestOf(r.Context()).addr; !addr.IsLoopback() && !strings.HasPrefix(r.URL.Path, "/static/") {
			if wait := s.limits.address.take(account.AddressOf(addr)); wait > 0 {
				s.refuse(w, r, tooMany(r, wait))
				return
			}
		}
		next.ServeHTTP(w, r)
	})
}

// tooMany is a refusal for a while, which refuse tells the client too.
func tooMany(r *http.Request, wait time.Duration) *httpError {
	requestOf(r.Context()).wait = wait
	n := seconds(wait)
	return &httpError{http.StatusTooManyRequests, say{
		"请求太频繁，请 " + n + " 秒后再试。", "Too many requests. Try again in " + n + " seconds.",
	}}
}

// seconds is a wait as Retry-After has it.
func seconds(wait time.Duration) string {
	return strconv.Itoa(max(1, int(math.Ceil(wait.Seconds()))))
}
