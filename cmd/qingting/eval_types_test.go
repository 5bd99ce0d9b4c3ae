package main

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/rule"
	"qingting/privacy/score"
)

func TestTypeNames(t *testing.T) {
	names, err := newTypeNames(map[string]string{"address": "-", "handle": "WECHAT"})
	if err != nil {
		t.Fatal(err)
	}
	found := []score.Found{{Span: score.Span{Start: 10, End: 22, Type: "LANDLINE"}}}
	gold, ignored := names.part([]score.Span{
		{Start: 0, End: 2, Type: "Per.Nam"},
		{Start: 10, End: 21, Type: "phone"},      // found as a landline
		{Start: 30, End: 41, Type: "phone"},      // not found
		{Start: 50, End: 61, Type: "ip-address"}, // joined in another way
		{Start: 70, End: 79, Type: "handle"},
		{Start: 80, End: 82, Type: "address"},
		{Start: 90, End: 92, Type: "LOCATION"},
	}, found)
	var got []string
	for _, g := range gold {
		got = append(got, g.Type)
	}
	if diff := cmp.Diff([]string{"PERSON_NAME", "LANDLINE", "MOBILE", "IP", "WECHAT"}, got); diff != "" {
		t.Errorf("types (-want +got):\n%s", diff)
	}
	if len(ignored) != 2 || ignored[0].Type != "address" || ignored[1].Type != "LOCATION" {
		t.Errorf("ignored %v", ignored)
	}
}

// TestOtherNames: a name stands for one type, in the form in which it is looked
// up, and is none of ours.
func TestOtherNames(t *testing.T) {
	seen := map[string]rule.Type{}
	for ours, list := range otherNames {
		if !ours.Valid() {
			t.Errorf("%q is no type", ours)
		}
		for name := range strings.FieldsSeq(list) {
			if name != typeKey(name) || seen[name] != "" || rule.Type(name).Valid() {
				t.Errorf("%s, for %s, stands for %q already, is ours, or is not in capitals", name, ours, seen[name])
			}
			seen[name] = ours
		}
	}
}

func TestApart(t *testing.T) {
	got := apart([]score.Span{{Start: 5, End: 7}, {Start: 0, End: 3}, {Start: 0, End: 4}, {Start: 3, End: 6}, {Start: 7, End: 8}})
	if diff := cmp.Diff([]score.Span{{Start: 0, End: 4}, {Start: 5, End: 7}, {Start: 7, End: 8}}, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
