package name

import (
	"strings"

	"qingting/privacy/fold"
	"qingting/privacy/internal/lexicon"
)

// Words that announce a name, by how much they promise. Simplified, as fold gives them.
const (
	// fieldCues are labels of forms. With a colon or 是 behind them almost
	// anything that can be a name is one.
	fieldCues = "姓名 名字 人名 法人代表 报障人 反馈人 授权人 受托人 户名 机主 机主名 机主姓名 开户人 开户名 开户姓名 户主 业主 房东 租客 收件人 收货人 寄件人 发件人 取件人 联系人 " +
		"紧急联系人 申请人 经办人 代办人 办理人 受理人 报修人 报装人 投诉人 举报人 反映人 来电人 致电人 联络人 签名 署名 签字 签字人 " +
		"签收人 持卡人 持有人 车主 乘客 旅客 患者 病人 法人 法定代表人 负责人 委托人 被委托人 代理人 当事人 被投诉人 被举报人 登记人 " +
		"登记姓名 真实姓名 客户姓名 用户姓名 客户名称 用户名称 投保人 被保险人 受益人 监护人 担保人 收款人 付款人 汇款人 账户名 开卡人 " +
		"实名人 实名登记人 身份证姓名 身份证名字 登记名字 中文名 曾用名 居住人 承租人 使用人 过户人 接收人 接待人 处理人 责任人 填表人 " +
		"申诉人 申办人 申报人 申领人 求助人 来信人 来访人 留言人 发帖人 提问人 用机人 用卡人 原主人 原主 失主 号主 卡主 借款人 贷款人 登记名 预留姓名 签约人 复核人 审核人 审批人 录入人 见证人 保证人 被担保人 被叫人 主叫人 经手人 承办人 接单人 提单人 投递人 被授权人 转让人 受让人 出租人 承接人 新机主 原机主 现机主 " +
		"填单人 操作人 制单人 验收人 看护人 照料人 陪同人 亲属 法人姓名 店主 客户签名 用户签名 客户签字 用户签字 本人签名 管理员 推荐人 介绍人 投诉对象 举报对象 致电客户 回访人 派单人 施工人 安装人 装机人 维修人 跟进人 对接人 邮寄人 预约人 下单人 订购人 购买人 缴费人"
	// columnCues head a field or a list where a colon follows, and are words of
	// their own elsewhere.
	columnCues = "审核 复核 录入 受理 经办 制单 制表 填表 值班 当班 排班 带班 请假 休假 调休 抄送 主送 报送 记录 签收 验收 名单 成员 家庭成员 参会 参会人员 出席 到场 到会 与会 人员 主持 " +
		"施工 装机 维护 巡检 对接 联系 收件 寄件 跟单 派单 接单 陪同 家人 亲友 同住 共有人 甲方 乙方 委托方 受托方 出租方 承租方 抽检 责任 督办 主办 协办 回访 付款 推荐 介绍"
	// introCues introduce a name without more.
	introCues = "我叫 我就叫 俺叫 俺是 咱叫 小名 大名叫 原名 本名叫 艺名 原主叫 名叫 名字叫 名字是 姓名是 名字为 我名字 我的名字 叫做 本名 真名 全名 大名 叫我 称呼我 他叫 她叫 人叫 师傅叫 经理叫 客服叫 " +
		"自称 自称是 自称叫 名为 署名为 户名是 户名为 机主是 机主为 登记在 实名是 实名为 记在 落款 敬礼"
	// roleCues stand before the names of people, and as often before none.
	roleCues = "个体户 个体工商户 经营者 投资人 股东 主人 村支书 支书 会计 出纳 外教 外国人 老外 留学生 法人 组员 队员 社员 村民 居民 街坊 老伴 老头 外籍 服务员 送餐员 外卖员 骑手 配送员 保洁 主播 记者 教练 网友 学员 家长 我是 本人 客户 用户 客服 师傅 经理 店员 营业员 员工 工作人员 业务员 装维 装维员 装维师傅 维修师傅 安装师傅 维修员 安装员 " +
		"装机师傅 装机员 快递员 老师 同事 朋友 老公 老婆 妻子 丈夫 父亲 母亲 儿子 女儿 爸爸 妈妈 爷爷 奶奶 哥哥 姐姐 弟弟 妹妹 " +
		"客户经理 客服人员 客服代表 话务员 接线员 坐席 座席 专员 投诉专员 主管 主任 店长 班长 值班长 队长 组长 网格员 网格长 网格经理 " +
		"网格 前台 柜员 柜台 销售 推销员 促销员 技术员 工程师 代理商 代办员 处理员 调度员 督导 投诉处理员 顾问 助理 女士 先生 同学 " +
		"媳妇 爱人 对象 男友 女友 男朋友 女朋友 闺女 外公 外婆 姥姥 姥爷 岳父 岳母 公公 婆婆 丈人 丈母娘 儿媳 儿媳妇 女婿 孙子 孙女 外甥 外甥女 侄子 侄女 嫂子 弟媳 姐夫 妹夫 " +
		"姑姑 姑父 姑妈 姨妈 姨夫 舅妈 婶婶 伯父 伯母 大伯 表姐 表妹 堂哥 堂弟 堂姐 堂妹 家属 亲戚 合伙人 房主 战友 老乡 闺蜜 小孩 宝宝 我爸 我妈 我哥 我姐 我弟 我妹 我儿 我爷 我奶 他爸 他妈 她爸 她妈 " +
		"过户给 转让给 转给了 过户给了 寄给 卖给 借给 租给 授权给 委托给 转交给 交给 送给 登记给 发给了 授权 委托 换成 写成 写成了 登记成 登记为 登记成了 变更为 更改为 改成了 显示为 显示是 写着 写的是 签的是 填的是 打成 " +
		"今收到 兹收到 认识 不认识 " +
		"邻居 房客 老板 法官 律师 医生 护士 司机 保安 物业 室友 小伙 小伙子 姑娘 大哥 大姐 阿姨 叔叔 舅舅 表哥 表弟 孩子 老人 患者 " +
		"一个叫 有个叫 一位叫 那个叫 这个叫 个叫 位叫 人员叫 女的叫 男的叫"
	// verbCues precede a person now and then.
	verbCues = "找 给 跟 和 问 让 请 叫 被 由 向 与 对 帮 是 联系 联系了 感谢 谢谢 表扬 投诉 找到 通知 打给 转给 派 派了 派来 要求 举报 " +
		"回复 回访 答复 联络 知会 把 除了 包括 通过 据 经 据说 转接 转接给 代 等 看到 听 见到 称 是由 而 咨询 陪 替 同 及 接待 号的 员的 厅的 部的 店的 司的 队的"
)

