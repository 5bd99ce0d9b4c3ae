// Command gen derives the list of counties, districts, banners and county-level
// cities from the place names (tag ns) of the Chinese dictionary that ships with
// github.com/go-ego/gse (Apache-2.0). Run it with go generate in
// privacy/internal/place.
package main

import (
	"bufio"
	"fmt"
	"log"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"unicode/utf8"
)

func main() {
	log.SetFlags(0)
	if len(os.Args) != 2 {
		log.Fatal("usage: gen DIRECTORY")
	}
	if err := run(filepath.Join(os.Args[1], "counties.txt")); err != nil {
		log.Fatal(err)
	}
}

// notCounties are entries with the right ending that are no division of that level.
const notCounties = "后方城市 周边城市 宜居城市 文明城市 港口城市 特大城市 田园城市 第九城市 吕梁山区 土石山区 大别山区 大巴山区 太行山区 沂蒙山区 秦巴山区 阿尔卑斯山区 陕南秦巴山区 半山区 深山区 湖区 山区 城市 都市 洞庭湖区 鄱阳湖区 黄泛区 三色旗 三角旗 下半旗 五环旗 五色旗 太极旗 太阳旗 上半区 下半区 三角区 东亚区 东北区 东南区 西北区 西南区 两省区 中南区 中心区 中立区 亚太区 " +
	"亚洲区 北京郊区 冬麦区 包干区 北极区 南极区 千代田区 华东区 华北区 华南区 大中华区 大台北区 太平洋区 布罗卡区 托斯卡纳区 拉丁区 无人区 旧城区 " +
	"曼哈顿区 欧元区 欧洲区 老城区 积累区 精华区 繁华区 苏占区 菲涅耳区 萧条区 萨尔区 赤道区 都市区 重丘区 高加索区 高原区 黑人区 深水港区 香港湾区 " +
	"甘南藏区 哈桑区 各县区 山丘区 平原区 胶东区 鲁南区 冀南区 广州市区 杭州市区 大中城市 中小城市 大城市 小城市 直辖市 贫困县 小康县 三街六市 泉塘二区 " +
	"乌兰巴托市 亚凯迪严市 圣地亚哥市 圣彼得堡市 圣路易斯市 巴尔的摩市 布宜诺斯艾利斯市 布鲁塞尔市 斯图加特市 斯德哥尔摩市 斯里巴加湾市 新奥尔良市 " +
	"湖南长沙市 法兰克福市 的里雅斯特市 蒙特利尔市 东京市 加区 东县 中县 北县 同县 地县 夏县级 大县 应县级 府县 旧县 峡县 镇县 郡县 五县 三维县 孟县城"

