package web

import (
	"net/http"
	"slices"
	"strconv"
	"strings"
)

// failures are the statuses other than success that an endpoint may answer with, in their
// order. The method that nothing takes, 405, is of no endpoint.
func (e endpoint) failures() []int {
	list := []int{http.StatusBadRequest, http.StatusTooManyRequests, http.StatusInternalServerError, http.StatusServiceUnavailable}
	if e.power != public {
		list = append(list, http.StatusUnauthorized, http.StatusForbidden)
	}
	if strings.Contains(e.path, "{") {
		list = append(list, http.StatusNotFound)
	}
	if len(e.body) > 0 {
		list = append(list, http.StatusRequestTimeout, http.StatusRequestEntityTooLarge, http.StatusUnsupportedMediaType, http.StatusUnprocessableEntity)
	}
	if !slices.Contains([]string{http.MethodGet, http.MethodHead}, e.method) && e.path != "/api/v1/search" {
		list = append(list, http.StatusConflict)
	}
	if e.power != public && (apiGroupOf(e.path) > 0 || e.method != http.MethodGet) && e.path != "/api/v1/search" {
		list = append(list, http.StatusNotImplemented) // not every process has it
	}
	list = append(list, e.fails...)
	slices.Sort(list)
	return slices.Compact(list)
}

// failureRef refers to what is answered with a status.
func failureRef(status string) string { return "#/components/responses/problem-" + status }

// failuresIn are the answers that are problems, by status: each says which kinds it has.
func failuresIn(problems object, lang language) object {
	content := object{"application/problem+json": object{"schema": problems}}
	list := object{"problem-default": object{"description": say{"出错；type 指明种类。", "Something went wrong; type says what kind."}.in(lang), "content": content}}
	for _, k := range problemKinds {
		name := "problem-" + strconv.Itoa(k.Status)
		one, ok := list[name].(object)
		if !ok {
			one = object{"description": "", "content": content}
			list[name] = one
		}
		one["description"] = strings.TrimSpace(one["description"].(string) + "\n" + k.Ref() + say{"：", ": "}.in(lang) + k.About.in(lang))
		if h := failureHeaders[k.Status]; h != "" {
			one["headers"] = object{h: object{"schema": object{"type": "string"}}}
		}
	}
	return list
}

// failureHeaders are what a status comes with.
var failureHeaders = map[int]string{
	http.StatusUnauthorized: "WWW-Authenticate", http.StatusMethodNotAllowed: "Allow", http.StatusTooManyRequests: "Retry-After", http.StatusServiceUnavailable: "Retry-After",
}

// pathAbout says what stands in a place of a path.
func pathAbout(path, name string) say {
	switch name {
	case "record":
		return recordParam.about
	case "entry":
		return say{"台账条目的编号，从 0 起。", "Index of an entry of the ledger, from 0."}
	case "sample":
		return say{"样本的编号。", "Id of a sample."}
	case "run":
		return say{"一次运行的编号。", "Id of a run."}
	}
	if strings.HasPrefix(path, "/api/v1/saved/") {
		return say{"保存的检索的编号。", "Id of a saved search."}
	}
	return say{"登记的编号。", "Id of the note."}
}
