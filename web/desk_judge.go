package web

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

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
