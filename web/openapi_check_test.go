package web

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

// schemaCheck holds JSON values against the schemas of a document: the part of JSON
// Schema 2020-12 that the document is written in. Objects may have no members but those
// named, so that what is answered is described in full.
type schemaCheck struct {
	named  map[string]any
	errors []string
}

func (c *schemaCheck) wrong(at, format string, args ...any) {
	c.errors = append(c.errors, at+": "+fmt.Sprintf(format, args...))
}

func (c *schemaCheck) value(at string, schema map[string]any, v any) {
	for key := range schema {
		if !slices.Contains(strings.Fields("$ref type format description properties required additionalProperties items anyOf enum minimum maximum maxLength contentEncoding example"), key) {
			c.wrong(at, "the keyword %q is not checked", key)
		}
	}
	if ref, ok := schema["$ref"].(string); ok {
		found, ok := c.named[strings.TrimPrefix(ref, "#/components/schemas/")].(map[string]any)
		if !ok {
			c.wrong(at, "%s leads nowhere", ref)
			return
		}
		c.value(at, found, v)
		return
	}
	if several, ok := schema["anyOf"].([]any); ok {
		for _, one := range several {
			try := &schemaCheck{named: c.named}
			if try.value(at, one.(map[string]any), v); len(try.errors) == 0 {
				return
			}
		}
		c.wrong(at, "is none of anyOf")
		return
	}
	types, _ := schema["type"].([]any)
	if t, ok := schema["type"].(string); ok {
		types = []any{t}
	}
	if len(types) > 0 && !slices.ContainsFunc(types, func(t any) bool { return isA(t.(string), v) }) {
		c.wrong(at, "is %T, want %v", v, types)
		return
	}
	if list, ok := schema["enum"].([]any); ok && !slices.Contains(list, v) {
		c.wrong(at, "is not of %v", list)
	}
	switch v := v.(type) {
	case string:
		if schema["format"] == "date-time" {
			if _, err := time.Parse(time.RFC3339Nano, v); err != nil {
				c.wrong(at, "is no time")
			}
		}
	case []any:
		if items, ok := schema["items"].(map[string]any); ok {
			for i, one := range v {
				c.value(fmt.Sprintf("%s[%d]", at, i), items, one)
			}
		}
	case map[string]any:
		c.object(at, schema, v)
	}
}

func (c *schemaCheck) object(at string, schema, v map[string]any) {
	properties, _ := schema["properties"].(map[string]any)
	more, _ := schema["additionalProperties"].(map[string]any)
	required, _ := schema["required"].([]any)
	for _, name := range required {
		if _, ok := v[name.(string)]; !ok {
			c.wrong(at, "lacks %q", name)
		}
	}
	for name, one := range v {
		member, ok := properties[name].(map[string]any)
		if !ok {
			member = more
		}
		if member == nil && properties != nil {
			c.wrong(at, "has a member %q that is not described", name)
			continue
		}
		c.value(at+"."+name, member, one)
	}
}

func isA(typ string, v any) bool {
	switch v := v.(type) {
	case nil:
		return typ == "null"
	case bool:
		return typ == "boolean"
	case string:
		return typ == "string"
	case float64:
		return typ == "number" || typ == "integer" && v == float64(int64(v))
	case []any:
		return typ == "array"
	}
	return typ == "object"
}

// specOf is the document that a site answers.
func specOf(t *testing.T, get func(target string) *page) map[string]any {
	t.Helper()
	p := get("/api/v1/openapi.json")
	var spec map[string]any
	if err := json.Unmarshal([]byte(p.body), &spec); err != nil || p.status != 200 {
		t.Fatalf("status %d: %v", p.status, err)
	}
	return spec
}

// dig follows names into nested objects.
func dig(v any, names ...string) any {
	for _, name := range names {
		m, _ := v.(map[string]any)
		v = m[name]
	}
	return v
}

// follows holds an answer against what the document says of it.
func follows(t *testing.T, spec map[string]any, method, path string, p *page) {
	t.Helper()
	op, _ := dig(spec, "paths", path, strings.ToLower(method)).(map[string]any)
	response := dig(op, "responses", fmt.Sprint(p.status))
	kind := "application/json"
	if p.status >= 400 {
		kind = "application/problem+json"
		ref, _ := dig(response, "$ref").(string)
		response = dig(spec, "components", "responses", strings.TrimPrefix(ref, "#/components/responses/"))
	}
	if files, _ := dig(response, "content").(map[string]any); p.status < 300 && files[kind] == nil && len(files) > 0 {
		if got := p.header.Get("Content-Type"); files[got] == nil {
			t.Errorf("%s %s: Content-Type %s is not described", method, path, got)
		}
		return // a file
	}
	schema, ok := dig(response, "content", kind, "schema").(map[string]any)
	if !ok {
		t.Errorf("%s %s: an answer of status %d is not described", method, path, p.status)
		return
	}
	if got := p.header.Get("Content-Type"); got != kind {
		t.Errorf("%s %s: Content-Type %s, want %s", method, path, got, kind)
	}
	var v any
	if err := json.Unmarshal([]byte(p.body), &v); err != nil {
		t.Errorf("%s %s: %v", method, path, err)
		return
	}
	named, _ := dig(spec, "components", "schemas").(map[string]any)
	check := &schemaCheck{named: named}
	check.value("answer", schema, v)
	for _, e := range check.errors[:min(5, len(check.errors))] {
		t.Errorf("%s %s: %s", method, path, e)
	}
}
