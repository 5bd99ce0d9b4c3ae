package custody_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"qingting/ingest/custody"
	"qingting/ingest/settings"
	"qingting/privacy/subject"
)

// TestClocks: an auditor sees the clock of a request, and nothing of the person.
func TestClocks(t *testing.T) {
	o, b, _ := approving(t)
	lin := as(t, b, "lin")
	st, err := settings.Open(t.Context(), o.js)
	if err != nil {
		t.Fatal(err)
	}
	came := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for i, id := range []string{"R-AAAAAAAA", "R-BBBBBBBB"} {
		c, err := subject.Open(id, subject.Erase, came, "lin", "hotline-seven", nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Note(came, "lin", "said something"); err != nil {
			t.Fatal(err)
		}
		if i == 1 {
			if err := c.Close(came.AddDate(0, 0, 40), "lin", subject.Abandoned, "", ""); err != nil {
				t.Fatal(err)
			}
		}
		data, err := json.Marshal(c)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Put(t.Context(), settings.Key("requests."+strings.ToLower(id)), data, 0, settings.Change{Actor: "lin", Reason: "x"}); err != nil {
			t.Fatal(err)
		}
	}
	clocks, err := lin.Clocks(t.Context())
	if err != nil || len(clocks) != 2 {
		t.Fatalf("%d clocks, %v", len(clocks), err)
	}
	if a, b := clocks[0].Urgency(came.AddDate(0, 0, 31)), clocks[1].Urgency(came); a != subject.Overdue || b != subject.Late || clocks[1].Outcome != subject.Abandoned {
		t.Errorf("%s and %s", a, b)
	}
	data, err := json.Marshal(clocks)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"hotline-seven", "said", "lin"} {
		if strings.Contains(string(data), word) {
			t.Errorf("a clock tells %q", word)
		}
	}
	for i, text := range []string{"of-an-older-server", `{"version":"v2","engine":"4","default":"tag","actions":{"MOBILE":"keep"}}`} {
		now, err := st.Get(t.Context(), custody.RunningPolicy)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := st.Put(t.Context(), custody.RunningPolicy, []byte(text), now.Revision, settings.Change{Actor: "server", Reason: "x"}); err != nil {
			t.Fatal(i, err)
		}
	}
	ran, err := lin.Policies(t.Context())
	if err != nil || len(ran) != 2 || ran[0].Version != "of-an-older-server" || ran[1].Version != "v2" || ran[1].Actions["MOBILE"] != "keep" || ran[0].Since.IsZero() {
		t.Errorf("%+v, %v", ran, err)
	}
}
