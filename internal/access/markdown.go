package access

import (
	"fmt"
	"slices"
	"strings"
)

// Names lists roles for a reader.
func Names(roles []Role) string {
	names := make([]string, len(roles))
	for i, r := range roles {
		names[i] = string(r)
	}
	return strings.Join(names, ", ")
}

// RoleNames lists every role for a reader.
func RoleNames() string { return Names(Roles) }

// Markdown is the table of role and power, in Chinese and English, for the
// documentation: what is written there is what is enforced.
func Markdown() string {
	var b strings.Builder
	b.WriteString("| 权限 | power | subjects |")
	for _, r := range Roles {
		fmt.Fprintf(&b, " %s |", r)
	}
	b.WriteString("\n|---|---|---|" + strings.Repeat(":-:|", len(Roles)) + "\n")
	for _, row := range Table {
		fmt.Fprintf(&b, "| %s | %s | `%s` |", row.ZH, row.EN, strings.Join(row.Subjects, "` `"))
		for _, r := range Roles {
			if slices.Contains(row.Roles, r) {
				b.WriteString(" ✓ |")
			} else {
				b.WriteString("  |")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}
