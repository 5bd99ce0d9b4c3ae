package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"unicode"

	"qingting/privacy/tagger/internal/words"
)

// inventor writes texts about people who do not exist.
type inventor struct {
	voc *vocabulary
	rnd *rand.Rand
}

func newInventor(v *vocabulary, seed uint64) *inventor {
	return &inventor{v, rand.New(rand.NewPCG(seed, 17))}
}

func (v *inventor) of(list []string) string { return list[v.rnd.IntN(len(list))] }

func (v *inventor) word(s string) string { return v.of(strings.Fields(s)) }

func (v *inventor) chance(p float64) bool { return v.rnd.Float64() < p }

// capital writes each part of a word with a capital.
func capital(s string) string {
	up := true
	return strings.Map(func(r rune) rune {
		if up && unicode.IsLetter(r) {
			up = false
			return unicode.ToUpper(r)
		}
		up = up || r == '-' || r == ' ' || r == '\''
		return r
	}, s)
}

const (
	pinyinFamily = "wang li zhang liu chen yang zhao huang zhou wu xu sun hu zhu gao lin he guo ma luo liang song zheng xie han tang feng yu dong xiao cheng cao yuan deng xu fu shen zeng peng lu su lu jiang cai jia ding wei xue ye yan pan " +
		"du dai xia zhong wang tian ren jiang fan fang shi yao tan liao zou xiong jin hao kong bai cui kang mao qiu qin gu hou shao meng long wan duan qian tang yin li yi chang wu qiao he lai gong wen ouyang sima zhuge"
	pinyinGiven = "wei fang na min jing li qiang lei jun yang yong yan jie juan tao ming chao xiu xia ping gang gui ying hua yu xiang hong bo bin bing chen cheng chun dan di dong fei feng fu guo hai han hao heng hui jia jian jiao kai kun lan le " +
		"lin ling long lu mei meng miao ning pei peng qi qian qin qing rong ru rui shan shu shuang si song ting tong wen xi xian xin xing xue ya yao yi yin yuan yue yun ze zhen zheng zhi zhong zi"
	plainGiven  = "john mary james linda sarah david emma michael anna peter susan tom lucy kate ben sam joe mike dave chris alex jenny laura paul mark lisa karen maria jose ahmed ali fatima priya raj wei omar ivan olga elena carlos diego yuki"
	plainFamily = "smith jones brown taylor wilson davies evans thomas johnson williams miller davis garcia martinez lopez lee walker hall allen young king wright scott green baker adams nelson hill campbell mitchell roberts carter phillips khan patel singh nguyen kim chen"
)

func (v *inventor) given() string {
	switch n := v.rnd.IntN(10); {
	case n < 2:
		return capital(v.word(plainGiven))
	case n == 2:
		s := v.word(pinyinGiven)
		if v.chance(0.6) {
			s += v.of([]string{"", "", "-", "'"}) + v.word(pinyinGiven)
		}
		return capital(strings.Replace(s, "'", "", 1))
	}
	s := v.of(v.voc.given)
	if v.chance(0.05) {
		s += "-" + v.of(v.voc.given)
	}
	return capital(s)
}

func (v *inventor) family() string {
	switch n := v.rnd.IntN(20); {
	case n < 3:
		return capital(v.word(plainFamily))
	case n < 5:
		return capital(v.word(pinyinFamily))
	case n == 5:
		return v.of([]string{"O'", "Mc", "Mac", "Al-", "El-", "D'", "De ", "Van ", "von ", "van der ", "de la ", "bin ", "di "}) + capital(v.of(v.voc.family))
	case n == 6:
		return capital(v.of(v.voc.family)) + "-" + capital(v.of(v.voc.family))
	case n == 7: // a name that nobody has, of the beginning of one and the end of another
		a, b := []rune(v.of(v.voc.family)), []rune(v.of(v.voc.family))
		return capital(string(a[:len(a)/2]) + string(b[len(b)/2:]))
	}
	return capital(v.of(v.voc.family))
}

func (v *inventor) full() string {
	g, f := v.given(), v.family()
	switch n := v.rnd.IntN(30); {
	case n < 3:
		return fmt.Sprintf("%s %c. %s", g, 'A'+rune(v.rnd.IntN(26)), f)
	case n < 6:
		return fmt.Sprintf("%s %c %s", g, 'A'+rune(v.rnd.IntN(26)), f)
	case n == 6:
		return fmt.Sprintf("%c. %s", []rune(g)[0], f)
	case n == 7:
		return g + " " + v.given() + " " + f
	case n == 8:
		return g + " " + f + v.of([]string{" Jr", " Jr.", " III", " Sr.", " II"})
	case n == 9:
		return capital(v.word(pinyinFamily)) + " " + capital(v.word(pinyinGiven)+v.word(pinyinGiven))
	case n == 10:
		return g + " " + f + " " + v.family()
	}
	return g + " " + f
}

