package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/internal/saved"
	"qingting/search"
)

// saveForm saves the search that a page shows.
type saveForm struct {
	Lang  language
	Name  string
	Query string // all of it in the query language
	Alert bool
	Why   string // why it was not saved
}

// savedPage lists saved searches.
type savedPage struct {
	Lang   language
	Mine   []savedRow
	Others []savedRow
	Form   *saveForm // what could not be saved, as it was typed
	Done   string    // what was done
	Why    string    // why something was not
}

// savedRow is one saved search.
type savedRow struct {
	ID, Name, Query, Owner string
	Alert                  bool
	Created                string
	Run                    string // URL of the search
	Matches                string // URL of what it newly found
	New                    int    // documents, since whoever asks last looked
	AtLeast                bool   // there are more than were counted
}

// Bounds of what the pages show of new matches.
const (
	mostMatches = 200 // messages of a search that are read
	mostListed  = 50  // pieces of feedback of a page
	cookieSeen  = "qingting-seen"
	seenFor     = 400 * 24 * time.Hour
)

// savedDone are what the page says after a form; its URL carries the key.
var savedDone = map[string]say{
	"saved":   {"已保存。有新反馈符合时，会在这里显示。", "Saved. New feedback that it finds shows here."},
	"kept":    {"已保存。", "Saved."},
	"on":      {"提醒已打开：从现在起的新反馈会计入。", "The alert is on: new feedback counts from now on."},
	"off":     {"提醒已关闭。", "The alert is off."},
	"edited":  {"已修改。检索式改了的，从现在起的新反馈按新的计入。", "Changed. With another query, new feedback counts by it from now on."},
	"removed": {"已删除。", "Removed."},
}

// saveFormOf offers to save the search in the scope; nil where that cannot be.
func (s *server) saveFormOf(r *http.Request, sc scope) *saveForm {
	if s.cfg.Searches == nil || !mayToo(r, access.Saved) {
		return nil
	}
	text, ok := s.queryText(sc, false)
	if !ok || text == "" {
		return nil
	}
	return &saveForm{Lang: sc.Lang, Query: text, Alert: true}
}

func (s *server) savedList(r *http.Request, lang language) (answer, error) {
	page, err := s.savedPageOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page.Done = savedDone[r.URL.Query().Get("done")].in(lang)
	return answer{"saved", page, http.StatusOK}, nil
}

func (s *server) savedPageOf(r *http.Request, lang language) (*savedPage, error) {
	list, err := s.cfg.Searches.Saved(r.Context())
	if err != nil {
		return nil, err
	}
	page := &savedPage{Lang: lang}
	seen, me := seenOf(r), access.ActorOf(r.Context()).Name
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	for _, search := range slices.Backward(list) {
		row := rowOf(search, lang)
		if search.Owner != me {
			page.Others = append(page.Others, row)
			continue
		}
		if search.Alert {
			found, err := s.cfg.Searches.Matches(ctx, search.ID, seen[search.ID], mostMatches)
			if err != nil {
				return nil, err
			}
			for _, m := range found {
				row.New += m.Documents
			}
			row.AtLeast = len(found) == mostMatches
		}
		page.Mine = append(page.Mine, row)
	}
	return page, nil
}

func rowOf(search saved.Search, lang language) savedRow {
	row := savedRow{
		ID: search.ID, Name: search.Name, Query: search.Query, Owner: search.Owner, Alert: search.Alert,
		Matches: scope{Lang: lang}.url("/saved/" + search.ID),
	}
	if !search.Created.IsZero() {
		row.Created = search.Created.Format(time.DateOnly)
	}
	sc := scope{Lang: lang, Query: search.Query}
	for _, f := range search.Filters {
		for _, v := range f.Values {
			if slices.Contains(facetFields(), f.Field) && linkable(v) {
				sc.Filters = append(sc.Filters, filter{f.Field, v})
			}
		}
	}
	row.Run = sc.SearchURL()
	return row
}

func facetFields() []string { return search.FacetNames() }

