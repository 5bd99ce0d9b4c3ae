package web

import (
	"net/http"
	"slices"

	"qingting/internal/access"
	"qingting/internal/mark"
	"qingting/internal/saved"
	"qingting/search"
	"qingting/textmining/insight"
	"qingting/textmining/statistics"
)

// The parameters that several endpoints take.
var (
	langParam   = param{name: "lang", typ: choose, choices: []string{"zh", "en"}, about: say{"错误说明的语言。", "Language of what is said about errors."}}
	queryParam  = param{name: "q", about: say{"检索式，写法见 docs/search.md。", "A search, as docs/search.md says."}}
	sortParam   = param{name: "sort", typ: choose, choices: []string{"relevance", "newest", "oldest", "rating", "-rating"}, about: say{"排序；缺省时有检索词按相关度，否则最新在前。", "Order; by default relevance when there are words, else newest first."}}
	sizeParam   = param{name: "size", typ: whole, least: 1, most: apiMost, about: say{"最多多少条。", "How many at most."}}
	recordParam = param{name: "record", most: maxValue, about: say{"记录编号。", "Record id."}}
)

func daysParam(days string) param {
	return param{name: "days", typ: whole, least: 1, most: maxDays, about: say{"截至最后一天反馈的天数；缺省为 " + days + "。", "Days up to the last feedback; by default " + days + "."}}
}

// placeParams narrow the figures.
func placeParams(days string) []param {
	return []param{
		langParam, daysParam(days),
		{name: "since", typ: day, about: say{"第一天；优先于 days。", "First day; counts more than days."}},
		{name: "until", typ: day, about: say{"最后一天。", "Last day."}},
		{name: "channel", most: maxValue, about: say{"只算这个渠道。", "Only this channel."}},
		{name: "region", most: maxValue, about: say{"只算这个地区。", "Only this region."}},
		{name: "product", most: maxValue, about: say{"只算这个产品。", "Only this product."}},
	}
}

// compareParam holds two periods or places against one another.
var compareParam = param{name: "compare", most: 3 * maxValue, about: say{"previous、两个日期（2026-01-01..2026-01-31），或一个分组（region:浙江）。", "previous, two days (2026-01-01..2026-01-31), or a segment (region:North)."}}

// searchParams narrow a search; each facet is a parameter.
func searchParams() []param {
	list := []param{langParam, queryParam, daysParam(say{"不限", "all"}.EN), {name: "since", typ: day, about: say{"第一天。", "First day."}}, {name: "until", typ: day, about: say{"最后一天。", "Last day."}}}
	for _, field := range search.FacetNames() {
		p := param{name: field, most: maxValue, many: true, about: say{"只要这一项为此值的；可重复。", "Only what has this value there; may be repeated."}}
		if field == search.FacetDay {
			p.typ = day
		}
		list = append(list, p)
	}
	return list
}

// pageParams are those of a search that is paged through.
func pageParams() []param {
	return append(searchParams(), sortParam, sizeParam,
		param{name: "from", typ: whole, least: 0, most: search.MaxWindow - pageSize, about: say{"跳过多少条；更深处用 after。", "How many to pass over; beyond that use after."}},
		param{name: "after", most: 2000, about: say{"上一页的 next，即游标。", "The next of the page before: a cursor."}},
		param{name: "collapse", typ: choose, choices: []string{"on", "off"}, about: say{"近似重复只显示一条。", "Show one of each group of near-duplicates."}},
		param{name: "multi", typ: choose, choices: []string{"on", "off"}, about: say{"分面计数不计该分面自身的筛选。", "Count a facet without the filters on itself."}},
		param{name: "histogram", typ: choose, choices: []string{"day", "week", "month"}, about: say{"时间分面的粒度。", "Grain of the facet over time."}},
	)
}

// jsonBody is a body that is one object of a type.
func jsonBody(of any, zh, en string) []media { return []media{{"application/json", of, say{zh, en}}} }

