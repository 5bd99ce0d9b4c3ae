package main

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go"

	"qingting/ingest"
	"qingting/internal/latency"
	"qingting/web"
)

// pageIntake publishes what comes by HTTP as any publisher would.
type pageIntake struct {
	publisher *ingest.Publisher
	took      *latency.Histogram
}

// intake is what takes feedback in over HTTP; nil in a process that may not publish.
// Stop it when nothing asks any more.
func (n *node) intake(took *latency.Histogram) (in web.Intake, stop func(), err error) {
	if n.worker == nil {
		return nil, func() {}, nil
	}
	p, err := ingest.NewPublisher(n.streams.js, ingest.PublisherOptions{})
	if err != nil {
		return nil, nil, fmt.Errorf("taking feedback in over HTTP: %w", err)
	}
	return pageIntake{p, took}, p.Close, nil
}

// Publish implements web.Intake. What is taken is decoded first, so that who sends
// hears at once of what would become a dead letter.
func (i pageIntake) Publish(ctx context.Context, channel string, header map[string][]string, body []byte, settled func(error)) error {
	subject := ""
	if channel != "" {
		subject = "feedback.in." + channel
	}
	f, err := ingest.Decode(subject, nats.Header(header), body, nil, time.Now())
	if err == nil {
		began := time.Now()
		err = i.publisher.Publish(ctx, f, func(err error) {
			i.took.Add(time.Since(began))
			settled(intakeError(err))
		})
	}
	return intakeError(err)
}

// intakeError is an error in the words of the pages.
func intakeError(err error) error {
	var refusal *ingest.Refusal
	switch {
	case err == nil:
		return nil
	case errors.As(err, &refusal):
		return &web.IntakeRefusal{Reason: refusal.Reason, Detail: refusal.Detail}
	case errors.Is(err, ingest.ErrBackPressure):
		return fmt.Errorf("%w: %w", web.ErrIntakeBusy, err)
	case errors.Is(err, ingest.ErrUnsure):
		return fmt.Errorf("%w: %w", web.ErrIntakeUnsure, err)
	}
	return err
}
