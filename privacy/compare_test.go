package privacy

import (
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestCompare(t *testing.T) {
	const text = "张三，电话13812345678，邮箱a@b.c，住成都市天府路12号"
	base := "policy: 1\ntypes: {ADDRESS: tag, EMAIL: keep}"
	for _, c := range []struct {
		name, policy string
		want         []Change
	}{
		{"nothing", base, nil},
		{"keep", base + "\nallow: ['13812345678']", []Change{{LetsThrough, 5, 16, "MOBILE", "MOBILE", Tag, Keep}}},
		{"redact", "policy: 1\ntypes: {ADDRESS: tag}", []Change{{Redacts, 19, 24, "EMAIL", "EMAIL", Keep, Tag}}},
		{"another action", "policy: 1\ntypes: {ADDRESS: mask, EMAIL: keep}", []Change{{Changes, 25, 35, "ADDRESS", "ADDRESS", Tag, Mask}}},
		{"other ends", base + "\ndeny: [{value: 三，电话, type: QQ}]", []Change{{Changes, 0, 5, "PERSON_NAME", "QQ", Tag, Tag}}},
		{"a threshold", "policy: 1\ntypes: {ADDRESS: tag, EMAIL: keep, PERSON_NAME: {action: tag, threshold: 0.9}}", []Change{{LetsThrough, 0, 2, "PERSON_NAME", "", Tag, Keep}}},
	} {
		a := newRedactor(t, telecom(), base).Redact(text, spoken)
		b := newRedactor(t, telecom(), c.policy).Redact(text, spoken)
		if diff := cmp.Diff(c.want, Compare(a, b)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", c.name, diff)
		}
	}
}
