package segment

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestClausesAndSentences(t *testing.T) {
	for _, test := range []struct {
		text              string
		clauses, sentence []string
	}{
		{"", nil, nil},
		{" \n ", nil, nil},
		{
			"信号差，网速慢！！你们管不管？管。",
			[]string{"信号差，", "网速慢！！", "你们管不管？", "管。"},
			[]string{"信号差，网速慢！！", "你们管不管？", "管。"},
		},
		{
			"他说：“太慢了。”我同意",
			[]string{"他说：", "“太慢了。”", "我同意"},
			[]string{"他说：“太慢了。”", "我同意"},
		},
		{
			"Paid 1,000.50 at example.com, never again. Ask at 12:30",
			[]string{"Paid 1,000.50 at example.com,", "never again.", "Ask at 12:30"},
			[]string{"Paid 1,000.50 at example.com, never again.", "Ask at 12:30"},
		},
		{"一行\n二行", []string{"一行", "二行"}, []string{"一行", "二行"}},
		{"给⟦手机号·kqzmwtbx⟧回电，好", []string{"给⟦手机号·kqzmwtbx⟧回电，", "好"}, []string{"给⟦手机号·kqzmwtbx⟧回电，好"}},
	} {
		var clauses, sentences []string
		for s := range Clauses(test.text) {
			clauses = append(clauses, test.text[s.Start:s.End])
		}
		for s := range Sentences(test.text) {
			sentences = append(sentences, test.text[s.Start:s.End])
		}
		if diff := cmp.Diff(test.clauses, clauses); diff != "" {
			t.Errorf("%q clauses: %s", test.text, diff)
		}
		if diff := cmp.Diff(test.sentence, sentences); diff != "" {
			t.Errorf("%q sentences: %s", test.text, diff)
		}
	}
}

func FuzzClauses(f *testing.F) {
	f.Add("好，⟦姓名⟧。\xff a.b, c")
	f.Add("。。\n，")
	f.Fuzz(func(t *testing.T, text string) {
		at := 0
		for s := range Clauses(text) {
			if s.Start < at || s.End <= s.Start || s.End > len(text) {
				t.Fatalf("%q: span %+v after byte %d", text, s, at)
			}
			if strings.Trim(text[at:s.Start], " \t\r\n\u3000\u2028\u2029") != "" {
				t.Fatalf("%q: bytes %d to %d are in no clause", text, at, s.Start)
			}
			at = s.End
		}
		if strings.Trim(text[at:], " \t\r\n\u3000\u2028\u2029") != "" {
			t.Fatalf("%q: the end from %d is in no clause", text, at)
		}
	})
}

func TestLanguage(t *testing.T) {
	for text, want := range map[string]string{
		"":                            "",
		"12345 👍 ⟦手机号⟧":               "",
		"宽带断网三天了":                     "zh",
		"iPhone15 在 5G 下没信号":          "zh",
		"My internet has been down":   "en",
		"The 套餐 is far too expensive": "en",
		"⟦手机号⟧ never called back":     "en",
		"インターネットがつながらない":              "",
		"Интернет не работает":        "",
	} {
		if got := Language(text); got != want {
			t.Errorf("Language(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestStop(t *testing.T) {
	for word, want := range map[string]bool{
		"的": true, "我们": true, "we": true, "The": true, "ＴＨＥ": true, "這個": true,
		"宽带": false, "投诉": false, "router": false, "慢": false, "": false,
	} {
		if got := Stop(word); got != want {
			t.Errorf("Stop(%q) = %v", word, got)
		}
	}
}

func TestFold(t *testing.T) {
	for text, want := range map[string]string{
		"ＡＢｃ１２，": "abc12,", "達量限速": "达量限速", "乾隆": "干隆", "plain": "plain", "a\xffb": "a\ufffdb",
	} {
		if got := Fold(text); got != want {
			t.Errorf("Fold(%q) = %q, want %q", text, got, want)
		}
	}
}
