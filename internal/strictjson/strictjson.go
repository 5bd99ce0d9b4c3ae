// Package strictjson reads JSON from strangers: it refuses the same name twice
// in an object, trailing data and deep nesting, all of which encoding/json lets
// through, and its errors give offsets and never content.
//
//	v, err := strictjson.Parse(body, 32)
//
// It reads whole documents that are valid UTF-8 and already bounded in size;
// it does not stream. Elements of arrays are checked and then dropped: no
// reader here has a use for them.
package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// Kind is the type of a Value.
type Kind uint8

// The kinds of JSON value, RFC 8259 section 3.
const (
	Null Kind = iota
	String
	Number
	Bool
	Object
	Array
)

// String names k as in "text is an array".
func (k Kind) String() string {
	return [...]string{"null", "a string", "a number", "true or false", "an object", "an array"}[k]
}

// Value is one JSON value. Text is that of a scalar: a string decoded, a
// number as its literal, true or false. Members are those of an object, in
// document order.
type Value struct {
	Kind    Kind
	Text    string
	Members []Member
}

// Member is one name and value of an object.
type Member struct {
	Name  string
	Value Value
}

// Scalar gives the text of a string, number or boolean.
func (v Value) Scalar() (string, bool) {
	return v.Text, v.Kind == String || v.Kind == Number || v.Kind == Bool
}

// Member returns the member of an object by name.
func (v Value) Member(name string) (Value, bool) {
	for _, m := range v.Members {
		if m.Name == name {
			return m.Value, true
		}
	}
	return Value{}, false
}

// Error says why a document is refused, without content.
type Error struct {
	TooDeep bool // nested past the limit; otherwise the grammar is broken
	Detail  string
}

func (e *Error) Error() string { return e.Detail }

func broken(format string, args ...any) *Error { return &Error{Detail: fmt.Sprintf(format, args...)} }

// Parse reads data as one JSON value nested at most depth deep. Half of a
// surrogate pair becomes U+FFFD. Every error is an *Error.
func Parse(data []byte, depth int) (Value, error) {
	if err := checkNesting(data, depth); err != nil {
		return Value{}, err
	}
	if err := checkGrammar(data); err != nil {
		return Value{}, err
	}
	w := walk{data: data}
	v := w.value()
	if w.err != nil {
		return Value{}, w.err
	}
	return v, nil
}

// checkNesting counts brackets outside strings, so that a deep document is
// refused before any parser recurses into it.
func checkNesting(data []byte, depth int) error {
	open, quoted := 0, false
	for i := 0; i < len(data); i++ {
		switch c := data[i]; {
		case quoted && c == '\\':
			i++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '{' || c == '[':
			if open++; open > depth {
				return &Error{TooDeep: true, Detail: fmt.Sprintf("JSON nested deeper than %d at byte %d", depth, i)}
			}
		case c == '}' || c == ']':
			open--
		}
	}
	return nil
}

// checkGrammar checks the whole of data. The decoder's own message quotes the
// input, so only its offset is kept.
func checkGrammar(data []byte) error {
	if json.Valid(data) {
		return nil
	}
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return broken("not JSON")
	}
	if syntax.Offset >= int64(len(bytes.TrimRight(data, " \t\r\n"))) {
		return broken("JSON ends too early, at byte %d", syntax.Offset)
	}
	return broken("JSON broken at byte %d", syntax.Offset)
}

// walk goes through a document that has passed both checks, so that what it
// does not look at is known to be right.
type walk struct {
	data []byte
	at   int
	err  error // a name that comes twice; the walk goes on to the end
}

// next skips white space and returns the byte it stops at.
func (w *walk) next() byte {
	for {
		switch c := w.data[w.at]; c {
		case ' ', '\t', '\r', '\n':
			w.at++
		default:
			return c
		}
	}
}

func (w *walk) value() Value {
	switch w.next() {
	case '{':
		return w.object()
	case '[':
		return w.array()
	case '"':
		return Value{Kind: String, Text: w.text()}
	case 'n':
		w.literal()
		return Value{Kind: Null}
	case 't', 'f':
		return Value{Kind: Bool, Text: w.literal()}
	default:
		return Value{Kind: Number, Text: w.literal()}
	}
}

// literal reads a number, true, false or null.
func (w *walk) literal() string {
	from := w.at
	for w.at < len(w.data) && bytes.IndexByte([]byte(" \t\r\n,]}"), w.data[w.at]) < 0 {
		w.at++
	}
	return string(w.data[from:w.at])
}

// text reads a string. One without escapes stands there as it is.
func (w *walk) text() string {
	from := w.at
	for w.at++; w.data[w.at] != '"'; w.at++ {
		if w.data[w.at] == '\\' {
			w.at++
		}
	}
	w.at++
	quoted := w.data[from:w.at]
	if bytes.IndexByte(quoted, '\\') < 0 {
		return string(quoted[1 : len(quoted)-1])
	}
	var s string
	if err := json.Unmarshal(quoted, &s); err != nil {
		w.fail(broken("JSON broken at byte %d", from)) // not after the grammar was checked
	}
	return s
}

// manyMembers is from how many members on names are looked up and no longer
// compared one by one.
const manyMembers = 16

func (w *walk) object() Value {
	v := Value{Kind: Object}
	var seen map[string]bool
	for w.at++; w.next() != '}'; {
		if w.data[w.at] == ',' {
			w.at++
			w.next()
		}
		name := w.text()
		twice := false
		if seen == nil && len(v.Members) < manyMembers {
			_, twice = v.Member(name)
		} else {
			if seen == nil {
				seen = make(map[string]bool)
				for _, m := range v.Members {
					seen[m.Name] = true
				}
			}
			twice = seen[name]
			seen[name] = true
		}
		if twice {
			w.fail(broken("the same name twice in one object, at byte %d", w.at))
		}
		w.next() // the colon
		w.at++
		v.Members = append(v.Members, Member{name, w.value()})
	}
	w.at++
	return v
}

func (w *walk) array() Value {
	for w.at++; w.next() != ']'; {
		if w.data[w.at] == ',' {
			w.at++
		}
		w.value()
	}
	w.at++
	return Value{Kind: Array}
}

// fail keeps the first error.
func (w *walk) fail(err error) {
	if w.err == nil {
		w.err = err
	}
}
