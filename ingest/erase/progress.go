package erase

import "context"

// Progress is how far something has come.
type Progress struct {
	Stage Stage `json:"stage"`
	Done  int64 `json:"done"`
	Total int64 `json:"total"` // 0 when it is not known
}

// Stage is a part of the work.
type Stage string

// The stages.
const (
	StageReading  Stage = "reading"  // documents, by sequence
	StageMarking  Stage = "marking"  // records
	StageErasing  Stage = "erasing"  // sealed values, by record, and then documents
	StageWriting  Stage = "writing"  // documents, restricted or free
	StageIndex    Stage = "index"    // the index forgets, and rewrites its files
	StageChecking Stage = "checking" // what is left
)

type progressKey struct{}

// WithProgress has what is done with the context tell how far it has come. tell
// is called by several goroutines, a few times a second or a thousand times a
// second, and must return at once.
func WithProgress(ctx context.Context, tell func(Progress)) context.Context {
	return context.WithValue(ctx, progressKey{}, tell)
}

// told says how far a stage has come.
func told(ctx context.Context, stage Stage, done, total int64) {
	if tell, ok := ctx.Value(progressKey{}).(func(Progress)); ok {
		tell(Progress{stage, done, total})
	}
}
