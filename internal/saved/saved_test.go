package saved

import (
	"fmt"
	"strings"
	"testing"
)

func TestAddFindChange(t *testing.T) {
	data, s, err := Add(nil, Search{Name: "退费慢", Query: "退费 慢", Owner: "lin", Alert: true, After: 7})
	if err != nil || s.ID != "s1" {
		t.Fatal(s, err)
	}
	if _, _, err := Add(data, Search{Name: "退费慢", Query: "x", Owner: "lin"}); err == nil || !strings.Contains(err.Error(), "s1") {
		t.Errorf("the same name again: %v", err)
	}
	data, s, err = Add(data, Search{Name: "退费慢", Query: "退费", Owner: "zhao"})
	if err != nil || s.ID != "s2" {
		t.Fatal(s, err)
	}
	list, err := Parse(data)
	if err != nil || len(list) != 2 || list[0].After != 7 {
		t.Fatal(list, err)
	}
	if s, ok := list.Find("s2"); !ok || s.Owner != "zhao" {
		t.Errorf("found %v", s)
	}
	if _, ok := list.Find("退费慢"); ok {
		t.Error("a name that two have is found")
	}
	quiet := func(s Search) *Search { s.Alert = false; return &s }
	if _, err := Change(data, "s1", "zhao", quiet); err == nil || !strings.Contains(err.Error(), "belongs to lin") {
		t.Errorf("another's search: %v", err)
	}
	if data, err = Change(data, "s1", "lin", quiet); err != nil {
		t.Fatal(err)
	}
	if data, err = Change(data, "s2", "", func(Search) *Search { return nil }); err != nil {
		t.Fatal(err)
	}
	if list, err = Parse(data); err != nil || len(list) != 1 || list[0].Alert {
		t.Errorf("left %v %v", list, err)
	}
	if _, s, err = Add(data, Search{Name: "n", Query: "x", Owner: "lin"}); err != nil || s.ID != "s3" {
		t.Errorf("an id is given twice: %v %v", s, err)
	}
	if _, err := Change(data, "s9", "", quiet); err == nil {
		t.Error("what is not there was changed")
	}
}

func TestLimits(t *testing.T) {
	var data []byte
	var err error
	for i := range MaxOwner {
		if data, _, err = Add(data, Search{Name: fmt.Sprint(i), Query: "x", Owner: "lin"}); err != nil {
			t.Fatal(err)
		}
	}
	if _, _, err := Add(data, Search{Name: "more", Query: "x", Owner: "lin"}); err == nil {
		t.Error("a user may save without end")
	}
	if _, _, err := Add(data, Search{Name: "more", Query: "x", Owner: "zhao"}); err != nil {
		t.Errorf("another user may not: %v", err)
	}
	for _, bad := range []Search{
		{Name: "", Query: "x"},
		{Name: " ", Query: "x"},
		{Name: "a\nb", Query: "x"},
		{Name: strings.Repeat("长", 81), Query: "x"},
		{Name: "n"},
		{Name: "n", Query: "  "},
		{Name: "n", Query: strings.Repeat("长", 1001)},
		{Name: "n", Filters: []Filter{{Field: "channel"}}},
		{Name: "n", Filters: []Filter{{Values: []string{"x"}}}},
		{Name: "n", Filters: []Filter{{Field: "channel", Values: []string{""}}}},
	} {
		if bad.Check() == nil {
			t.Errorf("%+v passes", bad)
		}
	}
	if _, err := Parse([]byte("{")); err == nil {
		t.Error("malformed data pass")
	}
}
