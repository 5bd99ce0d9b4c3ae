package source

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// alias is one usual name of a column, as fold leaves it.
type alias struct {
	field string
	rank  int // the lower the surer, among the names of one field
}

// usual lists the usual names of columns by field, the surest first. Customer
// fields come out under the same names whatever the file calls them. A plain
// count of rows, 序号 or index, is no id: the next file counts from one again.
var usual = []struct {
	field string
	names string
}{
	{"text", "text 反馈内容 投诉内容 留言内容 诉求内容 工单内容 问题描述 反馈 投诉 留言 内容 正文 意见 建议 评论内容 评价内容 评论 评价 描述 详情 诉求 文本 原文 " +
		"feedback feedbacktext feedbackcontent complaint complainttext comment comments review reviewtext reviewbody reviewcontent " +
		"message messagetext messagebody content body description detail details verbatim transcript tweet utterance sentence question doc document 标题 主题 title subject"},
	{"id", "id 编号 工单号 工单编号 工单id 投诉编号 反馈编号 留言编号 评论编号 流水号 单号 ticketid ticket ticketno caseid caseno complaintid feedbackid reviewid messageid tweetid commentid uuid guid"},
	{"source", "source 来源系统 数据来源 来源"},
	{"channel", "channel 渠道 投诉渠道 反馈渠道 受理渠道 来源渠道 服务渠道 接入渠道 sourcechannel"},
	{"time", "time 时间 投诉时间 反馈时间 留言时间 受理时间 创建时间 评论时间 提交时间 发布时间 建单时间 timestamp datetime createdat created createtime createdtime submittedat date 日期 投诉日期 反馈日期 受理日期"},
	{"region", "region 地区 省份 省 区域 地域 地市 城市 市 归属地 所在地 省市 province city area location state"},
	{"product", "product 产品 业务 产品名称 业务名称 业务类型 产品类型 套餐 套餐名称 productname service plan"},
	{"rating", "rating 评分 满意度 满意度评分 打分 得分 星级 分数 score stars star nps csat"},
	{"customer.phone", "phone 手机 手机号 手机号码 电话 电话号码 联系电话 联系方式 用户号码 业务号码 客户号码 来电号码 主叫号码 客户电话 客户手机 用户手机 机主号码 号码 customerphone mobile mobilephone mobileno phonenumber phoneno telephone tel msisdn callerid"},
	{"customer.name", "name 姓名 客户姓名 用户姓名 联系人 客户名称 用户名称 称呼 customername fullname username contact"},
	{"customer.email", "email 邮箱 电子邮箱 邮件 邮箱地址 客户邮箱 customeremail mail emailaddress"},
	{"customer.id_card", "身份证 身份证号 身份证号码 证件号 证件号码 idcard idnumber"},
	{"customer.address", "地址 联系地址 家庭地址 安装地址 装机地址 详细地址 客户地址 customeraddress address"},
	{"customer.id", "客户编号 客户id 用户id 用户编号 客户 用户 会员号 会员编号 customerid customer custid userid user memberid accountid account"},
}

// aliases indexes usual.
func aliases() map[string]alias {
	out := make(map[string]alias)
	for _, u := range usual {
		for rank, name := range strings.Fields(u.names) {
			out[name] = alias{u.field, rank}
		}
	}
	return out
}

// fold brings the name of a column to the form aliases are written in: lower
// case, without blanks and signs, without what a bracket adds, such as the
// scale in "评分(1-5)".
func fold(column string) string {
	if i := strings.IndexAny(column, "(（[【"); i > 0 {
		column = column[:i]
	}
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, column)
}

// attributeName turns the name of a column into one an attribute may have: at
// most limit bytes of letters, digits and signs, without a long number.
func attributeName(column string, limit int) string {
	var b strings.Builder
	digits := 0
	for _, r := range strings.TrimSpace(column) {
		switch {
		case unicode.IsDigit(r):
			if digits++; digits > 4 {
				continue
			}
		case unicode.IsLetter(r), unicode.IsMark(r), r == '-', r == '.':
			digits = 0
		default:
			digits, r = 0, '_'
		}
		if b.Len()+utf8.RuneLen(r) > limit {
			break
		}
		b.WriteRune(r)
	}
	return strings.Trim(b.String(), "_")
}
