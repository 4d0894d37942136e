package lang

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// The most of an Accept-Language header that is read.
const (
	headerBytes  = 2048
	headerRanges = 32
)

// Match chooses, of the edition codes a site has, the one that serves a
// reader's Accept-Language best. The ranges of the header are tried by weight,
// then by their order: for each the same code, then a shorter form of it
// ("ru-UA" takes "ru"), then a code of the same language ("en" takes "en-gb").
// "*" takes the first code that the header does not exclude. No language is
// taken for another. The answer is empty when nothing matches.
func Match(acceptLanguage string, have []string) string {
	ranges, excluded := parseAccept(acceptLanguage)
	allowed := slices.DeleteFunc(slices.Clone(have), func(code string) bool {
		return slices.Contains(excluded, strings.ToLower(code))
	})
	for _, r := range ranges {
		if code := r.choose(allowed); code != "" {
			return code
		}
	}
	return ""
}

type languageRange struct {
	tag    string
	weight float64
}

func (r languageRange) choose(have []string) string {
	if r.tag == "*" {
		if len(have) > 0 {
			return have[0]
		}
		return ""
	}
	for tag := r.tag; tag != ""; {
		for _, code := range have {
			if strings.EqualFold(code, tag) {
				return code
			}
		}
		tag = tag[:max(0, strings.LastIndexByte(tag, '-'))]
	}
	base, _, _ := strings.Cut(r.tag, "-")
	for _, code := range have {
		if b, _, _ := strings.Cut(code, "-"); strings.EqualFold(b, base) {
			return code
		}
	}
	return ""
}

// parseAccept reads the header into ranges in order of preference, and the tags
// it excludes by a weight of zero. What cannot be read is passed over.
func parseAccept(header string) (ranges []languageRange, excluded []string) {
	if len(header) > headerBytes {
		header = header[:headerBytes]
		header = header[:max(0, strings.LastIndexByte(header, ','))]
	}
	for field := range strings.SplitSeq(header, ",") {
		if len(ranges)+len(excluded) == headerRanges {
			break
		}
		tag, params, _ := strings.Cut(field, ";")
		tag = modernTag(strings.ToLower(strings.TrimSpace(tag)))
		weight, ok := parseWeight(params)
		switch {
		case !ok || tag == "":
		case weight == 0:
			excluded = append(excluded, tag)
		default:
			ranges = append(ranges, languageRange{tag, weight})
		}
	}
	slices.SortStableFunc(ranges, func(a, b languageRange) int { return cmp.Compare(b.weight, a.weight) })
	return ranges, excluded
}

func parseWeight(params string) (weight float64, ok bool) {
	weight = 1
	for param := range strings.SplitSeq(params, ";") {
		name, value, found := strings.Cut(strings.TrimSpace(param), "=")
		if !found || !strings.EqualFold(strings.TrimSpace(name), "q") {
			continue
		}
		q, err := strconv.ParseFloat(strings.TrimSpace(value), 64)
		if err != nil || !(q >= 0 && q <= 1) {
			return 0, false
		}
		weight = q
	}
	return weight, true
}

// modernTag replaces the withdrawn codes that old browsers still send.
func modernTag(tag string) string {
	base, rest, _ := strings.Cut(tag, "-")
	switch base {
	case "iw":
		base = "he"
	case "in":
		base = "id"
	case "ji":
		base = "yi"
	case "mo":
		base = "ro"
	case "no":
		base = "nb"
	}
	if rest != "" {
		return base + "-" + rest
	}
	return base
}
