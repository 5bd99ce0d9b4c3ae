package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
)

// DeskReviews gives documents of a sample to judge, and takes judgements.
type DeskReviews interface {
	// Item gives a document; mode says as which reviewer it is read, and what comes
	// next: "" as the first, "second", or "decide".
	Item(ctx context.Context, sample, record, mode string) (ReviewItem, error)
	Judge(ctx context.Context, j ReviewJudgement) (ReviewDone, error)
}

// ReviewItem is a redacted document as a reviewer sees it.
type ReviewItem struct {
	Sample    string             `json:"sample"`
	Record    string             `json:"record"`
	Version   string             `json:"version"`
	Gone      bool               `json:"gone"` // erased or restricted
	Mine      bool               `json:"mine"` // who asks has judged it
	Read      int                `json:"read"` // by how many
	Fields    []ReviewField      `json:"fields"`
	Differ    []ReviewDifference `json:"differ"` // with mode decide
	Types     []string           `json:"types"`  // that a miss can be of
	Judged    int                `json:"judged"`
	Documents int                `json:"documents"`
	Previous  string             `json:"previous"`
	Next      string             `json:"next"` // records of the same round, "" for none
}

// ReviewField is a text of the document; Name is "" of the text itself.
type ReviewField struct {
	Name  string       `json:"name"`
	Text  string       `json:"text"`
	Marks []ReviewMark `json:"marks"` // what was taken out, in the order of the text
}

// ReviewMark is a place where something was taken out, in code points.
type ReviewMark struct {
	Start int    `json:"start"`
	End   int    `json:"end"`
	Type  string `json:"type"`
}

// ReviewVerdict is what a reviewer says of a place.
type ReviewVerdict struct {
	Field   string `json:"field"`
	Start   int    `json:"start"`
	End     int    `json:"end"` // code points of the redacted field
	Type    string `json:"type"`
	Outcome string `json:"outcome"`      // right, wrong_type, too_wide, not_personal, missed
	As      string `json:"as,omitempty"` // the right type, of wrong_type
}

// ReviewDifference is a place on which two reviewers differ; nil says nothing of it.
type ReviewDifference struct {
	First  *ReviewVerdict `json:"first,omitempty"`
	Second *ReviewVerdict `json:"second,omitempty"`
}

// ReviewJudgement is a judgement of a whole document.
type ReviewJudgement struct {
	Sample   string          `json:"sample"`
	Record   string          `json:"record"`
	Version  string          `json:"version"`
	Mode     string          `json:"mode"`
	Verdicts []ReviewVerdict `json:"verdicts"` // what is not right, and what was missed
	First    []bool          `json:"first"`    // of mode decide: whether the first reviewer's word holds, by the differences
	Now      bool            `json:"now"`      // take out what was missed at once
}

// ReviewDone is what became of it.
type ReviewDone struct {
	Missed    int    `json:"missed"`
	Redacted  bool   `json:"redacted"`
	Waiting   bool   `json:"waiting"`
	ProblemZH string `json:"problem_z_h"`
	Problem   string `json:"problem"` // why what was missed is not taken out
}

// The outcomes of a verdict on what was taken out.
var outcomes = []struct {
	id   string
	name say
}{
	{"right", say{"正确", "right"}},
	{"not_personal", say{"不该去除", "taken out in vain"}},
	{"too_wide", say{"去除过宽", "too wide"}},
	{"wrong_type", say{"类型不对", "wrong type"}},
}

// missRows is how many misses one form takes; missOpen of them are open at once.
const (
	missRows = 8
	missOpen = 2
)

// itemPage is one document to judge.
type itemPage struct {
	Head           deskHead
	Item           ReviewItem
	Mode           string
	Title          string
	Fields         []fieldView
	Marks          []markRow
	Misses, More   []missRow
	Differ         []differRow
	FieldNames     []choice
	Previous, Next string
	Up, Action     string
	Share          float64
	Count          string
	Second         bool
}

type fieldView struct {
	Name   string // "" of the text
	Says   string // what it is called on other pages, where that is not what it says
	ID     string
	Pieces []piecedMark
}

// piecedMark is a stretch of text; N is the number of the mark it is, "" of none.
type piecedMark struct{ Text, N string }

type markRow struct {
	N, Text, Name, Field string
	Choices              []choice
	Outcome, As          string
	Types                []choice
}

type missRow struct {
	N, Field, Start, End, Text, Type string
	Types, Fields                    []choice
}

type differRow struct {
	N, Field, Text, First, Second string
}

var modes = []string{"", "second", "decide"}

func modeOf(r *http.Request) string {
	if m := r.URL.Query().Get("mode"); slices.Contains(modes, m) {
		return m
	}
	return ""
}

func (s *server) deskItem(r *http.Request, lang language) (answer, error) {
	item, err := s.cfg.Desk.Reviews.Item(r.Context(), r.PathValue("sample"), r.PathValue("record"), modeOf(r))
	if err != nil {
		return answer{}, deskError(err)
	}
	page := s.itemPageOf(r, lang, item, url.Values{})
	switch q := r.URL.Query(); q.Get("done") {
	case "judged":
		page.Head.Note = say{"上一份已记入台账。", "The one before is in the ledger."}.in(lang)
	case "redacted":
		page.Head.Note = say{"上一份已记入台账；漏遮之处已遮盖并封存。", "The one before is in the ledger; what was missed is taken out and sealed."}.in(lang)
	case "waiting":
		page.Head.Note = say{"上一份已记入台账；漏遮之处待第二人复核后遮盖。", "The one before is in the ledger; what was missed is taken out when a second reviewer has seen it."}.in(lang)
	case "problem":
		page.Head.Note, page.Head.Bad = say{"上一份已记入台账，但漏遮之处还未遮盖；请在样本页上重试。", "The one before is in the ledger, but what was missed is not taken out yet: try again on the sample's page."}.in(lang), true
	}
	return answer{"desk_item", page, http.StatusOK}, nil
}

