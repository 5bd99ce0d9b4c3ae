package privacy

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"qingting/privacy/rule"
)

func TestGeneraliseAddress(t *testing.T) {
	g := newGazetteer()
	for address, want := range map[string]string{
		"四川省成都市武侯区天府路12号":        "成都市",
		"成都市武侯区天府路12号":           "成都市",
		"成都武侯区天府路12号":            "成都市",
		"四川成都武侯区天府路12号":          "成都市",
		"廣東省 廣州市 天河區體育西路1號":      "广州市",
		"北京市朝阳区双井街道3号楼":          "北京市",
		"吉林省吉林市船营区1号":            "吉林市",
		"吉林省长春市朝阳区1号":            "长春市",
		"内蒙古自治区赤峰市红山区1号":         "赤峰市",
		"广西壮族自治区南宁市青秀区1号":        "南宁市",
		"四川省凉山彝族自治州西昌市1号":        "凉山州",
		"云南省西双版纳州景洪市1号":          "西双版纳州",
		"新疆维吾尔自治区喀什地区疏勒县1号":      "喀什地区",
		"内蒙古锡林郭勒盟二连浩特市1号":        "锡林郭勒盟",
		"海南省海口市龙华区1号":            "海口市",
		"朝阳区建国路1号":               "", // a district of Beijing, no city of Liaoning
		"南京东路100号":               "", // a road in Shanghai
		"北京西路100号3室":             "",
		"大理石厂路1号":                "",
		"天府路12号都市花园3栋":           "",
		"江苏省昆山市花桥镇1号":            "", // a city at county level says too much
		"幸福村3组12号":               "",
		"12 Main Street, Austin": "",
		"":                       "",
	} {
		if got := g.generalise(rule.Address, address, address, true); got != want {
			t.Errorf("%s is in %q, want %q", address, got, want)
		}
	}
}

// TestGeneraliseAddressClosed: whatever an address says, what is left of it is
// the name of a city.
func TestGeneraliseAddressClosed(t *testing.T) {
	g := newGazetteer()
	names := map[string]bool{"": true}
	for _, cities := range g.cities {
		for _, c := range cities {
			if names[c.name+c.kind] {
				t.Errorf("%s is listed twice", c.name+c.kind)
			}
			if len(c.name+c.kind) > maxCoarse {
				t.Errorf("%s is longer than any coarser form should be", c.name+c.kind)
			}
			names[c.name+c.kind] = true
		}
	}
	if len(names) != 1+4+293+30+3+7+6 { // prefecture-level units of 2020, and six cities of Taiwan
		t.Errorf("%d cities", len(names)-1)
	}
	parts := rapid.SampledFrom(append(strings.Fields(provinces+provinceSuffixes), "成都", "吉林", "海南", "凉山", "彝族自治州", "市", "州", "区", "县", "张三家", "路", "1号", " ", "地区"))
	rapid.Check(t, func(rt *rapid.T) {
		address := strings.Join(rapid.SliceOfN(parts, 0, 8).Draw(rt, "parts"), "")
		if got := g.generalise(rule.Address, address, address, true); !names[got] {
			rt.Errorf("%s is left as %q", address, got)
		}
	})
}

func TestGeneraliseDOB(t *testing.T) {
	g := newGazetteer()
	for _, c := range []struct{ plain, canonical, zh, en string }{
		{"1985年3月12日", "", "1985年", "1985"},
		{"1985.3.12", "1985-03-12", "1985年", "1985"},
		{"八五年三月", "1985-03", "1985年", "1985"},
		{"12/03/1985", "12/03/1985", "1985年", "1985"},
		{"85年3月", "85年3月", "", ""},
		{"3月12日", "03-12", "", ""},
		{"2185年", "2185年", "", ""},
	} {
		for _, zh := range []bool{true, false} {
			want := c.en
			if zh {
				want = c.zh
			}
			if got := g.generalise(rule.DOB, c.plain, c.canonical, zh); got != want {
				t.Errorf("%s (%s) becomes %q, want %q", c.plain, c.canonical, got, want)
			}
		}
	}
}

func TestMask(t *testing.T) {
	for _, c := range []struct {
		typ             rule.Type
		canonical, want string
	}{
		{rule.Mobile, "13812345678", "138****5678"},
		{rule.Mobile, "1064812345678", "106******5678"},
		{rule.Mobile, "1381234567", "**********"}, // too short to show 3 + 4
		{rule.Landline, "02883331234", "*******1234"},
		{rule.IDCard, "11010519491231002X", "1****************X"},
		{rule.BankCard, "6222021234567890123", "***************0123"},
		{rule.PersonName, "张三", "张*"},
		{rule.PersonName, "张", "*"},
		{rule.PersonName, "john smith", "j*********"},
		{rule.Email, "zhang@example.com", "z***@example.com"},
		{rule.Email, "z@example.com", "****@example.com"},
		{rule.Email, "z", "******"},
		{rule.Email, "z@张三.com", "******"},
		{rule.LicensePlate, "川A12345", "川A****5"},
		{rule.Credential, "secret", "******"},
		{rule.Address, "成都市", "******"},
	} {
		if got := mask(c.typ, c.canonical); got != c.want {
			t.Errorf("%s %s is masked as %s, want %s", c.typ, c.canonical, got, c.want)
		}
	}
}
