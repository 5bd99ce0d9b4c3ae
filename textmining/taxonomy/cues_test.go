package taxonomy

import (
	"slices"
	"testing"

	"qingting/textmining/match"
)

// heard returns the themes that the default taxonomy hears in a text, and which
// of them as nothing but praise.
func heard(t *testing.T) func(text string) (themes, praised []string) {
	t.Helper()
	tax, err := Default()
	if err != nil {
		t.Fatal(err)
	}
	var cues []match.Cue
	for i := range tax.Themes {
		cues = append(cues, tax.Cues(&tax.Themes[i], i)...)
	}
	set, err := match.Compile(cues)
	if err != nil {
		t.Fatal(err)
	}
	var w match.Weigher
	return func(text string) (themes, praised []string) {
		for _, e := range w.Weigh(set.Find(text, new(match.Scratch))) {
			id := tax.Themes[e.Owner].ID
			themes = append(themes, id)
			if e.Complaint == 0 {
				praised = append(praised, id)
			}
		}
		return themes, praised
	}
}

// The sentences are invented, in the words customers use.
var sentences = []struct {
	theme      string
	yes, never []string
}{
	{
		"billing-opaque",
		[]string{
			"你们寄来的账单我看了三遍还是看不明白", "营业厅连详单都没有，话费明细根本查不到", "卡里五十块话费莫名其妙就没了",
			"什么都没干，怎么就突然欠费一百多", "我只想知道我的钱到底扣到哪里去了", "都不知道扣的是什么钱", "说好的包月，月底又扣费三十",
			"客服和营业厅收费口径不一", "这个月电话费翻倍了，没人给解释", "一觉醒来收到天价话费", "我包年的宽带居然说我欠费",
			"What is this charge on my statement?", "There is a mystery fee again this month", "My bill went up and nobody can explain the charge",
			"I was quoted 40 and got billed 65", "hidden fees everywhere", "why is my bill so high",
		},
		[]string{
			"没有乱收费，挺好", "账单很清楚，一目了然", "今天去营业厅交了五十块钱", "宽带断网三天了", "流量不够用，想加个包", "请问月租多少钱一个月",
			"师傅上门很快，不需要额外收费", "充值一百一直没到账", "小区物业乱收停车费没人管", "my internet is slow", "I paid the bill at the store yesterday", "no hidden fees, great plan",
		},
	},
	{
		"charged-without-consent",
		[]string{
			"在我不知情的情况下给我开通了彩铃", "我从未办理过这项业务却每个月扣费", "从来没有用过的服务也收费", "谁给你们授权从我卡里划钱的",
			"从来没人知会过我有这个收费业务", "会员都取消了还在扣费", "销户半年了居然还欠费", "到期自动续费也没有通知我",
			"停机以后还一直收费", "无故给我弄出来二十块钱", "竟然给我开通了流量包", "擅自更改我的套餐", "体验期一过就开始扣，免费试用自动续费",
			"I never signed up for this service", "You charged my card without my permission", "They keep billing me after I cancelled", "still being charged for a closed account",
			"money deducted for no reason, unauthorized charge", "automatically renewed and charged me",
		},
		[]string{
			"从来没有被扣费", "请问怎么开通彩铃", "这个包从没用过，先退了", "手机自动关机", "洗衣机自动开盖", "不知道怎么改密码", "客服帮我办好了宽带",
			"学校强行收补课费", "信号太差了", "充值扣款成功", "I was never charged without my consent", "the technician arrived on time",
		},
	},
	{
		"broadband-fault",
		[]string{
			"I cannot get onto the internet at all", "our wifi has gone off again", "Something is wrong with our broadband", "unable to obtain an IP address",
			"the broadband keeps failing", "network can't be accessed since the storm",
		},
		[]string{"my phone was shut down for an unpaid bill", "the store was easy to find", "4G network is fine"},
	},
	{
		"coverage-signal",
		[]string{"I can barely get any reception at my desk", "frequent signal loss on the train", "calls can't be put through in the cellar", "no phone service in our street", "the 4g falls to 2g here"},
		[]string{"the hotline was quick", "my bill is wrong"},
	},
	{
		"hotline-wait",
		[]string{"Dialled your helpline and nobody answered", "all operators are busy whenever I try", "could not get through to you", "Pick up the damn phone"},
		[]string{"I picked up my new handset", "they answered at once"},
	},
	{
		"passing-the-buck",
		[]string{"each side shirks responsibility", "they pass the problem to the landlord", "said it is none of their business", "buck passing at its finest"},
		[]string{"the passport was posted", "it was not our fault"},
	},
	{
		"data-drain",
		[]string{"40 GB disappeared overnight", "your app eats my data", "my traffic is used up although I was at home on wifi"},
		[]string{"the data centre is far away", "I like the plan"},
	},
	{
		"package-hard-to-leave",
		[]string{"my plan couldn't be downgraded", "they won't let me change the tariff", "refused to process my cancellation"},
		[]string{"the plan is good", "changed my address"},
	},
	{
		"staff-attitude",
		[]string{"the clerk was nasty", "what rudeness at the counter", "she raised her voice", "they have no patience", "treated like dirt"},
		[]string{"the staff explained it well", "my line is dead"},
	},
	{
		"spam-sms-fraud",
		[]string{"swindlers disguised as the operator", "another fraud call today", "so many junk messages"},
		[]string{"the message arrived", "I called the shop"},
	},
	{
		"proactive-service",
		[]string{"断网两天没有任何通知", "停机也不提前通知一声", "outage again and no notice at all", "谢谢客服提前告知我合约快到期"},
		[]string{"收到通知短信就去办了", "信号不好"},
	},
	{
		"refund-slow",
		[]string{"押金半年了一直没退", "退款走流程走了两个星期", "the deposit was never returned"},
		[]string{"请把多收的退还给我", "赔偿我的损失", "please refund the charge"},
	},
	{
		"installer-late",
		[]string{"预约今天上午，结果没人来", "装宽带都一个月了还没装上", "nobody showed up for the installation"},
		[]string{"我还没来得及换套餐", "师傅准时上门"},
	},
	{
		"no-follow-up",
		[]string{"提了工单三天没人管", "工单莫名其妙被关了", "they promised to call back and never did"},
		[]string{"有没有人在", "安装等了两天", "Promised a call back in 48 hours."},
	},
	{
		"elderly-remote",
		[]string{"老人不会用手机操作，没人教", "山上没有信号"},
		[]string{"我家住南山区", "这个号码是老人在用"},
	},
	{
		"misleading-promotion",
		[]string{"海报写的是免费，到店才知道要预存五百", "当时推荐的时候说随时能取消，办完就变了", "none of what they said was true"},
		[]string{"宣传页收到了", "短信内容和昨天的不一样"},
	},
	{
		"staff-attitude",
		[]string{"客服语气特别冲", "问工号不肯给", "the customer service is terrible"},
		[]string{"你们服务器那么差", "@某某客服 信号没了"},
	},
	{
		"service-enquiry",
		[]string{"国际漫游怎么开通", "你们支持携号转网吗", "赠送手机的活动是真的吗", "办宽带要带什么证件", "换套餐要多少钱一个月", "what documents do I need"},
		[]string{"请问有什么可以帮您", "装个宽带就这么难吗", "你们能靠谱一点吗", "请问您的号码是多少", "不能办理", "收费不合理"},
	},
	{
		"data-drain",
		[]string{"睡了一觉五百兆就没了", "wifi一直开着手机还是偷跑流量", "怎么会扣我这么多流量"},
		[]string{"想买个流量包", "流量很够用"},
	},
	{
		"throttled",
		[]string{"用到十G就自动关闭上网"},
		[]string{"用到月底没问题"},
	},
	{
		"spam-sms-fraud",
		[]string{"收到冒充客服的电话", "骗子要验证码"},
		[]string{"说我发了垃圾短信把我屏蔽了", "你们这不就是诈骗吗", "Consumer fraud by the company"},
	},
	{
		"sim-suspend-resume",
		[]string{"余额还剩两块就限制通话", "又没欠费怎么停我电话"},
		[]string{"我想要个新手机号"},
	},
	{
		"store-queue",
		[]string{"大厅里就开一个窗口", "这么多人在等"},
		[]string{"请看主叫号码", "手机营业厅里还要排队"},
	},
	{
		"mobile-data-slow",
		[]string{"地铁上4G网速越来越慢", "出国旅游手机上不了网", "3G信号速度怎么这么慢", "mobile data stopped working"},
		[]string{"家里宽带网速慢", "3G套餐没有了"},
	},
	{
		"coverage-signal",
		[]string{"打个电话都要到处跑", "楼下信号老是中断"},
		[]string{"这两个牌子信号差不多", "3G套餐没有优惠"},
	},
	{
		"recharge-payment",
		[]string{"充值了150元，三个钟头了迟迟未到账", "我都续费了，为什么还提示到期"},
		[]string{"去交费的路上下雨了"},
	},
	{
		"hotline-wait",
		[]string{"说着说着就被客服直接挂断了", "拨打10086十四次都进不去"},
		[]string{"给妈妈打了十四次电话"},
	},
	{
		"staff-knowledge",
		[]string{"营业员又给我办错了", "给我开错了卡"},
		[]string{"我自己拿错了卡"},
	},
	{
		"broadband-slow",
		[]string{"两百兆宽带实测只有十兆", "一到晚上看视频就转圈", "家里网速慢", "I pay for 300 mbps and get 7"},
		[]string{"买充值卡换成了取号的机器", "app卡得很", "手机网速越来越慢", "4G网速慢"},
	},
}