// save saves the search of a form.
func (s *server) save(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	form := &saveForm{
		Lang: lang, Name: strings.TrimSpace(r.PostForm.Get("name")), Query: strings.TrimSpace(r.PostForm.Get("query")), Alert: r.PostForm.Get("alert") == "on",
	}
	wish := saved.Search{Name: form.Name, Query: form.Query, Alert: form.Alert}
	err := wish.Check()
	switch {
	case form.Name == "":
		form.Why = say{"请给这次检索起个名字。", "Give the search a name."}.in(lang)
	case err != nil:
		form.Why = say{"名称最多 80 个字符，检索式最多 1000 个字符。", "A name has at most 80 characters, a query at most 1,000."}.in(lang)
	default:
		var mistake *search.SyntaxError
		if errors.As(search.CheckQuery(form.Query), &mistake) {
			form.Why = mistakeOf(mistake).in(lang)
			break
		}
		_, err := s.cfg.Searches.Save(r.Context(), access.ActorOf(r.Context()), wish)
		var why *RefusedError
		if err != nil && !errors.As(err, &why) {
			return answer{}, err
		}
		if err == nil {
			done := "kept"
			if form.Alert {
				done = "saved"
			}
			return to(w, r, scope{Lang: lang}.url("/saved"), "done", done)
		}
		form.Why = say{"未能保存：" + inChinese(why.Text), "It was not saved: " + why.Text}.in(lang)
	}
	page, err := s.savedPageOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page.Form = form
	return answer{"saved", page, http.StatusUnprocessableEntity}, nil
}

// changeSaved turns an alert on or off, gives a search another name and query, or
// removes it.
func (s *server) changeSaved(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	id, who := r.PathValue("id"), access.ActorOf(r.Context())
	action, here := r.PostForm.Get("action"), r.PostForm.Get("at") == "search"
	var err error
	switch action {
	case "on", "off":
		err = s.cfg.Searches.Alert(r.Context(), who, id, action == "on")
	case "removed":
		err = s.cfg.Searches.Remove(r.Context(), who, id)
	case "edited":
		return s.editSaved(w, r, lang)
	default:
		return answer{}, &httpError{http.StatusBadRequest, say{"没有这个操作。", "There is no such action."}}
	}
	var why *RefusedError
	if errors.As(err, &why) {
		if here {
			return s.matchesWith(w, r, lang, func(page *matchesPage) { page.Why = refusedText(why).in(lang) }, http.StatusConflict)
		}
		page, err := s.savedPageOf(r, lang)
		if err != nil {
			return answer{}, err
		}
		page.Why = refusedText(why).in(lang)
		return answer{"saved", page, http.StatusConflict}, nil
	}
	if err != nil {
		return answer{}, err
	}
	path := "/saved"
	if here && action != "removed" {
		path += "/" + url.PathEscape(id)
	}
	return to(w, r, scope{Lang: lang}.url(path), "done", action)
}

// editSaved gives a search another name and query; its filters stay.
func (s *server) editSaved(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	now, _, err := s.savedNamed(r)
	if err != nil {
		return answer{}, err
	}
	form := &saveForm{Lang: lang, Name: strings.TrimSpace(r.PostForm.Get("name")), Query: strings.TrimSpace(r.PostForm.Get("query"))}
	now.Name, now.Query = form.Name, form.Query
	var mistake *search.SyntaxError
	status := http.StatusUnprocessableEntity
	switch err := now.Check(); {
	case err != nil:
		form.Why = say{"无法保存：" + inChinese(err.Error()), "It cannot be saved: " + err.Error() + "."}.in(lang)
	case errors.As(search.CheckQuery(form.Query), &mistake):
		form.Why = mistakeOf(mistake).in(lang)
	default:
		err := s.cfg.Searches.Edit(r.Context(), access.ActorOf(r.Context()), now)
		var why *RefusedError
		switch {
		case errors.As(err, &why):
			form.Why, status = refusedText(why).in(lang), http.StatusConflict
		case err != nil:
			return answer{}, err
		default:
			return to(w, r, scope{Lang: lang}.url("/saved/"+url.PathEscape(now.ID)), "done", "edited")
		}
	}
	return s.matchesWith(w, r, lang, func(page *matchesPage) { page.Edit = form }, status)
}

// savedNamed finds the search that a request is about, and all there are.
func (s *server) savedNamed(r *http.Request) (saved.Search, saved.List, error) {
	list, err := s.cfg.Searches.Saved(r.Context())
	if err != nil {
		return saved.Search{}, nil, err
	}
	i := slices.IndexFunc(list, func(search saved.Search) bool { return search.ID == r.PathValue("id") })
	if i < 0 {
		return saved.Search{}, nil, &httpError{http.StatusNotFound, say{"没有这个保存的检索：可能已被删除。", "There is no such saved search: perhaps it was removed."}}
	}
	return list[i], list, nil
}