func (v *inventor) place() string { return capital(v.of(v.voc.place)) }

func (v *inventor) digits(n int) string {
	b := make([]byte, n)
	for i := range b {
		b[i] = '0' + byte(v.rnd.IntN(10))
	}
	return string(b)
}

func (v *inventor) number(most int) string { return fmt.Sprint(1 + v.rnd.IntN(most)) }

const streetTypes = "Street St St. Road Rd Avenue Ave Ave. Drive Dr Lane Ln Court Ct Place Boulevard Blvd Way Close Crescent Terrace Square Parkway Circle Highway Trail Hill Grove Gardens Mews"

// street is a street with its number.
func (v *inventor) street() string {
	name := v.of([]string{v.family(), capital(v.of(v.voc.place)), capital(v.of(v.voc.word)), v.word("Main Oak Maple Park Pine Cedar Elm Church High Mill Station Lake Hill River Spring North King Queen Victoria Bridge")})
	switch n := v.rnd.IntN(16); {
	case n < 7:
		if v.chance(0.15) {
			name = v.word("N S E W North South East West") + " " + name
		}
		if v.chance(0.1) {
			name = fmt.Sprintf("%d%s", 4+v.rnd.IntN(80), "th")
		}
		return v.number(9999) + " " + name + " " + v.word(streetTypes)
	case n < 9:
		return name + v.word("straße strasse str. gasse weg platz allee straat laan gracht vej gade vägen gatan veien gata katu tie kuja polku damm ufer") + " " + v.number(200) + v.of([]string{"", "", "", "a", "B"})
	case n == 9:
		return v.number(200) + v.of([]string{" rue ", ", rue ", " avenue ", " Rue ", " boulevard ", " impasse "}) + v.of([]string{"de ", "du ", "de la ", "des ", ""}) + name
	case n == 10:
		return v.of([]string{"Via ", "Viale ", "Piazza ", "Corso ", "Calle ", "C/ ", "Avenida ", "Rua ", "Paseo ", "Carrer ", "Strada "}) + v.of([]string{"", "de ", "della ", "do "}) + name + v.of([]string{" ", ", "}) + v.number(300)
	case n == 11:
		return v.of([]string{"ul. ", "ul. ", "al. ", "os. ", "pl. "}) + name + " " + v.number(200) + v.of([]string{"", "/" + v.number(90)})
	case n == 12:
		return name + v.word(" utca út útja tér ulice náměstí ulitsa prospekt") + " " + v.number(150) + v.of([]string{"", ".", "."})
	case n == 13:
		return v.of([]string{"PO Box ", "P.O. Box ", "Po Box ", "PO BOX "}) + v.number(99999)
	case n == 14:
		return v.number(9999) + " " + name + v.of([]string{" Road East", " Street North", " Ave NW", " Blvd SE"})
	}
	return v.number(300) + "/" + v.number(90) + " " + name + " " + v.word(streetTypes)
}

const statesShort = "AL AK AZ AR CA CO CT DE FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA RI SC SD TN TX UT VT VA WA WV WI WY NSW VIC QLD WA SA ON QC BC AB"

func (v *inventor) postcode() string {
	l := func() string { return string(rune('A' + v.rnd.IntN(26))) }
	switch v.rnd.IntN(8) {
	case 0:
		return l() + l() + v.number(20) + " " + v.number(9) + l() + l()
	case 1:
		return l() + v.number(9) + l() + " " + v.number(9) + l() + v.number(9)
	case 2:
		return v.digits(4)
	case 3:
		return v.digits(5) + "-" + v.digits(4)
	case 4:
		return v.digits(2) + "-" + v.digits(3)
	}
	return v.digits(5)
}

func (v *inventor) unit() string {
	return v.of([]string{"Apt ", "Apt. ", "Suite ", "Unit ", "Flat ", "#", "Room ", "Floor ", "apt ", "Ste "}) + v.number(999) + v.of([]string{"", "", "", "A", "B"})
}

// address joins the parts of an address by sep.
func (v *inventor) address(sep string) string {
	parts := []string{v.street()}
	if v.chance(0.3) {
		if u := v.unit(); v.chance(0.25) {
			parts = []string{u, parts[0]}
		} else {
			parts = append(parts, u)
		}
	}
	if !v.chance(0.75) && sep == ", " {
		return strings.Join(parts, v.of([]string{", ", " "}))
	}
	city := v.place()
	switch v.rnd.IntN(7) {
	case 0, 1:
		parts = append(parts, city, v.word(statesShort)+" "+v.digits(5))
	case 2:
		parts = append(parts, city+" "+v.postcode())
	case 3:
		parts = append(parts, v.digits(5)+" "+city)
	case 4:
		parts = append(parts, city)
	case 5:
		parts = append(parts, city, v.postcode())
	case 6:
		parts = append(parts, city+" "+v.word(statesShort)+" "+v.postcode())
	}
	if v.chance(0.25) {
		parts = append(parts, v.place())
	}
	return strings.Join(parts, sep)
}

