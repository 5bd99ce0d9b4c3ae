package name

import (
	"testing"

	"qingting/privacy/internal/ruletest"
)

// BenchmarkClean measures text without a name, as most feedback is.
func BenchmarkClean(b *testing.B) {
	ruletest.Speed(b, New(), "这个月的话费比上个月多了二十多块，打了三次热线都说系统没有异常，希望尽快核实清楚并给出合理的解释，宽带晚上高峰时段也经常掉线，网速只有平时的一半，玩游戏延迟很高。")
}

// BenchmarkNames measures text with names.
func BenchmarkNames(b *testing.B) {
	ruletest.Speed(b, New(), "装维师傅王建国没来，客服小李说张经理会联系我，户名陈晓燕，结果李先生打来电话说周五再约。")
}

// BenchmarkEnglish measures English text without a name.
func BenchmarkEnglish(b *testing.B) {
	ruletest.Speed(b, New(), "my internet has been down since yesterday and nobody could tell me when it will be fixed, the bill went up again without any notice. ")
}

// BenchmarkHostile measures text made of surnames, cues and dots alone.
func BenchmarkHostile(b *testing.B) {
	ruletest.Speed(b, New(), "王张李高客服姓名小王·阿里@Zhang Wei ")
}
