package alert

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/textmining/statistics"
)

// Cluster is a new cluster that grows, as discovery sees it: of k customers at
// least, in all figures.
type Cluster struct {
	ID, Name   string // "d-7", which no other cluster ever has
	Since, Day Day    // the days that are counted
	Documents  int    // of these days
	Expected   float64
	P          float64 // chance of so many
}

// Clusters tells of new clusters that grow, each once and for ever: it publishes
// those that the stream does not hold yet, which it returns. It is safe to call
// from several processes.
func Clusters(ctx context.Context, nc *nats.Conn, found []Cluster, k int, now time.Time) (told []Alert, err error) {
	if len(found) == 0 {
		return nil, nil
	}
	js, err := ingest.JetStream(nc)
	if err != nil {
		return nil, err
	}
	for range outruns {
		b := newBook()
		if err := b.read(ctx, nc); err != nil {
			return told, err
		}
		err = nil
		for _, c := range found {
			a := c.alert(k, now)
			if _, known := b.told[a.ID]; known {
				continue
			}
			if err = b.publish(ctx, js, a); err != nil {
				break
			}
			told = append(told, a)
		}
		if !errors.Is(err, errOutrun) {
			return told, err
		}
	}
	return told, err
}

func (c Cluster) alert(k int, now time.Time) Alert {
	a := Alert{
		Schema: Schema, ID: "cluster/" + c.ID + "/" + string(NewCluster), State: Open, Kind: NewCluster, Severity: Notice,
		Theme: c.ID, ThemeKind: "cluster", ZH: c.Name, EN: c.Name, Since: c.Since, Day: c.Day,
		Observed: &statistics.Count{N: c.Documents}, Expected: &c.Expected, P: &c.P, K: k, At: now.UTC().Truncate(time.Second),
	}
	if c.Documents < k {
		a.Observed, a.Expected = &statistics.Count{Below: k}, nil
	} else if c.Expected > 0 {
		factor := math.Round(10*float64(c.Documents)/c.Expected) / 10
		a.Factor = &factor
	}
	return a
}
