package surname

import "strings"

// Given names that dictionaries of older text miss: characters and pairs that
// parents have chosen since the 1950s, from the yearly name reports and from
// common knowledge. The generator counts them beside what it finds in the
// dictionary.
const (
	modernChars = "伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超霞平刚桂兰玉红建华国志文辉力健世广义兴良海山仁波宁贵福生龙元全胜学祥才" +
		"发武新利清飞彬富顺信子成康星光天达安岩中茂进林有坚和彪博诚先敬震振壮会思群豪心邦承乐绍功松善厚庆民友裕河哲江浩亮政谦亨" +
		"奇固之轮翰朗伯宏言若鸣朋斌梁栋维启克伦翔旭鹏泽晨辰士以家致树炎德行时泰雄琛钧冠策腾楠榕风航弘惠珠翠雅芝萍娥玲芬燕彩春" +
		"菊凤洁梅琳素云莲真环雪荣爱妹香月莺媛瑞凡佳嘉琼勤珍贞莉叶璧璐娅琦晶妍茜秋珊莎锦黛青倩婷姣婉娴瑾颖露瑶怡婵雁蓓纨仪荷" +
		"丹蓉眉君琴蕊薇菁梦岚苑筠柔竹霭凝晓欢枫芸菲寒欣滢伊亚宜可姬舒影荔枝丽阳琪轩宇涵睿昊煜宸梓萱诺妤沐然桐雯昕彤希语曦钰" +
		"俊峰凯鑫帆坤宝根金银旺长永祖胤淑慧娇艺霖潇蕾莹丛珂淼垚焱越骏骁恺恒帅威豹虎毅巍"
	modernPairs = "子轩 子涵 梓涵 梓轩 浩宇 浩然 雨桐 雨涵 欣怡 诗涵 思远 宇航 宇轩 子墨 梓萱 可欣 佳怡 嘉怡 俊杰 俊熙 一诺 一鸣 " +
		"建国 建军 建华 建平 建明 建新 建设 国强 国庆 国栋 国华 志强 志明 志刚 志伟 志远 志勇 卫国 卫东 卫华 爱国 爱民 爱华 红梅 红霞 红英 " +
		"秀英 秀兰 秀珍 秀芳 秀梅 秀华 桂英 桂兰 桂芳 桂珍 桂花 玉兰 玉梅 玉珍 玉华 玉英 淑英 淑兰 淑珍 淑芬 淑华 凤英 凤兰 凤霞 美玲 美华 美丽 " +
		"丽娟 丽华 丽萍 丽丽 丽娜 丽君 海燕 海英 海波 海涛 海龙 海军 晓东 晓明 晓燕 晓红 晓丽 晓梅 晓峰 晓玲 小明 小红 小芳 小燕 小军 小平 小刚 小丽 小龙 " +
		"文静 文杰 文博 文斌 文娟 文华 文君 文涛 春梅 春燕 春花 春华 春兰 春生 永强 永刚 永红 永康 永生 雪梅 雪莲 雪松 冬梅 金凤 金龙 金花 银花 金玲 " +
		"德明 德华 德胜 德才 德福 福贵 福生 长江 长生 家豪 家明 家伟 家乐 嘉欣 嘉豪 嘉琪 伟明 伟强 伟东 伟杰 明辉 明月 明杰 慧敏 慧玲 慧芳 静怡 静雯 " +
		"天宇 天佑 天翔 思琪 思雨 思源 思宇 雨欣 雨婷 雨晴 雅婷 雅琴 雅琪 婷婷 芳芳 娜娜 莉莉 圆圆 佳佳 丹丹 倩倩 媛媛 楠楠 萌萌 欢欢 磊磊 洋洋 晶晶 " +
		"泽宇 泽洋 昊天 昊然 皓轩 铭轩 睿轩 奕辰 沐宸 若曦 若溪 语嫣 诗琪 诗雨 梦瑶 梦洁 梦琪 梦婷 静静 艳红 艳丽 艳萍 少华 少军 立新 立军 立民 立国 " +
		"学军 学文 学明 兴华 兴旺 振华 振国 振东 庆华 庆国 新华 新民 新生 新宇 世杰 世昌 宝强 宝华 宝珍 保国 保华 胜利 和平 光明 光辉 光荣 向阳 向东 " +
		"大伟 大勇 大明 大军 大鹏 老虎 亚军 亚男 亚楠 亚平 胜男 若男 铁柱 铁军 翠花 翠英 翠兰 腊梅 二娃 三妹 来福 有才 有为 有福"
)

// ModernChars returns the characters, each once.
func ModernChars() []rune {
	seen := map[rune]bool{}
	var out []rune
	for _, r := range modernChars {
		if !seen[r] {
			seen[r] = true
			out = append(out, r)
		}
	}
	return out
}

// ModernPairs returns the two-character given names.
func ModernPairs() []string { return strings.Fields(modernPairs) }
