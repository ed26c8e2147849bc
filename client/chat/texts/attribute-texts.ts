// The standard attributes that a pool may require.
// https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html

const en = {
  address: "Address",
  birthdate: "Date of birth",
  email: "E-mail",
  family_name: "Family name",
  gender: "Gender",
  given_name: "Given name",
  locale: "Locale",
  middle_name: "Middle name",
  name: "Name",
  nickname: "Nickname",
  phone_number: "Phone number",
  picture: "Address of a picture",
  preferred_username: "Preferred user name",
  profile: "Address of a profile page",
  website: "Website",
  zoneinfo: "Time zone",
};

const ko: typeof en = {
  address: "주소",
  birthdate: "생년월일",
  email: "이메일",
  family_name: "성",
  gender: "성별",
  given_name: "이름(성 제외)",
  locale: "로캘",
  middle_name: "가운데 이름",
  name: "이름",
  nickname: "별명",
  phone_number: "전화번호",
  picture: "사진 URL",
  preferred_username: "선호하는 사용자 이름",
  profile: "프로필 URL",
  website: "웹사이트",
  zoneinfo: "시간대",
};

export const attributeTexts = { en, ko };
