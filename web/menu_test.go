package web

import (
	"strings"
	"testing"

	"qingting/internal/access"
)

// Nobody is led to a page that is not theirs, and the name of the site leads to one that is.
func TestMenu(t *testing.T) {
	menus := map[access.Role]string{
		access.Analyst: "/ /search /discover /alerts /compare /actions", access.Officer: "/ /search /discover /alerts /compare /actions /desk", access.Auditor: "/ /search /discover /alerts /compare /actions /desk",
		access.Approver: "/desk/approvals", access.Operator: "", access.Publisher: "",
	}
	for role, want := range menus {
		h := newSite(t, feedback(5), func(cfg *Config) {
			cfg.Desk, cfg.Visitor = (&inventedDesk{text: "x"}).desk(), &access.User{Name: "lin", Roles: []access.Role{role}}
		})
		for _, path := range []string{"/api", "/none"} { // a page for anybody, and none
			p := get(t, h, path+"?lang=en")
			head, _, _ := strings.Cut(p.body, "</header>")
			_, head, _ = strings.Cut(head, "<header>")
			var got []string
			for _, part := range strings.Split(head, "href=\"")[1:] {
				link, _, _ := strings.Cut(part, "?")
				got = append(got, link)
			}
			if len(got) < 2 || strings.Join(got[1:len(got)-1], " ") != want { // between the name of the site and the other language
				t.Errorf("%s on %s sees %q, want %q", role, path, got, want)
			}
		}
	}
}
