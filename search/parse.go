package search

import (
	"fmt"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// parsed is a query string understood.
type parsed struct {
	root     node   // nil when there is nothing to match: everything does
	sort     string // from sort:, or empty
	collapse bool   // from collapse:
	directed bool   // collapse: was given
}

// parser is a recursive descent over
//
//	or    = and { "OR" and }
//	and   = not { [ "AND" ] not }
//	not   = ( "NOT" | "-" ) not | "(" or ")" | phrase | field ":" value | word
type parser struct {
	query     string
	runes     []rune
	i         int
	parts     int
	wildcards int
	now       time.Time
	loc       *time.Location
	out       parsed
}

// CheckQuery says whether a query string can be read, before it is sent where
// the answer is dear. The error is a *SyntaxError.
func CheckQuery(query string) error {
	_, err := parseQuery(query, time.Now(), time.Local)
	return err
}

// parseQuery reads a query string; relative dates count from now, and days
// begin at midnight in loc. The error is a *SyntaxError.
func parseQuery(query string, now time.Time, loc *time.Location) (parsed, error) {
	p := &parser{query: query, runes: []rune(query), now: now, loc: loc}
	if !utf8.ValidString(query) {
		return parsed{}, p.fail(0, "the query is not valid UTF-8")
	}
	if len(p.runes) > MaxQueryLength {
		return parsed{}, p.fail(MaxQueryLength, "the query is too long (at most %d characters)", MaxQueryLength)
	}
	root, err := p.or(0)
	if err != nil {
		return parsed{}, err
	}
	if p.skipSpace(); p.i < len(p.runes) {
		return parsed{}, p.fail(p.i, "this parenthesis closes nothing")
	}
	p.out.root = root
	return p.out, nil
}

func (p *parser) fail(at int, format string, args ...any) *SyntaxError {
	return &SyntaxError{Query: p.query, Offset: at, Message: fmt.Sprintf(format, args...)}
}

func (p *parser) skipSpace() {
	for p.i < len(p.runes) && unicode.IsSpace(p.runes[p.i]) {
		p.i++
	}
}

// takeOperator reports whether the next word is op, and if so takes it.
func (p *parser) takeOperator(op string) bool {
	p.skipSpace()
	end := p.i + len(op)
	if end > len(p.runes) || string(p.runes[p.i:end]) != op {
		return false
	}
	if end < len(p.runes) && !unicode.IsSpace(p.runes[end]) && !isOpen(p.runes[end]) && !isQuote(p.runes[end]) {
		return false
	}
	p.i = end
	return true
}

// atEnd reports whether the expression at this depth is over.
func (p *parser) atEnd() bool {
	p.skipSpace()
	return p.i >= len(p.runes) || isClose(p.runes[p.i])
}

func (p *parser) or(depth int) (node, error) {
	var parts []node
	for {
		part, err := p.and(depth)
		if err != nil {
			return nil, err
		}
		if part != nil {
			parts = append(parts, part)
		}
		at := p.i
		if !p.takeOperator("OR") {
			break
		}
		if part == nil {
			return nil, p.fail(at, "OR needs something on both sides")
		}
		if p.atEnd() {
			return nil, p.fail(at, "OR needs something on both sides")
		}
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return orNode{parts: parts}, nil
}

func (p *parser) and(depth int) (node, error) {
	var parts []node
	for {
		p.skipSpace()
		at := p.i
		explicit := p.takeOperator("AND")
		if explicit && (len(parts) == 0 || p.atEnd()) {
			return nil, p.fail(at, "AND needs something on both sides")
		}
		if p.atEnd() {
			break
		}
		start := p.i
		if p.takeOperator("OR") {
			p.i = start
			if explicit || len(parts) == 0 {
				return nil, p.fail(start, "OR needs something on both sides")
			}
			break
		}
		part, err := p.not(depth)
		if err != nil {
			return nil, err
		}
		if part == nil {
			continue
		}
		if explicit { // what an AND joins is meant as it is written
			parts[len(parts)-1] = firm(parts[len(parts)-1])
			part = firm(part)
		}
		parts = append(parts, part)
	}
	switch len(parts) {
	case 0:
		return nil, nil
	case 1:
		return parts[0], nil
	}
	return andNode{parts}, nil
}

func (p *parser) not(depth int) (node, error) {
	if depth > maxQueryDepth {
		return nil, p.fail(p.i, "the query is nested too deeply (at most %d levels)", maxQueryDepth)
	}
	if p.parts++; p.parts > maxQueryParts {
		return nil, p.fail(p.i, "the query has too many parts (at most %d)", maxQueryParts)
	}
	at := p.i
	negated := p.takeOperator("NOT")
	if negated && p.atEnd() {
		return nil, p.fail(at, "NOT needs something after it")
	}
	if !negated && p.runes[p.i] == '-' && p.i+1 < len(p.runes) && !unicode.IsSpace(p.runes[p.i+1]) && p.runes[p.i+1] != '-' {
		negated = true
		p.i++
	}
	if negated {
		part, err := p.not(depth + 1)
		if err != nil {
			return nil, err
		}
		if part == nil {
			return nil, p.fail(at, "there is nothing here to exclude")
		}
		return notNode{part}, nil
	}
	return p.primary(depth)
}

func (p *parser) primary(depth int) (node, error) {
	at := p.i
	switch r := p.runes[p.i]; {
	case isOpen(r):
		p.i++
		inner, err := p.or(depth + 1)
		if err != nil {
			return nil, err
		}
		if p.skipSpace(); p.i >= len(p.runes) {
			return nil, p.fail(at, "this parenthesis is not closed")
		}
		p.i++
		if inner == nil {
			return nil, p.fail(at, "there is nothing between these parentheses")
		}
		return inner, nil
	case isQuote(r):
		text, err := p.quoted()
		if err != nil {
			return nil, err
		}
		return textNode{text: text, phrase: true, at: at}, nil
	}
	for p.i < len(p.runes) {
		r := p.runes[p.i]
		if (r == ':' || r == '：') && p.i > at && isName(p.runes[at:p.i]) {
			name := string(p.runes[at:p.i])
			p.i++
			return p.field(name, at, depth)
		}
		if !isWordEnd(r) {
			p.i++
			continue
		}
		break
	}
	word := string(p.runes[at:p.i])
	if p.i == at { // a lone closing quote
		p.i++
		return nil, p.fail(at, "this quotation mark opens nothing")
	}
	return p.word(word, at)
}

func (p *parser) word(word string, at int) (node, error) {
	stem, star := strings.CutSuffix(word, "*")
	if strings.Contains(stem, "*") {
		return nil, p.fail(at, "a wildcard * may stand at the end of a word only")
	}
	if star {
		if err := p.wildcard(stem, at); err != nil {
			return nil, err
		}
	}
	return textNode{text: stem, prefix: star, at: at}, nil
}

func (p *parser) wildcard(stem string, at int) error {
	if utf8.RuneCountInString(stem) < 1 {
		return p.fail(at, "a wildcard * needs at least one character before it")
	}
	if p.wildcards++; p.wildcards > maxWildcards {
		return p.fail(at, "the query has too many wildcards (at most %d)", maxWildcards)
	}
	return nil
}

// quoted reads from an opening quotation mark past its closing one.
func (p *parser) quoted() (string, error) {
	at := p.i
	for p.i++; p.i < len(p.runes); p.i++ {
		if isQuoteEnd(p.runes[p.i]) {
			text := string(p.runes[at+1 : p.i])
			p.i++
			if strings.TrimSpace(text) == "" {
				return "", p.fail(at, "there is nothing between these quotation marks")
			}
			return text, nil
		}
	}
	return "", p.fail(at, "this quotation mark is not closed")
}

func isName(runes []rune) bool {
	for i, r := range runes {
		if !unicode.IsLetter(r) && (i == 0 || r != '_') {
			return false
		}
	}
	return len(runes) <= 24
}

func isOpen(r rune) bool     { return r == '(' || r == '（' }
func isClose(r rune) bool    { return r == ')' || r == '）' }
func isQuote(r rune) bool    { return r == '"' || r == '“' || r == '＂' }
func isQuoteEnd(r rune) bool { return r == '"' || r == '”' || r == '＂' || r == '“' }

func isWordEnd(r rune) bool {
	return unicode.IsSpace(r) || isOpen(r) || isClose(r) || isQuote(r) || r == '”'
}
