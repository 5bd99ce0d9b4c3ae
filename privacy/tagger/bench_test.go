package tagger

import (
	"strings"
	"testing"

	"qingting/privacy/fold"
	"qingting/privacy/rule"
)

// BenchmarkRead measures text whose every sentence is read.
func BenchmarkRead(b *testing.B) {
	benchmark(b, "装维师傅王建国昨天没有来，客服说张经理会联系我，户名陈晓燕，结果李志远先生打来电话说要下周五再约时间。")
}

// BenchmarkPassed measures text that the filter passes over.
func BenchmarkPassed(b *testing.B) {
	benchmark(b, "网速太慢了，每天晚上都这样。希望尽快核实清楚并给出合理的解释。")
}

// BenchmarkFeedback measures a mix, as feedback is.
func BenchmarkFeedback(b *testing.B) {
	benchmark(b, "这个月的话费比上个月多了二十多块，打了三次热线都说系统没有异常。希望尽快核实清楚并给出合理的解释！宽带晚上高峰时段也经常掉线，网速只有平时的一半。找了陈晓燕三次都没有解决。")
}

func benchmark(b *testing.B, sentence string) {
	t := fold.New(strings.Repeat(sentence, 20))
	r := New()
	n := 0
	b.SetBytes(int64(len(t.Source)))
	b.ReportAllocs()
	for b.Loop() {
		r.Recognise(t, false, func(rule.Candidate) { n++ })
	}
}
