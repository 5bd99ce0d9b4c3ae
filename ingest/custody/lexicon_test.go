package custody_test

import (
	"strings"
	"testing"

	"qingting/ingest"
	"qingting/ingest/custody"
	"qingting/privacy/audit"
)

// TestLexicon: words come and go through the ledger, which has how many; what
// reads as personal data, or cannot be read at all, is no word.
func TestLexicon(t *testing.T) {
	o := newOffice(t)
	set := func(words string) error {
		now, err := o.client.Lexicon(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		_, err = o.client.ChangeLexicon(t.Context(), custody.Request{Actor: "lin", Reason: "新套餐 " + phone}, []byte(words), now.Revision)
		return err
	}
	for _, words := range []string{"霁和宝\n彩蝶星包 n\n", "# 套餐\n彩蝶星包 n\n畅铂卡\n"} {
		if err := set(words); err != nil {
			t.Fatal(err)
		}
	}
	now, err := o.client.Lexicon(t.Context())
	if err != nil || string(now.Data) != "# 套餐\n彩蝶星包 n\n畅铂卡\n" {
		t.Errorf("the words are %q, %v", now.Data, err)
	}
	entries := o.ledger(t)
	last := entries[len(entries)-1]
	if last.Action != audit.ActionTaxonomy || last.Object != "lexicon" || last.Counts["words"] != 2 || last.Counts["added"] != 1 || last.Counts["removed"] != 1 || strings.Contains(last.Reason, phone) {
		t.Errorf("the ledger has %+v", last)
	}
	for _, words := range []string{phone + "\n", "⟦手机号⟧\n", "词 1 n 多余\n", "\xff\n"} {
		if err := set(words); err == nil {
			t.Errorf("%q is taken", words)
		} else if strings.Contains(err.Error(), phone) {
			t.Errorf("the error repeats the word: %v", err)
		}
	}
	if _, err := o.client.ChangeLexicon(t.Context(), custody.Request{Actor: "lin", Reason: "r"}, []byte("词\n"), 1); err == nil {
		t.Error("a change of what is not the present version is taken")
	}
	if _, err := o.client.ChangeLexicon(t.Context(), custody.Request{Actor: "lin"}, []byte("词\n"), now.Revision); err == nil {
		t.Error("a change without a reason is taken")
	}
	if err := o.js.DeleteStream(t.Context(), ingest.StreamAudit); err != nil {
		t.Fatal(err)
	}
	if err := set("词\n"); err == nil {
		t.Error("the words change without the ledger")
	}
}
