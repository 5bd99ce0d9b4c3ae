package main

import (
	"bytes"
	"testing"

	"qingting/textmining/statistics"
)

func ptr(x float64) *float64 { return &x }

func TestReportShow(t *testing.T) {
	var b bytes.Buffer
	r := statistics.Report{K: 5, Documents: statistics.Count{N: 12345}, Customers: statistics.Count{N: 9999}, Change: ptr(.12),
		Sentiment:  &statistics.Tones{Positive: .2, Neutral: .3, Negative: .5},
		PainPoints: []statistics.Line{{ID: "robot-human", ZH: "智能化与人工的平衡", EN: "Robot against human", Documents: statistics.Count{N: 1234}, Share: ptr(.1), Change: ptr(.34), Significant: true, Series: []statistics.Count{{N: 1}, {N: 5}, {Below: 5}, {N: 20}}, Quotes: []statistics.Quote{{Text: "我从来没订过这个彩铃业务，可是每个月都扣我五块钱，打10086等了半个小时都是机器人，找不到人工客服，去营业厅又说不归他们管，再不解决我就去工信部投诉，然后携号转网，用了十年的老用户真的很失望。"}}}, {ID: "privacy", ZH: "对隐私保护的关注度提升", EN: "Privacy concern", Documents: statistics.Count{Below: 5}}},
		Dimensions: []statistics.Line{{ZH: "服务渠道", EN: "Channel", Documents: statistics.Count{N: 55}, Satisfaction: ptr(23)}},
	}
	if err := writeReport(&b, r, reportOptions{Width: 90}); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}
