package privacy

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/goccy/go-yaml"
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/parser"

	"qingting/privacy/rule"
)

// policyFormat is the version of the policy's own format.
const policyFormat = 1

// Bounds of a policy, which keep its parser from running away.
const (
	MaxPolicy = 4 << 20 // bytes: some 60,000 listed values
	maxNested = 32      // brackets within brackets
)

// PolicyError is a mistake in a policy: where it stands and what to do.
type PolicyError struct {
	Line    int // 1-based; 0 when the policy as a whole is wrong
	Message string
}

// Error gives the line and the message.
func (e *PolicyError) Error() string {
	if e.Line == 0 {
		return "policy: " + e.Message
	}
	return fmt.Sprintf("policy line %d: %s", e.Line, e.Message)
}

// ParsePolicy reads a policy in YAML. It is strict: an unknown or repeated key,
// type, action or value is a *[PolicyError]. Errors never quote an allowed or
// denied value, nor what has digits or Chinese in it. A policy has at most
// [MaxPolicy] bytes. The YAML tree is walked by hand, since a decoder's errors show
// the source around them.
func ParsePolicy(data []byte) (*Policy, error) {
	if len(data) > MaxPolicy {
		return nil, &PolicyError{0, fmt.Sprintf("larger than %d MiB; list fewer values", MaxPolicy>>20)}
	}
	if line := nested(data); line > 0 {
		return nil, &PolicyError{line, "nested too deeply; a policy needs no more than three levels"}
	}
	file, err := parser.ParseBytes(data, 0)
	if err != nil {
		var syntax yaml.Error
		if errors.As(err, &syntax) && syntax.GetToken() != nil {
			return nil, &PolicyError{syntax.GetToken().Position.Line, "malformed YAML; check indentation, quotes and repeated keys"}
		}
		return nil, &PolicyError{0, "malformed YAML"}
	}
	var body ast.Node
	for _, doc := range file.Docs {
		if doc.Body == nil {
			continue
		}
		if body != nil {
			return nil, errAt(doc.Body, "a second document; keep one policy a file")
		}
		body = doc.Body
	}
	if body == nil {
		return nil, &PolicyError{0, `empty; begin with "policy: 1"`}
	}
	p := &Policy{labels: labelsAuto, period: Year, missing: Tag, rules: make(map[rule.Type]typeRule)}
	format := false
	err = eachKey(body, "the policy", func(key string, at, value ast.Node) error {
		switch key {
		case "policy":
			format = true
			return parseFormat(value)
		case "labels":
			return parseChoice(value, "label language", &p.labels, labelsAuto, labelsZH, labelsEN)
		case "period":
			return parseChoice(value, "period", &p.period, Year, Quarter, Month, NoPeriods)
		case "default":
			return p.parseDefault(value)
		case "types":
			return eachKey(value, "types", p.parseType)
		case "allow":
			return eachItem(value, "allow", p.parseAllowed)
		case "deny":
			return eachItem(value, "deny", p.parseDenied)
		case "recognisers":
			return eachItem(value, "recognisers", p.parseRecogniser)
		}
		return errAt(at, "unknown key%s; use one of policy, labels, period, default, types, allow, deny, recognisers", shown(key))
	})
	if err != nil {
		return nil, err
	}
	if !format {
		return nil, &PolicyError{1, `no format version; add "policy: 1"`}
	}
	if err := p.checkCustom(); err != nil {
		return nil, err
	}
	p.seal()
	return p, nil
}

// nested returns the line in which brackets or dashes open too many levels, or
// 0: the parser's time grows with the square of them. Brackets count from the
// last line that is not indented, quoted ones too.
func nested(data []byte) int {
	n, depth := 0, 0
	for line := range bytes.Lines(data) {
		n++
		if line[0] > ' ' && line[0] != ']' && line[0] != '}' {
			depth = 0
		}
		if line = bytes.TrimLeft(line, " "); bytes.HasPrefix(line, []byte("#")) {
			continue
		}
		deepest := 0
		for bytes.HasPrefix(line, []byte("- ")) || bytes.HasPrefix(line, []byte("? ")) {
			line = bytes.TrimLeft(line[1:], " ")
			deepest++
		}
		for _, c := range line {
			switch c {
			case '[', '{':
				depth++
			case ']', '}':
				depth = max(depth-1, 0)
			}
			deepest = max(deepest, depth)
		}
		if deepest > maxNested {
			return n
		}
	}
	return 0
}

func parseFormat(value ast.Node) error {
	s, err := scalar(value, "policy")
	if err != nil {
		return err
	}
	if s != strconv.Itoa(policyFormat) {
		return errAt(value, "unknown policy format; this version of qingting reads %d", policyFormat)
	}
	return nil
}

func (p *Policy) parseDefault(value ast.Node) error {
	if err := parseChoice(value, "action", &p.missing, actions[:]...); err != nil {
		return err
	}
	switch p.missing {
	case Keep:
		return errAt(value, "the default action cannot be keep, which would let through what is not named; name the types to keep")
	case Generalise:
		return errAt(value, "the default action cannot be generalise, which only ADDRESS and DOB have; name them under types")
	}
	return nil
}

