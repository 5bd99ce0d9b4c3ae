package name

import (
	"slices"

	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// The ids of the rules for names in Chinese characters, as findings carry them.
const (
	ruleCue      = "name.cue"
	ruleTitle    = "name.title"
	rulePrefix   = "name.prefix"
	ruleSurname  = "name.surname"
	ruleField    = "name.field"
	ruleBare     = "name.bare"
	ruleBeside   = "name.beside"
	ruleDotted   = "name.dotted"
	ruleMinority = "name.minority"
	ruleAgain    = "name.again"
)

// Rules returns the rules with their examples, which the tests hold them to.
func Rules() []recognise.Rule { return slices.Concat(chineseRules(), latinRules()) }

func chineseRules() []recognise.Rule {
	return []recognise.Rule{
		{
			ID: ruleCue, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "surname and given name behind a name field, an introduction or a role",
			True: []string{
				"我叫«周慧敏»，宽带三天没修好", "户名«张建国»，要求退费", "机主：«高峰» 已实名", "装维师傅«王建国»没来",
				"客户«欧阳雪梅»来电投诉", "签名：«李娜»", "收件人是«钱文博»，寄错了", "戶名«陳國強»，無法過戶",
			},
			False: []string{"客服关机了怎么联系", "师傅安装很快", "客户高峰期打不进去", "用户常用的功能找不到", "我是江苏用户", "师傅来修了两次", "经理应该给个说法"},
		},
		{
			ID: ruleTitle, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "a surname, or surname and given name, before a title; the title stays outside",
			True: []string{
				"«张»先生说网速慢", "«王»女士要求回电", "«李»经理答应退款", "找«刘»师傅修的", "«诸葛»老师反映", "«陈志强»主任接的电话", "«张»总说会处理", "联系了«赵»工",
			},
			False: []string{"客户经理没回电话", "装维师傅很专业", "一张总表都没有", "当时老师没说", "高级经理不处理", "大堂经理态度差", "于是小姐姐挂了电话", "向经理反映过", "向老板投诉", "想问清楚客服电话"},
		},
		{
			ID: rulePrefix, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "forms of address: 老 小 阿 and a surname, or a given name behind a role",
			True:  []string{"客服«小李»态度差", "«老王»说不用换", "«小张»没来装机", "店员«小芳»很热情"},
			False: []string{"等了一小时", "小区没信号", "老人不会用", "小米手机连不上", "老板不退钱", "阿里云盘打不开", "小程序闪退", "老是掉线", "老车新用", "小常识没用"},
		},
		{
			ID: ruleSurname, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "a surname behind 姓; the span is the surname",
			True:  []string{"那个姓«王»的态度很差", "我姓«陈»，请回电", "一个姓«李»的经理", "姓«鲜于»的店员"},
			False: []string{"老百姓用不起", "姓名没改过来", "同姓用户"},
		},
		{
			ID: ruleField, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "what fills a name field though it has no surname or is a dictionary word",
			True:  []string{"姓名：«德丽丝»，电话不通", "联系人：«娜塔丽»"},
			False: []string{"联系人：本人", "姓名：同上", "户名：不详", "签名：无"},
		},
		{
			ID: ruleBare, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "surname and given name without cue, where the clause reads far likelier with a name",
			True:  []string{"找了«张伟»三次都没解决", "«陈晓燕»办理的时候没说清楚", "是«刘建军»给我装的"},
			False: []string{
				"马上就停机了", "关机也扣费", "包月套餐太贵", "常用号码被停", "时不时掉线", "高峰时段卡", "方便的话回电", "安装费太高", "严重影响使用",
				"温馨提示没收到", "黄金会员没用", "江苏移动不给力", "白天信号还行", "金牌服务没享受到", "全家都用电信", "车才修好", "周三才来人", "康乐中路没信号", "仲恺大道断网", "师傅周末刚来", "路由器要换", "万能钥匙连不上",
			},
		},
		{
			ID: ruleBeside, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "surname and given name that are a clause of their own: beside a number of eight digits or a code, in a list, at the end, behind a cue",
			True:  []string{"证件核验：«沙万里»320106200307246350", "挂失：13964845057（«盖可»）", "联系人1«丛珊»19955573625", "«容素心»收，19808200935", "«东方烁»、«令狐聪»，都到了"},
			False: []string{"单号 202406180091", "时间：20240618153022", "余额 13812345678", "和平 13812345678", "我马上到 13812345678", "我安装了，13812345678", "全部收，13812345678", "高峰 20240618"},
		},
		{
			ID: ruleDotted, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "transliterated and minority names around a middle dot",
			True:  []string{"«阿卜杜拉·买买提»的套餐", "我叫«古丽娜尔·艾合买提»", "用户«约翰·史密斯»来电"},
			False: []string{"发自北京·朝阳", "西安·韦曲", "珠海·巴伊", "套餐A·套餐B", "昆明·西山"},
		},
		{
			ID: ruleMinority, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "names of minorities by the elements that they are made of: Uyghur and Kazakh, Tibetan, Mongol",
			True: []string{
				"«阿依古丽»说她的卡坏了", "«买买提»反映信号不好", "«努尔艾力»办了两张卡", "用户«如孜瓦古丽»不会汉语", "«扎西次仁»要求退订", "我姐«卓玛»的卡也停了",
				"«乌兰图雅»要补卡", "«苏和巴特尔»没收到账单", "«麦麦提敏»来电",
			},
			False: []string{"乌鲁木齐没信号", "乌兰察布营业厅", "克拉玛依市区", "阿里云服务器", "呼和浩特断网", "扎西德勒大酒店", "麦盖提县没有基站", "努力工作", "达瓦山庄断网"},
		},
		{
			ID: ruleAgain, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Han},
			About: "another mention of a name that the text has with a cue, whole or the given name of two characters",
			True: []string{
				"机主«欧阳志远»，账单寄给«欧阳志远»，«志远»说不急", "联系人：«连城»，昨天«连城»又打来催了一次", "装维师傅«邵景行»上门了，«景行»说要换光猫", "报修人：«司徒雅琴»。«雅琴»女士的电视看不了",
			},
			False: []string{"说客服一点都不温暖", "今天不高兴"},
		},
	}
}
