package main

import (
	"testing"

	"qingting/internal/document"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
)

func value(typ rule.Type, field string, start, end int, plain string) vault.Value {
	return vault.Value{Type: string(typ), Field: field, Start: start, End: end, Plain: plain}
}

// TestOwn: of a text, the person's values are opened, other people's stay as
// they are, in the base and in additions.
func TestOwn(t *testing.T) {
	// 我13812345678，邻居13987654321姓王明 → the base took the numbers out, an addition the name.
	base := vault.Record{ID: "r", Values: []vault.Value{
		value(rule.Mobile, "", 1, 6, herNumber), value(rule.Mobile, "", 9, 14, hisNumber),
		value(rule.Mobile, "customer.phone", 0, 0, herNumber), value(rule.PersonName, "customer.name", 0, 0, "张建国"),
		value(rule.PersonName, "attributes.by", 0, 4, "张建国"), value(rule.PersonName, "attributes.by", 5, 9, "王明"),
	}}
	addition := vault.Record{ID: "r-1a", Values: []vault.Value{value(rule.PersonName, "", 15, 19, "王明")}}
	d := &document.Document{
		Record: "r", Text: "我⟦手机号⟧，邻居⟦手机号⟧姓⟦姓名⟧。", Attributes: map[string]string{"by": "⟦姓名⟧、⟦姓名⟧"},
	}
	for _, c := range []struct {
		name      string
		given     []subject.Identifier
		text, by  string
		customers int
		masked    int
	}{
		{"her number", []subject.Identifier{{Type: rule.Mobile, Value: "+86" + herNumber}}, "我" + herNumber + "，邻居⟦手机号⟧姓⟦姓名⟧。", "张建国、⟦姓名⟧", 2, 3},
		{"his number", []subject.Identifier{{Type: rule.Mobile, Value: hisNumber}}, "我⟦手机号⟧，邻居" + hisNumber + "姓⟦姓名⟧。", "⟦姓名⟧、⟦姓名⟧", 0, 6},
		{"his number and name", []subject.Identifier{{Type: rule.Mobile, Value: hisNumber}, {Type: rule.PersonName, Value: "王明"}}, "我⟦手机号⟧，邻居" + hisNumber + "姓王明。", "⟦姓名⟧、王明", 0, 4},
		{"a name alone is nobody's account", []subject.Identifier{{Type: rule.PersonName, Value: "张建国"}}, "我⟦手机号⟧，邻居⟦手机号⟧姓⟦姓名⟧。", "张建国、⟦姓名⟧", 0, 5},
	} {
		mine := newOwn(c.given)
		r := opened{document: d, parts: []vault.Record{base, addition}}
		mine.learn(r)
		h, err := mine.record(r)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if h.Text != c.text || h.Attributes["by"] != c.by || len(h.Customer) != c.customers || h.Masked != c.masked {
			t.Errorf("%s: %q, %q, %d customer fields, %d masked", c.name, h.Text, h.Attributes["by"], len(h.Customer), h.Masked)
		}
	}
}
