package match

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClasses(t *testing.T) {
	for _, tt := range []struct {
		class, text string
		want        []string
	}{
		{"number", "打了20多个电话，三次，十几天，10086十四次，3万元", []string{"20多", "三", "十几", "10086", "十四", "3万"}},
		{"several", "一个电话，好几个，N次，１，無數次，打10010", []string{"好几", "N", "無數"}},
		{"count", "三次，好几趟，一次，一遍又一遍，第三次，每3次，两 回", []string{"三次", "好几趟", "一遍又一遍", "两 回"}},
		{"count", "twice, four times, a dozen times, a couple of times, many more times, one time, once", []string{"twice", "four times", "a dozen times", "a couple of times", "many more times"}},
		{"duration", "五分钟，3个多月，两个半小时，48小时内，3月，2015年，半年", []string{"五分钟", "3个多月", "两个半小时", "48小时", "半年"}},
		{"while", "等了五分钟，等了二十分钟，三天前，每三天，24小时热线，两年合约，一个多月了，有一天，半天", []string{"二十分钟", "一个多月", "半天"}},
		{"days", "一个小时，三个工作日，几天了，十七天没网，一天到晚，数日", []string{"三个工作日", "几天", "十七天", "数日"}},
		{"while", "2 hours, 5 min, 90 minutes, half an hour, an hour, 2 and a half hours, 4 46mins, two weeks ago, every 2 weeks, 60min", []string{"2 hours", "90 minutes", "half an hour", "an hour", "2 and a half hours", "4 46mins", "60min"}},
		{"days", "$60 a month, waited a month, 3 to 4 weeks, a couple of days, 2-year contract, x2 days", []string{"a month", "3 to 4 weeks", "a couple of days"}},
		{"days", "out for weeks, it took months, spent years, days, for days free, every week, for hours", []string{"weeks", "months", "years"}},
		{"number", "abc3 3g 4.5 ⟦手机号⟧ @10086", []string{"3", "4.5"}},
	} {
		got := found(set(t, Cue{Kind: Strong, Text: "<#" + tt.class + ">"}), tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("<#%s> in %q (-want +got):\n%s", tt.class, tt.text, diff)
		}
	}
}

func TestCuesWithClasses(t *testing.T) {
	for _, tt := range []struct {
		cue, text string
		want      []string
	}{
		{"等(了|)<#while>", "我等了三个多小时", []string{"等了三个多小时"}},
		{"等(了|)<#while>", "等了三分钟", []string{}},
		{"(打|拨)(了|)(<#several>|几十)(个|通)电话", "一共打了十七个电话", []string{"打了十七个电话"}},
		{"(打|拨)(了|)(<#several>|几十)(个|通)电话", "打了一个电话", []string{}},
		{"<#days>(了|)(还|都)没", "装宽带五天了还没装", []string{"五天了还没"}},
		{"等(了|)(快|都|)<#while>(了|)<#count>", "等三小时两次，等了快三小时了两次，等快三小时两次", []string{"等三小时两次", "等了快三小时了两次", "等快三小时两次"}},
		{"waited (<#while>|forever)", "I waited 45 minutes, waited forever, waited 3 minutes", []string{"waited 45 minutes", "waited forever"}},
		{"说好 >>20 没来", "说好今天上门，结果到现在都没来", []string{"说好今天上门，结果到现在都没来"}},
		{"说好 >>20 没来", "没来，说好的", []string{}},
		{"说好 >>4 没来", "说好今天上门，结果到现在都没来", []string{}},
		{"说好 > 没来", "说好今天上门，没来", []string{}},
		{"@(12315|工信部)", "不给解决 @12315投诉热线 @工信部12300 @某某 12315", []string{"@12315投诉热线", "@工信部12300"}},
		{"@fcc", "@AskFCC please", []string{"@AskFCC"}},
	} {
		got := found(set(t, Cue{Kind: Strong, Text: tt.cue}), tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q in %q (-want +got):\n%s", tt.cue, tt.text, diff)
		}
	}
}

// TestAcross: what is denied, over or excepted is so in the clauses that the cue spans.
func TestAcross(t *testing.T) {
	s := set(t, Cue{Kind: Strong, Text: "说好 >>20 来"}, Cue{Kind: Except, Text: "准时"})
	for text, want := range map[string][]string{
		"没有说好，你会来": {"!说好，你会来"},
		"说好，会来":    {"说好，会来"},
		"说好，准时来了":  {},
		"准时，说好会来":  {"说好会来"},
	} {
		if diff := cmp.Diff(want, found(s, text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestParseCueRefusesClasses(t *testing.T) {
	for cue, want := range map[string]string{
		"等<#ages>":       "unknown class",
		"等<#while":       "without >",
		"等(<#while>|)了":  "stands alone",
		"等(<#while>了|久)": "stands alone",
		"等(了|)>6 久":      "between blanks",
		"@12315 ~ 投诉":    "stands alone",
	} {
		if _, err := ParseCue(cue); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseCue(%q) = %v, want an error with %q", cue, err, want)
		}
	}
}

func FuzzQuantities(f *testing.F) {
	s := set(f, Cue{Kind: Strong, Text: "<#number>"}, Cue{Kind: Strong, Text: "<#while>"}, Cue{Kind: Strong, Text: "<#count>"}, Cue{Kind: Strong, Text: "a >>9 <#days>"}, Cue{Kind: Strong, Text: "@b"})
	for _, seed := range []string{"等了3个半小时", "2-3 hours, a couple of times", "一一一万万", "半半天", "\xff三天 @b", "1,,.2", "n次N多个", "a,b 3 \u00a0days"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		for _, x := range s.Find(text, new(Scratch)) {
			if x.Start < 0 || x.End > len(text) || x.Start >= x.End {
				t.Fatalf("span [%d,%d) of %d bytes", x.Start, x.End, len(text))
			}
		}
	})
}
