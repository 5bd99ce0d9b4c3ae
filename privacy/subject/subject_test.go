package subject_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"qingting/privacy/rule"
	"qingting/privacy/subject"
)

// fixed is a key of bytes 0 to 31, so that tokens can be computed apart.
const fixed = "QINGTING-SUBJECT-1-AAAQEAYEAUDAOCAJBIFQYDIOB4IBCEQTCQKRMFYYDENBWHA5DYPY6LZAF4"

func parse(t testing.TB, text string) subject.Keys {
	t.Helper()
	k, err := subject.ParseKeys(text)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

func TestTokens(t *testing.T) {
	t.Parallel()
	if got := parse(t, fixed).Token(rule.Mobile, "13812345678"); got != "kmf4t-6n7rdml3d5zzeftfptif" {
		t.Errorf("token of the fixed key is %q", got)
	}
	first, second := subject.NewKeyText(), subject.NewKeyText()
	old := parse(t, first)
	keys := parse(t, "# comment\n\n"+second+"\n"+first+"\n")
	if ids := keys.IDs(); len(ids) != 2 || ids[1] != old.IDs()[0] {
		t.Errorf("ids %v", ids)
	}
	token := keys.Token(rule.Mobile, "13812345678")
	if !subject.ValidToken(token) || subject.KeyOf(token) != keys.IDs()[0] || len(token) != 26 {
		t.Errorf("token %q", token)
	}
	all := keys.All(rule.Mobile, "+86 138 1234 5678")
	if len(all) != 2 || all[0] != token || all[1] != old.Token(rule.Mobile, "13812345678") {
		t.Errorf("tokens %v", all)
	}
	if keys.Token(rule.WeChat, "13812345678") == token || keys.Token(rule.Mobile, "13812345679") == token {
		t.Error("another type or value has the same token")
	}
	if none := (subject.Keys{}); !none.IsZero() || none.Token(rule.Mobile, "1") != "" || none.All(rule.Mobile, "1") != nil {
		t.Error("tokens without a key")
	}
}

func TestParseKeysRefuses(t *testing.T) {
	t.Parallel()
	text := subject.NewKeyText()
	flip := byte('A')
	if text[30] == flip {
		flip = 'B'
	}
	for name, bad := range map[string]string{
		"nothing": "", "comments": "# x\n", "another secret": strings.Replace(text, "SUBJECT", "SECRET", 1), "cut": text[:len(text)-2],
		"mistyped": text[:30] + string(flip) + text[31:], "twice": text + "\n" + text, "words": "key",
	} {
		_, err := subject.ParseKeys(bad)
		if err == nil {
			t.Errorf("%s: accepted", name)
		} else if strings.Contains(err.Error(), text[22:40]) {
			t.Errorf("%s: the error shows the key", name)
		}
	}
}

func TestKeysHide(t *testing.T) {
	t.Parallel()
	text := subject.NewKeyText()
	keys := parse(t, text)
	set := keys.NewSet()
	set.Add(rule.Mobile, "13812345678")
	id := subject.Identifier{Type: rule.Mobile, Value: "13812345678"}
	var shown strings.Builder
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%x", "%d"} {
		fmt.Fprintf(&shown, verb+verb+verb, keys, struct{ K subject.Keys }{keys}, set)
	}
	fmt.Fprintf(&shown, "%v %+v %#v %s", id, id, id, id)
	data, err := json.Marshal(map[string]any{"k": keys, "s": set})
	if err != nil {
		t.Fatal(err)
	}
	shown.Write(data)
	slog.New(slog.NewTextHandler(&shown, nil)).Info("", "k", keys)
	for _, trace := range []string{text[22:40], "13812345678"} {
		if strings.Contains(shown.String(), trace) {
			t.Errorf("it shows as %q", trace[:4])
		}
	}
}

