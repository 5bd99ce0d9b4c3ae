package web

import (
	"slices"
	"strconv"
	"time"

	"qingting/web/chart"
)

// drawnSamples is how many points a chart of the last hours has at most.
const drawnSamples = 120

// samplesDrawn draws what came in and what lags.
func samplesDrawn(all []OperatedSample, lang language) (list []*chart.Drawing) {
	if len(all) < 3 {
		return nil
	}
	step := (len(all) + drawnSamples - 1) / drawnSamples
	var kept []OperatedSample
	for i := (len(all) - 1) % step; i < len(all); i += step {
		kept = append(kept, all[i])
	}
	if len(kept) < 3 {
		return nil
	}
	var labels []string
	var rate, waiting, lag, heap []chart.Value
	for i, s := range kept[1:] {
		before := kept[i]
		labels = append(labels, s.At.Format("15:04:05"))
		perMinute := 0.0
		if minutes := s.At.Sub(before.At).Minutes(); minutes > 0 && s.Published >= before.Published {
			perMinute = float64(s.Published-before.Published) / minutes
		}
		rate = append(rate, chart.Value{N: perMinute, Text: decimal(perMinute)})
		waiting = append(waiting, chart.Value{N: float64(s.Waiting), Text: thousands(int(s.Waiting))})
		lag = append(lag, chart.Value{N: float64(s.Lag), Text: thousands(int(s.Lag))})
		mib := float64(s.Heap) / (1 << 20)
		heap = append(heap, chart.Value{N: mib, Text: decimal(mib)})
	}
	draw := func(title say, series ...chart.Series) {
		list = append(list, chart.Line(chart.LineConfig{
			Title: title.in(lang), Summary: title.in(lang), Labels: labels, Series: series, LabelHead: say{"时刻", "Time"}.in(lang),
		}))
	}
	draw(say{"每分钟收到的反馈", "Feedback a minute"}, chart.Series{Name: say{"条/分", "a minute"}.in(lang), Values: rate})
	draw(say{"等待处理与等待索引", "Waiting to be processed, and to be indexed"},
		chart.Series{Name: say{"待处理", "to be processed"}.in(lang), Values: waiting}, chart.Series{Name: say{"待索引", "to be indexed"}.in(lang), Values: lag})
	draw(say{"内存（MiB）", "Memory (MiB)"}, chart.Series{Name: say{"堆", "heap"}.in(lang), Values: heap})
	return slices.DeleteFunc(list, func(d *chart.Drawing) bool { return d == nil })
}

func partName(id string) say {
	switch id {
	case "streams":
		return say{"消息流", "Streams"}
	case "intake":
		return say{"收取队列", "Queue"}
	case "worker":
		return say{"脱敏处理", "Redaction"}
	case "index":
		return say{"检索索引", "Search index"}
	case "statistics":
		return say{"统计", "Statistics"}
	}
	return say{id, id}
}

// says puts a part's state into words.
func (p OperatedPart) says() say {
	n := thousands(int(p.N))
	switch p.State {
	case PartWell:
		return say{"正常", "Well"}
	case PartBehind:
		return say{"落后 " + n + " 条", n + " behind"}
	case PartOff:
		return say{"由其他进程承担", "Another process plays it"}
	}
	return say{"不可用", "Down"}
}

func deadName(reason string) say {
	for _, known := range []struct {
		id   string
		name say
	}{
		{"malformed", say{"格式错误", "Malformed"}},
		{"oversize", say{"过大", "Too large"}},
		{"empty", say{"没有正文", "No text"}},
		{"invalid", say{"字段有误", "A field is wrong"}},
		{"encoding", say{"编码错误", "Encoding"}},
		{"sealed", say{"无法拆封", "Sealed to others"}},
		{"unsupported", say{"不支持的格式", "Not supported"}},
		{"unregistered", say{"来源未登记", "Source not registered"}},
		{"failed", say{"处理失败", "Processing failed"}},
		{"poison", say{"致使进程退出", "Ended the process"}},
	} {
		if known.id == reason {
			return known.name
		}
	}
	return say{reason, reason}
}

func stageName(id string) say {
	switch id {
	case "request":
		return say{"页面与接口的应答", "Answer of pages and API"}
	case "intake":
		return say{"经 HTTP 收取，至流确认", "Intake by HTTP, until the stream has it"}
	case "decode":
		return say{"解码", "Decode"}
	case "detect":
		return say{"检测个人信息", "Detect personal data"}
	case "redact":
		return say{"去除个人信息", "Redact"}
	case "seal":
		return say{"密封原值", "Seal"}
	case "annotate":
		return say{"标注主题", "Annotate"}
	case "publish":
		return say{"写入各流，至全部确认", "Publish, until all streams have it"}
	case "index":
		return say{"写入检索索引（整批）", "Index (the write of its batch)"}
	case "document":
		return say{"自收到至可检索", "From receipt to search"}
	}
	return say{id, id}
}

func processRole(id string) say {
	switch id {
	case "ingest":
		return say{"收取", "ingest"}
	case "index":
		return say{"索引", "index"}
	case "web":
		return say{"网页", "pages"}
	}
	return say{"其他", "other"}
}

func millis(ms float64) string {
	if ms >= 1000 {
		return decimal(ms/1000) + " s"
	}
	if ms < 1 {
		return strconv.FormatFloat(ms, 'f', 2, 64) + " ms"
	}
	return decimal(ms) + " ms"
}

// bytesOf writes a size.
func bytesOf(n uint64) string {
	units := []string{"B", "KiB", "MiB", "GiB", "TiB"}
	x := float64(n)
	i := 0
	for x >= 1024 && i < len(units)-1 {
		x /= 1024
		i++
	}
	if i == 0 {
		return strconv.FormatUint(n, 10) + " B"
	}
	return decimal(x) + " " + units[i]
}

// spanOf writes a time that has passed.
func spanOf(d time.Duration) say {
	days, hours, minutes := int(d.Hours())/24, int(d.Hours())%24, int(d.Minutes())%60
	n := strconv.Itoa
	switch {
	case days > 0:
		return say{n(days) + " 天 " + n(hours) + " 小时", n(days) + " d " + n(hours) + " h"}
	case hours > 0:
		return say{n(hours) + " 小时 " + n(minutes) + " 分", n(hours) + " h " + n(minutes) + " min"}
	}
	if minutes == 0 {
		return say{n(int(d.Seconds())) + " 秒", n(int(d.Seconds())) + " s"}
	}
	return say{n(minutes) + " 分 " + n(int(d.Seconds())%60) + " 秒", n(minutes) + " min " + n(int(d.Seconds())%60) + " s"}
}
