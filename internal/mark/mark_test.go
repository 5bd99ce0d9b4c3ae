package mark

import (
	"strings"
	"testing"
)

func TestMarks(t *testing.T) {
	m := Mark{Title: "新账单", Date: "2026-05-03", Themes: []string{"billing-opaque"}}
	data, first, err := Add(nil, m)
	if err != nil || first.ID != "m1" {
		t.Fatal(err, first)
	}
	m.Date = "2026-04-01"
	if data, m, err = Add(data, m); err != nil || m.ID != "m2" {
		t.Fatal(err, m)
	}
	if data, err = Remove(data, "m2"); err != nil {
		t.Fatal(err)
	}
	if _, err := Remove(data, "m2"); err == nil {
		t.Error("removed twice")
	}
	if data, m, err = Add(data, m); err != nil || m.ID != "m3" {
		t.Errorf("an id was given twice: %v %s", err, m.ID)
	}
	list, err := Parse(data)
	if err != nil || len(list) != 2 || list[0].ID != "m3" {
		t.Errorf("%v %+v", err, list)
	}
	if _, ok := list.Find("m1"); !ok {
		t.Error("m1 is gone")
	}
	for name, bad := range map[string]Mark{
		"date": {Title: "x", Date: "3 May", Themes: []string{"t"}}, "title": {Date: "2026-05-03", Themes: []string{"t"}},
		"nothing": {Title: "x", Date: "2026-05-03"}, "long": {Title: strings.Repeat("长", 201), Date: "2026-05-03", Themes: []string{"t"}},
		"control": {Title: "x", Date: "2026-05-03", Place: Place{Region: "A"}, Control: Place{Region: "A"}},
	} {
		if bad.Check() == nil {
			t.Errorf("%s passes", name)
		}
	}
	if _, err := Parse([]byte("{")); err == nil {
		t.Error("malformed marks pass")
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"marks":[{"id":"m1","title":"x","date":"2026-05-03","themes":["t"]}],"last":1}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		list, err := Parse(data)
		if err != nil {
			return
		}
		for _, m := range list {
			if err := m.Check(); err != nil {
				t.Error(err)
			}
		}
	})
}
