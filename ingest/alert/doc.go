// Package alert tells, over NATS, what the statistics see begin: themes, pain
// points and risks that burst or drift.
//
//	w := alert.New(nc, store, alert.Config{Every: 15 * time.Minute})
//	err := w.Run(ctx, ready)               // checks, publishes, until ctx ends
//
//	for stored, err := range alert.Read(ctx, nc, 0) { … }   // what was published
//
// An alert is published on feedback.alerts.<theme> and kept in FEEDBACK_ALERTS:
// once when a burst begins, again when it grows a class worse, and when it ends.
// The format is docs/formats/alert.md.
//
// Guarantees: what was published is read back from the stream, not from a file,
// and each message is written only if the theme's last one is the one that was
// seen; so neither a restart nor several processes over the same documents
// publish an alert twice. Bursts and drifts whose last day lies further back
// than Config.Days are never begun: an index that is rebuilt, or feedback of
// last year, raises no alarm. Figures are those that textmining/statistics lets
// anyone see, under its k; no quote and no record id is in an alert.
//
// False alarms: at most Config.FalseAlarms a theme and year by the calibration
// of textmining/trend, measured there over days that are over. The day that is
// not over is looked at many times; what stands on it alone must be eight times
// less likely.
//
// It does not look for anything itself, and it does not send mail: subscribe.
package alert
