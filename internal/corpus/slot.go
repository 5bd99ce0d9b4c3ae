package corpus

import (
	"fmt"
	"strings"
)

// slot writes what stands for {name}.
func (w *writer) slot(name string) {
	if themes, ok := strings.CutPrefix(name, "+"); ok {
		w.about(strings.Split(themes, ","))
		return
	}
	if w.composite(name) || w.value(name) || w.number(name) {
		return
	}
	list, ok := w.g.grammar.slots[name]
	if !ok {
		panic(fmt.Sprintf("corpus: the grammar uses {%s}, which nothing fills", name))
	}
	w.expand(pick(w.g.random, list))
}

// number writes the slots that are amounts, dates and other plain facts.
func (w *writer) number(name string) bool {
	r := w.g.random
	when := w.d.time.In(zone)
	var text string
	switch name {
	case "amount":
		text = fmt.Sprint(pick(r, []int{r.between(12, 99), r.between(30, 300), r.between(100, 899)}))
	case "small":
		text = fmt.Sprint(pick(r, []int{3, 5, 6, 8, 9, 10, 12, 15, 18, 19, 20, 25, 29, 30}))
	case "fee":
		text = fmt.Sprint(pick(r, []int{39, 49, 58, 59, 69, 79, 99, 109, 129, 139, 159, 169, 199, 239, 299}))
	case "gb":
		text = fmt.Sprint(pick(r, []int{20, 30, 40, 50, 60, 80, 100, 120, 150, 200}))
	case "less":
		text = fmt.Sprint(r.between(2, 19))
	case "mbps":
		text = fmt.Sprint(pick(r, []int{100, 200, 300, 500, 600, 1000, 2000}))
	case "days":
		text = fmt.Sprint(r.between(2, 20))
	case "months":
		text = fmt.Sprint(pick(r, []int{2, 3, 4, 5, 6, 8, 10, 12, 18, 24}))
	case "years":
		text = fmt.Sprint(r.between(3, 18))
	case "hours":
		text = fmt.Sprint(r.between(2, 9))
	case "mins":
		text = fmt.Sprint(pick(r, []int{10, 15, 20, 25, 30, 35, 40, 45, 50}))
	case "n":
		text = fmt.Sprint(r.between(2, 9))
	case "month":
		text = fmt.Sprint(int(when.Month()))
	case "year":
		text = fmt.Sprint(when.Year() - r.n(2))
	case "day", "day2":
		text = fmt.Sprint(r.between(1, 28))
	case "d2":
		text = r.digits(2)
	case "d4":
		text = r.digits(4)
	case "order":
		text = when.Format("20060102") + r.digits(r.between(4, 8))
	case "city":
		text = w.d.person.city.name
	default:
		return false
	}
	w.text = append(w.text, []rune(text)...)
	return true
}

// value writes the slots that are personal data.
func (w *writer) value(name string) bool {
	r, p := w.g.random, w.d.person
	switch name {
	case "MOBILE":
		w.personal("MOBILE", writeMobile(r, p.mobile))
	case "OTHER":
		w.personal("MOBILE", writeMobile(r, newMobile(r)))
	case "SPLITA":
		w.personal("MOBILE", p.mobile[:7])
	case "SPLITB":
		w.personal("MOBILE", p.mobile[7:])
	case "NAME":
		w.personal("PERSON_NAME", p.name())
	case "NAME2":
		w.personal("PERSON_NAME", pick(r, surnames)+pick(r, givens)+pick(r, givens))
	case "SURNAME":
		w.personal("PERSON_NAME", p.surname)
	case "ENNAME":
		w.personal("PERSON_NAME", p.enName)
	case "IDCARD":
		w.personal("ID_CARD", writeIDCard(r, p.idCard))
	case "BANK":
		w.personal("BANK_CARD", writeBankCard(r, newBankCard(r)))
	case "ADDRESS":
		w.personal("ADDRESS", p.address)
	case "LANDLINE":
		w.personal("LANDLINE", p.landline)
	case "WECHAT":
		w.personal("WECHAT", p.wechat)
	case "QQ":
		w.personal("QQ", string(byte('1'+r.n(9)))+r.digits(r.between(6, 9)))
	case "EMAIL":
		w.personal("EMAIL", writeEmail(r, newEmail(r)))
	case "BBAND":
		w.personal("BROADBAND_ACCOUNT", pick(r, []string{"AD", "LA", "FTTH", "KD"})+p.city.dial+r.digits(8))
	case "MAC":
		w.personal("MAC", newMAC(r))
	case "IMEI":
		w.personal("IMEI", newIMEI(r))
	case "ICCID":
		w.personal("ICCID", newICCID(r))
	case "EMPLOYEE":
		w.personal("EMPLOYEE_ID", r.digits(r.between(4, 6)))
	case "CREDENTIAL":
		w.personal("CREDENTIAL", r.digits(6))
	case "PLATE":
		w.personal("LICENSE_PLATE", newPlate(r, p.region.plate))
	case "PASSPORT":
		w.personal("PASSPORT", "E"+pick(r, []string{"A", "B", "C", "D", "E"})+r.digits(7))
	case "DOB":
		birth := newBirth(r)
		w.personal("DOB", pick(r, []string{birth.Format("2006年1月2日"), birth.Format("2006-01-02"), birth.Format("2006.1.2")}))
	case "IP":
		w.personal("IP", fmt.Sprintf("%d.%d.%d.%d", pick(r, []int{58, 61, 113, 119, 183, 218, 222}), r.n(256), r.n(256), r.between(1, 254)))
	case "SOCIAL":
		w.personal("SOCIAL_SECURITY", r.from("ABCDEFGHJK", 1)+r.digits(8))
	case "HKMO":
		w.personal("HKMO_PERMIT", pick(r, []string{"H", "M"})+r.digits(8))
	case "HKID":
		w.personal("HKID", newHKID(r))
	default:
		return false
	}
	return true
}
