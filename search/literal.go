package search

import (
	"strings"
	"unicode"
)

// Literal returns a query string that looks for the words of any text: what
// the query language would take for its own – quotation marks, parentheses,
// fields, wildcards, operators – separates words there and no more. A text
// longer than MaxQueryLength is cut.
func Literal(text string) string {
	runes := []rune(validText(text))
	out := make([]rune, 0, len(runes)+8)
	spaces := 0 // no more than the language has parts; what follows is one text
	for i, r := range runes {
		if len(out) >= MaxQueryLength {
			break
		}
		start := len(out) == 0 || out[len(out)-1] == ' '
		switch {
		case isOpen(r), isClose(r), isQuote(r), isQuoteEnd(r), r == '*', unicode.IsSpace(r):
			// Between Chinese characters a comma separates as well, and does not
			// make two words of one text.
			r = '，'
			if unicode.IsSpace(runes[i]) && spaces < maxQueryParts/2 {
				r = ' '
				spaces++
			}
		case (r == ':' || r == '：') && !start, r == '-' && start:
			r = '，'
		}
		out = append(out, r)
	}
	s := string(out)
	for _, op := range []string{"AND", "OR", "NOT"} {
		if strings.Contains(s, op) {
			s = lowerOperator(s, op)
		}
	}
	return s
}

// lowerOperator writes an operator that stands alone in lower case.
func lowerOperator(s, op string) string {
	words := strings.Split(s, " ")
	for i, w := range words {
		if w == op {
			words[i] = strings.ToLower(op)
		}
	}
	return strings.Join(words, " ")
}
