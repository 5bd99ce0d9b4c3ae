package main

// grammar makes telecom feedback out of invented names: a symbol in braces is
// one of its lines, the lower-case ones are made up by the inventor. N is a name
// of a person, and the only thing that is one.
var grammar = map[string][]string{
	"feedback": {
		"{open}{N}{comma}{phone}{comma}{want}", "{open}{N}{phone}{comma}{want}", "我{N}{comma}{trouble}", "我{N}{phone}{comma}{trouble}", "我是{N}{comma}{trouble}{stop}{want}",
		"{trouble}{stop}{N}", "{trouble}{stop}——{N}", "{trouble}{stop}--{N} {phone}", "{trouble}{stop}{sign}{N}", "{trouble}{stop}此致 敬礼！ {N}", "{trouble}{stop}此致敬礼\n{N}", "{trouble}{stop}{N}{sign2}", "{trouble}{comma}{N}留", "{trouble}{stop}（{N}）", "{want}{comma}{N}{comma}{phone}",
		"{N}{comma}{trouble}", "{N}：{trouble}", "{N} {trouble}", "{N}的{thing}{bad}", "{N}家的{thing}{bad}", "{N}名下的{thing}{bad}", "{N}{phone}{trouble}", "{phone}{N}{trouble}", "{phone}（{N}）{trouble}",
		"{trouble}{comma}{staff}{N}{did}", "{staff}{N}{did}{comma}{staff2}{N}{did}", "你们{staff2}{N}{did}", "{staff2}叫{N}{comma}{did}", "那个{N}{did}", "{N}这个{staff2}{did}", "{when}{N}{did}", "{when}{staff}{N}{did}{stop}{trouble}",
		"{when}是{N}{served}的", "{N}给我{served}的{comma}{trouble}", "找{N}{served}", "让{N}{served}", "麻烦{N}{served}", "要求{N}{served}", "{N}和{N}{did}", "{N}跟{N}都{did}", "{N}、{N}、{N}{did}", "{N}和{N}两个人{did}",
		"感谢{N}{comma}{good}", "表扬{N}{comma}{good}", "给{N}点赞", "{N}{good}", "{staff}{N}{good}{comma}给好评", "投诉{N}", "投诉{staff2}{N}{comma}{did}", "请把{N}{bad2}", "{N}{want2}",
		"我{kin}{N}{trouble}", "我{kin}叫{N}{comma}{trouble}", "帮我{kin}{N}{job}", "{kin}{N}{phone}", "卡是{kin}{N}的{comma}{trouble}", "户主{N}{comma}我是{kin}", "用的是{N}的{thing}", "办在{N}名下", "其{kin}{N}{did}", "{role}{N}{think}", "{N}{think}", "{N}住{door}{comma}{trouble}", "{kin}{N}{comma}{code}年出生", "{kin}{N}{think}",
		"我{kin}{N}{comma}{door}", "{N}和我都{did}", "我就是{N}{comma}{want}", "{trouble}{comma}{role}{N}", "{trouble}{stop}{role}{N}", "{N}这个名字{bad}", "号主{N}{comma}{trouble}", "{N}{stop}{trouble}", "{trouble}{stop}{N}{stop}{phone}",

		"{short}{N}{did}", "{short}{did}{comma}{N}{served}", "店里的{short}{did}", "{short}、{short}{did}", "老{family}{did}", "我姓{single}{comma}{trouble}", "那个姓{single}的{did}",
		"{N}{say}{trouble}", "{when}{N}{say}{comma}{trouble}", "据{N}{say}{comma}{trouble}", "{trouble}{comma}{N}{did}{comma}{want}", "{trouble}{comma}{N}{comma}{want}", "{N}{comma}{door}{comma}{trouble}", "{when}{comma}{N}{did}", "{did}{comma}{N}{did}", "{trouble}{comma}后来{N}{say}{did}", "{N}又{say}{did}", "{N}一直没{served}", "{N}还没{served}", "{N}{when}{did}",
		"由{N}负责{job}", "{N}负责{job}{comma}{did}", "派{N}去{job}", "转给{N}{comma}{did}", "交给{N}处理", "联系了{N}{comma}{did}", "通知{N}{served}", "等{N}回电", "向{N}反映{comma}{did}", "被{N}{harm}", "{N}接手后{did}", "{N}本人{did}", "{N}夫妇{trouble}", "{N}一家{trouble}", "{N}等人{did}", "{N}等{code}户{trouble}", "以{N}的名义{job}", "冒用{N}的身份{job}", "替{N}{job}", "给{N}{job}", "{N}的身份证{bad}", "把{N}的{thing}{bad}", "从{N}那里{job}", "{N}当时{say}{did}", "问了{N}才知道{trouble}", "{N}答复{say}{did}",
		"{N}、{N}和{N}都{did}", "{N}，{N}，{N}三个人{did}", "{staff2}{N}、{N}{did}", "参加{job}的有{N}、{N}、{N}", "{N}与{N}{did}", "{N}及{N}{did}", "除了{N}还有{N}{did}", "{kin}{N}和{kin}{N}{trouble}", "{pet}{did}", "{pet}{trouble}", "叫{pet}的{staff2}{did}", "{staff2}{pet}{good}", "{pet}和{N}{did}",
		"{N}你好{comma}{trouble}", "{N}您好", "{N}{title}{comma}{trouble}", "{N}{title}{did}", "{staff}{N}{title}{good}",
		"{trouble}{comma}{latin}说{did}{comma}{N}{served}", "{latin}和{N}都{did}", "跟{N}({latin})说了",
	},
	"record": {
		"{N}{comma}{village}", "{N}{comma}{village}{comma}{phone}", "{N} {village} {phone}", "{role}{N}{comma}{village}", "{village}{N}{comma}{phone}", "{N}、{N}{comma}{village}", "姓名：{N}\n手机：{phone}", "{N}\n{phone}\n{door}",
		"{N} {phone}", "{N}{phone}", "{N}{comma}{phone}", "{N}：{phone}", "{N}（{phone}）", "{N}-{phone}", "{phone} {N}", "{phone}{N}", "{phone}（{N}）", "{N} {phone} {job}", "{N} {phone}；{N} {phone}；{N} {phone}",
		"1. {N} {phone}\n2. {N} {phone}\n3. {N} {phone}", "1、{N}{comma}{phone}\n2、{N}{comma}{phone}", "{N} {door}；{N} {door}", "{N}{comma}{door}{comma}{phone}", "{door}{comma}{N} {phone}", "{door} {N} {phone}", "{door}{comma}{N}收{comma}{phone}",
		"{role}：{N}", "{role}:{N} {phone}", "{role}{N}{comma}{phone}", "{role}{N} {job}", "{role} {N} 身份证{id}", "{N} {id}", "{N}{id}", "{id}（{N}）", "{job}：{N} {id}", "{job}：{phone}（{N}，{id}）；{phone}（{N}，{id}）", "{N}（工号{code}）{job}",
		"{N} {code}", "{N}{code}", "{code} {N}", "{code}{N}", "{N} {code} {mail}", "{N}{comma}{mail}", "{N} {phone} {mail}", "{job}名单：{N}、{N}、{N}", "{job}人员：{N} {N} {N}", "{job}：{N}{comma}{N}{comma}{N}",
		"{role}{N}{stop}{role2}{N}", "{role}{N}，{role2}{N}，{phone}", "{code} {job} {N}", "{N}\t{phone}\t{job}", "{N}|{phone}|{door}", "{N},{phone},{door}", "{N}/{phone}/{job}",
		"{N}手机{phone}", "{N}电话{phone}", "{N}的电话是{phone}", "找{N}{comma}{phone}", "打{phone}找{N}", "{phone}找{N}。", "{N}收{comma}{phone}", "{N}留。", "{N}{phone}留",
		"{phone} {N}；{phone} {N}；", "{N} 男 {code}", "{N}，女，{code}", "户名{N}账号{code}", "{N}{code}{comma}{job}", "{N}（{kin}）{phone}", "{N}（{role}）{phone}", "{kin}：{N} {phone}",
	},
	"clean": {
		"{word}{bad}", "{word}怎么{job}", "我{word}了{comma}{trouble}", "请{word}一下", "{word} {phone}", "{word}{phone}", "{word}：{phone}", "{word}，{phone}", "{phone}{word}", "{phone} {word}{comma}{job}", "{word}{code}", "{code}{word}", "{word} {code}", "{code} {word}{comma}{trouble}",
		"{word}的{thing}{bad}", "我{word}{trouble}", "{trouble}{comma}{word}", "{trouble}{comma}{word}{comma}{want}", "{trouble}{stop}{word}", "{word}、{word}、{word}都{bad}", "是{word}{served}的", "{word}让我{job}", "{staff}{word}{did}", "{staff2}{word}了", "{when}{word}{comma}{trouble}",
		"{thing}{word}{comma}{thing}{bad}", "把{word}{job}", "给{word}{job}", "找{word}{job}", "{word}和{word}{bad}", "{word}跟{thing}{bad}", "1. {word} {phone}\n2. {word} {phone}", "{word}；{word}；{word}", "{job}：{word}", "{job}名单：{word}、{word}", "{thing}（{word}）{bad}", "感谢{word}", "投诉{word}",
		"{when}{mixed}{any}{comma}{trouble}", "{thing}{mixed}{any}", "{code}{mixed}{any}{bad}", "{mixed}{any}的{thing}{bad}", "在{mixed}{any}{job}", "{trouble}{comma}{mixed}{any}{bad}", "{mixed}{any}{comma}{trouble}", "{any}{mixed}{any}{did}", "{any}{mixed}{any}{any}{comma}{want}", "{code}元{any}{bad}",
		"{word}{say}{trouble}", "{when}{mixed}{any}{say}{did}", "由{word}负责{job}", "转给{mixed}{any}{comma}{did}", "交给{any}处理", "联系了{mixed}{any}{comma}{did}", "被{word}{harm}", "{mixed}{any}等人{did}", "替{any}{job}", "{trouble}{comma}{any}{did}{comma}{want}", "{trouble}{comma}{mixed}{any}{comma}{want}", "{any}、{any}和{mixed}{any}都{bad}", "{word}与{any}{bad}", "{did}{comma}{word}{did}", "小{any}{did}", "小{any}{bad}", "阿{any}{bad}", "问了{word}才知道{trouble}", "{word}本人{did}", "把{mixed}{any}的{thing}{bad}",
		"{any}{any}{trouble}", "{mixed}{mixed}{any}{bad}", "{any} {phone}", "{phone}{any}{comma}{want}", "{any}：{code}{comma}{mixed}{any}", "{trouble}{stop}此致敬礼！", "{trouble}{stop}此致 敬礼 {phone}", "{any}费、{mixed}{any}费都{bad}", "{code}{mixed}{any}", "{place}{mixed}{any}",
		"{titled}{did}", "{titled}{comma}{trouble}", "{staff}{titled}{did}", "找{titled}{served}", "{titled}您好{comma}{trouble}", "{titled}{did}",
		"{place}{trouble}", "{place}营业厅{did}", "在{place}{job}", "住{place}{comma}{trouble}", "{place}一带{trouble}", "从{place}搬到{place}{comma}{want}", "{place}、{place}都{trouble}", "{place} {phone}", "{place}{phone}", "{place}：{trouble}",
		"{firm}{did}", "{firm}的{thing}{bad}", "我们{firm}{want}", "{firm} {phone}", "{firm}：{phone}", "在{firm}{job}", "{firm}和{firm}都{bad}", "{firm}{comma}{phone}{comma}{want}",
		"{trouble}{stop}{want}{stop}{trouble}", "{staff}{did}{comma}{staff2}{did}", "{open}{trouble}{comma}{want}", "{phone}{trouble}{comma}{want}", "{staff2}{did}{stop}{want}", "{job}单号{code}{comma}{want}", "{phone}{comma}{trouble}{stop}", "姓{word}的{bad}",
	},
	"open": {"你好，", "您好，", "客服你好：", "我叫", "本人", "我是", "客户", "用户", "机主", "", "", "联系人", "反馈人", "姓名：", "户名：", "申请人"},
	"role": {
		"联系人", "客户", "机主", "户名", "收件人", "经办人", "申请人", "投诉人", "反馈人", "报修人", "经手人", "管理员", "店长", "班长", "组长", "回访对象", "受理人", "装维", "客户经理", "安装师傅", "持卡人", "监护人", "紧急联系人", "法人", "姓名", "值班", "质检", "录音", "租户", "房东", "开户人", "代办人",
		"申诉人", "当事人", "被投诉人", "证人", "员工", "业主", "法定代表人", "主人", "号主", "本人", "使用人", "施工员", "巡线员", "登记名", "原机主", "签收人", "担保人",
	},
	"role2":  {"审核", "复核", "同行", "代办", "值班", "核实人", "见证人", "处理人", "副手", "备用联系人"},
	"staff":  {"客服", "装维", "师傅", "店长", "装维师傅", "客户经理", "营业员", "工号{code}", "{code}号", "营业厅的", "前台", "片区经理", "那个", "热线", "10000号", "维修工", "安装工", "班长", "外呼", "主管", ""},
	"staff2": {"装维", "客服", "店长", "店员", "师傅", "营业员", "经理", "网格员", "组长", "代理商", "安装员", "业务员", "坐席", "投诉专员"},
	"did": {
		"态度很差", "说没办法", "根本不处理", "答应三天修好", "让我等着", "挂我电话", "骗我办了合约", "没来", "来了两次都没修好", "把线剪断了", "乱收费", "推来推去", "不接电话", "说下周再来", "承诺退费又反悔", "收了我五十块", "讲得很清楚", "一直没回电", "说要上报", "加班到半夜",
		"叫我去营业厅", "不会弄", "解释得很耐心", "忽悠老人", "偷偷改了套餐", "骂人", "迟到一小时", "连声对不起都没有", "值班", "已经离职了", "反映没信号", "来过电话", "说是系统问题",
	},
	"think": {"认为不合理", "怀疑被盗用", "表示不满", "完全不知情", "等着回复", "说没签过字", "不清楚怎么回事", "觉得被骗了", "从来没收到短信", "拒绝付款", "两次来电", "已签字", "{want2}", "{did}"},
	"good":  {"服务很好", "态度好", "很专业", "技术过硬", "修得又快又好", "解决了大问题", "非常耐心", "辛苦了", "靠谱", "真不错", "很热情", "值得表扬"},
	"bad":   {"坏了", "用不了", "太贵", "不好用", "扣费了", "没反应", "停了", "有问题", "一塌糊涂", "掉线", "连不上", "不见了", "涨价了", "查不到", "被封了", "太慢"},
	"bad2":  {"调走", "开除", "处分一下", "批评教育", "调离岗位"},
	"want2": {"要求退费", "想换号", "要求回电", "要投诉", "说要销户", "申请移机", "希望尽快处理", "问什么时候到账", "咨询携号转网", "不认可这个说法"},
	"want":  {"请回电", "要求退费", "希望尽快处理", "麻烦核实一下", "请派人上门", "我要销户", "给个说法", "什么时候能好", "请改一下资料", "帮忙查一下", "不处理我就投诉", "请把费用退回来", "急", "谢谢"},
	"trouble": {
		"宽带又断了", "这个月多扣了三十块", "信号只有一格", "光猫一直亮红灯", "流量用得太快", "打了三次热线没人管", "晚上看视频老卡", "验证码收不到", "套餐改不了", "副卡停机了", "电视黑屏", "合约到期没提醒", "办了携号转网被拒", "预约安装没人来", "发票开错了", "手机欠费停机", "充值没到账",
		"网速连一半都没有", "路由器老掉线", "月租涨了没通知", "线路被挖断了", "家里没网一个星期了", "国际漫游开不了", "客厅收不到无线", "换了三次设备还是不行", "电话打不通", "积分被清零了", "短信提醒一直来", "余额对不上", "过户办不下来", "宽带到期了想续", "提速以后反而更慢",
	},
	"thing":  {"宽带", "卡", "手机号", "流量", "套餐", "光猫", "账单", "固话", "副卡", "机顶盒", "路由器", "发票", "合约", "号码", "账户", "信号", "押金", "积分", "电视", "话费"},
	"job":    {"办卡", "补卡", "过户", "装机", "移机", "退费", "销户", "报修", "缴费", "查询", "续约", "开票", "登记", "回访", "培训", "值班", "签收", "核实", "开通", "注销", "改套餐", "复机", "抢修", "巡检", "盘点", "挂失", "退押金", "实名", "催单", "调账"},
	"served": {"上门装", "办理", "接的电话", "处理", "登记", "来修", "跟进", "回电", "推荐套餐", "开的单", "给我打电话", "核实", "签字", "本人回电"},
	"kin":    {"爸爸", "妈妈", "父亲", "母亲", "老公", "老婆", "儿子", "女儿", "妻子", "丈夫", "奶奶", "爷爷", "朋友", "同事", "邻居", "哥哥", "姐姐", "弟弟", "妹妹", "室友", "孩子", "外婆", "表哥", "老板"},
	"when":   {"昨天", "今天上午", "上周三", "刚才", "前几天", "3号下午", "晚上八点", "去年", "五月份", "中午", "当时", "后来", "结果"},
	"title":  {"先生", "女士", "师傅", "经理", "老师", "主任", "小姐", "店长", "班长", "主管", "阿姨", "大姐", "市长", "厅长", "局长", "书记", "总", "校长", "医生", "护士", "教授", "警官"},
	"sign":   {"反映人：", "投诉人", "客户：", "签名：", "", "落款：", "用户", "写信人 "},
	"sign2":  {"敬上", "留言", " {phone}", "，{phone}", "上", "谨启", "，急"},
	"comma":  {"，", "，", "，", ",", " ", "、", "；", "："},
	"stop":   {"。", "。", "！", "，", " ", "\n", "；", "~"},
	"short":  {"小{family}", "小{family}", "老{family}", "阿{family}"},
	"say":    {"说", "称", "反映", "表示", "来电称", "咨询", "质疑", "坚持说", "提出", "告诉我", "回复说", "解释说", "投诉", "要求", "强调", "承认", "否认", "提到"},
	"harm":   {"骂了一顿", "骗了", "挂了电话", "推脱", "误导", "拒绝", "忽悠", "拉黑"},
	"mail":   {"user{code}@example.com", "kf{code}@example.cn"},
	"latin":  {"Jack", "Linda", "Kevin", "Amy", "Tony", "Vivian", "Mr. Brown", "Emily"},
}

// composed are the symbols that texts are made of.
var composed = [...]string{"feedback", "record", "clean"}
