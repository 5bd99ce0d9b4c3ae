package main

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"qingting/ingest/custody"
	"qingting/internal/document"
	"qingting/web"
)

// What leaves by the pages names no customer and no record, has no label of few, and
// is no formula, in each format.
func TestPageFile(t *testing.T) {
	var docs []*document.Document
	for i := range 12 {
		d := &document.Document{
			Record: fmt.Sprint("secret-record-", i), Customer: fmt.Sprint("secret-customer-", i), Time: time.Date(2026, 3, 1+i, 0, 0, 0, 0, time.UTC),
			Region: "North", Channel: "app", Product: "mobile", Text: "=HYPERLINK(\"x\")\n\"<b>", Policy: "p", Engine: "e",
		}
		d.Themes = []document.Tag{{ID: "often"}}
		if i == 3 {
			d.Themes = append(d.Themes, document.Tag{ID: "seldom"})
		}
		docs = append(docs, d)
	}
	docs[11].Region = "Nowhere" // alone there
	for _, format := range web.ExportFormats {
		body, s, err := pageFile(web.ExportOrder{Format: format, Text: true, Documents: docs}, custody.Extraction{Entry: 42, Reason: "r"})
		if err != nil {
			t.Fatal(err)
		}
		text := string(body)
		if format == "xlsx" {
			book, err := excelize.OpenReader(bytes.NewReader(body))
			if err != nil {
				t.Fatal(err)
			}
			text = ""
			for _, sheet := range book.GetSheetList() {
				rows, err := book.GetRows(sheet)
				if err != nil {
					t.Fatal(err)
				}
				for _, row := range rows {
					text += strings.Join(row, "|") + "\n"
				}
			}
			if !strings.Contains(text, "'=HYPERLINK") {
				t.Error("xlsx: a formula")
			}
		}
		if format == "csv" && !strings.Contains(text, "'=HYPERLINK") {
			t.Error("csv: a formula")
		}
		for _, no := range []string{"secret-record", "secret-customer", "seldom", "Nowhere"} {
			if strings.Contains(text, no) {
				t.Errorf("%s holds %s", format, no)
			}
		}
		for _, want := range []string{"often", "42"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s lacks %s", format, want)
			}
		}
		if s.Grade != 2 || s.K < pageK {
			t.Errorf("%s: grade %d, k %d", format, s.Grade, s.K)
		}
	}
}
