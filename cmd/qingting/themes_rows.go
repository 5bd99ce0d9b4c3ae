package main

import (
	"bytes"
	"context"
	"fmt"
	"sync"

	"qingting/internal/document"
	"qingting/textmining"
	"qingting/textmining/segment"
	"qingting/textmining/taxonomy"
)

// loadTaxonomy reads a taxonomy file; "default" is the built-in one.
func loadTaxonomy(file string) (*taxonomy.Taxonomy, error) {
	if file == "default" {
		file = ""
	}
	return taxonomy.Load(file)
}

// eachThemesRow reads the file name and calls f, under a lock, with each row
// and what each of the taxonomies makes of it. Rows come in any order.
func eachThemesRow(ctx context.Context, con *console, name, label string, taxes []*taxonomy.Taxonomy, f func(feedbackRow, []document.Annotation)) error {
	seg, err := segment.New()
	if err != nil {
		return err
	}
	annotators := make([]*textmining.Annotator, len(taxes))
	for i, t := range taxes {
		if annotators[i], err = textmining.New(textmining.Config{Segmenter: seg, Taxonomy: t}); err != nil {
			return err
		}
	}
	in, err := openInput(name, con)
	if err != nil {
		return err
	}
	defer in.Close()
	fields := rowFields{Labels: &labelledFlags{Text: "text", Title: "title", Label: label}}
	var mu sync.Mutex
	err = eachLine(ctx, in, con, func(n int, line []byte, _ *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		var row feedbackRow
		if err := row.parse(n, line, fields); err != nil {
			return err
		}
		made := make([]document.Annotation, len(annotators))
		for i, a := range annotators {
			made[i] = a.Annotate(row.Text)
		}
		mu.Lock()
		defer mu.Unlock()
		f(row, made)
		return nil
	})
	if err != nil {
		return fmt.Errorf("%w; nothing is measured", err)
	}
	return nil
}

// tagged returns the ids of the themes of an annotation.
func tagged(a document.Annotation) []string {
	ids := make([]string, len(a.Themes))
	for i, t := range a.Themes {
		ids[i] = t.ID
	}
	return ids
}
