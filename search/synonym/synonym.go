// Package synonym knows which terms stand for one another, and gives the ways to
// write a query's text with them:
//
//	set, err := synonym.Parse("words.txt", text)      // or synonym.Builtin()
//	e := synonym.New(set, analysis)                   // how the search cuts text
//	for _, v := range e.Variants("话费太贵") { … }     // 电话费太贵 .7, 账单太贵 .7, …
//
// The file is plain text, a rule a line:
//
//	# a comment
//	话费, 电话费, phone bill        any of them finds the others
//	手机卡 => sim卡, sim card        who asks for the first finds the others, not the reverse
//	~ 怎么, 如何, 怎样               nearly the same: for the order of what is found only
//
// Guarantees: rules are applied once, so what a rule gives is not expanded again;
// a term is found at word boundaries only (资费 is not in 投资费用), the longest first;
// the number of variants is bounded; errors name line and column.
// Set and Expander are immutable and safe for concurrent use.
//
// It changes text, not an index: what is indexed stays as it was said, and another
// file counts from the next query on. It does not guess synonyms.
package synonym

import (
	"crypto/sha256"
	_ "embed"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

//go:embed builtin.txt
var telecom string

//go:embed everyday.txt
var everyday string

// The limits of a file; what is beyond is refused.
const (
	MaxRules = 5000
	maxTerms = 32   // of a rule
	maxTerm  = 40   // code points of a term
	maxLine  = 2000 // code points of a line
)

// Rule is one line of a file.
type Rule struct {
	Line int `json:"line"`
	// From are the terms that are expanded, To what they expand to; a rule both
	// ways has all its terms in both.
	From   []string `json:"from"`
	To     []string `json:"to"`
	OneWay bool     `json:"one_way,omitempty"`
	// Near rules find nothing: what says a term of theirs instead of another
	// one ranks higher for it.
	Near bool `json:"near,omitempty"`
}

// Terms are all terms of the rule, each once.
func (r Rule) Terms() []string {
	if !r.OneWay {
		return r.From
	}
	return append(append([]string{}, r.From...), r.To...)
}

// String is the rule as a line.
func (r Rule) String() string {
	from := strings.Join(r.From, ", ")
	if r.Near {
		return near + " " + from
	}
	if !r.OneWay {
		return from
	}
	return from + " => " + strings.Join(r.To, ", ")
}

// Set is the rules of one file, in its order.
type Set struct {
	rules []Rule
	hash  string
}

// Rules are the rules; not to be changed.
func (s *Set) Rules() []Rule { return s.rules }

// Hash names the version: 12 hexadecimal digits.
func (s *Set) Hash() string { return s.hash }

// Error is a mistake in a file.
type Error struct {
	Name         string
	Line, Column int // from 1; columns are code points
	Message      string
}

func (e *Error) Error() string {
	return fmt.Sprintf("%s:%d:%d: %s", e.Name, e.Line, e.Column, e.Message)
}

// BuiltinText is the built-in file: Chinese telecom customers' words, and
// everyday ones for the order.
func BuiltinText() string { return telecom + "\n" + everyday }

// Builtin is the built-in set.
func Builtin() (*Set, error) { return Parse("built-in synonyms", BuiltinText()) }

// Parse reads a file. The error is an *Error.
func Parse(name, text string) (*Set, error) {
	sum := sha256.Sum256([]byte(text))
	s := &Set{hash: hex.EncodeToString(sum[:6])}
	n := 0
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		n++
		p := parser{name: name, line: n}
		rule, ok, err := p.rule(strings.TrimRight(line, "\r\n"))
		if err != nil {
			return nil, err
		}
		if !ok {
			continue
		}
		if s.rules = append(s.rules, rule); len(s.rules) > MaxRules {
			return nil, p.fail(0, "a file has at most %d groups", MaxRules)
		}
	}
	return s, nil
}

type parser struct {
	name string
	line int
}

func (p parser) fail(column int, format string, args ...any) *Error {
	return &Error{p.name, p.line, column + 1, fmt.Sprintf(format, args...)}
}

// arrow parts the two sides of a rule one way; near begins a rule for the order.
const (
	arrow = "=>"
	near  = "~"
)