// moreCounties are divisions named since the dictionary was made.
const moreCounties = "白云区 光明区 柯桥区 临平区 钱塘区 即墨区 上城区 增城区 从化区 南沙区 坪山区 龙岗区 南山区 罗湖区 黄埔区 江北新区 天府新区 两江新区 西咸新区 雄安新区 " +
	"滨湖新区 上虞区 奉化区 富阳区 临安区 金州新区 兰州新区 贵安新区 崇明区 密云区 延庆区 怀柔区 平谷区 房山区 石景山区 丰台区 通州区 亦庄新区 静海区 宁河区 蓟州区 北辰区 " +
	"藁城区 鹿泉区 栾城区 徐水区 清苑区 满城区 曹妃甸区 溧水区 高淳区 吴江区 吴中区 姑苏区 相城区 武进区 金坛区 新吴区 梁溪区 锡山区 惠山区 海门区 通州湾区 江都区 丹徒区 " +
	"洪泽区 铜山区 鼓楼区 泉山区 云龙区 淮安区 大丰区 亭湖区 姜堰区 宿豫区 长乐区 仓山区 马尾区 翔安区 集美区 建阳区 南安市 新建区 章贡区 南康区 赣县区 章丘区 历下区 历城区 " +
	"市中区 槐荫区 市北区 市南区 崂山区 黄岛区 胶州市 文登区 坊子区 寒亭区 兖州区 任城区 岱岳区 兰山区 河东区 陵城区 沾化区 定陶区 金水区 中原区 管城回族区 惠济区 上街区 郑东新区 " +
	"祥符区 龙亭区 孟津区 偃师区 洛龙区 建安区 高新区 经开区 硚口区 洪山区 东西湖区 江夏区 江汉区 青山区 夷陵区 猇亭区 襄州区 雨花区 望城区 天心区 岳麓区 渌口区 君山区 冷水滩区 " +
	"花都区 越秀区 荔湾区 顺德区 三水区 高明区 禅城区 蓬江区 新会区 江海区 坡头区 霞山区 电白区 高要区 惠阳区 大亚湾区 清新区 揭东区 潮安区 武鸣区 邕宁区 良庆区 西乡塘区 江南区 " +
	"柳江区 临桂区 琼山区 龙华区 秀英区 双流区 郫都区 温江区 新津区 武侯区 锦江区 青羊区 金牛区 龙泉驿区 合川区 江津区 永川区 南川区 璧山区 铜梁区 潼南区 荣昌区 大足区 綦江区 " +
	"开州区 梁平区 武隆区 渝中区 江北区 大渡口区 北碚区 观山湖区 云岩区 播州区 汇川区 红花岗区 西秀区 七星关区 呈贡区 官渡区 西山区 晋宁区 江川区 沾益区 马龙区 长安区 高陵区 鄠邑区 " +
	"未央区 莲湖区 雁塔区 碑林区 新城区 阎良区 临潼区 灞桥区 陈仓区 华州区 安宁区 七里河区 城关区 水磨沟区 米东区 沙依巴克区 天山区 回民区 赛罕区 玉泉区 昆都仑区 东胜区 康巴什区 " +
	"浑南区 沈北新区 于洪区 铁西区 皇姑区 辽中区 旅顺口区 普兰店区 金普新区 宽城区 绿园区 双阳区 九台区 呼兰区 阿城区 双城区 松北区 道外区 南岗区 平房区 沙坪坝区 小店区 迎泽区 万柏林区 尖草坪区"

func run(path string) error {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Dir}}", "github.com/go-ego/gse").Output()
	if err != nil {
		return fmt.Errorf("find the gse module: %w", err)
	}
	f, err := os.Open(filepath.Join(strings.TrimSpace(string(out)), "data", "dict", "zh", "s_1.txt"))
	if err != nil {
		return err
	}
	defer f.Close()
	var names []string
	sc := bufio.NewScanner(f)
	for sc.Scan() {
		p := strings.Fields(sc.Text())
		if len(p) == 3 && p[2] == "ns" && isCounty(p[0]) {
			names = append(names, p[0])
		}
	}
	if err := sc.Err(); err != nil {
		return err
	}
	names = append(names, strings.Fields(moreCounties)...)
	slices.Sort(names)
	return os.WriteFile(path, []byte(strings.Join(slices.Compact(names), "\n")+"\n"), 0o644)
}

func isCounty(name string) bool {
	n := utf8.RuneCountInString(name)
	if n < 2 || n > 12 || n == 2 && !strings.HasSuffix(name, "县") && name != "芒市" && name != "津市" {
		return false
	}
	for _, k := range []string{"地区", "军区", "矿区", "景区", "特区", "社区", "小区", "园区", "开发区", "保护区", "自治区", "行政区", "边区", "库区", "垦区", "郊区"} {
		if strings.HasSuffix(name, k) {
			return false
		}
	}
	if slices.Contains(strings.Fields(notCounties), name) {
		return false
	}
	for _, k := range []string{"区", "县", "市", "旗"} {
		if strings.HasSuffix(name, k) {
			return true
		}
	}
	return false
}
