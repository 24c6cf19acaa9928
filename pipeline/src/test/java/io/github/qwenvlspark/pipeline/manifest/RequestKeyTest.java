package io.github.qwenvlspark.pipeline.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.qwenvlspark.pipeline.config.RunSettings;
import io.github.qwenvlspark.pipeline.config.Settings;
import io.github.qwenvlspark.pipeline.config.Task;
import io.github.qwenvlspark.pipeline.config.Task.ContentOrder;
import io.github.qwenvlspark.runtime.GenerationOptions;
import io.github.qwenvlspark.runtime.media.MediaKind;
import io.github.qwenvlspark.udfs.parse.AnswerFormat;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class RequestKeyTest {
  private static final Task TASK =
      task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 4, 0);
  private static final String KEY = keyOf(TASK);

  private static Task task(
      String name,
      String system,
      ContentOrder order,
      AnswerFormat answer,
      int maxNewTokens,
      int minPixels,
      int maxPixels,
      double fps,
      int minFrames,
      int maxFrames) {
    return new Task(
        name,
        List.of(MediaKind.IMAGE),
        system,
        "Read.",
        Map.of(),
        order,
        answer,
        GenerationOptions.checkpoint(maxNewTokens),
        minPixels,
        maxPixels,
        fps,
        minFrames,
        maxFrames);
  }

  private static Task withSchema(Task task) {
    return new Task(
        task.name(),
        task.media(),
        task.system(),
        task.prompt(),
        task.parameters(),
        task.order(),
        task.answer(),
        task.generation().withResponseSchema("{\"type\": \"boolean\"}"),
        task.minPixels(),
        task.maxPixels(),
        task.fps(),
        task.minFrames(),
        task.maxFrames());
  }

  private static String keyOf(Task task) {
    return RequestKey.of("s3a://b/a.pdf", "etag:1", "page 3", task, "Read.", settings(), "f");
  }

  /** The key of the same request under another value of one setting. */
  private static String keyWith(String setting, String value) {
    return RequestKey.of(
        "s3a://b/a.pdf", "etag:1", "page 3", TASK, "Read.", settings(setting, value), "f");
  }

  private static RunSettings settings(String... setting) {
    return RunSettings.from(
        new Settings(setting.length == 0 ? Map.of() : Map.of(setting[0], setting[1])), 1);
  }

  static Stream<String> othersThanTheKey() {
    return Stream.of(
        RequestKey.of("s3a://b/b.pdf", "etag:1", "page 3", TASK, "Read.", settings(), "f"),
        RequestKey.of("s3a://b/a.pdf", "etag:2", "page 3", TASK, "Read.", settings(), "f"),
        RequestKey.of("s3a://b/a.pdf", "etag:1", "page 4", TASK, "Read.", settings(), "f"),
        RequestKey.of("s3a://b/a.pdf", "etag:1", "page 3", TASK, "Look.", settings(), "f"),
        RequestKey.of("s3a://b/a.pdf", "etag:1", "page 3", TASK, "Read.", settings(), "g"),
        RequestKey.of("s3a://b/a.pdfe", "tag:1", "page 3", TASK, "Read.", settings(), "f"),
        keyOf(withSchema(TASK)),
        keyWith("spark.qwenvl.pdf.dpi", "145"),
        keyWith("spark.qwenvl.engine.precision", "int8"),
        keyWith("spark.qwenvl.device", "cuda:1"),
        keyWith("spark.qwenvl.preprocessor", "transformers/torchvision"),
        keyWith("spark.qwenvl.media.applyExifOrientation", "true"),
        keyWith("spark.qwenvl.media.scale16Bit", "true"),
        keyWith("spark.qwenvl.video.positions", "int_grid"),
        keyWith("spark.qwenvl.picture.huge", "tile"),
        keyWith("spark.qwenvl.picture.huge", "refuse"),
        keyWith("spark.qwenvl.prompt.addVisionId", "true"),
        keyWith("spark.qwenvl.prompt.neutraliseSpecialTokens", "false"),
        keyOf(task("cap", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "You", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.VISION_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.HTML, 8, 1, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 9, 1, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 2, 2, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 3, 2.0, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.5, 4, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 5, 0)),
        keyOf(task("ocr", "", ContentOrder.TEXT_FIRST, AnswerFormat.TEXT, 8, 1, 2, 2.0, 4, 9)));
  }

  @ParameterizedTest
  @MethodSource("othersThanTheKey")
  void whateverDecidesTheAnswerDecidesTheKey(String other) {
    assertThat(other).matches("[0-9a-f]{64}").isNotEqualTo(KEY);
  }

  /** The value is in users' tables: a change makes every rerun ask everything again. */
  @Test
  void theKeyOfARequestStaysTheSameFromReleaseToRelease() {
    assertThat(KEY).isEqualTo("a50eabd9fa2e142e9e7cb6fce60ba4d739cbd315937655ae722b32e9d3509e3f");
  }

  @ParameterizedTest
  @CsvSource({
    "spark.qwenvl.engine.threads, 3",
    "spark.qwenvl.engine.maxBatch, 2",
    "spark.qwenvl.engine.prefillChunk, 64",
    "spark.qwenvl.engine.maxCacheTokens, 9000",
    "spark.qwenvl.engine.visualCache, 0",
    "spark.qwenvl.engine.requestTimeoutSeconds, 60",
    "spark.qwenvl.infer.maxInFlight, 3",
    "spark.qwenvl.media.maxPerRequest, 9",
    "spark.qwenvl.picture.maxTiles, 9",
    "spark.qwenvl.picture.hugePixels, 9", // nothing is cut or refused
    "spark.qwenvl.picture.tilePixels, 9999",
    "spark.qwenvl.pdf.password, secret",
    "spark.qwenvl.pdf.renderTimeoutSeconds, 1",
    "spark.qwenvl.pdf.textLayer, false",
    "spark.qwenvl.media.maxDecodedBytes, 1g",
    "spark.qwenvl.fetch.attempts, 1"
  })
  void whatDecidesOnlyTheSpeedLeavesTheKey(String setting, String value) {
    assertThat(keyWith(setting, value)).isEqualTo(KEY);
  }

  @Test
  void theLongSideDecidesKeysOfPagesAlone() {
    RunSettings small = settings("spark.qwenvl.pdf.longSide", "1288");
    assertThat(RequestKey.of("uri", "etag:1", "page 3", TASK, "Read.", small, "f"))
        .isNotEqualTo(RequestKey.of("uri", "etag:1", "page 3", TASK, "Read.", settings(), "f"));
    for (String part : List.of("image 0", "clip 0")) {
      assertThat(RequestKey.of("uri", "etag:1", part, TASK, "Read.", small, "f"))
          .isEqualTo(RequestKey.of("uri", "etag:1", part, TASK, "Read.", settings(), "f"));
    }
  }

  @Test
  void whatBecomesOfHugePicturesLeavesTheKeysOfClipsAndConversations() {
    RunSettings tiles = settings("spark.qwenvl.picture.huge", "tile");
    for (String part : List.of("clip 0", "messages 0")) {
      assertThat(RequestKey.of("uri", "etag:1", part, TASK, "Read.", tiles, "f"))
          .isEqualTo(RequestKey.of("uri", "etag:1", part, TASK, "Read.", settings(), "f"));
    }
  }

  @Test
  void aTextHasItsUsualSha256() {
    assertThat(RequestKey.sha256("abc"))
        .isEqualTo("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  }
}
