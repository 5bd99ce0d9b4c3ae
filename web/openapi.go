package web

import (
	"net/http"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"qingting/internal/access"
)

// pathParam is a wildcard of a path.
var pathParam = regexp.MustCompile(`\{([a-z]+)\}`)

// spec is the description of the HTTP API in the form of OpenAPI 3.1, made of the table
// that is enforced.
func (s *server) spec(lang language) object {
	named := schemas{}
	problems := named.of(reflect.TypeFor[problem]())
	failures := failuresIn(problems, lang)
	tags := []any{}
	for _, g := range apiGroups {
		tags = append(tags, object{"name": g.name.in(lang)})
	}
	paths := object{}
	for _, e := range s.endpoints() {
		item, ok := paths[e.path].(object)
		if !ok {
			item = object{}
			paths[e.path] = item
		}
		item[strings.ToLower(e.method)] = e.operation(named, lang)
	}
	return object{
		"openapi": "3.1.0",
		"info": object{
			"title": "Qingting", "version": "1",
			"description": say{
				"脱敏客户反馈的检索与统计。这里没有任何个人信息；不足 5 位客户的数量不显示。",
				"Search and statistics of redacted customer feedback. There is no personal data here; counts of fewer than 5 customers are withheld.",
			}.in(lang),
		},
		"tags": tags, "paths": paths,
		"components": object{
			"schemas": named, "responses": failures,
			"securitySchemes": object{"token": object{"type": "http", "scheme": "bearer"}, "session": object{"type": "apiKey", "in": "cookie", "name": cookieSession}},
		},
	}
}

// operation is one endpoint.
func (e endpoint) operation(named schemas, lang language) object {
	status := e.status
	if status == 0 {
		status = http.StatusOK
	}
	parameters := []any{}
	for _, m := range pathParam.FindAllStringSubmatch(e.path, -1) {
		parameters = append(parameters, object{"name": m[1], "in": "path", "required": true, "description": pathAbout(e.path, m[1]).in(lang), "schema": object{"type": "string"}})
	}
	for _, p := range e.takes {
		parameters = append(parameters, p.described(lang))
	}
	answers := object{}
	for _, m := range e.files {
		answers[m.kind] = object{"schema": object{"type": "string"}}
	}
	if len(e.files) == 0 {
		answers["application/json"] = object{"schema": named.of(reflect.TypeOf(e.gives))}
	}
	success := object{"description": e.about.in(lang), "content": answers}
	responses := object{strconv.Itoa(status): success, "default": object{"$ref": failureRef("default")}}
	for _, status := range e.failures() {
		responses[strconv.Itoa(status)] = object{"$ref": failureRef(strconv.Itoa(status))}
	}
	if e.method == http.MethodGet && len(e.files) == 0 {
		parameters = append(parameters, object{
			"name": "If-None-Match", "in": "header", "schema": object{"type": "string"},
			"description": say{"以前得到的 ETag。", "An ETag that was had before."}.in(lang),
		})
		success["headers"] = object{"ETag": object{"schema": object{"type": "string"}}}
		responses["304"] = object{"description": say{"与 If-None-Match 所指的一样。", "It is what If-None-Match names."}.in(lang)}
	}
	op := object{"operationId": e.id(), "tags": []string{apiGroups[apiGroupOf(e.path)].name.in(lang)}, "summary": e.about.in(lang), "parameters": parameters, "responses": responses}
	if len(e.body) > 0 {
		content := object{}
		for _, m := range e.body {
			schema := object{"type": "string"}
			if m.of != nil {
				schema = named.of(reflect.TypeOf(m.of))
			}
			content[m.kind] = object{"schema": schema}
			if m.of != nil && !reflect.ValueOf(m.of).IsZero() {
				content[m.kind] = object{"schema": schema, "example": m.of}
			}
		}
		op["requestBody"] = object{"required": true, "content": content}
	}
	if e.power != public {
		op["security"] = []any{object{"token": []any{}}, object{"session": []any{}}}
		op["x-power"] = string(e.power)
		op["x-roles"] = access.RolesOf(e.power)
	}
	return op
}

// id is a name for programs: get_api_v1_saved.
func (e endpoint) id() string {
	name := strings.ToLower(e.method) + strings.TrimPrefix(e.path, "/api/v1")
	return strings.Trim(notInReference.ReplaceAllString(strings.NewReplacer("/", "_", ".", "_").Replace(name), ""), "_")
}

func (p param) described(lang language) object {
	schema := object{"type": "string"}
	switch p.typ {
	case whole:
		schema = object{"type": "integer", "minimum": p.least, "maximum": p.most}
	case day:
		schema["format"] = "date"
	case choose:
		schema["enum"] = p.choices
	case words:
		if p.most > 0 {
			schema["maxLength"] = p.most
		}
	}
	out := object{"name": p.name, "in": "query", "description": p.about.in(lang), "schema": schema}
	if p.many {
		out["schema"], out["style"], out["explode"] = object{"type": "array", "items": schema}, "form", true
	}
	if p.needed {
		out["required"] = true
	}
	return out
}

func (s *server) apiSpec(r *http.Request) (any, error) { return s.spec(languageOf(r, english)), nil }

// values says which values a parameter takes.
func (p param) values(lang language) (text string) {
	switch p.typ {
	case whole:
		text = strconv.Itoa(p.least) + "–" + strconv.Itoa(p.most)
	case day:
		text = "2026-01-31"
	case choose:
		text = strings.Join(p.choices, " | ")
	case words:
		text = say{"文本", "text"}.in(lang)
	}
	if p.many {
		text += say{"，可重复", ", repeatable"}.in(lang)
	}
	return text
}
