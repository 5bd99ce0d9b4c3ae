package chart

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"

	"github.com/hajimehoshi/bitmapfont/v3"
	"golang.org/x/image/font"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/font/sfnt"
)

// Fonts writes the texts of PNG files. It is safe for concurrent use.
type Fonts struct {
	mu    sync.Mutex
	font  *sfnt.Font // nil: only the built-in one
	faces map[int]font.Face
	name  string
}

// Name is the font's name, or "" for the built-in one.
func (f *Fonts) Name() string { return f.name }

// NewFonts takes the font of a file (TTF, OTF, or a collection), which has to
// have Chinese characters. Without a path it takes the first of the usual Chinese
// fonts that the system has, and where there is none the built-in one, of twelve
// dots a character: coarse, but every text can be read.
func NewFonts(path string) (*Fonts, error) {
	f := &Fonts{faces: make(map[int]font.Face)}
	if path != "" {
		err := f.load(path)
		return f, err
	}
	for _, path := range systemFonts() {
		if f.load(path) == nil {
			return f, nil
		}
	}
	return f, nil
}

// chinese is written in every Chinese text of charts.
const chinese = "话费账单"

func (f *Fonts) load(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return fmt.Errorf("font for charts: %w", err)
	}
	fonts, err := sfnt.ParseCollection(data)
	if err != nil {
		return fmt.Errorf("font for charts: %s is no font that can be read (TTF, OTF or TTC): %w", filepath.Base(path), err)
	}
	var buf sfnt.Buffer
	var chosen *sfnt.Font
	name := ""
	for i := range fonts.NumFonts() {
		one, err := fonts.Font(i)
		if err != nil {
			return fmt.Errorf("font for charts: %w", err)
		}
		whole := true
		for _, r := range chinese {
			glyph, err := one.GlyphIndex(&buf, r)
			whole = whole && err == nil && glyph != 0
		}
		full, err := one.Name(&buf, sfnt.NameIDFull)
		if !whole || err != nil {
			continue
		}
		// Collections hold a face a region; the Chinese one is preferred.
		if chosen == nil || strings.Contains(full, " SC") && !strings.Contains(name, " SC") {
			chosen, name = one, full
		}
	}
	if chosen == nil {
		return errors.New("font for charts: " + filepath.Base(path) + " has no Chinese characters; give another, such as Noto Sans CJK")
	}
	f.font, f.name = chosen, name
	return nil
}

// systemFonts are where systems keep Chinese fonts.
func systemFonts() []string {
	switch runtime.GOOS {
	case "darwin":
		return []string{"/System/Library/Fonts/PingFang.ttc", "/System/Library/Fonts/STHeiti Light.ttc", "/System/Library/Fonts/Hiragino Sans GB.ttc"}
	case "windows":
		dir := filepath.Join(os.Getenv("WINDIR"), "Fonts")
		return []string{filepath.Join(dir, "msyh.ttc"), filepath.Join(dir, "simhei.ttf"), filepath.Join(dir, "simsun.ttc")}
	}
	var list []string
	for _, pattern := range []string{
		"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc", "/usr/share/fonts/*/NotoSansCJK*-Regular.*",
		"/usr/share/fonts/*/noto-cjk/NotoSansCJK*-Regular.*", "/usr/share/fonts/*/*/NotoSansSC-Regular.*",
		"/usr/share/fonts/*/wqy/wqy-*.ttc", "/usr/share/fonts/wqy-*/wqy-*.ttc", "/usr/share/fonts/*/*/SourceHanSans*-Regular.*",
	} {
		found, err := filepath.Glob(pattern)
		if err != nil {
			continue // the patterns are ours, and a test reads them
		}
		list = append(list, found...)
	}
	return list
}

// builtin is the height of the built-in font in pixels.
const builtin = 12

// face returns a face of that many pixels, and how often it has to be enlarged.
// f.mu is held.
func (f *Fonts) face(pixels int) (font.Face, int, error) {
	if f.font == nil {
		return bitmapfont.FaceSC, max(1, pixels/builtin), nil
	}
	if face, ok := f.faces[pixels]; ok {
		return face, 1, nil
	}
	face, err := opentype.NewFace(f.font, &opentype.FaceOptions{Size: float64(pixels), DPI: 72, Hinting: font.HintingNone})
	if err != nil {
		return nil, 0, fmt.Errorf("font for charts: %w", err)
	}
	f.faces[pixels] = face
	return face, 1, nil
}
