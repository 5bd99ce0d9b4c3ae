package search

import "errors"

// What can be wrong with an index folder. For the first two the cure is the
// same: delete the folder and index again from the stream.
var (
	// ErrRebuild: the index was made by another format, segmenter or stream.
	ErrRebuild = errors.New("search index must be rebuilt")
	// ErrDamaged: the folder is not a whole index.
	ErrDamaged = errors.New("search index is damaged")
	// ErrInUse: another process has the index open.
	ErrInUse = errors.New("search index is in use by another process")
	// ErrTooBroad: a wildcard stands for too many values.
	ErrTooBroad = errors.New("query is too broad")
	// ErrClosed: the index has been closed.
	ErrClosed = errors.New("search index is closed")
)
