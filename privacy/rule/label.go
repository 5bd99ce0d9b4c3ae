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

// Labels returns the words that stand for t in a placeholder, Chinese and
// English; both are empty when t is not one of [Types].
func Labels(t Type) (zh, en string) {
	for _, l := range placeholder.Labels() {
		if l.Type == string(t) {
			return l.ZH, l.Type
		}
	}
	return "", ""
}

// Valid reports whether t is one of [Types].
func (t Type) Valid() bool {
	_, en := Labels(t)
	return en != ""
}
