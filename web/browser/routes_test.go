package browser

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"qingting/internal/access"
)

// route is a GET pattern of the tables of package web, and the power it takes: one of
// package access, or public, anyone or signedIn.
type route struct{ path, power string }

// routes reads the tables as they are written, so that no page is left out because this
// server was configured without it.
func routes(t *testing.T) (list []route) {
	t.Helper()
	powers := constants(t, "../../internal/access")
	files, err := filepath.Glob("../*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		if strings.HasSuffix(file, "_test.go") {
			continue
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(parsed, func(n ast.Node) bool {
			lit, ok := n.(*ast.CompositeLit)
			if !ok {
				return true
			}
			if r, ok := endpoint(lit, powers); ok {
				list = append(list, r)
			}
			if len(lit.Elts) != 3 {
				return true
			}
			pattern, ok := lit.Elts[0].(*ast.BasicLit)
			if !ok || pattern.Kind != token.STRING {
				return true // made of a constant: the issuer's, and the static files
			}
			text, err := strconv.Unquote(pattern.Value)
			if err != nil || !strings.HasPrefix(text, "GET /") {
				return true
			}
			r := route{path: strings.TrimPrefix(text, "GET ")}
			r.power = powerOf(lit.Elts[1], powers)
			if r.power == "" {
				t.Fatalf("%s: the power of %s is not to be read", file, text)
			}
			list = append(list, r)
			return true
		})
	}
	if len(list) < 20 {
		t.Fatalf("only %d routes were found", len(list))
	}
	slices.SortFunc(list, func(a, b route) int { return strings.Compare(a.path, b.path) })
	return list
}

// powerOf is a power as it is written in a table.
func powerOf(written ast.Expr, powers map[string]string) string {
	switch p := written.(type) {
	case *ast.SelectorExpr:
		return powers[p.Sel.Name]
	case *ast.Ident:
		return p.Name
	}
	return ""
}

// endpoint is a line of the table of the HTTP API that is asked for by GET.
func endpoint(lit *ast.CompositeLit, powers map[string]string) (r route, ok bool) {
	for _, e := range lit.Elts {
		kv, keyed := e.(*ast.KeyValueExpr)
		if !keyed {
			return route{}, false
		}
		switch key, _ := kv.Key.(*ast.Ident); {
		case key == nil:
			return route{}, false
		case key.Name == "method":
			of, _ := kv.Value.(*ast.Ident)
			ok = of != nil && of.Name == "get"
		case key.Name == "path":
			if text, is := kv.Value.(*ast.BasicLit); is {
				r.path, _ = strconv.Unquote(text.Value)
			}
		case key.Name == "power":
			r.power = powerOf(kv.Value, powers)
		}
	}
	return r, ok && r.path != "" && r.power != ""
}

// constants are the string constants of a package, by name.
func constants(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := make(map[string]string)
	files, err := filepath.Glob(dir + "/*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		for _, d := range parsed.Decls {
			decl, ok := d.(*ast.GenDecl)
			if !ok || decl.Tok != token.CONST {
				continue
			}
			for _, s := range decl.Specs {
				for i, v := range s.(*ast.ValueSpec).Values {
					if lit, ok := v.(*ast.BasicLit); ok && lit.Kind == token.STRING {
						found[s.(*ast.ValueSpec).Names[i].Name], _ = strconv.Unquote(lit.Value)
					}
				}
			}
		}
	}
	return found
}

// may says that a role has the power of a route.
func (r route) may(role string) bool {
	switch r.power {
	case "public", "anyone":
		return true
	case "signedIn":
		return role != nobody
	}
	return slices.Contains(access.RolesOf(access.Power(r.power)), access.Role(role))
}

// visitor is a role that may see the route, and signs in for it.
func (r route) visitor() string {
	for _, role := range roles {
		if r.may(role) {
			return role
		}
	}
	return nobody
}

// matches says that a path is one of the route.
func (r route) matches(path string) bool {
	pattern := regexp.MustCompile(`\\\{[a-z]+\\\}`).ReplaceAllString(regexp.QuoteMeta(r.path), `[^/]+`)
	return regexp.MustCompile("^" + pattern + "$").MatchString(path)
}

// aRecord stands in examples for a document that is there.
const aRecord = "RECORD"

