package corpus

import (
	"fmt"
	"strings"
)

// person is an invented customer; the same one keeps the same data.
type person struct {
	surname, given    string
	enName            string // set for who writes English
	region            *region
	city              city
	mobile, idCard    string
	address, landline string
	wechat            string
	tenure            int
}

func (p *person) english() bool { return p.enName != "" }

var (
	surnames = strings.Fields(strings.Repeat("王 李 张 刘 陈 杨 黄 赵 吴 周 ", 4) + strings.Repeat("徐 孙 马 朱 胡 郭 何 林 罗 高 ", 2) +
		"梁 宋 郑 谢 韩 唐 冯 于 董 萧 程 曹 袁 邓 许 傅 沈 曾 彭 吕 苏 卢 蒋 蔡 贾 丁 魏 薛 叶 阎 余 潘 杜 戴 夏 钟 汪 田 任 姜 范 方 石 姚 谭 廖 邹 熊 金 陆 郝 孔 白 崔 康 毛 邱 秦 江 史 顾 侯 邵 孟 龙 万 段 钱 汤 尹 黎 易 常 武 乔 贺 赖 龚 文 欧阳 上官 司马 诸葛 慕容")
	givens  = strings.Fields("伟 芳 娜 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 兰 霞 平 刚 桂 英 华 玉 萍 红 建 国 志 文 斌 宇 浩 然 子 轩 梓 涵 雨 欣 怡 思 佳 嘉 俊 晨 诗 琪 博 瑞 雪 梅 秀 珍 海 波 鹏 飞 龙 婷 慧 倩 莹 颖 琳 晓 春 燕 德 福 贵 生 永 忠 义 淑 云 凤 翔 凯 旭 阳 岚 禾 沐 知 远 予 安 乐 可 心")
	enFirst = strings.Fields("Alan Beth Carl Diana Edgar Fiona Gavin Hilda Ivan Joyce Keith Laura Miles Nadia Oscar Petra Quinn Rosa Simon Tessa Umar Vera Wendell Yvonne Zoe Marcus Irene Felix Greta Hugo")
	enLast  = strings.Fields("Abbott Barlow Carver Dalton Ellery Fenwick Garner Hollis Ingram Jessop Kendall Lockwood Merton Norcross Oakley Pemberton Quigley Renshaw Saltmarsh Thorne Underhill Vickers Whitlock Yardley Okafor Lindqvist Moreau Castellan Petrov Nakamori")

	districtWords = strings.Fields("东湖 南山 北辰 西岭 清河 凤鸣 望江 云溪 锦绣 临泉 青浦 白石 龙泉 安平 永宁")
	roadWords     = strings.Fields("人民 建设 解放 新华 滨江 学府 云海 松涛 青藤 望湖 锦屏 鹤鸣 金穗 银杏 文昌 长乐 翠微 丹桂 迎宾 和平")
	estateWords   = strings.Fields("阳光 翠竹 金色 水岸 御景 书香 碧波 江南 梧桐 幸福 绿洲 星河 蓝湾 紫荆 丽景")
	estateKinds   = strings.Fields("花园 家园 小区 名苑 雅苑 公寓 新村 佳苑")
	villageWords  = strings.Fields("柳树 石桥 杨家 上坪 大湾 沙河 枣林 新庄 茶亭 双井")
)

func (g *generator) newPerson(english bool, where *region, c city) *person {
	r := g.random
	p := &person{
		surname: pick(r, surnames), region: where, city: c,
		mobile: newMobile(r), tenure: r.between(0, 18),
	}
	p.given = pick(r, givens)
	if r.chance(75) {
		p.given += pick(r, givens)
	}
	if english {
		p.enName = pick(r, enFirst) + " " + pick(r, enLast)
	}
	p.idCard = newIDCard(r, c.area)
	p.address = newAddress(r, where, c)
	p.landline = newLandline(r, c.dial)
	p.wechat = newWeChat(r)
	return p
}

// anyone is a new person from anywhere.
func (g *generator) anyone(english bool) *person {
	where := &regions[g.random.weighted(regionWeights())]
	p := g.newPerson(english, where, pick(g.random, where.cities))
	g.people = append(g.people, p)
	return p
}

// someone is a person who spoke before in one case of five, else a new one.
func (g *generator) someone(english bool) *person {
	if len(g.people) > 50 && g.random.chance(20) {
		for range 20 {
			if p := pick(g.random, g.people); p.english() == english {
				return p
			}
		}
	}
	return g.anyone(english)
}

func (p *person) name() string { return p.surname + p.given }

func newAddress(r *random, where *region, c city) string {
	var b strings.Builder
	if r.chance(60) {
		b.WriteString(where.full)
	}
	if !strings.HasPrefix(where.full, c.name) || b.Len() == 0 {
		b.WriteString(c.name + "市")
	}
	if r.chance(15) {
		fmt.Fprintf(&b, "%s县%s镇%s村%d组", pick(r, districtWords), pick(r, roadWords), pick(r, villageWords), r.between(1, 12))
		return b.String()
	}
	fmt.Fprintf(&b, "%s区%s%s%d号", pick(r, districtWords), pick(r, roadWords), pick(r, []string{"路", "街", "大道", "东路", "西路"}), r.between(1, 399))
	if r.chance(85) {
		fmt.Fprintf(&b, "%s%s%d%s", pick(r, estateWords), pick(r, estateKinds), r.between(1, 28), pick(r, []string{"栋", "幢", "号楼"}))
		if r.chance(60) {
			fmt.Fprintf(&b, "%d单元", r.between(1, 4))
		}
		fmt.Fprintf(&b, "%d%02d室", r.between(1, 32), r.between(1, 6))
	}
	return b.String()
}
