package web

import (
	"regexp"
	"strings"
	"testing"
)

// TestStyle: paper is narrower than a desk and no phone, so that what is laid out for
// phones is for screens alone; and a class that parts of several kinds carry is styled
// with them only: bare, it would dress the others as well.
func TestStyle(t *testing.T) {
	style, err := assetOf(".css", "text/css")
	if err != nil {
		t.Fatal(err)
	}
	css := string(style.body)
	for _, media := range regexp.MustCompile(`@media[^{]*`).FindAllString(css, -1) {
		if strings.Contains(media, "max-width") && !strings.Contains(media, "screen") {
			t.Errorf("%q is of paper, too", media)
		}
	}
	if bare := regexp.MustCompile(`(?m)^\s*\.(whole|similar|like|narrow|said|rank)\s*[{,]`).FindAllString(css, -1); len(bare) > 0 {
		t.Errorf("styled wherever they stand: %q", bare)
	}
}
