package lang

import (
	"fmt"
	"strings"
)

// A Key names a text of the reader's interface. Comments give the placeholders.
type Key string

// A CountKey names a text that depends on a number, {n}.
type CountKey string

// The frame of every page.
const (
	Home          Key = "home"
	SkipToContent Key = "skip_to_content"
	Sections      Key = "sections"
	Topics        Key = "topics"
	Authors       Key = "authors"
	Archive       Key = "archive"
	Search        Key = "search" // the page and the way to it
	Languages     Key = "languages"
	Today         Key = "today"
	AboutSite     Key = "about_site"
	Newsletter    Key = "newsletter"
	Feed          Key = "feed"       // the link to a feed
	Copyright     Key = "copyright"  // {year}, as Year writes it, {name}
	PageTitle     Key = "page_title" // {title} {site}
)

// The front page and the lists of stories.
const (
	Latest        Key = "latest"
	AllLatest     Key = "all_latest" // the link under the latest news
	MostRead      Key = "most_read"
	Breaking      Key = "breaking"
	OlderStories  Key = "older_stories"
	NoStories     Key = "no_stories" // an empty section, topic or author
	StoriesBy     Key = "stories_by" // {name} of the author
	StoriesOn     Key = "stories_on" // {name} of the topic
	People        Key = "people"     // kinds of topics
	Organisations Key = "organisations"
	Places        Key = "places"
	Events        Key = "events"
	Agreements    Key = "agreements"
)

// A story.
const (
	Byline         Key = "byline"   // {names}
	Dateline       Key = "dateline" // {place}; opens the first paragraph
	Updated        Key = "updated"  // {date}
	Corrections    Key = "corrections"
	Correction     Key = "correction"      // {date} {note}
	CorrectedWords Key = "corrected_words" // {was} {is}; words offered for {note}
	Source         Key = "source"          // {name}
	ReadAtSource   Key = "read_at_source"
	Release        Key = "release" // labels of a source's kind
	Agency         Key = "agency"
	Analysis       Key = "analysis" // labels of a genre
	Opinion        Key = "opinion"
	Sponsored      Key = "sponsored"
	TranslatedBy   Key = "translated_by"   // {names}
	OtherLanguages Key = "other_languages" // this story in other languages
	OriginalIn     Key = "original_in"     // {language}
	TopicsOfStory  Key = "topics_of_story" // names the list of links to topics
	Licence        Key = "licence"         // {name} of the terms of reuse
)

// Pictures and other matter inside a story.
const (
	Picture      Key = "picture"
	ViewPicture  Key = "view_picture"
	Gallery      Key = "gallery"
	Credit       Key = "credit"        // {name}
	Embedded     Key = "embedded"      // {host}
	EmbeddedNote Key = "embedded_note" // {host}; before it is shown
	FactBox      Key = "fact_box"
	Table        Key = "table"
	Quotation    Key = "quotation"
)

// The archive by year, month and day.
const (
	AllOfDay        Key = "all_of_day"   // {date}
	AllOfMonth      Key = "all_of_month" // {month}
	AllOfYear       Key = "all_of_year"  // {year}
	NoStoriesDay    Key = "no_stories_day"
	NoStoriesPeriod Key = "no_stories_period"
	NearestEarlier  Key = "nearest_earlier" // {date}
	NearestLater    Key = "nearest_later"   // {date}
	PreviousDay     Key = "previous_day"
	NextDay         Key = "next_day"
	PreviousMonth   Key = "previous_month"
	NextMonth       Key = "next_month"
	PreviousYear    Key = "previous_year"
	NextYear        Key = "next_year"
)

// Search.
const (
	SearchPrompt  Key = "search_prompt" // inside the empty field
	SearchButton  Key = "search_button"
	ResultsFor    Key = "results_for"   // {query}
	NothingFound  Key = "nothing_found" // {query}
	SearchAdvice  Key = "search_advice"
	SearchTooLong Key = "search_too_long" // {n} characters
	ResultsAfter  Key = "results_after"   // the link to the next page
	ResultsBefore Key = "results_before"
)

// Pages that are not there, and requests that are refused.
const (
	NotFoundTitle    Key = "not_found_title"
	NotFoundText     Key = "not_found_text"
	GoneTitle        Key = "gone_title"
	GoneText         Key = "gone_text"
	GoneReason       Key = "gone_reason" // {reason}
	Expired          Key = "expired"     // the reason, where its time was set
	ErrorTitle       Key = "error_title"
	ErrorText        Key = "error_text"
	ErrorReference   Key = "error_reference" // {id} of the request
	UnavailableTitle Key = "unavailable_title"
	UnavailableText  Key = "unavailable_text"
	TooManyTitle     Key = "too_many_title"
	TooManyText      Key = "too_many_text"
	ReadOnlyTitle    Key = "read_only_title" // for requests that would write
	ReadOnlyText     Key = "read_only_text"
)

// Feeds, and what language models are told.
const (
	FeedTitle Key = "feed_title" // {site}
	FeedOf    Key = "feed_of"    // {site} {name} of a section, topic or author

	Feeds         Key = "feeds"
	Sitemaps      Key = "sitemaps"
	EveryMarkdown Key = "every_markdown" // {format} {ending} of an address
	AITerms       Key = "ai_terms"
	AIAllowed     Key = "ai_allowed"
	AINoTraining  Key = "ai_no_training" // search and answers are allowed
	AIDenied      Key = "ai_denied"      // search is allowed
)

// Texts that depend on a number.
const (
	Stories  CountKey = "stories"
	Found    CountKey = "found" // stories found by a search
	Pictures CountKey = "pictures"
)

// Text returns a text of the interface. Args are pairs of a placeholder's name
// and its value, which is a string or an int (written by Number); a placeholder
// without a value is left as it stands. An unknown key gives the key.
func (l *Language) Text(key Key, args ...any) string {
	text, ok := l.texts[key]
	if !ok {
		return string(key)
	}
	return l.fill(text, args...)
}

// Around returns the words before and after one placeholder of a text, for
// pages that put an element in its place. Args are as for Text. Without such a
// placeholder all words come before.
func (l *Language) Around(key Key, placeholder string, args ...any) (before, after string) {
	text, ok := l.texts[key]
	if !ok {
		return string(key), ""
	}
	before, after, _ = strings.Cut(text, "{"+placeholder+"}")
	return l.fill(before, args...), l.fill(after, args...)
}

func (l *Language) fill(text string, args ...any) string {
	if len(args) == 0 {
		return text
	}
	return expand(text, func(name string) (string, bool) {
		for i := 0; i+1 < len(args); i += 2 {
			if args[i] != name {
				continue
			}
			if n, ok := args[i+1].(int); ok {
				return l.Number(n), true
			}
			return fmt.Sprint(args[i+1]), true
		}
		return "", false
	})
}
