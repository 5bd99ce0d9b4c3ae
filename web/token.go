package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"qingting/internal/access"
	"qingting/internal/account"
)

// tokenRow is a token for the API as its owner sees it.
type tokenRow struct {
	Name, Powers, Expires, Used string
	Expired                     bool
}

// powerChoice is a power that a token may be given.
type powerChoice struct {
	Power access.Power
	Name  string
}

// powerChoices are the powers of a user that something here or at the API takes.
func powerChoices(u access.User, lang language) (list []powerChoice) {
	for _, row := range access.Table {
		if u.May(row.Power) {
			list = append(list, powerChoice{row.Power, say{row.ZH, row.EN}.in(lang)})
		}
	}
	return list
}

// tokenLives are how long a token may count, in days.
func tokenLives(lang language) (list []choice) {
	for _, days := range []int{7, 30, 90, 365} {
		n := strconv.Itoa(days)
		list = append(list, choice{n, say{n + " 天", n + " days"}.in(lang)})
	}
	return list
}

func (s *server) tokenRows(r *http.Request, v account.Visit) (rows []tokenRow, err error) {
	tokens, err := s.cfg.Accounts.Tokens(r.Context(), v)
	for _, t := range tokens {
		powers := make([]string, len(t.Powers))
		for i, p := range t.Powers {
			powers[i] = string(p)
		}
		rows = append(rows, tokenRow{
			Name: t.Name, Powers: strings.Join(powers, ", "), Expires: moment(t.Expires), Used: moment(t.Used), Expired: !time.Now().Before(t.Expires),
		})
	}
	return rows, err
}

func (s *server) makeToken(_ http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	var powers []access.Power
	for _, p := range r.PostForm["power"] {
		if !slices.Contains(powers, access.Power(p)) {
			powers = append(powers, access.Power(p))
		}
	}
	days, err := strconv.Atoi(r.PostForm.Get("days"))
	if err != nil || days < 1 || days > 366 {
		days = 0
	}
	if len(powers) == 0 {
		return s.wrong(r, lang, "tokens", &httpError{http.StatusUnprocessableEntity, say{"请至少选择一项权限。", "Choose one power at least."}})
	}
	token, err := s.cfg.Accounts.MakeToken(r.Context(), *requestOf(r.Context()).visit, r.PostForm.Get("name"), powers, time.Duration(days)*24*time.Hour)
	if err != nil {
		return s.wrong(r, lang, "tokens", err)
	}
	if visit, refusal := s.session(r); refusal != nil { // the register has changed
		return answer{}, refusal
	} else if visit == nil {
		return answer{}, signInFirst()
	}
	page, err := s.accountOf(r, lang)
	page.Part, page.Made = "tokens", token
	return answer{"account", page, http.StatusOK}, err
}

func (s *server) revokeToken(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if err := s.cfg.Accounts.RevokeToken(r.Context(), *requestOf(r.Context()).visit, r.PostForm.Get("name")); err != nil {
		return s.wrong(r, lang, "tokens", err)
	}
	return to(w, r, "/account", "done", "token", "lang", string(lang))
}
