package name

// English given names of the last century's most common, from common
// knowledge. Those that are everyday words (Will, Mark, Grace, Hope) count only
// with a surname, a cue or a title.
const givenNames = "james robert john michael david william richard joseph thomas charles christopher daniel matthew anthony mark donald steven paul andrew joshua kenneth kevin brian george " +
	"timothy ronald edward jason jeffrey ryan jacob gary nicholas eric jonathan stephen larry justin scott brandon benjamin samuel gregory alexander frank patrick raymond jack dennis jerry " +
	"tyler aaron jose adam nathan henry douglas zachary peter kyle ethan walter noah jeremy christian keith roger terry sean gerald carl arthur lawrence dylan jesse jordan bryan billy bruce " +
	"gabriel joe logan alan juan albert willie elijah wayne randy vincent mason roy ralph bobby russell bradley philip eugene luke lucas oscar simon martin graham neil ian stuart craig colin " +
	"gordon derek nigel trevor leon hugo felix max theo liam oliver harry charlie freddie archie owen callum connor rhys finn aidan declan dean shane lee leo louis marcus victor ivan diego " +
	"carlos luis miguel pedro antonio francisco javier manuel fernando ricardo eduardo sergio pablo mario mohammed muhammad mohamed ahmed ali omar hassan hussein ibrahim yusuf abdul khalid " +
	"raj ravi sanjay vijay amit rahul anil sunil arjun vikram deepak rohit suresh ramesh pierre jean jacques francois michel hans klaus jurgen stefan wolfgang dmitri sergei nikolai vladimir " +
	"giovanni giuseppe marco luca paolo chris mike dave steve tom jim bob bill dan ben sam matt nick tony greg jeff rick ken don ron ted fred ray pete andy alex josh jake brad doug phil stan " +
	"mary patricia jennifer linda elizabeth barbara susan jessica sarah karen lisa nancy betty sandra margaret ashley kimberly emily donna michelle carol amanda melissa deborah stephanie " +
	"rebecca laura helen sharon cynthia kathleen amy angela shirley anna brenda pamela emma nicole samantha katherine christine debra rachel carolyn janet catherine maria heather diane ruth " +
	"julie olivia joyce virginia victoria kelly lauren christina joan evelyn judith megan andrea cheryl hannah jacqueline martha gloria teresa ann sara madison frances kathryn janice jean " +
	"abigail alice julia judy sophia grace denise amber doris marilyn danielle beverly isabella theresa diana natalie brittany charlotte marie kayla alexis lori jane kate katie lucy lily chloe " +
	"ella ellie sophie zoe ruby daisy molly holly poppy freya isla amelia mia ava harriet florence georgia phoebe fiona heidi ingrid claire clare gemma joanne tracy wendy sally paula leanne " +
	"priya anita sunita kavita neha pooja deepa lakshmi fatima aisha zainab mariam leila yasmin carmen rosa elena lucia sofia valentina camila daniela gabriela natasha olga svetlana irina " +
	"tatiana nadia vera katya monica veronica vanessa sabrina tiffany crystal tina tammy dawn erica erin shannon april jill robin becky jenny jen liz beth meg sue pam deb kim ali peggy rita " +
	"leonard kareem gareth hilary chloe harold yuki ayumi erik pavel olof lars sven bjorn nils anders magnus henrik jens soren kristian mikkel rasmus emil oskar piotr pawel tomasz krzysztof marek jakub adamo wojciech " +
	"andrzej milan petr jiri tomas lukas ondrej vaclav zoltan istvan laszlo gabor balazs ferenc attila janos matteo lorenzo alessandro davide simone federico stefano roberto riccardo enrico gianni giulia chiara francesca martina alessia " +
	"jorge rafael andres javi alejandro santiago mateo sebastian rodrigo gonzalo ignacio joao thiago bruno felipe gustavo leonardo vinicius beatriz mariana leticia fernanda juliana patricio guillaume antoine julien mathieu nicolas " +
	"thibault camille manon lea amelie celine aurelie juliette heinrich jurgen dieter gunther matthias tobias florian johannes katharina annika greta birgit heike ursula mei yuna haruto hiroshi kenji takashi satoshi akira yuto sakura " +
	"haruka naoko keiko min-jun ji-woo jin-woo soo-jin seo-yeon kwame kofi amara chidi ngozi oluwaseun adebayo zanele thabo imran bilal tariq samir karim youssef mustafa mehmet emre ayse zeynep arun manish pradeep ashok ramya divya " +
	"shreya ananya rohan siddharth nikhil vivek ganesh dmitry alexei andrei mikhail boris igor oleg sergey anastasia ekaterina yulia larisa galina hanna agnieszka magdalena malgorzata joanna ewa zofia katarzyna astrid sigrid solveig " +
	"linnea maja elsa freja karin birgitta matilda wilma alma signe tuomas mikko juha antti jari timo hannu pekka aino eero liisa vilma sanna marjatta eino ilona dora eszter zsofia reka bence aoife niamh siobhan ciara eoin cormac " +
	"angus hamish rhona ewan gwen dylan eilidh bronwyn callie skye paige brooke jasmine kendra latoya keisha jamal darnell tyrone malik andre xavier dominic damian fabian adrian elias jonas noel silas ezra levi isaac abraham caleb " +
	"ivy cindy vivian wendy eva mandy coco candy linda joyce fanny nora iris penny ada bella"

