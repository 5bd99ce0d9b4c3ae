package access

import (
	"fmt"
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
		subjects := "`" + strings.Join(row.Subjects, "` `") + "`"
		if len(row.Subjects) == 0 {
			subjects = "网页 pages, HTTP"
		}
		if len(heard[row.Power]) > 0 {
			subjects += " · 订阅 subscribe: `" + strings.Join(heard[row.Power], "` `") + "`"
		}
		fmt.Fprintf(&b, "| %s | %s | %s |", row.ZH, row.EN, subjects)
		for _, r := range Roles {
			if row.Open([]Role{r}) {
				b.WriteString(" ✓ |")
			} else {
				b.WriteString("  |")
			}
		}
		b.WriteString("\n")
	}
	return b.String()
}

// Permissions is a user of each role for the configuration of a NATS server, as
// the operator's guide has them: U…ROLE stands for the public nkey.
func Permissions() string {
	var b strings.Builder
	quoted := func(subjects []string) string { return `"` + strings.Join(subjects, `", "`) + `"` }
	for _, r := range Roles {
		key := "U…" + strings.ToUpper(string(r))
		allow, deny := Subjects([]Role{r})
		inboxes := []string{userInbox + "." + key + ".>"}
		if r == Publisher {
			inboxes = append([]string{publisherInbox}, inboxes...)
		}
		inboxes = append(inboxes, Hears([]Role{r})...)
		fmt.Fprintf(&b, "    { nkey: %s, permissions: {\n        publish: {\n", key)
		if len(allow) > 0 {
			fmt.Fprintf(&b, "          allow: [ %s ]\n", quoted(allow))
		}
		if len(deny) > 0 {
			fmt.Fprintf(&b, "          deny: [ %s ]\n", quoted(deny))
		}
		fmt.Fprintf(&b, "        }\n        subscribe: { allow: [ %s ] }\n    } }\n", quoted(inboxes))
	}
	return b.String()
}
