package search

import "strings"

// stops are the words that stand in nearly every text of a language, as they
// are before stemming. They are in the index, so that a question that consists
// of nothing else is answered too.
var stops = func() map[string]map[string]bool {
	out := map[string]map[string]bool{}
	for lang, list := range map[string]string{
		"ru": `и в во не на с со о об обо от ото до к ко у за из изо по под при над для про без через после перед между
			а но или либо что чтобы как так же ли бы то это этот эта эти этого того тот та те все всех он она оно они его ее их
			был была было были быть есть будет если когда где уже еще только`,
		"uk": `і й та в у не на з із зі зо о об від до к за по під при над для про без через після перед між
			а але або чи що щоб як так же би б то це цей ця ці цього того той та те все всіх він вона воно вони його її їх
			був була було були бути є буде якщо коли де вже ще лише`,
		"en": `a an the and or but of in on at to for from by with as is are was were be been it its this that these those
			he she they his her their has have had will would not no if than then so do does did what when where who how`,
		"az": `ve ile bu o da de ki ucun olan olub olaraq her bir ya amma lakin ise kimi gore daha qeder sonra ne hem`,
		"tr": `ve ile bu su o da de ki icin olan olarak her bir ya ama ancak ise gibi gore daha kadar sonra ne hem mi mu`,
		"hy": `և եվ ու կամ է են էր էին որ որը այս այդ այն նա նրա իր մի ոչ չի չեն էլ նաեվ համար մեջ վրա հետ մասին ըստ`,
		"ka": `და ან რომ ეს ის არის იყო მისი მათი თუ არ ვერ კი მაგრამ როგორც ამ იმ რომელიც შესახებ მიერ შემდეგ თან`,
		"ar": `في من الي علي عن مع ان او و هو هي هم هذا هذه ذلك تلك التي الذي الذين ما لا لم لن كان كانت قد بعد قبل بين كل ثم`,
		"fa": `و در از به با را كه اين ان براي تا بر يا هم است بود شد شده مي نمي ها هاي هايي اي ام ات اش تر ترين خود نيز اما اگر يك`,
	} {
		out[lang] = wordSet(list)
	}
	return out
}()

func wordSet(list string) map[string]bool {
	set := map[string]bool{}
	for w := range strings.FieldsSeq(list) {
		set[w] = true
	}
	return set
}
