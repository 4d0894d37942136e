package search

import (
	"strings"
	"testing"
)

func BenchmarkTerms(b *testing.B) {
	for lang, text := range map[string]string{
		"ru": "Спасатели и добровольцы вывели 3200 человек, сообщили в мэрии. Вода начала уходить в субботу утром, но вернуться в дома можно будет не раньше мая. ",
		"en": "Rescuers and volunteers led 3,200 people out of their homes, the city said. The water began to fall on Saturday morning, but nobody can return before May. ",
		"tr": "Kurtarma ekipleri ve gönüllüler 3200 kişiyi evlerinden çıkardı. Sular cumartesi sabahı çekilmeye başladı, ancak evlere mayıstan önce dönülemeyecek. ",
		"ar": "وأخرج رجال الإنقاذ والمتطوعون 3200 شخص من منازلهم. بدأت المياه تنحسر صباح السبت، لكن العودة إلى المنازل لن تكون ممكنة قبل مايو. ",
	} {
		b.Run(lang, func(b *testing.B) {
			a := For(lang)
			text := strings.Repeat(text, 40)
			b.SetBytes(int64(len(text)))
			b.ReportAllocs()
			words := 0
			for b.Loop() {
				words += len(a.Terms(text, 100_000, 900_000))
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(words), "ns/word")
		})
	}
}