// rule reads one line; false when there is none in it.
func (p parser) rule(line string) (Rule, bool, error) {
	if !utf8.ValidString(line) {
		at := strings.IndexRune(strings.ToValidUTF8(line, "\uFFFD"), '\uFFFD')
		return Rule{}, false, p.fail(utf8.RuneCountInString(line[:at]), "this is not UTF-8 text: save the file as UTF-8")
	}
	if utf8.RuneCountInString(line) > maxLine {
		return Rule{}, false, p.fail(maxLine, "a line has at most %d characters: make two groups of it", maxLine)
	}
	line = withoutComment(line)
	if strings.TrimSpace(line) == "" {
		return Rule{}, false, nil
	}
	if left, terms, ok := strings.Cut(line, near); ok && strings.TrimSpace(left) == "" {
		return p.near(terms, utf8.RuneCountInString(left)+1)
	}
	left, right, oneWay := strings.Cut(line, arrow)
	from, err := p.terms(left, 0)
	if err != nil {
		return Rule{}, false, err
	}
	if !oneWay {
		if len(from) < 2 {
			return Rule{}, false, p.fail(indent(line), "a group has at least two terms, with a comma between them")
		}
		return Rule{Line: p.line, From: from, To: from}, true, nil
	}
	start := utf8.RuneCountInString(left) + len(arrow)
	if again := strings.Index(right, arrow); again >= 0 {
		return Rule{}, false, p.fail(start+utf8.RuneCountInString(right[:again]), "a line has one => at most")
	}
	to, err := p.terms(right, start)
	if err != nil {
		return Rule{}, false, err
	}
	for _, t := range to {
		for _, f := range from {
			if same(f, t) {
				return Rule{}, false, p.fail(start+utf8.RuneCountInString(right[:strings.Index(right, t)]), "%q stands on both sides of =>", t)
			}
		}
	}
	return Rule{Line: p.line, From: from, To: to, OneWay: true}, true, nil
}

// near reads a rule for the order, which begins in column at. Each term is
// Chinese, or one word of another script: documents are read word by word.
func (p parser) near(line string, at int) (Rule, bool, error) {
	if i := strings.Index(line, arrow); i >= 0 {
		return Rule{}, false, p.fail(at+utf8.RuneCountInString(line[:i]), "a line with ~ goes both ways: write commas instead of =>")
	}
	terms, err := p.terms(line, at)
	if err != nil {
		return Rule{}, false, err
	}
	if len(terms) < 2 {
		return Rule{}, false, p.fail(at+indent(line), "a group has at least two terms, with a comma between them")
	}
	for _, t := range terms {
		han := strings.IndexFunc(t, isHan) >= 0
		if strings.ContainsFunc(t, func(r rune) bool { return isHan(r) != han || !isLetter(r) }) {
			return Rule{}, false, p.fail(at+utf8.RuneCountInString(line[:strings.Index(line, strings.Fields(t)[0])]),
				"%q is neither Chinese only nor one word, as the terms of a line with ~ are", t)
		}
	}
	return Rule{Line: p.line, From: terms, To: terms, Near: true}, true, nil
}

func isHan(r rune) bool { return unicode.Is(unicode.Han, r) }

// withoutComment ends a line at a # that begins it or follows white space.
func withoutComment(line string) string {
	blank := true
	for i, r := range line {
		if r == '#' && blank {
			return line[:i]
		}
		blank = unicode.IsSpace(r)
	}
	return line
}

func indent(line string) int {
	return utf8.RuneCountInString(line[:len(line)-len(strings.TrimLeftFunc(line, unicode.IsSpace))])
}

// terms reads one side of a rule, which begins in column at.
func (p parser) terms(side string, at int) ([]string, error) {
	var terms []string
	for {
		i := strings.IndexFunc(side, isComma)
		term := side
		if i >= 0 {
			term = side[:i]
		}
		clean := strings.Join(strings.Fields(term), " ")
		column := at + indent(term)
		switch {
		case clean == "":
			return nil, p.fail(at, "a term is missing here")
		case utf8.RuneCountInString(clean) > maxTerm:
			return nil, p.fail(column, "a term has at most %d characters", maxTerm)
		case strings.IndexFunc(clean, isLetter) < 0:
			return nil, p.fail(column, "%q has no letter or digit to look for", clean)
		case strings.ContainsFunc(clean, isReserved):
			return nil, p.fail(column+utf8.RuneCountInString(clean[:strings.IndexFunc(clean, isReserved)]), "quotation marks, parentheses, * and = have no place in a term")
		case clean[0] == '#':
			return nil, p.fail(column, "a term cannot begin with #, which begins a comment")
		case len(terms) == maxTerms:
			return nil, p.fail(column, "a group has at most %d terms", maxTerms)
		}
		for _, t := range terms {
			if same(t, clean) {
				return nil, p.fail(column, "%q stands twice in this group", clean)
			}
		}
		terms = append(terms, clean)
		if i < 0 {
			return terms, nil
		}
		_, n := utf8.DecodeRuneInString(side[i:])
		at += utf8.RuneCountInString(side[:i]) + 1
		side = side[i+n:]
	}
}

func same(a, b string) bool { return strings.EqualFold(a, b) }

func isComma(r rune) bool  { return r == ',' || r == '，' || r == '、' }
func isLetter(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }

func isReserved(r rune) bool { return strings.ContainsRune(`"“”＂()（）*=`, r) }
