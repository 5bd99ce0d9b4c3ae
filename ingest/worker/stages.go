package worker

import (
	"time"

	"qingting/internal/latency"
)

// The stages of a message, in the order in which it passes them. Detect is the part of
// redaction that looks; Redact is what remains of it. Publish is from the first message
// to a stream until all of them have acknowledged: the vault, the ledger, the documents.
const (
	StageDecode   = "decode"
	StageDetect   = "detect"
	StageRedact   = "redact"
	StageSeal     = "seal"
	StageAnnotate = "annotate"
	StagePublish  = "publish"
)

// StageNames are all stages, in their order.
var StageNames = [...]string{StageDecode, StageDetect, StageRedact, StageSeal, StageAnnotate, StagePublish}

// stages counts how long each stage took, of the messages that came to its end.
type stages struct{ decode, detect, redact, seal, annotate, publish latency.Histogram }

// Stages returns how long the stages took so far, by name.
func (w *Worker) Stages() map[string]latency.Snapshot {
	s := &w.pipeline.stages
	return map[string]latency.Snapshot{
		StageDecode: s.decode.Snapshot(), StageDetect: s.detect.Snapshot(), StageRedact: s.redact.Snapshot(),
		StageSeal: s.seal.Snapshot(), StageAnnotate: s.annotate.Snapshot(), StagePublish: s.publish.Snapshot(),
	}
}

// watch times the stages of one message, one after the other.
type watch struct {
	began  time.Time
	detect time.Duration // of all its fields
}

// lap adds the time since the last lap, less what was passed over, to a stage.
func (w *watch) lap(of *latency.Histogram, less time.Duration) {
	now := time.Now()
	of.Add(now.Sub(w.began) - less)
	w.began = now
}
