package main

import (
	"context"
	"time"

	"qingting/ingest"
	"qingting/ingest/alert"
)

// alertFlags say what the process that holds the statistics tells of.
type alertFlags struct {
	AlertEvery     time.Duration `default:"15m" help:"How often the statistics are looked at for bursts and drifts, which are published on feedback.alerts.<theme>; also when a day ends. 0 is never (default ${default})."`
	AlertDays      int           `default:"3" help:"An alert begins when the last day of a burst is among so many, today one of them (default ${default})."`
	AlertLeast     int           `default:"5" help:"Fewest documents of a burst (default ${default})."`
	AlertTheme     []string      `placeholder:"ID" help:"Only these themes, pain points and risks; may be repeated. All, when not given."`
	FalseAlarms    float64       `default:"1" help:"Bursts that chance may raise a theme and year, above 0 and at most 52 (default ${default})."`
	DiscoverEvery  time.Duration `default:"24h" help:"How often the ingest role looks for themes that nobody has named, as \"qingting discover\" does; new ones that grow are told on feedback.alerts.cluster.<id>. 0 is never (default ${default})."`
	AlertRetention time.Duration `default:"4320h" help:"How long alerts are kept (default ${default}, 180 days). Counts when the stream is made."`
}

// config is nil when nothing is to be told.
func (f alertFlags) config() (*alert.Config, error) {
	switch {
	case f.AlertEvery < 0:
		return nil, usagef("--alert-every must not be negative; 0 turns alerts off")
	case f.AlertDays < 1:
		return nil, usagef("--alert-days must be at least 1")
	case f.AlertLeast < 1:
		return nil, usagef("--alert-least must be at least 1")
	case !(f.FalseAlarms > 0 && f.FalseAlarms <= alert.MostFalseAlarms):
		return nil, usagef("--false-alarms must be above 0 and at most %d, one a theme and week", alert.MostFalseAlarms)
	case f.DiscoverEvery < 0:
		return nil, usagef("--discover-every must not be negative; 0 turns it off")
	case f.AlertEvery == 0:
		return nil, nil
	}
	return &alert.Config{
		Every: f.AlertEvery, Days: f.AlertDays, Least: f.AlertLeast, Themes: f.AlertTheme, FalseAlarms: f.FalseAlarms,
	}, nil
}

// addAlerts has the statistics watched.
func (s *node) addAlerts() (err error) {
	if s.cfg.alerts == nil {
		return nil
	}
	cfg := *s.cfg.alerts
	cfg.Log = s.cfg.log
	s.watcher, err = alert.New(s.streams.nc, s.stats, cfg)
	return err
}

// watchAlerts runs until ctx ends.
func (s *node) watchAlerts(ctx context.Context) error {
	return s.watcher.Run(ctx, func(ctx context.Context) error {
		last, err := s.streams.lastDocument(ctx)
		if err != nil {
			return err
		}
		if err := s.indexer.WaitFor(ctx, last); err != nil {
			return err
		}
		return s.counted.wait(ctx)
	})
}

// alertStreams are those that telling needs.
func (s *node) alertStreams() []string {
	if s.cfg.alerts == nil {
		return nil
	}
	return []string{ingest.StreamAlerts}
}