func TestSet(t *testing.T) {
	t.Parallel()
	keys := parse(t, subject.NewKeyText()+"\n"+subject.NewKeyText())
	set := keys.NewSet()
	set.Add(rule.Mobile, "138-1234-5678")
	set.Add(rule.Mobile, "13812345678")
	set.Add(rule.PersonName, "張建國")
	set.Add(rule.DOB, "1990-01-01")
	set.Add(rule.GPS, "30.123456,104.123456")
	set.Add(rule.Credential, "hunter22")
	set.Add(rule.Email, "")
	got := set.Sorted()
	if len(got) != 2 || !slices.IsSorted(got) || !slices.Contains(got, keys.Token(rule.PersonName, "张建国")) {
		t.Errorf("tokens %v", got)
	}
	if all := set.All(); len(all) != 4 {
		t.Errorf("%d tokens under two keys", len(all))
	}
	if (subject.Keys{}).NewSet().Sorted() != nil {
		t.Error("tokens without a key")
	}
}

func TestJoin(t *testing.T) {
	t.Parallel()
	got := subject.Join([]subject.Identifier{{Type: rule.Mobile, Value: "+86 138 1234 5678"}, {Type: rule.Mobile, Value: "13812345678"}})
	want := subject.Identifier{Type: rule.Customer, Value: "13812345678"}
	if got[0] != (subject.Identifier{Type: rule.Mobile, Value: "13812345678"}) || !slices.Contains(got, want) {
		t.Error("the number as a customer's id is missing")
	}
	seen := make(map[subject.Identifier]bool)
	for _, id := range got {
		if seen[id] {
			t.Errorf("%v is there twice", id)
		}
		seen[id] = true
	}
}

var march = time.Date(2026, 3, 1, 9, 0, 0, 0, time.UTC)

const caseID = "R-ABCD2345"

func open(t testing.TB, k subject.Kind) *subject.Case {
	t.Helper()
	c, err := subject.Open(caseID, k, march, "lin", "hotline", nil)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

func TestClocks(t *testing.T) {
	t.Parallel()
	for _, k := range subject.Kinds() {
		days := 30
		if k == subject.Complain {
			days = 15
		}
		c := open(t, k)
		due := march.AddDate(0, 0, days)
		if !c.Due.Equal(due) {
			t.Errorf("%s is due %s", k, c.Due)
		}
		for at, want := range map[time.Time]subject.Urgency{
			march: subject.Running, due.AddDate(0, 0, -6): subject.Running, due.AddDate(0, 0, -5): subject.DueSoon,
			due: subject.DueSoon, due.Add(time.Second): subject.Overdue,
		} {
			if got := c.Urgency(at); got != want {
				t.Errorf("%s at %s: %s, want %s", k, at, got, want)
			}
		}
		if err := c.Extend(march, "lin", days+1, "x"); err == nil {
			t.Errorf("%s: extended by more than there were", k)
		}
		if err := c.Extend(due.Add(time.Hour), "lin", 1, "x"); err == nil {
			t.Errorf("%s: extended when overdue", k)
		}
		if err := c.Extend(march, "lin", 3, "  "); err == nil {
			t.Errorf("%s: extended without a reason", k)
		}
		if err := c.Extend(march, "lin", days, "多"); err != nil || !c.Due.Equal(due.AddDate(0, 0, days)) {
			t.Errorf("%s: %v, due %s", k, err, c.Due)
		}
		if err := c.Extend(march, "lin", 1, "多"); err == nil {
			t.Errorf("%s: extended twice", k)
		}
	}
}

func TestClose(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind             subject.Kind
		outcome, refusal string
		identified, ok   bool
	}{
		{subject.Erase, subject.Done, "", true, true},
		{subject.Erase, subject.Done, "", false, false},
		{subject.Complain, subject.Done, "", false, true},
		{subject.Erase, subject.Refused, "", true, false},
		{subject.Erase, subject.Refused, "whim", true, false},
		{subject.Erase, subject.Refused, "identity", false, true},
		{subject.Access, subject.Partly, "others", true, true},
		{subject.Access, subject.Partly, "others", false, false},
		{subject.Access, subject.Done, "others", true, false},
		{subject.Access, subject.Abandoned, "", false, true},
		{subject.Access, "lost", "", true, false},
	} {
		one := open(t, c.kind)
		if c.identified {
			if err := one.Identify(march, "lin", "回拨"); err != nil {
				t.Fatal(err)
			}
		}
		err := one.Close(march, "lin", c.outcome, c.refusal, "")
		if (err == nil) != c.ok {
			t.Errorf("%+v: %v", c, err)
		}
		if err != nil {
			continue
		}
		if one.Note(march, "lin", "x") == nil || one.Close(march, "lin", c.outcome, c.refusal, "") == nil || one.Identify(march, "l", "x") == nil || one.Extend(march, "l", 1, "x") == nil {
			t.Errorf("%+v: moved after its end", c)
		}
		letter := one.Answer()
		if r, ok := subject.RefusalOf(c.refusal); ok && (!strings.Contains(letter, r.ZH) || !strings.Contains(letter, r.EN) || !strings.Contains(letter, r.Basis)) {
			t.Errorf("%+v: the letter does not say why: %s", c, letter)
		}
		data, err := json.Marshal(one)
		if err != nil {
			t.Fatal(err)
		}
		back, err := subject.ParseCase(data)
		if err != nil {
			t.Fatal(err)
		}
		if again, err := json.Marshal(back); err != nil || string(again) != string(data) {
			t.Errorf("%+v: comes back as %s, %v", c, again, err)
		}
	}
}

