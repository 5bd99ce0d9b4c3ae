package custody_test

import (
	"errors"
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/privacy/audit"
)

// TestModel: a model is tried, told to the ledger and put in place; one that
// cannot be used is refused, and so is a setting that is none.
func TestModel(t *testing.T) {
	plain := newOffice(t)
	// That office has nothing to try a model with, and knows no themes.
	if _, err := plain.client.ChangeModel(t.Context(), custody.Request{Actor: "ma", Reason: "r"}, settings.ThemesModel, []byte("model"), 0); err == nil || !strings.Contains(err.Error(), "cannot try") {
		t.Errorf("an untried model: %v", err)
	}
	if _, err := plain.client.Label(t.Context(), custody.Request{Actor: "ma", Reason: "r", Record: strings.Repeat("a", 26)}, nil); err == nil || !strings.Contains(err.Error(), "does not tag") {
		t.Errorf("a label without a taxonomy: %v", err)
	}
	o := newOffice(t, func(cfg *custody.Config) {
		cfg.Themes = func(ids []string) error {
			for _, id := range ids {
				if id != "bill" {
					return errors.New("no such theme")
				}
			}
			return nil
		}
		cfg.Model = func(_ settings.Key, data []byte) error {
			if string(data) != "model" {
				return errors.New("no model")
			}
			return nil
		}
	})
	st, err := settings.Create(t.Context(), o.js, 1)
	if err != nil {
		t.Fatal(err)
	}
	ask := custody.Request{Actor: "ma", Reason: "第一版 " + phone}
	change := func(key settings.Key, data string, revision uint64) error {
		_, err := o.client.ChangeModel(t.Context(), ask, key, []byte(data), revision)
		return err
	}
	for key, data := range map[settings.Key]string{settings.ThemesModel: "else", settings.Policy: "model"} {
		if err := change(key, data, 0); err == nil {
			t.Errorf("%s is set to %q", key, data)
		}
	}
	if err := change(settings.ThemesModel, "model", 0); err != nil {
		t.Fatal(err)
	}
	now, err := o.client.Model(t.Context(), settings.ThemesModel)
	if err != nil || now.Revision == 0 || now.Data != nil {
		t.Errorf("the model is %+v, %v", now, err)
	}
	if err := change(settings.ThemesModel, "", now.Revision-1); err == nil {
		t.Error("a change of what is not the present version is taken")
	}
	if err := change(settings.ThemesModel, "", now.Revision); err != nil {
		t.Error(err)
	}
	if v, err := st.Get(t.Context(), settings.ThemesModel); err != nil || len(v.Data) != 0 {
		t.Errorf("the model is still there: %v", err)
	}
	entries := o.ledger(t)
	last := entries[len(entries)-1]
	if last.Action != audit.ActionTaxonomy || last.Object != "model.themes" || strings.Contains(last.Reason, phone) {
		t.Errorf("the ledger has %+v", last)
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	now, err = o.client.Model(t.Context(), settings.ThemesModel)
	if err != nil {
		t.Fatal(err)
	}
	if err := change(settings.ThemesModel, "model", now.Revision); err == nil {
		t.Error("a model is put in place without the ledger")
	}
}

// TestTaxonomyHoldsNoPersonalData: cues are shown to everybody, and erasure does
// not reach them.
func TestTaxonomyHoldsNoPersonalData(t *testing.T) {
	o := newOffice(t, func(cfg *custody.Config) {
		cfg.Model = func(settings.Key, []byte) error { return nil }
	})
	yaml := func(cue, comment string) string {
		return "format: 1 # " + comment + "\nthemes:\n  - id: bill\n    zh: {name: 账单, definition: 账单, strong: [" + cue + "]}\n"
	}
	change := func(data string) error {
		now, err := o.client.Model(t.Context(), settings.Taxonomy)
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.client.ChangeModel(t.Context(), custody.Request{Actor: "ma", Reason: "r"}, settings.Taxonomy, []byte(data), now.Revision)
		return err
	}
	for where, data := range map[string]string{
		"something of bill":      yaml(phone, "ours"),
		"bill":                   yaml("账单(乱|"+phone+")", "ours"),
		"the comment in line 1":  yaml("乱扣费", "asked by "+phone),
		"the taxonomy cannot be": "themes: [",
	} {
		if err := change(data); err == nil || !strings.Contains(err.Error(), where) || strings.Contains(err.Error(), phone) {
			t.Errorf("%s: %v", where, err)
		}
	}
	if err := change(yaml("乱扣费", "ours")); err != nil {
		t.Error(err)
	}
	if err := change(""); err != nil {
		t.Errorf("taken out: %v", err)
	}
}
