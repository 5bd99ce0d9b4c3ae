package source

import (
	"errors"

	"qingting/ingest"
	"qingting/internal/strictjson"
)

// jsonLines is one JSON object a line.
type jsonLines struct {
	lines  *lines
	limits ingest.Limits
}

func (j *jsonLines) next() (record, error) {
	l, err := j.lines.nextText()
	if err != nil {
		return record{}, err
	}
	if l.refuse != "" {
		return record{}, &LineError{l.n, l.refuse}
	}
	v, err := j.limits.ParseJSON([]byte(l.text))
	if err != nil {
		return record{}, refusal(l.n, err)
	}
	if v.Kind != strictjson.Object {
		return record{}, &LineError{l.n, "invalid: the line is " + v.Kind.String() + ", not an object"}
	}
	return record{l.n, cells(v)}, nil
}

func (j *jsonLines) close() error { return nil }

// cells are the members of an object; null is the same as absent.
func cells(object strictjson.Value) []cell {
	out := make([]cell, 0, len(object.Members))
	for _, m := range object.Members {
		switch m.Value.Kind {
		case strictjson.Null:
		case strictjson.Object:
			out = append(out, cell{column: m.Name, nested: true, inner: cells(m.Value)})
		case strictjson.Array:
			out = append(out, cell{column: m.Name, nested: true})
		default:
			out = append(out, cell{column: m.Name, text: m.Value.Text})
		}
	}
	return out
}

// refusal is the LineError of what ingest refused.
func refusal(n int, err error) error {
	var r *ingest.Refusal
	if errors.As(err, &r) {
		return &LineError{n, r.Error()}
	}
	return err
}
