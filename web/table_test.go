package web

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"qingting/internal/access"
)

// openRoutes are the routes that take no power: what is written here was decided, and is not read
// from the table that it is held against.
var openRoutes = map[access.Power][]string{
	public: {"GET /api/v1/health", "GET /api/v1/openapi.json", "GET /healthz", "GET /readyz"},
	anyone: {
		"DELETE /api/", "GET /", "GET /api", "GET /api/", "GET /link", "GET /sign-in", "GET /sign-in/code", "GET /sign-in/issuer", "GET /sign-in/issuer/done", "OPTIONS /api/",
		"PATCH /api/", "POST /api/", "POST /link", "POST /sign-in", "POST /sign-in/code", "POST /sign-out", "PUT /api/",
	},
}

// Nothing is open but what was decided to be; nothing is changed by a power to read.
func TestWhatIsOpen(t *testing.T) {
	d, _ := newIssuer(t, nil)
	whole := wholeDoor(t)
	whole.server.cfg.Issuer = d.server.cfg.Issuer
	open := map[access.Power][]string{}
	reading := []access.Power{access.Search, access.Operate, access.Alerts}
	changing := 0
	for _, r := range whole.server.routes() {
		method, target, _ := strings.Cut(r.pattern, " ")
		switch {
		case strings.HasPrefix(target, "/static/") && r.power == public:
		case r.power == public || r.power == anyone:
			open[r.power] = append(open[r.power], r.pattern)
		case r.power == signedIn && !strings.HasPrefix(target, "/account"):
			t.Errorf("%s is for whoever is signed in", r.pattern)
		case method != http.MethodGet && r.pattern != "POST /api/v1/search":
			if changing++; slices.Contains(reading, r.power) {
				t.Errorf("%s changes something, and takes the power %q alone", r.pattern, r.power)
			}
		}
	}
	for power, want := range openRoutes {
		slices.Sort(open[power])
		if !slices.Equal(open[power], want) {
			t.Errorf("power %q:\n%q\nwant\n%q", power, open[power], want)
		}
	}
	if changing < 30 {
		t.Errorf("%d routes change anything", changing)
	}
}