// wordNames are given names that are everyday words too.
const wordNames = "mark will grace hope frank jack christian jordan mason max dean lee guy rich ray don dawn april amber ruby daisy poppy holly ivy crystal candy penny iris art bill rick pat sue jean virginia " +
	"georgia victoria madison charlotte florence austin dallas lily robin drew chase grant rose faith joy summer may june august ali max wayne logan carol tracy kelly ken ron ted stan deb meg pam"

// familyNames are English surnames of the most common, and some others met in English text.
const familyNames = "smith johnson williams brown jones garcia miller davis rodriguez martinez hernandez lopez gonzalez wilson anderson thomas taylor moore jackson martin lee perez thompson white harris " +
	"sanchez clark ramirez lewis robinson walker young allen king wright scott torres nguyen hill flores green adams nelson baker hall rivera campbell mitchell carter roberts gomez phillips " +
	"evans turner diaz parker cruz edwards collins reyes stewart morris morales murphy cook rogers gutierrez ortiz morgan cooper peterson bailey reed kelly howard ramos kim cox ward richardson " +
	"watson brooks chavez wood james bennett gray mendoza ruiz hughes price alvarez castillo sanders patel myers long ross foster jimenez powell jenkins perry russell sullivan bell coleman " +
	"butler henderson barnes fisher vasquez simmons graham murray ford marshall owens mcdonald harrison ruiz kennedy wells woods burns gordon wallace shaw holmes rice robertson hunt black " +
	"daniels palmer mills nichols grant knight ferguson stone hawkins dunn perkins hudson spencer gardner stephens payne pierce berry matthews arnold wagner willis ray watkins olson carroll " +
	"duncan snyder hart cunningham bradley lane andrews ruiz harper fox riley armstrong carpenter weaver greene lawrence elliott chavez sims austin peters kelley franklin lawson singh khan " +
	"kumar sharma gupta shah ahmed hussain begum ali chen wang li zhang liu yang huang wu zhou xu sun zhu lin guo tang o'connor o'brien o'neill macdonald campbell schmidt muller schneider " +
	"benson llewellyn fletcher hughes tanaka suzuki sato yamamoto nakamura kobayashi watanabe takahashi ito kato johansson andersson karlsson nilsson eriksson larsson olsson persson svensson gustafsson pettersson lindqvist bergqvist holm lind " +
	"lindberg lindgren hansson berg haugen johansen larsen pedersen andersen kristensen christensen rasmussen sorensen petersen jorgensen madsen mortensen virtanen korhonen nieminen makela novakova svoboda dvorak cerny prochazka kovacs szabo horvath toth varga nagy kiss " +
	"nowak wisniewski wojcik kaminski lewandowski zielinski dudek petrova ivanova sokolov popov lebedev kuznetsov volkov esposito ricci marino greco bruno gallo conti romano colombo fontana moretti bernard petit durand leroy simon michel lefebvre roux fournier " +
	"alvarez romero alonso navarro molina delgado ortega castro rubio marin iglesias cardoso ferreira rodrigues almeida carvalho gomes ribeiro fernandes martins barbosa rocha dias mendes okafor adeyemi okonkwo mensah diallo traore haddad nasser farouk rahman chowdhury " +
	"iyer nair reddy rao desai joshi mehta kapoor malhotra banerjee chatterjee mukherjee pham tran dang bui huynh reyes bautista whitmore whitfield holloway alvarado aguilar angulo lindstrom nystrom hoffmann schulz koch richter klein wolf neumann schwarz zimmermann " +
	"choi park jung kang jang yoon hwang ahn " +
	"fischer weber meyer wagner becker dubois moreau laurent rossi russo ferrari bianchi silva santos oliveira souza pereira costa ivanov petrov smirnov kowalski novak jensen nielsen hansen"

