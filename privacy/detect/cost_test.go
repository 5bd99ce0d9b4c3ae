//go:build unix

package detect

import (
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"

	"qingting/privacy/recognise/name"
)

// pieces are what a text may be made of to make rules look twice: each
// separator between digits, the signs, letters, surnames, titles, labels,
// beginnings that no end follows.
var pieces = strings.Fields(`1 1- 1. 1, 1/ 1_ 1· 1… 1、 1( 1: 号1 路1号 栋1单元 一 一三 A a a1 A1 @ a@ @a. a. a: : ://
	a://b:c@ = a= token= - _ wxid_ ( [ ⟦ ⟧ ⟦手机号⟧ ⟦手机号⟧1 。 ， 元 张 张伟 张伟、 张伟， 张先生 小王 姓 我叫 我叫张伟 姓名： 客服8012 工号 工号SH2046
	师傅工牌上写的ZW0391 密码 密码a1 密码pwd/ 验证码 微信 vx 电话1 身份证 银行卡1 订单号1 省 浙江省杭州市 文三路 和 家 ° 1° 度 30.27418, 00: 1.1. :: 京A1
	阿· 阿卜杜拉· 约翰· * 1* O l1 \u200b ① 1️⃣ +86 0086 0571- 转 前七位1 前七位139 电话139那个 前面139 -----BEGIN -----BEGIN·PRIVATE·KEY----- eyJ sk-1 1990年生 1990- 1月 3/4/
	欧阳 上官 # a# 3-2- 室 101室 村 镇 收 ' O' a' a- > Aa. J. SSN AB12 E1 62 86 09 400- ¥1 某 零 1\n A\n Aa·Bb\n Regards,\n`)

// TestTimeGrowsWithTheText takes the time of texts made of one piece, and of
// two, at one size and at eight times that: the time by byte must stay about
// the same. Ratios only, and of processor time: no machine is too slow for it.
func TestTimeGrowsWithTheText(t *testing.T) {
	if testing.Short() {
		t.Skip("takes some seconds")
	}
	d := newDetector(t)
	texts := map[string]string{"spaced": "1 3 8 0 ", "blanks": " ", "words": "a ", "capitals": "Aa Bb ", "titles": "Mr. A ", "streets": "12 Main St, ", "invalid": "\xff1", "names": "John Smith "}
	for i, p := range pieces {
		p = strings.NewReplacer(`\n`, "\n", `\u200b`, "\u200b").Replace(p)
		texts[p] = p
		q := pieces[(i*37+11)%len(pieces)]
		texts[p+q] = strings.NewReplacer(`\n`, "\n", `\u200b`, "\u200b").Replace(p + q)
	}
	for _, r := range name.Rules()[:1] {
		texts[r.ID] = strings.Join(r.True, "")
	}
	const size, times, most = 4000, 8, 3.0
	for what, unit := range texts {
		one := strings.Repeat(unit, size/len(unit)+1)
		eight := strings.Repeat(one, times)
		ratio := func(runs int) float64 {
			return float64(cost(runs, func() { d.Detect(eight) })) / float64(cost(runs*times, func() { d.Detect(one) }))
		}
		for runs := 1; ; runs *= 3 { // again, and longer, before it is believed
			r := ratio(runs)
			if r <= most {
				break
			}
			if runs > 9 {
				t.Errorf("%q: %d times the text takes %.1f times the time by byte", what, times, r)
				break
			}
		}
	}
}

// cost returns the median processor time of three rounds of so many runs each.
func cost(runs int, do func()) time.Duration {
	var rounds []time.Duration
	for range 3 {
		began := processorTime()
		for range runs {
			do()
		}
		rounds = append(rounds, processorTime()-began)
	}
	slices.Sort(rounds)
	return max(rounds[1], time.Microsecond)
}

func processorTime() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
