package browser

import (
	"context"
	"encoding/csv"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"
)

// hostile are texts that want to be more than text. What runs sets window.ran.
var hostile = []string{
	`<script>window.ran=1</script>`,
	`"><img src=x onerror="window.ran=1">`,
	`' onmouseover='window.ran=1' onfocus='window.ran=1' autofocus x='`,
	`</bdi></title></textarea></select></option></style><h1>large</h1><table>`,
	`<svg onload="window.ran=1"><script>window.ran=1</script></svg>`,
	`javascript:window.ran=1`, `//evil.example/x`, `{{.Data}}{{template "main" .}}${window.ran=1}`,
	`<!-- ]]> &lt;b&gt; &#x3c;script&#x3e; \x3cscript\x3e`,
	"\u202egnp.exe\u202c \u2066\u2067 \u200f\u061c",
	"Z" + strings.Repeat("\u0336\u034f\u0489\u0316", 60),
	strings.Repeat("长", 10_000), strings.Repeat("W", 10_000), strings.Repeat("https://x.example/", 300),
	`=HYPERLINK("http://evil.example","x")`, `@SUM(1+1)|cmd`, "+1+1", "-2+3",
	"a\tb\r\nc\u0001\u001b[31m\u2028\u2029\ufeff", `a&lang=en&q=<b>#x?y=/../..%2f%00`, "🙈🙉👩‍👩‍👧‍👦",
}

// writeHostile writes feedback that says such things wherever it can say something.
func writeHostile(path string) error {
	f, err := os.Create(path)
	if err != nil {
		return err
	}
	enc := json.NewEncoder(f)
	for i, evil := range hostile {
		for n := range 8 { // more customers than what is withheld
			short := string([]rune(evil)[:min(190, len([]rune(evil)))])
			err := enc.Encode(map[string]any{
				"id": fmt.Sprint(i, "-", n), "source": "crm", "text": "账单看不懂，乱扣费，打人工等了半天 " + evil, "channel": short, "region": short, "product": short,
				"time": time.Now().AddDate(0, 0, -1-(i+n)%20).Format(time.RFC3339), "rating": n % 5,
				"customer": map[string]string{"id": fmt.Sprintf("c-%d-%d", i, n), "name": short}, "attributes": map[string]string{"note": short},
			})
			if err != nil {
				return errors.Join(err, f.Close())
			}
		}
	}
	return f.Close()
}

// hostileTaxonomy is the built-in one, in which some names are hostile.
func hostileTaxonomy() ([]byte, error) {
	text, err := os.ReadFile("../../textmining/taxonomy/taxonomy.default.yaml")
	if err != nil {
		return nil, err
	}
	n := 0
	return regexp.MustCompile(`(?m)^(      name: ).*$`).ReplaceAllFunc(text, func(line []byte) []byte {
		if n++; n%7 != 0 {
			return line
		}
		name, _ := json.Marshal(hostile[n/7%7])
		return append([]byte("      name: "), name...)
	}), nil
}

// newHostileServer serves hostile feedback, taken in over NATS like any other, with
// hostile names of themes, actions and saved searches.
func (st *stage) newHostileServer(ctx context.Context, t *testing.T) *server {
	t.Helper()
	dir := t.TempDir()
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	input := filepath.Join(dir, "hostile.jsonl")
	must(writeHostile(input))
	s, err := newServer(ctx, st.binary, dir, "--input", input)
	must(err)
	t.Cleanup(func() {
		if err := s.stop(); err != nil {
			t.Errorf("the server stopped with %v; it said:\n%s", err, s.said)
		}
	})
	token := filepath.Join(dir, "analyst.token")
	_, err = s.run(ctx, append([]string{"users", "add", "lex", "--role", "analyst", "--out", token}, s.asOperator()...)...)
	must(err)
	asAnalyst := []string{"--nats", s.nats, "--token-file", token}
	names, err := hostileTaxonomy()
	must(err)
	file := filepath.Join(dir, "taxonomy.yaml")
	must(os.WriteFile(file, names, 0o600))
	_, err = s.run(ctx, append([]string{"themes", "apply", file, "--reason", "names of our own"}, asAnalyst...)...)
	must(err)
	for i, evil := range hostile {
		if len(evil) > 150 || strings.ContainsAny(evil, "\x01\r\n") || evil[0] == '-' {
			continue // refused as a title, or taken for a flag
		}
		day := time.Now().AddDate(0, 0, -5-i).Format(time.DateOnly)
		_, err = s.run(ctx, append([]string{"interventions", "add", evil, "--date", day, "--theme", "billing-opaque"}, asAnalyst...)...)
		must(err)
		_, err = s.run(ctx, append([]string{"saved", "add", evil, "扣费"}, asAnalyst...)...)
		must(err)
	}
	return s
}

