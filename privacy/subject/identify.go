package subject

import (
	"slices"

	"qingting/privacy"
	"qingting/privacy/rule"
)

// Identifies reports whether a value of type t can tell who somebody is. A date
// of birth, a position and a password do not, alone; everything else does,
// the types a policy adds among them.
func Identifies(t rule.Type) bool {
	switch t {
	case rule.DOB, rule.GPS, rule.Credential:
		return false
	}
	return true
}

// Shared reports whether several people often have the same value of type t: a
// name, a household's address or connection. What is found by such a value
// alone may be somebody else's.
func Shared(t rule.Type) bool {
	switch t {
	case rule.PersonName, rule.Address, rule.IP, rule.USCC:
		return true
	}
	return false
}

// Identifier is a value of a known type: personal data.
type Identifier struct {
	Type  rule.Type `json:"type"`
	Value string    `json:"value"` // canonical, or in any spelling
}

// String says what type it is, never the value.
func (i Identifier) String() string { return string(i.Type) + " hidden" }

// GoString hides the value from %#v.
func (i Identifier) GoString() string { return i.String() }

// aliases are the types as which the same characters may have been found, or
// given by a publisher: many accounts are telephone numbers.
func aliases(t rule.Type) []rule.Type {
	switch t {
	case rule.Mobile:
		return []rule.Type{rule.Customer, rule.BroadbandAccount, rule.WeChat, rule.QQ, rule.Phone, rule.Landline}
	case rule.Phone, rule.Landline:
		return []rule.Type{rule.Customer, rule.BroadbandAccount, rule.Phone, rule.Landline}
	case rule.WeChat, rule.QQ:
		return []rule.Type{rule.Customer, rule.WeChat, rule.QQ}
	case rule.BroadbandAccount, rule.Customer:
		return []rule.Type{rule.Customer, rule.BroadbandAccount}
	case rule.Email:
		return []rule.Type{rule.Customer, rule.BroadbandAccount, rule.WeChat}
	}
	return []rule.Type{rule.Customer}
}

// Join adds to the identifiers of one person the same values as the other types
// they may have been taken for, canonical, each once.
func Join(given []Identifier) []Identifier {
	var all []Identifier
	add := func(t rule.Type, value string) {
		id := Identifier{t, privacy.Canonical(t, value)}
		if value != "" && !slices.Contains(all, id) {
			all = append(all, id)
		}
	}
	for _, id := range given {
		add(id.Type, id.Value)
	}
	for _, id := range given {
		if !Identifies(id.Type) {
			continue
		}
		for _, t := range aliases(id.Type) {
			add(t, privacy.Canonical(id.Type, id.Value))
		}
	}
	return all
}

// Set gathers the tokens of one document. It holds personal data, and hides it.
type Set struct {
	keys   Keys
	values func() *[]Identifier // a closure, which fmt cannot look into
}

// NewSet returns an empty Set.
func (k Keys) NewSet() *Set {
	var list []Identifier
	return &Set{keys: k, values: func() *[]Identifier { return &list }}
}

// Add adds the token of a value, when its type identifies and there is a key.
func (s *Set) Add(t rule.Type, value string) {
	if value == "" || !Identifies(t) || s.keys.IsZero() {
		return
	}
	id := Identifier{t, privacy.Canonical(t, value)}
	if list := s.values(); !slices.Contains(*list, id) {
		*list = append(*list, id)
	}
}

// Sorted returns the tokens under the newest key, each once; nil when there are
// none.
func (s *Set) Sorted() []string {
	var list []string
	for _, id := range *s.values() {
		list = append(list, s.keys.Token(id.Type, id.Value))
	}
	slices.Sort(list)
	return slices.Compact(list)
}

// All returns the tokens under every key.
func (s *Set) All() []string {
	var list []string
	for _, id := range *s.values() {
		list = append(list, s.keys.All(id.Type, id.Value)...)
	}
	return list
}
