package network

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// headerText is one form for the names of columns: composed, lower case, with
// punctuation and repeated spaces as one space.
func headerText(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsNumber(r) || unicode.IsMark(r) {
			return r
		}
		return ' '
	}, strings.ToLower(norm.NFKC.String(name)))
	return strings.Join(strings.Fields(name), " ")
}

// names are the ways in which columns are headed, each in headerText form and
// separated by "|". The archive is written in the language of the member's
// account. English, German and French headers are known from public samples,
// the other languages are what the site calls the same things; a header in yet
// another language can be read with a map (--as people --map FILE).
var names = map[string]string{
	"first_name": "first name|firstname|given name|forename|vorname|prénom|prenom|nombre|nombres|nome|primeiro nome|nome próprio|voornaam|förnamn|fornavn|etunimi|" +
		"imię|jméno|krstné meno|keresztnév|utónév|prenume|ad|adı|isim|имя|ім я|όνομα|שם פרטי|الاسم الأول|प्रथम नाम|名|名字|이름|nama depan|tên|ชื่อ",
	"last_name": "last name|lastname|surname|family name|nachname|familienname|nom|nom de famille|apellidos|apellido|sobrenome|apelido|cognome|achternaam|" +
		"efternamn|efternavn|etternavn|sukunimi|nazwisko|příjmení|priezvisko|vezetéknév|nume|nume de familie|soyadı|soyad|фамилия|прізвище|επώνυμο|שם משפחה|" +
		"اسم العائلة|उपनाम|姓|姓氏|성|nama belakang|họ|นามสกุล",
	"profile_url": "url|linkedin url|linkedin profile url|linkedin profile|linkedin|profile url|profile link|public profile url|person linkedin url|contact linkedin url|" +
		"url du profil|url del perfil|url do perfil|url del profilo|profil url|profiel url|profillänk|profil linkedin|网址|プロフィールurl|프로필 url",
	"email": "email address|email|e mail|e mail address|work email|business email|e mail adresse|emailadresse|adresse e mail|courriel|dirección de correo electrónico|" +
		"correo electrónico|correo|correo electronico|endereço de e mail|endereço de email|indirizzo e mail|indirizzo email|e mailadres|emailadres|e postadress|e post|e postadresse|" +
		"mailadresse|sähköposti|sähköpostiosoite|adres e mail|e mailová adresa|emailová adresa|e mail cím|adresă de e mail|e posta adresi|e posta|адрес электронной почты|" +
		"эл почта|електронна адреса|διεύθυνση email|כתובת אימייל|عنوان البريد الإلكتروني|ईमेल|电子邮件|邮箱|邮件地址|電子郵件|メールアドレス|이메일|이메일 주소|alamat email",
	"company": "company|company name|current company|organization|organisation|employer|account name|unternehmen|firma|firmenname|entreprise|société|societe|empresa|" +
		"azienda|società|bedrijf|organisatie|företag|virksomhed|firmanavn|selskap|bedrift|yritys|společnost|spoločnosť|cég|companie|şirket|компания|компанія|εταιρεία|חברה|الشركة|कंपनी|" +
		"公司|会社|勤務先|会社名|회사|perusahaan|công ty|บริษัท",
	"title": "position|title|job title|current position|role|jobtitle|stelle|jobtitel|poste|fonction|cargo|puesto|posición|posizione|ruolo|functie|functietitel|befattning|stilling|" +
		"tehtävä|stanowisko|pozice|pozícia|beosztás|poziție|funcție|pozisyon|unvan|должность|посада|θέση|תפקיד|المنصب|पद|职位|職稱|職位|役職|직책|직위|jabatan|posisi|chức vụ|ตําแหน่ง",
	"connected_on": "connected on|connection date|date connected|connected|verbunden am|vernetzt am|vernetzt seit|date de connexion|connecté le|fecha de conexión|conectado el|" +
		"conectado em|data da conexão|data di collegamento|collegato il|connesso il|verbonden op|connectie sinds|kontakt sedan|ansluten|forbundet den|forbindelse den|kontakt siden|" +
		"yhdistetty|verkostoitunut|data nawiązania kontaktu|połączono|datum spojení|spojeno|dátum prepojenia|kapcsolatfelvétel dátuma|data conectării|conectat pe|bağlantı tarihi|" +
		"bağlantı kurulma tarihi|дата установления контакта|контакт с|дата контакту|ημερομηνία σύνδεσης|תאריך התחברות|تاريخ الاتصال|कनेक्ट किया गया|添加好友日期|建立联系日期|联系日期|" +
		"つながった日|コネクション成立日|1촌 맺은 날짜|연결된 날짜|terhubung pada|kết nối vào",

	"full_name":      "name|full name|fullname|contact name|person|vollständiger name|nom complet|nombre completo|nome completo|volledige naam|naam|namn|navn|nimi|氏名|姓名|성명",
	"headline":       "headline|profile headline|tagline|summary line|überschrift|profilslogan|titre du profil|titular|titolo del profilo",
	"phone":          "phone|phone number|telephone|work phone|corporate phone|company phone|telefon|telefonnummer|téléphone|teléfono|telefone|telefono|telefoon|电话|電話|電話番号|전화",
	"company_url":    "company linkedin url|company linkedin|company url linkedin|company page|linkedin company url|unternehmensseite|company profile url",
	"company_domain": "company domain|domain|company website|website|web site|webseite|homepage|site web|sitio web|site|sito web",
	"street":         "street|address|street address|address line 1|straße|strasse|adresse|rue|dirección|endereço|indirizzo|via|adres",
	"city":           "city|town|person city|stadt|ort|ville|ciudad|cidade|città|stad|plaats|miasto|城市|市区町村|도시",
	"state":          "state|province|region|state region|county|person state|bundesland|région|provincia|estado|provincie",
	"postal_code":    "postal code|postcode|zip|zip code|plz|postleitzahl|code postal|código postal|cep|cap",
	"country":        "country|person country|land|pays|país|paese|kraj|国家|国|국가",
	"location":       "location|person location|standort|lieu|ubicación|localização|località|locatie|geography",
	"industry":       "industry|sector|branche|secteur|sector de actividad|setor|settore|行业|業種|업종",
	"past_company":   "past company|previous company|former company|früheres unternehmen",
	"past_title":     "past title|previous title|past position|former position|frühere position",

	"name":      "company name|company|account name|account|name|organization|organisation|unternehmen|firma|firmenname|entreprise|société|empresa|azienda|bedrijf|företag|会社名|公司|회사",
	"website":   "website|web site|url|company website|homepage|webseite|site web|sitio web|sito web",
	"domain":    "domain|company domain|email domain|domäne",
	"page_url":  "linkedin url|company linkedin url|linkedin|linkedin company url|company page|page url|linkedin page|company profile url",
	"employees": "employees|number of employees|employee count|company size|headcount|size|employee range|mitarbeiter|mitarbeiterzahl|effectif|empleados|funcionários|dipendenti|medewerkers",
}

