package io.github.qwenvlspark.pipeline.plan;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.floor;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;
import static org.apache.spark.sql.functions.xxhash64;

import java.io.Serializable;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.stream.Stream;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.function.FlatMapFunction;
import org.apache.spark.api.java.function.Function2;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.RowFactory;
import org.apache.spark.sql.expressions.Window;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;
import org.apache.spark.storage.StorageLevel;

/**
 * Puts requests in order and into buckets of about equal cost, of which one Spark task reads each.
 *
 * <p>What belongs together stays together: 16 neighbouring pages of a document, or a segment of a
 * clip, under all tasks; the engine encodes and reads a page once for all of them. What costs more
 * than a bucket comes first, so that no long one is left for the end; then documents from the
 * dearest to the cheapest, the pages of each in order.
 *
 * <p>It takes a sort of the groups and their sums by partition: the driver sees one number for each
 * partition, and nothing of a row.
 */
public final class Schedule {
  /** Pages of one document that stay together, so that it is opened once for them. */
  public static final int PAGES_TOGETHER = 16;

  private static final String DOCUMENT = "document_hash";
  private static final String GROUP = "group_hash";
  private static final String PAGES = "pages_together";
  private static final String START = "part_start_s";

  private static final StructType ASSIGNED =
      new StructType()
          .add(DOCUMENT, DataTypes.LongType)
          .add(GROUP, DataTypes.LongType)
          .add(Buckets.BUCKET, DataTypes.IntegerType);

  private Schedule() {}

  /**
   * The same rows with a column {@link Buckets#BUCKET}. Buckets are numbered without a gap; each
   * costs less than {@code target} and its dearest group together. Sorts at once, and joins when
   * the result is read.
   *
   * @param open requests of a plan, each once
   * @param target cost of a bucket, in units of {@link PartCost}; at least 1
   */
  public static Dataset<Row> schedule(Dataset<Row> open, long target) {
    Dataset<Row> keyed = keyed(open);
    JavaRDD<Group> groups =
        sorted(keyed, target)
            .javaRDD()
            .map(row -> new Group(row.getLong(0), row.getLong(1), Math.min(row.getLong(2), target)))
            .persist(StorageLevel.MEMORY_AND_DISK_SER());
    JavaRDD<Row> assigned = groups.mapPartitionsWithIndex(new Assign(starts(groups), target), true);
    Column[] columns =
        Stream.concat(Arrays.stream(open.columns()), Stream.of(Buckets.BUCKET))
            .map(name -> col("`" + name + "`"))
            .toArray(Column[]::new);
    return keyed
        .join(
            open.sparkSession().createDataFrame(assigned, ASSIGNED), new String[] {DOCUMENT, GROUP})
        .select(columns);
  }

  /**
   * The cost of a bucket with which {@link #schedule} needs no more than {@code buckets}.
   *
   * @param open at least one request
   */
  public static long target(Dataset<Row> open, int buckets) {
    long total = open.agg(sum(col(PlannedRow.COST))).head().getLong(0);
    return (total + buckets - 1) / buckets;
  }

  /** Hashes instead of names: where two documents share one, they share a bucket, and no more. */
  private static Dataset<Row> keyed(Dataset<Row> open) {
    Column document =
        xxhash64(
            col("uri"),
            // Conversations and lists of frames often share the manifest's folder as their uri.
            when(col("part_kind").isin(Part.MESSAGES, Part.FRAMES), col(PlannedRow.REQUEST_KEY)));
    return open.withColumn(DOCUMENT, document)
        .withColumn(PAGES, floor(col("part_page").divide(PAGES_TOGETHER)))
        .withColumn(GROUP, xxhash64(col(DOCUMENT), col(PAGES), col(START)));
  }

  /** Groups with their cost, in the order in which they are asked; one shuffle, then the sort. */
  private static Dataset<Row> sorted(Dataset<Row> keyed, long target) {
    String documentCost = "document_cost";
    String cost = PlannedRow.COST;
    return keyed
        .select(DOCUMENT, GROUP, PAGES, START, cost)
        .repartition(col(DOCUMENT))
        .groupBy(DOCUMENT, GROUP, PAGES, START)
        .agg(sum(cost).as(cost))
        .withColumn(documentCost, sum(cost).over(Window.partitionBy(DOCUMENT)))
        .orderBy(
            when(col(cost).geq(lit(target)), lit(0)).otherwise(lit(1)),
            col(documentCost).desc(),
            col(DOCUMENT),
            col(PAGES),
            col(START),
            col(GROUP))
        .select(DOCUMENT, GROUP, cost);
  }

  /** What all groups before each partition cost. */
  private static long[] starts(JavaRDD<Group> groups) {
    List<Long> totals = groups.mapPartitions(new Total()).collect();
    long[] starts = new long[totals.size()];
    for (int i = 1; i < starts.length; i++) {
      starts[i] = starts[i - 1] + totals.get(i - 1);
    }
    return starts;
  }

  /**
   * Requests that stay together.
   *
   * @param cost at most that of a bucket: what costs more fills one alone
   */
  private record Group(long document, long group, long cost) implements Serializable {
    private static final long serialVersionUID = 1L;
  }

  /** The cost of a partition. */
  private static final class Total implements FlatMapFunction<Iterator<Group>, Long> {
    private static final long serialVersionUID = 1L;

    @Override
    public Iterator<Long> call(Iterator<Group> groups) {
      long total = 0;
      while (groups.hasNext()) {
        total += groups.next().cost();
      }
      return List.of(total).iterator();
    }
  }

  /** Gives each group its bucket. */
  private static final class Assign implements Function2<Integer, Iterator<Group>, Iterator<Row>> {
    private static final long serialVersionUID = 1L;

    private final long[] starts;
    private final long target;

    Assign(long[] starts, long target) {
      this.starts = starts;
      this.target = target;
    }

    @Override
    public Iterator<Row> call(Integer partition, Iterator<Group> groups) {
      return new Iterator<>() {
        private final Filling filling = new Filling(target, starts[partition]);

        @Override
        public boolean hasNext() {
          return groups.hasNext();
        }

        @Override
        public Row next() {
          Group group = groups.next();
          return RowFactory.create(group.document(), group.group(), filling.next(group.cost()));
        }
      };
    }
  }
}
