package erase

import (
	"context"
	"errors"
	"fmt"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/settings"
)

// labels opens the settings, where the corrections of documents are; nil when
// there are none.
func (e *Eraser) labels(ctx context.Context) (*settings.Settings, error) {
	st, err := settings.Open(ctx, e.JS)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return nil, nil
	}
	return st, err
}

// labelled are those of records that analysts have corrected.
func (e *Eraser) labelled(ctx context.Context, records []string) ([]string, error) {
	st, err := e.labels(ctx)
	if err != nil || st == nil {
		return nil, err
	}
	wanted := newTokenSet(records)
	var there []string
	for v, err := range st.Below(ctx, settings.Labels) {
		if err != nil {
			return nil, err
		}
		if record := string(v.Key)[len(settings.Labels)+1:]; wanted[record] {
			there = append(there, record)
		}
	}
	return there, nil
}

// forgetLabels removes what analysts said records are about, all versions.
func (e *Eraser) forgetLabels(ctx context.Context, records []string) error {
	there, err := e.labelled(ctx, records)
	if err != nil || len(there) == 0 {
		return err
	}
	st, err := e.labels(ctx)
	if err != nil || st == nil {
		return err
	}
	return each(ctx, StageErasing, there, func(ctx context.Context, r string) error {
		if err := st.Forget(ctx, settings.LabelsOf(r)); err != nil {
			return fmt.Errorf("correction of a record: %w", err)
		}
		return nil
	})
}
