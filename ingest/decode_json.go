package ingest

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strconv"
)

// kind is the JSON type of a value.
type kind uint8

const (
	kindNull kind = iota
	kindString
	kindNumber
	kindBool
	kindObject
	kindArray
)

func (k kind) String() string {
	return [...]string{"null", "a string", "a number", "true or false", "an object", "an array"}[k]
}

// value is one JSON value. Scalars carry their text: a string decoded, a
// number as its literal. Only an object one level down keeps its members:
// nothing in the contract nests deeper.
type value struct {
	kind    kind
	text    string
	members []member
}

// member is one name and value of an object, in document order.
type member struct {
	name  string
	value value
}

// scalar gives the text of a string, number or boolean.
func (v value) scalar() (string, bool) {
	switch v.kind {
	case kindString, kindNumber, kindBool:
		return v.text, true
	default:
		return "", false
	}
}

// parseJSON reads data, which is valid UTF-8, as one JSON value. It refuses
// what encoding/json lets through: duplicate names (RFC 8259 section 4 leaves
// them undefined, so two readers may see two documents), trailing data, and
// nesting past depth.
func parseJSON(data []byte, depth int) (value, *Refusal) {
	if r := checkNesting(data, depth); r != nil {
		return value{}, r
	}
	if err := validJSON(data); err != nil {
		return value{}, err
	}
	p := jsonParser{dec: json.NewDecoder(bytes.NewReader(data))}
	p.dec.UseNumber()
	return p.value(depth)
}

// checkNesting counts brackets outside strings, so that a deep document is
// refused before any parser recurses into it.
func checkNesting(data []byte, depth int) *Refusal {
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
				return &Refusal{ReasonOversize, fmt.Sprintf("JSON nested deeper than %d at byte %d", depth, i)}
			}
		case c == '}' || c == ']':
			open--
		}
	}
	return nil
}

// validJSON checks the grammar of the whole of data. The decoder's own message
// quotes the input, so only its offset is kept.
func validJSON(data []byte) *Refusal {
	var raw json.RawMessage
	err := json.Unmarshal(data, &raw)
	if err == nil {
		return nil
	}
	var syntax *json.SyntaxError
	if !errors.As(err, &syntax) {
		return &Refusal{ReasonMalformed, "not JSON"}
	}
	if syntax.Offset >= int64(len(bytes.TrimRight(data, " \t\r\n"))) {
		return &Refusal{ReasonMalformed, fmt.Sprintf("JSON ends too early, at byte %d", syntax.Offset)}
	}
	return &Refusal{ReasonMalformed, fmt.Sprintf("JSON broken at byte %d", syntax.Offset)}
}

// jsonParser walks the tokens of a document that validJSON has passed.
type jsonParser struct {
	dec *json.Decoder
}

func (p *jsonParser) value(depth int) (value, *Refusal) {
	token, err := p.dec.Token()
	if err != nil {
		return value{}, p.broken(err)
	}
	switch t := token.(type) {
	case nil:
		return value{kind: kindNull}, nil
	case bool:
		return value{kind: kindBool, text: strconv.FormatBool(t)}, nil
	case json.Number:
		return value{kind: kindNumber, text: t.String()}, nil
	case string:
		return value{kind: kindString, text: t}, nil
	case json.Delim:
		if depth == 0 {
			return value{}, &Refusal{ReasonOversize, "JSON nested too deep"}
		}
		if t == '{' {
			return p.object(depth - 1)
		}
		return p.array(depth - 1)
	default:
		return value{}, &Refusal{ReasonMalformed, "not JSON"}
	}
}

func (p *jsonParser) object(depth int) (value, *Refusal) {
	v := value{kind: kindObject}
	seen := make(map[string]bool)
	for p.dec.More() {
		name, err := p.dec.Token()
		if err != nil {
			return v, p.broken(err)
		}
		key, _ := name.(string)
		if seen[key] {
			return v, &Refusal{ReasonMalformed, fmt.Sprintf("the same name twice in one object, at byte %d", p.dec.InputOffset())}
		}
		seen[key] = true
		inner, refused := p.value(depth)
		if refused != nil {
			return v, refused
		}
		v.members = append(v.members, member{key, inner})
	}
	if _, err := p.dec.Token(); err != nil {
		return v, p.broken(err)
	}
	return v, nil
}

// array checks the elements and drops them: no field of the contract is one.
func (p *jsonParser) array(depth int) (value, *Refusal) {
	for p.dec.More() {
		if _, refused := p.value(depth); refused != nil {
			return value{}, refused
		}
	}
	if _, err := p.dec.Token(); err != nil {
		return value{}, p.broken(err)
	}
	return value{kind: kindArray}, nil
}

// broken reports a token error without its text, which quotes the input.
func (p *jsonParser) broken(err error) *Refusal {
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
		return &Refusal{ReasonMalformed, "JSON ends too early"}
	}
	return &Refusal{ReasonMalformed, fmt.Sprintf("JSON broken at byte %d", p.dec.InputOffset())}
}
