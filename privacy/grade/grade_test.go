package grade

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/rule"
)

func TestOf(t *testing.T) {
	for _, c := range []struct {
		name  string
		facts Facts
		want  Grade
	}{
		{"nothing", Facts{Text: "宽带又断网了，报修三次没人来"}, Grade{Level: 1}},
		{"a company", Facts{Types: []string{"USCC"}}, Grade{Level: 1}},
		{"a number", Facts{Types: []string{"MOBILE", "MOBILE"}}, Grade{2, []string{Contact}}},
		{"name and number", Facts{Types: []string{"PERSON_NAME", "MOBILE"}}, Grade{2, []string{Contact, Name}}},
		{"ordinary together", Facts{Types: []string{"PERSON_NAME", "MOBILE", "IMEI"}}, Grade{3, []string{Combined, Contact, Device, Name}}},
		{"identity card", Facts{Types: []string{"ID_CARD"}}, Grade{3, []string{Identity}}},
		{"address", Facts{Types: []string{"ADDRESS"}}, Grade{3, []string{Location}}},
		{"bank card of somebody reachable", Facts{Types: []string{"BANK_CARD", "PERSON_NAME", "MOBILE"}}, Grade{4, []string{Account, Combined, Contact, Name}}},
		{"two sensitive", Facts{Types: []string{"ID_CARD", "GPS"}}, Grade{4, []string{Combined, Identity, Location}}},
		{"health", Facts{Text: "老人家刚出院又住院了，热线一直打不通"}, Grade{3, []string{Health}}},
		{"health in English", Facts{Text: "My wife is pregnant and the line has been dead for a week"}, Grade{3, []string{Health}}},
		{"no health", Facts{Text: "光猫老毛病，网络诊断也查不出来。The router needs a health check, it is dead."}, Grade{Level: 1}},
		{"a child", Facts{Text: "我家孩子才八岁，被开通了增值业务"}, Grade{3, []string{Minor}}},
		{"a child of ten and some", Facts{Text: "女儿13岁"}, Grade{3, []string{Minor}}},
		{"a child in English", Facts{Text: "You sold a plan to my eight year old daughter"}, Grade{3, []string{Minor}}},
		{"no child", Facts{Text: "我今年六十八岁，弟弟四十岁，他14岁的侄子。My 5-year-old router died."}, Grade{Level: 1}},
		{"a child by a value", Facts{Types: []string{"DOB"}, Child: true}, Grade{3, []string{Minor, Other}}},
		{"custom", Facts{Types: []string{"CUSTOM_LOYALTY"}}, Grade{2, []string{Other}}},
	} {
		if diff := cmp.Diff(c.want, Of(c.facts)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}

// TestEveryTypeHasAKind: a type that is added must be thought of here.
func TestEveryTypeHasAKind(t *testing.T) {
	meant := map[rule.Type]bool{rule.DOB: true, rule.Customer: true, rule.EmployeeID: true, rule.USCC: true}
	for _, typ := range rule.Types() {
		if _, ok := kinds[typ]; !ok && !meant[typ] {
			t.Errorf("%s has no kind", typ)
		}
	}
}

func TestChild(t *testing.T) {
	at := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		typ   rule.Type
		value string
		want  bool
	}{
		{rule.IDCard, "11010120150307001X", true},
		{rule.IDCard, "110101199003070011", false},
		{rule.IDCard, "110101900307001", false}, // of fifteen digits: born before 2000
		{rule.DOB, "2012-03-02", true},
		{rule.DOB, "2012-03-01", false}, // fourteen today
		{rule.DOB, "2012", true},
		{rule.DOB, "1988年", false},
		{rule.DOB, "05-06", false},
		{rule.Mobile, "20150307001", false},
		{rule.DOB, "2030-01-01", false},
	} {
		if got := Child(c.typ, c.value, at); got != c.want {
			t.Errorf("Child(%s, %s) = %v", c.typ, c.value, got)
		}
	}
}
