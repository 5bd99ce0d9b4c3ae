package main

import (
	"fmt"
	"slices"
	"strings"

	"qingting/privacy"
	"qingting/privacy/rule"
	"qingting/privacy/subject"
	"qingting/privacy/vault"
	"qingting/privacy/vault/unseal"
)

// own knows which values are the person's: what they gave, and the customer
// fields of records whose customer they are. The rest is other people's and
// stays masked.
type own map[subject.Identifier]bool

func newOwn(given []subject.Identifier) own {
	o := make(own)
	for _, id := range subject.Join(given) {
		o[id] = true
	}
	return o
}

func identifierOf(v vault.Value) subject.Identifier {
	value := v.Canonical
	if value == "" {
		value = v.Plain
	}
	return subject.Identifier{Type: rule.Type(v.Type), Value: privacy.Canonical(rule.Type(v.Type), value)}
}

// has reports whether a value is the person's.
func (o own) has(v vault.Value) bool { return o[identifierOf(v)] }

const customerField = "customer."

// customer reports whether the person is the customer of a record: a customer
// field that is no name or address says so.
func (o own) customer(r opened) bool {
	return slices.ContainsFunc(r.parts, func(p vault.Record) bool {
		return slices.ContainsFunc(p.Values, func(v vault.Value) bool {
			return strings.HasPrefix(v.Field, customerField) && !subject.Shared(rule.Type(v.Type)) && o.has(v)
		})
	})
}

// learn adds the customer fields of the person's own records.
func (o own) learn(r opened) {
	if !o.customer(r) {
		return
	}
	for _, p := range r.parts {
		for _, v := range p.Values {
			if strings.HasPrefix(v.Field, customerField) {
				for _, id := range subject.Join([]subject.Identifier{identifierOf(v)}) {
					o[id] = true
				}
			}
		}
	}
}

// maskRune begins a plane of private characters: one stands for each value that
// stays masked while the text is put together, as often as the value has
// characters, so that the places of the other values stay right.
const maskRune = 0xF0000

// restore puts the person's own values back into a field; the others stay as
// they are in the document. Additions were made to a text in which the base was
// taken out already: they are undone first.
func (o own) restore(redacted, field string, parts []vault.Record) (string, error) {
	text := redacted
	var masks []string
	for _, part := range slices.Backward(parts) {
		runes := []rune(text)
		stage := vault.Record{ID: part.ID, Values: slices.Clone(part.Values)}
		for i := range stage.Values {
			v := &stage.Values[i]
			if v.Field != field || o.has(*v) {
				continue
			}
			if v.Start > v.End || v.End > len(runes) || len(masks) > 0xFFFD {
				return "", fmt.Errorf("value %s of the record does not fit its document", v)
			}
			mask := string(rune(maskRune + len(masks)))
			masks = append(masks, string(runes[v.Start:v.End]))
			v.Plain = strings.Repeat(mask, max(1, len([]rune(v.Plain))))
		}
		var err error
		if text, err = unseal.Restore(text, field, stage); err != nil {
			return "", err
		}
		field = unseal.NameBefore(field, part)
	}
	var out strings.Builder
	var last rune
	for _, c := range text {
		if i := int(c) - maskRune; i >= 0 && i < len(masks) {
			if c != last {
				out.WriteString(masks[i])
			}
		} else {
			out.WriteRune(c)
		}
		last = c
	}
	return out.String(), nil
}
