package web

import (
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"qingting/internal/document"
	"qingting/textmining/taxonomy"
)

func TestDocumentIsCorrected(t *testing.T) {
	docs := feedback(60)
	docs[1].Themes[0].Evidence = []document.Span{{Start: 11, End: 14}, {Start: 900, End: 901}, {Start: -1, End: 2}}
	h, n := editable(t, docs, nil)
	p := get(t, h, "/documents/record0001?lang=zh&days=7&region=浙江")
	contains(t, "the document", p.text(), "第1次来说", "⟦手机号⟧", "已去除： 手机号 、 身份证号", "不知情定制与乱扣费", "离网倾向", "订正主题")
	if marks := p.attrs("input", "checked"); len(marks) != 1 {
		t.Errorf("%d themes are ticked", len(marks))
	}
	contains(t, "the theme's quotes", get(t, h, "/theme/charged-without-consent?lang=zh").text(), "不属于这个主题", "还属于…")
	if off := get(t, h, "/documents/record0001?lang=zh&not=charged-without-consent").attrs("input", "checked"); len(off) != 0 {
		t.Errorf("%d themes are ticked when it is said not to be one", len(off))
	}
	for _, c := range []struct {
		form   url.Values
		status int
		want   string
	}{
		{url.Values{"theme": {"roaming"}}, http.StatusUnprocessableEntity, "Say why"},
		{url.Values{"theme": {"roaming"}, "reason": {strings.Repeat("x", maxReason+1)}}, http.StatusUnprocessableEntity, "too long"},
		{url.Values{"theme": strings.Split(strings.Repeat("x,", 17), ","), "reason": {"r"}}, http.StatusUnprocessableEntity, "at most 16"},
		{url.Values{"theme": {strings.Repeat("x", 500)}, "reason": {"r"}}, http.StatusUnprocessableEntity, "no such theme"},
	} {
		p := post(t, h, "/documents/record0001?lang=en", c.form)
		if p.status != c.status {
			t.Errorf("%s: status %d", c.want, p.status)
		}
		contains(t, "refused", p.text(), c.want)
	}
	p = follow(t, h, post(t, h, "/documents/record0001?lang=en&days=7", url.Values{"theme": {"roaming", "hotline-wait"}, "reason": {"<i>misread</i>"}}))
	contains(t, "corrected", p.text(), "Your correction is kept", "corrected last")
	if got := n.labels["record0001"]; !slices.Equal(got, []string{"roaming", "hotline-wait"}) || n.reasons[0] != "<i>misread</i>" {
		t.Errorf("kept: %q for %q", got, n.reasons)
	}
	if ticked := p.attrs("input", "checked"); len(ticked) != 2 {
		t.Errorf("%d themes are ticked after it", len(ticked))
	}
	n.refuse = "the record was erased"
	if p := post(t, h, "/documents/record0001?lang=zh", url.Values{"reason": {"r"}}); p.status != http.StatusConflict || !strings.Contains(p.text(), n.refuse) {
		t.Errorf("refused: status %d", p.status)
	}
	for _, record := range []string{"none", strings.Repeat("x", 300), "%3Cscript%3E", "..%2f..%2fetc"} {
		if p := get(t, h, "/documents/"+record); p.status != http.StatusNotFound {
			t.Errorf("%.20s: status %d", record, p.status)
		}
	}
	lacks(t, "where nothing is changed", get(t, newSite(t, feedback(9), nil), "/documents/record0001?lang=en").text(), "Correct the themes")
}

