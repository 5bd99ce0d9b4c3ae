package name

import (
	"strings"

	"qingting/privacy/fold"
)

// Names of minorities as they are written in Chinese characters are made of
// few elements, each always written in much the same characters. They are
// told by their make-up, not by a list of whole names.
const (
	// uyghur are elements of Uyghur, Kazakh and Kirghiz names: Arabic and
	// Turkic words of name giving.
	uyghur = "阿卜杜 阿布都 阿不都 阿卜都 阿布杜 阿不杜 阿卜力 阿布力 阿不力 阿卜来 阿布来 阿不来 阿力木 阿里木 阿依 阿衣 阿曼 阿孜 阿迪力 阿地力 阿米娜 阿瓦古 艾力 艾合 艾合买 艾克 艾克拜尔 艾买 艾买提 艾尼 艾尔肯 艾孜 艾则孜 艾散 艾山 艾麦 艾麦尔 " +
		"安外尔 安尼瓦尔 巴哈尔 巴哈提 别克 布沙 迪丽 迪力 迪里 地里 迪娜 多力 多里坤 多力坤 古丽 古力 古再 古扎 哈力 哈里 哈斯木 海力 海热 合力力 加帕 加马 居马 居麦 居来 卡德 卡迪 卡地 卡斯木 喀迪 克里木 克热木 库尔班 库完 " +
		"买买提 麦麦提 买提 麦提 买合 买合木 麦合 买尔 麦麦 玛依 玛丽亚 米热 米尔 米吉提 木拉 木沙 木合 木塔 穆萨 穆合 穆罕 穆拉 乃吉 尼亚孜 努尔 努热 努丽 帕提 帕提曼 帕孜 帕尔 帕丽 帕塔尔 热合 热合曼 热合买 热依 热孜 热西提 热娜 " +
		"茹孜 如孜 肉孜 如仙 茹仙 茹克 若孜 塞买 赛买 赛麦 赛麦提 色买 色力 赛力 沙吾 沙拉 沙塔尔 莎吉 斯拉木 斯坎 司马义 斯马 苏莱曼 苏里坦 塔依 塔西 铁木 吐尔 吐尔逊 吐逊 吐拉 托合 托合提 托乎提 托乎 图尔 图尔荪 图尔贡 " +
		"瓦哈甫 瓦依 外力 吾买 吾买尔 吾守 吾守尔 吾拉 吾甫 吾斯 吾布 乌斯曼 乌买 许库 谢尔 夏克 亚森 亚力 亚库 牙生 牙森 牙合 伊敏 伊明 伊力 伊米 伊斯 依明 依米 依力 依布 依不 依斯 依马 衣明 玉素 玉苏 玉山 玉努 再努 再娜 再同 早热 孜亚 祖丽 祖农 则木 " +
		"哈孜 哈再 哈山 哈丽 赛提 叶尔 叶斯 巴合 拜 加娜 江阿 库勒 木汗 沙拉木 萨吾 赛依 达吾 达列 胡尔 胡安 胡马 努尔兰 木拉提 扎依 扎热 早古"
	// tibetan are elements of Tibetan names, two syllables each.
	tibetan = "扎西 次仁 卓玛 央金 格桑 索朗 旺堆 旺姆 旺杰 旺久 旺扎 多吉 多杰 尼玛 达瓦 达娃 米玛 拉姆 拉巴 拉毛 拉措 普布 巴桑 边巴 白玛 贝玛 班玛 仓央 洛桑 罗桑 丹增 旦增 丹巴 丹珠 德吉 德庆 德钦 曲珍 曲吉 曲扎 曲措 " +
		"央宗 央措 央吉 措姆 拥措 拥忠 嘉措 加措 罗布 诺布 平措 顿珠 仁青 仁增 仁钦 仁欠 才仁 才让 才旦 才吉 才郎 桑吉 桑杰 桑珠 桑布 强巴 强久 土登 图登 晋美 久美 坚赞 坚参 江村 江措 江白 洛追 群培 群宗 群措 赤列 赤来 其美 " +
		"次旦 次旺 次吉 次珍 次央 次成 慈成 慈仁 泽仁 泽郎 泽旺 益西 依西 意西 格勒 格列 根敦 贡布 贡嘎 工布 阿旺 昂旺 俄珠 俄金 邓珠 登珠 登巴 登真 华旦 华青 切阳 完么 卓嘎 卓措 梅朵 错姆 旦巴 旦正 旦珍 旦知 加布 加羊 周毛 " +
		"公保 官却 更登 更藏 尖措 关却 南杰 郎杰 朗杰 朗嘎 班觉 班旦 边珍 琼达 琼珍 达吉 达珍 色珍 斯朗 松吉 西绕 喜饶 扎巴 扎桑 扎堆 占堆 嘎玛 噶玛 尕藏 尕松 嘎松 阿佳 康卓 伦珠 塔青 四郎 曲批 曲培 热杰 羊吉 措吉 卓么 吉美 土旦 旦真 丹真"
	// mongol are elements of Mongol names.
	mongol = "巴特尔 巴图 巴雅尔 巴雅 巴根 其其格 琪琪格 其木格 其米格 图雅 图娅 图亚 托娅 托雅 托亚 乌兰 乌云 娜仁 那仁 萨仁 萨日 萨如 斯琴 高娃 格日勒 格日 格根 勒图 乌力吉 苏和 苏日 苏雅拉 苏布 苏德 达来 达赖 阿拉坦 阿拉腾 阿拉塔 阿古拉 额尔敦 额尔德 额尔 " +
		"呼和 呼格 吉勒 吉日 吉雅 嘎拉 嘎日 塔娜 娜日 娜布 娜木 敖登 敖日 宝音 白音 布仁 布和 朝鲁 朝克 查干 查苏 道尔吉 道日 德力格尔 德力 德格 哈斯 哈日 海日 宝力格 宝力道 宝力 满都 满达 蒙和 孟和 蒙根 孟根 那顺 那日 那木 牧仁 莫日根 莫德格 " +
		"赛音 赛罕 斯日 斯仁 铁木尔 特木尔 特木 特古斯 腾格 图门 图力 乌日 乌恩 乌仁 乌尼 伊德 扎那 朝伦 娜拉 苏龙 苏荣 金花 日娜 日古 毕力 毕力格 布日 达日 高勒 旭日 思勤 阿茹 阿木 古楞 那达 乌吉 希吉 音吉"
	// tails end Uyghur and Kazakh names behind one of the elements.
	tails = "江汗罕木尔娜拉提曼克力孜丁敏热依夏沙希亚娅姆逊坎肯坤娃兰拜班荪旦甫"
	// moreTranslit are at home between and behind the elements of such names.
	moreTranslit = "坤敏忠衣牙外生甫则再早居库罕丹旺吉措荪卜杜合"
)

