package rule

import "qingting/privacy/placeholder"

// Types returns every type, in the order in which they are declared.
func Types() []Type {
	all := placeholder.Labels()
	types := make([]Type, len(all))
	for i, l := range all {
		types[i] = Type(l.Type)
	}
	return types
}

// CustomPrefix begins the types that a policy adds: CUSTOM_LOYALTY.
const CustomPrefix = placeholder.CustomPrefix

// Custom reports whether t is well formed as a type that a policy adds.
func (t Type) Custom() bool { return placeholder.Custom(string(t)) }

// Labels returns the words that stand for t in a placeholder, Chinese and
// English; a custom type stands for itself in both. Both are empty when t is
// neither custom nor one of [Types].
func Labels(t Type) (zh, en string) {
	if t.Custom() {
		return string(t), string(t)
	}
	for _, l := range placeholder.Labels() {
		if l.Type == string(t) {
			return l.ZH, l.Type
		}
	}
	return "", ""
}

// Valid reports whether t is one of [Types] or well formed as a custom one.
func (t Type) Valid() bool {
	_, en := Labels(t)
	return en != ""
}