// example is a request that a pattern answers. What is asked for may be found on
// another page.
type example struct {
	path string // with its query
	on   string // the page where the first link of the pattern stands, in the place of path
	file bool   // it is no page: HTTP alone asks for it
	want int    // status for who may; 0 is 200
	same bool   // the page differs by nothing but who looks at it: one role is enough
}

// examples has every GET pattern of package web.
var examples = map[string]example{
	"/{$}":                              {path: "/"},
	"/search":                           {path: "/search?q=%E6%89%A3%E8%B4%B9&sort=newest"},
	"/theme/{id}":                       {on: "/"},
	"/charts/theme/{id}/{file}":         {on: "/theme/{id}", file: true},
	"/compare":                          {path: "/compare"},
	"/charts/compare/{file}":            {on: "/compare", file: true},
	"/actions":                          {path: "/actions"},
	"/actions/{id}":                     {on: "/actions"},
	"/charts/actions/{id}/{file}":       {on: "/actions/{id}", file: true},
	"/documents/{record}":               {path: "/documents/RECORD"},
	"/taxonomy":                         {path: "/taxonomy"},
	"/taxonomy/new":                     {path: "/taxonomy/new"},
	"/taxonomy/{id}":                    {on: "/taxonomy"},
	"/taxonomy/relabel/{run}":           {path: "/taxonomy/relabel/none", want: 404, same: true},
	"/charts/overview/{file}":           {on: "/", file: true},
	"/account":                          {path: "/account"},
	"/account/codes":                    {path: "/account/codes", same: true},
	"/sign-in":                          {path: "/sign-in", same: true},
	"/sign-in/code":                     {path: "/sign-in/code", same: true},
	"/sign-in/issuer":                   {path: "/sign-in/issuer", file: true, want: 404}, // this server has none
	"/link":                             {path: "/link?token=none", want: 410, same: true},
	"/api":                              {path: "/api"},
	"/api/v1/report":                    {path: "/api/v1/report", file: true},
	"/api/v1/search":                    {path: "/api/v1/search?q=x", file: true},
	"/api/v1/suggest":                   {path: "/api/v1/suggest?q=%E6%89%A3", file: true},
	"/api/v1/similar":                   {path: "/api/v1/similar?record=RECORD", file: true},
	"/api/v1/significant":               {path: "/api/v1/significant?q=%E6%89%A3%E8%B4%B9", file: true},
	"/api/v1/documents/{record}":        {path: "/api/v1/documents/RECORD", file: true},
	"/api/v1/themes":                    {path: "/api/v1/themes", file: true},
	"/api/v1/trends":                    {path: "/api/v1/trends", file: true},
	"/api/v1/drivers":                   {path: "/api/v1/drivers", file: true},
	"/api/v1/interventions":             {path: "/api/v1/interventions", file: true},
	"/api/v1/assessment":                {path: "/api/v1/assessment?date=2026-03-10&theme=hotline-wait", file: true},
	"/api/v1/discover":                  {path: "/api/v1/discover", file: true},
	"/api/v1/saved":                     {path: "/api/v1/saved", file: true},
	"/api/v1/saved/{id}/matches":        {path: "/api/v1/saved/none/matches", file: true, want: 404},
	"/api/v1/taxonomy":                  {path: "/api/v1/taxonomy", file: true},
	"/api/v1/taxonomy/relabel/{run}":    {path: "/api/v1/taxonomy/relabel/none", file: true, want: 404},
	"/api/v1/desk/ledger":               {path: "/api/v1/desk/ledger?action=user", file: true},
	"/api/v1/desk/ledger/state":         {path: "/api/v1/desk/ledger/state", file: true},
	"/api/v1/desk/ledger/{entry}":       {path: "/api/v1/desk/ledger/1", file: true},
	"/api/v1/desk/ledger/{entry}/proof": {path: "/api/v1/desk/ledger/1/proof", file: true},
	"/api/v1/desk/requests":             {path: "/api/v1/desk/requests", file: true},
	"/api/v1/desk/approvals":            {path: "/api/v1/desk/approvals", file: true},
	"/api/v1/desk/sources":              {path: "/api/v1/desk/sources", file: true},
	"/api/v1/desk/keys":                 {path: "/api/v1/desk/keys", file: true},
	"/api/v1/desk/policies":             {path: "/api/v1/desk/policies", file: true},
	"/api/v1/desk/samples":              {path: "/api/v1/desk/samples", file: true},
	"/api/v1/desk/samples/{sample}":     {path: "/api/v1/desk/samples/none", file: true, want: 404},
	"/api/v1/desk/samples/{sample}/documents/{record}": {path: "/api/v1/desk/samples/none/documents/none", file: true, want: 404},
	"/api/v1/desk/samples/{sample}/report":             {path: "/api/v1/desk/samples/none/report", file: true, want: 404},
	"/api/v1/alerts":                                   {path: "/api/v1/alerts", file: true},
	"/api/v1/operations":                               {path: "/api/v1/operations", file: true},
	"/api/v1/health":                                   {path: "/api/v1/health", file: true},
	"/api/v1/openapi.json":                             {path: "/api/v1/openapi.json", file: true},
	"/operations":                                      {path: "/operations"},
	"/metrics":                                         {path: "/metrics", file: true},
	"/readyz":                                          {path: "/readyz", file: true},
	"/desk":                                            {path: "/desk"},
	"/charts/desk/{file}":                              {on: "/desk", file: true},
	"/desk/ledger":                                     {path: "/desk/ledger"},
	"/desk/ledger/entries.jsonl":                       {path: "/desk/ledger/entries.jsonl", file: true},
	"/desk/ledger/{entry}":                             {on: "/desk/ledger"},
	"/desk/ledger/{entry}/proof":                       {on: "/desk/ledger/{entry}", file: true},
	"/desk/requests":                                   {path: "/desk/requests"},
	"/desk/approvals":                                  {path: "/desk/approvals"},
	"/desk/sources":                                    {path: "/desk/sources"},
	"/desk/keys":                                       {path: "/desk/keys"},
	"/desk/policy":                                     {path: "/desk/policy"},
	"/desk/review":                                     {path: "/desk/review"},
	"/desk/review/{sample}":                            {on: "/desk/review"},
	"/desk/review/{sample}/{record}":                   {on: "/desk/review/{sample}"},
	"/desk/report":                                     {path: "/desk/report"},
	"/alerts":                                          {path: "/alerts"},
	"/discover":                                        {path: "/discover"},
	"/export":                                          {path: "/export?q=%E6%89%A3%E8%B4%B9"},
	"/saved":                                           {path: "/saved"},
	"/saved/{id}":                                      {path: "/saved/none", want: 404, same: true},
	"/healthz":                                         {path: "/healthz", file: true},
	"/":                                                {path: "/none", want: 404, same: true},
}

