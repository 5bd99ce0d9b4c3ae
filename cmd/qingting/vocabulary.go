package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"os"
	"sync"
	"time"

	"qingting/ingest/settings"
	"qingting/textmining"
	"qingting/textmining/segment"
)

// vocabulary is what texts are read by, words, themes and models, and follows
// their settings: a change builds another Annotator beside the one that works, and
// puts it in its place. Documents say by their versions which one read them.
type vocabulary struct {
	live    *textmining.Live
	sources textmining.Sources // as they are in place
	tell    func(context.Context, *textmining.Annotator) error
	log     *slog.Logger
	mu      sync.Mutex
}

// newVocabulary begins with the files that the flags name.
func newVocabulary(f engineFlags, log *slog.Logger) (*vocabulary, error) {
	v := &vocabulary{sources: f.sources(), log: log}
	a, err := textmining.Load(v.sources)
	if err != nil {
		return nil, err
	}
	v.live = textmining.NewLive(a)
	return v, nil
}

// settle reads the settings before anything else does. A setting that cannot be
// read is told in the log, and the files count: feedback is taken in all the same.
func (v *vocabulary) settle(ctx context.Context, s *settings.Settings) error {
	for _, key := range followed {
		now, err := s.Get(ctx, key)
		if err != nil {
			return err
		}
		if len(now.Data) > 0 {
			v.change(ctx, key, now)
		}
	}
	return nil
}

// followed are the settings that make a vocabulary.
var followed = [...]settings.Key{settings.Taxonomy, settings.Lexicon, settings.ThemesModel, settings.ToneModel}

// place is where the sources hold a setting.
func place(s *textmining.Sources, key settings.Key) *[]byte {
	switch key {
	case settings.Taxonomy:
		return &s.Taxonomy
	case settings.ThemesModel:
		return &s.Themes
	case settings.ToneModel:
		return &s.Tone
	}
	return &s.Lexicon
}

// run follows the settings until ctx ends.
func (v *vocabulary) run(ctx context.Context, s *settings.Settings) error {
	var watches sync.WaitGroup
	for _, key := range followed {
		watches.Go(func() {
			for ctx.Err() == nil {
				for now, err := range s.Watch(ctx, key) {
					if err != nil {
						v.log.Error("following a setting", "setting", key, "error", err)
						break
					}
					v.change(ctx, key, now)
				}
				select {
				case <-time.After(watchVocabularyAgain):
				case <-ctx.Done():
				}
			}
		})
	}
	watches.Wait()
	return nil
}

// watchVocabularyAgain is the pause before a setting is watched anew.
const watchVocabularyAgain = 5 * time.Second

// change puts a version of a setting in place. One that does not build is told
// in the log, and the one before it goes on counting.
func (v *vocabulary) change(ctx context.Context, key settings.Key, now settings.Value) {
	v.mu.Lock()
	defer v.mu.Unlock()
	next := v.sources
	at := place(&next, key)
	if bytes.Equal(*at, now.Data) {
		return
	}
	*at = now.Data
	a, err := textmining.Load(next)
	if err != nil {
		v.log.Error("a setting cannot be used; the version before it counts", "setting", key, "version", now.Hash(), "error", err)
		return
	}
	v.sources = next
	v.live.Swap(a)
	read := a.Annotate("")
	v.log.Info("texts are read by another vocabulary from now on", "setting", key, "taxonomy", read.Taxonomy, "lexicon", read.Lexicon, "model", read.Model)
	if v.tell == nil {
		return
	}
	if err := v.tell(ctx, a); err != nil {
		v.log.Error("the ledger does not have what texts are read by", "error", err)
	}
}

// indexWords is the segmenter of the search index. An index keeps the words it
// was made with: cut into others, a query would not find what is in it. When the
// index is deleted, the next one is made with the present words.
func (v *vocabulary) indexWords(f dataFlags) (*segment.Segmenter, error) {
	v.mu.Lock()
	sources := v.sources
	v.mu.Unlock()
	if _, err := os.Stat(f.indexDir()); err != nil {
		if err := os.MkdirAll(f.Data, 0o700); err != nil {
			return nil, fmt.Errorf("lexicon of the search index: %w", err)
		}
		if err := os.WriteFile(indexLexicon(f.indexDir()), sources.Lexicon, 0o600); err != nil {
			return nil, fmt.Errorf("lexicon of the search index: %w", err)
		}
		return v.live.Annotator().Segmenter(), nil
	}
	seg, err := indexSegmenter(f.indexDir(), sources.LexiconFile)
	if err != nil {
		return nil, err
	}
	if seg.Version() != v.live.Annotator().Segmenter().Version() {
		v.log.Info("the search index keeps the words it was made with; to have it made anew, delete it while the server is stopped", "index", f.indexDir())
	}
	return seg, nil
}

// indexLexicon is where the words of the settings are that an index was made with.
func indexLexicon(dir string) string { return dir + ".lexicon" }

// indexSegmenter cuts as the index in dir was made: with the words of a file,
// and those that the settings had then.
func indexSegmenter(dir, lexiconFile string) (*segment.Segmenter, error) {
	kept, err := os.ReadFile(indexLexicon(dir))
	if err != nil && !os.IsNotExist(err) {
		return nil, fmt.Errorf("lexicon of the search index: %w", err)
	}
	return textmining.Sources{LexiconFile: lexiconFile, Lexicon: kept}.Segmenter()
}
