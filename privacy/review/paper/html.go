package paper

import (
	_ "embed"
	"html/template"
	"io"
	"slices"
)

//go:embed page.html
var page string

// HTML writes a page that needs nothing else.
func (d *Document) HTML(w io.Writer) error {
	t, err := template.New("page").Funcs(template.FuncMap{
		"heading": func(b Block) *Heading { return as[Heading](b) },
		"text":    func(b Block) *Text { return as[Text](b) },
		"table":   func(b Block) *Table { return as[Table](b) },
		"number":  func(t *Table, column int) bool { return slices.Contains(t.Numbers, column) },
	}).Parse(page)
	if err != nil {
		return err
	}
	return t.Execute(w, d)
}

// as is the block when it is a T, for a template.
func as[T Block](b Block) *T {
	if t, ok := b.(T); ok {
		return &t
	}
	return nil
}
