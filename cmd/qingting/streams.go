package main

import (
	"context"
	"fmt"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest"
	"qingting/ingest/broker"
	"qingting/ingest/settings"
	"qingting/internal/document"
)

// streams is a connection to the durable state: an embedded broker's, or an
// existing server's.
type streams struct {
	unlock func()         // nil without a data directory
	broker *broker.Broker // nil with an existing server
	nc     *nats.Conn
	js     jetstream.JetStream

	settings *settings.Settings // nil where only some streams are used
}

// open connects, when nothing did yet, and creates or checks the streams that
// are named, or all.
func (s *streams) open(ctx context.Context, limits ingest.StreamLimits, names ...string) (err error) {
	if s.nc == nil {
		if s.nc, err = s.broker.Connect(); err != nil {
			return err
		}
	}
	if s.js, err = ingest.JetStream(s.nc); err != nil {
		return fmt.Errorf("jetstream: %w", err)
	}
	if err := ingest.Streams(ctx, s.js, limits, names...); err != nil {
		return streamsError(err)
	}
	if len(names) > 0 {
		return nil
	}
	s.settings, err = settings.Create(ctx, s.js, limits.Replicas)
	return err
}

func (s *streams) close() {
	if s.nc != nil {
		s.nc.Close()
	}
	if s.broker != nil {
		s.broker.Shutdown()
	}
	if s.unlock != nil {
		s.unlock()
	}
}

// lastDocument is the last sequence of the documents stream.
func (s *streams) lastDocument(ctx context.Context) (uint64, error) {
	docs, err := s.js.Stream(ctx, ingest.StreamDocs)
	if err != nil {
		return 0, fmt.Errorf("stream %s: %w", ingest.StreamDocs, err)
	}
	return docs.CachedInfo().State.LastSeq, nil
}

// publisherURL is where publishers connect to the embedded broker, or empty.
func (s *streams) publisherURL() string {
	if s.broker == nil {
		return ""
	}
	return s.broker.URL()
}

// eachDocument reads the documents stream from its first message to what was
// its last one at the start.
func (s *streams) eachDocument(ctx context.Context, take func(*document.Document), malformed func(seq uint64, err error)) error {
	last, err := s.lastDocument(ctx)
	if err != nil || last == 0 {
		return err
	}
	return ingest.ReadDocuments(ctx, s.js, last, take, malformed)
}
