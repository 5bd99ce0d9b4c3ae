package unseal

import (
	"fmt"
	"strings"

	"qingting/privacy/vault"
)

// Fields of values in additions: see docs/formats/vault.md, "Additions".
const (
	attributeField = "attributes."
	nameField      = "names."
)

// RestoreParts is Restore for a document that values were taken out of later,
// too: parts are the base and then the additions, in the order in which the
// document names them, and are undone newest first. A record whose base held
// nothing, or is gone, has an empty vault.Record in its place. The field is
// named as it is in the document.
func RestoreParts(redacted, field string, parts []vault.Record) (string, error) {
	text := redacted
	for i := len(parts) - 1; i >= 0; i-- {
		var err error
		if text, err = Restore(text, field, parts[i]); err != nil {
			return "", fmt.Errorf("addition %d: %w", i, err)
		}
		field = NameBefore(field, parts[i])
	}
	return text, nil
}

// NameBefore is what a field was called before an addition renamed it.
func NameBefore(field string, r vault.Record) string {
	name, ok := strings.CutPrefix(field, attributeField)
	if !ok {
		return field
	}
	for _, v := range r.Values {
		if v.Field == nameField+name {
			return attributeField + v.Plain
		}
	}
	return field
}