func TestTaxonomyIsEdited(t *testing.T) {
	h, n := editable(t, feedback(300), nil)
	list := get(t, h, "/taxonomy?lang=zh&region=浙江")
	contains(t, "the taxonomy", list.text(), "热线难打通", "业务办理的清晰度与透明度", "编辑", "开始重新标注")
	contains(t, "the taxonomy", get(t, h, "/taxonomy?lang=en").text(), "Hotline hard to get through", "Begin")
	p := get(t, h, "/taxonomy/hotline-wait?lang=en")
	contains(t, "the theme", p.text(), "Strong cues", "See what changes", "Put in place")
	form := url.Values{"revision": {"3"}}
	for n := range p.root.Descendants() {
		name, value := "", ""
		for _, a := range n.Attr {
			switch a.Key {
			case "name":
				name = a.Val
			case "value":
				value = a.Val
			}
		}
		if n.Data == "textarea" && n.FirstChild != nil {
			value = n.FirstChild.Data
		}
		if n.Data == "input" && strings.Contains(name, "_") || n.Data == "textarea" {
			form.Set(name, value)
		}
	}
	with := func(more ...string) url.Values {
		out := url.Values{}
		for k, v := range form {
			out[k] = v
		}
		for i := 0; i < len(more); i += 2 {
			out.Set(more[i], more[i+1])
		}
		return out
	}
	contains(t, "nothing changed", post(t, h, "/taxonomy/hotline-wait?lang=en", with("action", "preview")).text(), "Of the newest 300 pieces of feedback, none would change")
	grown := form.Get("zh_cues") + "\n\n  乱扣费  \n"
	p = post(t, h, "/taxonomy/hotline-wait?lang=zh", with("action", "preview", "zh_cues", grown, "reason", "客户这样说"))
	contains(t, "a preview", p.text(), "在最近的 300 条反馈里：新归入 300 条，不再归入 0 条", "乱扣费")
	if typed := strings.Join(p.attrs("input", "value"), "|"); !strings.Contains(typed, "客户这样说") || len(n.who) != 0 {
		t.Errorf("a preview loses what was typed, or changes something: %q", typed)
	}
	for name, c := range map[string]struct {
		form   url.Values
		status int
		want   string
	}{
		"no reason":   {with("action", "apply", "zh_cues", grown), http.StatusUnprocessableEntity, "Say why"},
		"a bad cue":   {with("action", "apply", "reason", "r", "zh_cues", "(没有"), http.StatusUnprocessableEntity, "cannot be read"},
		"no name":     {with("action", "preview", "zh_name", ""), http.StatusUnprocessableEntity, "cannot be read"},
		"too late":    {with("action", "apply", "reason", "r", "revision", "2"), http.StatusConflict, "changed by another"},
		"no revision": {with("revision", "x"), http.StatusUnprocessableEntity, "open this page anew"},
	} {
		p := post(t, h, "/taxonomy/hotline-wait?lang=en", c.form)
		if p.status != c.status {
			t.Errorf("%s: status %d", name, p.status)
		}
		contains(t, name, p.text(), c.want)
	}
	for _, evil := range hostile {
		if p := post(t, h, "/taxonomy/hotline-wait?lang=zh", with("zh_cues", evil, "zh_definition", evil, "reason", evil)); p.status != http.StatusOK && p.status != http.StatusUnprocessableEntity {
			t.Errorf("%.30q: status %d", evil, p.status)
		}
	}
	if len(n.who) != 0 {
		t.Error("something was put in place")
	}
	p = follow(t, h, post(t, h, "/taxonomy/hotline-wait?lang=zh&region=浙江", with("action", "apply", "zh_cues", grown, "reason", "客户这样说")))
	contains(t, "applied", p.text(), "新的分类体系已启用")
	tax, err := taxonomy.Parse(n.file.YAML)
	if err != nil || !slices.Contains(tax.Entry("hotline-wait").ZH.Cues, "乱扣费") || n.file.Revision != 4 || n.reasons[0] != "客户这样说" {
		t.Errorf("in place: revision %d, %v", n.file.Revision, err)
	}
	if p := get(t, h, "/taxonomy/none"); p.status != http.StatusNotFound {
		t.Errorf("no theme: status %d", p.status)
	}
	if p := post(t, h, "/taxonomy/relabel?lang=en", nil); p.status != http.StatusUnprocessableEntity || !strings.Contains(p.text(), "Say why") {
		t.Errorf("without a reason: status %d", p.status)
	}
	p = follow(t, h, post(t, h, "/taxonomy/relabel?lang=en&region=浙江", url.Values{"reason": {"new cues"}}))
	contains(t, "the run", p.text(), "42%", "Read: 840, changed: 17", "Hotline hard to get through", "Look again")
	if again := p.attrs("meta", "http-equiv"); len(again) != 1 {
		t.Errorf("the page does not ask again: %q", again)
	}
	if p := get(t, h, "/taxonomy/relabel/run2"); p.status != http.StatusNotFound {
		t.Errorf("no run: status %d", p.status)
	}
	n.refuse = "a rescan is under way"
	if p := post(t, h, "/taxonomy/relabel?lang=en", url.Values{"reason": {"r"}}); p.status != http.StatusConflict || !strings.Contains(p.text(), n.refuse) {
		t.Errorf("refused: status %d", p.status)
	}
	if p := get(t, newSite(t, feedback(9), nil), "/taxonomy"); p.status != http.StatusNotImplemented {
		t.Errorf("without a taxonomy: status %d", p.status)
	}
}