// guesses returns the header names of a field.
func guesses(field string) []string { return strings.Split(names[field], "|") }

// isNamed reports whether a column is headed with one of a field's names.
func isNamed(column, field string) bool {
	column = headerText(column)
	if column == "" {
		return false
	}
	for _, name := range guesses(field) {
		if name == column {
			return true
		}
	}
	return false
}

// columns finds the first column of each field; a field without one has -1. A
// column serves one field only.
func columns(header []string, fields ...string) map[string]int {
	found, used := make(map[string]int, len(fields)), make(map[int]bool)
	for _, field := range fields {
		found[field] = -1
		for _, name := range guesses(field) { // the better names come first
			for i, column := range header {
				if found[field] < 0 && !used[i] && headerText(column) == name {
					found[field], used[i] = i, true
				}
			}
		}
	}
	return found
}

// exact finds columns by names that are the same in every language.
func exact(header []string, names ...string) map[string]int {
	found := make(map[string]int, len(names))
	for _, name := range names {
		found[name] = -1
		for i, column := range header {
			if found[name] < 0 && headerText(column) == name {
				found[name] = i
			}
		}
	}
	return found
}

// described says what became of each column.
func described(header []string, places map[string]int) []Column {
	out := make([]Column, len(header))
	for i, name := range header {
		out[i].Name = name
		for field, place := range places {
			if place == i {
				out[i].Field = strings.ReplaceAll(field, " ", "_")
			}
		}
	}
	return out
}
