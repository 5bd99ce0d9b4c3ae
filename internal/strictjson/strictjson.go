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
	"io"
	"strconv"
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
	p := parser{dec: json.NewDecoder(bytes.NewReader(data))}
	p.dec.UseNumber()
	v, err := p.value()
	if err != nil {
		return Value{}, err
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
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return broken("not JSON")
	}
	if syntax.Offset >= int64(len(bytes.TrimRight(data, " \t\r\n"))) {
		return broken("JSON ends too early, at byte %d", syntax.Offset)
	}
	return broken("JSON broken at byte %d", syntax.Offset)
}

// parser walks the tokens of a document that has passed both checks.
type parser struct {
	dec *json.Decoder
}

func (p *parser) value() (Value, error) {
	token, err := p.dec.Token()
	if err != nil {
		return Value{}, p.tokenError(err)
	}
	switch t := token.(type) {
	case nil:
		return Value{Kind: Null}, nil
	case bool:
		return Value{Kind: Bool, Text: strconv.FormatBool(t)}, nil
	case json.Number:
		return Value{Kind: Number, Text: t.String()}, nil
	case string:
		return Value{Kind: String, Text: t}, nil
	case json.Delim:
		if t == '{' {
			return p.object()
		}
		return p.array()
	default:
		return Value{}, broken("not JSON")
	}
}

func (p *parser) object() (Value, error) {
	v := Value{Kind: Object}
	seen := make(map[string]bool)
	for p.dec.More() {
		token, err := p.dec.Token()
		if err != nil {
			return Value{}, p.tokenError(err)
		}
		name, _ := token.(string)
		if seen[name] {
			return Value{}, broken("the same name twice in one object, at byte %d", p.dec.InputOffset())
		}
		seen[name] = true
		inner, err := p.value()
		if err != nil {
			return Value{}, err
		}
		v.Members = append(v.Members, Member{name, inner})
	}
	if _, err := p.dec.Token(); err != nil {
		return Value{}, p.tokenError(err)
	}
	return v, nil
}

func (p *parser) array() (Value, error) {
	for p.dec.More() {
		if _, err := p.value(); err != nil {
			return Value{}, err
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return Value{}, p.tokenError(err)
	}
	return Value{Kind: Array}, nil
}

// tokenError reports a token error without its text, which quotes the input.
func (p *parser) tokenError(err error) error {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return broken("JSON ends too early")
	}
	return broken("JSON broken at byte %d", p.dec.InputOffset())
}
