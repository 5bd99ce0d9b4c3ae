package main

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"

	"qingting/ingest/settings"
	"qingting/search"
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

// indexWords are the words of the search index: its own where there is one,
// else those of now, and the lexicon of the settings among them.
func (v *vocabulary) indexWords(f dataFlags) (*segment.Segmenter, []byte, error) {
	seg, lexicon := v.words()
	kept, ok := search.LexiconOf(f.indexDir())
	if !ok || bytes.Equal(kept, lexicon) {
		return seg, lexicon, nil
	}
	v.mu.Lock()
	file := v.sources.LexiconFile
	v.mu.Unlock()
	seg, err := textmining.Sources{LexiconFile: file, Lexicon: kept}.Segmenter()
	return seg, kept, err
}

// words are the segmenter of now, and the lexicon of the settings in it.
func (v *vocabulary) words() (*segment.Segmenter, []byte) {
	v.mu.Lock()
	defer v.mu.Unlock()
	return v.live.Annotator().Segmenter(), v.sources.Lexicon
}

// indexSegmenter cuts as the index in dir was made: with the words of a file,
// and those that the settings had then.
func indexSegmenter(dir, lexiconFile string) (*segment.Segmenter, error) {
	kept, _ := search.LexiconOf(dir)
	return textmining.Sources{LexiconFile: lexiconFile, Lexicon: kept}.Segmenter()
}

// followWords has the index made anew, beside the one that answers, whenever
// the words of now are others than its own.
func (s *node) followWords(ctx context.Context) error {
	tick := time.NewTicker(lookAgain)
	defer tick.Stop()
	var last string
	for {
		seg, lexicon := s.vocabulary.words()
		if version := seg.Version(); version != last {
			last = version
			s.index.Follow(words{seg}, lexicon)
		}
		select {
		case <-tick.C:
			if s.worker == nil { // else the settings are followed for the texts
				s.lookAtWords(ctx)
			}
		case <-ctx.Done():
			return nil
		}
	}
}

// lookAtWords reads the lexicon of the settings where nothing else does.
func (s *node) lookAtWords(ctx context.Context) {
	st, err := settings.Open(ctx, s.streams.js)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		return // nobody has taken feedback in yet
	}
	var now settings.Value
	if err == nil {
		now, err = st.Get(ctx, settings.Lexicon)
	}
	switch {
	case ctx.Err() != nil:
	case err != nil:
		s.cfg.log.Error("looking at the lexicon", "error", err)
	case len(now.Data) > 0:
		s.vocabulary.change(ctx, settings.Lexicon, now)
	}
}
