package web

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"qingting/internal/access"
	"qingting/internal/document"
	"qingting/internal/mark"
	"qingting/textmining"
	"qingting/textmining/taxonomy"
)

// notebook keeps what analysts change, as the custody service does.
type notebook struct {
	mu      sync.Mutex
	marks   []byte
	labels  map[string][]string
	file    TaxonomyFile
	who     []access.Actor
	reasons []string
	refuse  string // why all is refused, or empty
}

func (n *notebook) acted(who access.Actor, reason string) error {
	if n.refuse != "" {
		return &RefusedError{Text: n.refuse}
	}
	n.who, n.reasons = append(n.who, who), append(n.reasons, reason)
	return nil
}

func (n *notebook) Note(_ context.Context, who access.Actor, m mark.Mark, reason string) (made mark.Mark, err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.acted(who, reason); err != nil {
		return made, err
	}
	n.marks, made, err = mark.Add(n.marks, m)
	return made, err
}

func (n *notebook) Unnote(_ context.Context, who access.Actor, id, reason string) (err error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.acted(who, reason); err != nil {
		return err
	}
	n.marks, err = mark.Remove(n.marks, id)
	return err
}

func (n *notebook) Corrected(_ context.Context, _ access.Actor, record string) ([]string, bool, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	themes, ok := n.labels[record]
	return themes, ok, nil
}

func (n *notebook) Correct(_ context.Context, who access.Actor, record string, themes []string, reason string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.acted(who, reason); err != nil {
		return err
	}
	n.labels[record] = themes
	return nil
}

func (n *notebook) Taxonomy(context.Context) (TaxonomyFile, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.file, nil
}

// by reads by the Chinese cues of a taxonomy, word for word.
type by struct{ tax *taxonomy.Taxonomy }

func (b by) Annotate(text string) (a document.Annotation) {
	for _, e := range b.tax.Themes {
		for _, cue := range e.ZH.Cues {
			if at := strings.Index(text, cue); at >= 0 {
				start := len([]rune(text[:at]))
				a.Themes = append(a.Themes, document.Tag{ID: e.ID, Score: 1, Evidence: []document.Span{{Start: start, End: start + len([]rune(cue))}}})
				break
			}
		}
	}
	return a
}

func (n *notebook) Readers(_ context.Context, yaml []byte) (now, next textmining.Reader, err error) {
	old, err := taxonomy.Parse(n.file.YAML)
	if err != nil {
		return nil, nil, err
	}
	grown, err := taxonomy.Parse(yaml)
	return by{old}, by{grown}, err
}

func (n *notebook) Apply(_ context.Context, who access.Actor, file TaxonomyFile, reason string) error {
	n.mu.Lock()
	defer n.mu.Unlock()
	if err := n.acted(who, reason); err != nil {
		return err
	}
	file.Revision++
	n.file = file
	return nil
}

func (n *notebook) Relabel(_ context.Context, who access.Actor, reason string) (string, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return "run1", n.acted(who, reason)
}

func (n *notebook) Relabelling(_ context.Context, _ access.Actor, run string) (Relabelling, error) {
	if run != "run1" {
		return Relabelling{}, &RefusedError{Text: "there is no such run", Kind: RefusedMissing}
	}
	return Relabelling{Share: 0.42, Read: 840, Changed: 17, Themes: []ThemeMoved{{"hotline-wait", 9, 2}}}, nil
}

// editable is a site whose analysts can change things.
func editable(t *testing.T, docs []*document.Document, change func(*Config)) (http.Handler, *notebook) {
	n := &notebook{labels: map[string][]string{}, file: TaxonomyFile{YAML: taxonomy.DefaultYAML(), Revision: 3}}
	return newSite(t, docs, func(cfg *Config) {
		cfg.Actions, cfg.Corrections, cfg.Taxonomies = n, n, n
		cfg.Marks = func(context.Context) (mark.List, error) {
			n.mu.Lock()
			defer n.mu.Unlock()
			return mark.Parse(n.marks)
		}
		if change != nil {
			change(cfg)
		}
	}), n
}

func post(t *testing.T, h http.Handler, target string, form url.Values) *page {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), http.MethodPost, target, strings.NewReader(form.Encode()))
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return send(t, h, r)
}

// follow goes where a form that was carried out leads.
func follow(t *testing.T, h http.Handler, p *page) *page {
	t.Helper()
	if p.status != http.StatusSeeOther {
		t.Fatalf("status %d: %.500s", p.status, p.body)
	}
	return get(t, h, p.header.Get("Location"))
}

