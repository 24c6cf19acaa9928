package io.github.qwenvlspark.pipeline.job;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.qwenvlspark.pipeline.fetch.ShownUri;
import io.github.qwenvlspark.pipeline.job.PlanJob.Planned;
import io.github.qwenvlspark.pipeline.plan.PlanSummary;
import io.github.qwenvlspark.pipeline.plan.PlanSummary.Kind;
import io.github.qwenvlspark.pipeline.plan.PlanSummary.Refusal;
import io.github.qwenvlspark.pipeline.plan.PlanSummary.Work;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A plan in words, or as JSON.
 *
 * @param executors that share the work
 * @param pricePerHour of one executor
 */
public record PlanText(Planned planned, int executors, OptionalDouble pricePerHour) {
  private static final int HOUR = 3600;
  private static final int DAY = 24 * HOUR;
  private static final Map<String, String> KINDS =
      Map.of(
          "image", "pictures",
          "page", "PDFs and TIFFs of several pages",
          "clip", "clips",
          "frames", "clips given as pictures",
          "messages", "conversations",
          "document", "documents that cannot be opened");

  /** A page of text. */
  public String text() {
    PlanSummary plan = planned.summary();
    StringBuilder text = new StringBuilder();
    line(text, "Plan of %s with %s", ShownUri.of(planned.manifest()), planned.model());
    line(text, "");
    line(
        text,
        "%,d requests = %,d to ask + %,d answered before + %,d named more than once",
        plan.rows(),
        plan.open(),
        plan.answered(),
        plan.repeated());
    line(text, "");
    line(text, "The manifest holds");
    for (Kind kind : plan.kinds()) {
      line(text, "  %,12d  %s%s", kind.documents(), KINDS.get(kind.kind()), parts(kind));
    }
    if (!plan.tasks().isEmpty()) {
      line(text, "");
      line(text, "%-24s %12s %16s %9s", "To ask", "requests", "visual tokens", "of work");
      for (Work work : plan.tasks()) {
        line(
            text,
            "  %-22s %,12d %,16d %7.1f %%",
            work.task(),
            work.requests(),
            work.visualTokens(),
            100.0 * work.cost() / plan.cost());
      }
    }
    refusals(text, plan.refusals());
    expectation(text, plan);
    return text.toString();
  }

  private static String parts(Kind kind) {
    return switch (kind.kind()) {
      case "page" -> " with %,d pages".formatted(kind.parts());
      case "clip" ->
          kind.parts() == kind.documents() ? "" : " in %,d parts".formatted(kind.parts());
      default -> "";
    };
  }

  private static void refusals(StringBuilder text, List<Refusal> refusals) {
    if (refusals.isEmpty()) {
      return;
    }
    line(text, "");
    line(text, "Without an answer will be (* if the header is right)");
    for (Refusal refusal : refusals) {
      line(
          text,
          "  %,12d  %s%s, such as %s",
          refusal.requests(),
          refusal.type(),
          refusal.sure() ? "" : " *",
          examples(refusal).collect(Collectors.joining(", ")));
    }
  }

  private static Stream<String> examples(Refusal refusal) {
    return refusal.examples().stream().map(uri -> uri.isEmpty() ? "a row without uri" : uri);
  }

  private void expectation(StringBuilder text, PlanSummary plan) {
    line(text, "");
    if (plan.open() == 0) {
      line(text, "Nothing is left to ask.");
    } else if (seconds().isEmpty()) {
      line(
          text,
          "How long that takes nobody knows yet: give --tokens-per-second (\"prefill\" of ./qwenvl bench),");
      line(text, "or --output with the tables of an earlier run.");
    } else {
      line(
          text,
          "About %s with %d %s at %,.0f prompt tokens a second each (%s)%s",
          duration(seconds().getAsDouble()),
          executors,
          executors == 1 ? "executor" : "executors",
          planned.tokensPerSecond().getAsDouble(),
          planned.measured() ? "the last runs" : "as given",
          price());
    }
  }

  private String price() {
    OptionalDouble price = total();
    return price.isEmpty() ? "" : String.format(Locale.ROOT, "; price %,.2f", price.getAsDouble());
  }

  /** Expected time of the whole; empty where the speed is not known. */
  private OptionalDouble seconds() {
    OptionalDouble speed = planned.tokensPerSecond();
    return speed.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(planned.summary().cost() / speed.getAsDouble() / executors);
  }

  private OptionalDouble total() {
    return seconds().isEmpty() || pricePerHour.isEmpty()
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            seconds().getAsDouble() / HOUR * executors * pricePerHour.getAsDouble());
  }

  private static String duration(double seconds) {
    if (seconds < 60) {
      return "%.0f s".formatted(Math.ceil(seconds));
    }
    if (seconds < HOUR) {
      return "%.0f min".formatted(seconds / 60);
    }
    return seconds < 2 * DAY
        ? String.format(Locale.ROOT, "%.1f h", seconds / HOUR)
        : String.format(Locale.ROOT, "%.1f days", seconds / DAY);
  }

  private static void line(StringBuilder text, String format, Object... values) {
    text.append(String.format(Locale.ROOT, format, values)).append(System.lineSeparator());
  }

  /** One object; {@code seconds} and {@code price} are null where they are not known. */
  public String json() {
    PlanSummary plan = planned.summary();
    ObjectNode json = new ObjectMapper().createObjectNode();
    json.put("manifest", ShownUri.of(planned.manifest()));
    json.put("model", planned.model());
    json.put("requests", plan.rows());
    json.put("open", plan.open());
    json.put("answered", plan.answered());
    json.put("repeated", plan.repeated());
    json.put("visual_tokens", plan.visualTokens());
    json.put("cost", plan.cost());
    ArrayNode kinds = json.putArray("documents");
    for (Kind kind : plan.kinds()) {
      kinds
          .addObject()
          .put("kind", kind.kind())
          .put("documents", kind.documents())
          .put("parts", kind.parts());
    }
    ArrayNode tasks = json.putArray("tasks");
    for (Work work : plan.tasks()) {
      tasks
          .addObject()
          .put("task", work.task())
          .put("requests", work.requests())
          .put("visual_tokens", work.visualTokens())
          .put("cost", work.cost());
    }
    ArrayNode refusals = json.putArray("refusals");
    for (Refusal refusal : plan.refusals()) {
      ArrayNode examples =
          refusals
              .addObject()
              .put("type", refusal.type())
              .put("sure", refusal.sure())
              .put("requests", refusal.requests())
              .putArray("examples");
      examples(refusal).forEach(examples::add);
    }
    json.put("executors", executors);
    json.put("tokens_per_second", orNull(planned.tokensPerSecond()));
    json.put("seconds", orNull(seconds()));
    json.put("price", orNull(total()));
    return json.toPrettyString();
  }

  private static Double orNull(OptionalDouble value) {
    return value.isPresent() ? value.getAsDouble() : null;
  }
}
