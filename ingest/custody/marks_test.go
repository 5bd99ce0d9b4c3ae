package custody_test

import (
	"strings"
	"testing"

	"qingting/ingest/custody"
	"qingting/internal/mark"
	"qingting/privacy/audit"
)

// TestMarks: an action is noted down by whom the ledger names, without personal
// data, and taken back.
func TestMarks(t *testing.T) {
	o := newOffice(t)
	who := custody.Request{Actor: "lin", Reason: "new layout for " + phone}
	m, err := o.client.Mark(t.Context(), who, mark.Mark{
		Title: "新账单，问 " + phone, Date: "2026-05-03", Themes: []string{"billing-opaque"}, Actor: "somebody else",
	})
	if err != nil {
		t.Fatal(err)
	}
	if m.ID != "m1" || m.Actor == "somebody else" || m.Added.IsZero() || strings.Contains(m.Title, phone) {
		t.Errorf("noted down: %+v", m)
	}
	list, err := o.client.Marks(t.Context())
	if err != nil || len(list) != 1 || list[0].Date != "2026-05-03" {
		t.Errorf("%v %+v", err, list)
	}
	entries := o.ledger(t)
	last := entries[len(entries)-1]
	if last.Action != audit.ActionSetting || last.Object != "intervention:m1" || strings.Contains(last.Reason, phone) || last.After == "" {
		t.Errorf("the ledger has %+v", last)
	}
	if _, err := o.client.Mark(t.Context(), who, mark.Mark{Title: "x", Date: "soon", Themes: []string{"t"}}); err == nil {
		t.Error("a mark without a date was taken")
	}
	if err := o.client.Unmark(t.Context(), who, "m7"); err == nil {
		t.Error("a mark that is not there was removed")
	}
	if err := o.client.Unmark(t.Context(), who, "m1"); err != nil {
		t.Fatal(err)
	}
	if list, err = o.client.Marks(t.Context()); err != nil || len(list) != 0 {
		t.Errorf("%v %+v", err, list)
	}
}
