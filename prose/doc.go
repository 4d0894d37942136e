// Package prose is the structured document of an article.
package prose
