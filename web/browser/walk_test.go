package browser

import (
	"cmp"
	"flag"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"
)

var only = flag.String("only", "", "walk only the pages whose pattern begins so")

// screens are what every page is seen on.
var screens = []struct {
	width  int
	scheme string
}{{1280, "light"}, {390, "dark"}, {390, "light"}, {1280, "dark"}}

// TestWalk visits every page as everybody, in both languages.
func TestWalk(t *testing.T) {
	st := onStage(t)
	all := routes(t)
	paths := make(map[string]string)
	for _, r := range all {
		if _, known := examples[r.path]; !known || !strings.HasPrefix(r.path, *only) {
			continue // TestEveryPageHasAnExample fails
		}
		path, err := st.address(all, r)
		if err != nil {
			t.Error(err)
			continue
		}
		paths[r.path] = path
	}
	for _, role := range roles {
		t.Run("as "+cmp.Or(role, "nobody"), func(t *testing.T) {
			t.Parallel()
			began, visits := time.Now(), 0
			for _, r := range all {
				path, ok := paths[r.path]
				switch e := examples[r.path]; {
				case !ok:
				case e.file:
					st.fetch(t, r, e, role, path)
				default:
					visits += st.visit(t, r, e, role, path)
				}
			}
			t.Logf("%d visits in %s", visits, time.Since(began).Round(time.Millisecond))
		})
	}
}

// wanted is the status of a route for a role, and whether one is sent to sign in.
func wanted(r route, e example, role string) (status int, away bool) {
	switch {
	case !r.may(role) && role == nobody:
		return http.StatusOK, true
	case !r.may(role) && role != nobody && r.path == "/{$}": // they are led to where they begin
		return http.StatusOK, false
	case !r.may(role):
		return http.StatusForbidden, false
	case e.want != 0:
		return e.want, false
	}
	return http.StatusOK, false
}

// fetch asks for a file or a call of the API.
func (st *stage) fetch(t *testing.T, r route, e example, role, path string) {
	t.Helper()
	res, err := st.people[role].get(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	want, away := wanted(r, e, role)
	switch {
	case away && (strings.HasPrefix(path, "/api/") || path == "/metrics"): // programs are not led to a page
		want = http.StatusUnauthorized
	case away:
		want = http.StatusSeeOther
	}
	if res.StatusCode != want {
		t.Errorf("%s as %q: status %d, want %d", path, role, res.StatusCode, want)
	}
	if res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%s as %q: a browser may guess what it is", path, role)
	}
}

// visit looks at a page as somebody on every screen, in both languages, with and
// without scripts. It returns how often the page was asked for.
func (st *stage) visit(t *testing.T, r route, e example, role, path string) (visits int) {
	t.Helper()
	b := st.people[role]
	want, away := wanted(r, e, role)
	full := role == r.visitor()
	for _, lang := range []string{"zh", "en"} {
		for _, scripts := range []bool{true, false} {
			if full && lang == "en" && !scripts || !full && scripts != (lang == "zh") || !full && lang == "en" && (e.same || !r.may(role)) {
				continue // the others have seen it so
			}
			fault := func(format string, args ...any) {
				t.Helper()
				how := []any{path, role, lang, scripts}
				t.Errorf("%s as %q in %s, scripts %v: "+format, append(how, args...)...)
			}
			if err := b.scripts(scripts); err != nil {
				fault("%v", err)
			}
			visits++
			status, faults, err := b.open(withLang(path, lang))
			if err != nil {
				fault("%v", err)
				continue
			}
			if status != want {
				fault("status %d, want %d", status, want)
			}
			if at, err := b.path(); err != nil || away != (at == "/sign-in" && !strings.HasPrefix(path, "/sign-in")) {
				fault("the browser is at %s (%v)", at, err)
			}
			for _, f := range faults {
				fault("%s", f)
			}
			looks := screens
			if !full || !scripts {
				looks = screens[:2]
			}
			said := make([]string, 0)
			for _, s := range looks {
				if err := b.screen(s.width, s.scheme); err != nil {
					fault("%v", err)
				}
				wrong, err := b.look(lang, s.width)
				if err != nil {
					fault("%v", err)
				}
				for _, w := range wrong {
					if !slices.Contains(said, w) {
						fault("%d px, %s: %s", s.width, s.scheme, w)
						said = append(said, w)
					}
				}
			}
			if full && scripts { // whoever counts what was reached is a script
				st.keyboard(b, fault)
			}
			if err := b.screen(1280, "light"); err != nil {
				fault("%v", err)
			}
		}
		if err := b.scripts(true); err != nil {
			t.Error(err)
		}
	}
	return visits
}

// keyboard looks at the page as who does not see it or has no mouse.
func (st *stage) keyboard(b *tab, fault func(string, ...any)) {
	wrong, err := b.nameless()
	if err != nil {
		fault("%v", err)
	}
	missed, err := b.tabThrough()
	if err != nil {
		fault("%v", err)
	}
	for _, w := range append(wrong, missed...) {
		fault("%s", w)
	}
}
