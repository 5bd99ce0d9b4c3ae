package main

import (
	"bytes"
	"cmp"
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
	Line     int             // from 1
	ID       json.RawMessage // as it is written; nil when there is none
	Text     string          // with the title before it, if there is one
	Customer string
	Time     time.Time // zero when there is none
	Timeless bool      // what should say the time does not
	Labels   []string
	Labelled bool // there are Labels, though it may be none
}

// rowFields say where in a line things are. The zero value is the usual places,
// and no labels.
type rowFields struct {
	Time     string         // "": time, or date; "-": nowhere
	Customer string         // "": customer
	Labels   *labelledFlags // nil: not looked for
}

var errNoRow = errors.New(`not a JSON object with "text"; each line must be {"id":…,"text":…}`)

// name is the id, or "line 3".
func (r *feedbackRow) name() string {
	if r.ID == nil {
		return fmt.Sprintf("line %d", r.Line)
	}
	return plainValue(r.ID)
}

// parse reads a line. Fields that are not known are ignored; errors hold
// nothing of the line.
func (r *feedbackRow) parse(n int, line []byte, f rowFields) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(line, &fields); err != nil {
		return errNoRow
	}
	flags := labelledFlags{Text: "text", Title: "title"}
	if f.Labels != nil {
		flags = *f.Labels
	}
	*r = feedbackRow{Line: n}
	var err error
	if r.Text, err = flags.text(fields); err != nil {
		if f.Labels == nil {
			return errNoRow // there is no flag to name another field by
		}
		return err
	}
	if f.Labels != nil {
		if r.Labels, r.Labelled, err = flags.labels(fields); err != nil {
			return err
		}
	}
	if id := plainValue(fields["id"]); id != "" && id != "null" && !strings.ContainsAny(id[:1], "{[") {
		r.ID = fields["id"]
	}
	if r.Customer = plainValue(fields[cmp.Or(f.Customer, "customer")]); r.Customer == "null" {
		r.Customer = ""
	}
	return r.when(fields, f.Time)
}

// when reads the time. One in a field that was named must be right.
func (r *feedbackRow) when(fields map[string]json.RawMessage, field string) error {
	places := []string{field}
	switch field {
	case "-":
		return nil
	case "":
		places = []string{"time", "date"}
	}
	for _, place := range places {
		at := plainValue(fields[place])
		if at == "" || at == "null" {
			continue
		}
		var ok bool
		if r.Time, ok = ingest.ParseTime(at); ok {
			r.Timeless = false
			return nil
		}
		r.Timeless = true
		if field != "" {
			return fmt.Errorf("%q is not a time; write 2026-01-31T08:00:00+08:00, or give --time - to leave it out", field)
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
	return eachRowOf(ctx, in, con, rowFields{}, take)
}

// eachRowOf is eachRow with fields of other names.
func eachRowOf(ctx context.Context, in io.Reader, con *console, fields rowFields, take func(feedbackRow) error) error {
	failed, timeless, broken := 0, 0, 0
	err := readBatches(ctx, in, func(b *batch) bool {
		broken += b.broken
		for i, line := range b.lines {
			if len(bytes.TrimSpace(line)) == 0 && !(b.long && i == len(b.lines)-1) {
				continue
			}
			var row feedbackRow
			err := row.parse(b.first+i, line, fields)
			if err == nil {
				err = take(row)
			}
			if row.Timeless {
				timeless++
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
	tellBroken(con, broken)
	if timeless > 0 {
		fmt.Fprintf(con.Err, "qingting: %d lines say a time that cannot be read; they count as undated\n", timeless)
	}
	if failed > 0 {
		return fmt.Errorf("%d of the lines could not be read, see above", failed)
	}
	return nil
}