// Words behind a surname or a name that say it is one. The title stays outside the span.
const (
	strongTitles = "会计 出纳 支书 村支书 掌柜 先生 女士 小姐 太太 经理 师傅 老师 主任 主管 班长 组长 店长 站长 局长 处长 科长 部长 总监 医生 大夫 护士 律师 警官 " +
		"同志 阿姨 大爷 大妈 大叔 叔叔 大姐 大哥 大姨 大娘 大婶 奶奶 爷爷 伯伯 伯父 队长 所长 院长 校长 教授 博士 书记 村长 会长 " +
		"董事长 总经理 副总 副经理 工程师 师姐 师哥 师兄 师妹 专员 顾问 客户经理 法官 老板娘 先森 院士 总裁 台长 行长 厂长 镇长 " +
		"县长 市长 省长 乡长 副主任 副局长 副站长 秘书 教练 导购 营业员 快递员 话务员 接线员 技术员 网格员 网格长 网格经理 夫妇 " +
		"夫人 姑娘 妹子 兄弟 老弟 大嫂 嫂子 店员 值班长 领班 督导 检察官 民警 警察 队副 指导员 辅导员 班主任 客服经理 业务员 " +
		"柜长 厅经理 厅长 总监 技师 工长 站务 客服代表 客服专员 投诉专员 管家 阿姐 阿哥 阿叔 老师傅 保安队长 柜员 老太太 老太 老先生 老板 装维 女仕 某某"
	weakTitles = "总 工 哥 姐 叔 姨 爷 嫂 婶 队 局 处 科 董 客服 同学 员工 司机 保安 助理 代表 医师 村医"
)

