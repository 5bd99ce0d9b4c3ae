package web

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"qingting/textmining/statistics"
	"qingting/web/chart"
)

// figure is a chart on a page: the drawing, and where it can be had as a file.
type figure struct {
	Lang language
	*chart.Drawing
	file string // path of the page, "/charts/overview/trend"; empty for none
	sc   scope
}

// SVG and PNG are the URLs of the files, or empty.
func (f figure) SVG() string { return f.download(".svg") }
func (f figure) PNG() string { return f.download(".png") }

func (f figure) download(ending string) string {
	if f.file == "" {
		return ""
	}
	return f.sc.url(f.file + ending)
}

// figures are the charts of a page by name, in no order; what cannot be drawn is
// not there.
type figures map[string]*chart.Drawing

// figureOf readies a chart for its template; nil when there is nothing to draw.
func figureOf(sc scope, d *chart.Drawing, file string) *figure {
	if d == nil {
		return nil
	}
	return &figure{sc.Lang, d, file, sc}
}

// maxFile bounds what is kept of a chart file while it is made.
const maxFile = 8 << 20

// chartFile answers with one chart of a page as a file: /charts/<page>/<name>.svg
// or .png, in the scope of the query string.
func (s *server) chartFile(draw func(context.Context, *http.Request, language) (figures, error)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, ending, _ := strings.Cut(r.PathValue("file"), ".")
		lang := languageOf(r, chinese)
		all, err := draw(r.Context(), r, lang)
		if err == nil && (all[name] == nil || ending != "svg" && ending != "png") {
			err = &httpError{http.StatusNotFound, say{"没有这张图：可能这个范围内没有数据。", "There is no such chart: perhaps there is nothing to draw in this selection."}}
		}
		if err != nil {
			s.page(func(*http.Request, language) (answer, error) { return answer{}, err })(w, r)
			return
		}
		var body bytes.Buffer
		kind := "image/svg+xml"
		if ending == "svg" {
			err = all[name].SVG(&body)
		} else {
			kind = "image/png"
			err = all[name].PNG(&body, s.fonts)
		}
		if err != nil || body.Len() > maxFile {
			s.cfg.Log.Error("a chart could not be drawn", "chart", name, "size", body.Len(), "error", err)
			http.Error(w, "The chart could not be drawn.", http.StatusInternalServerError)
			return
		}
		w.Header().Set("Content-Type", kind)
		w.Header().Set("Content-Disposition", fmt.Sprintf(`attachment; filename="qingting-%s.%s"; filename*=UTF-8''%s`, name, ending, url.PathEscape("qingting-"+name+"."+ending)))
		_, _ = body.WriteTo(w) // the reader is gone
	}
}

// values takes counts for a chart.
func values(series []statistics.Count) []chart.Value {
	out := make([]chart.Value, len(series))
	for i, c := range series {
		out[i] = chart.Value{N: float64(c.N), Text: count(c), Hidden: c.Withheld()}
	}
	return out
}

// sparkOf draws a series whose points cover step days; nil when there is
// nothing to see.
func sparkOf(series []statistics.Count, step int, l language) *chart.Spark {
	if len(series) == 0 {
		return nil
	}
	top := 0
	for _, c := range series {
		top = max(top, c.N)
	}
	last := series[len(series)-1]
	label := say{fmt.Sprintf("每日条数：最多 %s，最后一天 %s", thousands(top), count(last)), fmt.Sprintf("A day: at most %s, on the last day %s", thousands(top), count(last))}
	if step > 1 {
		label = say{
			fmt.Sprintf("每 %d 天条数：最多 %s，最后一段 %s", step, thousands(top), count(last)),
			fmt.Sprintf("Every %d days: at most %s, in the last period %s", step, thousands(top), count(last)),
		}
	}
	if top == 0 {
		label = say{"每个时段均少于显示下限", "Every period is below what is shown"}
	}
	return chart.NewSpark(values(series), label.in(l))
}

// dailyTitle heads a chart of counts.
func dailyTitle(step int, l language) string {
	if step > 1 {
		return say{fmt.Sprintf("每 %d 天的反馈", step), fmt.Sprintf("Feedback every %d days", step)}.in(l)
	}
	return say{"每日反馈", "Feedback a day"}.in(l)
}