// roles are who and what does things in feedback without being a person's name.
const roles = "Installer Technician Engineer Driver Courier Operator Rep Agent Supervisor Manager Cashier Clerk Receptionist Nobody Somebody Everyone Someone Support Billing Sales Service Staff Team Customer Client User Caller Guest Passenger Captain Attendant " +
	"Coverage Router Modem Internet Signal Phone Tablet Roaming Voicemail Website App Chat Bot Delivery Parcel Order Refund Payment Card Account Password Network Broadband Fibre Fiber Cable Landline Speed Upload Download Wifi Hotspot Invoice Contract Upgrade Mum Mom Dad Grandma Grandpa Uncle Aunt " +
	"Husband Wife Son Daughter Neighbour Neighbor Landlord Doctor Nurse Police Store Shop Branch Office Warehouse Reception Helpdesk Hotline Marketing Accounts Retention Complaints Security Everything Nothing Weather Battery Screen Camera Keyboard"

// brands are companies and products that feedback speaks of.
const brands = "Verizon Comcast Xfinity Sprint Vodafone Orange O2 EE BT Sky Virgin Apple Google Amazon Microsoft Facebook Samsung Huawei Sony Nokia AT&T T-Mobile Telstra Optus Telefonica Movistar Telekom Deutsche Swisscom Telia Telenor Rogers Bell Telus " +
	"Charter Spectrum Cox Frontier CenturyLink Uverse FiOS Netflix Hulu YouTube Spotify Disney Roku Alexa Siri Cortana Twitter Instagram WhatsApp Telegram Snapchat TikTok LinkedIn Reddit Skype Zoom Teams Chrome Safari Firefox Windows Android iPhone iPad iPod MacBook " +
	"Xbox PlayStation Nintendo Steam Pixel Galaxy Kindle Firestick Chromecast Mastercard Visa Amex PayPal Venmo Revolut Monzo Barclays HSBC Santander Citibank Chase Fedex UPS DHL Hermes USPS Walmart Target Costco Tesco Ikea eBay Etsy Uber Lyft Airbnb Expedia Delta Southwest " +
	"JetBlue Lufthansa Ryanair Easyjet Emirates Toyota Honda Ford Tesla Volkswagen Jetta Audi Hertz Avis Xiaomi Oppo Vivo OnePlus Lenovo Asus Acer Dell Intel Logitech Netgear Linksys TP-Link Motorola Philips Panasonic Baidu Tencent Alibaba Taobao JD Weibo WeChat Alipay Letv Sogou Youku Unicom Telecom CCTV HBO ESPN CNN BBC NBC NFL NBA FIFA"

func (v *inventor) company() string {
	w := v.of([]string{v.family(), capital(v.of(v.voc.word)), capital(v.of(v.voc.word)) + capital(v.of(v.voc.word)), v.place()})
	switch v.rnd.IntN(6) {
	case 0:
		return w + v.of([]string{" Inc", " Inc.", " Ltd", " Ltd.", " LLC", " Group", " Corp", " GmbH", " PLC"})
	case 1:
		return w + " " + v.word("Mobile Telecom Communications Networks Bank Insurance Systems Technologies Media Energy Airlines Research Partners Solutions Health Labs")
	case 2:
		return v.word(brands)
	case 3:
		return w + v.of([]string{", ", "-", " and ", " & "}) + v.family()
	}
	return w
}

// filler writes one placeholder of a form.
func (v *inventor) filler(what byte) (string, words.Entity, bool) {
	switch what {
	case 'N':
		return v.full(), words.Person, true
	case 'F':
		return v.given(), words.Person, true
	case 'L':
		return v.family(), words.Person, true
	case 'A':
		return v.address(v.of([]string{", ", ", ", ", ", " ", ",\n"})), words.Address, true
	case 'B':
		return v.address(v.of([]string{"\n", "\n", ",\n"})), words.Address, true
	case 'C':
		return v.place(), words.Location, true
	case 'O':
		return v.company(), words.Organisation, true
	case 'T':
		return v.word("Mr Mr. Mrs Mrs. Ms Ms. Dr Dr. Miss Prof."), 0, false
	case 'R':
		if v.chance(0.15) {
			return capital(v.of(v.voc.word)), 0, false
		}
		return v.word(roles), 0, false
	case 'K':
		l := func() string { return string(rune('A' + v.rnd.IntN(26))) }
		return v.of([]string{v.digits(2) + l() + l() + v.digits(5), l() + v.digits(8), l() + l() + v.digits(7), v.digits(9), l() + l() + v.digits(2) + " " + v.digits(4) + " " + v.digits(4), "INV-" + v.digits(6), l() + v.digits(3) + l()}), 0, false
	case 'S':
		return v.word(statesShort + " Texas Florida California Ohio Georgia Virginia Illinois Michigan"), words.Location, true
	case 'D':
		return v.of([]string{v.number(12) + "/" + v.number(28) + "/" + v.digits(4), v.word("January March May June August October") + " " + v.number(28), v.word("Monday Tuesday Friday"), "20" + v.digits(2)}), 0, false
	}
	return v.digits(v.oneOf(1, 2, 3, 7, 10, 11)), 0, false
}