func TestActionsAreNotedCompareAndRemoved(t *testing.T) {
	docs := feedback(3000)
	for i, d := range docs {
		d.Customer = d.Record
		d.Time = lastDay.AddDate(0, 0, -i%150)
	}
	h, n := editable(t, docs, nil)
	contains(t, "the empty list", get(t, h, "/actions?lang=zh").text(), "还没有记下任何措施", "记下一项措施")
	contains(t, "the empty list", get(t, h, "/actions?lang=en").text(), "No action has been noted down yet", "Note an action down")
	form := url.Values{"title": {"新账单版式"}, "date": {"2026-02-20"}, "theme": {"hotline-wait", "", ""}, "region": {"广东"}, "reason": {"试点"}}
	p := follow(t, h, post(t, h, "/actions?lang=zh&days=7&channel=app", form))
	contains(t, "the action", p.text(), "新账单版式", "自 2026-02-20", "热线难打通 ", "广东", "已记下", "反馈量", "平均评分", "其他各处的同类反馈", "95% 区间", "逐一当作生效日来试")
	if len(n.who) != 1 || n.who[0].Name != "local" || n.who[0].Role != access.Analyst || n.reasons[0] != "试点" {
		t.Errorf("noted down by %v for %q", n.who, n.reasons)
	}
	en := get(t, h, "/actions/m1?lang=en&days=7&channel=app")
	contains(t, "the action", en.text(), "Volume", "Mean rating", "95% interval", "Taken for the day of the action", "the same feedback everywhere else")
	for _, link := range en.attrs("a", "href") {
		u, _ := url.Parse(link)
		if strings.HasPrefix(u.Path, "/charts/") {
			if file := get(t, h, link); file.status != http.StatusOK {
				t.Errorf("%s: status %d", link, file.status)
			}
		}
		if strings.HasPrefix(u.Path, "/theme/") && (u.Query().Get("days") != "7" || u.Query().Get("channel") != "app") {
			t.Errorf("%s loses the selection", link)
		}
	}
	contains(t, "the list", get(t, h, "/actions?lang=zh").text(), "新账单版式", "热线难打通", "广东")
	contains(t, "the theme", get(t, h, "/theme/hotline-wait?lang=zh").text(), "新账单版式", "记下一项措施", "这个主题的线索")
	// An action of tomorrow has nothing after it.
	follow(t, h, post(t, h, "/actions?lang=en", url.Values{"title": {"tomorrow"}, "date": {"2026-12-01"}, "theme": {"hotline-wait"}}))
	contains(t, "too early", get(t, h, "/actions/m2?lang=en").text(), "No feedback after it yet")
	refused := post(t, h, "/actions/m1/remove?lang=zh", url.Values{"reason": {"  "}})
	contains(t, "without a reason", refused.text(), "请说明为什么删除")
	if refused.status != http.StatusUnprocessableEntity {
		t.Errorf("without a reason: status %d", refused.status)
	}
	contains(t, "removed", follow(t, h, post(t, h, "/actions/m1/remove?lang=zh", url.Values{"reason": {"重复"}})).text(), "已删除")
	if p := get(t, h, "/actions/m1"); p.status != http.StatusNotFound {
		t.Errorf("a removed action: status %d", p.status)
	}
}

// What is refused keeps what was typed, and says what to do.
func TestActionFormsRefuse(t *testing.T) {
	h, n := editable(t, feedback(100), nil)
	good := url.Values{"title": {"<b>名</b>"}, "date": {"2026-03-01"}, "theme": {"hotline-wait"}, "reason": {"由头"}}
	for name, c := range map[string]struct {
		change url.Values
		zh, en string
	}{
		"no title":    {url.Values{"title": {" "}}, "请填写做了什么", "Say what was done"},
		"no day":      {url.Values{"date": {"soon"}}, "生效的第一天", "first day it works"},
		"no aim":      {url.Values{"theme": {""}}, "至少选一个主题", "Choose a theme or a place"},
		"itself":      {url.Values{"region": {"广东"}, "control_region": {"广东"}}, "对照不能与", "another place"},
		"long reason": {url.Values{"reason": {strings.Repeat("长", maxReason+1)}}, "原因太长", "too long"},
		"long title":  {url.Values{"title": {strings.Repeat("长", 5000)}}, "无法记录", "cannot be noted down"},
	} {
		form := url.Values{}
		for _, v := range []url.Values{good, c.change} {
			for key, value := range v {
				form[key] = value
			}
		}
		for lang, want := range map[string]string{"zh": c.zh, "en": c.en} {
			p := post(t, h, "/actions?lang="+lang, form)
			if p.status != http.StatusUnprocessableEntity {
				t.Errorf("%s: status %d", name, p.status)
			}
			contains(t, name, p.text(), want)
			if typed := p.attrs("input", "value"); name != "long reason" && !strings.Contains(strings.Join(typed, "|"), "由头") {
				t.Errorf("%s: what was typed is lost: %q", name, typed)
			}
		}
	}
	n.refuse = "the ledger cannot be written"
	if p := post(t, h, "/actions?lang=en", good); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), n.refuse) {
		t.Errorf("refused by the ledger: status %d", p.status)
	}
	if len(n.who) != 0 {
		t.Errorf("%d were carried out", len(n.who))
	}
	// Who may not has no form, and nothing is done for them.
	weak, n := editable(t, feedback(50), func(cfg *Config) {
		cfg.Visitor = &access.User{Name: "eva", Roles: []access.Role{access.Auditor}}
	})
	lacks(t, "an auditor", get(t, weak, "/actions?lang=en").text(), "Note an action down")
	for _, target := range []string{"/actions", "/actions/m1/remove", "/documents/record0001", "/taxonomy/hotline-wait", "/taxonomy/relabel"} {
		if p := post(t, weak, target, good); p.status != http.StatusForbidden {
			t.Errorf("%s by an auditor: status %d", target, p.status)
		}
	}
	if len(n.who) != 0 {
		t.Error("something was carried out for an auditor")
	}
	plain := newSite(t, feedback(50), nil)
	lacks(t, "without a ledger", get(t, plain, "/actions?lang=en").text(), "Note an action down")
	for _, target := range []string{"/actions", "/documents/record0001", "/taxonomy/relabel"} {
		if p := post(t, plain, target, good); p.status != http.StatusNotImplemented {
			t.Errorf("%s where nothing is changed: status %d", target, p.status)
		}
	}
}
