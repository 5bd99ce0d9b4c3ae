package name

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// The ids of the rules for names in Latin script, as findings carry them.
const (
	ruleLatinLine  = "name.latin.line"
	ruleLatinCue   = "name.latin.cue"
	ruleLatinTitle = "name.latin.title"
	ruleLatinKnown = "name.latin.known"
)

func latinRules() []recognise.Rule {
	return []recognise.Rule{
		{
			ID: ruleLatinLine, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Letter},
			About: "two or three capitalised words that are the whole of a line or of the last sentence, beside text in Chinese",
			True:  []string{"谢谢他. «Brannoc Ostrell»", "«Ysolde Varkett»\n客服差", "再见\n«Tamsyn Pellow»\n"},
			False: []string{"Customer Service\nis bad", "Very Bad\nService", "I like it. Thank You", "Google Fiber\nis down"},
		},
		{
			ID: ruleLatinCue, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Letter},
			About: "names in Latin script behind an introduction, a role or a sign-off, or before a Chinese title",
			True:  []string{"my name is «John Smith» and I want a refund", "the agent «Maria» was rude", "客服«Lucy»态度差", "我叫«Tom Lee»", "«Mary»女士来电", "Regards, «Wang Xiaoming»"},
			False: []string{"I am Furious about this", "客服APP打不开", "用户ID是多少", "this is Terrible service", "I am in Boston", "spoke to Customer Service"},
		},
		{
			ID: ruleLatinTitle, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Letter},
			About: "names in Latin script behind Mr, Mrs, Ms, Dr and the like; the title stays outside",
			True:  []string{"Mr. «O'Neil» hung up on me", "Dr «Anna de Vries» complained", "Ms «Chen» promised a call"},
			False: []string{"the Dr said no", "Miss the old plan", "latency 12 ms. Advertised as 5", "Mr and so on"},
		},
		{
			ID: ruleLatinKnown, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Letter},
			About: "a known English given name and a surname, or two words spelt like a Chinese name",
			True:  []string{"«Sarah Johnson» came to install it", "«Zhang Wei» from the store helped"},
			False: []string{"Will call again", "Mark my words", "Grace period ended", "Hope you fix it", "Hong Kong roaming", "Virginia Beach outage"},
		},
	}
}