// endpoints is the HTTP API.
func (s *server) endpoints() []endpoint {
	get, post, del := http.MethodGet, http.MethodPost, http.MethodDelete
	object := jsonBody
	withSize := func(list []param) []param { return append(list, sizeParam) }
	return slices.Concat([]endpoint{
		{
			method: get, path: "/api/v1/report", power: access.Search, steady: true, handle: s.apiReport, gives: statistics.Report{},
			about: say{"痛点报告：主题、痛点、维度与风险的数量、变化与满意度。", "The report of pain points: counts, changes and satisfaction of themes, pain points, dimensions and risks."},
			takes: append(placeParams("30"), compareParam),
		},
		{
			method: get, path: "/api/v1/search", power: access.Search, steady: true, handle: s.apiSearch, gives: search.Results{},
			about: say{"检索脱敏反馈。next 是下一页的游标，放进 after。", "Search redacted feedback. next is the cursor of the next page: give it as after."}, takes: pageParams(),
		},
		{
			method: post, path: "/api/v1/search", power: access.Search, handle: s.apiSearchBody, gives: search.Results{},
			about: say{"同上，参数写在请求体里：检索词不进入地址与日志。", "The same, with the parameters in the body: no words in addresses and logs."}, takes: []param{langParam},
			body: object(searchBody{Q: "断网", Channel: []string{"app"}, Days: 30, Size: 50}, "GET 的参数，作为成员；可重复的为数组。", "The parameters of GET as members; those that may be repeated as arrays."),
		},
		{
			method: get, path: "/api/v1/suggest", power: access.Search, handle: s.apiSuggest, gives: suggestAnswer{},
			about: say{"补全所输入的：汉字、拼音或首字母。", "Complete what was typed: characters, pinyin or initials."},
			takes: []param{langParam, {name: "q", about: say{"输入的内容。", "What was typed."}}, {name: "n", typ: whole, least: 1, most: maxSuggestions, about: say{"最多多少条。", "How many at most."}}},
		},
		{
			method: get, path: "/api/v1/similar", power: access.Search, steady: true, handle: s.apiSimilar, gives: similarHits{}, fails: []int{http.StatusNotFound},
			about: say{"与一条反馈最相近的反馈。", "The feedback that is most like one."}, takes: []param{langParam, recordParam, sizeParam},
		},
		{
			method: get, path: "/api/v1/significant", power: access.Search, steady: true, handle: s.apiSignificant, gives: significantTerms{},
			about: say{"一次检索的结果有哪些与众不同的词。", "The words that set the results of a search apart."}, takes: append(withSize(searchParams()), sortParam),
		},
		{
			method: get, path: "/api/v1/documents/{record}", power: access.Search, steady: true, handle: s.apiDocument, gives: documentAnswer{},
			about: say{"一条脱敏反馈。", "One piece of redacted feedback."}, takes: []param{langParam},
		},
		{
			method: get, path: "/api/v1/themes", power: access.Search, steady: true, handle: s.apiThemes, gives: themesAnswer{},
			about: say{"时段内出现的主题、痛点、维度与风险的编号和名称。", "Ids and names of the themes, pain points, dimensions and risks that came up."}, takes: placeParams("30"),
		},
		{
			method: get, path: "/api/v1/trends", power: access.Search, steady: true, handle: s.apiTrends, gives: statistics.Trends{}, fails: []int{http.StatusNotFound},
			about: say{"一个主题或全部反馈的走势、突发与预测。", "The course of a theme, or of all feedback: bursts and forecast."},
			takes: append(placeParams("30"), compareParam, param{name: "label", most: maxValue, about: say{"主题的编号或名称。", "Id or name of a theme."}},
				param{name: "by", typ: choose, choices: []string{"channel", "region", "product", "weekday"}, about: say{"按此列成表。", "A table by this."}}),
		},
		{
			method: get, path: "/api/v1/drivers", power: access.Search, steady: true, handle: s.apiDrivers, gives: insight.Drivers{}, fails: []int{http.StatusUnprocessableEntity},
			about: say{"哪些主题左右评分。", "Which themes move the rating."},
			takes: append(placeParams("180"), param{name: "count", typ: choose, choices: []string{"customers", "mentions"}, about: say{"按客户或按提及计。", "Count customers or mentions."}}),
		},
		{
			method: get, path: "/api/v1/interventions", power: access.Search, handle: s.apiMarks, gives: marksAnswer{},
			about: say{"登记的改进措施。", "The actions that were noted down."}, takes: []param{langParam},
		},
		{
			method: post, path: "/api/v1/interventions", power: access.Mark, handle: s.apiMark, gives: mark.Mark{}, status: http.StatusCreated,
			about: say{"登记一项措施。", "Note an action down."}, takes: []param{langParam}, body: object(markBody{Title: "More lines at the hotline", Date: "2026-05-03", Themes: []string{"hotline-wait"}, Reason: "plan of May"}, "措施。", "The action."),
		},
		{
			method: del, path: "/api/v1/interventions/{id}", power: access.Mark, handle: s.apiUnmark, gives: struct{}{},
			about: say{"撤销一项登记。", "Take a note back."}, takes: []param{langParam, {name: "reason", most: 10 * maxValue, about: say{"原因，写入台账。", "Why, for the ledger."}}},
		},
		{
			method: get, path: "/api/v1/assessment", power: access.Search, handle: s.apiAssess, gives: insight.Assessment{}, fails: []int{http.StatusNotFound, http.StatusUnprocessableEntity},
			about: say{"一项措施前后相比如何：登记过的（id），或所描述的。", "What an action changed: one that was noted down (id), or one that is described."}, takes: assessParams(),
		},
		{
			method: get, path: "/api/v1/discover", power: access.Search, handle: s.apiDiscover, gives: discoverAnswer{},
			about: say{"没有名称的新主题。", "Themes that nobody has named."},
			takes: []param{
				langParam, sizeParam.upTo(mostDiscover),
				{name: "state", typ: choose, choices: foundStates, many: true, about: say{"只要这些状态的。", "Only those of these states."}},
				{name: "k", typ: whole, least: 1, most: 1_000_000, about: say{"至少多少位客户。", "Customers at least."}},
				{name: "from", typ: whole, least: 0, most: 10_000, about: say{"跳过多少个。", "How many to pass over."}},
			},
		},
		{
			method: post, path: "/api/v1/discover", power: access.Themes, handle: s.apiDecide, gives: decidedAnswer{},
			about: say{"对一个新主题作出决定。", "Decide on a theme that was found."}, takes: []param{langParam}, body: object(Decision{Action: "rename", ID: "d-3", Name: "Router restarts", Reason: "clearer"}, "决定。", "The decision."),
		},
		{
			method: get, path: "/api/v1/saved", power: access.Search, handle: s.apiSaved, gives: savedAnswer{},
			about: say{"保存的检索。", "The saved searches."}, takes: []param{langParam},
		},
		{
			method: post, path: "/api/v1/saved", power: access.Saved, handle: s.apiSave, gives: saved.Search{},
			about: say{"保存一次检索。", "Save a search."}, takes: []param{langParam}, body: object(savedBody{Name: "断网", Query: "断网 channel:app", Alert: true}, "检索。", "The search."),
		},
		{
			method: del, path: "/api/v1/saved/{id}", power: access.Saved, handle: s.apiUnsave, gives: struct{}{},
			about: say{"删除保存的检索。", "Remove a saved search."}, takes: []param{langParam},
		},
		{
			method: get, path: "/api/v1/alerts", power: access.Alerts, handle: s.apiAlerts, gives: alertsAnswer{},
			about: say{"预警，每条以最后所告为准，最新在前。", "Alerts, each as it was told last, the newest first."},
			takes: []param{
				langParam,
				{name: "days", typ: whole, least: 1, most: maxDays, about: say{"最近多少天所告的；缺省为 30。", "Told within so many days; by default 30."}},
				{name: "theme", most: maxValue, about: say{"只要这个主题的。", "Only of this theme."}},
				{name: "state", typ: choose, choices: []string{"open", "grown", "closed"}, many: true, about: say{"只要这些状态的。", "Only those of these states."}},
			},
		},
		{
			method: post, path: "/api/v1/feedback", power: access.Publish, serve: s.intake, gives: intakeAnswer{},
			about: say{"提交反馈。流已收下才算受理；逐行说明哪些受理、哪些被拒。", "Publish feedback. What is answered as accepted is in the stream; each refused line is named."},
			takes: []param{langParam, {name: "channel", most: maxValue, about: say{"反馈自身未写渠道时的渠道。", "The channel of what names none itself."}}},
			body: []media{
				{"application/json", feedbackBody{ID: "a-17", Text: "宽带断网三天没人修", Channel: "app", Time: "2026-05-03T09:30:00+08:00", Rating: new(2.0)}, say{"一条反馈，见 docs/formats/feedback.md；或一个 CloudEvent。", "One piece of feedback, as docs/formats/feedback.md says; or a CloudEvent."}},
				{"application/cloudevents+json", eventBody{SpecVersion: "1.0", ID: "a-17", Source: "/app", Type: "feedback", Data: map[string]any{"text": "宽带断网三天没人修"}}, say{"一个结构化 CloudEvent。", "A structured CloudEvent."}},
				{"application/x-ndjson", nil, say{"每行一条，行数不限。", "One a line, any number of lines."}},
				{"text/plain", nil, say{"反馈原文；其他字段写在 Qingting- 请求头里。", "The text; other fields in headers Qingting-."}},
			},
		},
		{
			method: get, path: "/api/v1/operations", power: access.Operate, handle: s.apiOperations, gives: Operations{},
			about: say{"运行状况：速率、延迟、死信、磁盘、内存。只有数量。", "How the server runs: rates, lag, dead letters, disk, memory. Counts alone."}, takes: []param{langParam},
		},
		{
			method: get, path: "/api/v1/health", power: public, handle: s.apiHealth, gives: healthAnswer{},
			about: say{"是否运行、是否就绪。", "Whether it runs, and whether it is ready."}, takes: []param{langParam},
		},
		{
			method: get, path: "/api/v1/openapi.json", power: public, handle: s.apiSpec, gives: map[string]any{},
			about: say{"本文档（OpenAPI 3.1）。", "This document (OpenAPI 3.1)."}, takes: []param{langParam},
		},
	}, s.themeEndpoints(), s.deskEndpoints())
}

func (p param) upTo(most int) param {
	p.most = most
	return p
}

func assessParams() []param {
	list := []param{
		langParam,
		{name: "id", most: maxValue, about: say{"登记的编号。", "Id of the note."}},
		{name: "date", typ: day, about: say{"生效的第一天。", "First day it works."}},
		{name: "theme", most: maxValue, many: true, about: say{"针对的主题；可重复。", "Theme it is meant for; may be repeated."}},
		{name: "before", typ: whole, least: 1, most: maxDays, about: say{"之前看多少天。", "Days before it."}},
		{name: "after", typ: whole, least: 1, most: maxDays, about: say{"之后看多少天。", "Days after it."}},
		{name: "slope", typ: choose, choices: []string{"true", "false"}, about: say{"斜率也可变。", "Let the slope change, too."}},
	}
	for _, field := range placeFields {
		list = append(list, param{name: field, most: maxValue, about: say{"措施生效之处。", "Where it works."}},
			param{name: "control_" + field, most: maxValue, about: say{"用来对照之处。", "What to hold it against."}})
	}
	return slices.Clip(list)
}
