package world

import (
	"fmt"
	"io"
	"sort"
	"strings"
	"time"
)

// thread is a conversation of a seat. With several partners it is a group.
type thread struct {
	id, title string
	partners  []Member
	messages  []message
}

type message struct {
	at            time.Time
	from          int // partner, or None for the seat itself
	subject, text string
	draft         bool
}

var openings = []string{
	"Hi %, thank you for connecting!\nMay I send you our comparison of calibration costs?",
	"Hello %,\n\nwe met at the fair in Hannover. As promised: \"three sensors, one week\", no obligation.\n\nBest,\n",
	"Bonjour %, seriez-vous disponible mardi à 10 h pour un échange ? Bien à vous",
	"Guten Tag %, anbei wie besprochen die Zahlen: 1.250,00 € je Linie; gültig bis 31.12.",
	"%さん、ご連絡ありがとうございます。\n来週お時間をいただけますでしょうか。",
	"Hola %, ¿pudo revisar la propuesta? Quedo atento 🙂",
	"Здравствуйте, %! Отправляю обещанные материалы.",
	"مرحبا %، هل يناسبك اجتماع قصير يوم الأحد؟",
	"שלום %, אשמח לקבוע שיחה קצרה",
	"Hi %, =SUM(A1:A9) is what your sheet says; I get 14,200 \"net\" 😅",
	"Quick one, %: is \x1b[1mProject North\x1b[0m still on? (pasted from my terminal)",
	"% 님, 안녕하세요. 자료 보내드립니다.",
}

var answers = []string{
	"Thanks, that helps. Next week is better.", "Danke, ich melde mich.", "Who else should be in the call?\r\nI would add our buyer.",
	"👍", "Not now, please ask again in spring.", "Merci ! Je regarde cela avec l'équipe.", "Sounds good – \"Tuesday, 10:00\"?", "了解です。",
}

var followUps = []string{
	"Following up on my last note, %.", "Great, I have sent an invitation for Tuesday.\nAgenda:\n- status\n- price, incl. VAT\n- next steps",
	"Here is the sheet: https://ostrevik.example/s/%7Ecost?a=1,2&b=\"x\"", "Thank you, %!", "Understood, talk in spring. 🌱",
}

// threads is how many conversations a seat has.
func (w *World) threads() int { return min(130, max(w.connections()/4, min(w.connections(), 3))) }

func (w *World) thread(seat, n int) thread {
	d := w.draw(topicThread, seat<<32|n)
	t := thread{id: fmt.Sprintf("2-%s==", strings.ToUpper(fmt.Sprintf("%016x", d.next())))}
	place, stranger := d.below(w.connections()), d.chance(230)
	at := newer(w.connected(seat, place), w.today.AddDate(0, -14, 0)).Add(time.Duration(d.between(8*3600, 18*3600)) * time.Second)
	directory := w.firstConnection(seat) + place
	if strangers := w.layout.members - w.firstListed(); stranger && strangers > 0 {
		directory = w.firstListed() + d.below(strangers)
		t.title = "" // an InMail has its subject in its own column
	}
	t.partners = append(t.partners, w.directory(directory))
	if group := d.chance(70); group && !stranger && w.connections() > 4 {
		for k := range d.between(1, 3) {
			t.partners = append(t.partners, w.directory(w.firstConnection(seat)+(place+k+1)%w.connections()))
		}
		t.title = "Pilot, phase 2"
	}
	t.exchange(d, at, w.today, stranger)
	return t
}

// exchange writes the messages of a thread, oldest first, all before the end.
func (t *thread) exchange(d *draw, at, end time.Time, stranger bool) {
	name := t.partners[0].FirstName
	for k := range d.between(1, 6) {
		m := message{at: at, from: None, text: pick(d, openings)}
		if k > 0 {
			m.text = pick(d, followUps)
			if d.chance(480) {
				m.from, m.text = d.below(len(t.partners)), pick(d, answers)
			}
		}
		if k == 0 && stranger {
			m.subject = pick(d, []string{"Calibration, without the downtime", "Anfrage: Sensorik \"Linie 4\"", "A question about your plant"})
		}
		m.draft = k > 0 && m.from == None && d.chance(30)
		m.text = strings.ReplaceAll(m.text, "%7E", "~")
		m.text = strings.ReplaceAll(m.text, "%", name)
		if at.Before(end) {
			t.messages = append(t.messages, m)
		}
		at = at.Add(time.Duration(d.between(600, 6*24*3600)) * time.Second)
	}
}

// WriteMessages writes the messages.csv of a seat as the network's archive has
// it: the newest message first, sent and received, groups, drafts, and messages
// to people who are no connections.
func (w *World) WriteMessages(out io.Writer, seat int) error {
	header := []string{
		"CONVERSATION ID", "CONVERSATION TITLE", "FROM", "SENDER PROFILE URL", "TO", "RECIPIENT PROFILE URLS", "DATE", "SUBJECT", "CONTENT", "FOLDER", "ATTACHMENTS",
	}
	if seat > 0 {
		header = append(header, "IS MESSAGE DRAFT")
	}
	if seat > 1 {
		header = append(header, "IS CONVERSATION DRAFT")
	}
	table, err := begin(out, dialect{header: header, bom: seat == 1, crlf: seat == 1})
	if err != nil {
		return err
	}
	type line struct {
		at   time.Time
		text []string
	}
	var lines []line
	own := w.Seat(seat)
	for n := range w.threads() {
		t := w.thread(seat, n)
		for _, m := range t.messages {
			if m.draft && seat == 0 {
				continue // that dialect cannot mark a draft
			}
			lines = append(lines, line{m.at, t.line(m, own, len(header))})
		}
	}
	sort.SliceStable(lines, func(a, b int) bool { return lines[a].at.After(lines[b].at) })
	for _, l := range lines {
		if err := table.Write(l.text); err != nil {
			return fmt.Errorf("write messages: %w", err)
		}
	}
	return finish(table)
}

func (t *thread) line(m message, own Seat, columns int) []string {
	var to, urls []string
	for i, p := range t.partners {
		if i != m.from {
			to, urls = append(to, p.Name), append(urls, p.ProfileURL)
		}
	}
	from, url := own.Name, own.ProfileURL
	if m.from != None {
		from, url = t.partners[m.from].Name, t.partners[m.from].ProfileURL
		to, urls = append(to, own.Name), append(urls, own.ProfileURL)
	}
	date, draft := m.at.Format("2006-01-02 15:04:05 UTC"), "No"
	if m.draft {
		draft = "Yes"
	}
	text := []string{
		t.id, t.title, from, url, strings.Join(to, ","), strings.Join(urls, ","), date, m.subject, m.text, "INBOX", "", draft, "No",
	}
	return text[:columns]
}
