package privacy

import "testing"

// About 100 code points of invented complaint, without and with personal data.
const (
	cleanFeedback = "上周五刚换的套餐，流量用到一半就开始限速，晚上在家看视频一直转圈，打客服电话等了二十多分钟才有人接，只说会反馈，到今天也没有人回复。希望尽快核实并退还多收的费用，否则只能考虑换一家运营商了，谢谢理解！"
	denseFeedback = "我叫张三，电话13812345678，上周五刚换的套餐，流量用到一半就限速，住四川省成都市武侯区天府路12号3栋，晚上看视频一直转圈，打客服等了二十分钟，身份证11010519491231002X可以核实。"
)

func BenchmarkRedactClean(b *testing.B) { benchmarkRedact(b, cleanFeedback) }
func BenchmarkRedactDense(b *testing.B) { benchmarkRedact(b, denseFeedback) }

func benchmarkRedact(b *testing.B, text string) {
	r := newRedactor(b, nil, "")
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		r.Redact(text, spoken)
	}
}

func BenchmarkToken(b *testing.B) {
	ps := newPseudonymizer(b)
	b.ReportAllocs()
	for b.Loop() {
		ps.Token("MOBILE", "13812345678", "2026")
	}
}
