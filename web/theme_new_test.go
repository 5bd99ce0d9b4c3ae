package web

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
	"qingting/textmining/discover/radar"
	"qingting/textmining/taxonomy"
)

// lookout has discovered themes, and notes what is decided of them.
type spotted struct {
	themes  []radar.Theme
	decided []Decision
	refuse  string
}

func (f *spotted) Found(context.Context) (*radar.Found, time.Time, error) {
	return &radar.Found{Run: 1, K: 5, Documents: 300, Themes: f.themes}, lastDay, nil
}

func (f *spotted) Looking(context.Context) (time.Time, string) { return time.Time{}, "" }

func (f *spotted) Decide(_ context.Context, _ access.Actor, d Decision) error {
	if f.refuse != "" {
		return &DecisionError{f.refuse}
	}
	f.decided = append(f.decided, d)
	return nil
}

// A discovered theme becomes one of the taxonomy: its card leads to a form that has
// its name and words, with what it would find; put in place, it counts as adopted.
func TestDiscoveredThemeIsAdopted(t *testing.T) {
	docs := feedback(300)
	for i, d := range docs {
		if i%3 == 0 {
			d.Text, d.Themes = fmt.Sprintf("第%d条：路边枫树遮光，毛虫掉落", i), nil
		}
	}
	found := &spotted{themes: []radar.Theme{
		{ID: "d-3", Name: "枫树|遮光", Size: 100, Customers: 37, Phrases: []radar.Phrase{{Text: "枫树"}, {Text: "毛虫(掉落"}, {Text: "maple tree"}}},
		{ID: "d-4", Name: "few", Size: 4, Customers: 4},
	}}
	h, n := editable(t, docs, func(cfg *Config) { cfg.Discovery = found })
	n.file.YAML = taxonomy.DefaultYAML()
	card := get(t, h, "/discover?lang=zh")
	link := ""
	for _, href := range card.attrs("a", "href") {
		if strings.HasPrefix(href, "/taxonomy/new") {
			link = href
		}
	}
	if link == "" {
		t.Fatalf("the card leads nowhere: %s", card.text())
	}
	p := get(t, h, link)
	contains(t, "the draft", p.text(), "由发现的话题起草", "枫树 毛虫 掉落", "maple tree", "在最近的 300 条反馈里：新归入 100 条", "业务办理的清晰度与透明度")
	for name, want := range map[string]string{"id": "d-3", "zh_name": "枫树|遮光", "from": "d-3", "en_name": ""} {
		if got := fieldValue(p, name); got != want {
			t.Errorf("%s is %q", name, got)
		}
	}
	form := url.Values{"revision": {"3"}, "from": {"d-3"}, "id": {"Maple"}, "zh_name": {"枫树遮光"}, "en_name": {"Maples"}, "zh_cues": {"枫树\n毛虫 掉落"}, "dimension": {"clarity-transparency"}, "action": {"apply"}, "reason": {"<i>often</i>"}}
	p = post(t, h, "/taxonomy/new?lang=zh", form)
	if p.status != http.StatusUnprocessableEntity {
		t.Errorf("an id of capitals: status %d", p.status)
	}
	contains(t, "a refusal", p.text(), "只能用小写字母、数字和连字符")
	if fieldValue(p, "id") != "Maple" || fieldValue(p, "zh_name") != "枫树遮光" {
		t.Error("what was typed is lost")
	}
	for id, want := range map[string]string{"new": "另有他用", "roaming": "已有编号"} {
		form.Set("id", id)
		if p := post(t, h, "/taxonomy/new?lang=zh", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(strings.ReplaceAll(p.text(), "已有他用", "另有他用"), want) {
			t.Errorf("%s: status %d", id, p.status)
		}
	}
	tax, err := taxonomy.Default()
	if err != nil {
		t.Fatal(err)
	}
	form.Set("id", "maple")
	form.Set("dimension", tax.Dimensions[0].ID)
	form.Set("action", "preview")
	form.Set("en_name", "") // is not needed to look
	contains(t, "a preview", post(t, h, "/taxonomy/new?lang=en", form).text(), "Of the newest 300 pieces of feedback: gained 100")
	form.Set("action", "apply")
	if p := post(t, h, "/taxonomy/new?lang=zh", form); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "中文和英文名称都要填写") {
		t.Errorf("without an English name: status %d", p.status)
	}
	form.Set("en_name", "Maples")
	p = follow(t, h, post(t, h, "/taxonomy/new?lang=zh", form))
	contains(t, "the taxonomy", p.text(), "枫树遮光", "新的分类体系已启用")
	if len(found.decided) != 1 || found.decided[0].Action != "promote" || found.decided[0].ID != "d-3" || found.decided[0].Name != "maple" || found.decided[0].Reason != "<i>often</i>" {
		t.Errorf("decided: %+v", found.decided)
	}
	grown, err := taxonomy.Parse(n.file.YAML)
	if err != nil || grown.Entry("maple") == nil || len(grown.Entry("maple").Dimensions) != 1 {
		t.Errorf("the taxonomy has no such theme: %v", err)
	}
	// One that is few, gone, or nobody's is no draft.
	for _, from := range []string{"d-4", "d-9", "%3Cscript%3E"} {
		p := get(t, h, "/taxonomy/new?lang=en&found="+from)
		contains(t, from, p.text(), "This subject is no longer there")
		lacks(t, from, p.text(), "few")
	}
	contains(t, "an empty form", get(t, h, "/taxonomy/new?lang=en").text(), "A new theme", "Where it belongs")
	// In place, but not marked: said so.
	found.refuse = "themes are being looked for just now: try again when that has ended"
	form.Set("revision", "4")
	form.Set("id", "maple-two")
	contains(t, "not marked", follow(t, h, post(t, h, "/taxonomy/new?lang=en", form)).text(), "is not marked as adopted")
	p = fill(t, h, "/discover?lang=zh", "action", "promote", "id", "d-3", "name", "maple", "reason", "r")
	contains(t, "a refusal", p.text(), "正在查找话题，请等它结束后再试")
}

// fieldValue is what a field of a page holds.
func fieldValue(p *page, name string) string {
	for n := range p.root.Descendants() {
		has := map[string]string{}
		for _, a := range n.Attr {
			has[a.Key] = a.Val
		}
		if n.Data == "input" && has["name"] == name {
			return has["value"]
		}
	}
	return ""
}