func (p *Policy) parseType(key string, at, value ast.Node) error {
	t := rule.Type(key)
	if !t.Valid() {
		return errAt(at, "unknown type%s; use one of %s", shown(key), joined(rule.Types()))
	}
	var r typeRule
	if isMapping(value) {
		err := eachKey(value, key, func(field string, at, value ast.Node) error {
			switch field {
			case "action":
				return parseChoice(value, "action", &r.Action, actions[:]...)
			case "threshold":
				s, err := scalar(value, "threshold")
				if err != nil {
					return err
				}
				r.Threshold, err = strconv.ParseFloat(s, 64)
				if err != nil || !(r.Threshold > 0 && r.Threshold <= 1) {
					return errAt(value, "threshold of %s must be a number above 0 and at most 1", key)
				}
				return nil
			}
			return errAt(at, "unknown key%s of %s; use action and threshold", shown(field), key)
		})
		if err != nil {
			return err
		}
		if r.Action == "" {
			return errAt(at, "%s has no action; use one of %s", key, joined(actions[:]))
		}
	} else if err := parseChoice(value, "action", &r.Action, actions[:]...); err != nil {
		return err
	}
	if r.Action == Generalise && !canGeneralise(t) {
		return errAt(value, "%s cannot be generalised, only ADDRESS and DOB can; use one of tag, pseudonym, mask, drop, keep", key)
	}
	p.rules[t] = r
	return nil
}

func (p *Policy) parseAllowed(value ast.Node) error {
	literal, err := parseLiteral(value, "an allowed value")
	if err == nil {
		p.allow = append(p.allow, literal)
	}
	return err
}

func (p *Policy) parseDenied(item ast.Node) error {
	var d denied
	err := eachKey(item, "a denied value", func(field string, at, value ast.Node) (err error) {
		switch field {
		case "value":
			d.Value, err = parseLiteral(value, "a denied value")
			return err
		case "type":
			s, err := scalar(value, "type")
			if err != nil {
				return err
			}
			if d.Type = rule.Type(s); !d.Type.Valid() {
				return errAt(value, "unknown type%s; use one of %s", shown(s), joined(rule.Types()))
			}
			return nil
		}
		return errAt(at, "unknown key of a denied value, which reads {value: 听雨轩, type: ADDRESS}") // it may be the value
	})
	if err != nil {
		return err
	}
	if d.Value == "" || d.Type == "" {
		return errAt(item, "a denied value needs both value and type: {value: 听雨轩, type: ADDRESS}")
	}
	p.deny = append(p.deny, d)
	return nil
}

func parseLiteral(value ast.Node, what string) (string, error) {
	s, err := scalar(value, what)
	if err != nil {
		return "", err
	}
	literal := foldLiteral(s)
	if literal == "" {
		return "", errAt(value, "%s has no letter, digit or sign in it; remove the line", what)
	}
	return literal, nil
}

// parseChoice sets dst to the one of choices that value names.
func parseChoice[T ~string](value ast.Node, what string, dst *T, choices ...T) error {
	s, err := scalar(value, what)
	if err != nil {
		return err
	}
	for _, c := range choices {
		if s == string(c) {
			*dst = c
			return nil
		}
	}
	return errAt(value, "unknown %s%s; use one of %s", what, shown(s), joined(choices))
}

// shown quotes a word that an error may show: one that could stand in a policy,
// and no value that slipped into its place.
func shown(word string) string {
	for _, c := range word {
		if (c|0x20 < 'a' || c|0x20 > 'z') && c != '_' {
			return ""
		}
	}
	if word == "" || len(word) > 24 {
		return ""
	}
	return " " + strconv.Quote(word)
}

// eachKey calls f for each key of a mapping. The parser refuses repeated keys.
func eachKey(node ast.Node, what string, f func(key string, at, value ast.Node) error) error {
	var pairs []*ast.MappingValueNode
	switch n := node.(type) {
	case *ast.MappingNode:
		pairs = n.Values
	case *ast.MappingValueNode: // a mapping of one key
		pairs = []*ast.MappingValueNode{n}
	case *ast.NullNode:
		return nil
	default:
		return errAt(node, "%s must be a mapping, one \"key: value\" a line", what)
	}
	for _, pair := range pairs {
		key, ok := pair.Key.(*ast.StringNode)
		if !ok {
			return errAt(pair.Key, "a key of %s must be a plain word", what)
		}
		if err := f(key.Value, pair.Key, pair.Value); err != nil {
			return err
		}
	}
	return nil
}

func eachItem(node ast.Node, what string, f func(ast.Node) error) error {
	switch n := node.(type) {
	case *ast.NullNode:
		return nil
	case *ast.SequenceNode:
		for _, item := range n.Values {
			if err := f(item); err != nil {
				return err
			}
		}
		return nil
	}
	return errAt(node, "%s must be a list, one \"- value\" a line", what)
}

// scalar returns a value as it is written: 010 stays 010 and is no number.
func scalar(node ast.Node, what string) (string, error) {
	switch n := node.(type) {
	case *ast.StringNode:
		return n.Value, nil
	case *ast.LiteralNode:
		return n.Value.Value, nil
	case *ast.IntegerNode, *ast.FloatNode, *ast.BoolNode:
		return n.GetToken().Value, nil
	}
	return "", errAt(node, "%s must be a single value", what)
}

func isMapping(node ast.Node) bool {
	switch node.(type) {
	case *ast.MappingNode, *ast.MappingValueNode:
		return true
	}
	return false
}

func errAt(node ast.Node, format string, args ...any) error {
	line := 0
	if tok := node.GetToken(); tok != nil {
		line = tok.Position.Line
	}
	return &PolicyError{line, fmt.Sprintf(format, args...)}
}

func joined[T ~string](words []T) string {
	plain := make([]string, len(words))
	for i, w := range words {
		plain[i] = string(w)
	}
	return strings.Join(plain, ", ")
}

func cmpDenied(a, b denied) int {
	return cmp.Or(cmp.Compare(a.Value, b.Value), cmp.Compare(a.Type, b.Type))
}