// TestHostileTextIsText: whatever a customer, a publisher or a colleague writes is shown
// as text on every page: nothing runs, nothing is asked elsewhere, nothing bursts.
func TestHostileTextIsText(t *testing.T) {
	st := onStage(t)
	s := st.newHostileServer(t.Context(), t)
	hostileStage := &stage{browser: st.browser, people: make(map[string]*tab), main: s}
	for _, role := range []string{"analyst", "officer", "operator"} {
		var err error
		if hostileStage.people[role], err = hostileStage.enter(t.Context(), s, role); err != nil {
			t.Fatal(err)
		}
	}
	shown := false
	all := routes(t)
	files := make(map[string]string) // by the role who is shown them
	for _, r := range all {
		e, known := examples[r.path]
		role := r.visitor()
		b := hostileStage.people[role]
		if !known || e.file || b == nil || !strings.HasPrefix(r.path, *only) {
			continue
		}
		path, err := hostileStage.address(all, r)
		if errors.Is(err, errNotHere) {
			continue // nothing of the kind in this corpus
		}
		if err != nil {
			t.Fatal(err)
		}
		paths := []string{path}
		if r.path == "/{$}" || r.path == "/search" {
			for _, evil := range []int{0, 1, 9, 10, 14, 19} {
				paths = append(paths, r.visiblePath()+"?channel="+url.QueryEscape(hostile[evil])+"&region="+url.QueryEscape(hostile[evil]))
			}
			paths = append(paths, "/search?q="+url.QueryEscape(hostile[0]))
		}
		for _, path := range paths {
			for _, f := range hostileStage.endures(t, b, path) {
				files[f] = role
			}
			said, err := eval[string](b, "document.body.innerText")
			if err != nil {
				t.Fatal(err)
			}
			shown = shown || strings.Count(said, hostile[0]) > 1
		}
	}
	for f, role := range files {
		hostileStage.people[role].checkFile(t, f)
	}
	if *only == "" && (len(files) < 6 || !shown) {
		t.Errorf("%d files were offered, and what is hostile was shown: %v", len(files), shown)
	}
}

// visiblePath is the path of a pattern without variables.
func (r route) visiblePath() string { return strings.TrimSuffix(r.path, "{$}") }

// endures looks at a page with hostile text, and returns the files it offers.
func (st *stage) endures(t *testing.T, b *tab, path string) (files []string) {
	t.Helper()
	for i, lang := range []string{"zh", "en"} {
		status, faults, err := b.open(withLang(path, lang))
		if err != nil {
			t.Errorf("%.120s: %v", path, err)
			return files
		}
		if status >= 500 {
			t.Errorf("%.120s: status %d", path, status)
		}
		width := []int{390, 1280}[i]
		if err := b.screen(width, []string{"dark", "light"}[i]); err != nil {
			t.Fatal(err)
		}
		wrong, err := b.look(lang, width)
		if err != nil {
			t.Fatal(err)
		}
		if ran, err := eval[bool](b, `"ran" in window`); err != nil || ran {
			t.Errorf("%.120s: a text ran (%v)", path, err)
		}
		for _, f := range append(faults, wrong...) {
			if strings.HasPrefix(f, "no English") || strings.HasPrefix(f, "no Chinese") {
				continue // the names are of nobody's language
			}
			t.Errorf("%.120s in %s, %d px: %s", path, lang, width, f)
		}
		found, err := eval[[]string](b, `[...document.querySelectorAll("a[download]")].map(a => a.getAttribute("href"))`)
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range found {
			if !slices.Contains(files, f) {
				files = append(files, f)
			}
		}
	}
	return files
}

// checkFile asks for a file that a page offers: a drawing holds no script and is well
// formed; a table has no formulas.
func (b *tab) checkFile(t *testing.T, path string) {
	t.Helper()
	res, err := b.get(path)
	if err != nil {
		t.Error(err)
		return
	}
	defer res.Body.Close()
	body, err := io.ReadAll(res.Body)
	if err != nil || res.StatusCode != 200 || res.Header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("%.120s: status %d, %v", path, res.StatusCode, err)
		return
	}
	switch kind := res.Header.Get("Content-Type"); {
	case strings.HasPrefix(kind, "image/svg+xml"):
		for dec := xml.NewDecoder(strings.NewReader(string(body))); ; {
			token, err := dec.Token()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Errorf("%.120s is not well formed: %v", path, err)
				break
			}
			if e, ok := token.(xml.StartElement); ok {
				if e.Name.Local == "script" || e.Name.Local == "foreignObject" || slices.ContainsFunc(e.Attr, func(a xml.Attr) bool { return strings.HasPrefix(a.Name.Local, "on") }) {
					t.Errorf("%.120s holds a script", path)
				}
			}
		}
	case strings.HasPrefix(kind, "text/csv"):
		rows := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(body), "\ufeff")))
		rows.FieldsPerRecord = -1
		cells, err := rows.ReadAll()
		if err != nil {
			t.Errorf("%.120s: %v", path, err)
		}
		number := regexp.MustCompile(`^[+-]?[0-9.,]+%?$`)
		for _, cell := range slices.Concat(cells...) {
			if cell != "" && strings.ContainsRune("=+-@\t\r", rune(cell[0])) && !number.MatchString(cell) {
				t.Errorf("%.120s: a cell is a formula: %.40q", path, cell)
			}
		}
	case strings.HasPrefix(kind, "text/html"):
		t.Errorf("%.120s is offered as a file and is a page", path)
	}
}
