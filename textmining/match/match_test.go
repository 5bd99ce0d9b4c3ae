package match

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func set(t testing.TB, cues ...Cue) *Set {
	t.Helper()
	s, err := Compile(cues)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// found lists what fires: "text" or "!text" when denied.
func found(s *Set, text string) []string {
	out := []string{}
	for _, f := range s.Find(text, new(Scratch)) {
		mark := ""
		if f.Denied {
			mark = "!"
		}
		out = append(out, mark+text[f.Start:f.End])
	}
	return out
}

func TestFind(t *testing.T) {
	for _, tt := range []struct {
		name, cue, text string
		want            []string
	}{
		{"phrase", "乱扣费", "你们乱扣费", []string{"乱扣费"}},
		{"alternatives", "(乱|多)扣(费|钱)", "多扣钱，乱扣费", []string{"多扣钱", "乱扣费"}},
		{"traditional and full width", "5G信号差", "５Ｇ信號差", []string{"５Ｇ信號差"}},
		{"blanks between Han", "信号不好", "信 号 不好", []string{"信 号 不好"}},
		{"a blank between two phrases is a comma", "宽带 ~9 差", "刚装好的宽带 师傅的态度很差", []string{}},
		{"a blank beside a short run is none", "宽带 ~9 差", "刚装好的宽带 很差", []string{"宽带 很差"}},
		{"quotation marks are passed over", "乱扣费", "乱“扣”费", []string{"乱“扣”费"}},
		{"not over a comma", "乱扣费", "乱，扣费", []string{}},
		{"placeholders are opaque", "手机号", "给⟦手机号⟧打电话", []string{}},
		{"proximity", "账单 ~6 看不懂", "看不懂这个账单", []string{"看不懂这个账单"}},
		{"proximity too far", "账单 ~3 看不懂", "看不懂你们发来的账单", []string{}},
		{"proximity in one clause", "账单 ~6 看不懂", "账单来了，看不懂", []string{}},
		{"ordered", "说好 >6 没来", "没来就说好", []string{}},
		{"ordered the right way", "说好 >6 没来", "说好今天没来", []string{"说好今天没来"}},
		{"whole words", "bill", "the billboard", []string{}},
		{"endings", "charge", "Charged twice, charging again, charges", []string{"Charged", "charging", "charges"}},
		{"doubled consonant", "cancel", "cancelled", []string{"cancelled"}},
		{"apostrophe", "can't reach", "I can’t reach you", []string{"can’t reach"}},
		{"digits are whole", "12315", "112315 12315", []string{"12315"}},
		{"thousands do not end a clause", "多收 ~9 元", "多收了我1,000元", []string{"多收了我1,000元"}},
		{"many brackets", "(天|每天|总是|老是|一直)(都|也|又|还|就|)(在|给|被|让|)(我|你|他|她|它|)(断网|断线|掉线|没网)", "宽带总是又给我断网", []string{"总是又给我断网"}},
		{"denied", "乱扣费", "从来没有被乱扣费", []string{"!乱扣费"}},
		{"denied in English", "charged twice", "I was never charged twice", []string{"!charged twice"}},
		{"not denied by another matter", "乱扣费", "没人管就乱扣费", []string{"乱扣费"}},
		{"a question does not deny", "乱扣费", "有没有乱扣费", []string{"乱扣费"}},
		{"a command does not deny", "骚扰", "不要再骚扰我", []string{"骚扰"}},
		{"a rhetorical question affirms", "乱扣费", "这不是乱扣费吗？", []string{"乱扣费"}},
		{"denied after", "乱扣费", "乱扣费的情况没有发生", []string{"!乱扣费"}},
		{"a negator inside a cue is the cue's", "没订过", "我没订过彩铃", []string{"没订过"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			s := set(t, Cue{Kind: Strong, Text: tt.cue})
			if diff := cmp.Diff(tt.want, found(s, tt.text)); diff != "" {
				t.Errorf("%q in %q (-want +got):\n%s", tt.cue, tt.text, diff)
			}
		})
	}
}

func TestPraiseIsTakenBackEasily(t *testing.T) {
	s := set(t, Cue{Kind: Praise, Text: "主动回复"}, Cue{Owner: 1, Kind: Strong, Text: "信号不好"}, Cue{Owner: 2, Kind: Praise, Text: "终于解决"})
	for text, want := range map[string][]string{
		"客服主动回复":    {"主动回复"},
		"没有正面主动回复":  {"!主动回复"},
		"希望你们主动回复":  {"!主动回复"},
		"信号不好终于解决了": {"信号不好", "终于解决"}, // the 不 is the complaint's own
	} {
		if diff := cmp.Diff(want, found(s, text)); diff != "" {
			t.Errorf("%q (-want +got):\n%s", text, diff)
		}
	}
}

func TestExcept(t *testing.T) {
	s := set(t, Cue{Kind: Strong, Text: "扣费"}, Cue{Kind: Except, Text: "扣费成功"}, Cue{Owner: 1, Kind: Strong, Text: "扣费"})
	var owners []int32
	for _, f := range s.Find("扣费成功，又扣费", new(Scratch)) {
		owners = append(owners, f.Owner)
	}
	if diff := cmp.Diff([]int32{1, 0, 1}, owners); diff != "" {
		t.Errorf("owners (-want +got):\n%s", diff)
	}
}

func TestParseCueRefuses(t *testing.T) {
	for cue, want := range map[string]string{
		"":            "empty side",
		"乱(扣费":        "unbalanced bracket",
		"乱扣)费":        "unbalanced bracket",
		"乱|扣":         "alternatives need brackets",
		"账单 ~ ":       "empty side",
		"a ~ b ~ c":   "more than two sides",
		"(很|)(太|)":    "may be empty",
		"账单 ~ (看不懂|)": "may be empty",
	} {
		if _, err := ParseCue(cue); err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("ParseCue(%q) = %v, want an error with %q", cue, err, want)
		}
	}
}

