package unseal

import (
	"fmt"
	"slices"
	"strings"

	"qingting/privacy/vault"
)

// Disclosed is one opened value in the open: printing it prints personal data.
type Disclosed struct {
	Type      string `json:"type"`
	Field     string `json:"field,omitempty"`
	Start     int    `json:"start"`
	End       int    `json:"end"`
	Value     string `json:"value"`
	Canonical string `json:"canonical,omitempty"`
}

// Disclose takes the values of an opened record out of their hiding, for an
// officer to read. The audit entry must be durable before.
func Disclose(r vault.Record) []Disclosed {
	out := make([]Disclosed, len(r.Values))
	for i, v := range r.Values {
		out[i] = Disclosed{Type: v.Type, Field: v.Field, Start: v.Start, End: v.End, Value: v.Plain, Canonical: v.Canonical}
	}
	return out
}

// Restore puts the values of one field back into its redacted form. Values
// of other fields are left alone; the field "" is the text.
func Restore(redacted, field string, r vault.Record) (string, error) {
	var values []vault.Value
	for _, v := range r.Values {
		if v.Field == field {
			values = append(values, v)
		}
	}
	// Stable: where a value was dropped, nothing of it is left, and the next may start there too.
	slices.SortStableFunc(values, func(a, b vault.Value) int { return a.Start - b.Start })
	runes := []rune(redacted)
	var out strings.Builder
	at := 0
	for _, v := range values {
		if v.Start < at || v.End > len(runes) {
			return "", fmt.Errorf("value %s of the record does not fit the redacted field: they are of different versions", v)
		}
		out.WriteString(string(runes[at:v.Start]))
		out.WriteString(v.Plain)
		at = v.End
	}
	out.WriteString(string(runes[at:]))
	return out.String(), nil
}
