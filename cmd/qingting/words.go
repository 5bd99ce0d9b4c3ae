package main

import (
	"bytes"
	"fmt"
	"os"
	"sync"

	"qingting/textmining/segment"
)

// words gives the search index the segmenter's words.
type words struct{ *segment.Segmenter }

var tokenPool = sync.Pool{New: func() any { return new([]segment.Token) }}

// Tokens implements search.Segmenter: spaces and punctuation are no words.
func (w words) Tokens(text string, emit func(start, end int)) {
	buf := tokenPool.Get().(*[]segment.Token)
	defer tokenPool.Put(buf)
	*buf = w.AppendTokens((*buf)[:0], text)
	for _, t := range *buf {
		if t.Kind != segment.Space && t.Kind != segment.Punct {
			emit(t.Start, t.End)
		}
	}
}

// lexiconOption adds the words of a file, as the annotator does; no file adds none.
func lexiconOption(path string) ([]segment.Option, error) {
	if path == "" {
		return nil, nil
	}
	content, err := os.ReadFile(path)
	if err != nil {
		return nil, fmt.Errorf("lexicon: %w", err)
	}
	return []segment.Option{segment.WithLexicon(path, bytes.NewReader(content))}, nil
}
