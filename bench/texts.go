package main

import (
	"compress/gzip"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"time"
)

// How much is made where there is no corpus.
const (
	madeArticles  = 4_500
	madeSentences = 25 // of an article on average: some 350 words
)

// sentences are laid of one part of each list. %d is a number.
var sentences = map[string][4][]string{
	"en": {
		{"The city council", "The regional court", "A spokesman of the ministry", "The port authority", "The national bank", "A group of twelve researchers", "The trade union", "The organising committee", "Residents of the old town", "The head of the agency"},
		{"announced on Monday that", "said in a statement that", "confirmed to reporters that", "told the parliament that", "does not rule out that", "made known after the meeting that"},
		{"the bridge across the river", "the new timetable of the railway", "the agreement on gas supplies", "the programme for rural schools", "the inquiry into last year's accident", "the exhibition of %d works", "the reform of the pension fund", "the tender for %d buses"},
		{"will open by the end of the year.", "costs %d million more than planned.", "has been put off for %d weeks.", "found the support of the majority.", "is to be looked at again in autumn.", "was signed in the presence of %d guests.", "needs another %d days of work."},
	},
	"ru": {
		{"Городской совет", "Областной суд", "Представитель министерства", "Администрация порта", "Национальный банк", "Группа из двенадцати исследователей", "Профсоюз", "Организационный комитет", "Глава агентства"},
		{"сообщил в понедельник, что", "говорится в заявлении:", "подтвердил журналистам, что", "заявил в парламенте, что", "не исключает, что", "после заседания уточнил, что"},
		{"мост через реку", "новое расписание железной дороги", "соглашение о поставках газа", "программа для сельских школ", "расследование прошлогодней аварии", "выставка из %d работ", "реформа пенсионного фонда", "конкурс на закупку %d автобусов"},
		{"откроется до конца года.", "обойдётся на %d миллионов дороже.", "откладывается на %d недель.", "получило поддержку большинства.", "будет рассмотрено осенью ещё раз.", "подписано в присутствии %d гостей.", "требует ещё %d дней работы."},
	},
	"az": {
		{"Şəhər şurası", "Vilayət məhkəməsi", "Nazirliyin nümayəndəsi", "Liman idarəsi", "Milli bank", "On iki tədqiqatçıdan ibarət qrup", "Həmkarlar ittifaqı", "Təşkilat komitəsi", "Agentliyin rəhbəri"},
		{"bazar ertəsi bildirib ki,", "bəyanatında qeyd edib ki,", "jurnalistlərə təsdiqləyib ki,", "parlamentdə deyib ki,", "istisna etmir ki,", "iclasdan sonra açıqlayıb ki,"},
		{"çayın üzərindəki körpü", "dəmir yolunun yeni cədvəli", "qaz tədarükü haqqında saziş", "kənd məktəbləri üçün proqram", "ötən ilki qəzanın araşdırılması", "%d əsərdən ibarət sərgi", "pensiya fondunun islahatı", "%d avtobusun alınması üçün müsabiqə"},
		{"ilin sonunadək açılacaq.", "%d milyon baha başa gəlir.", "%d həftə təxirə salınıb.", "çoxluğun dəstəyini qazanıb.", "payızda yenidən baxılacaq.", "%d qonağın iştirakı ilə imzalanıb.", "daha %d gün iş tələb edir."},
	},
}

var madeSections = []string{"politics", "world", "economy", "society", "culture", "sport", "science", "region"}

// writeTexts makes a corpus in the native form.
func writeTexts(file string) (err error) {
	f, err := os.Create(file)
	if err != nil {
		return err
	}
	defer func() {
		if closed := f.Close(); err == nil {
			err = closed
		}
	}()
	z := gzip.NewWriter(f)
	out := json.NewEncoder(z)
	r := rand.New(rand.NewPCG(3, 3))
	first := time.Date(2016, 1, 1, 6, 0, 0, 0, time.UTC)
	for i := range madeArticles {
		lang := []string{"ru", "ru", "ru", "ru", "az", "az", "az", "en", "en"}[r.IntN(9)]
		err := out.Encode(map[string]any{
			"id": fmt.Sprintf("made:%d", i), "lang": lang, "status": "published",
			"headline":     strings.TrimRight(sentence(r, lang), "."),
			"standfirst":   sentence(r, lang),
			"body_html":    body(r, lang),
			"section":      madeSections[r.IntN(len(madeSections))],
			"source":       map[string]string{"name": "Sample agency", "kind": "agency"},
			"published_at": first.Add(time.Duration(i) * 21 * time.Hour).Format(time.RFC3339),
		})
		if err != nil {
			return err
		}
	}
	return z.Close()
}

func sentence(r *rand.Rand, lang string) string {
	var parts []string
	for _, list := range sentences[lang] {
		s := list[r.IntN(len(list))]
		if strings.Contains(s, "%d") {
			s = fmt.Sprintf(s, 2+r.IntN(400))
		}
		parts = append(parts, s)
	}
	return strings.Join(parts, " ")
}

func body(r *rand.Rand, lang string) string {
	var out strings.Builder
	for n := madeSentences/2 + r.IntN(madeSentences); n > 0; n -= 4 {
		out.WriteString("<p>")
		for range 4 {
			out.WriteString(sentence(r, lang) + " ")
		}
		out.WriteString("</p>")
	}
	return out.String()
}
