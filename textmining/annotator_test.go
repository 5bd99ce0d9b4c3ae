package textmining

import (
	"encoding/json"
	"os"
	"testing"
)

func TestScratch(t *testing.T) {
	a, err := DefaultAnnotator()
	if err != nil {
		t.Fatal(err)
	}
	t.Log(a.set.Size())
	for _, s := range []string{"没订过的彩铃一直在扣费，10086永远打不通", "没有乱扣费，账单很清楚", "why was I charged for something I never signed up for? can't reach a human", "信号不好的问题终于解决了，谢谢"} {
		b, _ := json.Marshal(a.Annotate(s))
		t.Log(s, string(b))
	}
	_ = os.Stdout
}

func BenchmarkAnnotate(b *testing.B) {
	a, err := DefaultAnnotator()
	if err != nil {
		b.Fatal(err)
	}
	text := "我从来没订过这个彩铃业务，可是每个月都扣我五块钱，打10086等了半个小时都是机器人，找不到人工客服，去营业厅又说不归他们管，再不解决我就去工信部投诉，然后携号转网，用了十年的老用户真的很失望，希望尽快给个说法。"
	b.ReportAllocs()
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		a.Annotate(text)
	}
}
