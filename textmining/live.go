package textmining

import (
	"sync/atomic"

	"qingting/internal/document"
)

// Reader annotates texts: an Annotator, or a Live one.
type Reader interface {
	Annotate(text string) document.Annotation
}

// Live is an Annotator that can be exchanged while texts are annotated: each
// text is read by one Annotator from beginning to end, and says which by its
// versions. It is safe for concurrent use.
type Live struct{ now atomic.Pointer[Annotator] }

// NewLive begins with a, which is not nil.
func NewLive(a *Annotator) *Live {
	l := new(Live)
	l.now.Store(a)
	return l
}

// Annotate reads text by the present Annotator.
func (l *Live) Annotate(text string) document.Annotation { return l.now.Load().Annotate(text) }

// Annotator is the present one.
func (l *Live) Annotator() *Annotator { return l.now.Load() }

// Swap puts another Annotator in place, which is not nil.
func (l *Live) Swap(a *Annotator) { l.now.Store(a) }
