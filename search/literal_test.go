package search

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

func TestLiteral(t *testing.T) {
	for text, want := range map[string]string{
		`网速"太慢"（投诉）`:         `网速，太慢，，投诉，`,
		"话费:为什么扣了100元":       "话费，为什么扣了100元",
		"-5 degrees OR less": "，5 degrees or less",
		"套餐* NOT":            "套餐， not",
		"没有 语法":              "没有 语法",
	} {
		if got := Literal(text); got != want {
			t.Errorf("%q is written %q, want %q", text, got, want)
		}
	}
}

// Whatever the text, the query language takes its literal for words.
func TestLiteralIsAlwaysText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pieces := rapid.SliceOf(rapid.SampledFrom([]string{
			"AND", "OR", "NOT", "-", "--", "(", "（", ")", `"`, "“", "”", ":", "：", "*", " ", "\n", "\u3000", "channel:", "date：2026", "网速", "5G", "\xff", "，", "sort:",
		})).Draw(t, "pieces")
		text := strings.Join(pieces, "")
		parsed, err := parseQuery(Literal(text), time.Unix(0, 0), time.UTC)
		if err != nil {
			t.Fatalf("%q is written %q: %v", text, Literal(text), err)
		}
		var check func(n node)
		check = func(n node) {
			switch n := n.(type) {
			case nil:
			case andNode:
				for _, part := range n.parts {
					check(part)
				}
			case textNode:
				if n.phrase || n.prefix {
					t.Fatalf("%q is written %q: a phrase or a wildcard", text, Literal(text))
				}
			default:
				t.Fatalf("%q is written %q: %T", text, Literal(text), n)
			}
		}
		check(parsed.root)
	})
	long := Literal(strings.Repeat("长", 5000))
	if _, err := parseQuery(long, time.Unix(0, 0), time.UTC); err != nil {
		t.Errorf("a long text: %v", err)
	}
	if many := Literal(strings.Repeat("字 ", 400)); many != "" {
		if _, err := parseQuery(many, time.Unix(0, 0), time.UTC); err != nil {
			t.Errorf("a text of many words: %v", err)
		}
	}
}
