package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.config.BadRequestException;

/**
 * What the documents of a simulation look like. Numbers spread around their means: pages of a
 * document widely (a thousandth of all documents holds more than fifteen times the mean), tokens
 * less.
 *
 * @param pages of all documents together; one request each
 * @param pagesPerDocument on average
 * @param visualTokens of a page, on average
 * @param answerTokens of a page, on average
 * @param seed decides everything that is drawn, in executors too
 */
public record Shape(
    long pages, double pagesPerDocument, int visualTokens, int answerTokens, long seed) {
  private static final long MOST_PAGES = 1_000_000_000;

  public Shape {
    if (pages < 1 || pages > MOST_PAGES) {
      throw new BadRequestException(
          "--pages %,d: a number from 1 to %,d is needed".formatted(pages, MOST_PAGES));
    }
    if (!(pagesPerDocument >= 1 && pagesPerDocument <= 1_000)) {
      throw new BadRequestException(
          "--pages-per-document %s: a number from 1 to 1000 is needed".formatted(pagesPerDocument));
    }
    if (visualTokens < 1 || answerTokens < 1) {
      throw new BadRequestException(
          "--visual-tokens %d, --answer-tokens %d: numbers above 0 are needed"
              .formatted(visualTokens, answerTokens));
    }
  }
}
