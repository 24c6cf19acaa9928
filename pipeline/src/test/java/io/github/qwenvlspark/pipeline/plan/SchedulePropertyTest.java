package io.github.qwenvlspark.pipeline.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.testing.LocalSpark;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What holds of every schedule, on manifests as skewed as they come. */
class SchedulePropertyTest {
  private static final Seal SEAL = Seal.fresh();
  private static final SparkSession SPARK = LocalSpark.session();

  /** What stays together: document, sixteen pages. */
  private record Together(String uri, int pages) {}

  /** A scheduled request. */
  private record Placed(String key, String uri, int page, long cost, int bucket) {
    static Placed of(Row row) {
      return new Placed(
          row.getAs("request_key"),
          row.getAs("uri"),
          row.<Integer>getAs("part_page"),
          row.<Long>getAs("cost"),
          row.<Integer>getAs("bucket"));
    }

    Together together() {
      return new Together(uri, page / 16);
    }
  }

  static Stream<Integer> seeds() {
    return IntStream.range(0, 3).boxed();
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void everyRequestIsInOneBucketWithItsNeighboursAndBucketsAreBalanced(int seed) {
    Random random = new Random(seed);
    List<Row> rows = manifest(random);
    long target = 1L + random.nextInt(30_000);

    List<Placed> placed = scheduled(rows, target, 1 + random.nextInt(7));

    assertThat(placed)
        .extracting(Placed::key)
        .containsExactlyInAnyOrderElementsOf(rows.stream().map(row -> row.getString(0)).toList());
    Map<Together, Set<Integer>> buckets = new HashMap<>();
    Map<Together, Long> costs = new HashMap<>();
    for (Placed request : placed) {
      buckets.computeIfAbsent(request.together(), any -> new HashSet<>()).add(request.bucket());
      costs.merge(request.together(), request.cost(), Long::sum);
    }
    assertThat(buckets.values()).as("neighbours share a bucket").allMatch(set -> set.size() == 1);

    Map<Integer, Long> sums = new TreeMap<>();
    Map<Integer, Long> dearest = new HashMap<>();
    buckets.forEach(
        (together, bucket) -> {
          int number = bucket.iterator().next();
          sums.merge(number, costs.get(together), Long::sum);
          dearest.merge(number, costs.get(together), Math::max);
        });
    assertThat(sums.keySet())
        .as("numbered without a gap")
        .containsExactlyElementsOf(IntStream.range(0, sums.size()).boxed().toList());
    sums.forEach(
        (bucket, sum) ->
            assertThat(sum).as("bucket %d", bucket).isLessThan(target + dearest.get(bucket)));
    assertThat(buckets.entrySet())
        .as("what fills a bucket comes first")
        .filteredOn(entry -> costs.get(entry.getKey()) >= target)
        .extracting(entry -> entry.getValue().iterator().next())
        .allMatch(bucket -> bucket < costs.values().stream().filter(c -> c >= target).count());
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void theScheduleDoesNotDependOnHowTheRequestsLie(int seed) {
    List<Row> rows = manifest(new Random(seed));
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(seed));

    assertThat(Set.copyOf(scheduled(shuffled, 9_000, 5)))
        .isEqualTo(Set.copyOf(scheduled(rows, 9_000, 2)));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void dearDocumentsComeBeforeCheapOnes(int seed) {
    List<Placed> placed = scheduled(manifest(new Random(seed)), 2_000_000, 3);
    Map<String, Long> costs = new HashMap<>();
    Map<String, Integer> first = new HashMap<>();
    for (Placed request : placed) {
      costs.merge(request.uri(), request.cost(), Long::sum);
      first.merge(request.uri(), request.bucket(), Math::min);
    }

    List<String> byCost =
        costs.keySet().stream().sorted((a, b) -> Long.compare(costs.get(b), costs.get(a))).toList();
    assertThat(byCost.stream().map(first::get).toList()).isSorted();
  }

  private static List<Placed> scheduled(List<Row> rows, long target, int partitions) {
    Dataset<Row> open = SPARK.createDataFrame(rows, PlannedRow.SCHEMA).repartition(partitions);
    return Schedule.schedule(open, target).collectAsList().stream().map(Placed::of).toList();
  }

  /**
   * Pictures, a few short documents, one that is as long as all others, and a monster of a clip.
   */
  private static List<Row> manifest(Random random) {
    List<Row> rows = new ArrayList<>();
    for (int picture = 0; picture < 120; picture++) {
      add(rows, "p" + picture, "image", 0, 1L + random.nextInt(4_000));
    }
    for (int document = 0; document < 10; document++) {
      int pages = 1 + random.nextInt(40);
      for (int page = 0; page < pages; page++) {
        add(rows, "d" + document, "page", page, 1L + random.nextInt(6_000));
      }
    }
    for (int page = 0; page < 600; page++) {
      add(rows, "long", "page", page, 3_000);
    }
    add(rows, "monster", "clip", 0, 500_000);
    return rows;
  }

  /** A request of each of two tasks. */
  private static void add(List<Row> rows, String uri, String kind, int page, long cost) {
    for (String task : List.of("ocr", "caption")) {
      rows.add(
          new PlannedRow(
                  "%s %d %s".formatted(uri, page, task),
                  uri,
                  uri,
                  1,
                  "content",
                  new Part(kind, page),
                  task,
                  Map.of(),
                  Optional.empty(),
                  Optional.empty(),
                  new PartCost(1, cost, Optional.empty()),
                  Optional.empty())
              .toRow(SEAL));
    }
  }
}
