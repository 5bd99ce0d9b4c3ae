package web

import (
	"net/http"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/internal/saved"
)

// markBody is an action to note down.
type markBody struct {
	Title   string     `json:"title"`
	Date    string     `json:"date"` // 2026-05-03, the first day it works
	Themes  []string   `json:"themes,omitempty"`
	Place   mark.Place `json:"place,omitzero"`
	Control mark.Place `json:"control,omitzero"`
	Reason  string     `json:"reason,omitempty"` // for the ledger
}

// savedBody is a search to save.
type savedBody struct {
	Name    string         `json:"name"`
	Query   string         `json:"query,omitempty"`
	Filters []saved.Filter `json:"filters,omitempty"`
	Alert   bool           `json:"alert,omitempty"`
}

// decidedAnswer repeats what was done.
type decidedAnswer struct {
	Done Decision `json:"done"`
}

var errNoActions = &httpError{http.StatusNotImplemented, say{
	"这个进程不能登记措施：请用 qingting interventions，或访问承担 ingest 角色的进程。", "This process notes no actions down: use \"qingting interventions\", or ask one that has the ingest role.",
}}

// apiMark notes the action in the body down.
func (s *server) apiMark(r *http.Request) (any, error) {
	if s.cfg.Actions == nil {
		return nil, errNoActions
	}
	var asked markBody
	if err := decodeBody(r, mostBody, &asked); err != nil {
		return nil, err
	}
	m := mark.Mark{Title: asked.Title, Date: asked.Date, Themes: asked.Themes, Place: asked.Place, Control: asked.Control}
	if err := m.Check(); err != nil {
		text := say{"措施无法登记：请检查 title、date、themes、place 与 control。", "The action cannot be noted down: " + err.Error() + "."}
		return nil, &fault{&httpError{http.StatusBadRequest, text}, "invalid-parameter", []fieldError{{In: "body", Detail: text.in(languageOf(r, english))}}}
	}
	m, err := s.cfg.Actions.Note(r.Context(), access.ActorOf(r.Context()), m, asked.Reason)
	if err != nil {
		return nil, refused(err)
	}
	return created{m}, nil
}

// apiUnmark takes a note back.
func (s *server) apiUnmark(r *http.Request) (any, error) {
	if s.cfg.Actions == nil {
		return nil, errNoActions
	}
	marks, err := s.apiMarks(r)
	if err != nil {
		return nil, err
	}
	id := r.PathValue("id")
	if _, ok := marks.(marksAnswer).Marks.Find(id); !ok {
		return nil, &httpError{http.StatusNotFound, say{"没有这个编号的措施。", "There is no action of that id."}}
	}
	err = s.cfg.Actions.Unnote(r.Context(), access.ActorOf(r.Context()), id, r.URL.Query().Get("reason"))
	return struct{}{}, refused(err)
}
