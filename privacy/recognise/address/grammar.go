package address

import "strings"

// kind is what a segment of an address is.
type kind uint8

const (
	none kind = iota
	province
	city
	district
	town
	village
	road
	estate   // a compound, building or institution with a name
	poi      // a name without ending between a house number and a floor
	phase    // 一期, A区
	number   // 120号
	group    // 3组, 二队
	building // 5栋, A座, 12号楼
	unit     // 2单元
	floor    // 8层
	room     // 501室, or a bare 501 behind a building
	dashed   // 3-2-501
)

// Endings that make the characters before them the name of something, longest
// first within a kind. Simplified.
var nameEndings = []struct {
	kind  kind
	words string
}{
	{district, "建设兵团 自治县 自治旗 新区 矿区 区 县 市 旗"},
	{group, "村民小组 村小组 小组 组"},
	{town, "街道办事处 街道办 街道 办事处 管委会 苏木 镇 乡"},
	{village, "村民委员会 居民委员会 村委会 居委会 自然村 行政村 中心村 村 社区 嘎查 屯 庄 寨 农场 林场 牧场 大队 生产队"},
	{road, "大道 大街 公路 马路 环路 支路 辅路 北路 南路 东路 西路 中路 东里 西里 南里 北里 胡同 弄堂 中段 东段 西段 南段 北段 路 街 巷 弄 道 里 坊 堤 埭 径"},
	{estate, "小区 花园 家园 公寓 大厦 广场 新村 新城 宿舍 家属院 家属楼 大院 国际城 国际 名邸 名苑 名城 华府 华庭 豪庭 雅苑 雅居 别墅 山庄 " +
		"度假村 酒店 宾馆 饭店 商厦 商城 商场 市场 中心 大楼 写字楼 工业园 工业区 产业园 科技园 软件园 创业园 园区 开发区 校区 厂区 院区 营区 " +
		"学校 大学 学院 中学 小学 幼儿园 医院 公司 苑 园 城 府 湾 庭 居 院 阁 轩 楼 厦 墅 郡 堡 邨 寓 邸 庐 站 厂 店 桥 港 岸 洲 台 景 里 门"},
}

// measures are the endings of a numbered segment, longest first where one begins another.
var measures = []struct {
	kind  kind
	words string
}{
	{road, "段 道街 条胡同 条巷 条"},
	{phase, "丁目"},
	{town, "师 团 团场"},
	{village, "连 连队 分场 管理区"},
	{number, "番地 番"},
	{road, "号街坊 号大街 号街 号路 号公路 街坊"},
	{building, "号楼 号院 号栋 号幢 号座 栋 幢 座 # 楼座 橦 舍 号厂房 号门面 号别墅"},
	{unit, "号单元 单元 梯 号门 门洞 门"},
	{floor, "层 楼 F f"},
	{room, "号房间 号房 房间 室 房 户 号室 号铺 号商铺 商铺 号档口 号档 档口 档 号摊位 号摊 号店铺 号仓库 号车位"},
	{group, "村民小组 村民组 生产队 小组 组 队 社 大队 屯"},
	{phase, "期 街区 区 组团 排"},
	{road, "弄 巷 支弄 街 路 横路 横街"},
	{village, "村"},
	{number, "号"},
}

// notAfterNumber are words that begin with a measure but are none: 3号线, 10000号客服.
const notAfterNumber = "门口 门外 门课 门卡 门面 门派 门类 号线 号地铁 号出口 号口 号候 号登机 号停车 号出站 号进站 号楼梯 号电梯 号窗 号柜 号航 号检 号闸 号卡 号码 号段 号机 号店 号厅 号位 号文 号令 号台 号晚 号早 号上午 号下午 号中午 号晚上 号凌晨 号之前 号之后 号前 号后 号到 号至 号起 " +
	"号那天 号左右 号开始 号交 号还 号就 号我 号我们 号公告 号文件 号公用 楼上 楼下 楼主 楼道 层楼 层次 层面 户外 户口 户型 户主 队长 队员 组长 组员 组织 社会 社区 " +
	"号客服 号投诉 号反映 号打 号的客服 期间 期限 期望 区别 区分 区域 座机 座谈 门口 室友 室内 室外 房东 房租 路由 路由器 街道 房产 号称 梯队 门店 门诊 门前"

