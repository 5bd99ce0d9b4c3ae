package measure

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
)

// Query is a text to look for and the documents, by number, that answer it,
// each with its grade: 1 is relevant, more is better.
type Query struct {
	Text     string
	Relevant map[int]float64
}

// Set is a collection with judged queries. A text that comes again is one document.
type Set struct {
	Documents []string
	Queries   []Query
}

// Fields name the fields of a row. The empty value looks for the usual ones:
// query, a, message, text or questions for the query; document, b, reply, doc
// or text for the document; label, relevance, score or grade for the grade.
type Fields struct {
	Query, Document, Label string
}

var usual = struct{ query, document, label []string }{
	query:    []string{"query", "a", "message", "questions", "question", "text"},
	document: []string{"document", "b", "reply", "doc", "passage", "text"},
	label:    []string{"label", "relevance", "score", "grade"},
}

// maxRow is the longest line, in bytes.
const maxRow = 16 << 20

// Read reads rows of JSON, one a line, each a query with a document and
// whether the one answers the other; without a label it does. Queries that
// nothing answers are left out, their documents are not.
func Read(r io.Reader, f Fields) (*Set, error) {
	b := newSetBuilder()
	err := eachRow(r, func(row map[string]json.RawMessage) error {
		document, taken, err := field(row, f.Document, usual.document, "")
		if err != nil {
			return err
		}
		queries, _, err := field(row, f.Query, usual.query, taken)
		if err != nil {
			return err
		}
		grade := 1.0
		names := usual.label
		if f.Label != "" {
			names = []string{f.Label}
		}
		for _, name := range names {
			if raw, ok := row[name]; ok {
				if grade, err = gradeOf(raw); err != nil {
					return fmt.Errorf("field %q: %w", name, err)
				}
				break
			}
		}
		for _, d := range document {
			n := b.document(d)
			for _, q := range queries {
				b.judge(q, n, grade)
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	set := b.set()
	if len(set.Queries) == 0 {
		return nil, errors.New("no row joins a query to a document that answers it; name the fields with --query-field and --document-field")
	}
	return set, nil
}

// ReadTexts reads the texts of a file: JSON rows with the named field (empty:
// text), or lines as they are.
func ReadTexts(r io.Reader, name string) ([]string, error) {
	if name == "" {
		name = "text"
	}
	br := bufio.NewReaderSize(r, 1<<16)
	if bom, _ := br.Peek(3); string(bom) == "\uFEFF" {
		br.Discard(3)
	}
	b := newSetBuilder()
	first, _ := br.Peek(1)
	var err error
	if len(first) > 0 && first[0] == '{' {
		err = eachRow(br, func(row map[string]json.RawMessage) error {
			texts, _, err := field(row, name, nil, "")
			for _, t := range texts {
				b.document(t)
			}
			return err
		})
	} else {
		err = eachLine(br, func(line []byte) error {
			b.document(string(line))
			return nil
		})
	}
	if err != nil {
		return nil, err
	}
	if len(b.documents) == 0 {
		return nil, errors.New("there is no text to measure with")
	}
	return b.documents, nil
}

func eachLine(r io.Reader, use func(line []byte) error) error {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 1<<16), maxRow)
	n := 0
	for s.Scan() {
		n++
		line := bytes.TrimSpace(bytes.TrimPrefix(s.Bytes(), []byte("\uFEFF")))
		if len(line) == 0 {
			continue
		}
		if err := use(line); err != nil {
			return fmt.Errorf("line %d: %w", n, err)
		}
	}
	if err := s.Err(); err != nil {
		return fmt.Errorf("line %d: %w", n+1, err)
	}
	return nil
}

func eachRow(r io.Reader, use func(map[string]json.RawMessage) error) error {
	return eachLine(r, func(line []byte) error {
		var row map[string]json.RawMessage
		if json.Unmarshal(line, &row) != nil {
			return errors.New(`not a JSON object; a row is like {"query":…,"document":…,"label":1}`)
		}
		return use(row)
	})
}

// field returns the text or texts of the named field, or of the first of the
// usual ones that is there and not taken.
func field(row map[string]json.RawMessage, name string, names []string, taken string) ([]string, string, error) {
	if name != "" {
		names = []string{name}
	}
	for _, n := range names {
		raw, ok := row[n]
		if !ok || n == taken {
			continue
		}
		var one string
		if json.Unmarshal(raw, &one) == nil {
			return nonEmpty([]string{one}), n, nil
		}
		var many []string
		if json.Unmarshal(raw, &many) != nil {
			return nil, n, fmt.Errorf("field %q is neither a text nor a list of texts", n)
		}
		return nonEmpty(many), n, nil
	}
	names = slices.DeleteFunc(slices.Clone(names), func(n string) bool { return n == taken })
	return nil, "", fmt.Errorf("none of the fields %s is there: name the one by --query-field or --document-field", strings.Join(names, ", "))
}

func nonEmpty(texts []string) []string {
	out := texts[:0]
	for _, t := range texts {
		if t = strings.TrimSpace(strings.TrimPrefix(t, "\uFEFF")); t != "" {
			out = append(out, strings.ToValidUTF8(t, "\uFFFD"))
		}
	}
	return out
}

func gradeOf(raw json.RawMessage) (float64, error) {
	var yes bool
	if json.Unmarshal(raw, &yes) == nil {
		if yes {
			return 1, nil
		}
		return 0, nil
	}
	grade, err := strconv.ParseFloat(strings.Trim(string(raw), `"`), 64)
	if err != nil || grade < 0 || grade > 10 {
		return 0, errors.New("not a grade: write 0 for no and 1 for yes, more for better")
	}
	return grade, nil
}

// setBuilder gathers documents and judgments, each text once.
type setBuilder struct {
	documents []string
	numbers   map[string]int
	queries   []Query
	asked     map[string]int
}

func newSetBuilder() *setBuilder {
	return &setBuilder{numbers: make(map[string]int), asked: make(map[string]int)}
}

func (b *setBuilder) document(text string) int {
	n, ok := b.numbers[text]
	if !ok {
		n = len(b.documents)
		b.numbers[text] = n
		b.documents = append(b.documents, text)
	}
	return n
}

func (b *setBuilder) judge(query string, document int, grade float64) {
	if grade <= 0 {
		return
	}
	n, ok := b.asked[query]
	if !ok {
		n = len(b.queries)
		b.asked[query] = n
		b.queries = append(b.queries, Query{Text: query, Relevant: make(map[int]float64)})
	}
	b.queries[n].Relevant[document] = max(b.queries[n].Relevant[document], grade)
}

func (b *setBuilder) set() *Set { return &Set{Documents: b.documents, Queries: b.queries} }

// Sample keeps at most n of the queries, evenly spread over them.
func (s *Set) Sample(n int) {
	if n <= 0 || n >= len(s.Queries) {
		return
	}
	out := make([]Query, n)
	for i := range out {
		out[i] = s.Queries[i*len(s.Queries)/n]
	}
	s.Queries = out
}
