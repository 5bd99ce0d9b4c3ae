package risk

import (
	"strings"
	"testing"

	"qingting/textmining/match"
	"qingting/textmining/taxonomy"
)

func TestFlag(t *testing.T) {
	tax, err := taxonomy.Default()
	if err != nil {
		t.Fatal(err)
	}
	d := New(tax)
	set, err := match.Compile(d.Cues(0))
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ text, want string }{
		{"再这样我就打12315", "escalation"},
		{"走法律途径解决", "escalation"},
		{"I will file a complaint with the FCC", "escalation"},
		{"下个月就携号转网", "churn"},
		{"再也不用你们家了", "churn"},
		{"I'm switching to another carrier", "churn"},
		{"我妈八十多岁了，住院", "vulnerable"},
		{"my elderly mother is in hospital", "vulnerable"},
		{"电线掉下来，差点触电", "safety"},
		{"打了无数次电话", "repeated-contact"},
		{"this is the third time I call", "repeated-contact"},
		{"等了半个月了还没装", "waiting"},
		{"说好今天来，结果没人来", "promise-broken"}, // 说好 is said of what was not kept
		{"说好今天上门却没人来", "promise-broken"},
		{"出尔反尔", "promise-broken"},
		{"怎么办理携号转网", ""},
		{"曝光率很高", ""},
		{"我不会去工信部投诉的", ""},
		{"套餐挺好", ""},
		{"到现在还没有修好", "not-solved"},
		{"工单显示已解决，其实根本没处理", "not-solved"},
		{"工单私自被关闭了", "not-solved"},
		{"刚修好没几天又断网了", "not-solved"},
		{"问题已经解决了，谢谢", ""},
		{"不管有没有解决，态度很好", ""},
		{"it is still not fixed", "not-solved"},
		{"the ticket was closed although nothing works", "not-solved"},
		{"my problem was resolved", ""},
		// The same said in other words.
		{"My line has been like this for months", "waiting"},
		{"Three weeks later and still not connected", "not-solved waiting"},
		{"What is taking so long?", "waiting"},
		{"You asked me to wait once more", "waiting"},
		{"I am still yet to hear from the engineer team", "waiting"},
		{"Thank you for your help, we waited two minutes", ""},
		{"a member for ten years", ""},
		{"Every time I ring, I explain my problem again", "repeated-contact"},
		{"I went to the shop four times", "repeated-contact"},
		{"I have dialled your helpline for five days", "repeated-contact"},
		{"You ignore my emails", "repeated-contact"},
		{"I received five calls from your sales team", ""},
		{"The fault comes on and off and nobody knows why", "not-solved"},
		{"It hasnt been repaired", "not-solved"},
		{"Your hotline did nothing", "not-solved"},
		{"The outcome is the same as before", "not-solved"},
		{"please fix this", ""},
		{"You said a man would come at noon, but nobody came", "promise-broken"},
		{"Despite two assurances the price is another", "promise-broken"},
		{"They told me it would be two days, now it is nine", "promise-broken"},
		{"I have decided to leave this provider", "churn"},
		{"As soon as my contract ends I am off", "churn"},
		{"You will lose many customers", "churn"},
		{"They lost my parcel", ""},
		{"The manhole cover near our gate is missing", "safety"},
		{"There is a smell of burning from the box", "safety"},
		{"would it kill you to answer", ""},
		{"threatening to shut off my line", ""},
		{"My data service is disabled, you turned a deaf ear", ""},
		{"We do treasure old customers", ""},
		{"如何办理携号转网", ""},
		{"请问销户需要什么手续", ""},
		{"支持携号转网吗", ""},
		{"我不打算换运营商", ""},
		{"去年就销户了，现在又来催费", ""},
		{"想销户你们百般刁难，不让销户", "churn"},
		{"再不处理我就换移动", "churn"},
		{"I am not going to cancel my service", ""},
		{"how do i cancel my service", ""},
		{"我不会投诉你们的", ""},
		{"再次警告你们", ""},
		{"实在受不了了我要换移动", "churn"},
		{"移动好你去用移动", ""},
		{"一直不想换卡", ""},
		{"多次交涉都没用", "not-solved repeated-contact"},
		{"跑了三趟营业厅", "repeated-contact"},
		{"你说的解决呢", "not-solved"},
		{"断网19天", "waiting"},
		{"说好的赠送流量呢", "promise-broken"},
		{"这不符合工信部的规定", ""},
		{"准备投诉到工信部", "escalation"},
		{"你们等着被曝光吧，要曝光你们", "escalation"},
		{"⟦姓名⟧准备去⟦单位⟧投诉", ""},
		{"反映了五次，一点用没有", "not-solved repeated-contact"},
		{"每天接到三个推销电话", ""},
		{"原本要等三天的手续今天就办好了", ""},
		{"信号经常丢失信号", ""},
		{"预约好的师傅放鸽子", "promise-broken"},
		// how long and how often, however written
		{"等了四十七分钟才接通", "waiting"},
		{"等了七分钟就接通了", ""},
		{"装机申请交了二十二天，师傅还没影", "waiting"},
		{"三天前办的，今天就装好了", ""},
		{"我用了十二年的老号码", ""},
		{"为这事致电十一次", "repeated-contact"},
		{"前后打了十七个电话", "repeated-contact"},
		{"打了一个电话就办好了", ""},
		{"你们的人给我打了八次电话推销", ""},
		{"I was on hold for 95 minutes", "waiting"},
		{"the queue took 4 minutes", ""},
		{"I have been a customer for 14 years", ""},
		{"I called you nine times about this", "repeated-contact"},
		{"they called me nine times to sell a plan", ""},
		// a promise and what came of it, clauses apart
		{"答应48小时之内给回电，如今一周了，谁也没打过来", "promise-broken waiting"},
		{"你们承诺返还的五十元，拖到如今都没到账", "promise-broken"},
		{"she promised a credit, and my next bill has nothing of it", "promise-broken"},
		{"他承诺会照顾好宠物", ""},
		// threats, enquiries, other people
		{"请转告领导 @12315投诉热线", "escalation"},
		{"投诉电话是多少", ""},
		{"下次绝对不会再住你们酒店", "churn"},
		{"以后不用再排队了，真方便", ""},
		{"不如去办个电信的卡", "churn"},
		{"never flying with you again", "churn"},
		{"you cancelled my flight", ""},
		{"催缴员在电话里威胁我", "safety"},
		{"把移动手机号改成中文名", ""},
		{"a family emergency made me travel", ""},
		{"我家宝宝才三个月大的孩子", "vulnerable"},
		{"他今年三十岁", ""},
		{"如果还是不行再联系你们", ""},
		{"修了三遍，依旧掉线", "not-solved"},
		{"希望尽快安排", ""},
		{"从上周三打的报修，到现在谁也没来", "waiting"},
		{"五次都无人理会", "not-solved"},
		{"说好的十点上门呢", "promise-broken"},
		{"去派出所开了证明", ""},
		{"been stuck here since 9", "waiting"},
		{"a delay of 2-3 hours", "waiting"},
		{"they told me it would ship, it wasn't shipped", "promise-broken"},
		{"it happened again after the reset and the fault persists", "not-solved"},
	} {
		var w match.Weigher
		var got []string
		for _, tag := range d.Flag(w.Weigh(set.Find(tt.text, new(match.Scratch))), func(i int) int { return i }) {
			got = append(got, tag.ID)
			if len(tag.Evidence) == 0 {
				t.Errorf("%q: %s has no evidence", tt.text, tag.ID)
			}
		}
		if s := strings.Join(got, " "); s != tt.want {
			t.Errorf("%q: %q, want %q", tt.text, s, tt.want)
		}
	}
}
