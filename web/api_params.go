package web

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/access"
)

// endpoint is a line of the table of the HTTP API. Routes, checks of parameters and
// the OpenAPI document are made of it.
type endpoint struct {
	method, path string
	power        access.Power
	about        say
	takes        []param
	body         []media // what a body may be; nil takes none
	gives        any     // a value of the type of the answer
	files        []media // what it is in the place of that, when it is no JSON
	status       int     // of success, when it is not 200
	fails        []int   // statuses of failure that others of its kind do not have
	steady       bool    // the answer rests on index, statistics and address alone

	handle func(*http.Request) (any, error)
	serve  http.HandlerFunc // in the place of handle, of what streams
}

// media is a kind of body.
type media struct {
	kind  string
	of    any // a value of its type, an example of it when it is not zero; nil is text
	about say
}

// paramType is what the value of a parameter is.
type paramType int

const (
	words  paramType = iota // text
	whole                   // a whole number
	day                     // 2026-01-31
	choose                  // one of choices
)

// param is a parameter of the query string.
type param struct {
	name    string
	typ     paramType
	least   int // of whole
	most    int // of whole; of text, in code points, 0 for what the handler takes
	choices []string
	many    bool // it may be there more than once
	needed  bool
	about   say
}

func (p param) says(v string) (wrong say, bad bool) {
	switch p.typ {
	case whole:
		n, err := strconv.Atoi(v)
		return say{
			fmt.Sprintf("%s 应为 %d 到 %d 之间的整数。", p.name, p.least, p.most), fmt.Sprintf("%s must be a whole number from %d to %d.", p.name, p.least, p.most),
		}, err != nil || n < p.least || n > p.most
	case day:
		_, err := time.Parse(time.DateOnly, v)
		return say{p.name + " 应为日期，如 2026-01-31。", p.name + " must be a date such as 2026-01-31."}, err != nil
	case choose:
		list := strings.Join(p.choices, ", ")
		return say{p.name + " 应为以下之一：" + list + "。", p.name + " must be one of: " + list + "."}, !slices.Contains(p.choices, v)
	}
	if !utf8.ValidString(v) {
		return say{p.name + " 不是有效的 UTF-8 文字。", p.name + " is not valid UTF-8."}, true
	}
	return say{
		fmt.Sprintf("%s 太长（最多 %d 个字符）。", p.name, p.most), fmt.Sprintf("%s is too long (at most %d characters).", p.name, p.most),
	}, p.most > 0 && utf8.RuneCountInString(v) > p.most
}

// check refuses what the table does not know: parameters and their values, and the
// type of the body.
func (e endpoint) check(r *http.Request) error {
	q, err := url.ParseQuery(r.URL.RawQuery)
	if err != nil {
		return &fault{&httpError{http.StatusBadRequest, say{"查询串无法解析：% 之后应为两位十六进制数。", "The query string cannot be read: % is followed by two hexadecimal digits."}}, "bad-request", nil}
	}
	if err := checkParams(e.takes, q, "query", languageOf(r, english)); err != nil {
		return err
	}
	if len(e.body) == 0 {
		return nil
	}
	var kinds []string
	for _, m := range e.body {
		kinds = append(kinds, m.kind)
	}
	got, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	// Those who send JSON without saying so were always understood.
	unsaid := r.Header.Get("Content-Type") == "" && slices.Contains(kinds, "application/json")
	if !unsaid && (err != nil || !slices.Contains(kinds, got)) {
		list := strings.Join(kinds, ", ")
		return &fault{
			&httpError{http.StatusUnsupportedMediaType, say{"Content-Type 应为以下之一：" + list + "。", "Content-Type must be one of: " + list + "."}},
			"unsupported-media-type",
			[]fieldError{{Name: "Content-Type", In: "header", Detail: list}},
		}
	}
	return nil
}

// mostNamed is how many parameters of a kind an error names.
const mostNamed = 20

// checkParams tells of every parameter that is unknown or wrong, at once: of the first of them.
func checkParams(takes []param, q url.Values, in string, lang language) error {
	var unknown, wrong []fieldError
	names := make([]string, 0, len(q))
	for name := range q {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		i := slices.IndexFunc(takes, func(p param) bool { return p.name == name })
		if i < 0 {
			unknown = append(unknown, fieldError{
				Name: clip(name), In: in, Suggestion: nearest(name, takes),
				Detail: say{"不认识这个参数。", "This parameter is not known here."}.in(lang),
			})
			continue
		}
		p := takes[i]
		if len(q[name]) > 1 && !p.many {
			wrong = append(wrong, fieldError{Name: name, In: in, Detail: say{name + " 只能给出一次。", name + " can be given once."}.in(lang)})
			continue
		}
		for _, v := range q[name] {
			if text, bad := p.says(v); bad && v != "" {
				wrong = append(wrong, fieldError{Name: name, In: in, Detail: text.in(lang)})
				break
			}
		}
	}
	for _, p := range takes {
		if p.needed && q.Get(p.name) == "" {
			wrong = append(wrong, fieldError{Name: p.name, In: in, Detail: say{"缺少 " + p.name + "。", p.name + " is missing."}.in(lang)})
		}
	}
	switch {
	case len(unknown) > 0:
		unknown = unknown[:min(len(unknown), mostNamed)]
		list := make([]string, len(unknown))
		for i, f := range unknown {
			if list[i] = f.Name; f.Suggestion != "" {
				list[i] += " → " + f.Suggestion
			}
		}
		all := clip(strings.Join(list, ", "))
		return &fault{&httpError{http.StatusBadRequest, say{"不认识的参数：" + all + "。", "Unknown parameters: " + all + "."}}, "unknown-parameter", append(unknown, wrong[:min(len(wrong), mostNamed)]...)}
	case len(wrong) > 0:
		return &fault{&httpError{http.StatusBadRequest, say{wrong[0].Detail, wrong[0].Detail}}, "invalid-parameter", wrong[:min(len(wrong), mostNamed)]}
	}
	return nil
}

// nearest is the parameter that was probably meant, "" when none is near.
func nearest(name string, takes []param) (best string) {
	if len(name) > 40 {
		return ""
	}
	least := max(1, len(name)/3) + 1
	for _, p := range takes {
		if d := distance(strings.ToLower(name), p.name); d < least {
			best, least = p.name, d
		}
	}
	return best
}

// distance is how many letters have to be put in, taken out or replaced.
func distance(a, b string) int {
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range len(a) {
		before := row[0]
		row[0] = i + 1
		for j := range len(b) {
			cost := before
			if a[i] != b[j] {
				cost++
			}
			before, row[j+1] = row[j+1], min(cost, row[j]+1, row[j+1]+1)
		}
	}
	return row[len(b)]
}
