package discover

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"testing"

	"qingting/textmining/segment"
)

// words is the segmenter of all tests.
var words = sync.OnceValues(func() (*segment.Segmenter, error) { return segment.New() })

func segmenter(t testing.TB) *segment.Segmenter {
	t.Helper()
	s, err := words()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// Topics from which texts are made: what each speaks of, and what all say.
var (
	chinese = [][]string{
		{"宽带断网", "光猫红灯", "路由器掉线", "网速太慢", "上门维修", "师傅没来", "网络中断", "重启光猫"},
		{"话费扣多", "账单不对", "套餐费用", "乱扣费", "退款没到", "充值未到账", "流量超额", "费用明细"},
		{"营业厅排队", "柜台人员", "态度恶劣", "等候太久", "办理业务", "取号机", "店员推诿", "大厅拥挤"},
	}
	english = [][]string{
		{"internet outages", "router light red", "slow speed", "modem dropped", "technician repair", "wifi disconnects"},
		{"bill overcharged", "refund missing", "monthly fee", "wrong amount", "unexpected charges", "payment twice"},
		{"store queue", "rude clerk", "waiting counter", "branch crowded", "staff ignored", "ticket machine"},
	}
	chineseFiller = []string{"昨天", "真的", "希望尽快", "已经三次", "家里", "今天又", "客户", "反映"}
	englishFiller = []string{"yesterday", "really", "please hurry", "three times", "home", "again", "customer", "today"}
)

// planted makes n texts of each topic, with a word of another topic now and then.
func planted(topics [][]string, filler []string, glue string, n int, seed uint64) (docs []Doc, class []int) {
	rng := rand.New(rand.NewPCG(seed, 1))
	for i := range n * len(topics) {
		topic := i % len(topics)
		parts := []string{filler[rng.IntN(len(filler))]}
		for range 3 {
			from := topics[topic]
			if rng.IntN(12) == 0 {
				from = topics[rng.IntN(len(topics))]
			}
			parts = append(parts, from[rng.IntN(len(from))])
		}
		rng.Shuffle(len(parts), func(a, b int) { parts[a], parts[b] = parts[b], parts[a] })
		docs = append(docs, Doc{ID: fmt.Sprint(i), Text: strings.Join(parts, glue)})
		class = append(class, topic)
	}
	return docs, class
}
