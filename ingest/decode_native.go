package ingest

import (
	"fmt"
	"slices"
)

// allowed are the JSON types a field of the contract takes. An id may be a
// number, since many systems number their tickets, and is kept as its digits.
func allowed(field string) []kind {
	switch field {
	case "id":
		return []kind{kindString, kindNumber}
	case "time":
		return []kind{kindString, kindNumber}
	case "rating":
		return []kind{kindNumber}
	case "text", "source", "channel", "region", "product":
		return []kind{kindString}
	case "customer", "attributes":
		return []kind{kindObject}
	default:
		return nil
	}
}

func (v value) has(name string) bool {
	return slices.ContainsFunc(v.members, func(m member) bool { return m.name == name })
}

// native sets the fields of a native document. A field the contract does not
// know becomes an attribute, so that a publisher never loses data in silence;
// one that cannot, an object or an array, is refused. Null is the same as
// absent.
func (m *message) native(doc value) *Refusal {
	for i, f := range doc.members {
		if f.value.kind == kindNull {
			continue
		}
		kinds := allowed(f.name)
		switch {
		case kinds == nil:
			if r := m.unknown(i, f); r != nil {
				return r
			}
		case !slices.Contains(kinds, f.value.kind):
			return &Refusal{ReasonInvalid, fmt.Sprintf("%s is %s", f.name, f.value.kind)}
		case f.value.kind == kindObject:
			if r := m.pairs(f.name, f.value); r != nil {
				return r
			}
		default:
			if r := m.draft.set(f.name, f.value.text); r != nil {
				return r
			}
		}
	}
	return nil
}

func (m *message) unknown(i int, f member) *Refusal {
	text, ok := f.value.scalar()
	if !ok {
		return &Refusal{ReasonInvalid, fmt.Sprintf("field %d is unknown and %s: put plain values into attributes", i+1, f.value.kind)}
	}
	return m.draft.set("attributes."+f.name, text)
}

// pairs sets the members of customer or attributes.
func (m *message) pairs(group string, v value) *Refusal {
	for i, f := range v.members {
		if f.value.kind == kindNull {
			continue
		}
		text, ok := f.value.scalar()
		if !ok {
			return &Refusal{ReasonInvalid, fmt.Sprintf("%s value %d is %s: put plain values there", group, i+1, f.value.kind)}
		}
		if r := m.draft.set(group+"."+f.name, text); r != nil {
			return r
		}
	}
	return nil
}