// stopRunes are characters and punctuation of running text: a name of a place
// ends before them, except inside the words of keepWords. 家 and 和 are judged apart.
const (
	stopRunes = "话的在住是到了我你他她它们这那于从去至寄送往给来址请您把被让叫与跟吗呢吧啊么没不也都就还很又再才只能会要想说问打看查装修交报办用开" +
		"及或每为因但且着该某" +
		"。！？；：、“”‘’（）()《》<>【】[]!?;:\"'@|~…*&=%⟦"
	keepWords = "京都 开发 开元 开放 开福 开江 开封 开阳 开平 开泰 开源 开创 会展 都会 新会 会昌 会泽 会馆 会堂 会城 成都 新都 都市 首都 丰都 江都 都匀 盐都 都江 鼎都 名都 " +
		"东都 花都 帝都 商都 龙都 武都 尧都 魏都 信都 望都 来凤 来宾 来安 东来 要塞 高要 能源 鲁能 不夜 交大 交通 交警 办事处 街道办 办公 报社 报业 日报 装备 装饰 用友 查干 打铁 " +
		"修水 修文 修武 于洪 于都 于田 单于 从化 从江 看丹 理想 梦想 就业 再生 才溪 交易城 交易市场 交易中心 嘎查 委会 委员会 交叉 交汇 交口 那大 至善 至诚 往来 未来 东至 每日 大为 有为 无为 华为 送变电 住宅 住建 的卢 她他 白沙会 " +
		"瓦房店 皇甫 与时 及第 来福 来富 用品 问天 问鼎 报国 交运 修正 打浦 来龙 能达 能仁 要津 成就 只乐 都司 会文 会仙 会理 会同 会东 会宁 开州 开鲁 开化 开县 开原 开远 开化"
)

// notEndings are words that begin with an ending of a name and are none.
const notEndings = "路过 路由 路边 路况 路程 路上 路人 路费 道理 道歉 里面 里边 里头 里的 门口 门外 门卡 街上 店里 店员 店家 站点 站长 县里 市里 市区 区域 区别 城里 城市 村里 村民 镇上 景观 景区 " +
	"台式 台阶 楼上 楼下 楼道 楼层 楼主 院里 院子 园里 公司的 中心的 市场部 市民 市面 乡下 乡亲 港澳 岸边 府上 湾里 厂家 桥头 轩然 居然 居住 居民 阁下 庭上 苑里 区里 组织 组成 组建 组合 组长 组员 组装 组件 组委 组团 国际漫游 国际长途"

// leads are words of running text that stick to the front of an address's first name.
const leads = "作为 距离 投诉 请问 关于 反映 位于 居住 靠近 附近 麻烦 安排 帮忙 帮我 现在 目前 地处 本人 我们 咱们 客户 用户 业主 送货 上门 新装 移机 配送 收货 邮寄 快递 前往 经过 " +
	"路过 过来 其中 以及 还有 就是 之前 昨天 今天 明天 去年 不远处 因为 由于 自从 对于 原来 最近 刚刚 已经 一直 竟然 居然 结果 申请 登记 宽带 安装 报装 电信 移动 联通 广电 全部 整个 所有 " +
	"那边 这边 隔壁 对面 旁边 后面 前面 门口 尤其 特别 比如 例如 好像 应该 可能 大概 地址 住址 坐标 直接 知道 租赁 租住 购买 购置 入住 搬入 座落 停放 来到 走到 开到 送去 现住 暂住 常住 举报 反应 要求 联系 拆除 存在 目睹 看到 发现 " +
	"学校 单位 公司 地点 位置 选择 通过 围绕 沿着 针对 作出 提交 属于 来自 回到 出租 出售 承租 居于 处于"

// oneLeads are single characters of running text that stick to a name unless the next
// character makes a word of them: 将|人民中路, but 将军路.
const oneLeads = "人过自将使放有购买租间个套即由让按凭"

// relations lead from one place to another: what stands before them is not the address.
const relations = "旁边 对面 后面 前面 附近 隔壁 中间 里面 门口 楼下 后边 前边"

// roomCues announce a room told as joined numbers.
const roomCues = "房号 室号 房间号 门牌 门牌号 楼号 楼栋号 房屋号 单元号 栋号"

// abroad lists countries that an address written in Chinese may begin with.
const abroad = "日本 韩国 新加坡 马来西亚 泰国 越南 柬埔寨 缅甸 印度尼西亚 印尼 菲律宾 美国 加拿大 澳大利亚 新西兰 英国 法国 德国 意大利 西班牙 俄罗斯 阿联酋"

// cues before an address make it likelier; they stay outside.
const cues = "地址 住址 家住 住在 住 位于 寄到 寄往 寄至 送到 送至 发到 搬到 移机到 移机至 迁到 迁至 地点 安装地 家在 我家 坐落 户籍 籍贯 老家 地址是 地址为 收货地 我在 新址 旧址 现址 原址"

// doorLevel says that a segment of this kind tells one home from its neighbours.
func (k kind) doorLevel() bool {
	switch k {
	case number, group, building, unit, room, dashed:
		return true
	}
	return false
}

func words(s string) [][]rune {
	var out [][]rune
	for _, w := range strings.Fields(s) {
		out = append(out, []rune(w))
	}
	return out
}
