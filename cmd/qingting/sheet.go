package main

import (
	_ "embed"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

//go:embed sheet.html
var sheetTemplate string

// sheet is a page for people, to be read in any browser and printed.
type sheet struct {
	Lang     tongue
	Title    string
	Notes    []string
	Sections []sheetSection
}

// sheetSection is a part of a sheet: paragraphs, then a table.
type sheetSection struct {
	Title string
	Notes []string
	Head  []string
	Rows  [][]string
}

// tongue is the language of a sheet.
type tongue string

const (
	chinese tongue = "zh"
	english tongue = "en"
)

// tongues are the languages in which a report leaves the house.
var tongues = []tongue{chinese, english}

// say picks the words of the language.
func (t tongue) say(zh, en string) string {
	if t == english {
		return en
	}
	return zh
}

// writeSheet writes a sheet as HTML: no script, nothing from elsewhere, every
// text escaped.
func writeSheet(path string, s sheet) error {
	t, err := template.New("sheet").Parse(sheetTemplate)
	if err != nil {
		return err
	}
	var b strings.Builder
	if err := t.Execute(&b, s); err != nil {
		return err
	}
	return os.WriteFile(path, []byte(b.String()), 0o600)
}

// table is a CSV file for spreadsheets, written row by row; no cell becomes a formula.
type table struct {
	file *os.File
	csv  *csv.Writer
}

func newTable(path string, head ...string) (*table, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if err != nil {
		return nil, err
	}
	t := &table{file, csv.NewWriter(file)}
	t.csv.UseCRLF = true
	if _, err := file.WriteString("\uFEFF"); err != nil {
		return nil, errors.Join(err, file.Close())
	}
	return t, t.row(head...)
}

func (t *table) row(cells ...string) error {
	for i := range cells {
		cells[i] = inert(cells[i])
	}
	return t.csv.Write(cells)
}

func (t *table) close() error {
	t.csv.Flush()
	return errors.Join(t.csv.Error(), t.file.Close())
}

// writeJSONFile writes indented JSON and returns what it wrote.
func writeJSONFile(path string, v any) ([]byte, error) {
	data, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return nil, err
	}
	data = append(data, '\n')
	return data, os.WriteFile(path, data, 0o600)
}

// newDir makes a directory for a report; one that is there is not touched.
func newDir(path string) error {
	if err := os.MkdirAll(filepath.Dir(filepath.Clean(path)), 0o700); err != nil {
		return err
	}
	if err := os.Mkdir(path, 0o700); errors.Is(err, fs.ErrExist) {
		return fmt.Errorf("%s is there already: name another directory with -o, or move it away", path)
	} else if err != nil {
		return err
	}
	return nil
}
