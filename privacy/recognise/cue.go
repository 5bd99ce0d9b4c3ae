package recognise

import (
	"sync"

	"qingting/privacy/fold"
)

// Cue is a set of things that a label word may announce.
type Cue uint64

// The cues. The last block announces numbers that are not personal.
const (
	Phone     Cue = 1 << iota // 电话 手机 打 联系
	Line                      // 座机 固话
	ID                        // 身份证
	Bank                      // 银行卡 卡号
	Passport                  // 护照
	HKMO                      // 回乡证
	TW                        // 台胞证
	EEP                       // 港澳通行证
	HKID                      // 香港身份证
	PR                        // 永居证
	Social                    // 社保号
	USCC                      // 信用代码
	Plate                     // 车牌
	VIN                       // 车架号
	IMEI                      // 串号
	IMSI                      //
	ICCID                     //
	MAC                       //
	SN                        // 光猫 SN
	LOID                      //
	IP                        //
	Email                     //
	QQ                        //
	WeChat                    //
	Broadband                 // 宽带账号
	Employee                  // 工号
	Agent                     // 客服 话务员: a number beside it is an employee's
	Secret                    // 密码 验证码
	Birth                     // 出生 生日
	BirthDate                 // 生 生人: right after a date
	Geo                       // 经度 坐标
	At                        // the spelled-out @
	Dot                       // the spelled-out point
	Part                      // 前七位 后四位
	Tel                       // 电话: a number of a telephone, of any length
	SSN                       // social security number
	NINO                      // national insurance number
	Licence                   // driving licence

	Order   // 订单号 工单号 流水号: the label beats the digits' shape
	Amount  // 金额 余额
	Version // 版本 固件
	Brand   // QQ音乐 微信支付: begins like a label and announces nothing

	NotPersonal = Order | Amount
)