func TestWeigh(t *testing.T) {
	s := set(t,
		Cue{Kind: Weak, Text: "账单"}, Cue{Kind: Weak, Text: "费用"}, Cue{Kind: Weak, Text: "流水"}, Cue{Kind: Weak, Text: "明细"},
		Cue{Kind: Strong, Text: "乱收费"}, Cue{Kind: Praise, Text: "很清楚"}, Cue{Kind: Plain, Text: "收费"})
	var w Weigher
	for text, want := range map[string]float64{
		"账单":       0,    // one weak cue is not enough
		"账单、账单、账单": 0,    // nor is the same three times
		"账单费用流水":   0,    // nor are three
		"账单费用流水明细": 0.59, // four are
		"乱收费":      0.90, // 收费 lies within and adds nothing
		"没有乱收费":    0,
		"很清楚":      0.85,
		"账单不是很清楚":  0.80, // praise denied is a plain cue, beside a weak one
	} {
		got := 0.0
		for _, e := range w.Weigh(s.Find(text, new(Scratch))) {
			got = e.Score
		}
		if d := got - want; d > 0.005 || d < -0.005 {
			t.Errorf("%q scores %.3f, want %.3f", text, got, want)
		}
	}
}

// TestHandle: the name of somebody who is called is no word of the text.
func TestHandle(t *testing.T) {
	s := set(t, Cue{Kind: Strong, Text: "客服"}, Cue{Kind: Strong, Text: "信号差"})
	for text, want := range map[string]int{
		"@某电信客服 信号差":     1, // the signal alone
		"信号差@某电信客服":      1,
		"@某电信客服，客服不理我":   1,
		"@某电信客服、@另一家 客服": 1,
		"客服@某人":          1,
		"@这一句话没有任何停顿一直说到了底所以信号差客服也差": 2, // no name goes on for so long
		"a@b.com 信号差": 1,
		"@ 客服":        1,
	} {
		if got := len(s.Find(text, new(Scratch))); got != want {
			t.Errorf("%q: %d cues, want %d", text, got, want)
		}
	}
}

// FuzzFind checks that spans lie on character borders and in one clause, and
// that a Scratch used before changes nothing.
func FuzzFind(f *testing.F) {
	s := set(f, Cue{Kind: Strong, Text: "(乱|多|)扣(费|钱)"}, Cue{Kind: Plain, Text: "账单 ~6 看不懂"}, Cue{Kind: Plain, Text: "charge"},
		Cue{Kind: Praise, Text: "(很|非常)好"}, Cue{Kind: Plain, Text: "can't ~ reach"})
	used := new(Scratch)
	for _, seed := range []string{"没有乱扣费", "看不懂账单，⟦手机号⟧", "I was charged.\nCan’t ever reach", "\xff扣费\xe4\xbd", "扣 费 1,000.5"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		fresh := s.Find(text, new(Scratch))
		again := s.Find(text, used)
		if diff := cmp.Diff(fresh, again, cmp.AllowUnexported(Firing{}), cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("a used scratch changes the result (-fresh +used):\n%s", diff)
		}
		for _, x := range fresh {
			if x.Start < 0 || x.End > len(text) || x.Start >= x.End {
				t.Fatalf("span [%d,%d) of %d bytes", x.Start, x.End, len(text))
			}
			if utf8.ValidString(text) && (!utf8.RuneStart(text[x.Start]) || x.End < len(text) && !utf8.RuneStart(text[x.End])) {
				t.Fatalf("span [%d,%d) cuts a character", x.Start, x.End)
			}
			if c := used.Clauses[x.Clause]; x.Start < c.Start || x.End > c.End {
				t.Fatalf("span [%d,%d) leaves its clause [%d,%d)", x.Start, x.End, c.Start, c.End)
			}
		}
	})
}

func TestFindDoesNotAllocate(t *testing.T) {
	s := set(t, Cue{Kind: Strong, Text: "乱扣费"}, Cue{Kind: Plain, Text: "账单 ~6 看不懂"})
	sc := new(Scratch)
	text := strings.Repeat("没有乱扣费，只是账单看不懂。", 20)
	s.Find(text, sc)
	if n := testing.AllocsPerRun(50, func() { s.Find(text, sc) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestContractions: a cue with an apostrophe is found however it is written, and
// denies nothing of itself.
func TestContractions(t *testing.T) {
	for _, tt := range []struct {
		cue, text string
		want      []string
	}{
		{
			"can't connect", "I cant connect, cannot connect, can not connect, can't connect, can’t connect, canst connect",
			[]string{"cant connect", "cannot connect", "can not connect", "can't connect", "can’t connect"},
		},
		{
			"(won't|doesn't) work", "it wont work, will not work, doesnt work, does not work, would work",
			[]string{"wont work", "will not work", "doesnt work", "does not work"},
		},
		{"haven't been answered", "we have not been answered, havent been answered", []string{"have not been answered", "havent been answered"}},
		{"no signal", "could not get a signal, no signal", []string{"no signal"}},
		{"get a signal", "I could not get a signal, did not get a signal", []string{"get a signal", "!get a signal"}},
	} {
		got := found(set(t, Cue{Kind: Strong, Text: tt.cue}), tt.text)
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%q in %q (-want +got):\n%s", tt.cue, tt.text, diff)
		}
	}
}
