/**
 * A general bilingual word list: everyday and computing words, one notion a line.
 *
 * Left of the bar stand English words that may stand for one another (a phrase is joined by `_`), after
 * `>` a broader word; right of it the Korean words for them, verbs in the form that a dictionary has
 * (`찾다`), except those made of a noun and 하다, of which the noun is enough (`검색`).
 *
 * The list is about the world, not about any tool: a tool is found because somebody described it in
 * such words.
 */
export const lexicon = `
# doing things
add append | 추가 더하다 덧붙이다 넣다
create make new generate | 생성 만들다 새로운 새로
write compose draft | 작성 쓰다 적다
save store keep | 저장 보관 남기다
record log jot | 기록 녹음 녹화
remember memorize > note | 기억 외우다
register enroll | 등록
delete remove erase discard clear | 삭제 지우다 제거 없애다 치우다 버리다
cancel abort revoke | 취소 철회
search find seek lookup look_up locate | 검색 찾다 탐색
query lookup inquire | 조회 문의
list enumerate | 목록 리스트 나열 명단
show display view see | 보이다 보다 표시 열람
read | 읽다 낭독
get fetch retrieve obtain | 가져오다 얻다 받다 받아오다
check verify inspect | 확인 점검 검사 체크
update modify edit revise | 수정 갱신 업데이트 편집 고치다
change alter switch | 변경 바꾸다 전환
set configure adjust | 설정 맞추다 조절 조정
rename | 이름변경 개명
copy duplicate | 복사 복제
move relocate | 이동 옮기다
paste | 붙여넣기
send deliver dispatch | 보내다 전송 발송 부치다
receive | 수신 받다
open | 열다 열기
close shut | 닫다 닫기
start begin launch run | 시작 실행 가동 구동 돌리다
stop halt end finish terminate | 정지 중지 종료 멈추다 끝내다 그만
pause | 일시정지 중단
resume continue | 재개 계속
restart reboot | 재시작 재부팅
play | 재생 틀다
turn_on switch_on enable activate on | 켜다 활성화 작동
turn_off switch_off disable deactivate off | 끄다 비활성화
increase raise up | 올리다 높이다 증가 키우다
decrease lower reduce down | 내리다 낮추다 감소 줄이다
compare | 비교
choose select pick | 선택 고르다
sort order_by rank | 정렬
filter | 필터 거르다
count | 세다 개수
calculate compute work_out | 계산 연산
convert exchange transform | 변환 환산 환전 바꾸다
translate translation | 번역 통역 옮기다
summarize summary | 요약
explain describe | 설명 묘사
analyze analysis | 분석
recommend suggest | 추천 제안 권하다
book reserve reservation booking | 예약 예매
order purchase buy | 주문 구매 구입 사다
sell | 팔다 판매
pay payment | 결제 지불 내다 납부
refund | 환불
subscribe subscription | 구독
unsubscribe | 구독취소
share | 공유 나누다
invite invitation | 초대
join | 참가 참여 가입
leave quit exit | 나가다 떠나다 탈퇴
call phone dial | 전화 통화 걸다 부르다
reply answer respond response | 답장 대답 답변 응답 답하다
ask question | 질문 묻다 물어보다
help assist support | 도움 돕다 지원
remind reminder | 알림 리마인더 상기
notify notification | 알림 통지 통보
subscribe follow | 팔로우
upload | 업로드 올리다
download | 다운로드 내려받다
install | 설치 깔다
uninstall | 설치제거
build compile | 빌드 짓다
deploy release | 배포 출시
test | 시험 테스트
fix repair | 고치다 수리 복구
break | 깨다 부수다
connect link | 연결 잇다
disconnect | 끊다
lock | 잠그다 잠금
unlock | 잠금해제
sign_in log_in login signed_in logged_in sign_on authenticate | 로그인 접속
sign_out log_out logout | 로그아웃
sign_up | 회원가입
approve accept allow permit | 승인 수락 허용 허가 허락
reject refuse deny decline | 거절 거부 반려
assign | 배정 할당 지정
schedule plan | 일정 예정 계획
postpone delay | 연기 미루다 지연
arrive arrival | 도착
depart departure | 출발 떠나다
go visit | 가다 방문
come | 오다
walk | 걷다 산책 걸음
drive | 운전
ride | 타다 탑승
fly | 비행 날다
eat | 먹다 식사
drink | 마시다
cook | 요리 조리
clean | 청소 닦다 깨끗하다
wash | 씻다 세탁
sleep | 자다 수면 잠
wake wake_up | 깨우다 일어나다 기상
rest | 쉬다 휴식
study learn | 공부 배우다 학습
teach | 가르치다 교육
work job task | 일 업무 작업 근무 직장
watch | 시청 관람
listen hear | 듣다 청취
speak talk say | 말하다 이야기 대화
think | 생각
know | 알다
tell inform let_know | 알리다
want wish | 원하다 바라다
contain include mention containing including | 들어가다 들어있다 포함 담기다 언급
measure | 측정 재다
monitor observe | 감시 관찰 모니터링
scan | 스캔
print | 인쇄 출력 프린트
draw paint | 그리다 그림
take_photo photograph | 촬영 찍다
attach attachment | 첨부
archive | 보관처리 아카이브
restore recover | 복원 복구
backup back_up | 백업
sync synchronize | 동기화
import | 가져오기 수입
export | 내보내기 수출
merge combine | 병합 합치다
split divide | 나누다 분할
multiply | 곱하다 곱셈
subtract | 빼다 뺄셈
roll throw | 굴리다 던지다
flip | 뒤집다
guess | 추측 맞히다
vote | 투표
rate review | 평가 후기 리뷰
irrigate | 물주다
feed | 먹이 먹이다
track trace | 추적 조회
ship shipping delivery | 배송 배달 택배
park parking | 주차

expire expiry expiration expired | 만료 유효기간
remain remaining left | 남다 남은 잔여
rent hire lease | 빌리다 대여 임대 렌트
borrow | 대출 빌리다
manage management | 관리
complete finished done | 완료 마치다 끝나다
wait pending | 기다리다 대기
progress | 진행 진척
information info detail details | 정보 상세 세부사항 안내
introduce introduction | 소개
prepare preparation | 준비
collect gather | 모으다 수집
donate donation | 기부
celebrate | 축하
apologize sorry | 사과하다 죄송
congratulate | 축하
meet | 만나다
hide | 숨기다
publish post | 게시 발행 올리다
apply application | 신청 지원하다
estimate quote_price | 견적 추정
compress zip | 압축
extract unzip | 추출 풀다
format | 형식 포맷
validate validation | 검증
generate_password | 비밀번호생성
encode | 인코딩
decode | 디코딩
query_database sql | 질의

# weather and nature
weather climate meteorological forecast | 날씨 기상 일기 기후
forecast prediction outlook > weather | 예보 일기예보 예측 전망
alert warning advisory alarm_notice | 특보 경보 주의보 경고
emergency disaster | 비상 재난 긴급 응급
temperature | 온도 기온 수온
hot heat warm | 더위 덥다 뜨겁다 따뜻하다 폭염
cold cool chilly | 추위 춥다 차갑다 시원하다 한파
rain rainy shower umbrella precipitation > weather forecast | 비 우산 소나기 강수 강우
snow snowy > weather forecast | 눈 폭설
wind windy > weather forecast | 바람 풍속
storm thunderstorm typhoon hurricane > weather forecast | 폭풍 태풍 뇌우
sunny sunshine clear > weather forecast | 맑다 화창하다 햇빛
cloud cloudy > weather forecast | 구름 흐리다
fog mist > weather forecast | 안개
humidity humid > weather forecast | 습도
air_quality dust pollution | 미세먼지 공기질 대기질 황사 먼지
uv ultraviolet | 자외선
sunrise | 일출 해돋이
sunset | 일몰 해넘이
earthquake | 지진
flood | 홍수
tide | 조수 밀물 썰물
sea ocean | 바다 해양
river | 강 하천
mountain | 산
forest tree | 숲 나무
flower plant | 꽃 식물 화분
animal | 동물
dog puppy | 개 강아지
cat | 고양이
bird | 새
fish | 물고기 생선
sun | 태양
moon | 달
star | 별
planet | 행성
space | 우주
earth | 지구
season | 계절
spring | 봄
summer | 여름
autumn fall | 가을
winter | 겨울
field farm garden | 밭 농장 정원

# notes, writing, reading
note memo | 메모 노트 쪽지 필기
diary journal | 일기장 다이어리
document doc paper | 문서 서류 논문
text | 글 텍스트 본문 문자열
word vocabulary | 단어 낱말 어휘
sentence | 문장
paragraph | 문단
letter | 편지 글자
title heading headline | 제목 표제
content body | 내용 본문
subject topic | 주제 과목 제목
comment remark | 댓글 의견 코멘트
description | 설명
tag label | 태그 라벨 꼬리표
category kind type | 분류 종류 유형 범주
page | 페이지 쪽
book | 책 도서 서적
library | 도서관
author writer | 저자 작가
story novel | 소설 이야기
poem poetry | 시 시집
news article | 뉴스 기사 소식
newspaper | 신문
magazine | 잡지
report | 보고서 보고 리포트
draft | 초안
template | 템플릿 서식 양식
form | 양식 신청서
signature | 서명
keyword | 키워드 검색어
phrase | 구절 문구
dictionary definition | 사전 정의 뜻
quote quotation | 인용 명언
todo to_do task | 할일 할_일 과제
checklist | 체크리스트
bookmark favorite | 북마크 즐겨찾기

# people and identity
who whom whose | 누구 누가
i me my myself | 나 내 저 제 나의 저의
you your | 너 네 당신
user account | 사용자 유저 계정 회원
username user_name | 사용자명 아이디
name | 이름 성함 명칭
identity identification | 신원 신분 정체
profile | 프로필
password | 비밀번호 암호
token | 토큰
session | 세션
group | 그룹 집단 모둠
role | 역할
permission authority privilege | 권한
admin administrator | 관리자 운영자
member | 회원 구성원 멤버
guest | 손님 게스트
people person | 사람 인원 명
friend | 친구
family | 가족
parent | 부모 부모님
mother mom | 어머니 엄마
father dad | 아버지 아빠
child kid | 아이 어린이 자녀
baby | 아기
brother sister sibling | 형제 자매 형 누나 오빠 언니 동생
husband wife spouse | 남편 아내 배우자
grandmother | 할머니
grandfather | 할아버지
man male | 남자 남성
woman female | 여자 여성
adult | 어른 성인
age old | 나이 연령 살
birthday | 생일
gender | 성별
boss manager | 상사 팀장 부장 매니저
colleague coworker | 동료
employee staff | 직원 사원
team | 팀
company firm business | 회사 기업 사업
customer client | 고객 손님
teacher professor | 선생님 교사 교수 선생
student pupil | 학생
doctor physician | 의사
nurse | 간호사
lawyer | 변호사
police | 경찰
contact | 연락처 연락
phone_number number | 전화번호 번호 숫자
address | 주소
email mail e-mail | 메일 이메일 전자우편
message | 메시지 문자 쪽지
chat conversation | 채팅 대화
sender | 발신자 보낸사람
recipient receiver | 수신자 받는사람
meeting appointment | 회의 약속 미팅 모임
interview | 면접 인터뷰
party | 파티 잔치
wedding | 결혼식 결혼
gift present | 선물

# time and calendar
time hour | 시간 시각 시
date day | 날짜 일자 요일 날
clock | 시계
calendar | 달력 캘린더
event | 행사 이벤트 일정
today | 오늘
tomorrow | 내일
yesterday | 어제
now current currently | 지금 현재
morning | 아침 오전
noon | 정오 점심때
afternoon | 오후
evening | 저녁
night | 밤 야간
midnight | 자정
week weekly | 주 주간 이번주
weekend | 주말
month monthly | 월 개월 달
year yearly annual | 년 연도 해마다 연간
minute | 분
second | 초
monday | 월요일
tuesday | 화요일
wednesday | 수요일
thursday | 목요일
friday | 금요일
saturday | 토요일
sunday | 일요일
holiday vacation | 휴일 공휴일 휴가 방학
alarm | 알람
timer countdown | 타이머
stopwatch | 스톱워치
deadline due | 마감 기한
duration length | 기간 소요시간 길이
timezone time_zone | 시간대
early | 일찍 이른
late | 늦다 늦은
recent latest last | 최근 최신 마지막
next | 다음
previous before past | 이전 지난
upcoming future | 다가오는 미래
history | 기록 역사 이력 내역
anniversary | 기념일
festival | 축제

# money and shopping
money cash | 돈 현금
currency | 통화 화폐
exchange_rate exchange rate | 환율
price cost | 가격 값 비용 요금
amount sum | 금액 액수 양
total | 총 합계 전체 총액
balance | 잔액 잔고
bank | 은행
account | 계좌
transfer remittance | 이체 송금
deposit | 입금 예금
withdraw withdrawal | 출금 인출
card | 카드
credit | 신용
loan | 대출
interest | 이자
tax | 세금 세
salary wage | 월급 급여 연봉
budget | 예산
expense spending | 지출 경비
income | 수입 소득
invoice bill | 청구서 송장 계산서 고지서
receipt | 영수증
discount coupon | 할인 쿠폰
tip | 팁
stock share | 주식 주가
market | 시장 마켓
investment invest | 투자
insurance | 보험
crypto bitcoin | 암호화폐 비트코인
shop store | 가게 상점 매장 쇼핑몰
shopping | 쇼핑 장보기
cart basket > shopping | 장바구니 카트
product item goods | 상품 제품 물건 품목 물품
inventory stock | 재고
brand | 브랜드 상표
size | 크기 사이즈 치수
quantity | 수량
weight | 무게 체중 몸무게
color colour | 색 색깔 색상
clothes clothing | 옷 의류
shoes | 신발 구두
bag | 가방
warranty | 보증
order | 주문 순서

# food and restaurants
restaurant diner | 식당 레스토랑 음식점 맛집
cafe coffee_shop | 카페
table seat | 테이블 자리 좌석 식탁
menu | 메뉴 식단
food meal dish | 음식 식사 요리 끼니
breakfast | 아침식사
lunch | 점심
dinner supper | 저녁식사 만찬
recipe | 레시피 조리법
ingredient | 재료
rice | 밥 쌀
bread | 빵
noodle | 국수 면
meat | 고기
beef | 소고기
pork | 돼지고기
chicken | 닭 치킨 닭고기
egg | 달걀 계란
milk | 우유
cheese | 치즈
vegetable | 채소 야채
fruit | 과일
apple | 사과
banana | 바나나
water | 물
coffee | 커피
tea | 차
beer | 맥주
wine | 와인 포도주
sugar | 설탕
salt | 소금
pizza | 피자
cake | 케이크
snack | 간식 과자
calorie nutrition | 칼로리 열량 영양
taste flavor | 맛
spicy | 맵다 매운

# travel and places
travel trip journey | 여행 여정
tour sightseeing | 관광 투어
flight | 항공편 비행기 항공
airport | 공항
airline | 항공사
plane | 비행기
train | 기차 열차
subway metro | 지하철
bus | 버스
taxi cab | 택시
car vehicle | 자동차 차 차량
bicycle bike | 자전거
ship boat | 배 선박
station | 역 정거장
stop | 정류장
ticket | 표 티켓 승차권
passport | 여권
visa | 비자
hotel accommodation lodging | 호텔 숙소 숙박
room | 방 객실
luggage baggage | 짐 수하물
map | 지도
route directions way path | 경로 길 길찾기 노선
location place position | 위치 장소 곳
distance far | 거리 멀다
near nearby close | 근처 가까운 주변 인근
speed fast | 속도 빠르다
traffic | 교통 교통량
road street | 도로 길거리
bridge | 다리
fuel gas | 연료 기름 주유
charge charger | 충전 충전기
country nation | 나라 국가
city town | 도시 시내 마을
state province | 주 지방
region area | 지역 구역
coordinates coordinate | 좌표
latitude | 위도
longitude | 경도
north | 북 북쪽
south | 남 남쪽
east | 동 동쪽
west | 서 서쪽
origin source from | 출발지 출처
destination to | 목적지 도착지
home house | 집 주택 가정
office | 사무실 오피스
school | 학교
university college | 대학 대학교
hospital clinic | 병원 의원
park | 공원
museum | 박물관 미술관
theater cinema | 극장 영화관
church | 교회
building | 건물 빌딩
floor | 층 바닥
door | 문
window | 창문 창

# home and devices
device appliance gadget | 기기 장치 가전
thermostat heating | 온도조절기 보일러 난방
air_conditioner cooling | 에어컨 냉방
light lamp lighting bulb | 전등 조명 불 등 램프
fan | 선풍기 환풍기
tv television | 티비 텔레비전
radio | 라디오
speaker | 스피커
volume loudness | 음량 볼륨 소리
brightness | 밝기
camera | 카메라
refrigerator fridge | 냉장고
washer washing_machine | 세탁기
vacuum robot | 청소기 로봇
oven stove | 오븐 가스레인지
microwave | 전자레인지
curtain blind | 커튼 블라인드
kitchen | 부엌 주방
bedroom | 침실 안방
living_room | 거실
bathroom toilet | 화장실 욕실
garage | 차고
bed | 침대
chair | 의자
desk | 책상
key | 열쇠 키
sensor | 센서
power electricity energy | 전원 전기 전력 에너지
mode | 모드
level | 수준 단계 레벨
eco | 절약 친환경
auto automatic | 자동
manual | 수동

# computing
router | 공유기 라우터
computer machine pc | 컴퓨터 기계
server host | 서버 호스트
status condition health | 상태 현황 상황 형편
system | 시스템 체계
load loaded workload busy | 부하 로드 바쁘다
cpu processor | 씨피유 프로세서 중앙처리장치
memory ram | 메모리 램
disk storage drive | 디스크 저장소 저장공간 용량
uptime | 가동시간 업타임
network internet | 네트워크 인터넷 통신망
wifi wireless | 와이파이 무선
bandwidth | 대역폭
website site web | 웹사이트 사이트 홈페이지 웹
url link | 링크 주소
browser | 브라우저
app application program software | 앱 어플 프로그램 소프트웨어
file | 파일
folder directory | 폴더 디렉터리
database db | 데이터베이스 디비
table | 표
row record | 행 레코드
column | 열
data | 데이터 자료
code source_code | 코드 소스
function | 함수 기능
bug error failure issue | 오류 버그 에러 장애 실패 문제
version | 버전 판
branch | 브랜치
commit | 커밋
repository repo | 저장소 리포지터리
pull_request | 풀리퀘스트
issue ticket | 이슈 티켓
log logs | 로그
process | 프로세스 과정 절차
service | 서비스
container | 컨테이너
cloud | 클라우드
security | 보안 안전
encryption encrypt | 암호화
certificate | 인증서
domain | 도메인
port | 포트
ip ip_address | 아이피
api | 에이피아이
request | 요청 신청 부탁
result outcome | 결과 성과
screen monitor | 화면 모니터
keyboard | 키보드 자판
mouse | 마우스
printer | 프린터
battery | 배터리 건전지
phone smartphone mobile | 핸드폰 휴대폰 스마트폰
tablet | 태블릿
model | 모델
ai artificial_intelligence | 인공지능
image picture photo | 이미지 사진 그림
video movie film | 동영상 영상 영화 비디오
audio sound | 오디오 소리
music song track | 음악 노래 곡
playlist | 재생목록 플레이리스트
artist singer | 가수 아티스트 예술가
album | 앨범
game | 게임 경기
id identifier | 아이디 식별자 번호
number | 수 숫자 번호
random | 무작위 랜덤 임의
color_code | 색상코드
qr_code barcode | 큐알코드 바코드
usage consumption | 사용량 소비량 이용량
limit quota | 한도 제한
setting settings option configuration | 설정 옵션 환경설정
language | 언어 말
font | 글꼴 폰트

# units, numbers, math
unit | 단위
length | 길이
height | 높이 키
width | 너비 폭
depth | 깊이
volume capacity | 부피
area | 면적 넓이
celsius centigrade | 섭씨
fahrenheit | 화씨
kelvin | 켈빈
degree | 도
meter metre m | 미터
kilometer km | 킬로미터 킬로
centimeter cm | 센티미터 센티
millimeter mm | 밀리미터
mile miles | 마일
inch inches | 인치
foot feet ft | 피트
yard | 야드
gram g | 그램
kilogram kg | 킬로그램
pound lb lbs | 파운드
ounce oz | 온스
ton | 톤
liter litre | 리터
milliliter ml | 밀리리터
gallon | 갤런
cup | 컵
percent percentage | 퍼센트 백분율 프로
metric | 미터법
imperial | 야드파운드법
math mathematics arithmetic | 수학 산수 산술
equation expression formula | 방정식 수식 식 공식
plus addition | 더하기 덧셈
minus subtraction | 빼기
times multiplication | 곱하기
division | 나누기 나눗셈
square | 제곱 정사각형
root | 루트 제곱근
average mean | 평균
sum | 합 합계
minimum least smallest | 최소 최저
maximum most largest | 최대 최고
angle | 각도
circle | 원형 동그라미
graph chart plot | 그래프 차트 도표
statistics | 통계
probability chance | 확률 가능성
dice die | 주사위
coin | 동전

# health and sport
health | 건강
medicine drug pill medication | 약 의약품 약물
symptom | 증상
disease illness | 질병 병
pain hurt ache | 통증 아프다
fever | 열
blood | 혈액 피
pressure | 압력 혈압
heart | 심장
exercise workout training | 운동 훈련
step steps | 걸음수 걸음
diet | 다이어트 식이
vaccine | 백신 예방접종
dentist | 치과
pharmacy | 약국
patient | 환자
soccer football | 축구
baseball | 야구
basketball | 농구
tennis | 테니스
swimming swim | 수영
running jog | 달리기 조깅
yoga | 요가
score point | 점수 득점
match | 경기 시합
player | 선수
league | 리그
gym | 헬스장 체육관

# qualities and the rest
quality | 품질 음질 화질
fact truth | 사실 진실
good fine | 좋다 괜찮다
bad | 나쁘다
big large | 크다 큰
small little | 작다 작은
many much | 많다 많이
few less | 적다
high tall | 높다 높은
low | 낮다 낮은
long | 길다
short | 짧다
cheap | 싸다 저렴하다
expensive | 비싸다
easy simple | 쉽다 간단
hard difficult | 어렵다
important urgent priority | 중요 긴급 우선순위
free | 무료 공짜
public | 공개 공공
private personal | 개인 비공개 사적
available availability | 가능 이용가능
active | 활성 활동
all every entire | 모두 모든 전부 전체 다
first | 첫 첫번째 처음
red | 빨강 빨간 빨간색 빨강색
blue | 파랑 파란 파란색
green | 초록 녹색 초록색
yellow | 노랑 노란 노란색
white | 하양 흰 하얀 흰색 하얀색
black | 검정 검은 검정색 검은색
orange | 주황 주황색 오렌지
purple | 보라 보라색
pink | 분홍 분홍색
gray grey | 회색
economy | 경제 이코노미 일반석
business_class | 비즈니스석
standard normal regular | 표준 보통 일반
express | 급행 특급 빠른
one_way | 편도
round_trip return | 왕복
vegetarian | 채식
window_seat | 창가
aisle | 통로
joke funny | 농담 유머 웃기다
horoscope zodiac | 운세 별자리
law legal | 법 법률
government | 정부
election | 선거
president | 대통령
art | 예술 미술
culture | 문화
science | 과학
physics | 물리 물리학
chemistry | 화학
biology | 생물 생물학
religion | 종교
love | 사랑
happy | 행복 기쁘다
sad | 슬프다
angry | 화나다
tired | 피곤
hungry | 배고프다
job career employment | 직업 취업 채용 일자리
exam examination | 시험
grade mark | 성적 등급 학점
class lesson course lecture | 수업 강의 강좌
homework assignment | 숙제
project | 프로젝트 과제
goal target | 목표 대상
idea | 아이디어 생각
problem trouble | 문제 말썽
solution | 해결 해결책
rule policy | 규칙 정책
contract agreement | 계약 합의
package parcel | 소포 택배 패키지
tracking_number | 운송장 운송장번호
post postal | 우편
zip_code postcode postal_code | 우편번호
capital | 수도
population | 인구
world | 세계
thing object | 것 물건
other | 다른 기타
`;
