package main

import (
	"context"
	"fmt"
	"os"
	"slices"
	"time"

	"qingting/internal/corpus"
	"qingting/internal/document"
	"qingting/internal/secrets"
	"qingting/privacy/detect"
	"qingting/privacy/fold"
	"qingting/privacy/vault"
	"qingting/search"
	"qingting/textmining"
	"qingting/textmining/segment"
)

// benchStages times each stage alone, on one goroutine but for the index.
func benchStages(ctx context.Context, con *console, items []corpus.Item, docs []*document.Document, size int64) (list []measurement, err error) {
	detector, err := detect.New()
	if err != nil {
		return nil, err
	}
	redactor, err := newRedactor("", nil)
	if err != nil {
		return nil, err
	}
	annotator, err := textmining.DefaultAnnotator()
	if err != nil {
		return nil, err
	}
	seal, err := benchSealer()
	if err != nil {
		return nil, err
	}
	add := func(stage string, each func(i int) error) error {
		fmt.Fprintf(con.Err, "stage: %s\n", stage)
		began := time.Now()
		for i := range items {
			if err := each(i); err != nil {
				return err
			}
		}
		list = append(list, measurement{stage, len(items), size, time.Since(began).Seconds()})
		return ctx.Err()
	}
	var tokens []segment.Token
	stages := []struct {
		name string
		each func(i int) error
	}{
		{"normalise", func(i int) error { fold.New(items[i].Text); return nil }},
		{"normalise + detect", func(i int) error { detector.Detect(items[i].Text); return nil }},
		{"redact (with detect)", func(i int) error { redactor.Redact(items[i].Text, items[i].Time); return nil }},
		{"seal", func(i int) error {
			_, err := seal.Seal(ctx, vault.Record{ID: docs[i].Record, Values: []vault.Value{{Type: "MOBILE", End: 11, Plain: "13800138000"}}})
			return err
		}},
		{"segment", func(i int) error {
			tokens = annotator.Segmenter().AppendTokens(tokens[:0], docs[i].Text)
			return nil
		}},
		{"annotate (with segment)", func(i int) error { annotator.Annotate(docs[i].Text); return nil }},
	}
	for _, s := range stages {
		if err := add(s.name, s.each); err != nil {
			return nil, err
		}
	}
	seconds, err := benchIndex(ctx, annotator.Segmenter(), docs)
	if err != nil {
		return nil, err
	}
	return append(list, measurement{"index (all cores)", len(docs), size, seconds}), nil
}

// benchSealer seals to a new officer and keeps no epoch.
func benchSealer() (*vault.Sealer, error) {
	dir, err := os.MkdirTemp("", "qingting-bench-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	if _, err := secrets.NewUnprotectedIdentity(dir + "/officer.key"); err != nil {
		return nil, err
	}
	ids, err := secrets.LoadIdentities(dir+"/officer.key", nil)
	if err != nil {
		return nil, err
	}
	lines, err := secrets.RecipientsOf(ids)
	if err != nil {
		return nil, err
	}
	if err := os.WriteFile(dir+"/officer.pub", []byte(lines[0]+"\n"), 0o600); err != nil {
		return nil, err
	}
	officers, err := secrets.LoadRecipients(dir + "/officer.pub")
	if err != nil {
		return nil, err
	}
	return vault.NewSealer(officers, noEpochs{})
}

// noEpochs forgets epoch keys: what is sealed here is thrown away.
type noEpochs struct{}

func (noEpochs) PutEpoch(context.Context, vault.Envelope) error { return nil }

// benchIndex times our index alone, in batches as the indexer makes them.
func benchIndex(ctx context.Context, seg *segment.Segmenter, docs []*document.Document) (float64, error) {
	dir, err := os.MkdirTemp("", "qingting-bench-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	ix, err := search.Open(dir+"/index", search.Config{Segmenter: words{seg}})
	if err != nil {
		return 0, err
	}
	defer ix.Close()
	began := time.Now()
	if err := applyAll(ctx, ix, docs, 0); err != nil {
		return 0, err
	}
	return time.Since(began).Seconds(), nil
}

// applyAll indexes documents in batches as the indexer makes them, after so many
// others.
func applyAll(ctx context.Context, ix *search.Index, docs []*document.Document, seq int) error {
	for part := range slices.Chunk(docs, 2000) {
		changes := make([]search.Change, len(part))
		for i, d := range part {
			seq++
			changes[i] = search.Change{Put: d, Seq: uint64(seq)}
		}
		if err := ix.Apply(ctx, changes, uint64(seq)); err != nil {
			return err
		}
	}
	return nil
}