func (v *inventor) oneOf(n ...int) int { return n[v.rnd.IntN(len(n))] }

// item fills a form, two at times.
func (v *inventor) item() row {
	r := row{source: invented}
	v.fill(&r)
	for v.chance(0.35) && len(r.text) < 400 {
		r.text = append(r.text, []rune(v.of([]string{" ", ". ", "\n", " - "}))...)
		v.fill(&r)
	}
	switch { // as people type
	case v.chance(0.12):
		r.fold(unicode.ToLower)
	case v.chance(0.04):
		r.fold(unicode.ToUpper)
	}
	return r
}

// fold changes the case; letters whose case has another length stay.
func (r *row) fold(to func(rune) rune) {
	for i, c := range r.text {
		r.text[i] = to(c)
	}
}

func (v *inventor) fill(r *row) {
	form := v.of(forms)
	if v.chance(0.22) {
		form = v.of(cleanForms)
	} else if v.chance(0.35) {
		form = v.of(openings) + v.of(doers) + v.of(deeds)
	}
	for i := 0; i < len(form); i++ {
		if form[i] == '{' && i+2 < len(form) && form[i+2] == '}' {
			s, e, labelled := v.filler(form[i+1])
			from := len(r.text)
			r.text = append(r.text, []rune(s)...)
			if labelled {
				r.spans = append(r.spans, span{from, len(r.text), e})
			}
			i += 2
			continue
		}
		j := strings.IndexByte(form[i+1:], '{')
		if j < 0 {
			j = len(form) - i - 1
		}
		r.text = append(r.text, []rune(form[i:i+1+j])...)
		i += j
	}
}

// renamed writes a labelled row with other names and places, of the same case.
func (v *inventor) renamed(r row) row {
	out := row{source: renamedSet}
	at := 0
	for _, s := range r.spans {
		if s.start < at {
			continue
		}
		out.text = append(out.text, r.text[at:s.start]...)
		from := len(out.text)
		out.text = append(out.text, []rune(v.other(string(r.text[s.start:s.end]), s.of))...)
		out.spans = append(out.spans, span{from, len(out.text), s.of})
		at = s.end
	}
	out.text = append(out.text, r.text[at:]...)
	return out
}

// other is another name, place or street in the place of old.
func (v *inventor) other(old string, e words.Entity) string {
	parts := strings.Fields(old)
	s := old
	switch {
	case e == words.Person && len(parts) == 1:
		s = v.of([]string{v.given(), v.family()})
	case e == words.Person && len(parts) == 2:
		s = v.given() + " " + v.family()
	case e == words.Person:
		s = v.given() + " " + parts[1] + " " + v.family()
	case e == words.Location && v.chance(0.7):
		s = v.place()
	case e == words.Address:
		return v.otherStreet(old)
	}
	switch {
	case old == strings.ToLower(old):
		return strings.ToLower(s)
	case old == strings.ToUpper(old):
		return strings.ToUpper(s)
	}
	return s
}

// otherStreet changes the beginnings of the names in an address, and its numbers.
func (v *inventor) otherStreet(old string) string {
	var b strings.Builder
	rs := []rune(old)
	for i := 0; i < len(rs); {
		j := i
		for j < len(rs) && unicode.IsLetter(rs[j]) {
			j++
		}
		w := string(rs[i:j])
		switch {
		case j == i && unicode.IsDigit(rs[i]) && v.chance(0.8):
			fmt.Fprint(&b, v.rnd.IntN(10))
			i++
		case j == i:
			b.WriteRune(rs[i])
			i++
		case j-i > 4 && unicode.IsUpper(rs[i]) && v.voc.classes[words.Hash(strings.ToLower(w))]&(words.Street|words.Unit) == 0 && v.chance(0.6):
			head := []rune(v.of([]string{v.of(v.voc.family), v.of(v.voc.place)}))
			b.WriteString(capital(string(head[:min(len(head), 3+v.rnd.IntN(3))]) + string(rs[max(j-5, i+1):j])))
			i = j
		default:
			b.WriteString(w)
			i = j
		}
	}
	return b.String()
}
