/**
 * Codes that the world has agreed on and the names that people say instead: a tool that wants `USD`
 * is called with what the sentence calls dollars.
 */
export interface CodeTable {
  /**
   * Words by which a parameter's name or description shows that it wants a code of this table; the
   * first is what everything in the table is.
   */
  about: readonly string[];
  /** One code a line: its forms, the English names (a phrase is joined by `_`), the Korean names. */
  rows: string;
}

/** Currencies (ISO 4217), languages (ISO 639), US states (USPS), countries (ISO 3166-1), units. */
export const codeTables: readonly CodeTable[] = [
  {
    about: ["currency", "currencies", "통화", "화폐"],
    rows: `
USD | us_dollar dollar buck | 달러 미국달러 미달러 불
EUR | euro | 유로
KRW | won korean_won | 원 원화 한국원
JPY | yen japanese_yen | 엔 엔화 일본엔
GBP | british_pound pound sterling | 파운드 영국파운드
CNY | yuan renminbi | 위안 위안화
CHF | swiss_franc franc | 프랑 스위스프랑
CAD | canadian_dollar | 캐나다달러
AUD | australian_dollar | 호주달러
NZD | new_zealand_dollar | 뉴질랜드달러
HKD | hong_kong_dollar | 홍콩달러
SGD | singapore_dollar | 싱가포르달러
TWD | taiwan_dollar | 대만달러
INR | rupee indian_rupee | 루피
THB | baht | 바트
VND | dong | 동
PHP | philippine_peso peso | 페소
IDR | rupiah | 루피아
MYR | ringgit | 링깃
RUB | ruble rouble | 루블
BRL | real brazilian_real | 헤알
MXN | mexican_peso | 멕시코페소
TRY | lira | 리라
SEK | swedish_krona krona | 크로나
NOK | norwegian_krone krone | 크로네
DKK | danish_krone | 덴마크크로네
PLN | zloty | 즈워티
ZAR | rand | 랜드
AED | dirham | 디르함
SAR | riyal | 리얄
`,
  },
  {
    about: ["language", "languages", "locale", "언어"],
    rows: `
EN | english | 영어 영문
KO | korean | 한국어 한글 국어 우리말
JA | japanese | 일본어 일어
ZH | chinese mandarin | 중국어 중문
ES | spanish | 스페인어
FR | french | 프랑스어 불어
DE | german | 독일어 독어
IT | italian | 이탈리아어
PT | portuguese | 포르투갈어
RU | russian | 러시아어
AR | arabic | 아랍어
HI | hindi | 힌디어
VI | vietnamese | 베트남어
TH | thai | 태국어
ID | indonesian | 인도네시아어
TR | turkish | 터키어 튀르키예어
NL | dutch | 네덜란드어
PL | polish | 폴란드어
SV | swedish | 스웨덴어
LA | latin | 라틴어
`,
  },
  {
    about: ["state", "states", "usps", "주"],
    rows: `
AL | alabama | 앨라배마
AK | alaska | 알래스카
AZ | arizona | 애리조나
AR | arkansas | 아칸소
CA | california | 캘리포니아
CO | colorado | 콜로라도
CT | connecticut | 코네티컷
DE | delaware | 델라웨어
DC | district_of_columbia washington_dc | 워싱턴디씨
FL | florida | 플로리다
GA | georgia | 조지아
HI | hawaii | 하와이
ID | idaho | 아이다호
IL | illinois | 일리노이
IN | indiana | 인디애나
IA | iowa | 아이오와
KS | kansas | 캔자스
KY | kentucky | 켄터키
LA | louisiana | 루이지애나
ME | maine | 메인주
MD | maryland | 메릴랜드
MA | massachusetts | 매사추세츠
MI | michigan | 미시간
MN | minnesota | 미네소타
MS | mississippi | 미시시피
MO | missouri | 미주리
MT | montana | 몬태나
NE | nebraska | 네브래스카
NV | nevada | 네바다
NH | new_hampshire | 뉴햄프셔
NJ | new_jersey | 뉴저지
NM | new_mexico | 뉴멕시코
NY | new_york | 뉴욕
NC | north_carolina | 노스캐롤라이나
ND | north_dakota | 노스다코타
OH | ohio | 오하이오
OK | oklahoma | 오클라호마
OR | oregon | 오리건
PA | pennsylvania | 펜실베이니아
PR | puerto_rico | 푸에르토리코
RI | rhode_island | 로드아일랜드
SC | south_carolina | 사우스캐롤라이나
SD | south_dakota | 사우스다코타
TN | tennessee | 테네시
TX | texas | 텍사스
UT | utah | 유타
VT | vermont | 버몬트
VA | virginia | 버지니아
WA | washington | 워싱턴
WV | west_virginia | 웨스트버지니아
WI | wisconsin | 위스콘신
WY | wyoming | 와이오밍
`,
  },
  {
    about: ["country", "countries", "nation", "nationality", "국가", "나라"],
    rows: `
KR KOR | south_korea korea | 한국 대한민국 남한
US USA | united_states america usa | 미국
JP JPN | japan | 일본
CN CHN | china | 중국
TW TWN | taiwan | 대만 타이완
GB GBR | united_kingdom england britain uk | 영국
FR FRA | france | 프랑스
DE DEU | germany | 독일
IT ITA | italy | 이탈리아
ES ESP | spain | 스페인
PT PRT | portugal | 포르투갈
NL NLD | netherlands holland | 네덜란드
BE BEL | belgium | 벨기에
CH CHE | switzerland | 스위스
AT AUT | austria | 오스트리아
SE SWE | sweden | 스웨덴
NO NOR | norway | 노르웨이
DK DNK | denmark | 덴마크
FI FIN | finland | 핀란드
PL POL | poland | 폴란드
RU RUS | russia | 러시아
UA UKR | ukraine | 우크라이나
TR TUR | turkey | 터키 튀르키예
GR GRC | greece | 그리스
CA CAN | canada | 캐나다
MX MEX | mexico | 멕시코
BR BRA | brazil | 브라질
AR ARG | argentina | 아르헨티나
AU AUS | australia | 호주
NZ NZL | new_zealand | 뉴질랜드
IN IND | india | 인도
ID IDN | indonesia | 인도네시아
VN VNM | vietnam | 베트남
TH THA | thailand | 태국
PH PHL | philippines | 필리핀
MY MYS | malaysia | 말레이시아
SG SGP | singapore | 싱가포르
HK HKG | hong_kong | 홍콩
AE ARE | united_arab_emirates uae | 아랍에미리트
SA SAU | saudi_arabia | 사우디아라비아
IL ISR | israel | 이스라엘
EG EGY | egypt | 이집트
ZA ZAF | south_africa | 남아프리카공화국
`,
  },
  {
    about: ["unit", "units", "scale", "단위"],
    rows: `
C °C | celsius centigrade | 섭씨
F °F | fahrenheit | 화씨
K | kelvin | 켈빈
m | meter metre | 미터
km | kilometer kilometre | 킬로미터 킬로
cm | centimeter | 센티미터 센티
mm | millimeter | 밀리미터
mi | mile | 마일
ft | foot feet | 피트
in | inch | 인치
g | gram | 그램
kg | kilogram | 킬로그램
lb | pound | 파운드
oz | ounce | 온스
l L | liter litre | 리터
ml mL | milliliter | 밀리리터
`,
  },
];
