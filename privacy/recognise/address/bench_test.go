package address

import (
	"testing"

	"qingting/privacy/internal/ruletest"
)

// BenchmarkClean measures text without an address, as most feedback is.
func BenchmarkClean(b *testing.B) {
	ruletest.Speed(b, New(), "这个月5号的话费比上个月多了二十多块，打了3次热线都说系统没有异常，希望尽快核实清楚并给出合理的解释，2号开始宽带晚上经常掉线，网速只有50兆。")
}

// BenchmarkAddresses measures text with addresses.
func BenchmarkAddresses(b *testing.B) {
	ruletest.Speed(b, New(), "家住杭州市西湖区文三路200号翠苑小区3幢2单元501室，宽带三天没人修，")
}

// BenchmarkHostile measures text made of measures and endings alone.
func BenchmarkHostile(b *testing.B) { ruletest.Speed(b, New(), "路街1号栋小区园3-2") }

// BenchmarkEnglish measures English text without an address.
func BenchmarkEnglish(b *testing.B) {
	ruletest.Speed(b, New(), "my internet has been down for 3 days since yesterday and nobody could tell me when it will be fixed, the bill went up 20 dollars. ")
}
