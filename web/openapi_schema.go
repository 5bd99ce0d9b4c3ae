package web

import (
	"encoding"
	"encoding/json"
	"path"
	"reflect"
	"regexp"
	"strings"
	"time"

	"qingting/textmining/statistics"
)

// schemas makes JSON schemas (2020-12, as OpenAPI 3.1 has them) of Go types as
// encoding/json writes them; those of structs are referred to by name.
type schemas map[string]any

var (
	timeType       = reflect.TypeFor[time.Time]()
	countType      = reflect.TypeFor[statistics.Count]()
	rawType        = reflect.TypeFor[json.RawMessage]()
	marshaler      = reflect.TypeFor[json.Marshaler]()
	textMarshaler  = reflect.TypeFor[encoding.TextMarshaler]()
	notInReference = regexp.MustCompile(`[^A-Za-z0-9._-]+`)
)

type object = map[string]any

// of is the schema of a type; nothing is known of what writes its own JSON.
func (s schemas) of(t reflect.Type) object {
	switch {
	case t == timeType:
		return object{"type": "string", "format": "date-time"}
	case t == countType:
		return object{"type": []string{"integer", "string"}, "description": "A count, or such as \"<5\" when it rests on too few customers."}
	case t == rawType:
		return object{}
	case t.Kind() == reflect.Pointer:
		return object{"anyOf": []any{s.of(t.Elem()), object{"type": "null"}}}
	case t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler):
		return object{}
	case t.Implements(textMarshaler):
		return object{"type": "string"}
	}
	switch t.Kind() {
	case reflect.Bool:
		return object{"type": "boolean"}
	case reflect.String:
		return object{"type": "string"}
	case reflect.Float32, reflect.Float64:
		return object{"type": "number"}
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64, reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return object{"type": "integer"}
	case reflect.Slice, reflect.Array:
		if t.Elem().Kind() == reflect.Uint8 {
			return object{"type": "string", "contentEncoding": "base64"}
		}
		return object{"type": []string{"array", "null"}, "items": s.of(t.Elem())}
	case reflect.Map:
		return object{"type": []string{"object", "null"}, "additionalProperties": s.of(t.Elem())}
	case reflect.Struct:
		return s.structOf(t)
	}
	return object{}
}

// structOf puts the schema of a struct among the named ones.
func (s schemas) structOf(t reflect.Type) object {
	if t.Name() == "" {
		return s.members(t)
	}
	name := notInReference.ReplaceAllString(path.Base(t.PkgPath())+"."+t.Name(), "_")
	if _, known := s[name]; !known {
		s[name] = nil // it may hold itself
		s[name] = s.members(t)
	}
	return object{"$ref": "#/components/schemas/" + name}
}

func (s schemas) members(t reflect.Type) object {
	properties, required := object{}, []string{}
	s.collect(t, properties, &required)
	out := object{"type": "object", "properties": properties}
	if len(required) > 0 {
		out["required"] = required
	}
	return out
}

// collect takes the members of a struct, and of those embedded in it.
func (s schemas) collect(t reflect.Type, properties object, required *[]string) {
	for f := range t.Fields() {
		name, options, _ := strings.Cut(f.Tag.Get("json"), ",")
		if name == "-" || !f.IsExported() && !f.Anonymous {
			continue
		}
		if f.Anonymous && name == "" {
			inner := f.Type
			if inner.Kind() == reflect.Pointer {
				inner = inner.Elem()
			}
			if inner.Kind() == reflect.Struct && !inner.Implements(marshaler) {
				s.collect(inner, properties, required)
				continue
			}
		}
		if name == "" {
			name = f.Name
		}
		properties[name] = s.of(f.Type)
		if !strings.Contains(options, "omitempty") && !strings.Contains(options, "omitzero") {
			*required = append(*required, name)
		}
	}
}