// matchesPage is a saved search: what it newly found, and what can be changed of it.
type matchesPage struct {
	savedRow
	Lang  language
	Mine  bool // whoever asks may change it
	New   []hit
	Older []hit
	Gone  int       // pieces that have been erased or changed since, or are not named
	Edit  *saveForm // of its name and query, as they are or were typed
	Done  string
	Why   string
}

// Count is how many pieces it found since whoever asks last looked.
func (p matchesPage) Count() int { return p.savedRow.New }

func (s *server) savedMatches(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	return s.matchesWith(w, r, lang, func(page *matchesPage) {
		page.Done = savedDone[r.URL.Query().Get("done")].in(lang)
	}, http.StatusOK)
}

// matchesWith shows a saved search; add says what became of a form.
func (s *server) matchesWith(w http.ResponseWriter, r *http.Request, lang language, add func(*matchesPage), status int) (answer, error) {
	this, list, err := s.savedNamed(r)
	if err != nil {
		return answer{}, err
	}
	page := matchesPage{savedRow: rowOf(this, lang), Lang: lang, Mine: this.Owner == access.ActorOf(r.Context()).Name, Edit: &saveForm{Lang: lang, Name: this.Name, Query: this.Query}}
	add(&page)
	ctx, cancel := context.WithTimeout(r.Context(), s.cfg.Timeout)
	defer cancel()
	seen := seenOf(r)
	all, err := s.cfg.Searches.Matches(ctx, this.ID, 0, mostMatches)
	if err != nil {
		return answer{}, err
	}
	if len(all) == mostMatches { // the newest are further on
		newer, err := s.cfg.Searches.Matches(ctx, this.ID, seen[this.ID], mostMatches)
		if err != nil {
			return answer{}, err
		}
		all = newer
	}
	var records []string
	fresh := make(map[string]bool)
	for _, m := range slices.Backward(all) {
		if m.Sequence > seen[this.ID] {
			page.savedRow.New += m.Documents
		}
		for _, record := range m.Records {
			if slices.Contains(records, record) {
				continue
			}
			if len(records) < mostListed {
				records = append(records, record)
			}
			fresh[record] = m.Sequence > seen[this.ID]
		}
	}
	found, err := s.byRecord(ctx, records)
	if err != nil {
		return answer{}, err
	}
	sc := scope{Lang: lang}
	for _, record := range records {
		h, ok := found[record]
		switch {
		case !ok:
			page.Gone++
		case fresh[record]:
			page.New = append(page.New, s.hit(sc, h))
		default:
			page.Older = append(page.Older, s.hit(sc, h))
		}
	}
	if n := len(all); n > 0 && all[n-1].Sequence > seen[this.ID] {
		seen[this.ID] = all[n-1].Sequence
		s.keepSeen(w, r, list, seen)
	}
	return answer{"matches", page, status}, nil
}

// seenOf is up to which match somebody has looked, by search. It is a cookie: the
// server keeps nothing of who looked when.
func seenOf(r *http.Request) map[string]uint64 {
	seen := make(map[string]uint64)
	c, err := r.Cookie(cookieSeen)
	if err != nil {
		return seen
	}
	for part := range strings.SplitSeq(c.Value, "_") {
		id, at, _ := strings.Cut(part, ".")
		if n, err := strconv.ParseUint(at, 10, 64); err == nil && len(seen) < saved.MaxOwner {
			seen[id] = n
		}
	}
	return seen
}

// keepSeen sets the cookie, of searches that there are.
func (s *server) keepSeen(w http.ResponseWriter, r *http.Request, list saved.List, seen map[string]uint64) {
	var parts []string
	for _, search := range list {
		if at := seen[search.ID]; at > 0 && len(parts) < saved.MaxOwner {
			parts = append(parts, search.ID+"."+strconv.FormatUint(at, 10))
		}
	}
	http.SetCookie(w, &http.Cookie{
		Name: cookieSeen, Value: strings.Join(parts, "_"), Path: "/saved", MaxAge: int(seenFor.Seconds()),
		HttpOnly: true, SameSite: http.SameSiteLaxMode, Secure: requestOf(r.Context()).https,
	})
}
