package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"qingting/internal/access"
)

// lookPatience is how long a form waits for a look before the page says that it
// is under way.
const lookPatience = 2 * time.Second

// discoverDone are what the page says after a form.
var discoverDone = map[string]say{
	"look": {"已重新查找。", "Looked anew."}, "rename": {"已改名。", "Renamed."},
	"merge":    {"已合并；合并后的数字在下次查找时给出。", "Merged; the figures of both together come with the next look."},
	"separate": {"已分开；下次查找时生效。", "Separated; the next look shows it."}, "split": {"已拆分；各部分在下次查找时给出。", "Split; the parts come with the next look."},
	"dismiss": {"已忽略。", "Dismissed."}, "restore": {"已恢复。", "Restored."}, "promote": {"已标记为采纳。", "Marked as adopted."},
}

// decide takes a decision by a form.
func (s *server) decide(w http.ResponseWriter, r *http.Request, lang language) (answer, error) {
	if s.cfg.Discovery == nil {
		return answer{}, errNoDiscovery
	}
	d := Decision{
		Action: r.PostForm.Get("action"), ID: r.PostForm.Get("id"), With: r.PostForm["with"],
		Name: strings.TrimSpace(r.PostForm.Get("name")), Reason: strings.TrimSpace(r.PostForm.Get("reason")),
	}
	if among := r.PostForm.Get("among"); d.Action == "look" && among != "" {
		d.All = new(among == "all")
	}
	why := say{}
	switch {
	case !slices.Contains(DecisionActions, d.Action) || d.Action != "look" && d.ID == "":
		return answer{}, &httpError{http.StatusBadRequest, say{"没有这个操作。", "There is no such action."}}
	case d.Action != "look" && d.Reason == "":
		why = say{"请说明原因：它会写入台账。", "Say why: the ledger keeps it."}
	case utf8.RuneCountInString(d.Name) > maxValue || utf8.RuneCountInString(d.Reason) > 10*maxValue:
		why = say{"名称或原因太长。", "The name or the reason is too long."}
	case d.Action == "rename" && d.Name == "":
		why = say{"请填写名称。", "Give a name."}
	case d.Action == "promote" && d.Name == "":
		why = say{"请选择它属于哪个主题。", "Choose the theme it is one of."}
	case d.Action == "merge" && len(d.With) == 0:
		why = say{"请选择要合并进来的主题。", "Choose the themes to merge with this one."}
	case d.Action == "split":
		if d.Parts = partsOf(r.PostForm); len(d.Parts) < 2 {
			why = say{"请写出至少两个部分：各有名称和区分它们的词。", "Write two parts at least: each with a name, and words that tell it from the other."}
		}
	}
	if why == (say{}) {
		ctx := r.Context()
		if d.Action == "look" {
			var stop context.CancelFunc
			ctx, stop = context.WithTimeout(ctx, lookPatience)
			defer stop()
		}
		err := s.cfg.Discovery.Decide(ctx, access.ActorOf(ctx), d)
		var refused *DecisionError
		switch {
		case errors.As(err, &refused):
			why = say{"未能执行：" + inChinese(refused.Text), "This could not be done: " + refused.Text}
		case d.Action == "look" && errors.Is(err, context.DeadlineExceeded):
			return to(w, r, r.URL.RequestURI(), "done", d.Action)
		case errors.Is(err, context.DeadlineExceeded):
			why = say{"还没有完成：请稍后刷新此页。", "It is not done yet: reload this page in a while."}
		case err != nil:
			return answer{}, err
		default:
			return to(w, r, r.URL.RequestURI(), "done", d.Action)
		}
	}
	page, err := s.discoveriesOf(r, lang)
	if err != nil {
		return answer{}, err
	}
	page.Why, page.Failed, page.Typed = why.in(lang), "", d
	for i := range page.Cards {
		if page.Cards[i].ID == d.ID {
			page.Cards[i].Typed, page.Cards[i].Open = d, true
		}
	}
	return answer{"discover", page, http.StatusUnprocessableEntity}, nil
}

// partsOf reads the parts of a split: part_name and part_terms, line by line.
func partsOf(form url.Values) (parts []DecisionPart) {
	names, terms := form["part_name"], form["part_terms"]
	for i := range min(len(names), len(terms)) {
		p := DecisionPart{Name: strings.TrimSpace(names[i])}
		p.Terms = strings.FieldsFunc(terms[i], func(r rune) bool { return strings.ContainsRune(" ,，、;；\u3000\t\r\n", r) })
		if p.Name != "" && len(p.Terms) > 0 {
			parts = append(parts, p)
		}
	}
	return parts
}
