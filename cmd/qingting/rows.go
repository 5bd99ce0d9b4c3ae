package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"qingting/ingest"
)

// feedbackRow is a line of feedback as the mining commands read it: redacted
// text, with who said it, by pseudonym, and when, if that is known.
type feedbackRow struct {
	ID       json.RawMessage
	Text     string // with the title before it, if there is one
	Customer string
	Time     time.Time
}

// parse reads a line. Fields that are not known are ignored; errors hold
// nothing of the line.
func (r *feedbackRow) parse(line []byte) error {
	var fields struct {
		ID       json.RawMessage `json:"id"`
		Title    string          `json:"title"`
		Text     *string         `json:"text"`
		Customer json.RawMessage `json:"customer"`
		Time     json.RawMessage `json:"time"`
	}
	if err := json.Unmarshal(line, &fields); err != nil || fields.Text == nil {
		return errors.New(`not a JSON object with "text"; each line must be {"id":…,"text":…}`)
	}
	*r = feedbackRow{ID: fields.ID, Text: *fields.Text, Customer: plainValue(fields.Customer)}
	if fields.Title != "" {
		r.Text = fields.Title + "\n" + r.Text
	}
	if at := plainValue(fields.Time); at != "" {
		var ok bool
		if r.Time, ok = ingest.ParseTime(at); !ok {
			return errors.New(`"time" is not a time; write 2026-01-31T08:00:00+08:00, or leave it out`)
		}
	}
	return nil
}

// plainValue is a string without its quotes, and anything else as it is written.
func plainValue(raw json.RawMessage) string {
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return strings.TrimSpace(string(raw))
}

// eachRow reads feedback row by row. A line that is none is told on con.Err,
// the others go on, and the result is an error.
func eachRow(ctx context.Context, in io.Reader, con *console, take func(feedbackRow) error) error {
	failed := 0
	err := readBatches(ctx, in, func(b *batch) bool {
		for i, line := range b.lines {
			if len(bytes.TrimSpace(line)) == 0 && !(b.long && i == len(b.lines)-1) {
				continue
			}
			var row feedbackRow
			err := row.parse(line)
			if err == nil {
				err = take(row)
			}
			if err != nil {
				fmt.Fprintf(con.Err, "qingting: line %d: %v\n", b.first+i, err)
				failed++
			}
		}
		return true
	})
	if err != nil {
		return fmt.Errorf("reading the input: %w", err)
	}
	if err := interrupted(ctx); err != nil {
		return err
	}
	if failed > 0 {
		return fmt.Errorf("%d of the lines could not be read, see above", failed)
	}
	return nil
}
