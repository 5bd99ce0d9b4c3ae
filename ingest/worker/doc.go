// Package worker is the path from feedback as published to a redacted document
// and a sealed record: decode, detect, redact, seal, annotate, publish, and only
// then acknowledge.
//
//	w, err := worker.New(js, pipeline, worker.Config{})
//	err = w.Run(ctx) // until ctx ends; then what was taken is finished
//
// Delivery in is at least once; the record id, derived and never drawn, makes a
// second run over the same message write the same record again. So a process
// killed at any instant loses nothing and counts nothing twice.
//
// It fails closed: when detection, sealing or a publish fails, the message
// stays in the queue and no document of it appears. A message that cannot be
// processed is sealed to the officers and parked in FEEDBACK_DEAD.
package worker
