//go:build unix

package detect

import (
	"strings"
	"testing"

	"qingting/internal/corpus"
)

// benchTexts are the texts by which the speed of detection is judged: feedback
// without personal data, the corpus as it comes, text with numbers, names and
// addresses everywhere, and one document of megabytes.
func benchTexts() map[string][]string {
	texts := map[string][]string{
		"dense/zh": {
			"我叫张国强，手机１３９-1234-5678，身份证11010519491231002X，卡号6222 0212 3456 7890 128，座机0571-87654321转801。",
			"客户李晓梅，住杭州市西湖区文三路126号百隆花园3栋2单元501室，微信lixiaomei88，邮箱lixm@example.com，宽带账号hz69066340。",
			"派工：装维师傅王建军13812345678，工号SH2046，上门地址成都市武侯区锦绣路88号2栋1单元603，光猫SN HWTC1A2B3C4D。",
		},
		"dense/en": {
			"My name is Sarah Johnson, I live at 12 North Main St, Apt 4, Springfield, IL 62704; call (415) 555-0198 or mail sarah.j@example.com.",
			"Card 4111-1111-1111-1111, SSN 423-71-8834, passport no: 123456789. Regards, John Smith, 28 Camden Road, London SW1A 1AA.",
		},
	}
	for _, item := range corpus.Generate(1, corpus.Options{Items: 4000}) {
		text := item.Text
		texts["mix"] = append(texts["mix"], text)
		switch {
		case len(item.Truth.Spans) > 0:
		case item.Truth.Language == "en":
			texts["clean/en"] = append(texts["clean/en"], text)
		default:
			texts["clean/zh"] = append(texts["clean/zh"], text)
		}
	}
	megabyte := strings.Join(texts["mix"], "\n")
	megabyte = strings.Repeat(megabyte+"\n", 1_000_000/len(megabyte)+1)
	texts["document/1MB"] = []string{megabyte}
	texts["document/8MB"] = []string{strings.Repeat(megabyte, 8)}
	return texts
}

// BenchmarkDetect prints the speed of the whole detector by kind of text, on
// one goroutine, by the clock and by processor time, which is the one to read on a busy machine. The two documents must run alike, and about as fast as mix.
func BenchmarkDetect(b *testing.B) {
	d := newDetector(b)
	for name, texts := range benchTexts() {
		b.Run(name, func(b *testing.B) {
			size := 0
			for _, text := range texts {
				size += len(text)
			}
			b.SetBytes(int64(size))
			b.ReportAllocs()
			began := processorTime()
			for b.Loop() {
				for _, text := range texts {
					d.Detect(text)
				}
			}
			b.ReportMetric(float64(size*b.N)/1e6/(processorTime()-began).Seconds(), "MB/cpu-s")
		})
	}
}
