package ingest

import (
	"fmt"
	"slices"

	"qingting/internal/strictjson"
)

// allowed are the JSON types a field of the contract takes. An id may be a
// number, since many systems number their tickets, and is kept as its digits.
func allowed(field string) []strictjson.Kind {
	switch field {
	case "id", "time":
		return []strictjson.Kind{strictjson.String, strictjson.Number}
	case "rating":
		return []strictjson.Kind{strictjson.Number}
	case "text", "source", "channel", "region", "product":
		return []strictjson.Kind{strictjson.String}
	case "customer", "attributes":
		return []strictjson.Kind{strictjson.Object}
	default:
		return nil
	}
}

// native sets the fields of a native document. A field the contract does not
// know becomes an attribute, so that a publisher never loses data in silence;
// one that cannot, an object or an array, is refused. Null is the same as
// absent.
func (m *message) native(doc strictjson.Value) *Refusal {
	for i, f := range doc.Members {
		if f.Value.Kind == strictjson.Null {
			continue
		}
		kinds := allowed(f.Name)
		switch {
		case kinds == nil:
			if r := m.unknown(i, f); r != nil {
				return r
			}
		case !slices.Contains(kinds, f.Value.Kind):
			return &Refusal{ReasonInvalid, fmt.Sprintf("%s is %s", f.Name, f.Value.Kind)}
		case f.Value.Kind == strictjson.Object:
			if r := m.pairs(f.Name, f.Value); r != nil {
				return r
			}
		default:
			if r := m.draft.set(f.Name, f.Value.Text); r != nil {
				return r
			}
		}
	}
	return nil
}

func (m *message) unknown(i int, f strictjson.Member) *Refusal {
	text, ok := f.Value.Scalar()
	if !ok {
		return &Refusal{ReasonInvalid, fmt.Sprintf("field %d is unknown and %s: put plain values into attributes", i+1, f.Value.Kind)}
	}
	return m.draft.set("attributes."+f.Name, text)
}

// pairs sets the members of customer or attributes.
func (m *message) pairs(group string, v strictjson.Value) *Refusal {
	for i, f := range v.Members {
		if f.Value.Kind == strictjson.Null {
			continue
		}
		text, ok := f.Value.Scalar()
		if !ok {
			return &Refusal{ReasonInvalid, fmt.Sprintf("%s value %d is %s: put plain values there", group, i+1, f.Value.Kind)}
		}
		if r := m.draft.set(group+"."+f.Name, text); r != nil {
			return r
		}
	}
	return nil
}
