package strictjson

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"

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

// FuzzParse holds Parse against encoding/json: it takes nothing json refuses,
// and reads the same from what both take.
func FuzzParse(f *testing.F) {
	f.Add([]byte(`{"a":[1,2,{"b":null}],"c":"\u0041"}`))
	f.Add([]byte(`{"a":"\\\"}","b":[]}`))
	f.Add([]byte(`{"a" : "\ud800x" , "b":-1e700, "c":{"d":true,"e":false} }`))
	f.Fuzz(func(t *testing.T, data []byte) {
		if !utf8.Valid(data) {
			return // the caller's duty
		}
		v, err := Parse(data, 8)
		if err != nil {
			var e *Error
			if !errors.As(err, &e) {
				t.Fatalf("not an *Error: %v", err)
			}
			return
		}
		var want any
		dec := json.NewDecoder(bytes.NewReader(data))
		dec.UseNumber()
		if err := dec.Decode(&want); err != nil {
			t.Fatalf("took what encoding/json refuses: %v", err)
		}
		same(t, v, want)
	})
}

func same(t *testing.T, v Value, want any) {
	t.Helper()
	switch w := want.(type) {
	case nil:
		if v.Kind != Null {
			t.Errorf("%v, want null", v.Kind)
		}
	case bool:
		if v.Kind != Bool || v.Text != strconv.FormatBool(w) {
			t.Errorf("%v %q, want %v", v.Kind, v.Text, w)
		}
	case json.Number:
		if v.Kind != Number || v.Text != w.String() {
			t.Errorf("%v %q, want %v", v.Kind, v.Text, w)
		}
	case string:
		if v.Kind != String || v.Text != w {
			t.Errorf("%v %q, want %q", v.Kind, v.Text, w)
		}
	case []any:
		if v.Kind != Array {
			t.Errorf("%v, want an array", v.Kind)
		}
	case map[string]any:
		if v.Kind != Object || len(v.Members) != len(w) {
			t.Fatalf("%v of %d, want an object of %d", v.Kind, len(v.Members), len(w))
		}
		for _, m := range v.Members {
			inner, ok := w[m.Name]
			if !ok {
				t.Fatalf("member %q is not there", m.Name)
			}
			same(t, m.Value, inner)
		}
	}
}
