package web

import (
	"net/http"
	"strconv"

	"qingting/search/suggest"
)

// The limits of completions in one answer.
const (
	defaultSuggestions = 10
	maxSuggestions     = 100
)

// suggestAnswer is completions of what was typed; Correction is what it probably
// should have been, of what may find nothing.
type suggestAnswer struct {
	Suggestions []suggest.Suggestion `json:"suggestions"`
	Correction  string               `json:"correction,omitempty"`
}

// apiSuggest completes q=, n= entries at most.
func (s *server) apiSuggest(r *http.Request) (any, error) {
	n := defaultSuggestions
	if v := r.URL.Query().Get("n"); v != "" {
		var err error
		if n, err = strconv.Atoi(v); err != nil || n < 1 || n > maxSuggestions {
			return nil, &httpError{http.StatusBadRequest, say{"n 应为 1 至 100 的整数。", "n must be a whole number from 1 to 100."}}
		}
	}
	a := suggestAnswer{Suggestions: []suggest.Suggestion{}}
	var known *suggest.Suggester
	if s.cfg.Suggest != nil {
		known = s.cfg.Suggest()
	}
	if known == nil { // not read yet
		return a, nil
	}
	typed := r.URL.Query().Get("q")
	a.Suggestions = append(a.Suggestions, known.Complete(typed, n)...)
	a.Correction, _ = known.Correct(typed)
	if a.Correction == typed {
		a.Correction = ""
	}
	return a, nil
}
