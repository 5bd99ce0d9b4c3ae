package main

import (
	"archive/zip"
	"bytes"
	_ "embed"
	"encoding/json"
	"fmt"
	"html/template"
	"maps"
	"slices"
	"time"

	"qingting/ingest/govern"
	"qingting/internal/secrets"
)

//go:embed subject_page.html
var subjectPage string

// files are the package's: a page for people, and data for programs.
func (h *dossier) files() (map[string][]byte, error) {
	var data bytes.Buffer
	enc := json.NewEncoder(&data)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(h); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	bases := make(map[string][2]string)
	for _, b := range govern.Bases() {
		bases[b.Code] = [2]string{b.ZH, b.EN}
	}
	page, err := template.New("page").Funcs(template.FuncMap{
		"day":    func(t time.Time) string { return t.Local().Format("2006-01-02 15:04") },
		"basis":  func(code string) [2]string { return bases[code] },
		"labels": labels,
		"days": func(n float64) string {
			if n == 0 {
				return "∞"
			}
			return fmt.Sprintf("%.0f", n)
		},
	}).Parse(subjectPage)
	if err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	var out bytes.Buffer
	if err := page.Execute(&out, h); err != nil {
		return nil, fmt.Errorf("package: %w", err)
	}
	return map[string][]byte{"index.html": out.Bytes(), "data.json": data.Bytes()}, nil
}

// writeZip writes the files into one, which nobody else can read.
func writeZip(path string, files map[string][]byte) error {
	var buf bytes.Buffer
	z := zip.NewWriter(&buf)
	for _, name := range slices.Sorted(maps.Keys(files)) {
		w, err := z.Create(name)
		if err != nil {
			return fmt.Errorf("package: %w", err)
		}
		if _, err := w.Write(files[name]); err != nil {
			return fmt.Errorf("package: %w", err)
		}
	}
	if err := z.Close(); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	if err := secrets.WriteNew(path, buf.Bytes()); err != nil {
		return fmt.Errorf("package: %w", err)
	}
	return nil
}
