package privacy

import (
	"regexp"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/rule"
)

// token is what tells one pseudonym from another.
var token = regexp.MustCompile(`·[a-z]{8}`)

func TestRedactGiven(t *testing.T) {
	r := newRedactor(t, nil, "")
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name, text string
		given      []Given
		want       string
	}{
		{"nothing given", "断网了", nil, "断网了"},
		{"a miss", "小聪明那家店断网了", []Given{{0, 3, rule.PersonName, "review"}}, "⟦姓名⟧那家店断网了"},
		{"beside what is found", "小聪明说手机号是13812345678", []Given{{0, 3, rule.PersonName, "review"}}, "⟦姓名⟧说手机号是⟦手机号⟧"},
		{"into a placeholder", "找⟦姓名⟧家断网", []Given{{0, 3, rule.Address, "review"}}, "⟦地址⟧家断网"},
		{"a placeholder alone", "找⟦姓名⟧家断网", []Given{{2, 4, rule.PersonName, "review"}, {1, 5, rule.PersonName, "review"}}, "找⟦姓名⟧家断网"},
		{"overlapping", "甲乙丙丁断网", []Given{{0, 2, rule.PersonName, "a"}, {1, 4, rule.Address, "b"}}, "⟦地址⟧断网"},
	} {
		t.Run(c.name, func(t *testing.T) {
			got, err := r.RedactGiven(c.text, c.given, at)
			if err != nil {
				t.Fatal(err)
			}
			if text := token.ReplaceAllString(got.Text, ""); text != c.want {
				t.Errorf("got %s, want %s", text, c.want)
			}
			back, err := Restore(got.Text, got.Values)
			if err != nil || back != c.text {
				t.Errorf("restored to %s, %v", back, err)
			}
			again := r.Redact(got.Text, at)
			if diff := cmp.Diff(got.Text, again.Text); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRedactGivenRefuses(t *testing.T) {
	r := newRedactor(t, nil, "")
	for _, g := range []Given{
		{0, 0, rule.Mobile, "x"}, {2, 1, rule.Mobile, "x"}, {-1, 1, rule.Mobile, "x"}, {0, 4, rule.Mobile, "x"}, {0, 1, "NOTHING", "x"},
	} {
		if res, err := r.RedactGiven("断网了", []Given{g}, time.Now()); err == nil || res.Text != "" {
			t.Errorf("%+v was taken", g)
		}
	}
}
