/**
 * Where well-known cities lie, in decimal degrees: people name a city where a tool wants coordinates.
 * English name (a phrase is joined by `_`), Korean names, latitude, longitude.
 */
export const places = `
san_francisco | 샌프란시스코 | 37.7749 | -122.4194
los_angeles | 로스앤젤레스 | 34.0522 | -118.2437
san_diego | 샌디에이고 | 32.7157 | -117.1611
san_jose | 새너제이 | 37.3382 | -121.8863
sacramento | 새크라멘토 | 38.5816 | -121.4944
seattle | 시애틀 | 47.6062 | -122.3321
portland | 포틀랜드 | 45.5152 | -122.6784
las_vegas | 라스베이거스 | 36.1699 | -115.1398
phoenix | 피닉스 | 33.4484 | -112.074
salt_lake_city | 솔트레이크시티 | 40.7608 | -111.891
denver | 덴버 | 39.7392 | -104.9903
dallas | 댈러스 | 32.7767 | -96.797
austin | 오스틴 | 30.2672 | -97.7431
houston | 휴스턴 | 29.7604 | -95.3698
new_orleans | 뉴올리언스 | 29.9511 | -90.0715
minneapolis | 미니애폴리스 | 44.9778 | -93.265
chicago | 시카고 | 41.8781 | -87.6298
st_louis | 세인트루이스 | 38.627 | -90.1994
detroit | 디트로이트 | 42.3314 | -83.0458
nashville | 내슈빌 | 36.1627 | -86.7816
atlanta | 애틀랜타 | 33.749 | -84.388
miami | 마이애미 | 25.7617 | -80.1918
orlando | 올랜도 | 28.5383 | -81.3792
washington_dc | 워싱턴디씨 | 38.9072 | -77.0369
philadelphia | 필라델피아 | 39.9526 | -75.1652
new_york | 뉴욕 | 40.7128 | -74.006
boston | 보스턴 | 42.3601 | -71.0589
anchorage | 앵커리지 | 61.2181 | -149.9003
honolulu | 호놀룰루 | 21.3069 | -157.8583
seoul | 서울 | 37.5665 | 126.978
busan | 부산 | 35.1796 | 129.0756
incheon | 인천 | 37.4563 | 126.7052
daegu | 대구 | 35.8714 | 128.6014
daejeon | 대전 | 36.3504 | 127.3845
gwangju | 광주 | 35.1595 | 126.8526
jeju | 제주 제주도 | 33.4996 | 126.5312
tokyo | 도쿄 | 35.6762 | 139.6503
osaka | 오사카 | 34.6937 | 135.5023
beijing | 베이징 북경 | 39.9042 | 116.4074
shanghai | 상하이 | 31.2304 | 121.4737
hong_kong | 홍콩 | 22.3193 | 114.1694
taipei | 타이베이 | 25.033 | 121.5654
singapore | 싱가포르 | 1.3521 | 103.8198
bangkok | 방콕 | 13.7563 | 100.5018
hanoi | 하노이 | 21.0278 | 105.8342
delhi | 델리 | 28.6139 | 77.209
sydney | 시드니 | -33.8688 | 151.2093
london | 런던 | 51.5074 | -0.1278
paris | 파리 | 48.8566 | 2.3522
berlin | 베를린 | 52.52 | 13.405
madrid | 마드리드 | 40.4168 | -3.7038
rome | 로마 | 41.9028 | 12.4964
amsterdam | 암스테르담 | 52.3676 | 4.9041
vienna | 비엔나 빈 | 48.2082 | 16.3738
zurich | 취리히 | 47.3769 | 8.5417
stockholm | 스톡홀름 | 59.3293 | 18.0686
moscow | 모스크바 | 55.7558 | 37.6173
istanbul | 이스탄불 | 41.0082 | 28.9784
cairo | 카이로 | 30.0444 | 31.2357
dubai | 두바이 | 25.2048 | 55.2708
toronto | 토론토 | 43.6532 | -79.3832
vancouver | 밴쿠버 | 49.2827 | -123.1207
mexico_city | 멕시코시티 | 19.4326 | -99.1332
sao_paulo | 상파울루 | -23.5505 | -46.6333
`;
