package address

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// The ids of the rules, as findings carry them.
const (
	ruleChinese = "address.chinese"
	ruleEnglish = "address.english"
	ruleAbroad  = "address.abroad"
	rulePOBox   = "address.pobox"
)

// Rules returns the rules with their examples, which the tests hold them to.
func Rules() []recognise.Rule {
	return []recognise.Rule{
		{
			ID: ruleChinese, Type: rule.Address, Need: recognise.Need{Classes: fold.Han},
			About: "a chain of segments from the first administrative unit to the last door, building, room or village group",
			True: []string{
				"我住在«杭州市西湖区文三路200号翠苑小区3幢2单元501室»，没信号",
				"地址：«北京市朝阳区建国路１００号»",
				"«湖北省荆州市公安县斗湖堤镇新民村三组»没通宽带",
				"装机地址是«望京花园12栋2单元1503室»",
				"«龙华街道梅龙路56号»网络差",
				"«金色家园小区3-2-501»的宽带断了",
				"寄到«浙江省，宁波市，海曙区，中山西路11号»",
				"«廣州市越秀區中山五路33號»的寬頻",
			},
			False: []string{
				"我在北京市朝阳区没信号", "中山路营业厅排队两小时", "人民路158号营业厅态度差", "地铁3号线没信号", "拨打10000号没人接", "5月3号开始断网",
				"万达广场里没有信号", "要求在3号之前处理", "办了两张卡一共3个号", "小区3栋停电了", "打了2层的电梯里没信号", "等了3-5天", "我们小区 50-80 兆都跑不到", "网速只有1楼的一半",
			},
		},
		{
			ID: ruleEnglish, Type: rule.Address, Need: recognise.Need{Classes: fold.Digit | fold.Numeral},
			About: "number, street name and street word, with unit, city, state and postcode",
			True: []string{
				"I live at «1234 North Main Street, Apt 5B, Springfield, IL 62704» and have no signal",
				"ship it to «221B Baker Street, London NW1 6XE» please",
				"my address is «45 oak lane» and nobody came",
				"Technician never showed up at «77 Park Ave.»",
			},
			False: []string{"waited 3 hours on the road", "I called 5 times about the drive", "2 days down the street from you", "100 Mbps in our court"},
		},
		{
			ID: ruleAbroad, Type: rule.Address, Need: recognise.Need{Classes: fold.Digit | fold.Numeral},
			About: "streets of the continent with their number before or behind, and what has a unit behind it, down to city, country and postcode",
			True: []string{
				"send it to «91215 Harjukuja 54\nSuite 318\nSEINÄJOKI\nFinland 38524» please", "The bus stops on «Vesterskovvej 79».", "lives at «Via Roma 131»", "my place is «ul. Jesionowa 127, Poznań, Poland 60112»",
			},
			False: []string{"connected via WiFi 5 only", "Samsung Galaxy 24 is new", "upgraded to iPhone 15 Pro", "Windows 11 update 23", "Route 66 is slow", "in Norway 5 days"},
		},
		{
			ID: rulePOBox, Type: rule.Address, Need: recognise.Need{Classes: fold.Digit | fold.Numeral},
			About: "a post office box and its number, of the military too",
			True:  []string{"ship to «PSC 1201, Box 5566\nAPO AE 09012»", "«USS Example\nFPO AP 96601» is my address", "bill goes to «PO Box 123, Austin, TX 78701»", "«P.O. Box 88» is wrong"},
			False: []string{"the box 12 arrived", "set-top box 3 is broken"},
		},
	}
}
