package place

import "testing"

func TestMatch(t *testing.T) {
	g := Shared()
	for _, c := range []struct {
		text string
		want Match
	}{
		{"浙江省杭州市", Match{3, Province, true}},
		{"浙江杭州", Match{2, Province, false}},
		{"杭州市西湖区", Match{3, City, true}},
		{"西湖区文三路", Match{3, County, true}},
		{"朝阳建国路", Match{2, City, false}},
		{"内蒙古自治区包头", Match{6, Province, true}},
		{"昌吉回族自治州", Match{7, City, true}},
		{"浦东新区", Match{4, County, true}},
		{"浦东张江", Match{2, County, false}},
		{"套餐资费", Match{}},
		{"北", Match{}},
	} {
		if got := g.Match([]rune(c.text)); got != c.want {
			t.Errorf("Match(%q) = %+v, want %+v", c.text, got, c.want)
		}
	}
}

func TestGazetteerSize(t *testing.T) {
	g := Shared()
	var n [County + 1]int
	for _, m := range g.names {
		if m.Full {
			n[m.Level]++
		}
	}
	if n[Province] != 34 || n[City] < 330 || n[County] < 2500 {
		t.Errorf("provinces, cities, counties = %v, want 34, 330 or more, 2500 or more", n[Province:])
	}
}
