package main

import (
	"fmt"
	"strings"
)

// canary is one invented personal value in the sentence that carries it. Core
// is what may be found nowhere: the value, or for what is generalised the part
// that must go.
type canary struct{ typ, sentence, core string }

// canaries returns one canary of every type; no two n share a value.
func canaries(n int) []canary {
	d := func(width, salt int) string { return fmt.Sprintf("%0*d", width, (n+1)*7919*(salt+3)%pow10(width)) }
	id := idCard(fmt.Sprintf("44010619%02d%02d%02d%s", 60+n%40, 1+n%12, 1+n%28, d(3, 1)))
	bank := luhn("621700" + d(12, 2))
	imei := luhn("86" + d(12, 3))
	phone, land := "138"+d(8, 4), "0755-8"+d(7, 5)
	name := string([]rune("赵钱孙周吴郑王冯陈褚")[n%10]) + string([]rune("建国志伟秀英丽华晓明")[(n*3)%10]) + string([]rune("霞峰磊涛静敏杰辉玲芳")[(n*7)%10])
	list := []canary{
		{"PERSON_NAME", "我叫%s，本人投诉。", name},
		{"MOBILE", "我的手机号是%s。", phone},
		{"LANDLINE", "家里电话%s。", land},
		{"ID_CARD", "身份证号%s。", id},
		{"PASSPORT", "护照号码E%s。", d(8, 6)},
		{"BANK_CARD", "银行卡号%s。", bank},
		{"LICENSE_PLATE", "车牌号是%s。", "粤B" + string(rune('A'+n%8)) + d(4, 7)},
		{"IMEI", "手机IMEI是%s。", imei},
		{"IMSI", "IMSI号%s。", "46001" + d(10, 8)},
		{"ICCID", "卡的ICCID是%s。", "898601" + d(14, 9)},
		{"MAC", "光猫MAC地址%s。", fmt.Sprintf("A4:5E:60:%02X:%02X:%02X", n*37%256, n*91%256, n*17%256)},
		{"IP", "我的IP是%s。", fmt.Sprintf("113.%d.%d.%d", 60+n%90, 10+n*7%200, 11+n*13%200)},
		{"EMAIL", "邮箱是%s。", "user" + d(6, 10) + "@qq.com"},
		{"WECHAT", "微信号%s。", "wxid_k" + d(9, 11)},
		{"QQ", "QQ号%s。", "7" + d(8, 12)},
		{"BROADBAND_ACCOUNT", "宽带账号是%s。", "0755" + d(9, 13)},
		{"EMPLOYEE_ID", "客服工号%s态度差。", "8" + d(5, 14)},
		{"CREDENTIAL", "服务密码是%s。", "7" + d(5, 15)},
		{"DOB", "出生日期是%s。", fmt.Sprintf("19%02d年%d月%d日", 60+n%40, 1+n%12, 10+n%18)},
		{"FOREIGN_PR", "永久居留证号%s。", idCard("9113441985" + fmt.Sprintf("%02d%02d%s", 1+n%12, 1+n%28, d(3, 20)))},
		{"HKID", "香港身份证%s。", hkid("K", d(6, 21))},
		{"HKMO_PERMIT", "回乡证号H%s。", "6" + d(7, 22)},
		{"TW_PERMIT", "台胞证号%s。", "3" + d(7, 23)},
		{"EEP", "港澳通行证号C%s。", "5" + d(7, 24)},
		{"SOCIAL_SECURITY", "社保卡号%s。", "44" + d(10, 25)},
		{"USCC", "统一社会信用代码%s。", uscc("92440300MA5" + d(5, 26))},
		{"VIN", "车架号%s。", vin("LSVAM418", "EN2"+d(5, 27))},
		{"PHONE_NUMBER", "call me at +44 7911 %s, ", "1" + d(5, 28)},
		{"US_SSN", "my SSN is %s, ", "536-22-8" + d(3, 29)},
		{"DRIVER_LICENSE", "my driver's license number is D%s. ", "7" + d(7, 30)},
		{"GPS", "定位在%s。", fmt.Sprintf("113.%s,22.%s", d(6, 16), d(6, 17))},
	}
	for i, c := range list {
		list[i].sentence = fmt.Sprintf(c.sentence, c.core)
	}
	road := "建设北路" + d(3, 18) + "号"
	list = append(list, canary{"ADDRESS", "地址是广东省深圳市南山区" + road + "6栋2单元1803室。", road + "6栋"})
	return list
}

func pow10(n int) int {
	p := 1
	for range n {
		p *= 10
	}
	return p
}

// idCard appends the check character of GB 11643 to 17 digits.
func idCard(s string) string {
	sum := 0
	for i, w := range []int{7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2} {
		sum += int(s[i]-'0') * w
	}
	return s + string("10X98765432"[sum%11])
}

// hkid appends the check character to a letter and six digits: weights 9 to 2,
// 36 for the missing first letter, modulo 11.
func hkid(letter, digits string) string {
	sum := 36*9 + (int(letter[0]-'A')+10)*8
	for i := range 6 {
		sum += int(digits[i]-'0') * (7 - i)
	}
	return letter + digits + "(" + string("0A987654321"[sum%11]) + ")"
}

// uscc completes 16 characters of a unified social credit code: the check of
// its organisation code (GB 11714) and its own (GB 32100).
func uscc(s string) string {
	const alphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY"
	sum := 0
	for i, w := range []int{3, 7, 9, 10, 5, 8, 4, 2} {
		sum += strings.IndexByte("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", s[8+i]) * w
	}
	s += string("0123456789X0"[(11-sum%11)%11])
	weight, total := 1, 0
	for i := range 17 {
		total += strings.IndexByte(alphabet, s[i]) * weight
		weight = weight * 3 % 31
	}
	return s + string(alphabet[(31-total%31)%31])
}

// vin puts the check digit (ISO 3779, as in North America) between its parts.
func vin(head, tail string) string {
	value := func(c byte) int {
		if c >= '0' && c <= '9' {
			return int(c - '0')
		}
		return map[byte]int{'A': 1, 'B': 2, 'C': 3, 'D': 4, 'E': 5, 'F': 6, 'G': 7, 'H': 8, 'J': 1, 'K': 2, 'L': 3, 'M': 4, 'N': 5, 'P': 7, 'R': 9, 'S': 2, 'T': 3, 'U': 4, 'V': 5, 'W': 6, 'X': 7, 'Y': 8, 'Z': 9}[c]
	}
	sum := 0
	for i, w := range []int{8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2} {
		sum += value((head + "0" + tail)[i]) * w
	}
	return head + string("0123456789X"[sum%11]) + tail
}

// luhn appends the check digit of ISO/IEC 7812.
func luhn(s string) string {
	sum := 0
	for i := range len(s) {
		v := int(s[len(s)-1-i] - '0')
		if i%2 == 0 {
			if v *= 2; v > 9 {
				v -= 9
			}
		}
		sum += v
	}
	return s + string(rune('0'+(10-sum%10)%10))
}