// element is one element of a minority's name. Elements of three people do not mix.
type element struct {
	runes  []rune
	people byte
}

func elements() map[rune][]element {
	out := map[rune][]element{}
	for k, set := range []string{uyghur, tibetan, mongol} {
		for _, w := range strings.Fields(set) {
			rs := []rune(w)
			out[rs[0]] = append(out[rs[0]], element{rs, byte(k)})
		}
	}
	return out
}

// elementAt returns the length of the longest element of a people at unit i.
func (s *scan) elementAt(i int, people byte) (n int) {
	for _, e := range s.rec.vocab.elements[s.t.Rune(i)] {
		if e.people == people && len(e.runes) > n && matchAt(s.t, i, e.runes) {
			n = len(e.runes)
		}
	}
	return n
}

// minority finds names of minorities that no dot joins: 阿依古丽, 扎西次仁, 乌兰图雅.
func (s *scan) minority() {
	for i := 0; i < len(s.t.Units); i++ {
		if s.rec.vocab.mark(s.t.Rune(i))&markElement == 0 {
			continue
		}
		for people := range byte(3) {
			if n := s.elementAt(i, people); n > 0 {
				if j := s.minorityAt(i, n, people); j > 0 {
					i = j - 1
					break
				}
			}
		}
	}
}

// minorityAt decides on a name that starts with an element of n units at unit
// i, and returns the unit past it, or nothing.
func (s *scan) minorityAt(i, n int, people byte) int {
	const most = 9
	count, j, longest := 1, i+n, n
	for j-i < most {
		if m := s.elementAt(j, people); m > 0 {
			count, j, longest = count+1, j+m, max(longest, m)
			continue
		}
		if people != 0 {
			break
		}
		if m := s.elementAt(j+1, people); m > 0 && s.rec.vocab.translit.has(s.t.Rune(j)) { // 如孜|瓦|古丽
			count, j = count+1, j+1+m
			continue
		}
		if !strings.ContainsRune(tails, s.t.Rune(j)) || !s.t.Is(j, fold.Han) || s.rec.vocab.does(s.t, j) || j+1 < len(s.t.Units) && s.rec.lex.Words.Has(s.t.Rune(j), s.t.Rune(j+1)) {
			break
		}
		j, count = j+1, max(count, 2)
	}
	cued := s.cueFor(i).kind
	starts := !s.t.Is(i-1, fold.Han) || cued >= cueVerb
	ends := !s.t.Is(j, fold.Han) || s.rec.vocab.behind.has(s.t.Rune(j)) || s.rec.vocab.does(s.t, j)
	title, strong := s.rec.vocab.titleAt(s.t, j)
	ends = ends || title > 0 && strong
	p := proposal{start: i, end: j, rule: ruleMinority, evidence: []string{"elements of a minority's names"}}
	switch {
	case isDot(s.t.Rune(j)) || isDot(s.t.Rune(i-1)) || s.inHandle(i) || s.placeBehind(j) || s.rec.places.Is(s.text(i, j)) || s.rec.places.Is(s.text(i, min(j+1, len(s.t.Units)))):
		return 0
	case count > 1 && j-i >= 4:
		p.confidence = 0.9
	case count > 1 && j-i == 3 && (starts || ends), longest >= 3 && starts && ends:
		p.confidence = 0.72
	case cued >= cueRole && ends, starts && s.tells(j):
		p.confidence = 0.62
	default:
		return 0
	}
	if !starts && !ends {
		p.confidence -= 0.2
	}
	s.propose(p)
	return j
}

// tells says that what people do, or 说, comes right behind.
func (s *scan) tells(j int) bool {
	title, strong := s.rec.vocab.titleAt(s.t, j)
	return title > 0 && strong || s.t.Rune(j) == '说' || s.rec.vocab.does(s.t, j)
}
