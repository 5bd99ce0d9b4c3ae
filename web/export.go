package web

import (
	"context"
	"errors"
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/search"
)

// Exports makes files of what a search found.
type Exports interface {
	// Export makes a file of documents. When it returns one, the ledger has an entry
	// of it: who, why, the query, how much, and the hash of the file. What it
	// refuses is a *RefusedError.
	Export(ctx context.Context, who access.Actor, order ExportOrder) (ExportFile, error)
}

// ExportOrder is what an analyst wants to take out of the pages.
type ExportOrder struct {
	Format          string // one of ExportFormats
	Text            bool   // with the redacted texts; without, rows are of a better grade
	Query           string // the whole search in the query language, for the ledger
	Found           int    // how many documents the search finds
	Reason, Purpose string
	Documents       []*document.Document // ExportMost at most
}

// ExportFile is a file, whole.
type ExportFile struct {
	Name, Kind string
	Body       []byte
}

// ExportFormats are the formats of an export.
var ExportFormats = []string{"csv", "xlsx", "jsonl"}

// ExportMost is how many rows leave by the pages at once. More is the officer's to
// export, by the command line and, where the rules say so, with a second person.
const ExportMost = 1000

// exportPage asks what for.
type exportPage struct {
	scope
	Whole   string // the search, as one query
	Action  string // where the form goes
	Total   uint64
	Most    int
	K       int
	Format  string
	Text    bool
	Reason  string
	Purpose string
	Why     string // why nothing was exported
	Back    string
	Command string // how an officer exports all of it
}

func (s *server) exportPage(r *http.Request, lang language) (answer, error) {
	page, _, err := s.exportOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page.Format, page.Text = "csv", true
	return answer{"export", page, http.StatusOK}, nil
}

// exportOf is the page, and the search it is about.
func (s *server) exportOf(r *http.Request, lang language) (*exportPage, search.Query, error) {
	sc, err := scopeOf(r, lang, 0)
	if err != nil {
		return nil, search.Query{}, err
	}
	sc = sc.first()
	q := s.queryOf(sc)
	q.Facets, q.Strict, q.Fragments, q.Size = nil, true, 1, 1
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	res, err := s.cfg.Index.Search(ctx, q)
	if err != nil {
		return nil, search.Query{}, err
	}
	text, ok := s.queryText(sc, true)
	if !ok {
		return nil, search.Query{}, &httpError{http.StatusBadRequest, say{
			"这个检索不能写成一条检索式：请去掉检索词里的 sort:、collapse:，或少选几个条件。", "This search cannot be written as one query: take sort: and collapse: out of the words, or choose fewer filters.",
		}}
	}
	page := &exportPage{scope: sc, Whole: text, Total: res.Total, Most: ExportMost, K: withheldCustomers, Back: sc.SearchURL()}
	page.Command = "qingting export " + shellQuoted(text) + ` -o export.xlsx --reason "…"`
	page.Action = sc.url("/export")
	return page, q, nil
}

// shellQuoted is a text as one word of a shell.
func shellQuoted(text string) string {
	return "'" + strings.ReplaceAll(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, text), "'", `'\''`) + "'"
}

// export answers with the file. It is whole, and in the ledger, before the first
// byte of it leaves.
func (s *server) export(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	page, q, err := s.exportOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page.Format, page.Text = r.PostForm.Get("format"), r.PostForm.Get("text") == "on"
	page.Reason, page.Purpose = strings.TrimSpace(r.PostForm.Get("reason")), strings.TrimSpace(r.PostForm.Get("purpose"))
	refuse := func(status int, zh, en string) (answer, error) {
		page.Why = say{zh, en}.in(lang)
		return answer{"export", page, status}, nil
	}
	switch {
	case !slices.Contains(ExportFormats, page.Format):
		page.Format = "csv"
		return refuse(http.StatusUnprocessableEntity, "请选择一种格式。", "Choose a format.")
	case page.Reason == "":
		return refuse(http.StatusUnprocessableEntity, "请说明用途和原因：它会写入台账和文件。", "Say what it is for: the ledger and the file keep it.")
	case utf8.RuneCountInString(page.Reason) > 10*maxValue || utf8.RuneCountInString(page.Purpose) > maxValue:
		return refuse(http.StatusUnprocessableEntity, "原因或目的太长。", "The reason or the purpose is too long.")
	case page.Total == 0:
		return refuse(http.StatusUnprocessableEntity, "这次检索没有结果，没有可导出的。", "This search finds nothing, so there is nothing to export.")
	}
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	q.Size = ExportMost
	res, err := s.cfg.Index.Search(ctx, q)
	if err != nil {
		return answer{}, err
	}
	order := ExportOrder{
		Format: page.Format, Text: page.Text, Query: page.Whole, Found: int(res.Total), Reason: page.Reason, Purpose: page.Purpose,
	}
	for _, h := range res.Hits {
		order.Documents = append(order.Documents, h.Document)
	}
	file, err := s.cfg.Exports.Export(r.Context(), access.ActorOf(r.Context()), order)
	var why *RefusedError
	if errors.As(err, &why) {
		return refuse(http.StatusConflict, "未能导出："+inChinese(why.Text), "It was not exported: "+why.Text)
	}
	if err != nil {
		return answer{}, err
	}
	h := w.Header()
	h.Set("Content-Type", file.Kind)
	h.Set("Content-Disposition", `attachment; filename="`+file.Name+`"`)
	_, _ = w.Write(file.Body) // the reader is gone; the ledger has it all the same
	return answer{}, nil
}