func TestDefaultHearsCustomers(t *testing.T) {
	hear := heard(t)
	for _, s := range sentences {
		for _, text := range s.yes {
			if themes, _ := hear(text); !slices.Contains(themes, s.theme) {
				t.Errorf("%q: %v, want %s", text, themes, s.theme)
			}
		}
		for _, text := range s.never {
			if themes, praised := hear(text); slices.Contains(themes, s.theme) && !slices.Contains(praised, s.theme) {
				t.Errorf("%q: %v, want no complaint of %s", text, themes, s.theme)
			}
		}
	}
}

func TestWhatIsOverIsNoComplaint(t *testing.T) {
	hear := heard(t)
	for _, tt := range []struct {
		text, theme string
		praised     bool
	}{
		{"信号问题解决了", "coverage-signal", true},
		{"信号问题终于解决了，点赞", "coverage-signal", true},
		{"信号问题解决了吗", "coverage-signal", false},
		{"信号问题还没解决", "coverage-signal", false},
		{"希望信号问题解决了再收费", "coverage-signal", false},
		{"宽带故障昨天修好了", "broadband-fault", true},
		{"村里优化以后信号好多了", "coverage-signal", true},
		{"my billing problem was resolved", "billing-opaque", true},
		{"my billing problem was never resolved", "billing-opaque", false},
		{"断网没有任何通知", "proactive-service", false},
		{"客服主动提醒我套餐快到期", "proactive-service", true},
	} {
		themes, praised := hear(tt.text)
		if !slices.Contains(themes, tt.theme) || slices.Contains(praised, tt.theme) != tt.praised {
			t.Errorf("%q: themes %v, as praise %v; want %s as praise %v", tt.text, themes, praised, tt.theme, tt.praised)
		}
	}
}
