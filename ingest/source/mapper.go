package source

import (
	"errors"
	"fmt"
	"slices"
	"strings"

	"qingting/ingest"
)

// plainFields are the fields of the contract that are no group.
var plainFields = []string{"text", "id", "source", "channel", "time", "region", "product", "rating"}

// mapper gives the values of a record to the fields of a Feedback.
type mapper struct {
	opts    Options
	aliases map[string]alias
	byName  map[string]string // column to field, from Options.Map
	seen    columns
	notes   notes
}

func newMapper(opts Options) (*mapper, error) {
	m := &mapper{opts: opts, aliases: aliases(), byName: make(map[string]string)}
	for field, column := range opts.Map {
		known := slices.Contains(plainFields, field) ||
			strings.HasPrefix(field, "customer.") || strings.HasPrefix(field, "attributes.")
		if !known {
			return nil, fmt.Errorf("column mapping: no field %q; there are %s, customer.NAME and attributes.NAME",
				field, strings.Join(plainFields, ", "))
		}
		if other, twice := m.byName[column]; twice {
			return nil, fmt.Errorf("column mapping: column %q is given to both %s and %s", column, other, field)
		}
		m.byName[column] = field
	}
	return m, nil
}

// setHeader takes the header of a file whose columns are fixed, and returns
// it with names for blank and repeated columns.
func (m *mapper) setHeader(header []string) ([]string, error) {
	m.seen = columns{}
	used := make(map[string]bool)
	out := make([]string, len(header))
	for i, column := range header {
		column = strings.TrimSpace(column)
		if column == "" {
			column = fmt.Sprintf("column_%d", i+1)
		}
		name := column
		for n := 2; used[name]; n++ {
			name = fmt.Sprintf("%s_%d", column, n)
		}
		used[name], out[i] = true, name
		m.seen.add(name)
	}
	for column := range m.byName {
		if !used[column] {
			return nil, &headerFault{fmt.Sprintf("column mapping: there is no column %q; the columns are %s", column, m.seen.list())}
		}
	}
	if !slices.ContainsFunc(out, m.takesText) {
		return nil, m.noText()
	}
	return out, nil
}

func (m *mapper) noText() error {
	return &headerFault{"no column holds the text: name it with --map text=COLUMN; the columns are " + m.seen.list()}
}

// headerFault says that a row does not serve as the header. One further down
// may: many tables begin with a title.
type headerFault struct{ text string }

func (e *headerFault) Error() string { return e.text }

// headerRows is how many rows are tried as the header.
const headerRows = 10

// findHeader takes the first row that serves as the header. When none does, the
// error is that of the first row.
func (m *mapper) findHeader(next func() ([]string, error)) ([]string, error) {
	var first error
	for range headerRows {
		row, err := next()
		if err != nil && first != nil {
			return nil, first
		}
		if err != nil {
			return nil, err
		}
		header, err := m.setHeader(row)
		var fault *headerFault
		if !errors.As(err, &fault) {
			return header, err
		}
		if first == nil {
			first = err
		}
	}
	return nil, first
}

func (m *mapper) takesText(column string) bool {
	field, _, _ := m.target(column)
	return field == "text"
}

// target is the field that takes a column, how sure that is, and whether the
// caller said so. A column no field takes has none.
func (m *mapper) target(column string) (field string, rank int, said bool) {
	if field, ok := m.byName[column]; ok {
		return field, 0, true
	}
	for _, group := range []string{"customer.", "attributes."} {
		if name, ok := strings.CutPrefix(column, group); ok {
			return group + attributeName(name, m.opts.Limits.Name), 0, false
		}
	}
	a, ok := m.aliases[fold(column)]
	if !ok {
		return "", 0, false
	}
	if _, taken := m.opts.Map[a.field]; taken {
		return "", 0, false
	}
	return a.field, a.rank + 1, false
}

// claim is a cell that a field could take.
type claim struct {
	cell
	rank int
	said bool
}

// feedback builds the Feedback of one record.
func (m *mapper) feedback(rec record) (ingest.Feedback, error) {
	claims, rest := m.sort(rec)
	if len(claims["text"]) == 0 {
		m.seen.textless++
		if m.seen.textless >= textlessRows && !m.seen.text {
			return ingest.Feedback{}, m.noText()
		}
		return ingest.Feedback{}, &LineError{rec.line, "empty: no text"}
	}
	m.seen.text = true
	f := filler{m: m, draft: ingest.NewDraft(m.opts.Limits, m.opts.Received)}
	if err := f.fill(claims, rest); err != nil {
		return ingest.Feedback{}, refusal(rec.line, err)
	}
	out, err := f.draft.Feedback()
	if err != nil {
		return ingest.Feedback{}, refusal(rec.line, err)
	}
	return out, nil
}

// sort deals the cells out: those a field could take, the surest first, and
// the rest.
func (m *mapper) sort(rec record) (claims map[string][]claim, rest []cell) {
	claims = make(map[string][]claim)
	for _, c := range rec.cells {
		m.seen.add(c.column)
		if c.nested && c.column != "customer" && c.column != "attributes" && m.byName[c.column] == "" {
			m.nested(c, claims)
			continue
		}
		field, rank, said := m.target(c.column)
		if c.nested || field == "" {
			rest = append(rest, c)
			continue
		}
		claims[field] = append(claims[field], claim{c, rank, said})
	}
	for field := range claims {
		slices.SortStableFunc(claims[field], func(a, b claim) int { return a.rank - b.rank })
	}
	return claims, rest
}

// nested looks into an object for columns the caller named by a path, such as
// data.content; everything else in it is left out.
func (m *mapper) nested(c cell, claims map[string][]claim) {
	found := false
	var walk func(prefix string, cells []cell)
	walk = func(prefix string, cells []cell) {
		for _, inner := range cells {
			path := prefix + "." + inner.column
			if inner.nested {
				walk(path, inner.inner)
			} else if field, ok := m.byName[path]; ok {
				inner.column = path
				claims[field] = append(claims[field], claim{inner, 0, true})
				found = true
			}
		}
	}
	walk(c.column, c.inner)
	if !found {
		m.notes.add("column %s holds lists or objects, which are left out", shown(c.column))
	}
}

// end is called at the end of the file: a file whose every row lacked text has
// its text under a name not known here.
func (m *mapper) end() error {
	if m.seen.textless > 0 && !m.seen.text {
		return m.noText()
	}
	return nil
}

// textlessRows is after how many rows without a text column, and none with
// one, the reading ends: the file is another kind of file.
const textlessRows = 100

// columns remembers the names of columns for an error to list.
type columns struct {
	names    []string
	known    map[string]bool
	text     bool // some row had a text column
	textless int  // rows that had none
}

func (c *columns) add(name string) {
	if c.known[name] || len(c.names) >= 60 {
		return
	}
	if c.known == nil {
		c.known = make(map[string]bool)
	}
	c.known[name] = true
	c.names = append(c.names, name)
}

func (c *columns) list() string {
	if len(c.names) == 0 {
		return "none"
	}
	out := make([]string, len(c.names))
	for i, name := range c.names {
		out[i] = shown(name)
	}
	return strings.Join(out, ", ")
}

// shown is the name of a column fit for an error: a first line that is no
// header but data must not be repeated there.
func shown(name string) string {
	clean := attributeName(name, 32)
	if clean == "" || len([]rune(clean)) < len([]rune(strings.TrimSpace(name))) {
		return fmt.Sprintf("(a name of %d characters)", len([]rune(name)))
	}
	return fmt.Sprintf("%q", clean)
}
