package main

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"

	"qingting/textmining/learn"
)

// labelledFlags say where in a line of JSON the text and its labels are.
type labelledFlags struct {
	Text   string `default:"text" placeholder:"FIELD" help:"Field with the text (default ${default})."`
	Title  string `default:"title" placeholder:"FIELD" help:"Field with a title, put in front of the text where there is one (default ${default})."`
	Label  string `placeholder:"FIELD" help:"Field with the label or the labels; aspects.subject is the subject of each of the aspects. Without it the first of label, labels, reason and aspects.subject that the file has."`
	Single bool   `help:"Leave rows with several labels out."`
}

// usualLabels are the fields where labels are looked for.
var usualLabels = [...]string{"label", "labels", "reason", "aspects.subject"}

// labelledSet is the rows of a labelled file.
type labelledSet struct {
	rows    []learn.Row
	leftOut int // rows without a label, or with several where one is asked for
	multi   bool
}

// read reads the rows of the file name. A row whose labels are null or absent
// is left out; an empty list of labels says that none is right.
func (f *labelledFlags) read(name string, con *console) (labelledSet, error) {
	in, err := openInput(name, con)
	if err != nil {
		return labelledSet{}, err
	}
	defer in.Close()
	set, err := f.parse(in)
	if err != nil {
		return labelledSet{}, fmt.Errorf("%s: %w", name, err)
	}
	if len(set.rows) == 0 {
		return labelledSet{}, fmt.Errorf("%s has no labelled rows; name the field with the label by --label", name)
	}
	return set, nil
}

func (f *labelledFlags) parse(in io.Reader) (labelledSet, error) {
	var set labelledSet
	r := bufio.NewReaderSize(in, batchBytes)
	if bom, _ := r.Peek(3); string(bom) == "\uFEFF" {
		r.Discard(3)
	}
	for n := 1; ; n++ {
		line, long, err := readLine(r)
		if err != nil && err != io.EOF {
			return set, err
		}
		if long {
			return set, fmt.Errorf("line %d is longer than %d MiB", n, maxLine>>20)
		}
		if len(bytes.TrimSpace(line)) > 0 {
			row, labelled, err := f.row(line)
			switch {
			case err != nil:
				return set, fmt.Errorf("line %d: %w", n, err)
			case !labelled, f.Single && len(row.Labels) != 1:
				set.leftOut++
			default:
				set.rows = append(set.rows, row)
				set.multi = set.multi || len(row.Labels) != 1
			}
		}
		if err == io.EOF {
			return set, nil
		}
	}
}

// row reads a line. Errors hold nothing of it.
func (f *labelledFlags) row(line []byte) (row learn.Row, labelled bool, err error) {
	var fields map[string]json.RawMessage
	if json.Unmarshal(line, &fields) != nil {
		return row, false, errors.New(`not a JSON object; each line must be like {"text":…,"label":…}`)
	}
	if row.Text, err = f.text(fields); err != nil {
		return row, false, err
	}
	row.Labels, labelled, err = f.labels(fields)
	return row, labelled, err
}

// text is the text, with the title before it.
func (f *labelledFlags) text(fields map[string]json.RawMessage) (string, error) {
	var text, title string
	if json.Unmarshal(fields[f.Text], &text) != nil || fields[f.Text] == nil {
		return "", fmt.Errorf("no text in the field %q; name it by --text", f.Text)
	}
	if raw, ok := fields[f.Title]; ok && json.Unmarshal(raw, &title) == nil && title != "" {
		text = title + "\n" + text
	}
	return strings.ToValidUTF8(text, "\uFFFD"), nil
}

// labels are those of the field that is named, or of the first of the usual ones.
func (f *labelledFlags) labels(fields map[string]json.RawMessage) (labels []string, labelled bool, err error) {
	paths := usualLabels[:]
	if f.Label != "" {
		paths = []string{f.Label}
	}
	for _, path := range paths {
		if labels, labelled, err = labelsAt(fields, path); err != nil || labelled {
			return labels, labelled, err
		}
	}
	return nil, false, nil
}

// labelsAt returns the labels at a path, ascending, each once. found is whether
// there is something other than null.
func labelsAt(fields map[string]json.RawMessage, path string) (labels []string, found bool, err error) {
	name, below, deep := strings.Cut(path, ".")
	raw := fields[name]
	if raw == nil || string(raw) == "null" {
		return nil, false, nil
	}
	list := []json.RawMessage{raw}
	if raw[0] == '[' {
		if err := json.Unmarshal(raw, &list); err != nil {
			return nil, false, errors.New("not JSON")
		}
	}
	for _, item := range list {
		if deep {
			var object map[string]json.RawMessage
			if json.Unmarshal(item, &object) != nil {
				return nil, false, fmt.Errorf("the field %q does not hold objects", name)
			}
			more, _, err := labelsAt(object, below)
			if err != nil {
				return nil, false, err
			}
			labels = append(labels, more...)
			continue
		}
		var label string
		if json.Unmarshal(item, &label) != nil {
			// Numbers and booleans are labels as they are written.
			if label = string(item); strings.ContainsAny(label, "[{\"") || label == "null" {
				return nil, false, fmt.Errorf("the field %q holds neither a label nor a list of labels", name)
			}
		}
		if label == "" && len(list) == 1 && raw[0] != '[' {
			return nil, false, nil
		}
		labels = append(labels, label)
	}
	slices.Sort(labels)
	return slices.Compact(labels), true, nil
}
