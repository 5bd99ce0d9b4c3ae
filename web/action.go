package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/textmining/statistics"
)

// Actions notes down what was done, so that figures before and after can be
// compared. Both act for who has been permitted to; what they refuse is a
// *RefusedError.
type Actions interface {
	Note(ctx context.Context, who access.Actor, m mark.Mark, reason string) (mark.Mark, error)
	Unnote(ctx context.Context, who access.Actor, id, reason string) error
}

// actionsPage lists the actions, and has the form for another.
type actionsPage struct {
	scope
	Actions []actionRow
	Form    *actionForm // nil where nothing can be noted down
	Done    string      // what was done last
}

// actionRow is an action in the list.
type actionRow struct {
	action
	Themes []link
	Place  string
}

// actionForm is what is typed of an action.
type actionForm struct {
	Lang    language
	Action  string // where it is sent
	Title   string
	Date    string
	Reason  string
	Themes  []themePicker
	Place   []picker
	Control []picker
	Note    string // why it was refused
}

// themePicker chooses one theme.
type themePicker struct {
	Value   string
	Choices []choice
}

const (
	mostMarkThemes = 3
	maxReason      = 500 // code points
)

// may says that who asks has a power besides that of the page.
func (s *server) may(r *http.Request, p access.Power) bool {
	if v := requestOf(r.Context()).visit; v != nil {
		return v.User.May(p)
	}
	return access.RoleFor([]access.Role{access.ActorOf(r.Context()).Role}, p) != ""
}

// actorFor is who asks, in the role that a form takes.
func actorFor(r *http.Request) access.Actor { return access.ActorOf(r.Context()) }

func (s *server) actions(r *http.Request, lang language) (answer, error) {
	return s.actionsWith(r, lang, nil, http.StatusOK)
}

// actionsWith shows the list, with a form that was refused when there is one.
func (s *server) actionsWith(r *http.Request, lang language, form *actionForm, status int) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	page := actionsPage{scope: sc.places()}
	marks, err := s.marks(r.Context())
	if err != nil {
		return answer{}, err
	}
	for _, m := range slices.Backward(marks) {
		a, err := s.assess(m)
		row := actionRow{action: actionOf(page.scope, m, a, err), Place: s.placeName(lang, m.Place)}
		for _, id := range m.Themes {
			row.Themes = append(row.Themes, link{s.valueName(lang, "theme", id), themeLink(page.scope, id)})
		}
		page.Actions = append(page.Actions, row)
	}
	if s.cfg.Actions != nil && s.may(r, access.Mark) {
		if page.Form = form; form == nil {
			page.Form = s.actionForm(page.scope, url.Values{"theme": {r.URL.Query().Get("theme")}})
		}
	}
	if r.URL.Query().Get("done") == "removed" {
		page.Done = say{"已删除这项措施的记录。", "The note of the action is removed."}.in(lang)
	}
	return answer{"actions", page, status}, nil
}

// actionForm is the form as it was typed.
func (s *server) actionForm(sc scope, v url.Values) *actionForm {
	f := &actionForm{Lang: sc.Lang, Action: sc.url("/actions"), Title: v.Get("title"), Date: v.Get("date"), Reason: v.Get("reason")}
	var themes []choice
	for _, id := range s.themeIDs() {
		themes = append(themes, choice{id, s.valueName(sc.Lang, "theme", id)})
	}
	for i := range mostMarkThemes {
		p := themePicker{Choices: append([]choice{{"", "–"}}, themes...)}
		if given := v["theme"]; i < len(given) && linkable(given[i]) {
			p.Value = given[i]
			if !slices.ContainsFunc(p.Choices, func(c choice) bool { return c.Value == p.Value }) {
				p.Choices = append(p.Choices, choice{p.Value, s.valueName(sc.Lang, "theme", p.Value)})
			}
		}
		f.Themes = append(f.Themes, p)
	}
	known := s.values()
	for i, list := range [][]string{known.Channels, known.Regions, known.Products} {
		field := placeFields[i]
		for _, side := range []struct {
			prefix string
			to     *[]picker
			none   say
		}{{"", &f.Place, say{"全部", "All"}}, {"control_", &f.Control, say{"不指定", "None"}}} {
			p := picker{Field: side.prefix + field, Title: fieldName(field).in(sc.Lang), Value: v.Get(side.prefix + field)}
			p.offer("", side.none.in(sc.Lang))
			for _, value := range list {
				if linkable(value) {
					p.offer(value, s.valueName(sc.Lang, field, value))
				}
			}
			if linkable(p.Value) {
				p.offer(p.Value, s.valueName(sc.Lang, field, p.Value))
			}
			*side.to = append(*side.to, p)
		}
	}
	return f
}

