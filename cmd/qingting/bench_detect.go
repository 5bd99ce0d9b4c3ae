package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/debug"
	"strings"
	"time"

	"qingting/internal/corpus"
	"qingting/privacy/detect"
)

// detectSpeed is how fast the detector reads one kind of text, on one goroutine.
type detectSpeed struct {
	Kind    string  `json:"kind"`
	Bytes   int64   `json:"bytes"`
	Seconds float64 `json:"processor_seconds"` // work elsewhere on the machine does not count
	Wall    float64 `json:"seconds"`
	Memory  uint64  `json:"resident_bytes"` // at most, while it ran; 0 where it was not looked at
}

func (d detectSpeed) megabytes() float64 { return float64(d.Bytes) / 1e6 / max(d.Seconds, 1e-9) }

func (d detectSpeed) memory() string {
	if d.Memory == 0 {
		return ""
	}
	return fmt.Sprintf("%d MB", d.Memory>>20)
}

// How much of each kind is read at least, and how long the one document is.
const (
	detectBytes   = 8e6
	detectOneText = 100e6
)

// densely is text that has personal data everywhere; the people are invented.
var densely = map[string][]string{
	"zh": {
		"我叫张国强，手机１３９-1234-5678，身份证11010519491231002X，卡号6222 0212 3456 7890 128，座机0571-87654321转801。",
		"客户李晓梅，住杭州市西湖区文三路126号百隆花园3栋2单元501室，微信lixiaomei88，邮箱lixm@example.com，宽带账号hz69066340。",
		"派工：装维师傅王建军13812345678，工号SH2046，上门地址成都市武侯区锦绣路88号2栋1单元603，光猫SN HWTC1A2B3C4D。",
	},
	"en": {
		"My name is Sarah Johnson, I live at 12 North Main St, Apt 4, Springfield, IL 62704; call (415) 555-0198 or mail sarah.j@example.com.",
		"Card 4111-1111-1111-1111, SSN 423-71-8834, passport no: 123456789. Regards, John Smith, 28 Camden Road, London SW1A 1AA.",
	},
}

// benchDetect times detection by kind of text, and of one document of 100 MB
// made of all items.
func benchDetect(ctx context.Context, con *console, items []corpus.Item) (list []detectSpeed, err error) {
	detector, err := detect.New()
	if err != nil {
		return nil, err
	}
	kinds := []struct {
		name  string
		texts []string
	}{
		{"Chinese, no personal data", nil},
		{"English, no personal data", nil},
		{"Chinese, personal data throughout", densely["zh"]},
		{"English, personal data throughout", densely["en"]},
	}
	var whole strings.Builder
	for _, it := range items {
		whole.WriteString(it.Text + "\n")
		switch {
		case len(it.Truth.Spans) > 0:
		case it.Truth.Language == "en":
			kinds[1].texts = append(kinds[1].texts, it.Text)
		default:
			kinds[0].texts = append(kinds[0].texts, it.Text)
		}
	}
	for _, k := range kinds {
		if len(k.texts) == 0 {
			continue
		}
		fmt.Fprintf(con.Err, "detection: %s\n", k.name)
		d := detectSpeed{Kind: k.name}
		began, cpu := time.Now(), cpuTime()
		for d.Bytes < detectBytes && ctx.Err() == nil {
			for _, text := range k.texts {
				detector.Detect(text)
				d.Bytes += int64(len(text))
			}
		}
		d.Wall, d.Seconds = time.Since(began).Seconds(), (cpuTime() - cpu).Seconds()
		list = append(list, d)
	}
	one := strings.Repeat(whole.String(), detectOneText/whole.Len()+1)[:detectOneText]
	redactor, err := newRedactor("", nil)
	if err != nil {
		return nil, err
	}
	for _, run := range []struct {
		name string
		do   func()
	}{
		{"one document of 100 MB", func() { detector.Detect(one) }},
		{"the same, redacted", func() { redactor.Redact(one, time.Now()) }},
	} {
		fmt.Fprintf(con.Err, "detection: %s\n", run.name)
		runtime.GC()
		debug.FreeOSMemory()
		watched := watchResident()
		began, cpu := time.Now(), cpuTime()
		run.do()
		list = append(list, detectSpeed{run.name, int64(len(one)), (cpuTime() - cpu).Seconds(), time.Since(began).Seconds(), watched()})
	}
	return list, ctx.Err()
}

// watchResident looks at how much memory the process holds, ten times a second;
// what it returns stops that and says how much it was at most.
func watchResident() func() uint64 {
	stop, most := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(100 * time.Millisecond)
		defer tick.Stop()
		top := resident("VmRSS:")
		for {
			select {
			case <-tick.C:
				top = max(top, resident("VmRSS:"))
			case <-stop:
				most <- max(top, resident("VmRSS:"))
				return
			}
		}
	}()
	return func() uint64 {
		close(stop)
		return <-most
	}
}
