package name

import "qingting/privacy/fold"

// dots are the middle dots that join the parts of a minority or foreign name.
const dots = "·•‧・･∙⋅."

func isDot(r rune) bool {
	for _, d := range dots {
		if r == d {
			return true
		}
	}
	return false
}

// translit are the characters of transliterated names: Uyghur, Kazakh,
// Tibetan, Mongolian, Western.
const translit = "卜翰鲍策聪荷贺惠捷琅荔湄茜滕阿艾埃安奥巴拜班保贝比彼毕宾波伯勃博布查茨达戴丹道德登迪丁东杜多顿厄恩尔法凡范菲费芬丰夫弗福盖甘冈高戈哥格葛根贡古瓜哈海汉豪赫黑亨洪胡" +
	"华怀惠霍基吉加佳贾江杰金居卡凯坎康考柯科可克肯库夸奎昆拉莱赖兰朗劳勒雷里理丽利莉连良列林琳留龙隆卢鲁路露罗洛马玛麦曼芒毛梅门蒙米密明摩莫默" +
	"姆木穆拿娜纳乃南内尼涅宁牛纽农努诺欧帕派潘庞培佩彭皮平珀普奇恰乔切钦琼丘屈热仁日荣茹儒瑞若萨塞赛桑瑟森沙莎山尚绍舍申圣施史什舒斯司丝苏索所" +
	"塔泰坦汤唐陶特腾提图土吐托瓦万汪旺威韦维魏温文翁沃乌吾武西希锡夏先香肖歇谢辛欣休逊雅亚延扬耶叶伊依因英尤于约泽扎詹珍芝朱卓兹宗佐孜妮婕蒂薇黛" +
	"玫菈娅姬琪仓措卓央次珠旦增尼洛桑顿热木江提肉孜则力合买坎吾守尔热依汗别克也木地里肯巴哈提艾克拜尔古丽买买提赛迪娃娜阿不都热合曼"

// transliterated counts the leading units from i that belong to such names, up to j.
func (s *scan) transliterated(i, j int) int {
	n := 0
	for i+n < j && s.rec.vocab.translit[s.t.Rune(i+n)] {
		n++
	}
	return n
}

// dotted finds names around a middle dot: 阿卜杜拉·买买提, 约翰·史密斯.
func (s *scan) dotted() {
	v := s.rec.vocab
	for i := 1; i+1 < len(s.t.Units); i++ {
		if v.mark(s.t.Rune(i))&markDot == 0 || !s.t.Is(i-1, fold.Han) || !s.t.Is(i+1, fold.Han) {
			continue
		}
		start, end := i, i+1
		for start > 0 && i-start < 7 && v.translit[s.t.Rune(start-1)] && s.cueFor(start).kind < cueRole {
			start--
		}
		limit := min(len(s.t.Units), i+9)
		end += s.transliterated(i+1, limit)
		for end+1 < len(s.t.Units) && isDot(s.t.Rune(end)) && v.translit[s.t.Rune(end+1)] {
			end += 1 + s.transliterated(end+1, min(len(s.t.Units), end+8))
		}
		left, right := i-start, end-i-1
		p := proposal{
			start: start, end: end, rule: ruleDotted, confidence: 0.98,
			evidence: []string{"middle dot between characters of transliterated names"},
		}
		switch {
		case left == 0 || right == 0:
			continue
		case s.rec.places.Is(s.text(start, i)):
			p.rejected, p.confidence = "a place before the dot", 0.3
		case left+right < 4 || left < 2 && s.cueFor(start).kind < cueRole:
			p.rejected, p.confidence = "too short around the dot", 0.3
		case s.t.Rune(i) == '.' && s.cueFor(start).kind < cueRole && left+right < 6:
			p.rejected, p.confidence = "a full stop, not a middle dot", 0.3
		}
		s.propose(p)
		i = end
	}
}
