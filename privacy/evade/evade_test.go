package evade

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"qingting/privacy/score"
)

func TestApply(t *testing.T) {
	const text = "我叫张三，电话13812345678，信箱zs@example.com，身份证11010519491231002X。"
	spans := []score.Span{{Start: 2, End: 4, Type: "PERSON_NAME"}, {Start: 7, End: 18, Type: "MOBILE"}, {Start: 21, End: 35, Type: "EMAIL"}, {Start: 39, End: 57, Type: "ID_CARD"}}
	for name, want := range map[string]string{
		"full-width":       "我叫张三，电话«１３８１２３４５６７８»，信箱«ｚｓ＠ｅｘａｍｐｌｅ．ｃｏｍ»，身份证«１１０１０５１９４９１２３１００２Ｘ»。",
		"numerals":         "我叫张三，电话«一三八一二三四五六七八»，信箱zs@example.com，身份证«一一〇一〇五一九四九一二三一〇〇二X»。",
		"spoken":           "我叫张三，电话«幺三八幺两三四五六拐八»，信箱zs@example.com，身份证«幺幺洞幺洞五幺勾四勾幺两三幺洞洞两X»。",
		"keycaps":          "我叫张三，电话«1️⃣3️⃣8️⃣1️⃣2️⃣3️⃣4️⃣5️⃣6️⃣7️⃣8️⃣»，信箱zs@example.com，身份证«1️⃣1️⃣0️⃣1️⃣0️⃣5️⃣1️⃣9️⃣4️⃣9️⃣1️⃣2️⃣3️⃣1️⃣0️⃣0️⃣2️⃣X»。",
		"cross":            "我叫张三，电话13812345678，信箱zs@example.com，身份证«11010519491231002叉»。",
		"traditional":      "我叫«張三»，电话13812345678，信箱zs@example.com，身份证11010519491231002X。",
		"mail-mouse":       "我叫张三，电话13812345678，信箱«zs小老鼠example.com»，身份证11010519491231002X。",
		"groups-dash":      "我叫张三，电话«138-1234-5678»，信箱zs@example.com，身份证«1101-0519-4912-3100-2X»。",
		"every-underscore": "我叫张三，电话«1_3_8_1_2_3_4_5_6_7_8»，信箱zs@example.com，身份证«1_1_0_1_0_5_1_9_4_9_1_2_3_1_0_0_2_X»。",
	} {
		i := slices.IndexFunc(All(), func(e Evasion) bool { return e.Name == name })
		out, changed, rest := All()[i].Apply(1, text, spans)
		if diff := cmp.Diff(want, mark(out, changed)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
		if len(changed)+len(rest) != len(spans) {
			t.Errorf("%s: %d spans changed and %d left of %d", name, len(changed), len(rest), len(spans))
		}
	}
}

func TestPieces(t *testing.T) {
	i := slices.IndexFunc(All(), func(e Evasion) bool { return e.Name == "pieces" })
	out, changed, rest := All()[i].Apply(2, "打13812345678吧", []score.Span{{Start: 1, End: 12, Type: "MOBILE"}})
	secret := ""
	for _, s := range changed {
		secret += string([]rune(out)[s.Start:s.End])
	}
	if secret != "13812345678" || len(changed) < 2 || len(rest) > 0 {
		t.Errorf("%s: %v tell %s", out, changed, secret)
	}
}

// TestSame: an evasion is deterministic, has a name of its own, and leaves
// what it does not suit as it was.
func TestSame(t *testing.T) {
	names := map[string]bool{}
	spans := []score.Span{{Start: 1, End: 12, Type: "MOBILE"}}
	for _, e := range All() {
		if names[e.Name] || e.About == "" {
			t.Errorf("%q is there twice, or says nothing about itself", e.Name)
		}
		names[e.Name] = true
		a, _, _ := e.Apply(7, "打13812345678吧", spans)
		b, _, _ := e.Apply(7, "打13812345678吧", spans)
		if a != b || !strings.HasPrefix(a, "打") || !strings.HasSuffix(a, "吧") {
			t.Errorf("%s: %s and %s", e.Name, a, b)
		}
		if out, changed, rest := e.Apply(7, "信号差", []score.Span{{Start: 0, End: 2, Type: "USCC"}}); e.Name != "zero-width" && (out != "信号差" || len(changed) > 0 || len(rest) != 1) {
			t.Errorf("%s: %s, %v, %v", e.Name, out, changed, rest)
		}
	}
}

func mark(text string, spans []score.Span) string {
	r := []rune(text)
	for _, s := range slices.Backward(spans) {
		r = slices.Concat(r[:s.Start], []rune("«"), r[s.Start:s.End], []rune("»"), r[s.End:])
	}
	return string(r)
}