// itemPageOf is the page of a document, with what was typed.
func (s *server) itemPageOf(r *http.Request, lang language, item ReviewItem, typed url.Values) itemPage {
	mode := modeOf(r)
	page := itemPage{
		Head: s.deskHeadOf(r, lang, "/desk/review"), Item: item, Mode: mode, Second: mode == "second",
		Up: "/desk/review/" + url.PathEscape(item.Sample) + "?lang=" + string(lang), Action: itemURL(item.Sample, item.Record, mode, lang),
		Count: thousands(item.Judged) + " / " + thousands(item.Documents),
	}
	if item.Documents > 0 {
		page.Share = float64(1000*item.Judged/item.Documents) / 10
	}
	page.Title = map[string]say{"": {"复核", "Review"}, "second": {"第二人复核", "Second review"}, "decide": {"裁定分歧", "Decide"}}[mode].in(lang)
	if item.Previous != "" {
		page.Previous = itemURL(item.Sample, item.Previous, mode, lang)
	}
	if item.Next != "" {
		page.Next = itemURL(item.Sample, item.Next, mode, lang)
	}
	types := []choice{{"", unknown}}
	for _, t := range item.Types {
		types = append(types, choice{t, s.valueName(lang, "pii", t)})
	}
	n := 0
	for i, f := range item.Fields {
		view := fieldView{Name: s.textName(f.Name, lang), ID: "text" + strconv.Itoa(i+1)}
		if f.Name == "channel" || f.Name == "product" {
			if says := s.valueName(lang, f.Name, f.Text); !strings.EqualFold(says, f.Text) {
				view.Says = says
			}
		}
		page.FieldNames = append(page.FieldNames, choice{f.Name, firstOf(view.Name, say{"正文", "text"}.in(lang))})
		runes := []rune(f.Text)
		at := 0
		for _, m := range f.Marks {
			if m.Start < at || m.End > len(runes) || m.Start >= m.End {
				continue
			}
			n++
			num := strconv.Itoa(n)
			if m.Start > at {
				view.Pieces = append(view.Pieces, piecedMark{Text: string(runes[at:m.Start])})
			}
			text := string(runes[m.Start:m.End])
			view.Pieces = append(view.Pieces, piecedMark{text, num})
			at = m.End
			row := markRow{N: num, Text: text, Name: s.valueName(lang, "pii", m.Type), Field: view.Name, Outcome: typed.Get("mark" + num), As: typed.Get("as" + num), Types: types}
			for _, o := range outcomes {
				row.Choices = append(row.Choices, choice{o.id, o.name.in(lang)})
			}
			page.Marks = append(page.Marks, row)
		}
		if at < len(runes) {
			view.Pieces = append(view.Pieces, piecedMark{Text: string(runes[at:])})
		}
		page.Fields = append(page.Fields, view)
	}
	for i := range missRows {
		num := strconv.Itoa(i + 1)
		get := func(name string) string { return typed.Get(name + num) }
		row := missRow{num, get("field"), get("start"), get("end"), get("text"), get("type"), types, page.FieldNames}
		if i < missOpen || row.Start+row.End+row.Text+row.Type != "" {
			page.Misses = append(page.Misses, row)
		} else {
			page.More = append(page.More, row)
		}
	}
	for i, d := range item.Differ {
		row := differRow{N: strconv.Itoa(i + 1), First: s.verdictText(d.First, lang), Second: s.verdictText(d.Second, lang)}
		v := d.First
		if v == nil {
			v = d.Second
		}
		row.Field = s.textName(v.Field, lang)
		for _, f := range item.Fields {
			if runes := []rune(f.Text); f.Name == v.Field && v.Start >= 0 && v.Start < v.End && v.End <= len(runes) {
				row.Text = string(runes[v.Start:v.End])
			}
		}
		page.Differ = append(page.Differ, row)
	}
	return page
}

func itemURL(sample, record, mode string, l language) string {
	v := url.Values{"lang": {string(l)}}
	if mode != "" {
		v.Set("mode", mode)
	}
	return "/desk/review/" + url.PathEscape(sample) + "/" + url.PathEscape(record) + "?" + v.Encode()
}

func firstOf(words ...string) string {
	for _, w := range words {
		if w != "" {
			return w
		}
	}
	return ""
}

// textName is what readers call a field of a document, "" of the text itself.
func (s *server) textName(field string, l language) string {
	if name, ok := strings.CutPrefix(field, "attributes."); ok {
		return name
	}
	if field == "" {
		return ""
	}
	return fieldName(field).in(l)
}

// verdictText is a verdict in words.
func (s *server) verdictText(v *ReviewVerdict, l language) string {
	if v == nil {
		return say{"没有漏遮", "nothing missed"}.in(l)
	}
	name := s.valueName(l, "pii", v.Type)
	if v.Outcome == "missed" {
		return say{"漏遮：" + name, "missed: " + name}.in(l)
	}
	for _, o := range outcomes {
		if o.id == v.Outcome {
			name += say{"：", ": "}.in(l) + o.name.in(l)
		}
	}
	if v.As != "" {
		name += say{"，应为 ", ", should be "}.in(l) + s.valueName(l, "pii", v.As)
	}
	return name
}
