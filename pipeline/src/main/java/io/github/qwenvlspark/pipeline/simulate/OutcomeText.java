package io.github.qwenvlspark.pipeline.simulate;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/** A simulation for people and for programs. */
public final class OutcomeText {
  private static final double MIB = 1 << 20;

  private final Scenario scenario;
  private final Outcome outcome;

  public OutcomeText(Scenario scenario, Outcome outcome) {
    this.scenario = scenario;
    this.outcome = outcome;
  }

  /** A table of some lines. */
  public String text() {
    StringBuilder text = new StringBuilder();
    Shape documents = scenario.documents();
    Cluster cluster = scenario.cluster();
    line(
        text,
        "asked",
        "%,d pages of %,d documents; %d visual and %d answer tokens a page on average, seed %d",
        documents.pages(),
        outcome.planned().documents(),
        documents.visualTokens(),
        documents.answerTokens(),
        documents.seed());
    line(
        text,
        "cluster",
        "%,d executors of %d slots, batch %d, %,.0f prompt tokens a second each",
        cluster.executors(),
        cluster.slots(),
        cluster.batch(),
        cluster.tokensPerSecond());
    line(
        text,
        "plan",
        "%,d buckets, %s before the first answer",
        outcome.planned().buckets(),
        duration(outcome.planned().seconds()));
    line(
        text,
        "wall time",
        "%s; %,.0f pages a second; engines busy %.1f %% of it",
        duration(outcome.seconds()),
        documents.pages() / outcome.seconds(),
        100 * outcome.busy());
    line(text, "balance", "busiest engine %.3f times the mean", outcome.balance());
    line(
        text,
        "commits",
        "%,d of up to %,d rows; %.1f s each, the longest %.1f s; %,d files in the table",
        outcome.commits().number(),
        outcome.commits().mostRows(),
        outcome.commits().seconds() / outcome.commits().number(),
        outcome.commits().longest(),
        outcome.commits().files());
    line(
        text,
        "lost",
        "%,d executors, %d drivers; %.3f %% of the work done twice",
        outcome.lost().executors(),
        outcome.lost().drivers(),
        100 * outcome.lost().share());
    line(
        text,
        "driver heap",
        "%,.0f MiB, estimated; largest wave %,d Spark tasks",
        outcome.driverHeap() / MIB,
        outcome.largestWave());
    if (cluster.pricePerHour() > 0) {
      line(text, "price", "%,.2f", outcome.price());
    }
    return text.toString();
  }

  private static void line(StringBuilder text, String name, String format, Object... values) {
    text.append("%-12s".formatted(name))
        .append(String.format(Locale.ROOT, format, values))
        .append(System.lineSeparator());
  }

  private static String duration(double seconds) {
    if (seconds < 120) {
      return String.format(Locale.ROOT, "%.0f s", seconds);
    }
    return seconds < 7_200
        ? String.format(Locale.ROOT, "%.0f min", seconds / 60)
        : String.format(Locale.ROOT, "%.1f h", seconds / 3600);
  }

  /** One object. */
  public String json() {
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("pages", scenario.documents().pages())
        .put("documents", outcome.planned().documents())
        .put("executors", scenario.cluster().executors())
        .put("buckets", outcome.planned().buckets())
        .put("plan_seconds", outcome.planned().seconds())
        .put("seconds", outcome.seconds())
        .put("busy_share", outcome.busy())
        .put("balance", outcome.balance())
        .put("lost_executors", outcome.lost().executors())
        .put("lost_drivers", outcome.lost().drivers())
        .put("lost_share", outcome.lost().share())
        .put("commits", outcome.commits().number())
        .put("commit_rows_most", outcome.commits().mostRows())
        .put("commit_seconds", outcome.commits().seconds())
        .put("commit_seconds_longest", outcome.commits().longest())
        .put("files", outcome.commits().files())
        .put("largest_wave", outcome.largestWave())
        .put("driver_heap_bytes", outcome.driverHeap())
        .put("price", outcome.price());
    return json.toPrettyString();
  }
}
