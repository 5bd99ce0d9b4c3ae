package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
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
	Sample, Record, Version string
	Gone                    bool // erased or restricted
	Mine                    bool // who asks has judged it
	Read                    int  // by how many
	Fields                  []ReviewField
	Differ                  []ReviewDifference // with mode decide
	Types                   []string           // that a miss can be of
	Judged, Documents       int
	Previous, Next          string // records of the same round, "" for none
}

// ReviewField is a text of the document; Name is "" of the text itself.
type ReviewField struct {
	Name, Text string
	Marks      []ReviewMark // what was taken out, in the order of the text
}

// ReviewMark is a place where something was taken out, in code points.
type ReviewMark struct {
	Start, End int
	Type       string
}

// ReviewVerdict is what a reviewer says of a place.
type ReviewVerdict struct {
	Field      string
	Start, End int // code points of the redacted field
	Type       string
	Outcome    string // right, wrong_type, too_wide, not_personal, missed
	As         string // the right type, of wrong_type
}

// ReviewDifference is a place on which two reviewers differ; nil says nothing of it.
type ReviewDifference struct{ First, Second *ReviewVerdict }

// ReviewJudgement is a judgement of a whole document.
type ReviewJudgement struct {
	Sample, Record, Version, Mode string
	Verdicts                      []ReviewVerdict // what is not right, and what was missed
	First                         []bool          // of mode decide: whether the first reviewer's word holds, by the differences
	Now                           bool            // take out what was missed at once
}