// vocabulary is every label word, by what it announces. Words are given once,
// in simplified Chinese and lower case; the text is folded to that.
var vocabulary = []struct {
	cue   Cue
	words string
}{
	{Part, `中间八位 中间8位 前七位 前7位 前三位 前3位 前四位 前4位 前六位 前6位 前八位 前8位 后四位 后4位 后八位 后8位 后五位 后5位 后三位 后3位 后七位 后7位 中间四位 中间4位 中四位
		中间 开头 结尾 尾数 末四位 末4位 最后四位 最后4位 最后 然后 接着 再接 前面 后面 前半段 后半段 前半 后半 前几位 后几位 剩下 后边 前边 后面四位 前面七位 前面三位`},
	{SSN, `ssn socialsecurity 社会安全号 社安号 social`},
	{NINO, `ni nino nationalinsurance insurance insuranceno 国民保险号`},
	{Licence, `驾驶证 驾驶证号 驾驶证号码 驾照 驾照号 驾照号码 license licence driverlicense driverslicense drivinglicence dl dln`},
	{Phone | Tel, `电话 电话号 电话号码 联系电话 联系号码 联系方式 客户电话 收货电话 收件人电话 联系人电话 tel telephone phone`},
	{Phone, `手机 手机号 手机号码 手机号是 电话 电话号 电话号码 联系电话 联系号码 联系方式 联系手机 联系人电话 收件人电话 收货电话 客户电话 回电
		来电 来电号码 来电显示 主叫 被叫 主叫号码 被叫号码 号码 拨打 致电 拨 打给 打到 打这个 回拨 回访 联系我 打我 加我 短信 本机 机主 移动电话
		办理号码 业务号码 用户号码 客户号码 投诉号码 充值号码 绑定 绑定手机 预留 预留号码 副卡 主卡 主号 副号 尾号 联通号 移动号 电信号 联通卡
		移动卡 电信卡 手机卡 卡号码 号卡 靓号 呼叫 呼入 呼出 携号 转网
		phone tel telephone mobile cell cellphone call whatsapp contact sms msisdn sim`},
	{Phone | Line, `联系 联络 联络电话 工作联络 洽 邀约 家里电话 家庭电话 办公电话 单位电话 公司电话 传真 传真号 fax landline`},
	{Line, `座机 座机号 座机号码 座机电话 固话 固话号 固话号码 固定电话 固定电话号码 宅电 市话 小灵通`},
	{ID, `身份证 身份证号 身份证号码 身份证件号 身份证件号码 公民身份号码 公民身份证号 证件号 证件号码 证件 证号 居民身份证 身份号码 实名
		身份证明 居住证 居住证号 港澳台居民居住证 sfz 身份證 身份信息 idcard id_card identity 身份`},
	{Bank, `银行卡 银行卡号 卡号 银行账号 银行帐号 账号 帐号 账户 帐户 储蓄卡 储蓄卡号 信用卡 信用卡号 借记卡 借记卡号 存折 存折号 存折账号
		开户行 开户账号 收款账号 收款账户 收款卡号 退款账号 退款卡号 退款账户 汇款账号 对公账户 工行卡 建行卡 农行卡 中行卡 交行卡 招行卡
		邮储卡 工行 建行 农行 中行 交行 招行 邮储 信用社 农商行 农信社 工商银行 建设银行 农业银行 中国银行 交通银行 招商银行 邮储银行 bankcard iban account visa mastercard debit credit card cc creditcard`},
	{Passport, `护照 护照号 护照号码 passport`},
	{HKMO, `回乡证 回乡证号 回乡证号码 港澳居民来往内地通行证 来往内地通行证 港澳来往内地通行证 内地通行证 回乡卡`},
	{TW, `台胞证 台胞证号 台胞证号码 台湾居民来往大陆通行证 来往大陆通行证 大陆通行证`},
	{EEP, `港澳通行证 港澳通行证号 往来港澳通行证 往来港澳 往来台湾通行证 大陆居民往来台湾通行证 台湾通行证 入台证`},
	{EEP | HKMO | TW, `通行证 通行证号 通行证号码`},
	{HKID, `香港身份证 香港身份证号 香港身份证号码 香港居民身份证 香港永久性居民身份证 hkid`},
	{PR, `永居证 永居证号 永久居留 永久居留证 永久居留身份证 外国人永久居留证 外国人永久居留身份证 外国人居留证 绿卡`},
	{Social, `社保号 社保号码 社保卡 社保卡号 社会保障号 社会保障号码 社会保障卡 社会保障卡号 社会保险号 社保编号 个人社保编号 医保卡 医保卡号 医保号
		医保编号 医保电脑号 社保电脑号 电脑号 公积金账号 公积金号`},
	{USCC, `统一社会信用代码 社会信用代码 信用代码 统一代码 税号 纳税人识别号 营业执照 营业执照号 注册号 uscc`},
	{Plate, `车牌 车牌号 车牌号码 牌照 牌照号 号牌 车号`},
	{VIN, `车架号 车架号码 车辆识别代号 车辆识别码 车辆识别代码 识别代号 大架号 vin`},
	{IMEI, `imei imeisv meid 串号 手机串号 设备串号 设备识别码 串码 手机串码 imei1 imei2`},
	{IMSI, `imsi 用户识别码 移动用户识别码 国际移动用户识别码`},
	{ICCID, `iccid sim卡号 sim卡 卡iccid 卡序列号 sim卡序列号 卡背面 卡板号 u卡`},
	{MAC, `mac mac地址 物理地址 硬件地址 macaddress`},
	{SN, `sn sn码 sn号 光猫sn ontsn gponsn 序列号 设备序列号 光猫序列号 终端序列号 机身号 s/n onu ont`},
	{LOID, `loid loid号 loid码 逻辑id 逻辑号`},
	{IP, `ip ip地址 外网ip 公网ip`},
	{Email, `邮箱 邮箱号 邮箱地址 电子邮箱 电子邮件 邮件 邮件地址 信箱 email e-mail mail 邮址`},
	{QQ, `qq qq号 qq号码 扣扣 扣扣号 扣扣号码 企鹅 企鹅号 叩叩 球球 秋秋 蔻蔻 抠抠 q号 q`},
	{QQ | WeChat, `qq微信 微信qq qq/微信 微信/qq qq和微信 微信和qq`},
	{WeChat, `微信 微信号 微信号码 微信id 微信账号 微信帐号 微信名 vx vx号 v信 v信号 威信 威信号 徽信 薇信 薇信号 卫星号 卫星 维信 薇 wx wx号
		weixin wechat 微 v wechatid 绿泡泡 v❤ 微❤ 薇芯 薇芯号 微芯 薇❤ 威❤ v♥ 微♥ v心 薇心 加v 加微 加薇 加vx 加wx 加威 加薇信 加我id 加我微 加我v v我 私我 微信同号 wx同号 vx同号 v同号`},
	{Broadband, `业务号 宽带业务号 主账号 宽带主账号 宽带主帐号 宽带账号 宽带帐号 宽带账户 宽带帐户 宽带号 宽带号码 宽带编号 宽带用户名 宽带登录账号 上网账号 上网帐号 上网账户 拨号账号 拨号帐号
		拨号上网账号 拨号用户名 pppoe pppoe账号 pppoe帐号 itv账号 iptv账号 iptv帐号 iptv号 电视账号 魔百和账号 业务账号 接入号 接入号码
		宽带接入号 宽带接入号码 设备号 产品号码 专线号 电路代号 电路编号 光宽账号 宽带认证账号 认证账号 装机账号`},
	{Employee, `工号 员工号 员工工号 客服工号 工牌 工牌号 员工编号 工作证号 警号 坐席号 座席号 坐席工号 座席工号 话务员工号 装维工号 员工id empid
		employee employeeid 工作号 营业员工号 师傅工号 胸牌 胸牌号 agentid staffid`},
	{Agent, `客服 客服号 话务员 接线员 坐席 座席 客服代表 客服人员 客服专员 营业员 装维员 工作人员 服务人员 接线生 客户经理 agent`},
	{Secret, `验证码短信 账号密码 密码 服务密码 查询密码 登录密码 登陆密码 支付密码 交易密码 取款密码 初始密码 新密码 旧密码 原密码 默认密码 宽带密码 wifi密码
		无线密码 上网密码 手机密码 客服密码 卡密 口令 验证码 短信验证码 动态码 光猫超密 超密 动态密码 动态口令 校验码 确认码 激活码 随机码 随机密码 短信码
		授权码 取件码 提取码 puk puk码 puk1 puk2 pin pin码 pin1 pin2 password passwd pwd passcode otp token secret apikey 秘钥 密钥 密保答案
		解锁码 充值卡密码 wifi密钥 wpa psk`},
	{Birth, `出生 出生日期 出生年月 出生年月日 生日 生日是 生于 出生于 生辰 诞辰 的生日 破壳日 出生年份 出生在 阴历生日 农历生日 阳历生日 公历生日
		dob born birth birthday birthdate 出世 降生`},
	{BirthDate, `生 出生 生的 出生的 生人 出生人 生日 过生日 的生日 年生 born birthday 诞生 出世`},
	{Geo, `坐标 经纬度 定位 经度 纬度 gps 位置 北纬 东经 南纬 西经 lat lon lng location latitude longitude 经 纬`},
	{At, `艾特 at 爱特 小老鼠 圈a 老鼠号 花a 艾特符号`},
	{Dot, `点 dot 點`},
	{Order, `型号 规格 机型 订单 订单号 订单号码 订单编号 订单id 工单 工单号 工单号码 工单编号 单号 流水 流水号 流水号码 交易号 交易单号 交易流水 交易流水号 合同 合同号
		合同号码 合同编号 快递 快递单 快递号 快递单号 运单 运单号 运单编号 物流 物流号 物流单号 物流编号 发票 发票号 发票号码 发票代码 受理号
		受理单 受理单号 受理编号 受理流水号 受理单编号 案件号 案件编号 投诉编号 投诉单号 投诉单 投诉号 编号 编码 商品编号 商品编码 产品编码 货号 商品号 款号
		批次号 批号 票号 票据号 机票号 支付单号 退款单号 缴费单号 缴费流水 缴费流水号 收据号 收据 凭证号 回执号 回执 参考号 检验编号 预约号 预约单号 预约编号 报修号
		报修单号 报修单 报修编号 故障单 故障单号 派单号 任务号 任务编号 业务流水号 业务流水 业务单号 业务受理号 申请单号 申请号 申请编号 备案号
		许可证号 文号 档案号 病历号 条形码 条码 电表号 水表号 户号 会话id 会话号 消息id 房间号 比分 期号 日志号 请求id 追踪号 单据号 客户编号 充值卡号 充值卡
		时间戳 timestamp order orderid orderno ticket ticketno ticketid case caseid reference ref tracking trackingno waybill invoice contract
		transaction traceid requestid sku isbn serialno sid uuid rfc`},
	{Brand, `先生于 学生于 医生于 女生于 男生于 发生于 产生于 考生于 花生 qq音乐 qq会员 qq阅读 qq飞车 qq空间 qq浏览器 qq农场 qq群 qq视频 微信支付 微信小程序 微信公众号 微信群 微信朋友圈 微信红包 手机银行
		手机营业厅 手机费 电话费 话费 短信费 企鹅电竞 密码错误 密码箱 卫星电视 卫星电话 邮箱容量`},
	{Email | QQ, `qq邮箱 qqmail`},
	{Amount, `金额 余额 费用 价格 总价 合计 共计 花费 欠费 充值 缴费 扣费 支付 消费 退费 rmb 人民币 总额 流量 amount balance`},
	{Version, `客户端 版本 版本号 固件 固件版本 version ver v firmware build 软件版本 系统版本`},
}

type lexicon struct {
	m    *fold.Matcher
	cues []Cue
}

// labels is the compiled vocabulary, built on first use and read only from then on.
var labels = sync.OnceValue(func() lexicon {
	at := map[string]int{}
	var words []string
	var lx lexicon
	for _, v := range vocabulary {
		for _, w := range fold.Words(v.words) {
			i, ok := at[w]
			if !ok {
				i = len(words)
				at[w] = i
				words = append(words, w)
				lx.cues = append(lx.cues, 0)
			}
			lx.cues[i] |= v.cue
		}
	}
	lx.m = fold.NewMatcher(words)
	return lx
})

// label finds the label words of the page, without those that lie in another.
func (p *Page) label() {
	lx := labels()
	p.raw = lx.m.Scan(p.Text, p.raw)
	end := int32(0)
	for _, h := range p.raw {
		if h.End <= end {
			continue
		}
		end = h.End
		c := lx.cues[h.Word]
		p.cues |= c
		p.Hits = append(p.Hits, Hit{int(h.Start), int(h.End), c})
	}
}
