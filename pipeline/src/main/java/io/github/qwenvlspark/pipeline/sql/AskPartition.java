package io.github.qwenvlspark.pipeline.sql;

import io.github.qwenvlspark.pipeline.infer.InferPartition;
import io.github.qwenvlspark.pipeline.infer.RunCounters;
import io.github.qwenvlspark.pipeline.manifest.Reading;
import io.github.qwenvlspark.pipeline.plan.InspectPartition;
import io.github.qwenvlspark.pipeline.plan.PlannedRow;
import io.github.qwenvlspark.udfs.sql.Catalyst;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.Queue;
import org.apache.spark.TaskContext;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.catalyst.CatalystTypeConverters;
import org.apache.spark.sql.catalyst.InternalRow;
import org.apache.spark.sql.catalyst.expressions.Attribute;
import org.apache.spark.sql.catalyst.expressions.Expression;
import org.apache.spark.sql.catalyst.expressions.GenericInternalRow;
import org.apache.spark.sql.catalyst.expressions.JoinedRow;
import org.apache.spark.sql.catalyst.expressions.UnsafeProjection;
import org.apache.spark.sql.catalyst.util.ArrayData;
import org.apache.spark.sql.catalyst.util.MapData;
import scala.Function1;
import scala.collection.immutable.Seq;

/**
 * Rows of a query in, the same rows with their answers out, in the same order. As in a run, many of
 * them are with the engine at a time: rows of one partition do not wait for each other, only their
 * order does. So many rows are kept at most that a document of many pages does not fill memory with
 * those behind it.
 */
final class AskPartition implements FlatMapFunction<Iterator<InternalRow>, InternalRow> {
  private static final long serialVersionUID = 1L;

  /** Rows of a partition that are kept until those before them are answered. */
  static final int MOST_WAITING = 1_000;

  private final Asking asking;
  private final Seq<Expression> arguments;
  private final int[] firstArguments;
  private final Seq<Attribute> input;
  private final Seq<Attribute> output;
  private final RunCounters counters;
  private final AskMetrics metrics;

  AskPartition(
      Asking asking,
      Seq<Expression> calls,
      Seq<Attribute> input,
      Seq<Attribute> output,
      RunCounters counters,
      AskMetrics metrics) {
    this.asking = asking;
    List<Expression> all = new ArrayList<>();
    this.firstArguments = new int[calls.size() + 1];
    for (int i = 0; i < calls.size(); i++) {
      all.addAll(Catalyst.list(calls.apply(i).children()));
      firstArguments[i + 1] = all.size();
    }
    this.arguments = Columns.of(all);
    this.input = input;
    this.output = output;
    this.counters = counters;
    this.metrics = metrics;
  }

  @Override
  public Iterator<InternalRow> call(Iterator<InternalRow> rows) {
    return new Answered(rows);
  }

  /** The document that a call is about; empty where an argument is NULL, and so is the answer. */
  private Optional<InspectPartition.Document> document(InternalRow values, int call, String id) {
    int first = firstArguments[call];
    if (values.isNullAt(first)) {
      return Optional.empty();
    }
    Map<String, String> labels = new HashMap<>();
    if (firstArguments[call + 1] - first > 1) {
      if (values.isNullAt(first + 1)) {
        return Optional.empty();
      }
      MapData map = values.getMap(first + 1);
      ArrayData texts = map.valueArray();
      for (int i = 0; i < map.numElements(); i++) {
        if (texts.isNullAt(i)) {
          return Optional.empty();
        }
        labels.put(map.keyArray().getUTF8String(i).toString(), texts.getUTF8String(i).toString());
      }
    }
    return Optional.of(
        new InspectPartition.Document(
            id,
            values.getUTF8String(first).toString(),
            asking.tasks().get(call),
            labels,
            Reading.WHOLE));
  }

  /** A row that waits for its answers. */
  private static final class Waiting {
    private final InternalRow row;

    /** For each call, answers by the keys of their requests; nothing where nothing is asked. */
    private final List<Map<String, Optional<Row>>> answers = new ArrayList<>();