// ReviewDone is what became of it.
type ReviewDone struct {
	Missed             int
	Redacted, Waiting  bool
	ProblemZH, Problem string // why what was missed is not taken out
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

func (s *server) judgeItem(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	sample, record, mode := r.PathValue("sample"), r.PathValue("record"), modeOf(r)
	item, err := s.cfg.Desk.Reviews.Item(r.Context(), sample, record, mode)
	if err != nil {
		return answer{}, deskError(err)
	}
	again := func(why *httpError) (answer, error) {
		page := s.itemPageOf(r, lang, item, r.PostForm)
		page.Head.Note, page.Head.Bad = why.text.in(lang), true
		return answer{"desk_item", page, why.status}, nil
	}
	j, why := judgementOf(r.PostForm, item, mode)
	if why != nil {
		return again(why)
	}
	done, err := s.cfg.Desk.Reviews.Judge(r.Context(), j)
	if err != nil {
		if why := refusedOf(err); why != nil {
			return again(why)
		}
		return answer{}, err
	}
	note := "judged"
	switch {
	case done.Problem != "":
		note = "problem"
	case done.Redacted:
		note = "redacted"
	case done.Waiting:
		note = "waiting"
	}
	if item.Next == "" {
		return to(w, r, "/desk/review/"+url.PathEscape(sample), "done", "end")
	}
	return to(w, r, itemURL(sample, item.Next, mode, lang), "done", note)
}

// judgementOf reads the form of a document. What is right is not named.
func judgementOf(form url.Values, item ReviewItem, mode string) (j ReviewJudgement, why *httpError) {
	j = ReviewJudgement{Sample: item.Sample, Record: item.Record, Version: form.Get("version"), Mode: mode, Now: form.Get("now") != ""}
	bad := func(zh, en string, args ...any) *httpError {
		return &httpError{http.StatusUnprocessableEntity, say{fmt.Sprintf(zh, args...), fmt.Sprintf(en, args...)}}
	}
	if item.Gone {
		return j, bad("这份文档已被删除或限制处理，不能再复核。", "This document was erased or restricted: it cannot be judged any more.")
	}
	if j.Version != item.Version {
		return j, bad("这份文档刚才有变动，请重新看一遍再提交。", "The document was changed meanwhile. Look at it again, then submit.")
	}
	if mode == "decide" {
		for i := range item.Differ {
			pick := form.Get("pick" + strconv.Itoa(i+1))
			if pick != "1" && pick != "2" {
				return j, bad("请对每处分歧选定一方。", "Choose one side for each difference.")
			}
			j.First = append(j.First, pick == "1")
		}
		return j, nil
	}
	n := 0
	for _, f := range item.Fields {
		for _, m := range f.Marks {
			n++
			outcome, as := form.Get("mark"+strconv.Itoa(n)), form.Get("as"+strconv.Itoa(n))
			if outcome == "" || outcome == "right" {
				continue
			}
			if !slices.ContainsFunc(outcomes, func(o struct {
				id   string
				name say
			},
			) bool {
				return o.id == outcome
			}) {
				return j, bad("第 %d 处的判断无效。", "The verdict on mark %d is not one of these.", n)
			}
			v := ReviewVerdict{Field: f.Name, Start: m.Start, End: m.End, Type: m.Type, Outcome: outcome}
			if outcome == "wrong_type" {
				if v.As = as; as == m.Type || !slices.Contains(item.Types, as) {
					return j, bad("第 %d 处类型不对：请选出正确的类型。", "Mark %d is of another type: say which.", n)
				}
			}
			j.Verdicts = append(j.Verdicts, v)
		}
	}
	for i := range missRows {
		v, given, why := missOf(form, strconv.Itoa(i+1), item)
		if why != nil {
			return j, why
		}
		if given {
			j.Verdicts = append(j.Verdicts, v)
		}
	}
	if form.Get("verdict") == "right" && len(j.Verdicts) > 0 {
		return j, bad("您已标出问题，与“全部正确”矛盾。请提交所标，或去掉标记。", "You marked something, which is not all right. Submit what is marked, or unmark it.")
	}
	return j, nil
}

// missOf reads one miss: by two numbers, or by the passage, which must be there once.
func missOf(form url.Values, n string, item ReviewItem) (v ReviewVerdict, given bool, why *httpError) {
	bad := func(zh, en string) (ReviewVerdict, bool, *httpError) {
		return v, false, &httpError{http.StatusUnprocessableEntity, say{"漏遮 " + n + "：" + zh, "Miss " + n + ": " + en}}
	}
	typ, start, end, text := form.Get("type"+n), strings.TrimSpace(form.Get("start"+n)), strings.TrimSpace(form.Get("end"+n)), strings.TrimSpace(form.Get("text"+n))
	if start+end+text == "" {
		if typ != "" {
			return bad("请选中原文、抄下原文或写明起止位置。", "select the passage, copy it, or say where it begins and ends.")
		}
		return v, false, nil
	}
	i := slices.IndexFunc(item.Fields, func(f ReviewField) bool { return f.Name == form.Get("field"+n) })
	if i < 0 {
		return bad("没有这个字段。", "there is no such field.")
	}
	field := item.Fields[i].Text
	v = ReviewVerdict{Field: item.Fields[i].Name, Type: typ, Outcome: "missed"}
	if !slices.Contains(item.Types, typ) {
		return bad("请选出它是哪一类个人信息。", "say which type of personal data it is.")
	}
	if start+end != "" {
		from, err := strconv.Atoi(start)
		to, err2 := strconv.Atoi(end)
		if err != nil || err2 != nil || from < 0 || to <= from || to > utf8.RuneCountInString(field) {
			return bad("起止位置应为字符序号：从 0 起，终点不含，且在原文之内。", "the place is two numbers of characters from 0 on, the end not included, within the text.")
		}
		v.Start, v.End = from, to
		return v, true, nil
	}
	switch strings.Count(field, text) {
	case 0:
		return bad("原文中没有这段文字。", "the text does not have this passage.")
	case 1:
	default:
		return bad("这段文字出现了不止一次，请写明起止位置。", "the passage is there more than once: say where it begins and ends.")
	}
	v.Start = utf8.RuneCountInString(field[:strings.Index(field, text)])
	v.End = v.Start + utf8.RuneCountInString(text)
	return v, true, nil
}

// missView is a row as its template takes it.
type missView struct {
	Lang language
	Row  missRow
}

// With is a row in the reader's language.
func (itemPage) With(row missRow, l language) missView { return missView{l, row} }