func TestLate(t *testing.T) {
	t.Parallel()
	c := open(t, subject.Complain)
	if err := c.Close(c.Due.Add(time.Hour), "lin", subject.Done, "", ""); err != nil {
		t.Fatal(err)
	}
	if c.Urgency(march) != subject.Late {
		t.Error("it was closed in time")
	}
}

func TestSort(t *testing.T) {
	t.Parallel()
	long, short, closed := open(t, subject.Access), open(t, subject.Complain), open(t, subject.Complain)
	if err := closed.Close(march, "lin", subject.Abandoned, "", ""); err != nil {
		t.Fatal(err)
	}
	cases := []*subject.Case{closed, long, short}
	subject.Sort(cases)
	if cases[0] != short || cases[1] != long || cases[2] != closed {
		t.Error("what is due first is not at the front")
	}
}

// TestWords: every kind and refusal is told in both languages.
func TestWords(t *testing.T) {
	t.Parallel()
	for _, k := range subject.Kinds() {
		zh, en := k.Words()
		c := open(t, k)
		if zh == "" || en == "" || !strings.Contains(c.Answer(), zh) || !strings.Contains(c.Answer(), en) {
			t.Errorf("%s lacks words", k)
		}
	}
	seen := make(map[string]bool)
	for _, r := range subject.Refusals() {
		if seen[r.Code] || r.Basis == "" || r.ZH == "" || r.EN == "" {
			t.Errorf("refusal %q is incomplete, or there twice", r.Code)
		}
		seen[r.Code] = true
	}
}

func FuzzParse(f *testing.F) {
	f.Add(subject.NewKeyText(), `{"schema":"qingting.request/1","id":"R-ABCD2345"}`)
	f.Fuzz(func(t *testing.T, keys, one string) {
		if k, err := subject.ParseKeys(keys); err == nil && len(k.IDs()) == 0 {
			t.Error("keys without an id")
		}
		if c, err := subject.ParseCase([]byte(one)); err == nil {
			c.Urgency(march)
			_ = c.Answer()
		}
	})
}

func BenchmarkToken(b *testing.B) {
	keys := parse(b, subject.NewKeyText())
	for b.Loop() {
		keys.Token(rule.Mobile, "13812345678")
	}
}
