package keyword

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/textmining/segment"
)

func segmenter(t testing.TB) *segment.Segmenter {
	t.Helper()
	s, err := segment.New()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func TestTop(t *testing.T) {
	seg := segmenter(t)
	text := "我的光猫又亮红灯了，打了10000号报修，⟦姓名⟧师傅说光猫坏了要换，但是光猫押金不退，请见www.example.com"
	got := Top(text, seg.AppendTokens(nil, text), 3)
	if len(got) != 3 || got[0] != "光猫" {
		t.Errorf("got %v, want three with 光猫 first", got)
	}
	all := Top(text, seg.AppendTokens(nil, text), 100)
	for _, never := range []string{"我", "的", "10000", "⟦姓名⟧", "但是", "www.example.com", "，", "又"} {
		if slices.Contains(all, never) {
			t.Errorf("%q is a keyword", never)
		}
	}
	for _, want := range []string{"报修", "光猫押金", "师傅"} {
		if !slices.Contains(all, want) {
			t.Errorf("%q is not among %v", want, all)
		}
	}
}

func TestTopFoldsAndMixes(t *testing.T) {
	seg := segmenter(t)
	text := "WiFi slow, wifi drops. 寬帶慢，宽带贵。The router is old, ROUTER!"
	got := Top(text, seg.AppendTokens(nil, text), 3)
	slices.Sort(got)
	if diff := cmp.Diff([]string{"router", "wifi", "宽带"}, got); diff != "" {
		t.Error(diff)
	}
}

func TestTopOfNothing(t *testing.T) {
	seg := segmenter(t)
	for _, text := range []string{"", "的了，！", "⟦手机号⟧ 12345 👍"} {
		if got := Top(text, seg.AppendTokens(nil, text), 5); len(got) != 0 {
			t.Errorf("%q: %v, want none", text, got)
		}
	}
	if got := Top("宽带", seg.AppendTokens(nil, "宽带"), 0); got != nil {
		t.Errorf("n = 0: %v", got)
	}
}

func BenchmarkTop(b *testing.B) {
	seg := segmenter(b)
	text := "我家的宽带从上周五晚上开始就一直断断续续，打了三次客服电话都说会派人上门，结果到今天也没有人联系我。"
	tokens := seg.AppendTokens(nil, text)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		Top(text, tokens, 8)
	}
}
