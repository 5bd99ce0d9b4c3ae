package strictjson

import (
	"encoding/json"
	"errors"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestParse(t *testing.T) {
	got, err := Parse([]byte(` {"a":"\u4f60\ud83d","n":1.50,"b":true,"z":null,"o":{"x":[{}]},"l":[1,[2]]} `), 4)
	if err != nil {
		t.Fatal(err)
	}
	want := Value{Kind: Object, Members: []Member{
		{"a", Value{Kind: String, Text: "你\ufffd"}},
		{"n", Value{Kind: Number, Text: "1.50"}},
		{"b", Value{Kind: Bool, Text: "true"}},
		{"z", Value{}},
		{"o", Value{Kind: Object, Members: []Member{{"x", Value{Kind: Array}}}}},
		{"l", Value{Kind: Array}},
	}}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if v, ok := got.Member("n"); !ok || v.Text != "1.50" {
		t.Errorf("Member(n) = %v, %v", v, ok)
	}
}

func TestParseRefuses(t *testing.T) {
	for in, deep := range map[string]bool{
		`{"a":1,"a":2}`: false, `{"a":1}{}`: false, `{"a":1`: false, `{"a"`: false, `{a:1}`: false,
		``: false, `nul`: false, `[1 2]`: false, `"a`: false, "\"\n\"": false, `{"secret":secret}`: false,
		`[[[[[1]]]]]`: true, strings.Repeat("[", 100_000): true, `{"a":{"a":{"a":{"a":{}}}}}`: true,
	} {
		_, err := Parse([]byte(in), 4)
		var e *Error
		if !errors.As(err, &e) || e.TooDeep != deep || strings.Contains(e.Detail, "secret") {
			t.Errorf("Parse(%.20q) = %v", in, err)
		}
	}
}

// FuzzParse holds Parse against encoding/json: it takes nothing json refuses.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,2,{"b":null}],"c":"\u0041"}`))
	f.Add([]byte(`{"a":"\\\"}","b":[]}`))
	f.Fuzz(func(t *testing.T, data []byte) {
		v, err := Parse(data, 8)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		var want any
		if err := json.Unmarshal(data, &want); err != nil {
			t.Fatalf("took what encoding/json refuses: %v", err)
		}
		if object, ok := want.(map[string]any); ok && len(object) != len(v.Members) {
			t.Fatalf("%d members, encoding/json has %d", len(v.Members), len(object))
		}
	})
}