// TestEveryPageHasAnExample: a page that is not visited here is not tested.
func TestEveryPageHasAnExample(t *testing.T) {
	seen := make(map[string]bool)
	for _, r := range routes(t) {
		seen[r.path] = true
		if _, ok := examples[r.path]; !ok {
			t.Errorf("examples has nothing for GET %s: add a URL that it answers", r.path)
		}
	}
	for path := range examples {
		if !seen[path] {
			t.Errorf("GET %s is no route any more", path)
		}
	}
}

// address is the path to ask for as the example of a route.
func (st *stage) address(all []route, r route) (string, error) {
	e := examples[r.path]
	b := st.people[r.visitor()]
	if strings.Contains(e.path, aRecord) {
		record, err := b.record()
		return strings.ReplaceAll(e.path, aRecord, record), err
	}
	if e.on == "" {
		return e.path, nil
	}
	on := e.on
	if strings.Contains(on, "{") {
		for _, other := range all {
			if other.path == e.on {
				var err error
				if on, err = st.address(all, other); err != nil {
					return "", err
				}
			}
		}
	}
	var found string
	var err error
	for end := time.Now().Add(5 * time.Second); ; time.Sleep(200 * time.Millisecond) {
		if _, _, err = b.open(on); err != nil {
			return "", err
		}
		found, err = b.linkTo(func(path string) bool { // of /taxonomy/{id}, /taxonomy/new is none
			return r.matches(path) && !slices.ContainsFunc(all, func(o route) bool { return o.path == path })
		})
		if err == nil || !strings.HasSuffix(r.path, "/proof") || time.Now().After(end) { // an entry is signed within a second
			break
		}
	}
	if err != nil {
		return "", fmt.Errorf("%s: %w to %s", e.on, err, r.path)
	}
	return found, nil
}

// withLang is a path in a language.
func withLang(path, lang string) string {
	if strings.Contains(path, "?") {
		return path + "&lang=" + lang
	}
	return path + "?lang=" + lang
}
