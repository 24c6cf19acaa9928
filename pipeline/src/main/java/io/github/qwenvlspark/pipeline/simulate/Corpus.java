package io.github.qwenvlspark.pipeline.simulate;

import io.github.qwenvlspark.pipeline.plan.Outlook;
import io.github.qwenvlspark.pipeline.plan.PartCost;
import io.github.qwenvlspark.pipeline.plan.Schedule;

/**
 * Documents that are drawn anew whenever they are looked at, so that a hundred million pages take
 * no memory. Costs are those of the planner, in its units. Immutable.
 */
final class Corpus {
  private static final double PAGES_SIGMA = 1.5;
  private static final double VISUAL_SIGMA = 0.5;
  private static final double ANSWER_SIGMA = 0.8;

  /** Text of a task's prompt. */
  private static final int PROMPT_TOKENS = 50;

  private static final long STEP = 0x9E3779B97F4A7C15L;

  private final Shape shape;
  private final Spread pages;
  private final Spread visual;
  private final Spread answers;
  private final int documents;
  private final int lastPages;

  Corpus(Shape shape) {
    this.shape = shape;
    this.pages = new Spread(shape.pagesPerDocument(), PAGES_SIGMA);
    this.visual = new Spread(shape.visualTokens(), VISUAL_SIGMA);
    this.answers = new Spread(shape.answerTokens(), ANSWER_SIGMA);
    long left = shape.pages();
    int document = 0;
    int last;
    do {
      last = (int) Math.min(left, pages.at(bits(document)));
      left -= last;
      document++;
    } while (left > 0);
    this.documents = document;
    this.lastPages = last;
  }

  int documents() {
    return documents;
  }

  int pages(int document) {
    return document == documents - 1 ? lastPages : pages.at(bits(document));
  }

  /** Pages that stay together, of one document. */
  int groups(int document) {
    return (pages(document) + Schedule.PAGES_TOGETHER - 1) / Schedule.PAGES_TOGETHER;
  }

  /** Pages of a group of a document. */
  int pages(int document, int group) {
    return Math.min(Schedule.PAGES_TOGETHER, pages(document) - group * Schedule.PAGES_TOGETHER);
  }

  /** What the planner expects a group to cost. */
  long planned(int document, int group) {
    long sum = 0;
    int first = group * Schedule.PAGES_TOGETHER;
    for (int page = first; page < first + pages(document, group); page++) {
      sum += cost(visual(document, page), shape.answerTokens());
    }
    return sum;
  }

  /** What the planner expects a whole document to cost. */
  long planned(int document) {
    long sum = 0;
    for (int group = 0; group < groups(document); group++) {
      sum += planned(document, group);
    }
    return sum;
  }

  /** What a group takes, now that its answers are known. */
  long taken(int document, int group) {
    long sum = 0;
    int first = group * Schedule.PAGES_TOGETHER;
    for (int page = first; page < first + pages(document, group); page++) {
      int answer = answers.at(mixed(bits(document) + (2L * page + 1) * STEP));
      sum += cost(visual(document, page), answer);
    }
    return sum;
  }

  private int visual(int document, int page) {
    return visual.at(mixed(bits(document) + (2L * page + 2) * STEP));
  }

  private static long cost(int visualTokens, int answerTokens) {
    return PartCost.of(Outlook.tokens(visualTokens), PROMPT_TOKENS, answerTokens).total();
  }

  private long bits(int document) {
    return mixed(shape.seed() + (document + 1L) * STEP);
  }

  /** The finalizer of SplitMix64 (Steele, Lea, Flood 2014). */
  private static long mixed(long bits) {
    long mixed = (bits ^ (bits >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }
}
