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
	// ErrRebuilding: the index is being made anew and cannot answer yet; the
	// text says how far it is.
	ErrRebuilding = errors.New("search index is being rebuilt")
	// ErrTooBroad: a wildcard stands for too many values.
	ErrTooBroad = errors.New("query is too broad")
	// ErrBudget: a search took longer than it may; its error says how long that is.
	ErrBudget = errors.New("the search took longer than its time")
	// ErrCursor: a place to go on from is none, or another query's.
	ErrCursor = errors.New("this is no place in these results to go on from; start over from the first page")
	// ErrClosed: the index has been closed.
	ErrClosed = errors.New("search index is closed")
)
