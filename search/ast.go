package search

import (
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

// node is one part of a parsed query.
type node interface{ isNode() }

type (
	andNode struct{ parts []node }
	orNode  struct {
		parts []node
		best  bool // ways to say one thing: the best one counts
	}
	notNode  struct{ part node }
	textNode struct {
		text   string
		phrase bool // between quotes
		prefix bool // ends in *
		firm   bool // joined by AND: all of it must be there, whatever else is found
		at     int  // code point in the query
		// weight of what it adds to the score; 0 is 1. Synonyms weigh less.
		weight float64
	}
	// keywordNode matches any of values in a keyword field.
	keywordNode struct {
		field  string
		values []keywordValue
		at     int
	}
	// numberNode matches from <= value <= to; nil is open, and strict excludes the bound.
	numberNode struct {
		field                string
		from, to             *float64
		strictFrom, strictTo bool
	}
	// timeNode matches from <= time < to; a zero time is open.
	timeNode struct{ from, to time.Time }
)

type keywordValue struct {
	text   string
	prefix bool
}

// firm has the texts of n be there: less will not do.
func firm(n node) node {
	each := func(parts []node) []node {
		out := make([]node, len(parts))
		for i, part := range parts {
			out[i] = firm(part)
		}
		return out
	}
	switch n := n.(type) {
	case andNode:
		return andNode{each(n.parts)}
	case orNode:
		return orNode{each(n.parts), n.best}
	case textNode:
		n.firm = true
		return n
	}
	return n
}

func (andNode) isNode()     {}
func (orNode) isNode()      {}
func (notNode) isNode()     {}
func (textNode) isNode()    {}
func (keywordNode) isNode() {}
func (numberNode) isNode()  {}
func (timeNode) isNode()    {}

// SyntaxError is a mistake in a query string.
type SyntaxError struct {
	Query   string
	Offset  int // code points from the start of Query
	Message string
	// Suggestion is what was probably meant, or empty.
	Suggestion string
}

// Error names the character, counted from 1.
func (e *SyntaxError) Error() string {
	s := fmt.Sprintf("query, character %d: %s", e.Offset+1, e.Message)
	if e.Suggestion != "" {
		s += fmt.Sprintf("; did you mean %q?", e.Suggestion)
	}
	return s
}

// Caret returns the query and, on a second line, a caret under the mistake,
// for a terminal that shows Chinese characters two columns wide.
func (e *SyntaxError) Caret() string {
	columns, at := 0, 0
	for _, r := range e.Query {
		if at == e.Offset {
			break
		}
		at++
		columns++
		if isCJK(r) || 0x3000 <= r && r <= 0x303F || 0xFF00 <= r && r <= 0xFF60 {
			columns++
		}
	}
	line := strings.Map(func(r rune) rune {
		if r == '\n' || r == '\t' || r == '\r' {
			return ' '
		}
		return r
	}, e.Query)
	return line + "\n" + strings.Repeat(" ", columns) + "^"
}

// Limits of a query string; what is longer is refused with a SyntaxError.
const (
	MaxQueryLength = 1000 // code points
	maxQueryDepth  = 20
	maxQueryParts  = 64
	maxWildcards   = 8
	maxExpansion   = 2000 // terms that one wildcard may stand for
)

// fieldNames maps what a query may call a field to the field.
var fieldNames = map[string]string{
	"channel": fieldChannel, "渠道": fieldChannel,
	"region": fieldRegion, "地区": fieldRegion, "区域": fieldRegion,
	"product": fieldProduct, "产品": fieldProduct,
	"source": fieldSource, "来源": fieldSource,
	"theme": fieldTheme, "主题": fieldTheme,
	"dimension": fieldDimension, "维度": fieldDimension,
	"painpoint": fieldPainPoint, "痛点": fieldPainPoint,
	"risk": fieldRisk, "风险": fieldRisk,
	"sentiment": fieldSentiment, "情感": fieldSentiment, "情绪": fieldSentiment,
	"language": fieldLanguage, "语言": fieldLanguage,
	"pii": fieldPII, "脱敏": fieldPII,
	"grade": fieldGrade, "敏感度": fieldGrade,
	"customer": fieldCustomer, "客户": fieldCustomer,
	"record": fieldRecord, "id": fieldRecord, "记录": fieldRecord,
	"policy": fieldPolicy, "epoch": fieldEpoch,
	"has": fieldHas, "有": fieldHas,
	"rating": fieldRating, "评分": fieldRating,
	"date": fieldTime, "time": fieldTime, "日期": fieldTime, "时间": fieldTime,
	"sort": sortDirective, "排序": sortDirective,
	"collapse": collapseDirective, "重复": collapseDirective,
}

// The directives look like fields and say how results are shown.
const (
	sortDirective     = "sort"
	collapseDirective = "collapse"
)

// sorts maps what sort: may say to the order of results.
var sorts = map[string]string{
	"relevance": SortRelevance, "相关": SortRelevance,
	"newest": SortNewest, "最新": SortNewest, "-time": SortNewest, "-date": SortNewest,
	"oldest": SortOldest, "最早": SortOldest, "time": SortOldest, "date": SortOldest,
	"rating": SortRating, "-rating": SortRatingDown, "评分": SortRating, "-评分": SortRatingDown,
}

// suggest returns the known name nearest to name, or "" when none is near.
func suggest(name string, known func(yield func(string))) string {
	best, bestDistance := "", max(2, utf8.RuneCountInString(name)/3)+1
	known(func(k string) {
		d := editDistance([]rune(name), []rune(k))
		if d < bestDistance && d < utf8.RuneCountInString(k) || d == bestDistance && best != "" && k < best {
			best, bestDistance = k, d
		}
	})
	return best
}

// editDistance counts insertions, deletions, substitutions and swaps of
// neighbours (optimal string alignment).
func editDistance(a, b []rune) int {
	rows := make([][]int, len(a)+1)
	for i := range rows {
		rows[i] = make([]int, len(b)+1)
		rows[i][0] = i
	}
	for j := range rows[0] {
		rows[0][j] = j
	}
	for i := 1; i <= len(a); i++ {
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			rows[i][j] = min(rows[i-1][j]+1, rows[i][j-1]+1, rows[i-1][j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				rows[i][j] = min(rows[i][j], rows[i-2][j-2]+1)
			}
		}
	}
	return rows[len(a)][len(b)]
}
