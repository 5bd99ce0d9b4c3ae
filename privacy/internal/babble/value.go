package babble

import (
	"fmt"
	"strings"

	"qingting/privacy/rule"
)

// valueTypes are the types that Value writes.
var valueTypes = []rule.Type{
	rule.Mobile, rule.Landline, rule.IDCard, rule.BankCard, rule.LicensePlate, rule.VIN, rule.IMEI, rule.IMSI, rule.ICCID, rule.MAC, rule.IP,
	rule.Email, rule.WeChat, rule.QQ, rule.BroadbandAccount, rule.EmployeeID, rule.Credential, rule.DOB, rule.GPS, rule.Address,
	rule.PersonName, rule.Passport, rule.HKID, rule.EEP, rule.USCC, rule.Phone, rule.SSN,
}

// Types returns the types that [Value] writes.
func Types() []rule.Type { return append([]rule.Type(nil), valueTypes...) }

// Value writes an invented value of a type, with valid check digits; next
// chooses. It returns digits for a type that is not among [Types].
func Value(t rule.Type, next func() int) string {
	pick := func(list []string) string { return list[next()%len(list)] }
	digits := func(n int) string {
		b := make([]byte, n)
		for i := range b {
			b[i] = '0' + byte(next()%10)
		}
		return string(b)
	}
	switch t {
	case rule.Mobile:
		return pick([]string{"139", "138", "186", "177", "1340", "199", "+86 133", "0086152"}) + digits(4) + digits(4)
	case rule.Landline:
		return pick([]string{"010", "021-", "0571", "(0755)", "0913-", "028 "}) + pick([]string{"8", "6"}) + digits(6) + pick([]string{"", "7", "转801", "-12"})
	case rule.IDCard:
		body := pick([]string{"110105", "330106", "440305", "510107"}) + fmt.Sprintf("19%02d%02d%02d", 40+next()%60, 1+next()%12, 1+next()%28) + digits(3)
		return body + citizenCheck(body)
	case rule.BankCard:
		return luhned(pick([]string{"622202", "621700", "4", "52", "37"}) + digits(9+next()%4))
	case rule.LicensePlate:
		return pick([]string{"京", "沪", "粤", "浙", "川"}) + string(rune('A'+next()%8)) + pick([]string{"", "·", "D"}) + digits(5)
	case rule.VIN:
		return "1M8GDM9AXKP042788"
	case rule.IMEI:
		return luhned("86" + digits(12))
	case rule.IMSI:
		return "46000" + digits(10)
	case rule.ICCID:
		return "898600" + digits(14)
	case rule.MAC:
		return fmt.Sprintf("%02X:%02X:%02X:%02x:%02x:%02x", next(), next(), next(), next(), next(), next())
	case rule.IP:
		return pick([]string{fmt.Sprintf("%d.%d.%d.%d", 1+next()%220, next(), next(), next()), "2001:db8::" + digits(3), "192.168.1.1"})
	case rule.Email:
		return pick([]string{"lisi", "a.b", "w-", "张三"}) + digits(next()%4) + "@" + pick([]string{"example.com", "qq.com", "139.com", "mail.example.org"})
	case rule.WeChat:
		return pick([]string{"wxid_", "lisi_", "abc-"}) + digits(6)
	case rule.QQ:
		return pick([]string{"1", "23", "98"}) + digits(5+next()%4)
	case rule.BroadbandAccount:
		return pick([]string{"ad", "kd", "0571"}) + digits(9) + pick([]string{"", "@163.gd"})
	case rule.EmployeeID:
		return pick([]string{"", "A", "GH"}) + digits(4+next()%4)
	case rule.Credential:
		return pick([]string{"", "ab", "Pass@"}) + digits(4+next()%3)
	case rule.DOB:
		return pick([]string{
			fmt.Sprintf("19%02d年%d月%d日", 40+next()%60, 1+next()%12, 1+next()%28), fmt.Sprintf("19%02d-%02d-%02d", 40+next()%60, 1+next()%12, 1+next()%28),
			"八五年三月", "农历腊月初八", "12/03/1985", "March 3, 1985",
		})
	case rule.GPS:
		return fmt.Sprintf("%d.%s,%d.%s", 20+next()%30, digits(6), 100+next()%30, digits(6))
	case rule.Address:
		return address(pick, next)
	case rule.PersonName:
		if next()%4 == 0 {
			return pick([]string{"John", "Mary", "Wei", "María", "O'Neil", "Sophie"}) + " " + pick([]string{"Smith", "Zhang", "van der Berg", "García", "Brown-Lee"})
		}
		return pick(surnames) + pick(given) + pick([]string{"", "", "", "先生", "女士", "经理", "师傅"})
	case rule.Passport:
		return pick([]string{"E", "G", "EA", "K", "MA"}) + digits(7) + pick([]string{"", "8"})
	case rule.HKID:
		return pick([]string{"A123456(3)", "A1234563", "C668668(E)"})
	case rule.EEP:
		return pick([]string{"C", "W", "H", "M", "T"}) + digits(8)
	case rule.USCC:
		return pick([]string{"91330106MA27XBN12K", "9133010660912074" + digits(2)})
	case rule.Phone:
		return pick([]string{"+1 212 555 0" + digits(3), "(415) 555-0" + digits(3), "+44 20 7946 0" + digits(3), "020 7946 0" + digits(3), "07700 900" + digits(3), "+852 2" + digits(7)})
	case rule.SSN:
		return pick([]string{"078", "219", "457"}) + "-0" + digits(1) + "-" + digits(4)
	}
	return digits(next() % 22)
}

func address(pick func([]string) string, next func() int) string {
	if next()%5 == 0 {
		return fmt.Sprintf("%d %s %s", 1+next(), pick([]string{"North Main", "Oak", "Kings"}), pick([]string{"St, Apt 4, Springfield, IL 62704", "Road, London NW1 6XE", "Avenue"}))
	}
	return pick([]string{"", "四川省", "浙江省，", "北京市", "湖北省荆州市公安县"}) + pick([]string{"成都市武侯区", "杭州市西湖区", "朝阳区", "斗湖堤镇", "中华镇", ""}) +
		pick([]string{"天府路", "文三路", "人民东路", "新民村", "翠苑小区", "幸福里"}) + fmt.Sprintf("%d", 1+next()) +
		pick([]string{"号", "号3栋2单元501室", "组", "-2-501", "号楼", "弄5号", ""})
}

// luhned adds the check digit of ISO/IEC 7812-1 annex B.
func luhned(body string) string {
	sum := 0
	for i := range len(body) {
		d := int(body[len(body)-1-i] - '0')
		if i%2 == 0 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return body + string(rune('0'+(10-sum%10)%10))
}

// citizenCheck is the check character of GB 11643-1999.
func citizenCheck(body string) string {
	sum := 0
	for i := range len(body) {
		sum += int(body[i]-'0') * [17]int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2}[i]
	}
	return "10X98765432"[sum%11 : sum%11+1]
}

var (
	surnames = strings.Fields("张 李 王 欧阳 诸葛 陈 高 关 时 包 常 于 马 周 鲜于 單 仇")
	given    = []string{"", "三", "建国", "敏", "雪梅", "时不时", "志强", "国", "一", "小", "丽丽", "·买买提", "總"}
)