// pinyinSurnames and pinyinSyllables spell Chinese names without tones. Spellings that are English words are left out.
const (
	pinyinSurnames = "zhang wang li liu chen yang huang zhao zhou wu xu sun zhu hu guo lin luo zheng liang xie xiao cao deng feng cheng cai peng pan yuan dong yu su ye lv lyu lu wei jiang tian du " +
		"shen fan fu zhong cui liao tan qiu meng qin jia xia shi xiong zou hao kong bai yan xue qian dai xiang ouyang zeng tang fang ding ma gao hou shao wan duan lei"
	pinyinSyllables = "a ai an ang ao ba bai ban bang bao bei ben bi bian biao bin bing bo bu cai can cang chang chao chen cheng chi chong chu chuan chuang chun ci cong da dai dan dao de deng di ding dong du duo en er " +
		"fa fan fang fei fen feng fu gang gao ge gen gong gu guang gui guo hai han hang hao he heng hong hou hu hua huai huan huang hui huo ji jia jian jiang jiao jie jin jing jiu ju juan jun kai kang ke " +
		"kong kuan kui kun lai lan lang le lei li lian liang lin ling liu long lu lun luo lv ma man mao mei men meng mi mian min ming mo mu na nan ni nian ning nuo pei peng ping pu qi qian qiang qiao qin " +
		"qing qiong qiu qu quan qun ran ren rong rou ru rui run ruo san sen sha shan shang shao shen sheng shi shou shu shuai shuang shui shun si song su sun tai tan tang tao teng tian ting tong wan wang wei " +
		"wen wu xi xia xian xiang xiao xin xing xiong xiu xu xuan xue xun ya yan yang yao ye yi yin ying yong you yu yuan yue yun ze zeng zhan zhang zhao zhe zhen zheng zhi zhong zhou zhu zhuo zi zong zu zuo"
)

// notLatinNames are capitalised words that stand where a name may stand.
const notLatinNames = "i i'm i've the a an my your our their his her its this that these those it he she we you they and or but not no yes so if when where what who why how all any some here there now then thanks thank " +
	"please hello hi hey dear sir madam mr mrs ms miss dr customer service support team manager agent representative rep technician company account internet phone mobile tv cable bill billing " +
	"verizon comcast xfinity at&t sprint t-mobile vodafone orange telekom telefonica o2 ee bt sky virgin apple google amazon microsoft facebook twitter samsung huawei xiaomi nokia sony lg iphone ipad " +
	"android united american southwest delta jetblue airways airlines usairways monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september october " +
	"november december today tomorrow yesterday new old good bad great very just still been being trying going calling having getting not sure sorry happy writing paying using on in at of to for from with by " +
	"as is was are were be do does did have has had can could will would should may might must very again also only even ever never really actually currently unable able done out off up down back over under after " +
	"before because since until while app vip id qq wifi wi-fi sim sms 4g 5g 3g web pc ok us uk usa china chinese english american street road avenue inc ltd llc corp group center centre department dept office city " +
	"county state university college school hospital bank airport hotel store shop best worst one two three first last next more most another other each every both few many much such same than too once twice about " +
	"writing disappointed frustrated angry upset furious outraged locked stuck waiting told asking paying moving located based looking reaching contacting"
