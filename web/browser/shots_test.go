package browser

import (
	"bytes"
	"flag"
	"fmt"
	"image/png"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var shots = flag.String("shots", "", "write a picture of every page into this directory")

// view is how a picture is taken.
type view struct {
	lang   string
	width  int
	scheme string
}

// views are the pictures of a page.
var views = []view{{"zh", 1280, "light"}, {"en", 390, "dark"}, {"zh", 390, "light"}, {"en", 1280, "dark"}}

// TestShots takes pictures for a person to look at: of every page with -shots, as
// "make shots" has it, else of the first page only.
func TestShots(t *testing.T) {
	st := onStage(t)
	dir, start := *shots, *only
	if dir == "" {
		dir, start = t.TempDir(), "/{$}"
	}
	if err := os.MkdirAll(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	all := routes(t)
	word := regexp.MustCompile(`[a-z]+`)
	taken := 0
	for _, r := range all {
		e, known := examples[r.path]
		if !known || e.file || !strings.HasPrefix(r.path, start) {
			continue
		}
		path, err := st.address(all, r)
		if err != nil {
			t.Error(err)
			continue
		}
		page := strings.Join(word.FindAllString(r.path, -1), "-")
		switch r.path {
		case "/{$}":
			page = "overview"
		case "/":
			page = "missing"
		}
		b := st.people[r.visitor()]
		some := views
		if e.same {
			some = views[:2]
		}
		taken += b.shoot(t, dir, page+"-"+r.visitor(), path, some)
	}
	if *shots != "" {
		taken += st.shootScenes(t, dir)
	}
	t.Logf("%d pictures in %s", taken, dir)
}

// shoot takes pictures of a page into files of that name, and says how many; of path "" as
// it stands in the tab, whatever its language.
func (b *tab) shoot(t *testing.T, dir, name, path string, some []view) (taken int) {
	t.Helper()
	for _, v := range some {
		if err := b.screen(v.width, v.scheme); err != nil {
			t.Fatal(err)
		}
		if path != "" {
			if _, _, err := b.open(withLang(path, v.lang)); err != nil {
				t.Error(err)
				continue
			}
		}
		picture, err := b.picture()
		if err != nil {
			t.Error(err)
			continue
		}
		file := fmt.Sprintf("%s-%s-%d-%s.png", name, v.lang, v.width, v.scheme)
		if err := os.WriteFile(filepath.Join(dir, file), picture, 0o644); err != nil {
			t.Fatal(err)
		}
		if size, err := png.DecodeConfig(bytes.NewReader(picture)); err != nil || size.Width != v.width || size.Height < 300 {
			t.Errorf("%s: %d by %d, %v", file, size.Width, size.Height, err)
		}
		taken++
	}
	return taken
}
