package english

import (
	"qingting/privacy/fold"
	"qingting/privacy/recognise"
	"qingting/privacy/rule"
)

// Rules describes what is learnt as rules, with examples that were not learnt.
func Rules() []recognise.Rule {
	return []recognise.Rule{
		{
			ID: RulePerson, Type: rule.PersonName, Need: recognise.Need{Classes: fold.Letter},
			About: "names in text of Latin script, learnt from labelled text: spelling, case, neighbours, and a lexicon of names, places and words",
			True: []string{
				"«Brannoc Ostrell» helped me to port my number", "Thanks «Priyanka» for the quick fix!", "my name is «john fairweather» and I want a refund", "Regards,\n«Zhou Yiming»",
				"I was told by «Marek Dvořák» that it is free", "Spoke to «Kevin» and then to «Aoife», both useless", "«Luisa»'s phone was cut off", "employee «Brandon Whitlock» was rude",
			},
			False: []string{
				"I am Furious about this", "Roaming in Hong Kong and Singapore is dear", "Will call again tomorrow", "Dear Customer Support Team", "Still No Internet After 10 Days",
				"my iPhone and my Galaxy both lost signal", "switched from Verizon to Comcast", "Flight from Dallas to Houston delayed", "Thank You Very Much", "spoke to Customer Service", "Virginia Beach outage",
			},
		},
		{
			ID: RuleAddress, Type: rule.Address, Need: recognise.Need{Classes: fold.Letter},
			About: "postal addresses down to the door in text of Latin script, learnt from labelled text: streets of many countries, units, boxes, cities, postcodes",
			True: []string{
				"I moved to «48 Larchmont Road, Brixham TQ5 9AA», please update", "send it to «1725 Willow Creek Drive, Apt 12, Boise, ID 83702»", "Installer never came to «Lindenstraße 14, 50674 Köln»",
				"«PO Box 5521, Fargo, ND 58105» is my address",
			},
			False: []string{"5 G only outdoors", "10 Main features I miss", "waited 47 minutes on hold", "I live near Boston, 3 bars of signal", "24 Hour support is a lie", "case 00482913377 was lost in 2 days", "running: bb6b8dc7ab0a2bb9", "build c0ffee12ab90d4 is bad"},
		},
	}
}