// behindName are first characters of what people say of a person.
const behindName = "说的没来给帮告答承上接处已负在也您你让回为跟和与叫又把就不是去于、，,。！!？?；;（(:：让要要办态服电拒挂推骂吼很真非表人"

// doings are what people do, said right behind their name.
const doings = "投诉 反映 反馈 来电 致电 来厅 来店 到厅 到店 要求 咨询 申请 预约 报修 报装 报障 请假 值班 调休 轮休 休息 当班 上班 加班 接待 受理 签收 签字 签名 确认 表示 声称 同意 不同意 答应 承诺 " +
	"拒绝 回电 打来 打电话 帮我 给我 帮忙 帮着 态度 很专业 很热情 很耐心 很负责 挺好 人很好 本人 领取 刷卡 购机 补卡 销户 过户 这个人 这人 此人 是谁 三位 两位 已离职 离职 负责 经办 接的 办的 来修 上门 同志 没来 " +
	"说话 说要 说是 说他 说她 告诉 回复 推荐 教我 不在 不会用 不识字 今年 出生 生于 去世 名下 换掉 开除 处分 接手 联系 的名字 的身份证 的手机 的号码 的电话 的账单 的宽带 的副卡 的工号 共同 通话 转账 电话 手机号 微信"

// placeTail begins what makes the characters before it a place or a firm.
const placeTail = "道路街巷村镇乡县市区省庄屯沟桥站店厅山河湖岛港寺塔楼园苑院校公司集银牌机网集团县弄里坝岭坡湾堡寨营铺城郡府邸墅"

// measureNames are surnames that also count things: 一张, 两段, 几包.
const measureNames = "张段包米项位班成代门单支束封盘管左万"

// marks are bits that say what a rune may start or end.
type mark uint16

const (
	markSurname mark = 1 << iota
	markCueEnd
	markPrefix // 小 老 阿 姓
	markTitle
	markDot
	markKindred // 姐 哥
	markElement // begins an element of a minority's names
	markScarce  // a surname that only its place makes believable
)

type cueKind uint8

const (
	cueNone cueKind = iota
	cueVerb
	cueColumn
	cueRole
	cueIntro
	cueField
)

// vocabulary holds the words above, ready to match. Read-only.
type vocabulary struct {
	low      [0x10000]mark        // marks of the basic plane
	cues     lists[cueWord]       // by last rune
	titles   map[rune][]titleWord // by first rune
	behind   *runes
	place    *runes
	count    *runes
	translit *runes
	notNames [][]rune
	things   *runes
	elements map[rune][]element
	doings   lists[[]rune] // by first rune
}

type cueWord struct {
	runes []rune
	kind  cueKind
}

type titleWord struct {
	runes  []rune
	strong bool
}