    private int missing;

    Waiting(InternalRow row) {
      this.row = row;
    }

    void ask(List<PlannedRow> parts) {
      Map<String, Optional<Row>> open = new LinkedHashMap<>();
      parts.forEach(part -> open.put(part.requestKey(), Optional.empty()));
      answers.add(open);
      missing += open.size();
    }

    void take(int call, String key, Row answer) {
      answers.get(call).put(key, Optional.of(answer));
      missing--;
    }

    boolean isDone() {
      return missing == 0;
    }
  }

  /** Lazy; confined to the thread of its Spark task. */
  private final class Answered implements Iterator<InternalRow> {
    private final Iterator<InternalRow> rows;
    private final UnsafeProjection values = UnsafeProjection.create(arguments, input);
    private final UnsafeProjection result =
        UnsafeProjection.create(Columns.expressions(output), output);
    private final List<Function1<Object, Object>> toCatalyst =
        asking.wanted().stream()
            .map(wanted -> CatalystTypeConverters.createToCatalystConverter(wanted.type()))
            .toList();
    private final InspectPartition inspect =
        new InspectPartition(asking.plan(), asking.infer().hadoop());
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Map<Long, Waiting> byNumber = new HashMap<>();
    private final Queue<PlannedRow> planned = new ArrayDeque<>();
    private Iterator<Row> answers;
    private long seen;

    Answered(Iterator<InternalRow> rows) {
      this.rows = rows;
      int partition = TaskContext.getPartitionId();
      values.initialize(partition);
      result.initialize(partition);
    }

    @Override
    public boolean hasNext() {
      return !waiting.isEmpty() || plan() || !waiting.isEmpty();
    }

    @Override
    public InternalRow next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      while (waiting.isEmpty() || !waiting.element().isDone()) {
        take(answers().next());
      }
      return withAnswers(waiting.remove());
    }

    /** Begun with the first request: partitions that ask nothing open no model. */
    private Iterator<Row> answers() {
      if (answers == null) {
        answers = new InferPartition(asking.infer(), counters).answers(new Requests());
      }
      return answers;
    }

    /** Looks at rows until one has a request; false if there is none now. */
    private boolean plan() {
      while (planned.isEmpty() && waiting.size() < MOST_WAITING && rows.hasNext()) {
        Waiting row = new Waiting(rows.next().copy());
        InternalRow given = values.apply(row.row);
        for (int call = 0; call < asking.wanted().size(); call++) {
          List<PlannedRow> parts =
              document(given, call, seen + "/" + call).map(inspect::parts).orElse(List.of());
          row.ask(parts);
          planned.addAll(parts);
        }
        waiting.add(row);
        if (!row.isDone()) {
          byNumber.put(seen, row);
        }
        seen++;
      }
      return !planned.isEmpty();
    }

    /** Ends, and goes on later, where rows must be given out before others are looked at. */
    private final class Requests implements Iterator<PlannedRow> {
      @Override
      public boolean hasNext() {
        return plan();
      }

      @Override
      public PlannedRow next() {
        if (!plan()) {
          throw new NoSuchElementException();
        }
        return planned.remove();
      }
    }

    private void take(Row answer) {
      metrics.count(answer);
      String[] id = AnswerRow.text(answer, "source_id").split("/", -1);
      Waiting row = byNumber.get(Long.valueOf(id[0]));
      row.take(Integer.parseInt(id[1]), AnswerRow.text(answer, "request_key"), answer);
      if (row.isDone()) {
        byNumber.remove(Long.valueOf(id[0]));
      }
    }

    private InternalRow withAnswers(Waiting row) {
      Object[] given = new Object[asking.wanted().size()];
      for (int call = 0; call < given.length; call++) {
        List<Row> parts =
            row.answers.get(call).values().stream().flatMap(Optional::stream).toList();
        given[call] =
            parts.isEmpty()
                ? null
                : toCatalyst.get(call).apply(asking.wanted().get(call).value(parts));
      }
      return result.apply(new JoinedRow(row.row, new GenericInternalRow(given)));
    }
  }
}
