package match

import (
	"fmt"
	"slices"
	"strings"
)

// element is a literal or a bracket of a phrase: its alternatives.
type element []string

func (e element) optional() bool { return slices.Contains(e, "") }

// parseSide reads a phrase and cuts it into chunks of bounded size.
func parseSide(s string) (Side, error) {
	if i := strings.IndexAny(classless(s), "~>"); i >= 0 {
		return nil, fmt.Errorf("a ~ or > stands between blanks")
	}
	elements, err := parseElements(s)
	if err != nil {
		return nil, err
	}
	for len(elements) > 0 && elements[0].optional() {
		elements = elements[1:]
	}
	for len(elements) > 0 && elements[len(elements)-1].optional() {
		elements = elements[:len(elements)-1]
	}
	if len(elements) == 0 {
		return nil, fmt.Errorf("a side may be empty")
	}
	var side Side
	for from := 0; from < len(elements); {
		if elements[from].classed() { // a chunk of its own
			if elements[from].optional() || !elements[from].wholly() {
				return nil, fmt.Errorf("in a bracket, a class stands alone between the bars, and none of them is empty")
			}
			side = append(side, tidy(elements[from]))
			from++
			continue
		}
		// A chunk runs on while its product is small; it must hold a mandatory
		// element, and so must what remains (the last element is one).
		to, product, solid := from, 1, false
		for to < len(elements) && !elements[to].classed() && (!solid || product*len(elements[to]) <= maxAlternatives) {
			product *= len(elements[to])
			solid = solid || !elements[to].optional()
			to++
		}
		chunk := []string{""}
		for _, e := range elements[from:to] {
			chunk = product2(chunk, e)
		}
		if len(chunk) > 20*maxAlternatives {
			return nil, fmt.Errorf("too many alternatives: use fewer or smaller brackets")
		}
		chunk = tidy(chunk)
		if !solid { // optional words before a class
			chunk = append(chunk, "")
		}
		side = append(side, chunk)
		from = to
	}
	return side, nil
}

func product2(a []string, b element) []string {
	out := make([]string, 0, len(a)*len(b))
	for _, x := range a {
		for _, y := range b {
			out = append(out, x+y)
		}
	}
	return out
}

// tidy trims and removes doubles.
func tidy(list []string) []string {
	seen := make(map[string]bool, len(list))
	out := list[:0]
	for _, s := range list {
		s = strings.TrimSpace(s)
		if s != "" && !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// nextMark is where the next bracket, bar or class of s begins, or -1.
func nextMark(s string) int {
	n := strings.IndexAny(s, "(|)")
	if c := strings.Index(s, "<#"); c >= 0 && (n < 0 || c < n) {
		return c
	}
	return n
}

// parseElements reads literals and brackets; brackets may nest.
func parseElements(s string) ([]element, error) {
	var out []element
	for s != "" {
		n := nextMark(s)
		switch {
		case n < 0:
			return append(out, element{s}), nil
		case n > 0:
			out = append(out, element{s[:n]})
			s = s[n:]
		case s[0] == '<':
			mark, rest, err := parseClass(s)
			if err != nil {
				return nil, err
			}
			out, s = append(out, element{mark}), rest
		case s[0] == '(':
			alternatives, rest, err := parseBracket(s[1:])
			if err != nil {
				return nil, err
			}
			out = append(out, alternatives)
			s = rest
		case s[0] == '|':
			return nil, fmt.Errorf("alternatives need brackets: (a|b)")
		default:
			return nil, fmt.Errorf("unbalanced bracket")
		}
	}
	return out, nil
}

// parseBracket reads alternatives up to the closing bracket and what follows it.
func parseBracket(s string) (element, string, error) {
	var all element
	current := []string{""}
	for s != "" {
		n := nextMark(s)
		if n < 0 {
			break
		}
		current = product2(current, element{s[:n]})
		mark := s[n]
		if mark == '<' {
			class, rest, err := parseClass(s[n:])
			if err != nil {
				return nil, "", err
			}
			current, s = product2(current, element{class}), rest
			continue
		}
		s = s[n+1:]
		switch mark {
		case '|':
			all, current = append(all, current...), []string{""}
		case ')':
			all = append(all, current...)
			slices.Sort(all)
			all = slices.Compact(all)
			if len(all) > maxBracket {
				return nil, "", fmt.Errorf("a bracket has %d alternatives, at most %d are taken", len(all), maxBracket)
			}
			return all, s, nil
		case '(':
			inner, rest, err := parseBracket(s)
			if err != nil {
				return nil, "", err
			}
			current = product2(current, inner)
			if len(current) > maxBracket {
				return nil, "", fmt.Errorf("a bracket has %d alternatives, at most %d are taken", len(current), maxBracket)
			}
			s = rest
		}
	}
	return nil, "", fmt.Errorf("unbalanced bracket")
}
