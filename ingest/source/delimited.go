package source

import (
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"
)

// delimited is CSV or TSV with a header line.
type delimited struct {
	lines  *lines
	comma  rune
	header []string
}

// openDelimited finds the header, by which the columns are known.
func openDelimited(l *lines, format Format, m *mapper) (*delimited, error) {
	d := &delimited{lines: l, comma: '\t'}
	header, err := m.findHeader(func() ([]string, error) {
		first, err := l.nextText()
		if err != nil {
			return nil, err
		}
		if format == CSV && first.refuse == "" {
			d.comma = comma(first.text)
		}
		l.unread([]line{first})
		fields, _, err := d.fields()
		return fields, err
	})
	var refused *LineError
	switch {
	case errors.Is(err, io.EOF):
		return nil, errors.New("the file is empty")
	case errors.As(err, &refused):
		return nil, fmt.Errorf("the header cannot be read: %w", refused)
	}
	d.header = header
	return d, err
}

// comma is the delimiter a header uses most: some offices export semicolons,
// and a .csv may hold tabs.
func comma(header string) rune {
	best := ','
	for _, c := range ";\t|" {
		if strings.Count(header, string(c)) > strings.Count(header, string(best)) {
			best = c
		}
	}
	return best
}

func (d *delimited) next() (record, error) {
	for {
		fields, n, err := d.fields()
		if err != nil {
			return record{}, err
		}
		// Spreadsheets often write a few empty cells too many at the end.
		for len(fields) > len(d.header) && strings.TrimSpace(fields[len(fields)-1]) == "" {
			fields = fields[:len(fields)-1]
		}
		if len(fields) != len(d.header) {
			return record{}, &LineError{n, fmt.Sprintf("malformed: %d columns, the header has %d", len(fields), len(d.header))}
		}
		if rec := row(n, d.header, fields); len(rec.cells) > 0 {
			return rec, nil
		}
	}
}

// row joins the values of a line, no more than there are columns, to the
// columns; blank values are left out.
func row(n int, header, fields []string) record {
	rec := record{line: n, cells: make([]cell, 0, len(fields))}
	for i, f := range fields {
		if strings.TrimSpace(f) != "" {
			rec.cells = append(rec.cells, cell{column: header[i], text: f, index: i})
		}
	}
	return rec
}

// fields reads one record and the number of its first line. A record whose
// quote is never closed must not swallow the rest of the file: its first line
// is refused and reading goes on with the second.
func (d *delimited) fields() ([]string, int, error) {
	first, err := d.lines.nextText()
	if err != nil {
		return nil, 0, err
	}
	if first.refuse != "" {
		return nil, 0, &LineError{first.n, first.refuse}
	}
	var more []line
	text, size := first.text, len(first.text)
	parts := []string{text}
	state := quotes{comma: d.comma}
	for state.scan(text); state.open; state.scan(text) {
		l, err := d.lines.next()
		if err != nil && !errors.Is(err, io.EOF) {
			return nil, 0, err
		}
		if err == nil {
			more = append(more, l)
			size += len(l.text) + 1
		}
		if err != nil || l.refuse != "" || size > d.lines.max {
			d.lines.unread(more)
			return nil, 0, &LineError{first.n, "malformed: a quote that is never closed"}
		}
		text = l.text
		parts = append(parts, text)
	}
	record := strings.Join(parts, "\n")
	r := csv.NewReader(strings.NewReader(record))
	r.Comma, r.FieldsPerRecord = d.comma, -1
	fields, err := r.Read()
	if errors.Is(err, csv.ErrBareQuote) {
		// A quote inside a column that is not quoted can be read one way only.
		r = csv.NewReader(strings.NewReader(record))
		r.Comma, r.FieldsPerRecord, r.LazyQuotes = d.comma, -1, true
		fields, err = r.Read()
	}
	if err != nil {
		d.lines.unread(more)
		return nil, 0, &LineError{first.n, "malformed: a quote inside a quoted column that is not doubled"}
	}
	return fields, first.n, nil
}

func (d *delimited) close() error { return nil }

// quotes follows whether a quoted column is open at the end of a line, as RFC
// 4180 section 2 defines quoting: a quote opens at the start of a column.
type quotes struct {
	comma rune
	open  bool
}

func (q *quotes) scan(text string) {
	start := !q.open
	for i, r := range text {
		switch {
		case q.open:
			// A doubled quote closes and opens again, which comes to the same.
			if r == '"' {
				q.open, start = false, false
			}
		case r == '"' && (start || (i > 0 && text[i-1] == '"')):
			q.open, start = true, false
		default:
			start = r == q.comma
		}
	}
}
