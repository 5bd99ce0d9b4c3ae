package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"qingting/ingest"
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

// themesRow is a line of feedback, as the commands on taxonomies read it.
type themesRow struct {
	line     int
	name     string // its id, or "line 3"
	text     string
	labels   []string
	labelled bool
	time     time.Time // zero when there is none
}

func parseThemesRow(n int, line []byte, label string) (themesRow, error) {
	flags := labelledFlags{Text: "text", Title: "title", Label: label}
	read, labelled, err := flags.row(line)
	if err != nil {
		return themesRow{}, err
	}
	row := themesRow{line: n, name: fmt.Sprintf("line %d", n), text: read.Text, labels: read.Labels, labelled: labelled}
	var about struct {
		ID, Time, Date json.RawMessage
	}
	// What is no id or no time is as good as none.
	_ = json.Unmarshal(line, &about)
	var id string
	switch {
	case json.Unmarshal(about.ID, &id) == nil && id != "":
		row.name = id
	case len(about.ID) > 0 && strings.ContainsRune("-0123456789", rune(about.ID[0])):
		row.name = string(about.ID)
	}
	for _, raw := range []json.RawMessage{about.Time, about.Date} {
		if at, ok := ingest.ParseTime(strings.Trim(string(raw), `"`)); ok {
			row.time = at
			break
		}
	}
	return row, nil
}

// eachThemesRow reads the file name and calls f, under a lock, with each row
// and what each of the taxonomies makes of it. Rows come in any order.
func eachThemesRow(ctx context.Context, con *console, name, label string, taxes []*taxonomy.Taxonomy, f func(themesRow, []document.Annotation)) error {
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
	var mu sync.Mutex
	err = eachLine(ctx, in, con, func(n int, line []byte, _ *bytes.Buffer) error {
		if len(bytes.TrimSpace(line)) == 0 {
			return nil
		}
		row, err := parseThemesRow(n, line, label)
		if err != nil {
			return err
		}
		made := make([]document.Annotation, len(annotators))
		for i, a := range annotators {
			made[i] = a.Annotate(row.text)
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