// themeIDs are the themes that there is feedback of, by how much in a year.
func (s *server) themeIDs() (ids []string) {
	for _, l := range s.report(statistics.Query{Days: 365, TopN: -1, Quotes: -1, Step: 365}).Themes {
		if linkable(l.ID) {
			ids = append(ids, l.ID)
		}
	}
	return ids
}

// placeName is a place of a mark for readers.
func (s *server) placeName(l language, p mark.Place) string {
	var names []string
	for i, value := range []string{p.Channel, p.Region, p.Product} {
		if value != "" {
			names = append(names, clip(s.valueName(l, placeFields[i], value)))
		}
	}
	return strings.Join(names, " · ")
}

func (s *server) noteAction(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return answer{}, err
	}
	if s.cfg.Actions == nil {
		return answer{}, errCannotChange
	}
	v := r.PostForm
	refuse := func(text say) (answer, error) {
		form := s.actionForm(sc.places(), v)
		form.Note = text.in(lang)
		return s.actionsWith(r, lang, form, http.StatusUnprocessableEntity)
	}
	m := mark.Mark{
		Title: strings.TrimSpace(v.Get("title")), Date: v.Get("date"),
		Themes:  slices.DeleteFunc(slices.Clone(v["theme"]), func(s string) bool { return s == "" }),
		Place:   mark.Place{Channel: v.Get("channel"), Region: v.Get("region"), Product: v.Get("product")},
		Control: mark.Place{Channel: v.Get("control_channel"), Region: v.Get("control_region"), Product: v.Get("control_product")},
	}
	slices.Sort(m.Themes)
	m.Themes = slices.Compact(m.Themes)
	reason := strings.TrimSpace(v.Get("reason"))
	switch {
	case m.Title == "":
		return refuse(say{"请填写做了什么。", "Say what was done."})
	case dayOf(m.Date).IsZero():
		return refuse(say{"请填写措施生效的第一天，如 2026-05-03。", "Give the first day it works, such as 2026-05-03."})
	case len(m.Themes) == 0 && m.Place.Everywhere():
		return refuse(say{"请至少选一个主题或一个范围：没有范围就没有可比较的。", "Choose a theme or a place: without either there is nothing to compare."})
	case !m.Control.Everywhere() && m.Control == m.Place:
		return refuse(say{"对照不能与措施的范围相同。", "The control must be another place than the action's."})
	case utf8.RuneCountInString(reason) > maxReason:
		return refuse(say{"原因太长，最多 500 字。", "The reason is too long: 500 characters at most."})
	}
	if err := m.Check(); err != nil {
		return refuse(say{"无法记录：" + inChinese(err.Error()), "It cannot be noted down: " + err.Error() + "."})
	}
	made, err := s.cfg.Actions.Note(r.Context(), actorFor(r), m, reason)
	if why := new(RefusedError); errors.As(err, &why) {
		return refuse(refusedText(why))
	}
	if err != nil {
		return answer{}, err
	}
	return to(w, r, sc.places().url("/actions/"+url.PathEscape(made.ID)), "done", "added")
}

// errCannotChange refuses a form in a process that changes nothing.
var errCannotChange = &httpError{http.StatusNotImplemented, say{"这个进程不能做更改：请访问同时承担 ingest 角色的进程。", "This process changes nothing: ask one that has the ingest role, too."}}

func (s *server) removeAction(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	sc, m, err := s.actionNamed(r, lang)
	if err != nil {
		return answer{}, err
	}
	if s.cfg.Actions == nil {
		return answer{}, errCannotChange
	}
	reason := strings.TrimSpace(r.PostForm.Get("reason"))
	if reason == "" || utf8.RuneCountInString(reason) > maxReason {
		return s.actionWith(r, lang, reason, say{"请说明为什么删除（最多 500 字）：台账会记下来。", "Say why it is removed, in 500 characters at most: the ledger keeps it."}, http.StatusUnprocessableEntity)
	}
	err = s.cfg.Actions.Unnote(r.Context(), actorFor(r), m.ID, reason)
	if why := new(RefusedError); errors.As(err, &why) {
		return s.actionWith(r, lang, reason, refusedText(why), http.StatusConflict)
	}
	if err != nil {
		return answer{}, err
	}
	return to(w, r, sc.url("/actions"), "done", "removed")
}

// actionNamed finds the action that a request is about.
func (s *server) actionNamed(r *http.Request, lang language) (scope, mark.Mark, error) {
	sc, err := scopeOf(r, lang, themeDays)
	if err != nil {
		return scope{}, mark.Mark{}, err
	}
	marks, err := s.marks(r.Context())
	if err != nil {
		return scope{}, mark.Mark{}, err
	}
	m, ok := marks.Find(r.PathValue("id"))
	if !ok {
		return scope{}, mark.Mark{}, &httpError{http.StatusNotFound, say{"没有这个编号的措施，可能已被删除。", "There is no action of that id: perhaps it was removed."}}
	}
	return sc.places(), m, nil
}