func newVocabulary(lex *lexicon.Lexicon) *vocabulary {
	v := &vocabulary{
		titles: map[rune][]titleWord{},
		behind: runeSet(behindName), place: runeSet(placeTail), count: runeSet(measureNames), translit: runeSet(lexicon.Translit + moreTranslit), things: runeSet(things), elements: elements(),
	}
	for r := range v.low {
		if lex.Surnames.Of(rune(r)).Kind != 0 || lex.Surnames.Heads(rune(r)) {
			v.low[r] |= markSurname
		}
		if lex.Surnames.Scarce(rune(r)).Kind != 0 {
			v.low[r] |= markScarce
		}
	}
	for _, set := range []struct {
		words string
		kind  cueKind
	}{{fieldCues, cueField}, {columnCues, cueColumn}, {introCues, cueIntro}, {roleCues, cueRole}, {verbCues, cueVerb}} {
		for _, w := range strings.Fields(set.words) {
			rs := []rune(w)
			last := rs[len(rs)-1]
			v.cues.add(last, cueWord{rs, set.kind})
			v.low[last] |= markCueEnd
		}
	}
	for _, set := range []struct {
		words  string
		strong bool
	}{{strongTitles, true}, {weakTitles, false}} {
		for _, w := range strings.Fields(set.words) {
			rs := []rune(w)
			v.titles[rs[0]] = append(v.titles[rs[0]], titleWord{rs, set.strong})
			v.low[rs[0]] |= markTitle
		}
	}
	for _, w := range strings.Fields(notNames) {
		v.notNames = append(v.notNames, []rune(w))
	}
	for _, w := range lex.Surnames.ScarceCompounds() {
		v.low[[]rune(w)[0]] |= markScarce
	}
	for _, r := range kindredTitles {
		v.low[r] |= markKindred
	}
	for r := range v.elements {
		v.low[r] |= markElement
	}
	for _, w := range strings.Fields(doings) {
		rs := []rune(w)
		v.doings.add(rs[0], rs)
	}
	for _, r := range "小老阿姓" {
		v.low[r] |= markPrefix
	}
	for _, r := range dots {
		v.low[r] |= markDot
	}
	return v
}

func (v *vocabulary) mark(r rune) mark {
	if r >= 0 && r < 0x10000 {
		return v.low[r]
	}
	return 0
}

// cue is an announcement found in the text: a name may start at At.
type cue struct {
	at     int
	kind   cueKind
	linked bool // a colon or 是 为 叫 stands between
}

// cueEndingAt returns the kind of the longest cue whose last unit is i.
func (v *vocabulary) cueEndingAt(t *fold.Text, i int) (kind cueKind, length int) {
	for _, c := range v.cues.get(t.Units[i].Rune) {
		if len(c.runes) > length && matchAt(t, i+1-len(c.runes), c.runes) {
			kind, length = c.kind, len(c.runes)
		}
	}
	return kind, length
}

// titleAt returns the longest title that starts at unit i.
func (v *vocabulary) titleAt(t *fold.Text, i int) (length int, strong bool) {
	if v.mark(t.Rune(i))&markTitle == 0 {
		return 0, false
	}
	for _, w := range v.titles[t.Units[i].Rune] {
		if len(w.runes) > length && matchAt(t, i, w.runes) {
			length, strong = len(w.runes), w.strong
		}
	}
	return length, strong
}

// does says that unit j begins what a person does.
func (v *vocabulary) does(t *fold.Text, j int) bool {
	for _, w := range v.doings.get(t.Rune(j)) {
		if matchAt(t, j, w) {
			return true
		}
	}
	return false
}

func matchAt(t *fold.Text, i int, w []rune) bool {
	if i < 0 || i+len(w) > len(t.Units) {
		return false
	}
	for k, r := range w {
		if t.Units[i+k].Rune != r {
			return false
		}
	}
	return true
}

// skipLink steps over what may stand between a cue and the name: colons,
// quotes, blanks, 是 为 叫. linked says that more than a blank did.
func skipLink(t *fold.Text, i int) (next int, linked bool) {
	for n := 0; n < 4 && i < len(t.Units); n++ {
		switch t.Units[i].Rune {
		case ':', '=', '-', ']', '】', ')', '|', '是', '为', '叫', '"', '“', '「', '『', '\'', '‘', '【', '[', '(', '<', '《':
			linked = true
		case ' ', '\t', '\n', '\r':
		default:
			return i, linked
		}
		i++
	}
	return i, linked
}
